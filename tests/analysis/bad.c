/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the analyzers must find fault with; part of nothing. */

#include <stdlib.h>

int use_after_free (int *number);
int dereference_null (int *number);

int
use_after_free (int *number)
{
  free (number);
  return *number;
}

int
dereference_null (int *number)
{
  if (number == NULL)
    return *number;

  return 0;
}
