/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Section 4.10 of MQTT 5, the side of the requester: from a request to its answer. */

#include "config.h"

#include "codec/mqttc-utf8-private.h"
#include "helpers/mqttc-requester-private.h"
#include "loop/mqttc-deadline-source-private.h"
#include "loop/mqttc-event-loop-private.h"
#include "loop/mqttc-options.h"
#include "loop/mqttc-random-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-reason-error-private.h"

/* The data of a task. */
typedef struct
{
  MqttcMessage *message; /* (owned): to be sent */
  GBytes *correlation;   /* (owned) */
  char *topic;           /* (owned): for errors */
  gint64 deadline;       /* -1: none */
  guint timeout_msec;
} Request;

static void
request_free (gpointer data)
{
  Request *self = data;

  mqttc_message_unref (self->message);
  g_bytes_unref (self->correlation);
  g_free (self->topic);
  g_free (self);
}

static Request *
get_request (MqttcClientOp *op)
{
  return g_task_get_task_data (op->task);
}

/* --- The end of requests. --- */

/* @op (transfer full), which is not in a list any more. @error (transfer full). */
static void
fail (MqttcClientOp *op,
      GError *error)
{
  g_autoptr (MqttcClientOp) owned = op;
  g_autoptr (GTask) task = mqttc_client_op_end (op);

  mqttc_client_op_return_error (task, error);
}

/* (transfer full) (nullable): out of the lists. */
static MqttcClientOp *
take (MqttcRequester *self,
      MqttcClientOp *op)
{
  Request *request = get_request (op);
  gpointer taken = NULL;

  if (g_hash_table_lookup (self->pending, request->correlation) == op)
    {
      g_hash_table_steal_extended (self->pending, request->correlation, NULL, &taken);
      return taken;
    }

  return g_queue_remove (&self->waiting, op) ? op : NULL;
}

static void
fail_all (MqttcRequester *self,
          GQueue *ops,
          const GError *error)
{
  MqttcClientOp *op;

  while ((op = g_queue_pop_head (ops)) != NULL)
    fail (op, g_error_copy (error));
}

static void
move_all (MqttcRequester *self,
          GQueue *to)
{
  GHashTableIter iter;
  gpointer op;

  while ((op = g_queue_pop_head (&self->waiting)) != NULL)
    g_queue_push_tail (to, op);

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &op))
    {
      g_hash_table_iter_steal (&iter);
      g_queue_push_tail (to, op);
    }
}

static void
request_cancelled (MqttcClientOp *op)
{
  MqttcRequester *self = g_task_get_source_object (op->task);
  g_autoptr (MqttcClientOp) taken = take (self, op);

  if (taken != NULL)
    mqttc_client_op_end_cancelled (taken);
}

static const MqttcClientOpClass request_class = { .cancelled = request_cancelled };

static void
end_all (MqttcRequester *self,
         const GError *error)
{
  GQueue ended = G_QUEUE_INIT;

  move_all (self, &ended);
  fail_all (self, &ended, error);
}

/* --- Time. --- */

/* @first: the earliest deadline of those that are not. */
static gboolean
is_due (MqttcClientOp *op,
        gint64 now,
        gint64 *first)
{
  gint64 deadline = get_request (op)->deadline;

  if (deadline < 0)
    return FALSE;
  if (now >= deadline)
    return TRUE;
  if (*first < 0 || deadline < *first)
    *first = deadline;
  return FALSE;
}

/* Returns the earliest deadline of those that are left; -1: none. */
static gint64
collect_due (MqttcRequester *self,
             gint64 now,
             GQueue *due)
{
  gint64 first = -1;
  GHashTableIter iter;
  gpointer op;
  GList *next;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &op))
    {
      if (!is_due (op, now, &first))
        continue;
      g_hash_table_iter_steal (&iter);
      g_queue_push_tail (due, op);
    }

  for (GList *link = self->waiting.head; link != NULL; link = next)
    {
      next = link->next;
      if (!is_due (link->data, now, &first))
        continue;
      g_queue_push_tail (due, link->data);
      g_queue_delete_link (&self->waiting, link);
    }

  return first;
}

static GError *
make_timeout_error (const Request *request)
{
  g_autofree char *topic = mqttc_text_for_display (request->topic);

  return g_error_new (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_TIMED_OUT,
                      "No answer to the request to “%s” came in %u milliseconds", topic,
                      request->timeout_msec);
}

static gboolean
deadline_cb (gpointer user_data)
{
  g_autoptr (MqttcRequester) self = g_object_ref (user_data);
  GQueue due = G_QUEUE_INIT;
  MqttcClientOp *op;
  gint64 now = mqttc_deadline_source_get_time (self->timer);

  mqttc_deadline_source_set (self->timer, collect_due (self, now, &due));
  while ((op = g_queue_pop_head (&due)) != NULL)
    fail (op, make_timeout_error (get_request (op)));

  return G_SOURCE_CONTINUE;
}

static void
note_deadline (MqttcRequester *self,
               Request *request)
{
  gint64 first;

  request->deadline = -1;
  if (request->timeout_msec == 0)
    return;

  if (self->timer == NULL)
    self->timer = mqttc_deadline_source_new (mqttc_client_get_event_loop (self->client),
                                             "[mqttc] requests", deadline_cb, self);

  request->deadline = mqttc_deadline_source_get_time (self->timer)
                      + request->timeout_msec * G_TIME_SPAN_MILLISECOND;
  first = mqttc_deadline_source_get (self->timer);
  if (first < 0 || request->deadline < first)
    mqttc_deadline_source_set (self->timer, request->deadline);
}

/* --- Sending. --- */

static GError *
make_protocol_error (const Request *request)
{
  g_autofree char *topic = mqttc_text_for_display (request->topic);

  return g_error_new (
      G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
      "Cannot send a request to “%s”: requests need MQTT 5, and this is a connection of "
      "MQTT 3.1.1",
      topic);
}

/* Without a connection it is not known before there is one. */
static gboolean
is_possible (MqttcRequester *self)
{
  MqttcOptions *options = mqttc_client_get_options (self->client);

  if (mqttc_client_has_connack (self->client))
    return mqttc_client_get_protocol (self->client) == MQTTC_PROTOCOL_V5;

  return mqttc_options_get_protocol (options) == MQTTC_PROTOCOL_V5;
}

/* Of a publish: the answer may have come before the acknowledgement, and the request be gone. */
typedef struct
{
  MqttcRequester *requester; /* (owned) */
  GBytes *correlation;       /* (owned) */
} Sending;

static void
sent_cb (GObject *source,
         GAsyncResult *result,
         gpointer user_data)
{
  Sending *sending = user_data;
  g_autoptr (MqttcRequester) self = sending->requester;
  g_autoptr (GBytes) correlation = sending->correlation;
  g_autoptr (MqttcPacket) packet = NULL;
  GError *error = NULL;
  gpointer op = NULL;

  g_free (sending);
  packet = mqttc_client_publish_finish (MQTTC_CLIENT (source), result, &error);
  if (packet != NULL)
    return;

  if (g_hash_table_steal_extended (self->pending, correlation, NULL, &op))
    fail (op, error);
  else
    g_error_free (error);
}

/* @op (transfer full). */
static void
send (MqttcRequester *self,
      MqttcClientOp *op)
{
  Request *request = get_request (op);
  Sending *sending;

  if (!is_possible (self))
    {
      fail (op, make_protocol_error (request));
      return;
    }

  mqttc_message_set_response_topic (request->message, self->response_topic);
  sending = g_new (Sending, 1);
  sending->requester = g_object_ref (self);
  sending->correlation = g_bytes_ref (request->correlation);
  g_hash_table_insert (self->pending, request->correlation, op);
  mqttc_client_publish_async (self->client, request->message, NULL, sent_cb, sending);
}

/* --- The response topic. --- */

static void
answer_cb (MqttcSubscription *subscription,
           MqttcMessage *message,
           gpointer user_data)
{
  MqttcRequester *self = user_data;
  GBytes *correlation = mqttc_message_get_correlation_data (message);
  g_autoptr (MqttcClientOp) op = NULL;
  g_autoptr (GTask) task = NULL;
  gpointer taken = NULL;

  /* With manual-acks nobody else does, least of all for an answer that is ignored. */
  mqttc_client_ack (self->client, message, NULL);

  if (correlation == NULL
      || !g_hash_table_steal_extended (self->pending, correlation, NULL, &taken))
    return;

  op = taken;
  task = mqttc_client_op_end (op);
  g_task_return_pointer (task, mqttc_message_ref (message), (GDestroyNotify) mqttc_message_unref);
}

/* Part of a topic, whatever it is made of. */
static char *
make_prefix (MqttcRequester *self)
{
  const char *information = mqttc_client_get_response_information (self->client);
  const char *id = mqttc_options_get_client_id (mqttc_client_get_options (self->client));
  char *prefix;

  if (information != NULL)
    {
      prefix = g_strdup (information);
      if (g_str_has_suffix (prefix, "/"))
        prefix[strlen (prefix) - 1] = '\0';
    }
  else
    {
      if (id == NULL)
        id = mqttc_client_get_assigned_client_id (self->client);
      prefix = g_strdup_printf ("responses/%s", id != NULL ? id : "client");
    }

  return g_strdelimit (prefix, "+#", '_');
}

/* After a session was lost, it was subscribed to once more: what waits for an answer waits in vain. */
static void
reason_code_cb (MqttcSubscription *subscription,
                GParamSpec *pspec,
                gpointer user_data)
{
  g_autoptr (MqttcRequester) self = g_object_ref (user_data);
  const guint code = mqttc_subscription_get_reason_code (subscription);
  g_autofree char *topic = NULL;
  g_autoptr (GError) error = NULL;

  if (code < MQTTC_REASON_CODE_UNSPECIFIED_ERROR || self->is_subscribing)
    return;

  topic = mqttc_text_for_display (self->response_topic);
  error = mqttc_reason_error_new (
      code, NULL, "Cannot receive answers: the server refuses the subscription to “%s”: %s", topic,
      mqttc_reason_code_to_string (code, MQTTC_PACKET_TYPE_SUBACK));
  mqttc_requester_drop_subscription (self);
  end_all (self, error);
}

static void
make_subscription (MqttcRequester *self)
{
  g_autofree char *prefix = make_prefix (self);

  g_free (self->response_topic);
  self->response_topic
      = g_strdup_printf ("%s/%016" G_GINT64_MODIFIER "x", prefix, mqttc_random_make_seed ());
  self->subscription = mqttc_subscription_new (self->response_topic, MQTTC_QOS_EXACTLY_ONCE);
  mqttc_subscription_set_handler (self->subscription, answer_cb, self, NULL);
  g_signal_connect_object (self->subscription, "notify::reason-code", G_CALLBACK (reason_code_cb),
                           self, 0);
  mqttc_requester_notify_response_topic (self);
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (MqttcRequester) self = user_data;
  g_autoptr (GError) error = NULL;
  GQueue ready = G_QUEUE_INIT;
  MqttcClientOp *op;

  self->is_subscribing = FALSE;
  self->is_subscribed = mqttc_client_subscribe_finish (MQTTC_CLIENT (source), result, &error);

  while ((op = g_queue_pop_head (&self->waiting)) != NULL)
    g_queue_push_tail (&ready, op);
  if (error != NULL)
    {
      /* The next one may be at another topic. */
      mqttc_requester_drop_subscription (self);
      g_prefix_error (&error, "Cannot receive answers: ");
      fail_all (self, &ready, error);
      return;
    }

  while ((op = g_queue_pop_head (&ready)) != NULL)
    send (self, op);
}

static void
subscribe (MqttcRequester *self)
{
  if (self->is_subscribing)
    return;

  self->is_subscribing = TRUE;
  if (self->subscription == NULL)
    make_subscription (self);
  mqttc_client_subscribe_async (self->client, self->subscription, NULL, subscribed_cb,
                                g_object_ref (self));
}

/* Before the CONNACK of a connection the server's response information is not known. */
static gboolean
waits_for_connection (MqttcRequester *self)
{
  MqttcEventLoop *loop = mqttc_client_get_event_loop (self->client);
  const MqttcConnectionState state = mqttc_engine_get_state (mqttc_event_loop_lock (loop));

  mqttc_event_loop_unlock (loop);
  return self->subscription == NULL && !mqttc_client_has_connack (self->client)
         && (state == MQTTC_CONNECTION_STATE_CONNECTING || state == MQTTC_CONNECTION_STATE_CONNECTED
             || state == MQTTC_CONNECTION_STATE_BACKING_OFF);
}

void
mqttc_requester_connected_cb (MqttcClient *client,
                              MqttcPacket *connack,
                              gpointer user_data)
{
  g_autoptr (MqttcRequester) self = g_object_ref (user_data);

  if (!g_queue_is_empty (&self->waiting))
    subscribe (self);
}

void
mqttc_requester_state_cb (MqttcClient *client,
                          GParamSpec *pspec,
                          gpointer user_data)
{
  g_autoptr (MqttcRequester) self = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;

  if (mqttc_client_get_state (client) != MQTTC_CONNECTION_STATE_CLOSED)
    return;

  error = g_error_new_literal (MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED,
                               "The client was closed before the answer came");
  end_all (self, error);
}

static Request *
request_new (MqttcMessage *message,
             guint timeout_msec)
{
  Request *self = g_new0 (Request, 1);
  guint64 random[] = { mqttc_random_make_seed (), mqttc_random_make_seed () };

  self->message = mqttc_message_copy (message);
  self->correlation = g_bytes_new (random, sizeof random);
  self->topic = g_strdup (mqttc_message_get_topic (message));
  self->timeout_msec = timeout_msec;
  mqttc_message_set_correlation_data (self->message, self->correlation);
  return self;
}

/**
 * mqttc_requester_request_async:
 * @self: a requester
 * @message: the request
 * @timeout_msec: how long to wait for the answer, in milliseconds; 0 for no limit
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called with the answer, or when there will be none
 * @user_data: (closure): data for @callback
 *
 * Sends a request.
 *
 * A copy of @message is published, with a response topic and correlation data. Any number of requests can
 * wait at once. The time begins with this call; without a connection the request waits for one.
 *
 * Cancelling, or the end of the time, ends the wait alone: the request may have been sent, and an answer
 * that comes later is ignored.
 *
 * Since: 0.1
 */
void
mqttc_requester_request_async (MqttcRequester *self,
                               MqttcMessage *message,
                               guint timeout_msec,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  MqttcClientOp *op;
  Request *request;
  GTask *task;

  g_return_if_fail (MQTTC_IS_REQUESTER (self));
  g_return_if_fail (message != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mqttc_requester_request_async);
  g_task_set_check_cancellable (task, FALSE);
  op = mqttc_client_op_new (&request_class, task);
  request = request_new (message, timeout_msec);
  g_task_set_task_data (task, request, request_free);
  if (g_task_return_error_if_cancelled (task))
    {
      mqttc_client_op_unref (op);
      return;
    }

  if (!is_possible (self))
    {
      fail (op, make_protocol_error (request));
      return;
    }

  note_deadline (self, request);
  mqttc_client_watch (self->client, op);
  if (self->is_subscribed)
    {
      send (self, op);
      return;
    }

  g_queue_push_tail (&self->waiting, op);
  if (!waits_for_connection (self))
    subscribe (self);
}

/**
 * mqttc_requester_request_finish:
 * @self: a requester
 * @result: the result
 * @error: return location for an error
 *
 * Finishes [method@Mqttc.Requester.request_async].
 *
 * The errors are:
 *
 * - %MQTTC_CLIENT_ERROR_TIMED_OUT: no answer came in time.
 * - %MQTTC_CLIENT_ERROR_CLOSED: the client was closed before the answer came.
 * - %G_IO_ERROR_NOT_SUPPORTED: the connection is one of MQTT 3.1.1.
 * - %G_IO_ERROR_CANCELLED: the call was cancelled.
 * - Those of [method@Mqttc.Client.publish_finish]: the request could not be sent, or the server does not
 *   take it.
 * - Those of [method@Mqttc.Client.subscribe_finish]: the response topic could not be subscribed to.
 *
 * Returns: (transfer full): the answer, or `NULL` on error
 * Since: 0.1
 */
MqttcMessage *
mqttc_requester_request_finish (MqttcRequester *self,
                                GAsyncResult *result,
                                GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == mqttc_requester_request_async,
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
