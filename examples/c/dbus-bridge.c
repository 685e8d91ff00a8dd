/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A service that lets programs on D-Bus publish to MQTT, and that emits what comes from MQTT as
 * signals. A topic of its own says whether it is online. dbus-bridge.service runs it in systemd. */

#include <gio/gio.h>
#include <glib-unix.h>
#include <mqttc-glib.h>

#define BUS_NAME "org.mqttc.Bridge1"
#define OBJECT_PATH "/org/mqttc/Bridge1"

static const char introspection_xml[] = "<node><interface name='org.mqttc.Bridge1'>"
                                        "  <method name='Publish'>"
                                        "    <arg name='topic' type='s' direction='in'/>"
                                        "    <arg name='payload' type='ay' direction='in'/>"
                                        "    <arg name='qos' type='u' direction='in'/>"
                                        "    <arg name='retain' type='b' direction='in'/>"
                                        "  </method>"
                                        "  <signal name='Message'>"
                                        "    <arg name='topic' type='s'/>"
                                        "    <arg name='payload' type='ay'/>"
                                        "    <arg name='retained' type='b'/>"
                                        "  </signal>"
                                        "  <property name='Connected' type='b' access='read'/>"
                                        "</interface></node>";

static gboolean on_system_bus;
static char *status_topic;
static char **arguments;

static const GOptionEntry entries[]
    = { { "system", 0, 0, G_OPTION_ARG_NONE, &on_system_bus, "Serve on the system bus", NULL },
        { "status-topic", 0, 0, G_OPTION_ARG_STRING, &status_topic,
          "Where to say online and offline (default: bridge/status)", "TOPIC" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL, "URI FILTER…" },
        G_OPTION_ENTRY_NULL };

static GMainLoop *main_loop;
static MqttcClient *client;
static GDBusConnection *bus; /* (nullable) */
static gboolean connected;
static int status;

static void
fail (const char *message)
{
  g_printerr ("%s\n", message);
  status = 1;
  g_main_loop_quit (main_loop);
}

/* --- From D-Bus to MQTT. --- */

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  GDBusMethodInvocation *invocation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) ack = mqttc_client_publish_finish (client, result, &error);

  if (error != NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, NULL);
}

/* The answer waits for that of the server. */
static void
method_call_cb (GDBusConnection *connection,
                const char *sender,
                const char *object_path,
                const char *interface_name,
                const char *method_name,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer user_data)
{
  const char *topic;
  g_autoptr (GVariant) array = NULL;
  guint qos;
  gboolean retain;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (MqttcMessage) message = NULL;

  g_variant_get (parameters, "(&s@ayub)", &topic, &array, &qos, &retain);
  if (!mqttc_qos_from_uint (qos, NULL))
    {
      g_dbus_method_invocation_return_error (invocation, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
                                             "The QoS is 0, 1 or 2, not %u", qos);
      return;
    }

  payload = g_variant_get_data_as_bytes (array);
  message = mqttc_message_new (topic, payload);
  mqttc_message_set_qos (message, qos);
  mqttc_message_set_retain (message, retain);
  mqttc_client_publish_async (client, message, NULL, published_cb, invocation);
}

static GVariant *
get_property_cb (GDBusConnection *connection,
                 const char *sender,
                 const char *object_path,
                 const char *interface_name,
                 const char *property_name,
                 GError **error,
                 gpointer user_data)
{
  return g_variant_new_boolean (mqttc_client_get_state (client)
                                == MQTTC_CONNECTION_STATE_CONNECTED);
}

/* --- From MQTT to D-Bus. --- */

static void
emit (const char *interface_name,
      const char *signal_name,
      GVariant *parameters)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (parameters);
  g_autoptr (GError) error = NULL;

  if (bus != NULL
      && !g_dbus_connection_emit_signal (bus, NULL, OBJECT_PATH, interface_name, signal_name, owned,
                                         &error))
    g_printerr ("%s\n", error->message);
}

static void
message_cb (MqttcSubscription *subscription,
            MqttcMessage *message,
            gpointer user_data)
{
  GVariant *payload = g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING,
                                                mqttc_message_get_payload (message), TRUE);

  emit (BUS_NAME, "Message",
        g_variant_new ("(s@ayb)", mqttc_message_get_topic (message), payload,
                       mqttc_message_get_retain (message)));
}

static void
set_connected (gboolean value)
{
  GVariantBuilder changed;

  if (connected == value)
    return;

  connected = value;
  g_variant_builder_init (&changed, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&changed, "{sv}", "Connected", g_variant_new_boolean (connected));
  emit ("org.freedesktop.DBus.Properties", "PropertiesChanged",
        g_variant_new ("(sa{sv}as)", BUS_NAME, &changed, NULL));
}

static void
say (const char *text)
{
  mqttc_client_publish_text_async (client, status_topic, text, MQTTC_QOS_AT_LEAST_ONCE, TRUE, NULL,
                                   NULL, NULL);
}

/* Each time: if the connection was lost, the server has published the will. */
static void
connected_cb (void)
{
  g_printerr ("Connected\n");
  set_connected (TRUE);
  say ("online");
}

static void
disconnected_cb (MqttcClient *self,
                 const GError *error,
                 gint64 retry_usec,
                 gpointer user_data)
{
  set_connected (FALSE);
  if (error != NULL && retry_usec < 0)
    fail (error->message);
  else if (error != NULL)
    g_printerr ("%s; trying again in %.1f s\n", error->message,
                (double) retry_usec / G_USEC_PER_SEC);
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!mqttc_client_subscribe_finish (client, result, &error)
      && !g_error_matches (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED))
    fail (error->message);
}

static void
subscribe (const char *filter)
{
  g_autoptr (MqttcSubscription) subscription
      = mqttc_subscription_new (filter, MQTTC_QOS_AT_LEAST_ONCE);

  g_signal_connect (subscription, "message", G_CALLBACK (message_cb), NULL);
  mqttc_client_subscribe_async (client, subscription, NULL, subscribed_cb, NULL);
}

/* --- Begin and end. --- */

static void
bus_acquired_cb (GDBusConnection *connection,
                 const char *name,
                 gpointer user_data)
{
  const GDBusInterfaceVTable vtable = { method_call_cb, get_property_cb, NULL, { NULL } };
  g_autoptr (GError) error = NULL;

  bus = g_object_ref (connection);
  if (g_dbus_connection_register_object (bus, OBJECT_PATH, user_data, &vtable, NULL, NULL, &error)
      == 0)
    fail (error->message);
}

static void
name_lost_cb (GDBusConnection *connection,
              const char *name,
              gpointer user_data)
{
  fail (connection != NULL ? BUS_NAME " is taken, or the bus is gone" : "There is no D-Bus");
}

static void
closed_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!mqttc_client_close_finish (client, result, &error))
    g_printerr ("%s\n", error->message);
  g_main_loop_quit (main_loop);
}

/* Closing first finishes what was published, for as long as the option "close-timeout" says. */
static gboolean
terminated_cb (gpointer user_data)
{
  if (connected)
    say ("offline");
  mqttc_client_close_async (client, NULL, closed_cb, NULL);

  return G_SOURCE_CONTINUE;
}

static gboolean
parse_arguments (int *argc,
                 char ***argv,
                 GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, "Connects D-Bus with MQTT.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;

  if (arguments == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "Give a URI such as mqtt://localhost, and filters; see --help");
      return FALSE;
    }
  if (status_topic == NULL)
    status_topic = g_strdup ("bridge/status");

  return TRUE;
}

static MqttcClient *
make_client (GError **error)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (arguments[0], error);
  g_autoptr (MqttcMessage) will = NULL;

  if (options == NULL)
    return NULL;

  will = mqttc_message_new_text (status_topic, "offline");
  mqttc_message_set_qos (will, MQTTC_QOS_AT_LEAST_ONCE);
  mqttc_message_set_retain (will, TRUE);
  mqttc_options_set_will (options, will);

  return mqttc_client_new (options);
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (introspection_xml, NULL);
  guint name_id;

  if (!parse_arguments (&argc, &argv, &error) || (client = make_client (&error)) == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  main_loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGINT, terminated_cb, NULL);
  g_unix_signal_add (SIGTERM, terminated_cb, NULL);
  g_signal_connect (client, "connected", G_CALLBACK (connected_cb), NULL);
  g_signal_connect (client, "disconnected", G_CALLBACK (disconnected_cb), NULL);
  mqttc_client_open_async (client, NULL, NULL, NULL);
  for (char **filter = arguments + 1; *filter != NULL; filter++)
    subscribe (*filter);
  name_id = g_bus_own_name (on_system_bus ? G_BUS_TYPE_SYSTEM : G_BUS_TYPE_SESSION, BUS_NAME,
                            G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, bus_acquired_cb, NULL,
                            name_lost_cb, node->interfaces[0], NULL);
  g_main_loop_run (main_loop);

  g_bus_unown_name (name_id);
  if (bus != NULL)
    g_dbus_connection_flush_sync (bus, NULL, NULL);
  g_clear_object (&bus);
  g_object_unref (client);
  g_main_loop_unref (main_loop);
  g_strfreev (arguments);
  g_free (status_topic);

  return status;
}
