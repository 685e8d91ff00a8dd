/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop/mqttc-options-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-properties.h"

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
  { "protocol", "((MqttcProtocol) MQTTC_PROTOCOL_V5)" },
  { "clean-session", "TRUE" },
  { "keep-alive", "60" },
  { "user-name", "NULL" },
  { "will", "NULL" },
  { "max-packet-size", "0" },
  { "max-inflight", "0" },
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
  { "protocol-fallback", "TRUE" },
  { "session-expiry-interval", "-1" },
  { "receive-maximum", "0" },
  { "topic-alias-maximum", "0" },
  { "max-topic-aliases", "16" },
  { "will-delay-interval", "0" },
  { "request-response-information", "FALSE" },
  { "request-problem-information", "TRUE" },
  { "allow-qos-downgrade", "FALSE" },
  { "user-properties", "NULL" },
  { "follow-redirects", "FALSE" },
  { "authenticator", "NULL" },
  { "credentials-provider", "NULL" },
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

static int
get_other (GParamSpecEnum *pspec)
{
  return pspec->default_value == pspec->enum_class->maximum ? pspec->enum_class->minimum
                                                            : pspec->enum_class->maximum;
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
      else if (G_VALUE_HOLDS_INT64 (&value))
        g_value_set_int64 (&value, -4711);
      else
        g_value_set_enum (&value, get_other (G_PARAM_SPEC_ENUM (pspecs[i])));

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

static MqttcProperties *
make_user_properties (void)
{
  MqttcProperties *properties = mqttc_properties_new ();

  mqttc_properties_add_user_property (properties, "a", "b");

  return properties;
}

static void
test_accessors_mqtt5 (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autoptr (MqttcProperties) properties = make_user_properties ();
  guint n_notified = 0;

  g_test_summary ("What a setter of MQTT 5 was given, the getter gives back");

  mqttc_options_set_protocol_fallback (options, FALSE);
  mqttc_options_set_session_expiry_interval (options, 4294967295);
  mqttc_options_set_receive_maximum (options, 1);
  mqttc_options_set_topic_alias_maximum (options, 2);
  mqttc_options_set_max_topic_aliases (options, 3);
  mqttc_options_set_will_delay_interval (options, 4);
  mqttc_options_set_request_response_information (options, TRUE);
  mqttc_options_set_request_problem_information (options, FALSE);
  mqttc_options_set_allow_qos_downgrade (options, TRUE);
  g_signal_connect (options, "notify::user-properties", G_CALLBACK (count_cb), &n_notified);
  mqttc_options_set_user_properties (options, properties);
  mqttc_options_set_user_properties (options, properties);
  g_assert_cmpuint (n_notified, ==, 1);

  g_assert_false (mqttc_options_get_protocol_fallback (options));
  g_assert_cmpint (mqttc_options_get_session_expiry_interval (options), ==, 4294967295);
  g_assert_cmpuint (mqttc_options_get_receive_maximum (options), ==, 1);
  g_assert_cmpuint (mqttc_options_get_topic_alias_maximum (options), ==, 2);
  g_assert_cmpuint (mqttc_options_get_max_topic_aliases (options), ==, 3);
  g_assert_cmpuint (mqttc_options_get_will_delay_interval (options), ==, 4);
  g_assert_true (mqttc_options_get_request_response_information (options));
  g_assert_false (mqttc_options_get_request_problem_information (options));
  g_assert_true (mqttc_options_get_allow_qos_downgrade (options));
  g_assert_true (mqttc_options_get_user_properties (options) == properties);

  g_object_set (options, "user-properties", NULL, NULL);
  g_assert_cmpuint (n_notified, ==, 2);
  g_assert_null (mqttc_options_get_user_properties (options));
}

static void
test_config_mqtt5 (void)
{
  const guint8 wire[] = { 0x26, 0, 1, 'a', 0, 1, 'b' };
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  g_autoptr (MqttcProperties) properties = make_user_properties ();
  MqttcEngineConfig config = { 0 };

  g_test_summary ("The engine is told what was set for MQTT 5");

  mqttc_options_fill_config (options, &config);
  g_assert_true (config.fall_back);
  g_assert_cmpstr (config.server, ==, "localhost:1883");
  g_assert_cmpuint (config.session_expiry, ==, 0);
  g_assert_cmpuint (config.receive_maximum, ==, 0);
  g_assert_cmpuint (config.topic_alias_maximum, ==, 0);
  g_assert_cmpuint (config.max_topic_aliases, ==, 16);
  g_assert_false (config.request_response_information);
  g_assert_false (config.refuse_problem_information);
  g_assert_false (config.lower_qos);
  g_assert_null (config.user_properties);

  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
  mqttc_options_set_protocol_fallback (options, FALSE);
  mqttc_options_set_socket_path (options, "/run/mqtt.sock");
  mqttc_options_set_clean_session (options, FALSE);
  mqttc_options_set_receive_maximum (options, 65535);
  mqttc_options_set_topic_alias_maximum (options, 65534);
  mqttc_options_set_max_topic_aliases (options, 0);
  mqttc_options_set_will_delay_interval (options, G_MAXUINT32);
  mqttc_options_set_request_response_information (options, TRUE);
  mqttc_options_set_request_problem_information (options, FALSE);
  mqttc_options_set_allow_qos_downgrade (options, TRUE);
  mqttc_options_set_user_properties (options, properties);
  mqttc_options_fill_config (options, &config);
  g_assert_cmpint (config.protocol, ==, MQTTC_PROTOCOL_V5);
  g_assert_false (config.fall_back);
  g_assert_cmpstr (config.server, ==, "/run/mqtt.sock");
  g_assert_cmpuint (config.session_expiry, ==, G_MAXUINT32);
  g_assert_cmpuint (config.receive_maximum, ==, 65535);
  g_assert_cmpuint (config.topic_alias_maximum, ==, 65534);
  g_assert_cmpuint (config.max_topic_aliases, ==, 0);
  g_assert_cmpuint (config.will_delay, ==, G_MAXUINT32);
  g_assert_true (config.request_response_information);
  g_assert_true (config.refuse_problem_information);
  g_assert_true (config.lower_qos);
  g_assert_true (mqttc_properties_is_locked (properties));
  g_assert_cmpmem (g_bytes_get_data (config.user_properties, NULL),
                   g_bytes_get_size (config.user_properties), wire, sizeof wire);

  mqttc_options_set_session_expiry_interval (options, 0);
  mqttc_options_fill_config (options, &config);
  g_assert_cmpuint (config.session_expiry, ==, 0);

  mqttc_engine_config_clear (&config);
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

  g_assert_cmpint (config.protocol, ==, MQTTC_PROTOCOL_V5);
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
  g_assert_cmpuint (config.max_inflight, ==, 0);
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
  g_test_add_func ("/options/accessors/mqtt5", test_accessors_mqtt5);
  g_test_add_func ("/options/config/mqtt5", test_config_mqtt5);

  return g_test_run ();
}
