/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Publishing from any thread: each thread's messages in its own order, results where they were asked
 * for. */

#include <string.h>

#include "test-fixture.h"

#define N_THREADS 8
#define N_MESSAGES 2000

typedef struct
{
  Fixture *f;
  MqttcClient *client; /* (owned) */
  guint number;
  GThread *thread;
  GMainContext *context;
  guint n_asked;
  guint n_published;
  guint n_cancelled;
  guint n_refused;
} Worker;

static MqttcMessage *
make_message (Worker *worker,
              guint number)
{
  g_autofree char *topic = g_strdup_printf ("t/%u", worker->number);
  g_autofree char *text = g_strdup_printf ("%u", number);
  MqttcMessage *message = mqttc_message_new_text (topic, text);

  mqttc_message_set_qos (message, MQTTC_QOS_AT_LEAST_ONCE);

  return message;
}

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  Worker *worker = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) packet
      = mqttc_client_publish_finish (MQTTC_CLIENT (source), result, &error);

  /* Where it was asked for. */
  g_assert_true (g_thread_self () == worker->thread);
  g_assert_true (g_main_context_is_owner (worker->context));

  if (packet != NULL)
    worker->n_published++;
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    worker->n_cancelled++;
  else if (g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED)
           || g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN))
    worker->n_refused++;
  else
    g_assert_no_error (error);
}

static guint
count_ended (const Worker *worker)
{
  return worker->n_published + worker->n_cancelled + worker->n_refused;
}

static void
enter (Worker *worker)
{
  worker->thread = g_thread_self ();
  worker->context = g_main_context_new ();
  g_main_context_push_thread_default (worker->context);
}

static void
leave (Worker *worker)
{
  while (count_ended (worker) < worker->n_asked)
    g_main_context_iteration (worker->context, TRUE);
  while (g_main_context_iteration (worker->context, FALSE))
    ;

  g_clear_object (&worker->client);
  g_main_context_pop_thread_default (worker->context);
  g_main_context_unref (worker->context);
}

static void
publish (Worker *worker,
         guint number,
         GCancellable *cancellable)
{
  g_autoptr (MqttcMessage) message = make_message (worker, number);

  worker->n_asked++;
  mqttc_client_publish_async (worker->client, message, cancellable, published_cb, worker);
}

/* Runs all of them, while the main thread iterates the client's context until they are done. */
static void
run_workers (Fixture *f,
             GThreadFunc func,
             Worker *workers)
{
  GThread *threads[N_THREADS];
  int n_left = N_THREADS;

  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i] = (Worker){ .f = f, .number = i, .client = g_object_ref (f->client) };
      threads[i] = g_thread_new ("worker", func, &workers[i]);
    }

  while (n_left > 0)
    {
      fixture_drain (f);
      n_left = N_THREADS;
      for (guint i = 0; i < N_THREADS; i++)
        n_left -= g_atomic_pointer_get (&workers[i].client) == NULL;
      g_thread_yield ();
    }

  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

static void
open_wide (Fixture *f)
{
  mqttc_options_set_max_queued_messages (f->options, N_THREADS * N_MESSAGES);
  mqttc_options_set_max_inflight (f->options, 1000);
  fixture_open_ok (f);
}

/* How many the broker got of each thread; each in the order of its thread. */
static void
count_at_broker (Fixture *f,
                 guint *counts)
{
  guint n = test_broker_count (f->broker, MQTTC_PACKET_TYPE_PUBLISH);
  gint64 last[N_THREADS];

  memset (counts, 0, N_THREADS * sizeof *counts);
  for (guint i = 0; i < N_THREADS; i++)
    last[i] = -1;

  for (guint i = 0; i < n; i++)
    {
      MqttcMessage *message = mqttc_packet_get_message (test_broker_peek_publish (f->broker, i));
      guint thread = g_ascii_strtoull (mqttc_message_get_topic (message) + 2, NULL, 10);
      gint64 number = g_ascii_strtoll (mqttc_message_get_text (message), NULL, 10);

      g_assert_cmpuint (thread, <, N_THREADS);
      g_assert_cmpint (number, >, last[thread]);
      last[thread] = number;
      counts[thread]++;
    }
}

static gpointer
publish_thread (gpointer data)
{
  Worker *worker = data;

  enter (worker);
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      publish (worker, i, NULL);
      if (i % 64 == 0)
        g_main_context_iteration (worker->context, FALSE);
    }
  leave (worker);

  return NULL;
}

static void
test_publish (Fixture *f,
              gconstpointer data)
{
  Worker workers[N_THREADS];
  guint counts[N_THREADS];

  open_wide (f);
  run_workers (f, publish_thread, workers);
  count_at_broker (f, counts);
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_assert_cmpuint (workers[i].n_published, ==, N_MESSAGES);
      g_assert_cmpuint (counts[i], ==, N_MESSAGES);
    }
}

/* The ways that do not wait, mixed: still one queue. */
static gpointer
try_publish_thread (gpointer data)
{
  Worker *worker = data;
  guint i = 0;

  enter (worker);
  while (i < N_MESSAGES)
    {
      g_autoptr (MqttcMessage) one = make_message (worker, i);
      g_autoptr (MqttcMessage) two = make_message (worker, i + 1);
      g_autoptr (MqttcMessage) three = make_message (worker, i + 2);
      MqttcMessage *many[] = { two, three };
      g_autoptr (GError) error = NULL;

      g_assert_true (mqttc_client_try_publish (worker->client, one, &error));
      g_assert_cmpuint (mqttc_client_publish_many (worker->client, many, 2, &error), ==, 2);
      g_assert_no_error (error);
      publish (worker, i + 3, NULL);
      g_assert_true (mqttc_client_get_can_publish (worker->client)
                     || mqttc_client_get_queued (worker->client) > 0);
      i += 4;
    }
  leave (worker);

  return NULL;
}

static void
test_try_publish (Fixture *f,
                  gconstpointer data)
{
  Worker workers[N_THREADS];
  guint counts[N_THREADS];

  open_wide (f);
  run_workers (f, try_publish_thread, workers);
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, N_THREADS * N_MESSAGES);
  count_at_broker (f, counts);
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_assert_cmpuint (workers[i].n_published, ==, N_MESSAGES / 4);
      g_assert_cmpuint (counts[i], ==, N_MESSAGES);
    }
}

static gpointer
cancel_thread (gpointer data)
{
  GAsyncQueue *queue = data;
  gpointer cancellable;

  while (G_IS_CANCELLABLE (cancellable = g_async_queue_pop (queue)))
    {
      g_cancellable_cancel (cancellable);
      g_object_unref (cancellable);
    }
  g_object_unref (cancellable);

  return NULL;
}

/* A third of the messages, cancelled by another thread as soon as they are asked for. */
static gpointer
publish_and_cancel_thread (gpointer data)
{
  Worker *worker = data;
  g_autoptr (GAsyncQueue) queue = g_async_queue_new ();
  GThread *canceller = g_thread_new ("cancel", cancel_thread, queue);

  enter (worker);
  for (guint i = 0; i < N_MESSAGES; i++)
    {
      g_autoptr (GCancellable) cancellable = i % 3 == 0 ? g_cancellable_new () : NULL;

      /* Half of them before, half of them after it is asked for. */
      if (cancellable != NULL && i % 2 == 0)
        g_async_queue_push (queue, g_object_ref (cancellable));
      publish (worker, i, cancellable);
      if (cancellable != NULL && i % 2 != 0)
        g_async_queue_push (queue, g_object_ref (cancellable));
      if (i % 64 == 0)
        g_main_context_iteration (worker->context, FALSE);
    }
  g_async_queue_push (queue, g_object_new (G_TYPE_OBJECT, NULL));
  leave (worker);
  g_thread_join (canceller);

  return NULL;
}

static void
test_cancel (Fixture *f,
             gconstpointer data)
{
  Worker workers[N_THREADS];
  guint counts[N_THREADS];

  open_wide (f);
  run_workers (f, publish_and_cancel_thread, workers);
  fixture_close (f);
  test_broker_wait_ended (f->broker, 1);
  count_at_broker (f, counts);
  for (guint i = 0; i < N_THREADS; i++)
    {
      /* Each ended once, and what was cancelled may have been on its way. */
      g_assert_cmpuint (count_ended (&workers[i]), ==, N_MESSAGES);
      g_assert_cmpuint (workers[i].n_cancelled, <=, (N_MESSAGES + 2) / 3);
      g_assert_cmpuint (workers[i].n_published, >=, N_MESSAGES - (N_MESSAGES + 2) / 3);
      g_assert_cmpuint (counts[i], >=, workers[i].n_published);
      g_assert_cmpuint (counts[i], <=, N_MESSAGES);
    }
}

/* Closing while the threads publish: everything ends, one way or the other. */
static void
test_close (Fixture *f,
            gconstpointer data)
{
  g_autoptr (GAsyncResult) closed = NULL;
  Worker workers[N_THREADS];
  guint counts[N_THREADS];
  GThread *threads[N_THREADS];

  open_wide (f);
  for (guint i = 0; i < N_THREADS; i++)
    {
      workers[i] = (Worker){ .f = f, .number = i, .client = g_object_ref (f->client) };
      threads[i] = g_thread_new ("worker", publish_thread, &workers[i]);
    }
  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_PUBLISH, N_MESSAGES / 4);
  mqttc_client_close_async (f->client, NULL, fixture_result_cb, &closed);
  fixture_wait_result (f, &closed);
  for (guint i = 0; i < N_THREADS; i++)
    {
      while (g_atomic_pointer_get (&workers[i].client) != NULL)
        fixture_drain (f);
      g_thread_join (threads[i]);
    }

  test_broker_wait_ended (f->broker, 1);
  count_at_broker (f, counts);
  for (guint i = 0; i < N_THREADS; i++)
    {
      g_assert_cmpuint (count_ended (&workers[i]), ==, N_MESSAGES);
      g_assert_cmpuint (counts[i], ==, workers[i].n_published);
    }
}

/* The last reference goes in a thread of its own, with messages on their way. */
static gpointer
drop_thread (gpointer data)
{
  Worker *worker = data;
  MqttcClient *client = g_steal_pointer (&worker->client);

  enter (worker);
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (MqttcMessage) message = make_message (worker, i);

      g_assert_true (mqttc_client_try_publish (client, message, NULL));
    }
  g_object_unref (client);
  leave (worker);

  return NULL;
}

static void
test_drop (Fixture *f,
           gconstpointer data)
{
  MqttcEventLoop *loop;
  Worker worker = { .f = f };
  GThread *thread;

  fixture_open_ok (f);
  fixture_drain (f);
  loop = mqttc_client_get_event_loop (f->client);
  g_object_add_weak_pointer (G_OBJECT (loop), (gpointer *) &loop);
  worker.client = g_steal_pointer (&f->client);
  thread = g_thread_new ("drop", drop_thread, &worker);
  while (loop != NULL)
    g_main_context_iteration (f->context, TRUE);
  g_thread_join (thread);
  test_broker_wait_ended (f->broker, 1);
}

/* Results that come after the main thread has let go of the client. */
static void
test_drop_waiting (Fixture *f,
                   gconstpointer data)
{
  MqttcEventLoop *loop;
  Worker worker = { .f = f };
  GThread *thread;

  open_wide (f);
  fixture_drain (f);
  loop = mqttc_client_get_event_loop (f->client);
  g_object_add_weak_pointer (G_OBJECT (loop), (gpointer *) &loop);
  worker.client = g_steal_pointer (&f->client);
  thread = g_thread_new ("publish", publish_thread, &worker);
  while (loop != NULL)
    g_main_context_iteration (f->context, TRUE);
  g_thread_join (thread);
  g_assert_cmpuint (worker.n_published, ==, N_MESSAGES);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/threads/publish", test_publish);
  fixture_add ("/client/threads/try-publish", test_try_publish);
  fixture_add ("/client/threads/cancel", test_cancel);
  fixture_add ("/client/threads/close", test_close);
  fixture_add ("/client/threads/drop", test_drop);
  fixture_add ("/client/threads/drop-waiting", test_drop_waiting);

  return g_test_run ();
}
