/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <mqttc-glib.h>

/* The calls of the client, each with the wait for its result; they fail the test if that is an error, but
 * for those that have one to be looked at. */

void iterate_until (const gboolean *condition);
void iterate_until_len (GPtrArray *array,
                        guint len);
void result_cb (GObject *source,
                GAsyncResult *result,
                gpointer user_data);
GAsyncResult *take_result (GAsyncResult **place);
MqttcPacket *open_client (MqttcClient *client,
                          GError **error);
MqttcClient *make_open_client (const char *uri);
void close_client (MqttcClient *client);
MqttcPacket *publish (MqttcClient *client,
                      MqttcMessage *message,
                      GError **error);
void publish_text (MqttcClient *client,
                   const char *topic,
                   const char *text,
                   MqttcQos qos,
                   gboolean retain);
void subscribe (MqttcClient *client,
                MqttcSubscription *subscription);
void unsubscribe (MqttcClient *client,
                  MqttcSubscription *subscription);
void keep_cb (MqttcSubscription *subscription,
              MqttcMessage *message,
              gpointer user_data);
GPtrArray *new_messages (void);
MqttcSubscription *
subscribe_and_keep (MqttcClient *client,
                    const char *filter,
                    GPtrArray *messages);
void assert_text (GPtrArray *messages,
                  guint index,
                  const char *topic,
                  const char *text);
