/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the loop tells the client: the way into everything that runs the user's code. */

#include "config.h"

#include "client/mqttc-client-private.h"

/* Until the last call has left, neither the client nor a subscription is freed: so that nothing has
 * to be referenced for each message. */
static void
enter (MqttcClient *self)
{
  self->busy++;
}

static void
leave (MqttcClient *self)
{
  /* Freeing a subscription can run anything, even drop the client, which therefore stays busy. */
  while (self->busy == 1 && self->retired->len > 0)
    g_object_unref (g_ptr_array_steal_index_fast (self->retired, self->retired->len - 1));

  self->busy--;
  if (self->busy == 0 && self->revived)
    {
      self->revived = FALSE;
      if (self->doomed)
        g_object_run_dispose (G_OBJECT (self));
      g_object_unref (self);
    }
}

static void
state_cb (gpointer user_data,
          MqttcConnectionState state)
{
  MqttcClient *self = user_data;

  enter (self);
  mqttc_client_handle_state (self, state);
  leave (self);
}

static void
connected_cb (gpointer user_data,
              MqttcPacket *connack)
{
  MqttcClient *self = user_data;

  enter (self);
  mqttc_client_handle_connected (self, connack);
  leave (self);
}

static void
disconnected_cb (gpointer user_data,
                 const GError *error,
                 gint64 retry_usec)
{
  MqttcClient *self = user_data;

  enter (self);
  mqttc_client_handle_disconnected (self, error, retry_usec);
  leave (self);
}

static void
message_cb (gpointer user_data,
            MqttcMessage *message)
{
  MqttcClient *self = user_data;

  enter (self);
  mqttc_client_handle_message (self, message);
  leave (self);
}

static void
completed_cb (gpointer user_data,
              MqttcOperation *operation,
              MqttcPacket *packet,
              GError *error)
{
  MqttcClient *self = user_data;
  g_autoptr (MqttcClientOp) op = (MqttcClientOp *) operation;

  enter (self);
  op->klass->completed (op, packet, error);
  leave (self);
}

static void
subscribed_cb (gpointer user_data,
               MqttcEngineSubscribedHow how,
               const char *const *filters,
               MqttcPacket *suback)
{
  MqttcClient *self = user_data;

  enter (self);
  mqttc_client_handle_suback (self, how, filters, suback);
  leave (self);
}

static void
can_publish_cb (gpointer user_data,
                gboolean can_publish)
{
  MqttcClient *self = user_data;

  enter (self);
  mqttc_client_notify_can_publish (self);
  leave (self);
}

const MqttcEventLoopListener mqttc_client_listener = {
  .state = state_cb,
  .connected = connected_cb,
  .disconnected = disconnected_cb,
  .message = message_cb,
  .completed = completed_cb,
  .subscribed = subscribed_cb,
  .can_publish = can_publish_cb,
};

static void
completed_detached_cb (gpointer user_data,
                       MqttcOperation *operation,
                       MqttcPacket *packet,
                       GError *error)
{
  g_autoptr (MqttcClientOp) op = (MqttcClientOp *) operation;

  op->klass->completed (op, packet, error);
}

const MqttcEventLoopListener mqttc_client_detached_listener = {
  .completed = completed_detached_cb,
};
