/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "loop/mqttc-loop-link-private.h"
#include "transport/mqttc-read-buffer-private.h"
#include "transport/mqttc-tls-failure.h"

#define MAX_SLICES 16

/* What is written before the other sources of the context get their turn. */
#define MAX_BYTES_WRITTEN (4 * MQTTC_READ_BUFFER_SIZE)

/* Outlives the link if that gives up first. */
struct _MqttcLoopDial
{
  MqttcLoopLink *link; /* (unowned) (nullable): NULL when nobody waits any more */
  const MqttcDialer *dialer;
  gpointer dialer_data;
  GCancellable *cancellable; /* (owned) */
  MqttcLoopThread *thread;   /* (owned) (nullable) */
};

void
mqttc_loop_link_init (MqttcLoopLink *self,
                      MqttcEngine *engine,
                      GMutex *lock,
                      GMainContext *context,
                      GSource *parent)
{
  *self = (MqttcLoopLink){
    .engine = engine,
    .lock = lock,
    .context = context,
    .parent = parent,
    .dialer = &mqttc_socket_dialer,
  };
}

void
mqttc_loop_link_clear (MqttcLoopLink *self)
{
  mqttc_loop_link_shut (self);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->tls_failure, mqttc_tls_failure_unref);
  mqttc_tls_binding_clear (&self->binding);
  self->parent = NULL;
}

static void
free_transport (MqttcTransport *transport)
{
  transport->klass->free (transport);
}

static void
drop_source (GSource **source)
{
  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
mqttc_loop_link_shut (MqttcLoopLink *self)
{
  MqttcLoopDial *dial = g_steal_pointer (&self->dial);

  drop_source (&self->read_source);
  drop_source (&self->write_source);
  self->readable = FALSE;
  self->writable = FALSE;

  g_clear_pointer (&self->transport, free_transport);
  g_clear_pointer (&self->dialled, free_transport);
  g_clear_error (&self->dial_error);

  if (dial != NULL)
    {
      dial->link = NULL;
      g_cancellable_cancel (dial->cancellable);
    }
}

/* Does not touch the engine: it may have given up a moment ago, and the order to close not yet been
 * taken. */
static void
dialled_cb (GObject *source,
            GAsyncResult *result,
            gpointer user_data)
{
  MqttcLoopDial *dial = user_data;
  MqttcLoopLink *self = dial->link;
  g_autoptr (MqttcTlsFailure) failure = NULL;
  g_autoptr (GError) error = NULL;
  MqttcTransport *transport;

  transport = dial->dialer->dial_finish (dial->dialer_data, result, &failure, &error);

  if (self != NULL)
    {
      self->dial = NULL;
      self->dialled = transport;
      self->dial_error = g_steal_pointer (&error);

      g_mutex_lock (self->lock);
      self->tls_failure = g_steal_pointer (&failure);
      g_mutex_unlock (self->lock);
    }
  else if (transport != NULL)
    {
      free_transport (transport);
    }

  g_object_unref (dial->cancellable);
  g_clear_pointer (&dial->thread, mqttc_loop_thread_end_call);
  g_free (dial);
}

/* The program, or its user, has to do something about it. What the server thinks of the certificate of
 * the client comes with the first bytes only, in TLS 1.3. */
static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE)
         || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED)
         || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE)
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

/* With the lock held. @error (transfer full) (nullable). */
static void
tell_engine (MqttcLoopLink *self,
             GError *error,
             gint64 now)
{
  if (is_refusal (error))
    mqttc_engine_link_refused (self->engine, error, now);
  else
    mqttc_engine_link_down (self->engine, error, now);
}

/* With the lock held. */
static void
begin (MqttcLoopLink *self)
{
  const MqttcTransportClass *klass = self->dialled->klass;

  self->transport = g_steal_pointer (&self->dialled);
  mqttc_tls_binding_clear (&self->binding);
  if (self->is_binding_wanted && klass->get_tls != NULL)
    mqttc_tls_binding_read (&self->binding, klass->get_tls (self->transport));
}

void
mqttc_loop_link_finish_dial (MqttcLoopLink *self,
                             gint64 now)
{
  g_mutex_lock (self->lock);
  if (self->dialled != NULL)
    {
      if (mqttc_engine_link_up (self->engine, now))
        begin (self);
    }
  else if (self->dial_error != NULL)
    {
      tell_engine (self, g_steal_pointer (&self->dial_error), now);
    }
  g_mutex_unlock (self->lock);

  /* Another thread has closed in the meantime: the action to do so comes next. */
  g_clear_pointer (&self->dialled, free_transport);
}

void
mqttc_loop_link_dial (MqttcLoopLink *self,
                      const MqttcAddress *address)
{
  MqttcLoopDial *dial = g_new0 (MqttcLoopDial, 1);

  mqttc_loop_link_shut (self);

  dial->link = self;
  dial->dialer = self->dialer;
  dial->dialer_data = self->dialer_data;
  dial->cancellable = g_cancellable_new ();
  if (self->thread != NULL)
    dial->thread = mqttc_loop_thread_begin_call (self->thread);
  self->dial = dial;

  g_mutex_lock (self->lock);
  g_free (self->address);
  self->address = mqttc_address_to_string (address);
  g_clear_pointer (&self->tls_failure, mqttc_tls_failure_unref);
  g_mutex_unlock (self->lock);

  /* Whoever iterates a context need not have pushed it, and GIO would answer in another one. */
  g_main_context_push_thread_default (self->context);
  dial->dialer->dial_async (dial->dialer_data, address, dial->cancellable, dialled_cb, dial);
  g_main_context_pop_thread_default (self->context);
}

/* The transport has failed, or the peer has ended it (@error NULL). */
static void
lose (MqttcLoopLink *self,
      GError *error,
      gint64 now)
{
  mqttc_loop_link_shut (self);

  if (error != NULL)
    g_prefix_error (&error, "Lost the connection to %s: ", self->address);

  g_mutex_lock (self->lock);
  tell_engine (self, error, now);
  g_mutex_unlock (self->lock);
}

gboolean
mqttc_loop_link_has_work (MqttcLoopLink *self)
{
  if (self->dialled != NULL || self->dial_error != NULL)
    return TRUE;
  if (self->transport == NULL)
    return FALSE;
  if (self->readable || self->writable)
    return TRUE;
  if (self->write_source == NULL && mqttc_engine_want_write (self->engine))
    return TRUE;

  return mqttc_engine_want_watch (self->engine) != (self->read_source != NULL);
}

static gboolean
wants_read (MqttcLoopLink *self)
{
  gboolean want_read;

  g_mutex_lock (self->lock);
  want_read = mqttc_engine_want_read (self->engine);
  g_mutex_unlock (self->lock);

  return want_read;
}

static gboolean
wants_watch (MqttcLoopLink *self)
{
  gboolean want_watch;

  g_mutex_lock (self->lock);
  want_watch = mqttc_engine_want_watch (self->engine);
  g_mutex_unlock (self->lock);

  return want_watch;
}

/* Returns @buffer, or another one if the engine has kept it. */
static guint8 *
feed (MqttcLoopLink *self,
      guint8 *buffer,
      gsize len,
      gint64 now)
{
  MqttcReceiveBuffer lent
      = { .data = buffer, .size = MQTTC_READ_BUFFER_SIZE + MQTTC_READ_BUFFER_ROOM, .end = len };

  g_mutex_lock (self->lock);
  mqttc_engine_feed_buffer (self->engine, &lent, now);
  g_mutex_unlock (self->lock);

  return lent.data != NULL ? lent.data : mqttc_read_buffer_borrow ();
}

/* Only once: what has come is delivered, and its memory free, before more is read; and if there is more,
 * the poll tells. Returns @buffer, or another one instead. */
static guint8 *
read_some (MqttcLoopLink *self,
           guint8 *buffer,
           gint64 now)
{
  GError *error = NULL;
  gssize n;

  n = self->transport->klass->read (self->transport, buffer, MQTTC_READ_BUFFER_SIZE, &error);

  if (n > 0)
    return feed (self, buffer, (gsize) n, now);

  if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    g_error_free (error);
  else
    lose (self, error, now);

  return buffer;
}

void
mqttc_loop_link_read (MqttcLoopLink *self,
                      gint64 now)
{
  guint8 *buffer;

  if (!self->readable)
    return;

  self->readable = FALSE;
  if (!wants_read (self))
    return;

  buffer = mqttc_read_buffer_borrow ();
  mqttc_read_buffer_return (read_some (self, buffer, now));
}

static gsize
get_total (const MqttcSlice *slices,
           guint n_slices)
{
  gsize total = 0;

  for (guint i = 0; i < n_slices; i++)
    total += slices[i].len;

  return total;
}

static GSource *
wait_for (MqttcLoopLink *self,
          GIOCondition condition,
          gboolean *ready,
          const char *name)
{
  GSource *source = self->transport->klass->create_source (self->transport, condition, ready);

  /* It cannot recurse, but GLib then leaves its descriptor in the poll while it is dispatched; taking
   * it out and putting it back are two wake-ups of the context, a system call each. */
  g_source_set_can_recurse (source, TRUE);
  g_source_set_static_name (source, name);
  g_source_add_child_source (self->parent, source);

  return source;
}

/* With the lock held. FALSE: the transport is full, or has failed with @error. */
static gboolean
write_slices (MqttcLoopLink *self,
              const MqttcSlice *slices,
              guint n_slices,
              gsize total,
              gint64 now,
              GError **error)
{
  gssize n = self->transport->klass->writev (self->transport, slices, n_slices, error);

  if (n < 0 && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_clear_error (error);
      n = 0;
    }
  else if (n < 0)
    {
      return FALSE;
    }

  if (n > 0)
    mqttc_engine_sent (self->engine, (gsize) n, now);
  if ((gsize) n == total)
    return TRUE;

  self->write_source = wait_for (self, G_IO_OUT, &self->writable, "[mqttc] write");

  return FALSE;
}

/* With the lock held, for the engine lends the bytes. */
static void
write_some (MqttcLoopLink *self,
            gint64 now,
            GError **error)
{
  gsize written = 0;

  while (written < MAX_BYTES_WRITTEN && mqttc_engine_want_write (self->engine))
    {
      MqttcSlice slices[MAX_SLICES];
      guint n_slices = mqttc_engine_peek_output (self->engine, slices, MAX_SLICES, now);
      gsize total = get_total (slices, n_slices);

      if (n_slices == 0 || !write_slices (self, slices, n_slices, total, now, error))
        return;

      written += total;
    }
}

void
mqttc_loop_link_write (MqttcLoopLink *self,
                       gint64 now)
{
  GError *error = NULL;

  if (self->writable)
    drop_source (&self->write_source);
  self->writable = FALSE;

  if (self->transport == NULL || self->write_source != NULL)
    return;

  g_mutex_lock (self->lock);
  write_some (self, now, &error);
  g_mutex_unlock (self->lock);

  if (error != NULL)
    lose (self, error, now);
}

void
mqttc_loop_link_write_last (MqttcLoopLink *self,
                            gint64 now)
{
  MqttcSlice slice;

  if (self->transport == NULL || self->write_source != NULL)
    return;

  g_mutex_lock (self->lock);
  if (mqttc_engine_peek_output (self->engine, &slice, 1, now) > 0)
    self->transport->klass->writev (self->transport, &slice, 1, NULL);
  g_mutex_unlock (self->lock);
}

void
mqttc_loop_link_update (MqttcLoopLink *self)
{
  gboolean want_watch = self->transport != NULL && wants_watch (self);

  if (want_watch == (self->read_source != NULL))
    return;

  if (!want_watch)
    {
      drop_source (&self->read_source);
      self->readable = FALSE;
      return;
    }

  self->read_source = wait_for (self, G_IO_IN, &self->readable, "[mqttc] read");
}
