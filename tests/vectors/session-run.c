/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session-run.h"

#include <string.h>

#include "../unit/engine-fixture.h"
#include "mqttc-enum-types.h"

typedef struct
{
  EngineFixture f;
  MqttcOperation operation;
  GString *result;
  GString *sends;
  GString *events;
} Run;

void
session_outcome_clear (SessionOutcome *self)
{
  g_clear_pointer (&self->result, g_free);
  g_clear_pointer (&self->sends, g_free);
  g_clear_pointer (&self->events, g_free);
  g_clear_pointer (&self->kept, g_free);
}

/* --- The states. --- */

static void
drop_output (Run *run)
{
  g_free (engine_take_output (&run->f));
}

static void
enter_early (Run *run)
{
  engine_open (&run->f);
}

static void
enter_handshake (Run *run)
{
  engine_open (&run->f);
  drop_output (run);
}

static void
enter_connected (Run *run)
{
  engine_connect (&run->f, FALSE);
}

static void
publish (Run *run,
         MqttcQos qos)
{
  engine_connect (&run->f, FALSE);
  engine_publish (&run->f, "t", "x", qos, &run->operation);
  drop_output (run);
}

static void
enter_published_1 (Run *run)
{
  publish (run, MQTTC_QOS_AT_LEAST_ONCE);
}

static void
enter_published_2 (Run *run)
{
  publish (run, MQTTC_QOS_EXACTLY_ONCE);
}

static void
enter_released (Run *run)
{
  publish (run, MQTTC_QOS_EXACTLY_ONCE);
  engine_feed (&run->f, "50 02 0001");
  engine_assert_sends (&run->f, "62 02 0001");
}

static void
enter_subscribing (Run *run)
{
  engine_connect (&run->f, FALSE);
  engine_subscribe (&run->f, "a/#", MQTTC_QOS_EXACTLY_ONCE, &run->operation);
  engine_assert_sends (&run->f, "82 08 0001 0003 612f23 02");
}

static void
enter_subscribing_3 (Run *run)
{
  const char *const filters[] = { "a", "b", "c", NULL };
  const guint8 qos[] = { 0, 1, 2 };
  GError *error = NULL;

  engine_connect (&run->f, FALSE);
  mqttc_engine_subscribe (run->f.engine, filters, qos, &run->operation, run->f.now, &error);
  g_assert_no_error (error);
  drop_output (run);
}

static void
enter_unsubscribing (Run *run)
{
  const char *const filters[] = { "a", NULL };
  GError *error = NULL;

  engine_connect (&run->f, FALSE);
  mqttc_engine_unsubscribe (run->f.engine, filters, &run->operation, run->f.now, &error);
  g_assert_no_error (error);
  engine_assert_sends (&run->f, "a2 05 0001 0001 61");
}

static void
enter_received (Run *run)
{
  engine_connect (&run->f, FALSE);
  engine_feed (&run->f, "34 06 0001 74 000a 78");
  engine_assert_sends (&run->f, "50 02 000a");
}

static void
enter_pinging (Run *run)
{
  engine_connect (&run->f, FALSE);
  engine_wait (&run->f, SECONDS (61));
  engine_assert_sends (&run->f, "c0 00");
}

static void
enter_closing (Run *run)
{
  engine_connect (&run->f, FALSE);
  mqttc_engine_close (run->f.engine, MQTTC_REASON_CODE_SUCCESS, 0, run->f.now);
}

static void
enter_draining (Run *run)
{
  publish (run, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_engine_close (run->f.engine, MQTTC_REASON_CODE_SUCCESS, SECONDS (10), run->f.now);
}

static void
shake_hands_again (Run *run)
{
  engine_cut (&run->f);
  engine_redial (&run->f);
  drop_output (run);
}

static void
enter_again_published_1 (Run *run)
{
  enter_published_1 (run);
  shake_hands_again (run);
}

static void
enter_again_published_2 (Run *run)
{
  enter_published_2 (run);
  shake_hands_again (run);
}

static void
enter_again_released (Run *run)
{
  enter_released (run);
  shake_hands_again (run);
}

static void
enter_again_subscribed (Run *run)
{
  enter_subscribing (run);
  engine_feed (&run->f, "90 03 0001 02");
  shake_hands_again (run);
}

static void
enter_again_received (Run *run)
{
  enter_received (run);
  shake_hands_again (run);
}

static const struct
{
  const char *name;
  void (*enter) (Run *run);
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
};

/* "clean-" before the name: a clean session was asked for. */
static void
enter_state (Run *run,
             const char *state)
{
  gboolean clean = g_str_has_prefix (state, "clean-");
  const char *name = clean ? state + strlen ("clean-") : state;

  run->f.config.clean_session = clean;
  run->f.config.max_packet_size = 1024 * 1024;
  run->f.config.max_held_bytes = 100;
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      if (strcmp (states[i].name, name) == 0)
        {
          states[i].enter (run);
          return;
        }
    }

  g_error ("There is no state %s", state);
}

/* --- What came of it. --- */

static const char *
get_nick (GType type,
          int value)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (type);
  GEnumValue *found = g_enum_get_value (class, value);

  g_assert_nonnull (found);
  return found->value_nick;
}

static void append_word (GString *words,
                         const char *format,
                         ...) G_GNUC_PRINTF (2, 3);

static void
append_word (GString *words,
             const char *format,
             ...)
{
  va_list args;

  if (words->len > 0)
    g_string_append_c (words, ' ');
  va_start (args, format);
  g_string_append_vprintf (words, format, args);
  va_end (args);
}

static char *
describe_error (const GError *error)
{
  if (error == NULL)
    return g_strdup ("as-asked");
  if (error->domain == MQTTC_REASON_ERROR)
    return g_strdup_printf ("reason/%s", get_nick (MQTTC_TYPE_REASON_ERROR, error->code));

  g_assert_true (error->domain == MQTTC_CLIENT_ERROR);
  return g_strdup (get_nick (MQTTC_TYPE_CLIENT_ERROR, error->code));
}

static void
note_message (Run *run,
              const MqttcEngineEvent *event)
{
  g_autofree char *topic = g_strescape (mqttc_message_get_topic (event->message), NULL);
  const char *text = mqttc_message_get_text (event->message);

  append_word (run->events, "%s=%s", topic, text != NULL ? text : "bytes");
  mqttc_engine_delivered (run->f.engine, event->token, run->f.now);
}

static void
note_completed (Run *run,
                const MqttcEngineEvent *event)
{
  if (event->error != NULL)
    {
      g_autofree char *error = describe_error (event->error);

      append_word (run->events, "failed:%s", error);
      return;
    }

  append_word (run->events, "done:%s",
               get_nick (MQTTC_TYPE_PACKET_TYPE, mqttc_packet_get_packet_type (event->packet)));
}

static void
note_disconnected (Run *run,
                   const MqttcEngineEvent *event)
{
  g_autofree char *error = describe_error (event->error);

  append_word (run->result, "%s %s", event->retry_delay >= 0 ? "closed" : "ended", error);
}

static void
note_event (Run *run,
            const MqttcEngineEvent *event)
{
  switch (event->type)
    {
    case MQTTC_ENGINE_EVENT_MESSAGE:
      note_message (run, event);
      break;
    case MQTTC_ENGINE_EVENT_COMPLETED:
      note_completed (run, event);
      break;
    case MQTTC_ENGINE_EVENT_DISCONNECTED:
      note_disconnected (run, event);
      break;
    case MQTTC_ENGINE_EVENT_CONNECTED:
      append_word (run->events, "connected:%d", mqttc_packet_get_session_present (event->packet));
      break;
    case MQTTC_ENGINE_EVENT_RESUBSCRIBED:
      append_word (run->events, "resubscribed:%s", event->filters[0]);
      break;
    case MQTTC_ENGINE_EVENT_STATE:
    case MQTTC_ENGINE_EVENT_CAN_PUBLISH:
    case MQTTC_ENGINE_EVENT_INCOMING:
    case MQTTC_ENGINE_EVENT_OUTGOING:
    default:
      break;
    }
}

static void
note_events (Run *run)
{
  MqttcEngineEvent event;

  while (mqttc_engine_pop_event (run->f.engine, &event))
    {
      note_event (run, &event);
      mqttc_engine_event_clear (&event);
    }
}

/* Delivers what there is, and lets the link take what there is to write then. */
static void
serve (Run *run)
{
  g_autofree char *output = NULL;

  note_events (run);
  output = engine_take_output (&run->f);
  g_string_append (run->sends, output);
  note_events (run);
}

static void
forget_events (Run *run)
{
  MqttcEngineEvent event;

  while (mqttc_engine_pop_event (run->f.engine, &event))
    {
      if (event.type == MQTTC_ENGINE_EVENT_MESSAGE)
        mqttc_engine_delivered (run->f.engine, event.token, run->f.now);
      mqttc_engine_event_clear (&event);
    }
}

/* From a block of its own size, so that a read beyond it is seen by the sanitizers. */
static void
feed_piece (Run *run,
            const guint8 *data,
            gsize len)
{
  g_autofree guint8 *piece = g_memdup2 (data, len);

  mqttc_engine_feed (run->f.engine, piece, len, run->f.now);
}

static void
feed_all (Run *run,
          const GByteArray *bytes,
          const SessionWay *way)
{
  gsize len = bytes->len - way->lost;
  gsize done = 0;

  while (done < len)
    {
      gsize n = MIN (done == 0 && way->first > 0 ? way->first : way->step, len - done);

      feed_piece (run, bytes->data + done, n);
      if (way->served)
        serve (run);
      done += n;
    }
}

/* --- Afterwards. --- */

/* Whatever happened, the next connection works. It resumes the session, which shows what of it was
 * kept. */
static char *
resume (Run *run)
{
  EngineFixture *f = &run->f;
  GString *kept;

  if (mqttc_engine_get_state (f->engine) == MQTTC_CONNECTION_STATE_DRAINING)
    {
      f->now = mqttc_engine_get_deadline (f->engine);
      mqttc_engine_advance (f->engine, f->now);
    }

  if (mqttc_engine_get_state (f->engine) == MQTTC_CONNECTION_STATE_CLOSED)
    engine_open (f);
  else
    engine_redial (f);
  engine_accept (f, !f->config.clean_session);

  g_string_truncate (run->events, 0);
  g_string_truncate (run->sends, 0);
  serve (run);
  kept = g_string_new (run->sends->str);

  g_string_truncate (run->events, 0);
  g_string_truncate (run->sends, 0);
  engine_feed (f, "62 02 000a");
  serve (run);
  g_assert_cmpstr (run->sends->str, ==, "7002000a");
  if (run->events->len > 0)
    append_word (kept, "held");

  return g_string_free (kept, FALSE);
}

static char *
take_text (GString *text)
{
  return g_strdup (text->len > 0 ? text->str : "-");
}

/* The link is closed if and only if the engine has said so; if it has not, it is cut now. */
static void
end_link (Run *run)
{
  EngineFixture *f = &run->f;
  gboolean open = run->result->len == 0;
  MqttcLinkAction action = mqttc_engine_take_link_action (f->engine);

  g_assert_cmpint (action, ==, open ? MQTTC_LINK_ACTION_NONE : MQTTC_LINK_ACTION_CLOSE);
  if (!open)
    return;

  engine_cut (f);
  forget_events (run);
}

void
session_run (const char *state,
             const GByteArray *bytes,
             const SessionWay *way,
             SessionOutcome *outcome)
{
  Run run = { .result = g_string_new (NULL),
              .sends = g_string_new (NULL),
              .events = g_string_new (NULL) };
  g_autofree char *kept = NULL;

  engine_set_up (&run.f, NULL);
  enter_state (&run, state);
  forget_events (&run);

  feed_all (&run, bytes, way);
  serve (&run);
  outcome->result = g_strdup (run.result->len > 0 ? run.result->str : "open");
  outcome->sends = take_text (run.sends);
  outcome->events = take_text (run.events);
  end_link (&run);
  kept = resume (&run);
  outcome->kept = g_strdup (kept[0] != '\0' ? kept : "-");

  engine_tear_down (&run.f, NULL);
  g_string_free (run.result, TRUE);
  g_string_free (run.sends, TRUE);
  g_string_free (run.events, TRUE);
}
