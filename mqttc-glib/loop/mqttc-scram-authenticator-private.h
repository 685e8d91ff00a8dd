/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-auth-request.h"
#include "loop/mqttc-scram-authenticator.h"

G_BEGIN_DECLS

typedef struct _MqttcScramExchange MqttcScramExchange;

/* What a thread takes and leaves. It does not hold the authenticator itself, which ends where the program
 * lets go of it. */
typedef struct /* in a g_atomic_rc_box */
{
  GMutex lock;                  /* guards the rest */
  GBytes *password;             /* (nullable): a secret, as it was given, in UTF-8 */
  MqttcScramExchange *exchange; /* (nullable) */
  GBytes *key;                  /* (nullable): a secret, what the password hashes to with */
  GBytes *key_salt;             /* this */
  guint key_iterations;
} MqttcScramSecrets;

struct _MqttcScramAuthenticator
{
  GObject parent_instance;

  char *user_name; /* (nullable) */
  MqttcChannelBinding channel_binding;
  guint minimum_iterations;
  guint maximum_iterations;
  const char *flag; /* (nullable): of the connection; "p=..." if it is bound */
  MqttcScramSecrets *secrets;
};

/* In mqttc-scram-step.c. */

void mqttc_scram_authenticator_begin_step (MqttcScramAuthenticator *self,
                                           MqttcAuthRequest *request);
/* Whether the method of the connection, or of the one to come, is that with channel binding. */
gboolean mqttc_scram_authenticator_is_bound (MqttcScramAuthenticator *self);
MqttcScramSecrets *mqttc_scram_secrets_new (void);
void mqttc_scram_secrets_unref (MqttcScramSecrets *self);
/* With the lock held: nobody computes for the exchange any more, and it ends. */
void mqttc_scram_secrets_end_exchange (MqttcScramSecrets *self);
/* With the lock held. */
void mqttc_scram_secrets_drop_key (MqttcScramSecrets *self);

G_END_DECLS
