/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine-fixture.h"

#include "mqttc-enum-types.h"
#include "session/mqttc-engine-struct-private.h"

void
engine_set_up (EngineFixture *f,
               gconstpointer data)
{
  f->engine = mqttc_engine_new (1);
  f->tokens = g_array_new (FALSE, FALSE, sizeof (guint64));
  f->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  f->now = SECONDS (1000);
  mqttc_engine_config_init (&f->config);
  g_free (f->config.client_id);
  f->config.client_id = g_strdup ("me");
}

void
engine_set_up_5 (EngineFixture *f,
                 gconstpointer data)
{
  engine_set_up (f, data);
  f->config.protocol = MQTTC_PROTOCOL_V5;
  f->in_5 = TRUE;
}

void
engine_tear_down (EngineFixture *f,
                  gconstpointer data)
{
  mqttc_engine_free (f->engine);
  mqttc_engine_config_clear (&f->config);
  g_array_unref (f->tokens);
  g_ptr_array_unref (f->messages);
}

/* As long as a session of 3.1.1 is kept. */
static void
configure (EngineFixture *f)
{
  if (f->in_5)
    f->config.session_expiry = f->config.clean_session ? 0 : G_MAXUINT32;
  mqttc_engine_configure (f->engine, &f->config);
}

static void
dial (EngineFixture *f)
{
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_DIAL);
  configure (f);
  mqttc_engine_link_up (f->engine, f->now);
}

void
engine_open (EngineFixture *f)
{
  GError *error = NULL;

  configure (f);
  mqttc_engine_open (f->engine, f->now, &error);
  g_assert_no_error (error);
  dial (f);
}

void
engine_redial (EngineFixture *f)
{
  /* The first deadline need not be the attempt's. */
  while (mqttc_engine_get_state (f->engine) == MQTTC_CONNECTION_STATE_BACKING_OFF)
    {
      gint64 deadline = mqttc_engine_get_deadline (f->engine);

      g_assert_cmpint (deadline, >=, 0);
      f->now = MAX (f->now, deadline);
      mqttc_engine_advance (f->engine, f->now);
    }
  dial (f);
}

char *
engine_take_output (EngineFixture *f)
{
  GString *hex = g_string_new (NULL);
  MqttcSlice slices[4];
  guint n;

  while ((n = mqttc_engine_peek_output (f->engine, slices, G_N_ELEMENTS (slices), f->now)) > 0)
    {
      gsize taken = 0;

      for (guint i = 0; i < n; i++)
        {
          for (gsize k = 0; k < slices[i].len; k++)
            g_string_append_printf (hex, "%02x", slices[i].data[k]);
          taken += slices[i].len;
        }
      mqttc_engine_sent (f->engine, taken, f->now);
    }

  return g_string_free (hex, FALSE);
}

static char *
without_blanks (const char *text)
{
  GString *result = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p != ' ')
        g_string_append_c (result, *p);
    }

  return g_string_free (result, FALSE);
}

/* As it is on the wire. */
static char *
make_digits (EngineFixture *f,
             const char *hex)
{
  g_autofree char *digits = without_blanks (hex);

  return f->in_5 ? engine_say_in_5 (f, digits) : g_steal_pointer (&digits);
}

void
engine_assert_sends (EngineFixture *f,
                     const char *hex)
{
  g_autofree char *expected = make_digits (f, hex);
  g_autofree char *sent = engine_take_output (f);

  g_assert_cmpstr (sent, ==, expected);
}

void
engine_feed (EngineFixture *f,
             const char *hex)
{
  g_autofree char *digits = make_digits (f, hex);
  gsize len = strlen (digits) / 2;
  g_autofree guint8 *data = g_malloc (len);

  for (gsize i = 0; i < len; i++)
    data[i] = g_ascii_xdigit_value (digits[2 * i]) << 4 | g_ascii_xdigit_value (digits[2 * i + 1]);

  mqttc_engine_feed (f->engine, data, len, f->now);
}

void
engine_accept (EngineFixture *f,
               gboolean session_present)
{
  g_autofree char *connect = engine_take_output (f);
  MqttcEngineEvent event;

  g_assert_true (g_str_has_prefix (connect, "10"));
  engine_feed (f, session_present ? "20 02 01 00" : "20 02 00 00");

  while (mqttc_engine_pop_event (f->engine, &event))
    {
      gboolean done = event.type == MQTTC_ENGINE_EVENT_CONNECTED;

      mqttc_engine_event_clear (&event);
      if (done)
        return;
    }

  g_assert_not_reached ();
}

void
engine_connect (EngineFixture *f,
                gboolean session_present)
{
  engine_open (f);
  engine_accept (f, session_present);
}

void
engine_cut (EngineFixture *f)
{
  mqttc_engine_link_down (f->engine, NULL, f->now);
}

void
engine_accept_5 (EngineFixture *f,
                 gboolean session_present,
                 const char *properties)
{
  g_autofree char *connect = engine_take_output (f);
  g_autofree char *digits = without_blanks (properties);
  guint len = strlen (digits) / 2;
  g_autofree char *connack
      = g_strdup_printf ("20 %02x %02x 00 %02x %s", len + 3, session_present != FALSE, len, digits);

  g_assert_true (g_str_has_prefix (connect, "10"));
  g_assert_cmpuint (len, <, 125);
  engine_feed (f, connack);
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CONNECTED);
  engine_drop_events (f);
}

void
engine_reconnect_5 (EngineFixture *f,
                    gboolean session_present,
                    const char *properties)
{
  engine_cut (f);
  engine_redial (f);
  engine_accept_5 (f, session_present, properties);
}

void
engine_connect_5 (EngineFixture *f,
                  const char *properties)
{
  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  engine_accept_5 (f, FALSE, properties);
}

void
engine_assert_closes (EngineFixture *f,
                      const char *hex)
{
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_CLOSE);
  engine_assert_sends (f, hex);
  g_assert_false (mqttc_engine_want_write (f->engine));
}

void
engine_drop_events (EngineFixture *f)
{
  MqttcEngineEvent event;

  while (mqttc_engine_pop_event (f->engine, &event))
    {
      g_assert_cmpint (event.type, !=, MQTTC_ENGINE_EVENT_MESSAGE);
      mqttc_engine_event_clear (&event);
    }
}

void
engine_authenticate (EngineFixture *f,
                     const char *data)
{
  g_autoptr (GBytes) bytes = data != NULL ? g_bytes_new (data, strlen (data)) : NULL;

  engine_authenticate_full (f, bytes, NULL);
}

void
engine_authenticate_full (EngineFixture *f,
                          GBytes *data,
                          GError *error)
{
  mqttc_engine_authenticate (f->engine, f->engine->auth.token, f->method != NULL ? f->method : "m",
                             data, error, f->now);
}

void
engine_wait (EngineFixture *f,
             gint64 usec)
{
  gint64 end = f->now + usec;
  gint64 deadline;

  while ((deadline = mqttc_engine_get_deadline (f->engine)) >= 0 && deadline <= end)
    {
      /* A deadline that is past already when it has been served would spin for ever. */
      f->now = MAX (f->now, deadline);
      mqttc_engine_advance (f->engine, f->now);
      if (mqttc_engine_want_write (f->engine))
        return;
      g_assert_cmpint (mqttc_engine_get_deadline (f->engine), !=, deadline);
    }

  f->now = end;
}

static void
describe_message (EngineFixture *f,
                  const MqttcEngineEvent *event,
                  GString *words)
{
  g_string_append_printf (words, "%s=%s", mqttc_message_get_topic (event->message),
                          mqttc_message_get_text (event->message));
  g_ptr_array_add (f->messages, mqttc_message_ref (event->message));

  if (f->hold)
    g_array_append_val (f->tokens, event->token);
  else
    mqttc_engine_delivered (f->engine, event->token, f->now);
}

static void
describe_error (const GError *error,
                GString *words)
{
  g_string_append_printf (words, "%s/%d", error->domain == MQTTC_REASON_ERROR ? "reason" : "client",
                          error->code);
}

static void
describe_authenticate (const MqttcEngineEvent *event,
                       GString *words)
{
  static const char *const stages[] = { "start", "restart", "continue", "finish" };
  gsize len = 0;
  const char *data = event->data != NULL ? g_bytes_get_data (event->data, &len) : NULL;

  g_string_append_printf (words, "%s:", stages[event->stage]);
  g_string_append_len (words, data, len);
}

static void
describe_resubscribed (const MqttcEngineEvent *event,
                       GString *words)
{
  const guint8 *codes = g_bytes_get_data (mqttc_packet_get_reason_codes (event->packet), NULL);

  g_string_append (words, "resubscribed");
  for (guint i = 0; event->filters[i] != NULL; i++)
    {
      g_string_append_printf (words, ":%s", event->filters[i]);
      if (codes[i] >= 0x80)
        g_string_append_printf (words, "/%d", codes[i]);
    }
}

static void
describe_event (EngineFixture *f,
                const MqttcEngineEvent *event,
                GString *words)
{
  g_autofree char *state = NULL;

  switch (event->type)
    {
    case MQTTC_ENGINE_EVENT_STATE:
      state = g_enum_to_string (MQTTC_TYPE_CONNECTION_STATE, event->state);
      g_string_append (words, state + strlen ("MQTTC_CONNECTION_STATE_"));
      break;
    case MQTTC_ENGINE_EVENT_CONNECTED:
      g_string_append_printf (words, "connected:%d",
                              mqttc_packet_get_session_present (event->packet));
      break;
    case MQTTC_ENGINE_EVENT_DISCONNECTED:
      g_string_append (words, "disconnected:");
      if (event->error != NULL)
        describe_error (event->error, words);
      break;
    case MQTTC_ENGINE_EVENT_MESSAGE:
      describe_message (f, event, words);
      break;
    case MQTTC_ENGINE_EVENT_COMPLETED:
      g_string_append (words, "completed:");
      if (event->error != NULL)
        describe_error (event->error, words);
      else
        g_string_append_printf (words, "%d", mqttc_packet_get_packet_type (event->packet));
      break;
    case MQTTC_ENGINE_EVENT_SUBSCRIBED:
      describe_resubscribed (event, words);
      break;
    case MQTTC_ENGINE_EVENT_CAN_PUBLISH:
      g_string_append (words, event->can_publish ? "can-publish" : "cannot-publish");
      break;
    case MQTTC_ENGINE_EVENT_CREDENTIALS:
      g_string_append (words, "credentials");
      break;
    case MQTTC_ENGINE_EVENT_AUTHENTICATE:
      describe_authenticate (event, words);
      break;
    case MQTTC_ENGINE_EVENT_INCOMING:
    case MQTTC_ENGINE_EVENT_OUTGOING:
    default:
      g_string_append_printf (words, "%s:%d",
                              event->type == MQTTC_ENGINE_EVENT_INCOMING ? "in" : "out",
                              mqttc_packet_get_packet_type (event->packet));
      break;
    }
}

void
engine_assert_events (EngineFixture *f,
                      const char *words)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  MqttcEngineEvent event;

  while (mqttc_engine_has_event (f->engine))
    {
      MqttcEngineEventType type = mqttc_engine_peek_event (f->engine);

      g_assert_true (mqttc_engine_pop_event (f->engine, &event));
      g_assert_cmpint (event.type, ==, type);
      if (type == MQTTC_ENGINE_EVENT_CAN_PUBLISH && !f->show_can_publish)
        continue;
      if (seen->len > 0)
        g_string_append_c (seen, ' ');
      describe_event (f, &event, seen);
      mqttc_engine_event_clear (&event);
    }

  g_assert_false (mqttc_engine_pop_event (f->engine, &event));
  g_assert_cmpstr (seen->str, ==, words);
}

void
engine_deliver (EngineFixture *f,
                guint n)
{
  mqttc_engine_delivered (f->engine, g_array_index (f->tokens, guint64, n), f->now);
}

void
engine_acknowledge (EngineFixture *f,
                    guint n,
                    int code)
{
  MqttcMessage *message = g_ptr_array_index (f->messages, n);
  g_autoptr (GError) error = NULL;
  gboolean taken = mqttc_engine_acknowledge (f->engine, message, f->now, &error);

  if (code < 0)
    {
      g_assert_no_error (error);
      g_assert_true (taken);
      return;
    }

  g_assert_error (error, MQTTC_CLIENT_ERROR, code);
  g_assert_false (taken);
  g_assert_nonnull (strstr (error->message, mqttc_message_get_topic (message)));
}

void
engine_publish (EngineFixture *f,
                const char *topic,
                const char *text,
                MqttcQos qos,
                MqttcOperation *operation)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, text);
  GError *error = NULL;

  mqttc_message_set_qos (message, qos);
  mqttc_engine_publish (f->engine, message, operation, f->now, &error);
  g_assert_no_error (error);
}

void
engine_publish_expiring (EngineFixture *f,
                         const char *text,
                         guint32 seconds,
                         MqttcQos qos,
                         MqttcOperation *operation)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text ("t", text);
  GError *error = NULL;

  mqttc_message_set_qos (message, qos);
  mqttc_message_set_expiry_interval (message, seconds);
  mqttc_engine_publish (f->engine, message, operation, f->now, &error);
  g_assert_no_error (error);
}

void
engine_publish_refused (EngineFixture *f,
                        MqttcMessage *message,
                        MqttcClientError code,
                        const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mqttc_engine_publish (f->engine, message, NULL, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, mqttc_message_get_topic (message)));
  g_assert_nonnull (strstr (error->message, words));
}

void
engine_subscribe (EngineFixture *f,
                  const char *filter,
                  MqttcQos qos,
                  MqttcOperation *operation)
{
  const char *const filters[] = { filter, NULL };
  const guint8 wanted = qos;
  GError *error = NULL;

  mqttc_engine_subscribe (f->engine, filters, &wanted, 0, operation, f->now, &error);
  g_assert_no_error (error);
}
