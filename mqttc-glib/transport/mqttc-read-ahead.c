/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/mqttc-read-ahead-private.h"
#include "transport/mqttc-read-buffer-private.h"

#include <string.h>

/* The half that reads. Only one reads at a time, but whoever waits may do so in another thread: TLS makes
 * its handshakes in a thread of their own. */
typedef struct
{
  GInputStream parent_instance;
  GSocket *socket; /* (owned) */

  guint8 *buffer; /* (owned) (nullable): NULL when nothing is left in it */
  gsize start;
  int left;            /* bytes in it; atomic, for those who wait */
  gboolean is_drained; /* the socket had less than there was room for */
} MqttcReadAheadInput;

typedef GInputStreamClass MqttcReadAheadInputClass;

static GType input_get_type (void);
static void input_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_TYPE_WITH_CODE (MqttcReadAheadInput,
                         input,
                         G_TYPE_INPUT_STREAM,
                         G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, input_pollable_init))

struct _MqttcReadAhead
{
  GSocketConnection parent_instance;
  MqttcReadAheadInput *input; /* (owned) */
};

G_DEFINE_FINAL_TYPE (MqttcReadAhead, mqttc_read_ahead, G_TYPE_SOCKET_CONNECTION)

/* --- The buffer. --- */

static gsize
get_left (MqttcReadAheadInput *self)
{
  return (gsize) g_atomic_int_get (&self->left);
}

static gsize
take (MqttcReadAheadInput *self,
      void *data,
      gsize size)
{
  gsize left = get_left (self);
  gsize n = MIN (size, left);

  memcpy (data, self->buffer + self->start, n);
  self->start += n;
  g_atomic_int_set (&self->left, (int) (left - n));
  if (n == left)
    mqttc_read_buffer_return (g_steal_pointer (&self->buffer));

  return n;
}

/* As a read from the socket: 0 at its end, -1 and @error. */
static gssize
fill (MqttcReadAheadInput *self,
      GError **error)
{
  guint8 *buffer = mqttc_read_buffer_borrow ();
  gssize n = g_socket_receive_with_blocking (self->socket, (char *) buffer, MQTTC_READ_BUFFER_SIZE,
                                             FALSE, NULL, error);

  if (n <= 0)
    {
      mqttc_read_buffer_return (buffer);
      return n;
    }

  self->buffer = buffer;
  self->start = 0;
  self->is_drained = n < MQTTC_READ_BUFFER_SIZE;
  g_atomic_int_set (&self->left, (int) n);

  return n;
}

/* --- Reading. --- */

/* The threads that block must not take more than they have asked for: their buffer would not be ours. */
static gssize
input_read (GInputStream *stream,
            void *data,
            gsize size,
            GCancellable *cancellable,
            GError **error)
{
  MqttcReadAheadInput *self = (MqttcReadAheadInput *) stream;

  self->is_drained = FALSE;
  if (get_left (self) > 0)
    return (gssize) take (self, data, size);

  return g_socket_receive_with_blocking (self->socket, data, size, TRUE, cancellable, error);
}

static gssize
input_read_nonblocking (GPollableInputStream *stream,
                        void *data,
                        gsize size,
                        GError **error)
{
  MqttcReadAheadInput *self = (MqttcReadAheadInput *) stream;

  if (get_left (self) == 0)
    {
      gssize n;

      /* It need not be asked whether there is more: if so, whoever waits is told at once. But whoever asks
       * again without waiting gets what has come in the meantime. */
      if (self->is_drained)
        {
          self->is_drained = FALSE;
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Would block");
          return -1;
        }

      n = fill (self, error);
      if (n <= 0)
        return n;
    }

  return (gssize) take (self, data, size);
}

static gboolean
input_is_readable (GPollableInputStream *stream)
{
  MqttcReadAheadInput *self = (MqttcReadAheadInput *) stream;

  return get_left (self) > 0 || g_socket_condition_check (self->socket, G_IO_IN) != 0;
}

/* --- Waiting. --- */

typedef struct
{
  GSource parent;
  MqttcReadAheadInput *input; /* (owned) */
} InputSource;

static gboolean
has_left (GSource *source)
{
  return get_left (((InputSource *) source)->input) > 0;
}

static gboolean
source_prepare (GSource *source,
                int *timeout)
{
  *timeout = -1;

  return has_left (source);
}

/* For the socket there is a child. */
static gboolean
source_dispatch (GSource *source,
                 GSourceFunc callback,
                 gpointer user_data)
{
  GPollableSourceFunc func = (GPollableSourceFunc) G_CALLBACK (callback);

  if (func == NULL)
    return G_SOURCE_CONTINUE;

  return func (G_OBJECT (((InputSource *) source)->input), user_data);
}

static void
source_finalize (GSource *source)
{
  g_object_unref (((InputSource *) source)->input);
}

/* GIO sets closures, which do nothing, as the callbacks of sources that are children. */
static gboolean
source_closure_cb (GObject *stream,
                   gpointer user_data)
{
  GValue params[1] = { G_VALUE_INIT };
  GValue result = G_VALUE_INIT;
  gboolean goes_on;

  g_value_init (&params[0], G_TYPE_OBJECT);
  g_value_set_object (&params[0], stream);
  g_value_init (&result, G_TYPE_BOOLEAN);
  g_closure_invoke (user_data, &result, 1, params, NULL);
  goes_on = g_value_get_boolean (&result);
  g_value_unset (&params[0]);
  g_value_unset (&result);

  return goes_on;
}

static GSourceFuncs source_funcs = {
  .prepare = source_prepare,
  .check = has_left,
  .dispatch = source_dispatch,
  .finalize = source_finalize,
  .closure_callback = (GSourceFunc) G_CALLBACK (source_closure_cb),
};

static GSource *
input_create_source (GPollableInputStream *stream,
                     GCancellable *cancellable)
{
  MqttcReadAheadInput *self = (MqttcReadAheadInput *) stream;
  GSource *source = g_source_new (&source_funcs, sizeof (InputSource));
  g_autoptr (GSource) child = g_socket_create_source (self->socket, G_IO_IN, cancellable);

  ((InputSource *) source)->input = g_object_ref (self);

  /* They cannot recurse, but GLib then leaves the descriptor in the poll while they are dispatched; taking
   * it out and putting it back are two wake-ups of the context, a system call each. */
  g_source_set_can_recurse (source, TRUE);
  g_source_set_can_recurse (child, TRUE);
  g_source_set_static_name (source, "[mqttc] read ahead");
  g_source_set_dummy_callback (child);
  g_source_add_child_source (source, child);

  return source;
}

static void
input_finalize (GObject *object)
{
  MqttcReadAheadInput *self = (MqttcReadAheadInput *) object;

  if (self->buffer != NULL)
    mqttc_read_buffer_return (self->buffer);
  g_object_unref (self->socket);

  G_OBJECT_CLASS (input_parent_class)->finalize (object);
}

static void
input_class_init (MqttcReadAheadInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = input_finalize;
  klass->read_fn = input_read;
}

static void
input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->is_readable = input_is_readable;
  iface->create_source = input_create_source;
  iface->read_nonblocking = input_read_nonblocking;
}

static void
input_init (MqttcReadAheadInput *self)
{
}

/* --- The connection. --- */

static GInputStream *
mqttc_read_ahead_get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (MQTTC_READ_AHEAD (stream)->input);
}

/* Closing it in the end is what asks for the streams. */
static void
mqttc_read_ahead_finalize (GObject *object)
{
  g_object_unref (MQTTC_READ_AHEAD (object)->input);

  G_OBJECT_CLASS (mqttc_read_ahead_parent_class)->finalize (object);
}

static void
mqttc_read_ahead_class_init (MqttcReadAheadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mqttc_read_ahead_finalize;
  G_IO_STREAM_CLASS (klass)->get_input_stream = mqttc_read_ahead_get_input_stream;
}

static void
mqttc_read_ahead_init (MqttcReadAhead *self)
{
}

GIOStream *
mqttc_read_ahead_new (GSocketConnection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  MqttcReadAhead *self = g_object_new (MQTTC_TYPE_READ_AHEAD, "socket", socket, NULL);

  self->input = g_object_new (input_get_type (), NULL);
  self->input->socket = g_object_ref (socket);

  return G_IO_STREAM (self);
}
