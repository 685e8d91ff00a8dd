/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/mqttc-tls-private.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

typedef struct
{
  MqttcAddress *address;
  MqttcTlsFailure *failure; /* (nullable) */
} Dial;

/* GNetworkAddress remembers what its name was resolved to, so that each attempt needs one of its
 * own. The scheme is what a GProxyResolver is asked about: proxies for mqtt:// are found, those for
 * http:// are not taken for ours. */
static GSocketConnectable *
make_connectable (const MqttcAddress *address)
{
  if (address->socket_path != NULL)
    return G_SOCKET_CONNECTABLE (g_unix_socket_address_new (address->socket_path));

  return g_object_new (G_TYPE_NETWORK_ADDRESS, "hostname", address->host, "port",
                       (guint) address->port, "scheme", "mqtt", NULL);
}

/* GSocketClient says the same, but without the port or the path; twice is once too often. */
static const char *
skip_prefix_of_gio (const char *message,
                    const MqttcAddress *address)
{
  g_autofree char *prefix = NULL;

  if (address->socket_path != NULL)
    prefix = g_strdup (g_dgettext ("glib20", "Could not connect: "));
  else
    prefix = g_strdup_printf (g_dgettext ("glib20", "Could not connect to %s: "), address->host);

  return g_str_has_prefix (message, prefix) ? message + strlen (prefix) : message;
}

static GError *
clarify (GError *error,
         const MqttcAddress *address)
{
  g_autofree char *where = mqttc_address_to_string (address);
  GError *clear = g_error_new (error->domain, error->code, "Could not connect to %s: %s", where,
                               skip_prefix_of_gio (error->message, address));

  g_error_free (error);

  return clear;
}

static void
free_transport (gpointer data)
{
  MqttcTransport *transport = data;

  transport->klass->free (transport);
}

static void
dial_free (gpointer data)
{
  Dial *self = data;

  mqttc_address_free (self->address);
  g_clear_pointer (&self->failure, mqttc_tls_failure_unref);
  g_free (self);
}

/* Its errors are clear. */
static void
handshaked_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Dial *self = g_task_get_task_data (task);
  GError *error = NULL;
  MqttcTransport *transport = mqttc_tls_handshake_finish (result, &self->failure, &error);

  if (transport != NULL)
    g_task_return_pointer (task, transport, free_transport);
  else
    g_task_return_error (task, error);
}

static void
start_tls (GTask *task,
           GSocketConnection *connection)
{
  Dial *self = g_task_get_task_data (task);
  GMainContext *context = g_task_get_context (task);

  g_main_context_push_thread_default (context);
  mqttc_tls_handshake_async (connection, self->address, g_task_get_cancellable (task),
                             handshaked_cb, task);
  g_main_context_pop_thread_default (context);
}

static void
connected_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Dial *self = g_task_get_task_data (task);
  g_autoptr (GSocketConnection) connection = NULL;
  MqttcTransport *transport = NULL;
  GError *error = NULL;

  connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);
  if (connection != NULL && self->address->tls != NULL)
    {
      start_tls (g_steal_pointer (&task), connection);
      return;
    }

  if (connection != NULL)
    transport = mqttc_stream_transport_new (connection, &error);

  if (transport != NULL)
    g_task_return_pointer (task, transport, free_transport);
  else
    g_task_return_error (task, clarify (error, self->address));
}

static void
socket_dial_async (gpointer user_data,
                   const MqttcAddress *address,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer callback_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, callback_data);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) connectable = make_connectable (address);
  Dial *dial = g_new0 (Dial, 1);

  g_task_set_source_tag (task, socket_dial_async);
  dial->address = mqttc_address_copy (address);
  g_task_set_task_data (task, dial, dial_free);

  g_socket_client_connect_async (client, connectable, cancellable, connected_cb, task);
}

static MqttcTransport *
socket_dial_finish (gpointer user_data,
                    GAsyncResult *result,
                    MqttcTlsFailure **failure,
                    GError **error)
{
  Dial *self;

  g_return_val_if_fail (g_task_get_source_tag (G_TASK (result)) == socket_dial_async, NULL);

  self = g_task_get_task_data (G_TASK (result));
  if (failure != NULL)
    *failure = g_steal_pointer (&self->failure);

  return g_task_propagate_pointer (G_TASK (result), error);
}

const MqttcDialer mqttc_socket_dialer = {
  .dial_async = socket_dial_async,
  .dial_finish = socket_dial_finish,
};
