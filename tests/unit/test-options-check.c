/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop/mqttc-options-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message.h"
#include "values/mqttc-properties.h"

#include <string.h>

/* What options are refused, and what they are told. */

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
  mqttc_options_set_client_id (options, "desk\xff"); /* [MQTT-3.1.3-4] */
}

/* [MQTT-3.1.3-7]: an empty identifier goes with a clean session alone. */
static void
set_empty_client_id (MqttcOptions *options)
{
  mqttc_options_set_client_id (options, "");
  mqttc_options_set_clean_session (options, FALSE);
}

static void
set_empty_client_id_v5 (MqttcOptions *options)
{
  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
  mqttc_options_set_protocol_fallback (options, FALSE);
  set_empty_client_id (options);
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
  mqttc_options_set_user_name (options, "\xc0\x80"); /* [MQTT-3.1.3-11] */
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

/* Section 3.1.2.9 of MQTT 5 allows it. */
static void
set_password_alone_v5 (MqttcOptions *options)
{
  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
  mqttc_options_set_protocol_fallback (options, FALSE);
  set_password (options, 1);
}

static void
set_password_alone_fallback (MqttcOptions *options)
{
  mqttc_options_set_protocol (options, MQTTC_PROTOCOL_V5);
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
  set_will (options, "status/#", 1); /* [MQTT-4.7.1-1] */
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

static void
set_session_expiry_below (MqttcOptions *options)
{
  mqttc_options_set_session_expiry_interval (options, -2);
}

static void
set_session_expiry_above (MqttcOptions *options)
{
  mqttc_options_set_session_expiry_interval (options, 4294967296);
}

static void
set_receive_maximum_65536 (MqttcOptions *options)
{
  mqttc_options_set_receive_maximum (options, 65536);
}

static void
set_topic_alias_maximum_65536 (MqttcOptions *options)
{
  mqttc_options_set_topic_alias_maximum (options, 65536);
}

static void
set_max_topic_aliases_65536 (MqttcOptions *options)
{
  mqttc_options_set_max_topic_aliases (options, 65536);
}

static MqttcProperties *
make_user_properties (void)
{
  MqttcProperties *properties = mqttc_properties_new ();

  mqttc_properties_add_user_property (properties, "a", "b");

  return properties;
}

static void
set_other_property (MqttcOptions *options)
{
  g_autoptr (MqttcProperties) properties = make_user_properties ();

  mqttc_properties_set_uint (properties, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL, 1);
  mqttc_options_set_user_properties (options, properties);
}

static void
set_no_user_properties (MqttcOptions *options)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_options_set_user_properties (options, properties);
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
  { "client-id/empty/v5", set_empty_client_id_v5, NULL },
  { "client-id/empty-clean", set_empty_clean_client_id, NULL },
  { "user-name/long", set_long_user_name,
    "Option user-name has 65536 bytes, but must have at most 65535" },
  { "user-name/utf8", set_bad_utf8_user_name, "Option user-name is not valid UTF-8" },
  { "password/alone", set_password_alone,
    "Option password is set, but must not be without option user-name, unless option protocol is "
    "v5" },
  { "password/alone/v5", set_password_alone_v5, NULL },
  { "password/alone/fallback", set_password_alone_fallback,
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
  { "max-inflight/0", set_max_inflight_0, NULL },
  { "max-inflight/65536", set_max_inflight_65536,
    "Option max-inflight is 65536, but must be 0 to 65535" },
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
  { "protocol/3", set_unknown_protocol, "Option protocol is 3, but must be v3-1-1 or v5" },
  { "protocol/v5", set_protocol_v5, NULL },
  { "session-expiry-interval/below", set_session_expiry_below,
    "Option session-expiry-interval is -2, but must be -1 to 4294967295" },
  { "session-expiry-interval/above", set_session_expiry_above,
    "Option session-expiry-interval is 4294967296, but must be -1 to 4294967295" },
  { "receive-maximum/65536", set_receive_maximum_65536,
    "Option receive-maximum is 65536, but must be 0 to 65535" },
  { "topic-alias-maximum/65536", set_topic_alias_maximum_65536,
    "Option topic-alias-maximum is 65536, but must be 0 to 65535" },
  { "max-topic-aliases/65536", set_max_topic_aliases_65536,
    "Option max-topic-aliases is 65536, but must be 0 to 65535" },
  { "user-properties/other", set_other_property,
    "Option user-properties has the property 0x11, but must have user properties alone" },
  { "user-properties/empty", set_no_user_properties, NULL },
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

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      g_autofree char *path = g_strconcat ("/options/validate/", checks[i].name, NULL);

      g_test_add_data_func (path, &checks[i], test_check);
    }

  return g_test_run ();
}
