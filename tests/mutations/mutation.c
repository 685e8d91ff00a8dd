/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mutation.h"

#include <stdlib.h>

int mqttc_mutation;

/* So that any program can be linked with the instrumented library, and then told which bug to have. */
__attribute__ ((constructor)) static void
read_environment (void)
{
  const char *number = getenv ("MQTTC_MUTATION");

  if (number != NULL)
    mqttc_mutation = atoi (number);
}
