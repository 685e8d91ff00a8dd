/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TAP by hand. GTest would change what is tested: the back end of GIO resumes no sessions in a program
 * that has called g_test_init(). */
typedef struct
{
  const char *name;
  void (*run) (void);
} TapCase;

/* A case that fails aborts. Takes the arguments of GTest to list the cases, -l, and to choose among them,
 * -p NAME. */
int tap_run (int argc,
             char **argv,
             const TapCase *cases,
             guint n_cases);
/* For the reader. */
void tap_say (const char *format,
              ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
