/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a request that the program completes becomes: kept by whoever asked, filled by the request from
 * any thread, and told in the context of whoever asked.
 *
 * It is apart from the request so that whoever asked need not keep the request alive: one that the
 * program drops is then known to remain without an answer. */
typedef struct _MqttcAnswer MqttcAnswer;

/* In the context, once, and never from within the call that completes the request. */
typedef void (*MqttcAnswerFunc) (MqttcAnswer *answer,
                                 gpointer user_data);

/* @user_data is lent until the call, or mqttc_answer_cancel(). */
MqttcAnswer *mqttc_answer_new (GMainContext *context,
                               MqttcAnswerFunc func,
                               gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;
/* That of a request which was not made here, but by g_object_new(). */
MqttcAnswer *mqttc_answer_new_for_nobody (void) G_GNUC_WARN_UNUSED_RESULT;
MqttcAnswer *mqttc_answer_ref (MqttcAnswer *self);
void mqttc_answer_unref (MqttcAnswer *self);

/* Where the context is iterated: the function is not called any more. What comes is dropped. */
void mqttc_answer_cancel (MqttcAnswer *self);

/* In any thread. Takes @error; @data is copied to where it is wiped. FALSE if there was an answer
 * already. */
gboolean mqttc_answer_give (MqttcAnswer *self,
                            const char *user_name,
                            GBytes *data,
                            GError *error);

/* For the function. */

/* (nullable): what went wrong. The rest is NULL then. */
const GError *mqttc_answer_get_error (MqttcAnswer *self);
/* (nullable): the data for the server, or the password. */
GBytes *mqttc_answer_get_bytes (MqttcAnswer *self);
const char *mqttc_answer_get_user_name (MqttcAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcAnswer, mqttc_answer_unref)

G_END_DECLS
