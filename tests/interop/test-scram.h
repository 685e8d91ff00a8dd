/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677). */
typedef struct
{
  char *first;     /* the first message */
  char *signature; /* that the server must prove to have: "v=..." */
} TestScram;

void test_scram_init (TestScram *self,
                      const char *user_name,
                      const char *nonce);
void test_scram_clear (TestScram *self);
/* The last message, in answer to the server's first: (transfer full). */
char *test_scram_answer (TestScram *self,
                         const char *server_first,
                         const char *password);

G_END_DECLS
