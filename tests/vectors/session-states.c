/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session-states.h"

#include <string.h>

static gboolean
is_5 (const SessionState *self)
{
  return self->f.config.protocol == MQTTC_PROTOCOL_V5;
}

static void
drop_output (SessionState *self)
{
  g_free (engine_take_output (&self->f));
}

/* --- CONNECT and CONNACK. --- */

static void
send_connect (SessionState *self)
{
  g_autofree char *connect = NULL;

  if (self->f.config.authenticates)
    engine_authenticate (&self->f, "c");
  connect = engine_take_output (&self->f);
  g_assert_true (g_str_has_prefix (connect, "10"));
}

void
session_state_shake_hands (SessionState *self,
                           gboolean session_present)
{
  const char *header = "20 02";
  const char *properties = "";
  g_autofree char *connack = NULL;

  if (is_5 (self))
    {
      const gboolean secured = self->f.config.authenticates;

      header = secured ? "20 07" : "20 03";
      properties = secured ? "04 15 0001 61" : "00";
    }
  connack = g_strdup_printf ("%s %02x 00 %s", header, session_present != FALSE, properties);
  send_connect (self);
  engine_feed (&self->f, connack);
  /* The last word of the program; nobody listens without a method. */
  engine_authenticate (&self->f, "");
  g_assert_cmpint (mqttc_engine_take_link_action (self->f.engine), ==, MQTTC_LINK_ACTION_NONE);
}

/* --- The states. --- */

static void
enter_early (SessionState *self)
{
  engine_open (&self->f);
}

static void
enter_handshake (SessionState *self)
{
  engine_open (&self->f);
  send_connect (self);
}

static void
enter_connected (SessionState *self)
{
  engine_open (&self->f);
  session_state_shake_hands (self, FALSE);
}

static void
publish (SessionState *self,
         MqttcQos qos)
{
  enter_connected (self);
  engine_publish (&self->f, "t", "x", qos, &self->operation);
  drop_output (self);
}

static void
enter_published_1 (SessionState *self)
{
  publish (self, MQTTC_QOS_AT_LEAST_ONCE);
}

static void
enter_published_2 (SessionState *self)
{
  publish (self, MQTTC_QOS_EXACTLY_ONCE);
}

static void
enter_released (SessionState *self)
{
  publish (self, MQTTC_QOS_EXACTLY_ONCE);
  engine_feed (&self->f, "50 02 0001");
  engine_assert_sends (&self->f, "62 02 0001");
}

static void
enter_subscribing (SessionState *self)
{
  enter_connected (self);
  engine_subscribe (&self->f, "a/#", MQTTC_QOS_EXACTLY_ONCE, &self->operation);
  engine_assert_sends (&self->f,
                       is_5 (self) ? "82 09 0001 00 0003 612f23 02" : "82 08 0001 0003 612f23 02");
}

static void
enter_subscribing_3 (SessionState *self)
{
  const char *const filters[] = { "a", "b", "c", NULL };
  const guint8 qos[] = { 0, 1, 2 };
  GError *error = NULL;

  enter_connected (self);
  mqttc_engine_subscribe (self->f.engine, filters, qos, 0, &self->operation, self->f.now, &error);
  g_assert_no_error (error);
  drop_output (self);
}

static void
enter_unsubscribing (SessionState *self)
{
  const char *const filters[] = { "a", NULL };
  GError *error = NULL;

  enter_connected (self);
  mqttc_engine_unsubscribe (self->f.engine, filters, &self->operation, self->f.now, &error);
  g_assert_no_error (error);
  engine_assert_sends (&self->f, is_5 (self) ? "a2 06 0001 00 0001 61" : "a2 05 0001 0001 61");
}

static void
enter_received (SessionState *self)
{
  enter_connected (self);
  engine_feed (&self->f, is_5 (self) ? "34 07 0001 74 000a 00 78" : "34 06 0001 74 000a 78");
  engine_assert_sends (&self->f, "50 02 000a");
}

static void
enter_pinging (SessionState *self)
{
  enter_connected (self);
  engine_wait (&self->f, SECONDS (61));
  engine_assert_sends (&self->f, "c0 00");
}

static void
enter_closing (SessionState *self)
{
  enter_connected (self);
  mqttc_engine_close (self->f.engine, MQTTC_REASON_CODE_SUCCESS, NULL, 0, self->f.now);
}

static void
enter_draining (SessionState *self)
{
  enter_published_1 (self);
  mqttc_engine_close (self->f.engine, MQTTC_REASON_CODE_SUCCESS, NULL, SECONDS (10), self->f.now);
}

static void
dial_again (SessionState *self)
{
  engine_cut (&self->f);
  engine_redial (&self->f);
  send_connect (self);
}

static void
enter_again_published_1 (SessionState *self)
{
  enter_published_1 (self);
  dial_again (self);
}

static void
enter_again_published_2 (SessionState *self)
{
  enter_published_2 (self);
  dial_again (self);
}

static void
enter_again_released (SessionState *self)
{
  enter_released (self);
  dial_again (self);
}

static void
enter_again_subscribed (SessionState *self)
{
  enter_subscribing (self);
  engine_feed (&self->f, is_5 (self) ? "90 04 0001 00 02" : "90 03 0001 02");
  dial_again (self);
}

static void
enter_again_received (SessionState *self)
{
  enter_received (self);
  dial_again (self);
}

/* --- Of MQTT 5 alone. --- */

static void
enter_all_aliases (SessionState *self)
{
  self->f.config.topic_alias_maximum = G_MAXUINT16;
  enter_connected (self);
}

static void
enter_few (SessionState *self)
{
  self->f.config.topic_alias_maximum = 2;
  self->f.config.receive_maximum = 2;
  self->f.hold = TRUE;
  enter_connected (self);
}

static void
enter_half_written (SessionState *self)
{
  MqttcSlice slice;

  enter_connected (self);
  engine_publish (&self->f, "t", "x", MQTTC_QOS_AT_MOST_ONCE, NULL);
  g_assert_cmpuint (mqttc_engine_peek_output (self->f.engine, &slice, 1, self->f.now), ==, 1);
  mqttc_engine_sent (self->f.engine, 3, self->f.now);
}

static void
enter_small (SessionState *self)
{
  engine_open (&self->f);
  send_connect (self);
  engine_feed (&self->f, "20 08 00 00 05 27 00000002");
}

static void
enter_terse (SessionState *self)
{
  self->f.config.refuse_problem_information = TRUE;
  enter_connected (self);
}

static void
set_method (SessionState *self)
{
  self->f.config.authenticates = TRUE;
  self->f.method = "a";
}

static void
enter_authenticating (SessionState *self)
{
  set_method (self);
  enter_handshake (self);
}

static void
enter_challenged (SessionState *self)
{
  enter_authenticating (self);
  engine_feed (&self->f, "f0 06 18 04 15 0001 61");
}

static void
enter_authenticated (SessionState *self)
{
  set_method (self);
  enter_connected (self);
}

static void
enter_reauthenticating (SessionState *self)
{
  GError *error = NULL;

  enter_authenticated (self);
  mqttc_engine_reauthenticate (self->f.engine, &self->operation, &error);
  g_assert_no_error (error);
  engine_authenticate (&self->f, "");
  engine_assert_sends (&self->f, "f0 09 19 07 15 0001 61 16 0000");
}

/* --- All of them. --- */

static const struct
{
  const char *name;
  void (*enter) (SessionState *self);
} states[] = {
  { "early", enter_early },
  { "handshake", enter_handshake },
  { "connected", enter_connected },
  { "published-1", enter_published_1 },
  { "published-2", enter_published_2 },
  { "released", enter_released },
  { "subscribing", enter_subscribing },
  { "subscribing-3", enter_subscribing_3 },
  { "unsubscribing", enter_unsubscribing },
  { "received", enter_received },
  { "pinging", enter_pinging },
  { "closing", enter_closing },
  { "draining", enter_draining },
  { "again-published-1", enter_again_published_1 },
  { "again-published-2", enter_again_published_2 },
  { "again-released", enter_again_released },
  { "again-subscribed", enter_again_subscribed },
  { "again-received", enter_again_received },
  { "all-aliases", enter_all_aliases },
  { "few", enter_few },
  { "half-written", enter_half_written },
  { "small", enter_small },
  { "terse", enter_terse },
  { "authenticating", enter_authenticating },
  { "challenged", enter_challenged },
  { "authenticated", enter_authenticated },
  { "reauthenticating", enter_reauthenticating },
};

/* "clean-" before the name: a clean session was asked for. */
void
session_state_enter (SessionState *self,
                     MqttcProtocol protocol,
                     const char *name)
{
  gboolean clean = g_str_has_prefix (name, "clean-");
  const char *rest = clean ? name + strlen ("clean-") : name;

  self->f.config.protocol = protocol;
  self->f.config.clean_session = clean;
  self->f.config.max_packet_size = 1024 * 1024;
  self->f.config.max_held_bytes = 100;
  if (protocol == MQTTC_PROTOCOL_V5 && !clean)
    self->f.config.session_expiry = G_MAXUINT32;

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      if (strcmp (states[i].name, rest) == 0)
        {
          states[i].enter (self);
          return;
        }
    }

  g_error ("There is no state %s", name);
}
