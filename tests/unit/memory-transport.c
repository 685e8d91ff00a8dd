/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "memory-transport.h"

#include <string.h>

struct _MemoryLink
{
  MqttcTransport transport; /* the client's side */
  grefcount ref_count;

  GByteArray *to_client;
  GByteArray *to_server;
  gsize room;
  gboolean is_ended;
  gboolean is_reset;
  gboolean is_closed; /* by the client */
};

struct _MemoryNet
{
  MemoryNetMode mode;
  guint n_dials;
  GQueue hanging;   /* of GTask */
  MemoryLink *link; /* (owned) (nullable) */
};

static MemoryLink *
link_ref (MemoryLink *self)
{
  g_ref_count_inc (&self->ref_count);

  return self;
}

static void
link_unref (MemoryLink *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_byte_array_unref (self->to_client);
  g_byte_array_unref (self->to_server);
  g_free (self);
}

static gboolean
is_broken (MemoryLink *self,
           GError **error)
{
  g_assert_false (self->is_closed);

  if (self->is_reset)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                         "Connection reset by peer");

  return self->is_reset;
}

static gssize
memory_read (MqttcTransport *transport,
             guint8 *buffer,
             gsize size,
             GError **error)
{
  MemoryLink *self = (MemoryLink *) transport;
  gsize n = MIN (size, self->to_client->len);

  if (is_broken (self, error))
    return -1;

  if (n == 0 && !self->is_ended)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
      return -1;
    }

  if (n > 0)
    {
      memcpy (buffer, self->to_client->data, n);
      g_byte_array_remove_range (self->to_client, 0, (guint) n);
    }

  return (gssize) n;
}

static gssize
memory_writev (MqttcTransport *transport,
               const MqttcSlice *slices,
               guint n_slices,
               GError **error)
{
  MemoryLink *self = (MemoryLink *) transport;
  gsize total = 0;

  if (is_broken (self, error))
    return -1;

  for (guint i = 0; i < n_slices && self->room > 0; i++)
    {
      gsize n = MIN (slices[i].len, self->room);

      g_byte_array_append (self->to_server, slices[i].data, (guint) n);
      self->room -= n;
      total += n;
    }

  if (total == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
      return -1;
    }

  return (gssize) total;
}

typedef struct
{
  GSource source;
  MemoryLink *link; /* (owned) */
  GIOCondition condition;
} LinkSource;

static gboolean
source_prepare (GSource *source,
                int *timeout)
{
  LinkSource *self = (LinkSource *) source;

  *timeout = -1;

  if (self->link->is_reset)
    return TRUE;
  if (self->condition & G_IO_IN)
    return self->link->to_client->len > 0 || self->link->is_ended;

  return self->link->room > 0;
}

static gboolean
source_dispatch (GSource *source,
                 GSourceFunc callback,
                 gpointer user_data)
{
  return callback (user_data);
}

static void
source_finalize (GSource *source)
{
  link_unref (((LinkSource *) source)->link);
}

static GSourceFuncs source_funcs = {
  .prepare = source_prepare,
  .dispatch = source_dispatch,
  .finalize = source_finalize,
};

static gboolean
ready_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_CONTINUE;
}

static GSource *
memory_create_source (MqttcTransport *transport,
                      GIOCondition condition,
                      gboolean *ready)
{
  GSource *source = g_source_new (&source_funcs, sizeof (LinkSource));
  LinkSource *self = (LinkSource *) source;

  self->link = link_ref ((MemoryLink *) transport);
  self->condition = condition;
  g_source_set_callback (source, ready_cb, ready, NULL);

  return source;
}

static void
memory_free (MqttcTransport *transport)
{
  MemoryLink *self = (MemoryLink *) transport;

  g_assert_false (self->is_closed);
  self->is_closed = TRUE;
  link_unref (self);
}

static const MqttcTransportClass memory_class = {
  .read = memory_read,
  .writev = memory_writev,
  .create_source = memory_create_source,
  .free = memory_free,
};

static MemoryLink *
link_new (void)
{
  MemoryLink *self = g_new0 (MemoryLink, 1);

  self->transport.klass = &memory_class;
  g_ref_count_init (&self->ref_count);
  self->to_client = g_byte_array_new ();
  self->to_server = g_byte_array_new ();
  self->room = G_MAXSIZE;

  return self;
}

static void
answer (MemoryNet *self,
        GTask *task,
        gboolean accept)
{
  if (!accept)
    {
      const MqttcAddress *address = g_task_get_task_data (task);
      g_autofree char *where = mqttc_address_to_string (address);

      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED,
                               "Could not connect to %s: Connection refused", where);
      return;
    }

  g_clear_pointer (&self->link, link_unref);
  self->link = link_new ();
  g_task_return_pointer (task, link_ref (self->link), (GDestroyNotify) memory_free);
}

static void
memory_dial_async (gpointer user_data,
                   const MqttcAddress *address,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer callback_data)
{
  MemoryNet *self = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, callback_data);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, mqttc_address_copy (address), (GDestroyNotify) mqttc_address_free);
  self->n_dials++;

  if (self->mode == MEMORY_NET_HANGS)
    g_queue_push_tail (&self->hanging, g_steal_pointer (&task));
  else
    answer (self, task, self->mode == MEMORY_NET_ACCEPTS);
}

static MqttcTransport *
memory_dial_finish (gpointer user_data,
                    GAsyncResult *result,
                    MqttcTlsFailure **failure,
                    GError **error)
{
  if (failure != NULL)
    *failure = NULL;

  return g_task_propagate_pointer (G_TASK (result), error);
}

const MqttcDialer memory_dialer = {
  .dial_async = memory_dial_async,
  .dial_finish = memory_dial_finish,
};

MemoryNet *
memory_net_new (void)
{
  MemoryNet *self = g_new0 (MemoryNet, 1);

  g_queue_init (&self->hanging);

  return self;
}

void
memory_net_free (MemoryNet *self)
{
  g_assert_cmpuint (self->hanging.length, ==, 0);
  g_clear_pointer (&self->link, link_unref);
  g_free (self);
}

void
memory_net_set_mode (MemoryNet *self,
                     MemoryNetMode mode)
{
  self->mode = mode;
}

guint
memory_net_get_n_dials (MemoryNet *self)
{
  return self->n_dials;
}

void
memory_net_answer (MemoryNet *self,
                   gboolean accept)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->hanging);

  g_assert_nonnull (task);
  answer (self, task, accept);
}

guint
memory_net_get_n_hanging (MemoryNet *self)
{
  return self->hanging.length;
}

gboolean
memory_net_is_given_up (MemoryNet *self)
{
  GTask *task = g_queue_peek_head (&self->hanging);

  g_assert_nonnull (task);

  return g_cancellable_is_cancelled (g_task_get_cancellable (task));
}

MemoryLink *
memory_net_get_link (MemoryNet *self)
{
  return self->link;
}

gsize
memory_link_get_unread (MemoryLink *self)
{
  return self->to_client->len;
}

void
memory_link_send (MemoryLink *self,
                  gconstpointer data,
                  gsize len)
{
  g_byte_array_append (self->to_client, data, (guint) len);
}

GByteArray *
memory_link_take (MemoryLink *self)
{
  GByteArray *taken = self->to_server;

  self->to_server = g_byte_array_new ();

  return taken;
}

void
memory_link_set_room (MemoryLink *self,
                      gsize n_bytes)
{
  self->room = n_bytes;
}

void
memory_link_end (MemoryLink *self)
{
  self->is_ended = TRUE;
}

void
memory_link_reset (MemoryLink *self)
{
  self->is_reset = TRUE;
}

gboolean
memory_link_is_closed (MemoryLink *self)
{
  return self->is_closed;
}
