/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop-fixture.h"

#include "mqttc-enum-types.h"

#include <string.h>

static const guint8 connack[] = { 0x20, 0x02, 0x00, 0x00 };
static const guint8 pingreq[] = { 0xc0, 0x00 };
static const guint8 pingresp[] = { 0xd0, 0x00 };

static const char *
get_state_nick (MqttcConnectionState state)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (MQTTC_TYPE_CONNECTION_STATE);

  return g_enum_get_value (klass, (int) state)->value_nick;
}

static void
state_cb (MqttcEventLoop *loop,
          GParamSpec *pspec,
          gpointer user_data)
{
  LoopFixture *self = user_data;

  g_string_append_printf (self->log, "%s\n", get_state_nick (mqttc_event_loop_get_state (loop)));
}

static void
packet_cb (MqttcEventLoop *loop,
           MqttcPacket *packet,
           gpointer user_data)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (MQTTC_TYPE_PACKET_TYPE);
  LoopFixture *self = user_data;
  int type = (int) mqttc_packet_get_packet_type (packet);

  g_string_append_printf (self->log, "%s\n", g_enum_get_value (klass, type)->value_nick);
}

void
loop_fixture_log_packets (LoopFixture *self)
{
  g_signal_connect (self->loop, "incoming", G_CALLBACK (packet_cb), self);
  g_signal_connect (self->loop, "outgoing", G_CALLBACK (packet_cb), self);
}

static gint64
get_time (gpointer user_data)
{
  return ((LoopFixture *) user_data)->now;
}

void
loop_fixture_set_up (LoopFixture *self,
                     gconstpointer data)
{
  self->context = g_main_context_new ();
  self->net = memory_net_new ();
  self->now = 1000 * G_USEC_PER_SEC;
  self->log = g_string_new (NULL);

  self->options = mqttc_options_new ();
  mqttc_options_set_protocol (self->options, MQTTC_PROTOCOL_V3_1_1);
  mqttc_options_set_host (self->options, "broker.test");
  mqttc_options_set_client_id (self->options, "me");

  /* The loop takes the context from here, and needs it as the default no more. */
  g_main_context_push_thread_default (self->context);
  self->loop = mqttc_event_loop_new (self->options);
  g_main_context_pop_thread_default (self->context);

  mqttc_event_loop_set_dialer (self->loop, &memory_dialer, self->net);
  mqttc_event_loop_set_clock (self->loop, get_time, self);
  g_signal_connect (self->loop, "notify::state", G_CALLBACK (state_cb), self);
}

void
loop_fixture_tear_down (LoopFixture *self,
                        gconstpointer data)
{
  if (self->loop != NULL)
    loop_fixture_drop_loop (self);
  while (memory_net_get_n_hanging (self->net) > 0)
    memory_net_answer (self->net, TRUE);
  loop_fixture_iterate (self);

  g_assert_finalize_object (self->options);
  memory_net_free (self->net);
  g_string_free (self->log, TRUE);
  g_main_context_unref (self->context);
}

static void
answer_pings (LoopFixture *self)
{
  MemoryLink *link = memory_net_get_link (self->net);
  g_autoptr (GByteArray) written = NULL;

  if (!self->answers_pings || link == NULL)
    return;

  written = memory_link_take (link);
  if (written->len == 0)
    return;

  g_assert_cmpmem (written->data, written->len, pingreq, sizeof (pingreq));
  memory_link_send (link, pingresp, sizeof (pingresp));
}

guint
loop_fixture_iterate (LoopFixture *self)
{
  guint n_dispatched = 0;

  while (g_main_context_iteration (self->context, FALSE))
    {
      answer_pings (self);
      g_assert_cmpuint (n_dispatched++, <, 10000);
    }

  return n_dispatched;
}

void
loop_fixture_advance (LoopFixture *self,
                      gint64 usec)
{
  self->now += usec;
  loop_fixture_iterate (self);
}

void
loop_fixture_start (LoopFixture *self)
{
  g_autoptr (GError) error = NULL;

  mqttc_event_loop_start (self->loop, &error);
  g_assert_no_error (error);
  loop_fixture_iterate (self);
}

void
loop_fixture_connect (LoopFixture *self)
{
  loop_fixture_start (self);
  memory_link_send (memory_net_get_link (self->net), connack, sizeof (connack));
  loop_fixture_iterate (self);
  g_assert_cmpint (mqttc_event_loop_get_state (self->loop), ==, MQTTC_CONNECTION_STATE_CONNECTED);
  g_byte_array_unref (memory_link_take (memory_net_get_link (self->net)));
  g_string_truncate (self->log, 0);
}

void
loop_fixture_publish (LoopFixture *self,
                      guint n_messages,
                      gsize payload_size)
{
  g_autofree char *payload = g_malloc0 (payload_size);

  for (guint i = 0; i < n_messages; i++)
    {
      g_autoptr (MqttcMessage) message = mqttc_message_new_data ("a", payload, payload_size);
      g_autoptr (GError) error = NULL;

      mqttc_engine_publish (mqttc_event_loop_lock (self->loop), message, NULL, 0, &error);
      mqttc_event_loop_unlock (self->loop);
      g_assert_no_error (error);
    }
}

void
loop_fixture_send (LoopFixture *self,
                   MqttcPacket *packet)
{
  g_autoptr (MqttcPacket) owned = packet;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = mqttc_packet_write (owned, &error);

  g_assert_no_error (error);
  memory_link_send (memory_net_get_link (self->net), g_bytes_get_data (bytes, NULL),
                    g_bytes_get_size (bytes));
}

void
loop_fixture_expect (LoopFixture *self,
                     const char *hex)
{
  g_autoptr (GByteArray) written = memory_link_take (memory_net_get_link (self->net));
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < written->len; i++)
    g_string_append_printf (text, "%s%02x", i > 0 ? " " : "", written->data[i]);

  g_assert_cmpstr (text->str, ==, hex);
}

void
loop_fixture_expect_log (LoopFixture *self,
                         const char *log)
{
  g_assert_cmpstr (self->log->str, ==, log);
  g_string_truncate (self->log, 0);
}

void
loop_fixture_expect_no_sources (LoopFixture *self)
{
  /* The identifiers of a context are counted from 1. */
  for (guint id = 1; id < 10000; id++)
    g_assert_null (g_main_context_find_source_by_id (self->context, id));
}

void
loop_fixture_drop_loop (LoopFixture *self)
{
  g_signal_handlers_disconnect_by_data (self->loop, self);
  g_assert_finalize_object (g_steal_pointer (&self->loop));
}
