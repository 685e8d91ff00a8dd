/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "mqttc-glib.h"

G_BEGIN_DECLS

/* A client of a real server, in real time, on the context that is the thread-default one. */
typedef struct
{
  GMainContext *context; /* (unowned) */
  MqttcClient *client;
  GPtrArray *messages; /* of the client's signal */
  guint n_connected;
  guint n_disconnected;
  gboolean session_present; /* as the latest CONNACK says */
  gint64 retry;             /* as "disconnected" says of the latest end */
} Peer;

/* Parses GTest's arguments, makes a context of our own the thread-default one, and starts the guard
 * against hanging. */
void peer_init (int *argc,
                char ***argv);
int peer_run (void);

/* With @client_id, the session is kept; NULL: it is not. */
Peer *peer_new (const char *uri,
                const char *client_id);
/* A thread moves its bytes. */
Peer *peer_new_with_thread (const char *uri,
                            const char *client_id);
/* Closes it if it is open. */
void peer_free (Peer *self);

gboolean peer_open (Peer *self,
                    GError **error);
void peer_open_ok (Peer *self);
void peer_close (Peer *self);
void peer_subscribe (Peer *self,
                     const char *filter,
                     MqttcQos qos);
void peer_publish (Peer *self,
                   const char *topic,
                   const char *text,
                   MqttcQos qos,
                   gboolean retain);

/* Iterates once, and waits for something to happen. */
void peer_wait (void);
void peer_wait_messages (Peer *self,
                         guint n);
/* What an asynchronous call has come to: the callback, whose data is where it goes and NULL is, and the
 * wait for it. */
void peer_keep_result (GObject *source,
                       GAsyncResult *result,
                       gpointer user_data);
void peer_wait_result (GAsyncResult **result);
/* "topic=text" of the message. */
char *peer_describe_message (Peer *self,
                             guint n);

G_END_DECLS
