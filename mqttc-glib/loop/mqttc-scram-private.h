/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The client's side of SCRAM-SHA-256 (RFC 5802 and RFC 7677): messages in, messages out. Nothing here
 * blocks but mqttc_scram_derive(). */

#define MQTTC_SCRAM_KEY_LEN 32

/* What a server may make us keep, and hash. */
#define MQTTC_SCRAM_MAX_MESSAGE_LEN 4096
#define MQTTC_SCRAM_MAX_SALT_LEN 1024

typedef struct _MqttcScram MqttcScram;

typedef enum
{
  MQTTC_SCRAM_STAGE_FIRST, /* client-first was made: what comes is server-first */
  MQTTC_SCRAM_STAGE_KEY,   /* mqttc_scram_make_client_final() is to be called */
  MQTTC_SCRAM_STAGE_FINAL, /* client-final was made: what comes is server-final */
  MQTTC_SCRAM_STAGE_DONE,  /* the server has proven that it knows the password */
  MQTTC_SCRAM_STAGE_FAILED,
} MqttcScramStage;

/* RFC 5802, section 6. */
#define MQTTC_SCRAM_FLAG_NO "n"
#define MQTTC_SCRAM_FLAG_SERVER_CANNOT "y"

/* @user_name as mqttc_scram_prepare() has made it. @flag is one of the above, or "p=" and the name of a
 * type of channel binding, whose @binding data come along. @nonce is printable, without a comma. */
MqttcScram *mqttc_scram_new (const char *user_name,
                             const char *nonce,
                             const char *flag,
                             GBytes *binding) G_GNUC_WARN_UNUSED_RESULT;
void mqttc_scram_free (MqttcScram *self);

MqttcScramStage mqttc_scram_get_stage (MqttcScram *self);
const char *mqttc_scram_get_client_first (MqttcScram *self);

/* The data are of the server, and may be anything. An error ends the exchange. */
gboolean mqttc_scram_read_server_first (MqttcScram *self,
                                        GBytes *data,
                                        guint min_iterations,
                                        guint max_iterations,
                                        GError **error);
GBytes *mqttc_scram_get_salt (MqttcScram *self);
guint mqttc_scram_get_iterations (MqttcScram *self);

/* @key is what mqttc_scram_derive() has made of password, salt and iterations. */
char *mqttc_scram_make_client_final (MqttcScram *self,
                                     GBytes *key) G_GNUC_WARN_UNUSED_RESULT;
gboolean mqttc_scram_verify_server_final (MqttcScram *self,
                                          GBytes *data,
                                          GError **error);

/* PBKDF2 (RFC 8018). It takes long: for a thread. NULL once *@stop (atomic) is not 0. */
GBytes *mqttc_scram_derive (GBytes *password, GBytes *salt, guint iterations, const int *stop)
    G_GNUC_WARN_UNUSED_RESULT;

/* In mqttc-saslprep.c: SASLprep (RFC 4013). NULL and @error, which calls @text by the name @what. */
char *
mqttc_scram_prepare (const char *text,
                     const char *what,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcScram, mqttc_scram_free)

G_END_DECLS
