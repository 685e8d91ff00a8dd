/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-auth-request.h"
#include "loop/mqttc-scram-authenticator.h"

G_BEGIN_DECLS

typedef struct _MqttcScramExchange MqttcScramExchange;

struct _MqttcScramAuthenticator
{
  GObject parent_instance;

  char *user_name; /* (nullable) */
  MqttcChannelBinding channel_binding;
  guint minimum_iterations;
  guint maximum_iterations;
  const char *flag; /* (nullable): of the connection; "p=..." if it is bound */

  GMutex lock;                  /* guards what follows, of which a thread takes and leaves some */
  GBytes *password;             /* (nullable): a secret, as it was given, in UTF-8 */
  MqttcScramExchange *exchange; /* (nullable) */
  GBytes *key;                  /* (nullable): a secret, what the password hashes to with */
  GBytes *key_salt;             /* this */
  guint key_iterations;
};

/* In mqttc-scram-step.c. */

void mqttc_scram_authenticator_begin_step (MqttcScramAuthenticator *self,
                                           MqttcAuthRequest *request);
/* Whether the method of the connection, or of the one to come, is that with channel binding. */
gboolean mqttc_scram_authenticator_is_bound (MqttcScramAuthenticator *self);
/* With the lock held: nobody computes for the exchange any more, and it ends. */
void mqttc_scram_authenticator_end_exchange (MqttcScramAuthenticator *self);
/* With the lock held. */
void mqttc_scram_authenticator_drop_key (MqttcScramAuthenticator *self);

G_END_DECLS
