/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "loop/mqttc-options-private.h"
#include "mqttc-error.h"

#include <string.h>

typedef struct
{
  const char *uri;
  const char *where;
  const char *user_name;
  const char *password;
} GoodUri;

static const GoodUri good_uris[] = {
  { "mqtt://broker.lan", "broker.lan:1883", NULL, NULL },
  { "MQTT://broker.lan", "broker.lan:1883", NULL, NULL },
  { "mqtt://broker.lan/", "broker.lan:1883", NULL, NULL },
  { "mqtt://broker.lan:1", "broker.lan:1", NULL, NULL },
  { "mqtt://broker.lan:65535", "broker.lan:65535", NULL, NULL },
  { "mqtt://[::1]", "[::1]:1883", NULL, NULL },
  { "mqtt://[::1]:2000", "[::1]:2000", NULL, NULL },
  { "mqtt://127.0.0.1", "127.0.0.1:1883", NULL, NULL },
  { "mqtt://me@broker.lan", "broker.lan:1883", "me", NULL },
  { "mqtt://me:pw@broker.lan", "broker.lan:1883", "me", "pw" },
  { "mqtt://me:@broker.lan", "broker.lan:1883", "me", "" },
  { "mqtt://m%40e:p%3Aw%40%2F%3F%23%25@broker.lan", "broker.lan:1883", "m@e", "p:w@/?#%" },
  { "mqtt://me:a:b@broker.lan", "broker.lan:1883", "me", "a:b" },
  { "mqtt://j%C3%BCrgen:%E2%82%AC@broker.lan", "broker.lan:1883", "jürgen", "€" },
  { "mqtts://broker.lan", "broker.lan:8883", NULL, NULL },
  { "MQTTS://me:pw@broker.lan/", "broker.lan:8883", "me", "pw" },
  { "mqtts://[::1]:1883", "[::1]:1883", NULL, NULL },
  { "mqtts+unix:///run/mqtt.sock?server-identity=broker.lan", "/run/mqtt.sock", NULL, NULL },
  { "mqtt+unix:///run/mqtt.sock", "/run/mqtt.sock", NULL, NULL },
  { "mqtt+unix:/run/mqtt.sock", "/run/mqtt.sock", NULL, NULL },
  { "mqtt+unix:///run/a%20b.sock", "/run/a b.sock", NULL, NULL },
  { "mqtt+unix://me:pw@/run/mqtt.sock", "/run/mqtt.sock", "me", "pw" },
};

static void
test_good_uri (gconstpointer data)
{
  const GoodUri *good = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (good->uri, &error);
  g_autoptr (MqttcAddress) address = NULL;
  g_autofree char *where = NULL;
  MqttcEngineConfig config = { 0 };

  g_assert_no_error (error);
  g_assert_nonnull (options);

  address = mqttc_options_get_address (options);
  where = mqttc_address_to_string (address);
  g_assert_cmpstr (where, ==, good->where);
  g_assert_true ((address->tls != NULL)
                 == (g_ascii_strncasecmp (good->uri, "mqtts", strlen ("mqtts")) == 0));

  mqttc_options_fill_config (options, &config);
  g_assert_cmpstr (config.user_name, ==, good->user_name);
  g_assert_true ((config.password == NULL) == (good->password == NULL));
  if (good->password != NULL)
    g_assert_cmpmem (g_bytes_get_data (config.password, NULL), g_bytes_get_size (config.password),
                     good->password, strlen (good->password));
  mqttc_engine_config_clear (&config);
}

static void
test_uri_query (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (
      "mqtt://broker.lan?client-id=a%26b%3Dc&clean-session=false&keep-alive=0&protocol=v3-1-1"
      "&max-packet-size=18446744073709551615&max-inflight=1&max-queued-messages=2"
      "&max-queued-bytes=3&offline-qos0=drop&session-lost-policy=republish&connect-timeout=4"
      "&ping-timeout=5&write-timeout=6&packet-timeout=11&close-timeout=0&reconnect=false"
      "&reconnect-min-delay=7&reconnect-max-delay=4294967295&max-publish-rate=8&resend-delay=9&"
      "manual-acks=true"
      "&overflow-policy=drop-oldest&max-outgoing-packet-size=10&protocol-fallback=false"
      "&session-expiry-interval=4294967295&receive-maximum=11&topic-alias-maximum=12"
      "&max-topic-aliases=13&will-delay-interval=4294967295&request-response-information=true"
      "&request-problem-information=false&allow-qos-downgrade=true",
      &error);

  g_test_summary ("Each scalar option can be set in the query of a URI");

  g_assert_no_error (error);
  g_assert_cmpstr (mqttc_options_get_client_id (options), ==, "a&b=c");
  g_assert_false (mqttc_options_get_clean_session (options));
  g_assert_cmpuint (mqttc_options_get_keep_alive (options), ==, 0);
  g_assert_cmpuint (mqttc_options_get_max_packet_size (options), ==, G_MAXUINT64);
  g_assert_cmpuint (mqttc_options_get_max_inflight (options), ==, 1);
  g_assert_cmpuint (mqttc_options_get_max_queued_messages (options), ==, 2);
  g_assert_cmpuint (mqttc_options_get_max_queued_bytes (options), ==, 3);
  g_assert_cmpuint (mqttc_options_get_offline_qos0 (options), ==, MQTTC_OFFLINE_QOS0_DROP);
  g_assert_cmpuint (mqttc_options_get_session_lost_policy (options), ==,
                    MQTTC_SESSION_LOST_POLICY_REPUBLISH);
  g_assert_cmpuint (mqttc_options_get_connect_timeout (options), ==, 4);
  g_assert_cmpuint (mqttc_options_get_ping_timeout (options), ==, 5);
  g_assert_cmpuint (mqttc_options_get_write_timeout (options), ==, 6);
  g_assert_cmpuint (mqttc_options_get_packet_timeout (options), ==, 11);
  g_assert_cmpuint (mqttc_options_get_close_timeout (options), ==, 0);
  g_assert_false (mqttc_options_get_reconnect (options));
  g_assert_cmpuint (mqttc_options_get_reconnect_min_delay (options), ==, 7);
  g_assert_cmpuint (mqttc_options_get_reconnect_max_delay (options), ==, G_MAXUINT);
  g_assert_cmpuint (mqttc_options_get_max_publish_rate (options), ==, 8);
  g_assert_cmpuint (mqttc_options_get_resend_delay (options), ==, 9);
  g_assert_true (mqttc_options_get_manual_acks (options));
  g_assert_cmpint (mqttc_options_get_overflow_policy (options), ==,
                   MQTTC_OVERFLOW_POLICY_DROP_OLDEST);
  g_assert_cmpuint (mqttc_options_get_max_outgoing_packet_size (options), ==, 10);
  g_assert_false (mqttc_options_get_protocol_fallback (options));
  g_assert_cmpint (mqttc_options_get_session_expiry_interval (options), ==, 4294967295);
  g_assert_cmpuint (mqttc_options_get_receive_maximum (options), ==, 11);
  g_assert_cmpuint (mqttc_options_get_topic_alias_maximum (options), ==, 12);
  g_assert_cmpuint (mqttc_options_get_max_topic_aliases (options), ==, 13);
  g_assert_cmpuint (mqttc_options_get_will_delay_interval (options), ==, G_MAXUINT32);
  g_assert_true (mqttc_options_get_request_response_information (options));
  g_assert_false (mqttc_options_get_request_problem_information (options));
  g_assert_true (mqttc_options_get_allow_qos_downgrade (options));
}

#define PIN_1 "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define PIN_2 "sha256/+//+//+//+//+//+//+//+//+//+//+//+//+//+//8="

static void
test_uri_tls (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (
      "mqtts://broker.lan?server-identity=other.lan&ca-file=/etc/a%20ca.pem"
      "&certificate-file=c.pem&private-key-file=k.pem&alpn=mqtt,x-1&tls-pin=" PIN_1
      "&alpn-protocols=http%2F1.1&tls-pins=" PIN_2 "," PIN_1,
      &error);
  const char *const protocols[] = { "mqtt", "x-1", "http/1.1", NULL };
  const char *const pins[] = { PIN_1, PIN_2, PIN_1, NULL };

  g_test_summary ("Each option of TLS that is a text or a list can be set in a URI");

  g_assert_no_error (error);
  g_assert_true (mqttc_options_get_use_tls (options));
  g_assert_cmpstr (mqttc_options_get_server_identity (options), ==, "other.lan");
  g_assert_cmpstr (mqttc_options_get_ca_file (options), ==, "/etc/a ca.pem");
  g_assert_cmpstr (mqttc_options_get_certificate_file (options), ==, "c.pem");
  g_assert_cmpstr (mqttc_options_get_private_key_file (options), ==, "k.pem");
  g_assert_cmpstrv (mqttc_options_get_alpn_protocols (options), protocols);
  g_assert_cmpstrv (mqttc_options_get_tls_pins (options), pins);
}

/* A message holds all of @words, which are separated by '|', and never "hunter". */
typedef struct
{
  const char *uri;
  const char *words;
  gboolean is_supported_later;
} BadUri;

#define KEEP_ALIVE "a whole number from 0 to 65535"

static const BadUri bad_uris[] = {
  { "", "scheme", FALSE },
  { "broker.lan", "scheme", FALSE },
  { "broker.lan:1883", "scheme|“broker.lan”|mqtt, mqtts, mqtt+unix, or mqtts+unix", FALSE },
  { "//broker.lan", "scheme", FALSE },
  { "http://broker.lan", "scheme|“http”|mqtt, mqtts, mqtt+unix, or mqtts+unix", FALSE },
  { "mqtts://broker.lan:0", "port|0|1 to 65535", FALSE },
  { "mqtts://broker.lan?use-tls=false", "query|“use-tls”", FALSE },
  { "mqtt://broker.lan?use-tls=true", "query|“use-tls”", FALSE },
  { "mqtt://broker.lan?ca-file=ca.pem", "ca-file|use-tls|mqtts", FALSE },
  { "mqtts://broker.lan?tls-database=x", "query|“tls-database”", FALSE },
  { "mqtts://broker.lan?certificate=x", "query|“certificate”", FALSE },
  { "mqtts://broker.lan?tls-interaction=x", "query|“tls-interaction”", FALSE },
  { "mqtts://broker.lan?alpn=", "alpn-protocols|“”|a list", FALSE },
  { "mqtts://broker.lan?alpn=mqtt,", "alpn-protocols|0 bytes|1 to 255", FALSE },
  { "mqtts://broker.lan?tls-pin=sha1/AAAA", "tls-pins|“sha1/AAAA”|sha256/", FALSE },
  { "mqtts+unix:///run/mqtt.sock", "server-identity|Unix socket", FALSE },
  { "mqtts+unix://host/run/mqtt.sock", "host|three slashes", FALSE },
  { "ws://broker.lan", "scheme|“ws”|not in this version|mqtts+unix", TRUE },
  { "wss://broker.lan", "scheme|“wss”|not in this version", TRUE },
  { "mqtt:", "host", FALSE },
  { "mqtt://", "host", FALSE },
  { "mqtt:///topic", "host", FALSE },
  { "mqtt://me:hunter2@", "host", FALSE },
  { "mqtt://:1883", "host", FALSE },
  { "mqtt://broker.lan:0", "port|0|1 to 65535", FALSE },
  { "mqtt://broker.lan:65536", "port", FALSE },
  { "mqtt://broker.lan:mqtt", "port", FALSE },
  { "mqtt://broker.lan:-1", "port", FALSE },
  { "mqtt://[::1", "host", FALSE },
  { "mqtt://broker.lan/topic", "path|topic", FALSE },
  { "mqtt://broker.lan#part", "fragment", FALSE },
  { "mqtt://bro\xffker", "UTF-8", FALSE },
  { "mqtt://me%FF@broker.lan", "user name or password", FALSE },
  { "mqtt://me:hunter%zz@broker.lan", "user name or password", FALSE },
  { "mqtt://me:hunter/2@broker.lan", "port|%2F", FALSE },
  { "mqtt://me:hunter?2@broker.lan", "port|%3F", FALSE },
  { "mqtt://me:hunter#2@broker.lan", "port|%23", FALSE },
  { "mqtt://me:hunter@2@broker.lan", "@|%40", FALSE },
  { "mqtt://me:1?hunter@broker.lan", "query", FALSE },
  { "mqtt://me:1?hunter=2@broker.lan", "query", FALSE },
  { "mqtt://me:1?hunter=2#3@broker.lan", "query", FALSE },
  { "mqtt://me:1?keep-alive=hunter@broker.lan", "keep-alive|" KEEP_ALIVE, FALSE },
  { "mqtts://me:1?tls-pin=hunter@broker.lan", "query|%40", FALSE },
  { "mqtts://me:1?server-identity=hunter/2@broker.lan", "query|%40", FALSE },
  { "mqtts://broker.lan?client-id=me@home&tls-pin=sha1/hunter", "query|%40", FALSE },
  { "mqtts://broker.lan?client-id=me%40home&tls-pin=sha1/AAAA", "tls-pins|“sha1/AAAA”", FALSE },
  { "mqtt://:hunter2@broker.lan", "password|user-name", FALSE },
  { "mqtt://broker.lan?keepalive=60", "query|“keepalive”", FALSE },
  { "mqtt://broker.lan?keep-alive", "query", FALSE },
  { "mqtt://broker.lan?keep-alive=%zz", "query", FALSE },
  { "mqtt://broker.lan?keep-alive=", "keep-alive|“”|" KEEP_ALIVE, FALSE },
  { "mqtt://broker.lan?keep-alive=-1", "keep-alive|“-1”|" KEEP_ALIVE, FALSE },
  { "mqtt://broker.lan?keep-alive=%2B1", "keep-alive|“+1”|" KEEP_ALIVE, FALSE },
  { "mqtt://broker.lan?keep-alive=1.5", "keep-alive|“1.5”|" KEEP_ALIVE, FALSE },
  { "mqtt://broker.lan?keep-alive=1m", "keep-alive|“1m”|" KEEP_ALIVE, FALSE },
  { "mqtt://broker.lan?keep-alive=65536", "keep-alive|“65536”|" KEEP_ALIVE, FALSE },
  { "mqtt://broker.lan?keep-alive=4294967296", "keep-alive|“4294967296”|" KEEP_ALIVE, FALSE },
  { "mqtt://broker.lan?max-inflight=65536", "max-inflight|“65536”|number from 0 to 65535", FALSE },
  { "mqtt://broker.lan?ping-timeout=0", "ping-timeout|“0”|number from 1 to 4294967295", FALSE },
  { "mqtt://broker.lan?resend-delay=4294967296",
    "resend-delay|“4294967296”|a whole number from 0 to 4294967295", FALSE },
  { "mqtt://broker.lan?max-queued-bytes=0",
    "max-queued-bytes|“0”|a whole number from 1 to 18446744073709551615", FALSE },
  { "mqtt://broker.lan?max-packet-size=18446744073709551616",
    "max-packet-size|a whole number from 0 to 18446744073709551615", FALSE },
  { "mqtt://broker.lan?clean-session=yes", "clean-session|“yes”|true or false", FALSE },
  { "mqtt://broker.lan?offline-qos0=keep", "offline-qos0|“keep”|queue or drop or fail", FALSE },
  { "mqtt://broker.lan?protocol=v6", "protocol|v3-1-1 or v5", FALSE },
  { "mqtt://broker.lan?session-expiry-interval=-2",
    "session-expiry-interval|“-2”|a whole number from -1 to 4294967295", FALSE },
  { "mqtt://broker.lan?session-expiry-interval=4294967296",
    "session-expiry-interval|a whole number from -1 to 4294967295", FALSE },
  { "mqtt://broker.lan?receive-maximum=65536", "receive-maximum|number from 0 to 65535", FALSE },
  { "mqtt://broker.lan?will-delay-interval=4294967296",
    "will-delay-interval|“4294967296”|a whole number from 0 to 4294967295", FALSE },
  { "mqtt://broker.lan?user-properties=a", "query|“user-properties”", FALSE },
  { "mqtt://broker.lan?host=other", "query|“host”", FALSE },
  { "mqtt://broker.lan?port=1", "query|“port”", FALSE },
  { "mqtt://broker.lan?socket-path=/x", "query|“socket-path”", FALSE },
  { "mqtt://broker.lan?user-name=me", "query|“user-name”", FALSE },
  { "mqtt://broker.lan?password=pw", "query|“password”", FALSE },
  { "mqtt://broker.lan?will=x", "query|“will”", FALSE },
  { "mqtt://broker.lan?client-id=&clean-session=false", "client-id|clean-session", FALSE },
  { "mqtt+unix://", "path", FALSE },
  { "mqtt+unix:///", "path", FALSE },
  { "mqtt+unix:run/mqtt.sock", "path", FALSE },
  { "mqtt+unix://run/mqtt.sock", "host|three slashes", FALSE },
};

static void
test_bad_uri (gconstpointer data)
{
  const BadUri *bad = data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = g_strsplit (bad->words, "|", -1);

  g_assert_null (mqttc_options_new_for_uri (bad->uri, &error));
  g_test_message ("%s", error->message);

  if (bad->is_supported_later)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  else
    g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);

  for (guint i = 0; words[i] != NULL; i++)
    g_assert_nonnull (strstr (error->message, words[i]));
  g_assert_null (strstr (error->message, "hunter"));

  g_assert_null (mqttc_options_new_for_uri (bad->uri, NULL));
}

/* GLib keeps what it makes a quark of for ever. */
static void
test_uri_is_not_kept (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mqttc_options_new_for_uri ("never-heard-of://broker.lan", &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (g_quark_try_string ("never-heard-of"), ==, 0);
}

int
main (int argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/options-uri/query", test_uri_query);
  g_test_add_func ("/options-uri/tls", test_uri_tls);
  g_test_add_func ("/options-uri/not-kept", test_uri_is_not_kept);

  for (guint i = 0; i < G_N_ELEMENTS (good_uris); i++)
    {
      g_autofree char *path = g_strdup_printf ("/options-uri/good/%u", i);

      g_test_add_data_func (path, &good_uris[i], test_good_uri);
    }

  for (guint i = 0; i < G_N_ELEMENTS (bad_uris); i++)
    {
      g_autofree char *path = g_strdup_printf ("/options-uri/bad/%u", i);

      g_test_add_data_func (path, &bad_uris[i], test_bad_uri);
    }

  return g_test_run ();
}
