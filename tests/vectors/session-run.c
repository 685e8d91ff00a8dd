/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session-run.h"

#include <string.h>

#include "mqttc-enum-types.h"
#include "session-states.h"

typedef struct
{
  SessionState state;
  EngineFixture *f; /* (unowned): of the state */
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
  if (!run->f->hold)
    mqttc_engine_delivered (run->f->engine, event->token, run->f->now);
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
    case MQTTC_ENGINE_EVENT_SUBSCRIBED:
      append_word (run->events, "resubscribed:%s", event->filters[0]);
      break;
    case MQTTC_ENGINE_EVENT_AUTHENTICATE:
      append_word (run->events, "asked:%d", event->stage);
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

  while (mqttc_engine_pop_event (run->f->engine, &event))
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
  /* What is said then is looked at when the link is closed. */
  if (run->result->len > 0)
    return;

  output = engine_take_output (run->f);
  g_string_append (run->sends, output);
  note_events (run);
}

static void
forget_events (Run *run)
{
  MqttcEngineEvent event;

  while (mqttc_engine_pop_event (run->f->engine, &event))
    {
      if (event.type == MQTTC_ENGINE_EVENT_MESSAGE)
        mqttc_engine_delivered (run->f->engine, event.token, run->f->now);
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

  mqttc_engine_feed (run->f->engine, piece, len, run->f->now);
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
  EngineFixture *f = run->f;
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
  session_state_shake_hands (&run->state, !f->config.clean_session);

  g_string_truncate (run->result, 0);
  g_string_truncate (run->sends, 0);
  serve (run);
  kept = g_string_new (run->sends->str);

  g_string_truncate (run->events, 0);
  g_string_truncate (run->sends, 0);
  engine_feed (f, "62 02 000a");
  serve (run);
  if (run->events->len > 0)
    append_word (kept, "held");
  g_assert_cmpstr (run->sends->str, ==,
                   run->events->len > 0 || f->config.protocol != MQTTC_PROTOCOL_V5 ? "7002000a"
                                                                                   : "7003000a92");

  return g_string_free (kept, FALSE);
}

static char *
take_text (GString *text)
{
  return g_strdup (text->len > 0 ? text->str : "-");
}

/* The link is closed if and only if the engine has said so; if it has not, it is cut now. What is said
 * at its end is a DISCONNECT with a reason alone, and nothing follows it [MQTT5-3.14.4-1]. */
static void
end_link (Run *run)
{
  EngineFixture *f = run->f;
  gboolean open = run->result->len == 0;
  MqttcLinkAction action = mqttc_engine_take_link_action (f->engine);
  g_autofree char *last_words = NULL;

  g_assert_cmpint (action, ==, open ? MQTTC_LINK_ACTION_NONE : MQTTC_LINK_ACTION_CLOSE);
  if (open)
    {
      engine_cut (f);
      forget_events (run);
      return;
    }

  last_words = engine_take_output (f);
  g_assert_true (last_words[0] == '\0' || g_str_has_prefix (last_words, "e001"));
  if (last_words[0] != '\0')
    append_word (run->result, "%s", last_words + strlen ("e001"));
}

void
session_run (MqttcProtocol protocol,
             const char *state,
             const GByteArray *bytes,
             const SessionWay *way,
             SessionOutcome *outcome)
{
  Run run = { .result = g_string_new (NULL),
              .sends = g_string_new (NULL),
              .events = g_string_new (NULL) };
  g_autofree char *kept = NULL;

  run.f = &run.state.f;
  engine_set_up (run.f, NULL);
  session_state_enter (&run.state, protocol, state);
  forget_events (&run);

  feed_all (&run, bytes, way);
  serve (&run);
  outcome->sends = take_text (run.sends);
  outcome->events = take_text (run.events);
  end_link (&run);
  outcome->result = g_strdup (run.result->len > 0 ? run.result->str : "open");
  kept = resume (&run);
  outcome->kept = g_strdup (kept[0] != '\0' ? kept : "-");

  engine_tear_down (run.f, NULL);
  g_string_free (run.result, TRUE);
  g_string_free (run.sends, TRUE);
  g_string_free (run.events, TRUE);
}
