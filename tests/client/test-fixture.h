/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mqttc-glib.h"
#include "test-broker.h"
#include "test-init.h"

G_BEGIN_DECLS

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MILLISECOND (SECOND / 1000)

/* A client of a test broker on a private context, in virtual time: nothing times out unless the
 * test says so. What the client tells is written down. Tearing down proves that the client and its
 * loop are freed once the test lets go of them. */
typedef struct
{
  GMainContext *context;
  TestBroker *broker;
  MqttcOptions *options;
  MqttcClient *client;
  gint64 now;

  GString *log;        /* a line for each state, and for the signals connected and disconnected */
  GPtrArray *messages; /* of the client's signal */
  guint n_heard;       /* of fixture_hear() */
  guint n_connected;
  guint n_disconnected;
  GError *error; /* of the latest "disconnected" */
  gint64 retry_usec;
} Fixture;

#define fixture_add(path, func) \
 g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

void fixture_set_up (Fixture *f,
                     gconstpointer data);
void fixture_tear_down (Fixture *f,
                        gconstpointer data);

/* Another client, in the place of the first, which must be closed or never have been opened. */
void fixture_set_client (Fixture *f, MqttcClient *client /* (transfer full) */);

/* Drops the client and waits until it and its loop are gone. */
void fixture_drop_client (Fixture *f);

/* --- Time. --- */

void fixture_drain (Fixture *f);
void fixture_advance (Fixture *f,
                      gint64 usec);

/* --- Asynchronous calls. Each has a GAsyncResult *result = NULL of the test. --- */

void fixture_result_cb (GObject *source,
                        GAsyncResult *result,
                        gpointer user_data);
void fixture_wait_result (Fixture *f,
                          GAsyncResult **result);

/* Opens, and does something else before the end of it, which is waited for; clears @result. */
void fixture_begin_open (Fixture *f,
                         GAsyncResult **result);
void fixture_assert_opens (Fixture *f,
                           GAsyncResult **result);
void fixture_assert_open_fails (Fixture *f,
                                GAsyncResult **result,
                                GQuark domain,
                                int code);

/* Opens and waits for the end of it. */
gboolean fixture_open (Fixture *f,
                       GError **error);
void fixture_open_ok (Fixture *f);
void fixture_close (Fixture *f);

void fixture_publish (Fixture *f,
                      const char *topic,
                      MqttcQos qos,
                      GAsyncResult **result /* (nullable) */);
/* Waits for the end; clears @result. FALSE is an error. */
gboolean fixture_publish_finish (Fixture *f,
                                 GAsyncResult **result,
                                 GError **error);
void fixture_publish_ok (Fixture *f,
                         const char *topic,
                         MqttcQos qos);

MqttcSubscription *fixture_subscribe (Fixture *f,
                                      const char *filter,
                                      MqttcQos qos);
void fixture_subscribe_to (Fixture *f,
                           MqttcSubscription *subscription);
gboolean fixture_subscribe_finish (Fixture *f,
                                   GAsyncResult **result,
                                   GError **error);
void fixture_unsubscribe (Fixture *f,
                          MqttcSubscription *subscription);

/* --- Waiting for what the client tells. --- */

void fixture_wait_state (Fixture *f,
                         MqttcConnectionState state);
void fixture_wait_messages (Fixture *f,
                            guint n);
void fixture_wait_disconnected (Fixture *f,
                                guint n);
/* The server says something, and the client has heard it, and all that it said before. */
void fixture_hear (Fixture *f);
/* Lets the wait before the next attempt pass, and waits for the connection. */
void fixture_reconnect (Fixture *f);

/* The topics of the messages so far, with a space between: to be freed. */
char *fixture_get_topics (Fixture *f);

G_END_DECLS
