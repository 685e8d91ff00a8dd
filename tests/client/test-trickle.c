/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "test-trickle.h"

typedef struct
{
  MqttcTransport parent;
  MqttcTransport *inner; /* (owned) */
  gboolean blocks;
} Trickle;

static gboolean
would_block (Trickle *self,
             GError **error)
{
  self->blocks = !self->blocks;
  if (self->blocks)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Not now");

  return self->blocks;
}

static gssize
trickle_read (MqttcTransport *transport,
              guint8 *buffer,
              gsize size,
              GError **error)
{
  Trickle *self = (Trickle *) transport;

  if (would_block (self, error))
    return -1;

  return self->inner->klass->read (self->inner, buffer, 1, error);
}

static gssize
trickle_writev (MqttcTransport *transport,
                const MqttcSlice *slices,
                guint n_slices,
                GError **error)
{
  Trickle *self = (Trickle *) transport;
  guint first = 0;
  MqttcSlice slice;

  if (would_block (self, error))
    return -1;

  while (first + 1 < n_slices && slices[first].len == 0)
    first++;
  slice = mqttc_slice (slices[first].data, MIN (slices[first].len, 1));

  return self->inner->klass->writev (self->inner, &slice, 1, error);
}

static GSource *
trickle_create_source (MqttcTransport *transport,
                       GIOCondition condition,
                       gboolean *ready)
{
  Trickle *self = (Trickle *) transport;

  return self->inner->klass->create_source (self->inner, condition, ready);
}

static void
trickle_free (MqttcTransport *transport)
{
  Trickle *self = (Trickle *) transport;

  self->inner->klass->free (self->inner);
  g_free (self);
}

static const MqttcTransportClass trickle_class = {
  .read = trickle_read,
  .writev = trickle_writev,
  .create_source = trickle_create_source,
  .free = trickle_free,
};

static MqttcTransport *
dial_finish (gpointer user_data,
             GAsyncResult *result,
             MqttcTlsFailure **failure,
             GError **error)
{
  MqttcTransport *inner = mqttc_socket_dialer.dial_finish (NULL, result, failure, error);
  Trickle *self;

  if (inner == NULL)
    return NULL;

  self = g_new0 (Trickle, 1);
  self->parent.klass = &trickle_class;
  self->inner = inner;

  return &self->parent;
}

static void
dial_async (gpointer user_data,
            const MqttcAddress *address,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer callback_data)
{
  mqttc_socket_dialer.dial_async (NULL, address, cancellable, callback, callback_data);
}

const MqttcDialer test_trickle_dialer = { dial_async, dial_finish };
