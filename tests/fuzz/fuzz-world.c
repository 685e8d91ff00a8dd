/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz-world.h"

#include "codec/mqttc-topic.h"
#include "mqttc-error.h"

#define MAX_KEPT_MESSAGES 64
#define MAX_TURNS 1000

static GQuark
network_quark (void)
{
  return g_quark_from_static_string ("fuzz-network");
}

FuzzWorld *
fuzz_world_new (const MqttcEngineConfig *config)
{
  FuzzWorld *self = g_new0 (FuzzWorld, 1);

  self->config = *config;
  self->now = 1000 * (gint64) G_USEC_PER_SEC;
  self->hash = FUZZ_HASH_START;
  self->wire = fuzz_wire_new (config->max_inflight, config->clean_session);
  self->wire->may_be_5 = config->protocol == MQTTC_PROTOCOL_V5;
  self->wire->may_be_3 = !self->wire->may_be_5 || config->fall_back;
  self->wire->has_method = config->authenticates;
  self->state = MQTTC_CONNECTION_STATE_IDLE;
  self->handed = g_array_new (FALSE, FALSE, sizeof (FuzzHanded));
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  self->engine = mqttc_engine_new (1);
  mqttc_engine_configure (self->engine, &self->config);
  return self;
}

/* --- What must hold. --- */

static void
check_counters (FuzzWorld *self)
{
  MqttcEngineCounters counters;

  mqttc_engine_get_counters (self->engine, &counters);
  g_assert_cmpuint (counters.inflight, <=, self->config.max_inflight);
  g_assert_cmpuint (counters.queued_bytes, <=, self->config.max_queued_bytes + 65536);
  /* When a session is lost, all that was held until its release is handed over at once. */
  g_assert_cmpuint (counters.undelivered, <=,
                    self->config.max_undelivered_messages + 1 + self->wire->n_fed_qos2);
}

static void
check_link (FuzzWorld *self)
{
  MqttcSlice slice;

  if (self->wire->up)
    return;

  g_assert_cmpuint (mqttc_engine_peek_output (self->engine, &slice, 1, self->now), ==, 0);
  g_assert_false (mqttc_engine_want_write (self->engine));
}

static void
check_discarded (FuzzWorld *self)
{
  g_autoptr (GPtrArray) messages = NULL;

  if (!mqttc_engine_has_discarded (self->engine))
    return;

  messages = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_message_unref);
  mqttc_engine_swap_discarded (self->engine, &messages);
  g_assert_cmpuint (messages->len, >, 0);
}

/* The link takes them at once, or never. */
static void
take_last_words (FuzzWorld *self)
{
  MqttcSlice slice;

  if (!self->wire->up || mqttc_engine_peek_output (self->engine, &slice, 1, self->now) == 0)
    return;

  g_assert_true (self->wire->may_be_5);
  self->hash = fuzz_hash (self->hash, slice.data, slice.len);
  fuzz_wire_sent (self->wire, slice);
  g_assert_true (self->wire->ended);
}

void
fuzz_world_settle (FuzzWorld *self)
{
  MqttcLinkAction action;
  guint n_turns = 0;

  while ((action = mqttc_engine_take_link_action (self->engine)) != MQTTC_LINK_ACTION_NONE)
    {
      if (action == MQTTC_LINK_ACTION_DIAL)
        {
          g_assert_false (self->wire->up);
          g_assert_false (self->dialling);
        }
      else
        {
          take_last_words (self);
        }
      self->dialling = action == MQTTC_LINK_ACTION_DIAL;
      fuzz_wire_down (self->wire);
      g_assert_cmpuint (++n_turns, <, MAX_TURNS);
    }

  check_counters (self);
  check_link (self);
  check_discarded (self);
}

/* --- The link. --- */

void
fuzz_world_open (FuzzWorld *self)
{
  g_autoptr (GError) error = NULL;

  if (!mqttc_engine_open (self->engine, self->now, &error))
    g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_ALREADY_OPEN);
  fuzz_world_settle (self);
}

void
fuzz_world_link_up (FuzzWorld *self)
{
  if (!self->dialling)
    return;

  self->dialling = FALSE;
  if (mqttc_engine_link_up (self->engine, self->now))
    fuzz_wire_up (self->wire);
  fuzz_world_settle (self);
}

void
fuzz_world_link_down (FuzzWorld *self,
                      gboolean error,
                      gboolean refused)
{
  GError *cause = error ? g_error_new (network_quark (), 0, "The link is down") : NULL;

  if (!self->dialling && !self->wire->up)
    {
      g_clear_error (&cause);
      return;
    }

  if (refused && self->dialling && cause != NULL)
    mqttc_engine_link_refused (self->engine, cause, self->now);
  else
    mqttc_engine_link_down (self->engine, cause, self->now);
  self->dialling = FALSE;
  fuzz_wire_down (self->wire);
  fuzz_world_settle (self);
}

void
fuzz_world_write (FuzzWorld *self,
                  gsize max_bytes)
{
  gsize taken = 0;
  MqttcSlice slices[5];
  guint n = mqttc_engine_peek_output (self->engine, slices, G_N_ELEMENTS (slices), self->now);

  g_assert_cmpuint (n, <=, G_N_ELEMENTS (slices));
  for (guint i = 0; i < n && taken < max_bytes; i++)
    {
      MqttcSlice part = mqttc_slice (slices[i].data, MIN (slices[i].len, max_bytes - taken));

      g_assert_cmpuint (part.len, >, 0);
      self->hash = fuzz_hash (self->hash, part.data, part.len);
      fuzz_wire_sent (self->wire, part);
      taken += part.len;
    }

  /* What the handlers of the program have not seen is not acknowledged. */
  g_assert_cmpuint (self->wire->n_all_sent[MQTTC_PACKET_TYPE_PUBACK], <=, self->n_delivered[1]);
  if (taken > 0)
    mqttc_engine_sent (self->engine, taken, self->now);
  fuzz_world_settle (self);
}

void
fuzz_world_feed (FuzzWorld *self,
                 MqttcSlice bytes)
{
  g_autofree guint8 *copy = g_memdup2 (bytes.data, bytes.len);

  if (!self->wire->up || bytes.len == 0)
    return;

  fuzz_wire_fed (self->wire, bytes);
  mqttc_engine_feed (self->engine, copy, bytes.len, self->now);
  fuzz_world_settle (self);
}

void
fuzz_world_answer (FuzzWorld *self,
                   guint n)
{
  GArray *answers = self->wire->answers;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (!self->wire->up || answers->len == 0)
    return;

  n %= answers->len;
  fuzz_answer_write (&g_array_index (answers, FuzzAnswer, n), bytes);
  g_array_remove_index (answers, n);
  fuzz_world_feed (self, mqttc_slice (bytes->data, bytes->len));
}

/* --- Commands. --- */

static MqttcOperation *
next_operation (FuzzWorld *self)
{
  if (self->n_operations == FUZZ_MAX_OPERATIONS)
    return NULL;

  self->pending[self->n_operations] = TRUE;
  return &self->operations[self->n_operations++];
}

static void
note_accepted (FuzzWorld *self,
               MqttcOperation *operation,
               gboolean accepted,
               const GError *error)
{
  g_assert_cmpint (accepted, ==, error == NULL);
  if (!accepted)
    {
      g_assert_true (error->domain == MQTTC_CLIENT_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  if (operation != NULL && !accepted)
    self->pending[operation - self->operations] = FALSE;
  fuzz_world_settle (self);
}

void
fuzz_world_publish_message (FuzzWorld *self,
                            MqttcMessage *message)
{
  MqttcOperation *operation = next_operation (self);
  g_autoptr (GError) error = NULL;
  gboolean accepted = mqttc_engine_publish (self->engine, message, operation, self->now, &error);

  note_accepted (self, operation, accepted, error);
}

void
fuzz_world_publish (FuzzWorld *self,
                    const char *topic,
                    MqttcSlice payload,
                    guint qos,
                    gboolean retain)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_data (topic, payload.data, payload.len);

  mqttc_message_set_qos (message, (MqttcQos) qos);
  mqttc_message_set_retain (message, retain);
  fuzz_world_publish_message (self, message);
}

void
fuzz_world_subscribe (FuzzWorld *self,
                      const char *const *filters,
                      const guint8 *options,
                      guint subscription_id)
{
  MqttcOperation *operation = next_operation (self);
  g_autoptr (GError) error = NULL;
  gboolean accepted = mqttc_engine_subscribe (self->engine, filters, options, subscription_id,
                                              operation, self->now, &error);

  note_accepted (self, operation, accepted, error);
}

void
fuzz_world_unsubscribe (FuzzWorld *self,
                        const char *const *filters)
{
  MqttcOperation *operation = next_operation (self);
  g_autoptr (GError) error = NULL;
  gboolean accepted
      = mqttc_engine_unsubscribe (self->engine, filters, operation, self->now, &error);

  note_accepted (self, operation, accepted, error);
}

void
fuzz_world_cancel (FuzzWorld *self,
                   guint n)
{
  if (n >= self->n_operations || !self->pending[n])
    return;

  mqttc_engine_cancel (self->engine, &self->operations[n],
                       g_error_new (network_quark (), 1, "Cancelled"));
  fuzz_world_settle (self);
}

/* --- Enhanced authentication of MQTT 5. --- */

void
fuzz_world_authenticate (FuzzWorld *self,
                         MqttcSlice data,
                         gboolean gives_up)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data.data, data.len);

  if (!self->asked)
    return;

  self->asked = FALSE;
  if (gives_up)
    mqttc_engine_authenticate (self->engine, self->auth_token, NULL, NULL,
                               g_error_new (network_quark (), 2, "Not who it should be"),
                               self->now);
  else
    mqttc_engine_authenticate (self->engine, self->auth_token, "m", data.len > 0 ? bytes : NULL,
                               NULL, self->now);
  fuzz_world_settle (self);
}

void
fuzz_world_reauthenticate (FuzzWorld *self)
{
  MqttcOperation *operation = next_operation (self);
  g_autoptr (GError) error = NULL;
  gboolean accepted = mqttc_engine_reauthenticate (self->engine, operation, &error);

  note_accepted (self, operation, accepted, error);
}

/* --- Events. --- */

static void
take_completed (FuzzWorld *self,
                const MqttcEngineEvent *event)
{
  const gint64 n = event->operation - self->operations;

  g_assert_cmpint (n, >=, 0);
  g_assert_cmpint (n, <, self->n_operations);
  g_assert_true (self->pending[n]);
  g_assert_cmpint (event->packet == NULL, ==, event->error != NULL);
  self->pending[n] = FALSE;
}

static void
take_message (FuzzWorld *self,
              const MqttcEngineEvent *event)
{
  MqttcMessage *message = event->message;
  const FuzzHanded handed = { event->token, mqttc_message_get_qos (message) };

  g_assert_true (mqttc_topic_is_valid (mqttc_message_get_topic (message)));
  g_assert_cmpuint (handed.qos, <=, 2);
  g_array_append_val (self->handed, handed);
  if (self->messages->len < MAX_KEPT_MESSAGES)
    g_ptr_array_add (self->messages, mqttc_message_ref (message));
}

static void
take_event (FuzzWorld *self,
            const MqttcEngineEvent *event)
{
  switch (event->type)
    {
    case MQTTC_ENGINE_EVENT_STATE:
      g_assert_cmpint (event->state, !=, self->state);
      self->state = event->state;
      break;
    case MQTTC_ENGINE_EVENT_CONNECTED:
      g_assert_nonnull (event->packet);
      break;
    case MQTTC_ENGINE_EVENT_DISCONNECTED:
      g_assert_cmpint (event->retry_delay, >=, -1);
      break;
    case MQTTC_ENGINE_EVENT_MESSAGE:
      take_message (self, event);
      break;
    case MQTTC_ENGINE_EVENT_COMPLETED:
      take_completed (self, event);
      break;
    case MQTTC_ENGINE_EVENT_SUBSCRIBED:
      g_assert_nonnull (event->filters);
      break;
    case MQTTC_ENGINE_EVENT_INCOMING:
    case MQTTC_ENGINE_EVENT_OUTGOING:
      g_assert_nonnull (event->packet);
      break;
    case MQTTC_ENGINE_EVENT_AUTHENTICATE:
      g_assert_true (self->wire->has_method);
      self->asked = TRUE;
      self->auth_token = event->token;
      break;
    case MQTTC_ENGINE_EVENT_CREDENTIALS:
    case MQTTC_ENGINE_EVENT_CAN_PUBLISH:
    default:
      break;
    }
}

void
fuzz_world_pop (FuzzWorld *self,
                guint n)
{
  MqttcEngineEvent event;

  while (n-- > 0 && mqttc_engine_pop_event (self->engine, &event))
    {
      guint8 type = event.type;

      self->hash = fuzz_hash (self->hash, &type, 1);
      take_event (self, &event);
      mqttc_engine_event_clear (&event);
    }

  if (!mqttc_engine_has_event (self->engine))
    g_assert_cmpint (mqttc_engine_get_state (self->engine), ==, self->state);
  fuzz_world_settle (self);
}

void
fuzz_world_deliver (FuzzWorld *self,
                    guint n,
                    gboolean give_up)
{
  FuzzHanded handed;

  if (self->handed->len == 0)
    return;

  n %= self->handed->len;
  handed = g_array_index (self->handed, FuzzHanded, n);
  g_array_remove_index (self->handed, n);
  if (give_up)
    {
      mqttc_engine_give_up (self->engine, handed.token, self->now);
    }
  else
    {
      self->n_delivered[handed.qos]++;
      mqttc_engine_delivered (self->engine, handed.token, self->now);
    }
  fuzz_world_settle (self);
}

void
fuzz_world_acknowledge_full (FuzzWorld *self,
                             guint n,
                             guint reason_code,
                             gboolean has_properties)
{
  g_autoptr (GBytes) properties = has_properties ? g_bytes_new_static ("\x26\0\1a\0\1b", 7) : NULL;
  g_autoptr (GError) error = NULL;
  gboolean taken;

  if (self->messages->len == 0)
    return;

  n %= self->messages->len;
  taken = mqttc_engine_acknowledge_full (self->engine, g_ptr_array_index (self->messages, n),
                                         reason_code, properties, self->now, &error);
  g_assert_cmpint (taken, ==, error == NULL);
  fuzz_world_settle (self);
}

void
fuzz_world_acknowledge (FuzzWorld *self,
                        guint n)
{
  fuzz_world_acknowledge_full (self, n, 0, FALSE);
}

/* --- Time. --- */

void
fuzz_world_wait_deadline (FuzzWorld *self)
{
  gint64 deadline = mqttc_engine_get_deadline (self->engine);

  if (deadline < 0)
    return;

  self->now = MAX (self->now, deadline);
  mqttc_engine_advance (self->engine, self->now);
  fuzz_world_settle (self);
}

void
fuzz_world_wait (FuzzWorld *self,
                 gint64 usec)
{
  const gint64 end = self->now + usec;
  gint64 deadline;
  guint n_turns = 0;

  while ((deadline = mqttc_engine_get_deadline (self->engine)) >= 0 && deadline <= end)
    {
      const gint64 before = self->now;

      fuzz_world_wait_deadline (self);
      /* A deadline that stays where it is would be a busy loop. */
      n_turns = self->now > before ? 0 : n_turns + 1;
      g_assert_cmpuint (n_turns, <, MAX_TURNS);
    }

  self->now = end;
}

void
fuzz_world_run_dry (FuzzWorld *self)
{
  for (guint n_turns = 0;; n_turns++)
    {
      const gint64 deadline = mqttc_engine_get_deadline (self->engine);

      g_assert_cmpuint (n_turns, <, MAX_TURNS);
      if (deadline >= 0 && deadline <= self->now)
        fuzz_world_wait_deadline (self);
      fuzz_world_write (self, G_MAXSIZE);
      fuzz_world_pop (self, G_MAXUINT);
      while (self->handed->len > 0)
        fuzz_world_deliver (self, 0, FALSE);
      fuzz_world_authenticate (self, mqttc_slice ("c", 1), FALSE);
      if (!mqttc_engine_has_event (self->engine)
          && (!self->wire->up || !mqttc_engine_want_write (self->engine)))
        return;
    }
}

void
fuzz_world_finish (FuzzWorld *self)
{
  fuzz_world_pop (self, G_MAXUINT);
  mqttc_engine_abort (self->engine, self->now);
  fuzz_world_settle (self);
  fuzz_world_pop (self, G_MAXUINT);
  g_assert_cmpint (mqttc_engine_get_deadline (self->engine), ==, -1);
  for (guint i = 0; i < self->n_operations; i++)
    g_assert_false (self->pending[i]);

  /* What was handed over and not delivered comes too late, and must do no harm. */
  while (self->handed->len > 0)
    fuzz_world_deliver (self, 0, FALSE);

  mqttc_engine_free (self->engine);
  mqttc_engine_config_clear (&self->config);
  fuzz_wire_free (self->wire);
  g_array_unref (self->handed);
  g_ptr_array_unref (self->messages);
  g_free (self);
}
