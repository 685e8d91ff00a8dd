/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop/mqttc-options-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"

#include <string.h>

/* The documented defaults, as g_strdup_value_contents() shows them. */
static const struct
{
  const char *name;
  const char *value;
} defaults[] = {
  { "host", "\"localhost\"" },
  { "port", "0" },
  { "socket-path", "NULL" },
  { "client-id", "NULL" },
  { "protocol", "((MqttcProtocol) MQTTC_PROTOCOL_V3_1_1)" },
  { "clean-session", "TRUE" },
  { "keep-alive", "60" },
  { "user-name", "NULL" },
  { "will", "NULL" },
  { "max-packet-size", "0" },
  { "max-inflight", "20" },
  { "max-queued-messages", "10000" },
  { "max-queued-bytes", "67108864" },
  { "offline-qos0", "((MqttcOfflineQos0) MQTTC_OFFLINE_QOS0_QUEUE)" },
  { "session-lost-policy", "((MqttcSessionLostPolicy) MQTTC_SESSION_LOST_POLICY_FAIL)" },
  { "connect-timeout", "30000" },
  { "ping-timeout", "10000" },
  { "write-timeout", "30000" },
  { "packet-timeout", "30000" },
  { "close-timeout", "5000" },
  { "reconnect", "TRUE" },
  { "reconnect-min-delay", "1000" },
  { "reconnect-max-delay", "120000" },
  { "max-publish-rate", "0" },
  { "resend-delay", "0" },
  { "manual-acks", "FALSE" },
  { "overflow-policy", "((MqttcOverflowPolicy) MQTTC_OVERFLOW_POLICY_FAIL)" },
  { "max-outgoing-packet-size", "0" },
  { "use-tls", "FALSE" },
  { "server-identity", "NULL" },
  { "ca-file", "NULL" },
  { "tls-database", "NULL" },
  { "certificate", "NULL" },
  { "certificate-file", "NULL" },
  { "private-key-file", "NULL" },
  { "tls-interaction", "NULL" },
  { "alpn-protocols", "NULL" },
  { "tls-pins", "NULL" },
};

static void
test_defaults (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autofree GParamSpec **pspecs = NULL;
  g_autoptr (GError) error = NULL;
  guint n_pspecs;

  g_test_summary ("Each property has its documented value in a new object, and declares it");

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (options), &n_pspecs);
  g_assert_cmpuint (n_pspecs, ==, G_N_ELEMENTS (defaults) + 1); /* password cannot be read */

  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    {
      GParamSpec *pspec
          = g_object_class_find_property (G_OBJECT_GET_CLASS (options), defaults[i].name);
      g_auto (GValue) value = G_VALUE_INIT;
      g_autofree char *text = NULL;

      g_assert_nonnull (pspec);
      g_object_get_property (G_OBJECT (options), defaults[i].name, &value);
      text = g_strdup_value_contents (&value);
      g_assert_cmpstr (text, ==, defaults[i].value);
      g_assert_true (g_param_value_defaults (pspec, &value));
    }

  mqttc_options_validate (options, &error);
  g_assert_no_error (error);
}

static void
count_cb (GObject *object,
          GParamSpec *pspec,
          gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_notify (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;

  g_test_summary ("A property notifies when it gets another value, and then only");

  pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (options), &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++)
    {
      g_autofree char *detail = g_strconcat ("notify::", pspecs[i]->name, NULL);
      g_auto (GValue) value = G_VALUE_INIT;
      guint n_notified = 0;

      if (G_IS_PARAM_SPEC_BOXED (pspecs[i]) || G_IS_PARAM_SPEC_OBJECT (pspecs[i]))
        continue;

      g_signal_connect (options, detail, G_CALLBACK (count_cb), &n_notified);
      g_object_get_property (G_OBJECT (options), pspecs[i]->name, &value);
      g_object_set_property (G_OBJECT (options), pspecs[i]->name, &value);
      g_assert_cmpuint (n_notified, ==, 0);

      if (G_VALUE_HOLDS_STRING (&value))
        g_value_set_static_string (&value, "other");
      else if (G_VALUE_HOLDS_BOOLEAN (&value))
        g_value_set_boolean (&value, !g_value_get_boolean (&value));
      else if (G_VALUE_HOLDS_UINT (&value))
        g_value_set_uint (&value, 4711);
      else if (G_VALUE_HOLDS_UINT64 (&value))
        g_value_set_uint64 (&value, 4711);
      else
        g_value_set_enum (&value, G_PARAM_SPEC_ENUM (pspecs[i])->enum_class->maximum);

      g_object_set_property (G_OBJECT (options), pspecs[i]->name, &value);
      g_assert_cmpuint (n_notified, ==, 1);
      g_signal_handlers_disconnect_by_data (options, &n_notified);
    }
}

static void
test_notify_list (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  const char *const lists[][3] = { { NULL }, { "a", NULL }, { "a", "b", NULL } };
  guint n_notified = 0;

  g_test_summary ("A list notifies when it gets other entries; an empty one is none");

  g_signal_connect (options, "notify::alpn-protocols", G_CALLBACK (count_cb), &n_notified);
  mqttc_options_set_alpn_protocols (options, NULL);
  mqttc_options_set_alpn_protocols (options, lists[0]);
  g_assert_cmpuint (n_notified, ==, 0);
  g_assert_null (mqttc_options_get_alpn_protocols (options));
  for (guint i = 1; i < G_N_ELEMENTS (lists); i++)
    {
      mqttc_options_set_alpn_protocols (options, lists[i]);
      g_assert_cmpuint (n_notified, ==, i);
      mqttc_options_set_alpn_protocols (options, mqttc_options_get_alpn_protocols (options));
      g_assert_cmpuint (n_notified, ==, i);
      g_assert_cmpstrv (mqttc_options_get_alpn_protocols (options), lists[i]);
    }
  mqttc_options_set_alpn_protocols (options, lists[0]);
  g_assert_cmpuint (n_notified, ==, 3);
  g_assert_null (mqttc_options_get_alpn_protocols (options));
}

static void
test_notify_object (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autoptr (GTlsInteraction) interaction = g_object_new (G_TYPE_TLS_INTERACTION, NULL);
  guint n_notified = 0;

  g_signal_connect (options, "notify::tls-interaction", G_CALLBACK (count_cb), &n_notified);
  mqttc_options_set_tls_interaction (options, NULL);
  g_assert_cmpuint (n_notified, ==, 0);
  mqttc_options_set_tls_interaction (options, interaction);
  mqttc_options_set_tls_interaction (options, interaction);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_true (mqttc_options_get_tls_interaction (options) == interaction);
  g_object_set (options, "tls-interaction", NULL, NULL);
  g_assert_cmpuint (n_notified, ==, 2);
  g_assert_finalize_object (g_steal_pointer (&interaction));
}

static void
test_accessors (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("will", "gone");

  g_test_summary ("What a setter was given, the getter gives back");

  mqttc_options_set_host (options, "broker.lan");
  mqttc_options_set_port (options, 2000);
  mqttc_options_set_socket_path (options, "/run/mqtt.sock");
  mqttc_options_set_client_id (options, "desk");
  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
  mqttc_options_set_clean_session (options, FALSE);
  mqttc_options_set_keep_alive (options, 7);
  mqttc_options_set_user_name (options, "me");
  mqttc_options_set_will (options, will);
  mqttc_options_set_max_packet_size (options, G_MAXUINT64);
  mqttc_options_set_max_inflight (options, 8);
  mqttc_options_set_max_queued_messages (options, 9);
  mqttc_options_set_max_queued_bytes (options, 10);
  mqttc_options_set_offline_qos0 (options, MQTTC_OFFLINE_QOS0_FAIL);
  mqttc_options_set_session_lost_policy (options, MQTTC_SESSION_LOST_POLICY_REPUBLISH);
  mqttc_options_set_connect_timeout (options, 11);
  mqttc_options_set_ping_timeout (options, 12);
  mqttc_options_set_write_timeout (options, 13);
  mqttc_options_set_packet_timeout (options, 19);
  mqttc_options_set_close_timeout (options, 14);
  mqttc_options_set_reconnect (options, FALSE);
  mqttc_options_set_reconnect_min_delay (options, 15);
  mqttc_options_set_reconnect_max_delay (options, 16);
  mqttc_options_set_max_publish_rate (options, 17);
  mqttc_options_set_resend_delay (options, 18);
  mqttc_options_set_manual_acks (options, TRUE);
  mqttc_options_set_overflow_policy (options, MQTTC_OVERFLOW_POLICY_DROP_OLDEST);
  mqttc_options_set_max_outgoing_packet_size (options, G_MAXUINT64);

  g_assert_cmpstr (mqttc_options_get_host (options), ==, "broker.lan");
  g_assert_cmpuint (mqttc_options_get_port (options), ==, 2000);
  g_assert_cmpstr (mqttc_options_get_socket_path (options), ==, "/run/mqtt.sock");
  g_assert_cmpstr (mqttc_options_get_client_id (options), ==, "desk");
  g_assert_cmpuint (mqttc_options_get_protocol (options), ==, MQTTC_PROTOCOL_V5);
  g_assert_false (mqttc_options_get_clean_session (options));
  g_assert_cmpuint (mqttc_options_get_keep_alive (options), ==, 7);
  g_assert_cmpstr (mqttc_options_get_user_name (options), ==, "me");
  g_assert_true (mqttc_options_get_will (options) == will);
  g_assert_cmpuint (mqttc_options_get_max_packet_size (options), ==, G_MAXUINT64);
  g_assert_cmpuint (mqttc_options_get_max_inflight (options), ==, 8);
  g_assert_cmpuint (mqttc_options_get_max_queued_messages (options), ==, 9);
  g_assert_cmpuint (mqttc_options_get_max_queued_bytes (options), ==, 10);
  g_assert_cmpuint (mqttc_options_get_offline_qos0 (options), ==, MQTTC_OFFLINE_QOS0_FAIL);
  g_assert_cmpuint (mqttc_options_get_session_lost_policy (options), ==,
                    MQTTC_SESSION_LOST_POLICY_REPUBLISH);
  g_assert_cmpuint (mqttc_options_get_connect_timeout (options), ==, 11);
  g_assert_cmpuint (mqttc_options_get_ping_timeout (options), ==, 12);
  g_assert_cmpuint (mqttc_options_get_write_timeout (options), ==, 13);
  g_assert_cmpuint (mqttc_options_get_packet_timeout (options), ==, 19);
  g_assert_cmpuint (mqttc_options_get_close_timeout (options), ==, 14);
  g_assert_false (mqttc_options_get_reconnect (options));
  g_assert_cmpuint (mqttc_options_get_reconnect_min_delay (options), ==, 15);
  g_assert_cmpuint (mqttc_options_get_reconnect_max_delay (options), ==, 16);
  g_assert_cmpuint (mqttc_options_get_max_publish_rate (options), ==, 17);
  g_assert_cmpuint (mqttc_options_get_resend_delay (options), ==, 18);
  g_assert_true (mqttc_options_get_manual_acks (options));
  g_assert_cmpint (mqttc_options_get_overflow_policy (options), ==,
                   MQTTC_OVERFLOW_POLICY_DROP_OLDEST);
  g_assert_cmpuint (mqttc_options_get_max_outgoing_packet_size (options), ==, G_MAXUINT64);
}

static void
test_config (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autoptr (MqttcMessage) will = mqttc_message_new_text ("will", "gone");
  g_autoptr (GBytes) password = g_bytes_new_static ("s3cret", 6);
  g_autoptr (MqttcAddress) address = NULL;
  g_autofree char *where = NULL;
  MqttcEngineConfig config = { 0 };

  g_test_summary ("The engine is told what was set, in microseconds");

  mqttc_options_set_host (options, "::1");
  mqttc_options_set_user_name (options, "me");
  mqttc_options_set_password (options, password);
  mqttc_options_set_will (options, will);
  mqttc_options_set_keep_alive (options, 65535);
  mqttc_options_set_ping_timeout (options, G_MAXUINT);
  mqttc_options_set_packet_timeout (options, 3);
  mqttc_options_set_max_publish_rate (options, 9);
  mqttc_options_set_resend_delay (options, 7);
  mqttc_options_set_manual_acks (options, TRUE);
  mqttc_options_set_overflow_policy (options, MQTTC_OVERFLOW_POLICY_DROP_OLDEST);
  mqttc_options_set_max_outgoing_packet_size (options, 1000);
  mqttc_options_fill_config (options, &config);

  g_assert_cmpint (config.protocol, ==, MQTTC_PROTOCOL_V3_1_1);
  g_assert_null (config.client_id);
  g_assert_cmpstr (config.user_name, ==, "me");
  g_assert_true (g_bytes_equal (config.password, password));
  g_assert_false (g_bytes_get_data (config.password, NULL) == g_bytes_get_data (password, NULL));
  g_assert_cmpstr (mqttc_message_get_topic (config.will), ==, "will");
  g_assert_true (mqttc_message_is_locked (will));
  g_assert_cmpuint (config.keep_alive, ==, 65535);
  g_assert_cmpint (config.connect_timeout, ==, 30 * G_USEC_PER_SEC);
  g_assert_cmpint (config.ping_timeout, ==, (gint64) G_MAXUINT * 1000);
  g_assert_cmpint (config.write_timeout, ==, 30 * G_USEC_PER_SEC);
  g_assert_cmpint (config.packet_timeout, ==, 3000);
  g_assert_cmpint (config.reconnect_min_delay, ==, G_USEC_PER_SEC);
  g_assert_cmpint (config.reconnect_max_delay, ==, 120 * G_USEC_PER_SEC);
  g_assert_cmpuint (config.max_inflight, ==, 20);
  g_assert_cmpuint (config.max_queued_messages, ==, 10000);
  g_assert_cmpuint (config.max_queued_bytes, ==, 64 << 20);
  g_assert_cmpuint (config.max_publish_rate, ==, 9);
  g_assert_cmpint (config.resend_delay, ==, 7000);
  g_assert_true (config.manual_acks);
  g_assert_cmpint (config.overflow_policy, ==, MQTTC_OVERFLOW_POLICY_DROP_OLDEST);
  g_assert_cmpuint (config.max_outgoing_packet_size, ==, 1000);

  address = mqttc_options_get_address (options);
  where = mqttc_address_to_string (address);
  g_assert_cmpstr (where, ==, "[::1]:1883");

  mqttc_engine_config_clear (&config);
}

/* --- What is refused. --- */

static void
set_long_client_id (MqttcOptions *options)
{
  g_autofree char *text = g_strnfill (65536, 'x');

  mqttc_options_set_client_id (options, text);
}

static void
set_longest_client_id (MqttcOptions *options)
{
  g_autofree char *text = g_strnfill (65535, 'x');

  mqttc_options_set_client_id (options, text);
}

static void
set_bad_utf8_client_id (MqttcOptions *options)
{
  mqttc_options_set_client_id (options, "desk\xff");
}

/* [MQTT-3.1.3-7]: an empty identifier goes with a clean session alone. */
static void
set_empty_client_id (MqttcOptions *options)
{
  mqttc_options_set_client_id (options, "");
  mqttc_options_set_clean_session (options, FALSE);
}

static void
set_empty_clean_client_id (MqttcOptions *options)
{
  mqttc_options_set_client_id (options, "");
}

static void
set_long_user_name (MqttcOptions *options)
{
  g_autofree char *text = g_strnfill (65536, 'x');

  mqttc_options_set_user_name (options, text);
}

static void
set_bad_utf8_user_name (MqttcOptions *options)
{
  mqttc_options_set_user_name (options, "\xc0\x80");
}

static void
set_password (MqttcOptions *options,
              gsize len)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (len), len);

  mqttc_options_set_password (options, bytes);
}

/* [MQTT-3.1.2-22]: no password without a user name. */
static void
set_password_alone (MqttcOptions *options)
{
  set_password (options, 1);
}

static void
set_long_password (MqttcOptions *options)
{
  mqttc_options_set_user_name (options, "me");
  set_password (options, 65536);
}

static void
set_longest_password (MqttcOptions *options)
{
  mqttc_options_set_user_name (options, "me");
  set_password (options, 65535);
}

static void
set_empty_password (MqttcOptions *options)
{
  mqttc_options_set_user_name (options, "");
  set_password (options, 0);
}

static void
set_will (MqttcOptions *options,
          const char *topic,
          gsize len)
{
  g_autoptr (GBytes) payload = g_bytes_new_take (g_malloc0 (len), len);
  g_autoptr (MqttcMessage) will = mqttc_message_new (topic, payload);

  mqttc_options_set_will (options, will);
}

static void
set_bad_will_topic (MqttcOptions *options)
{
  set_will (options, "status/#", 1);
}

static void
set_large_will (MqttcOptions *options)
{
  set_will (options, "status", 65536);
}

static void
set_largest_will (MqttcOptions *options)
{
  set_will (options, "status", 65535);
}

static void
set_no_host (MqttcOptions *options)
{
  mqttc_options_set_host (options, NULL);
}

static void
set_empty_host (MqttcOptions *options)
{
  mqttc_options_set_host (options, "");
}

static void
set_uri_host (MqttcOptions *options)
{
  mqttc_options_set_host (options, "mqtt://broker.lan");
}

static void
set_bad_utf8_host (MqttcOptions *options)
{
  mqttc_options_set_host (options, "\xff");
}

static void
set_socket_without_host (MqttcOptions *options)
{
  mqttc_options_set_host (options, NULL);
  mqttc_options_set_port (options, 0);
  mqttc_options_set_socket_path (options, "/run/mqtt.sock");
}

static void
set_empty_socket_path (MqttcOptions *options)
{
  mqttc_options_set_socket_path (options, "");
}

static void
set_long_socket_path (MqttcOptions *options)
{
  g_autofree char *text = g_strnfill (108, '/');

  mqttc_options_set_socket_path (options, text);
}

static void
set_port_65536 (MqttcOptions *options)
{
  mqttc_options_set_port (options, 65536);
}

static void
set_keep_alive_65536 (MqttcOptions *options)
{
  mqttc_options_set_keep_alive (options, 65536);
}

static void
set_keep_alive_0 (MqttcOptions *options)
{
  mqttc_options_set_keep_alive (options, 0);
}

static void
set_max_inflight_0 (MqttcOptions *options)
{
  mqttc_options_set_max_inflight (options, 0);
}

static void
set_max_inflight_65536 (MqttcOptions *options)
{
  mqttc_options_set_max_inflight (options, 65536);
}

static void
set_max_queued_messages_0 (MqttcOptions *options)
{
  mqttc_options_set_max_queued_messages (options, 0);
}

static void
set_max_queued_bytes_0 (MqttcOptions *options)
{
  mqttc_options_set_max_queued_bytes (options, 0);
}

static void
set_bad_offline_qos0 (MqttcOptions *options)
{
  mqttc_options_set_offline_qos0 (options, (MqttcOfflineQos0) 3);
}

static void
set_bad_session_lost_policy (MqttcOptions *options)
{
  mqttc_options_set_session_lost_policy (options, (MqttcSessionLostPolicy) 2);
}

static void
set_bad_overflow_policy (MqttcOptions *options)
{
  mqttc_options_set_overflow_policy (options, (MqttcOverflowPolicy) 2);
}

static void
set_reconnect_min_delay_0 (MqttcOptions *options)
{
  mqttc_options_set_reconnect_min_delay (options, 0);
}

static void
set_reconnect_delays_crossed (MqttcOptions *options)
{
  mqttc_options_set_reconnect_min_delay (options, 120001);
}

static void
set_unknown_protocol (MqttcOptions *options)
{
  mqttc_options_set_protocol (options, (MqttcProtocol) 3);
}

static void
set_protocol_v5 (MqttcOptions *options)
{
  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
}

typedef struct
{
  const char *name;
  void (*set) (MqttcOptions *options); /* NULL: what @name begins with is set to 0 */
  const char *message;                 /* in the error; NULL: it is valid */
} Check;

static const Check checks[] = {
  { "client-id/long", set_long_client_id,
    "Option client-id has 65536 bytes, but must have at most 65535" },
  { "client-id/longest", set_longest_client_id, NULL },
  { "client-id/utf8", set_bad_utf8_client_id, "Option client-id is not valid UTF-8" },
  { "client-id/empty", set_empty_client_id,
    "Option client-id is empty, but must not be when option clean-session is FALSE" },
  { "client-id/empty-clean", set_empty_clean_client_id, NULL },
  { "user-name/long", set_long_user_name,
    "Option user-name has 65536 bytes, but must have at most 65535" },
  { "user-name/utf8", set_bad_utf8_user_name, "Option user-name is not valid UTF-8" },
  { "password/alone", set_password_alone,
    "Option password is set, but must not be without option user-name" },
  { "password/long", set_long_password,
    "Option password has 65536 bytes, but must have at most 65535" },
  { "password/longest", set_longest_password, NULL },
  { "password/empty", set_empty_password, NULL },
  { "will/topic", set_bad_will_topic, "Option will: " },
  { "will/large", set_large_will,
    "Option will has a payload of 65536 bytes, but must have at most 65535" },
  { "will/largest", set_largest_will, NULL },
  { "host/none", set_no_host, "Option host is empty" },
  { "host/empty", set_empty_host, "Option host is empty" },
  { "host/uri", set_uri_host,
    "Option host is “mqtt://broker.lan”, but must be a name or an address alone" },
  { "host/utf8", set_bad_utf8_host, "Option host is not valid UTF-8" },
  { "socket-path/no-host", set_socket_without_host, NULL },
  { "socket-path/empty", set_empty_socket_path,
    "Option socket-path has 0 bytes, but must have 1 to 107" },
  { "socket-path/long", set_long_socket_path,
    "Option socket-path has 108 bytes, but must have 1 to 107" },
  { "port/65536", set_port_65536, "Option port is 65536, but must be 0 to 65535" },
  { "keep-alive/65536", set_keep_alive_65536,
    "Option keep-alive is 65536, but must be 0 to 65535" },
  { "keep-alive/0", set_keep_alive_0, NULL },
  { "max-inflight/0", set_max_inflight_0, "Option max-inflight is 0, but must be 1 to 65535" },
  { "max-inflight/65536", set_max_inflight_65536,
    "Option max-inflight is 65536, but must be 1 to 65535" },
  { "max-queued-messages/0", set_max_queued_messages_0,
    "Option max-queued-messages is 0, but must be 1 to" },
  { "max-queued-bytes/0", set_max_queued_bytes_0,
    "Option max-queued-bytes is 0, but must be 1 to" },
  { "offline-qos0/3", set_bad_offline_qos0, "Option offline-qos0 is 3, but must be 0 to 2" },
  { "session-lost-policy/2", set_bad_session_lost_policy,
    "Option session-lost-policy is 2, but must be 0 to 1" },
  { "overflow-policy/2", set_bad_overflow_policy,
    "Option overflow-policy is 2, but must be 0 to 1" },
  { "connect-timeout/0", NULL, "Option connect-timeout is 0, but must be 1 to" },
  { "ping-timeout/0", NULL, "Option ping-timeout is 0, but must be 1 to" },
  { "write-timeout/0", NULL, "Option write-timeout is 0, but must be 1 to" },
  { "packet-timeout/0", NULL, "Option packet-timeout is 0, but must be 1 to" },
  { "close-timeout/0", NULL, NULL },
  { "reconnect-min-delay/0", set_reconnect_min_delay_0,
    "Option reconnect-min-delay is 0, but must be 1 to" },
  { "reconnect-min-delay/max", set_reconnect_delays_crossed,
    "Option reconnect-min-delay is 120001, but must be at most option reconnect-max-delay, which "
    "is 120000" },
  { "protocol/3", set_unknown_protocol, "Option protocol is 3, but must be v3-1-1" },
};

static void
set_to_0 (MqttcOptions *options,
          const char *name)
{
  g_autofree char *option = g_strndup (name, strcspn (name, "/"));

  g_object_set (options, option, 0, NULL);
}

static void
test_check (gconstpointer data)
{
  const Check *check = data;
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autoptr (GError) error = NULL;
  gboolean is_valid;

  if (check->set != NULL)
    check->set (options);
  else
    set_to_0 (options, check->name);
  is_valid = mqttc_options_validate (options, &error);

  if (check->message == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (is_valid);
      return;
    }

  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_false (is_valid);
  g_assert_true (g_str_has_prefix (error->message, check->message));
  g_assert_false (mqttc_options_validate (options, NULL));
}

static void
test_protocol_v5 (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autoptr (GError) error = NULL;

  set_protocol_v5 (options);
  g_assert_false (mqttc_options_validate (options, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/options/defaults", test_defaults);
  g_test_add_func ("/options/notify", test_notify);
  g_test_add_func ("/options/notify/list", test_notify_list);
  g_test_add_func ("/options/notify/object", test_notify_object);
  g_test_add_func ("/options/accessors", test_accessors);
  g_test_add_func ("/options/config", test_config);
  g_test_add_func ("/options/validate/protocol/v5", test_protocol_v5);

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      g_autofree char *path = g_strconcat ("/options/validate/", checks[i].name, NULL);

      g_test_add_data_func (path, &checks[i], test_check);
    }

  return g_test_run ();
}
