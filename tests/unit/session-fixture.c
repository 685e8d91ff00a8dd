/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "mqttc-error.h"
#include "session-fixture.h"
#include "values/mqttc-event.h"
#include "values/mqttc-message.h"

void
session_set_up (SessionFixture *f,
                gconstpointer data)
{
  f->context = g_main_context_new ();
  g_main_context_push_thread_default (f->context);
  f->options = mqttc_options_new ();
  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V3_1_1);
  mqttc_options_set_client_id (f->options, "c");
  f->session = mqttc_session_new (f->options);
  f->now = SECONDS (1000);
}

void
session_tear_down (SessionFixture *f,
                   gconstpointer data)
{
  g_clear_object (&f->link);
  g_clear_object (&f->server);
  g_assert_finalize_object (g_steal_pointer (&f->session));
  g_assert_finalize_object (g_steal_pointer (&f->options));

  g_main_context_pop_thread_default (f->context);
  g_clear_pointer (&f->context, g_main_context_unref);
}

/* --- What a program does. --- */

static void
do_link_action (SessionFixture *f,
                MqttcSessionAction action)
{
  GIOStream *ends[2];

  g_clear_object (&f->link);
  if (action == MQTTC_SESSION_ACTION_CLOSE)
    return;

  g_clear_object (&f->server);
  make_pair (ends);
  f->link = ends[0];
  f->server = mqttc_packet_stream_new (ends[1], PROTOCOL);
  g_object_unref (ends[1]);
  mqttc_session_link_up (f->session, f->now);
}

static gboolean
send_output (SessionFixture *f)
{
  g_autoptr (GBytes) bytes = mqttc_session_take_output (f->session, f->now);
  g_autoptr (GError) error = NULL;
  gsize size;
  gconstpointer data;

  if (bytes == NULL)
    return FALSE;

  g_assert_nonnull (f->link);
  data = g_bytes_get_data (bytes, &size);
  g_assert_cmpuint (size, >, 0);
  g_output_stream_write_all (g_io_stream_get_output_stream (f->link), data, size, NULL, NULL,
                             &error);
  g_assert_no_error (error);
  return TRUE;
}

static void
feed (SessionFixture *f,
      const guint8 *data,
      gsize size)
{
  const gsize piece = f->piece != 0 ? f->piece : size;

  for (gsize done = 0; done < size; done += piece)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (data + done, MIN (piece, size - done));

      mqttc_session_feed (f->session, bytes, f->now);
    }
}

static gboolean
receive_input (SessionFixture *f)
{
  g_autoptr (GError) error = NULL;
  guint8 buffer[4096];
  gssize n;

  if (f->link == NULL || !mqttc_session_wants_read (f->session))
    return FALSE;

  n = g_pollable_input_stream_read_nonblocking (
      G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (f->link)), buffer, sizeof (buffer),
      NULL, &error);
  if (n < 0)
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      return FALSE;
    }

  if (n > 0)
    {
      feed (f, buffer, (gsize) n);
      return TRUE;
    }

  g_clear_object (&f->link);
  mqttc_session_link_down (f->session, f->now);
  return TRUE;
}

void
session_pump (SessionFixture *f)
{
  MqttcSessionAction action;
  gboolean busy;

  do
    {
      busy = send_output (f);
      action = mqttc_session_take_link_action (f->session);
      if (action != MQTTC_SESSION_ACTION_NONE)
        do_link_action (f, action);
      busy = receive_input (f) || busy || action != MQTTC_SESSION_ACTION_NONE;
    }
  while (busy);
}

void
session_assert_events (SessionFixture *f,
                       const char *expected)
{
  g_autoptr (GString) words = g_string_new (NULL);

  /* Asking when there is nothing more acknowledges the last message, which is an event again. */
  for (guint n_nothing = 0; n_nothing < 2;)
    {
      g_autoptr (MqttcEvent) event = NULL;
      g_autofree char *text = NULL;

      session_pump (f);
      event = mqttc_session_next_event (f->session, f->now);
      if (event == NULL)
        {
          n_nothing++;
          continue;
        }

      text = mqttc_event_to_string (event);
      g_string_append_printf (words, "%s\n", text);
      n_nothing = 0;
    }

  g_assert_cmpstr (words->str, ==, expected);
}

void
session_assert_next (SessionFixture *f,
                     MqttcEventType type)
{
  g_autoptr (MqttcEvent) event = NULL;

  session_pump (f);
  event = mqttc_session_next_event (f->session, f->now);
  g_assert_nonnull (event);
  g_assert_cmpint (mqttc_event_get_event_type (event), ==, type);
}

void
session_skip_event (SessionFixture *f)
{
  g_autoptr (MqttcEvent) event = mqttc_session_next_event (f->session, f->now);

  g_assert_nonnull (event);
}

/* --- What the server does. --- */

void
session_server_send (SessionFixture *f,
                     MqttcPacket *packet)
{
  g_autoptr (MqttcPacket) owned = packet;
  g_autoptr (GError) error = NULL;

  g_assert_true (mqttc_packet_stream_write_packet (f->server, owned, NULL, &error));
  g_assert_no_error (error);
}

void
session_server_publish (SessionFixture *f,
                        const char *topic,
                        MqttcQos qos,
                        guint packet_id)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, "text");

  mqttc_message_set_qos (message, qos);
  session_server_send (f, mqttc_packet_new_publish (PROTOCOL, message, packet_id, FALSE, NULL));
}

void
session_assert_server_has_nothing (SessionFixture *f)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Outcome outcome = { 0 };

  session_pump (f);
  mqttc_packet_stream_read_packet_async (f->server, cancellable, outcome_cb, &outcome);
  while (g_main_context_iteration (f->context, FALSE))
    ;
  g_assert_null (outcome.result);
  g_cancellable_cancel (cancellable);
  outcome_wait (&outcome, f->context);
  g_assert_null (mqttc_packet_stream_read_packet_finish (f->server, outcome.result, NULL));
  outcome_clear (&outcome);
}

void
session_open (SessionFixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (mqttc_session_open (f->session, f->now, &error));
  g_assert_no_error (error);
  session_pump (f);
}

static void
accept_connection (SessionFixture *f)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet = mqttc_packet_stream_read_packet (f->server, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (mqttc_packet_get_packet_type (packet), ==, MQTTC_PACKET_TYPE_CONNECT);
  session_server_send (f, mqttc_packet_new_connack (PROTOCOL, 0, FALSE, NULL));
  session_pump (f);
  g_assert_cmpint (mqttc_session_get_state (f->session), ==, MQTTC_CONNECTION_STATE_CONNECTED);
}

void
session_connect (SessionFixture *f)
{
  session_open (f);
  accept_connection (f);
  for (guint i = 0; i < 3; i++)
    session_skip_event (f);
  session_assert_events (f, "");
}

void
session_publish (SessionFixture *f,
                 const char *topic,
                 MqttcQos qos)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, "text");
  g_autoptr (GError) error = NULL;

  mqttc_message_set_qos (message, qos);
  g_assert_true (mqttc_session_publish (f->session, message, f->now, &error));
  g_assert_no_error (error);
  g_assert_true (mqttc_message_is_locked (message));
}
