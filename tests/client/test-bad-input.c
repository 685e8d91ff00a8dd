/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What users and settings get wrong: each is an error that says what and where, never a crash. */

#include <string.h>

#include "test-fixture.h"
#include "test-resolver.h"

static void
assert_says (const GError *error,
             GQuark domain,
             int code,
             const char *what,
             const char *where)
{
  g_assert_nonnull (error);
  g_test_message ("%s (%s, %d)", error->message, g_quark_to_string (error->domain), error->code);
  g_assert_error (error, domain, code);
  if (strstr (error->message, what) == NULL)
    g_error ("“%s” does not say “%s”", error->message, what);
  if (strstr (error->message, where) == NULL)
    g_error ("“%s” does not name “%s”", error->message, where);

  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), <, 400);
  g_assert_false (g_str_has_suffix (error->message, "."));
}

/* --- Topics and filters. --- */

#define A_LONG_TOPIC "(65536 bytes)"

typedef struct
{
  const char *text;
  const char *what;
  const char *where;
} BadText;

static const BadText bad_topics[] = {
  { "", "empty", "topic" },
  { "home/+/temp", "wildcard", "home/+/temp" },
  { "home/#", "wildcard", "home/#" },
  { "bad\xff", "UTF-8", "bad" },
  { "bad\xed\xa0\x80", "UTF-8", "bad" },
  { "bad\xc0\x80", "UTF-8", "bad" }, /* U+0000 in disguise */
  { A_LONG_TOPIC, "65,535 bytes", "aaaaaaaa" },
};

static const BadText bad_filters[] = {
  { "", "empty", "filter" },     { "home/#/temp", "#", "home/#/temp" },
  { "home#", "#", "home#" },     { "home/a+/temp", "+", "home/a+/temp" },
  { "bad\xff", "UTF-8", "bad" }, { A_LONG_TOPIC, "65,535 bytes", "aaaaaaaa" },
};

static char *
make_text (const char *text)
{
  return strcmp (text, A_LONG_TOPIC) == 0 ? g_strnfill (65536, 'a') : g_strdup (text);
}

static void
test_topics (Fixture *f,
             gconstpointer data)
{
  fixture_open_ok (f);

  for (guint i = 0; i < G_N_ELEMENTS (bad_topics); i++)
    {
      const BadText *bad = &bad_topics[i];
      g_autofree char *topic = make_text (bad->text);
      g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, "");
      GAsyncResult *result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) again = NULL;

      fixture_publish (f, topic, MQTTC_QOS_AT_LEAST_ONCE, &result);
      g_assert_false (fixture_publish_finish (f, &result, &error));
      assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, bad->what,
                   bad->where);

      g_assert_false (mqttc_client_try_publish (f->client, message, &again));
      g_assert_cmpstr (error->message, ==, again->message);
    }

  /* Nothing of it left, and no identifier was spent. */
  fixture_publish_ok (f, "good", MQTTC_QOS_AT_LEAST_ONCE);
  test_broker_expect (f->broker, 1, "CONNECT clean\nPUBLISH #1 q1 good\n");
}

static void
test_filters (Fixture *f,
              gconstpointer data)
{
  fixture_open_ok (f);

  for (guint i = 0; i < G_N_ELEMENTS (bad_filters); i++)
    {
      const BadText *bad = &bad_filters[i];
      g_autofree char *filter = make_text (bad->text);
      g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new (filter, 0);
      GAsyncResult *result = NULL;
      g_autoptr (GError) error = NULL;

      mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &result);
      g_assert_false (fixture_subscribe_finish (f, &result, &error));
      assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, bad->what,
                   bad->where);
    }

  g_object_unref (fixture_subscribe (f, "good/#", MQTTC_QOS_AT_MOST_ONCE));
  test_broker_expect (f->broker, 1, "CONNECT clean\nSUBSCRIBE #1 good/#:0\n");
}

/* A text with U+0000 in it cannot come from C; payloads are bytes, and may hold anything. */
static void
test_payload_with_zeros (Fixture *f,
                         gconstpointer data)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_data ("a", "\0\xff\0", 3);
  g_autoptr (MqttcSubscription) subscription = NULL;
  g_autoptr (GError) error = NULL;
  gsize len;

  fixture_open_ok (f);
  subscription = fixture_subscribe (f, "a", MQTTC_QOS_AT_MOST_ONCE);
  g_assert_true (mqttc_client_try_publish (f->client, message, &error));
  fixture_wait_messages (f, 1);
  g_assert_cmpmem (mqttc_message_peek_payload (f->messages->pdata[0], &len), 3, "\0\xff\0", 3);
  g_assert_cmpuint (len, ==, 3);
  g_assert_null (mqttc_message_get_text (f->messages->pdata[0]));
}

/* --- Options. --- */

typedef struct
{
  const char *property;
  guint64 value;
  const char *text; /* in the place of a number */
  const char *what;
} BadOption;

static const BadOption bad_options[] = {
  { "keep-alive", 65536, NULL, "65535" },
  { "keep-alive", G_MAXUINT, NULL, "65535" },
  { "port", 65536, NULL, "65535" },
  { "host", 0, "", "empty" },
  { "host", 0, "bad\xff", "UTF-8" },
  { "client-id", 0, "bad\xff", "UTF-8" },
  { "client-id", 0, A_LONG_TOPIC, "65535" },
  { "user-name", 0, "bad\xff", "UTF-8" },
  { "user-name", 0, A_LONG_TOPIC, "65535" },
  { "socket-path", 0, "", "1 to 1" },
  { "receive-maximum", 65536, NULL, "65535" },
  { "max-inflight", 65536, NULL, "65535" },
  { "max-queued-messages", 0, NULL, "1" },
  { "max-queued-bytes", 0, NULL, "1" },
  { "connect-timeout", 0, NULL, "1" },
  { "ping-timeout", 0, NULL, "1" },
  { "write-timeout", 0, NULL, "1" },
  { "packet-timeout", 0, NULL, "1" },
  { "reconnect-min-delay", 0, NULL, "1" },
  { "reconnect-max-delay", 1, NULL, "reconnect-min-delay" },
};

static void
set_option (MqttcOptions *options,
            const BadOption *bad)
{
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (options), bad->property);
  g_autofree char *text = bad->text != NULL ? make_text (bad->text) : NULL;

  if (bad->text != NULL)
    g_object_set (options, bad->property, text, NULL);
  else if (G_IS_PARAM_SPEC_UINT64 (pspec))
    g_object_set (options, bad->property, bad->value, NULL);
  else
    g_object_set (options, bad->property, (guint) bad->value, NULL);
}

static void
test_options (Fixture *f,
              gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_options); i++)
    {
      const BadOption *bad = &bad_options[i];
      g_autoptr (MqttcOptions) options = mqttc_options_new ();
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) from_opening = NULL;

      set_option (options, bad);
      g_assert_false (mqttc_options_validate (options, &error));
      assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, bad->what,
                   bad->property);

      fixture_set_client (f, mqttc_client_new (options));
      g_assert_false (fixture_open (f, &from_opening));
      g_assert_cmpstr (from_opening->message, ==, error->message);
      g_assert_cmpint (mqttc_client_get_state (f->client), ==, MQTTC_CONNECTION_STATE_IDLE);
      fixture_drop_client (f);
    }

  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 0);
}

static MqttcMessage *
make_will (const char *topic,
           gsize len)
{
  g_autofree char *payload = g_malloc0 (len + 1);

  return mqttc_message_new_data (topic, payload, len);
}

/* [MQTT-4.7.1-1] [MQTT-3.1.3-10] */
static void
test_will (Fixture *f,
           gconstpointer data)
{
  g_autoptr (MqttcMessage) wildcard = make_will ("home/#", 1);
  g_autoptr (MqttcMessage) wrong = make_will ("home/\xed\xa0\x80", 1);
  g_autoptr (MqttcMessage) large = make_will ("home/desk", 65536);
  g_autoptr (GError) error = NULL;

  mqttc_options_set_will (f->options, wildcard);
  g_assert_false (fixture_open (f, &error));
  assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, "will", "home/#");
  g_clear_error (&error);

  mqttc_options_set_will (f->options, wrong);
  g_assert_false (fixture_open (f, &error));
  assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, "will", "UTF-8");
  g_clear_error (&error);

  mqttc_options_set_will (f->options, large);
  g_assert_false (fixture_open (f, &error));
  assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, "will", "65535");
}

/* [MQTT-3.1.2-22] [MQTT-3.1.3-8] */
static void
test_options_together (Fixture *f,
                       gconstpointer data)
{
  g_autoptr (GBytes) password = g_bytes_new_static ("secret", 6);
  g_autoptr (GError) error = NULL;

  mqttc_options_set_password (f->options, password);
  g_assert_false (fixture_open (f, &error));
  assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, "password",
               "user-name");
  g_assert_null (strstr (error->message, "secret"));
  g_clear_error (&error);

  mqttc_options_set_password (f->options, NULL);
  mqttc_options_set_client_id (f->options, "");
  mqttc_options_set_clean_session (f->options, FALSE);
  g_assert_false (fixture_open (f, &error));
  assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, "client-id",
               "clean-session");
  g_clear_error (&error);

  mqttc_options_set_clean_session (f->options, TRUE);
  mqttc_options_set_session_expiry_interval (f->options, -2);
  g_assert_false (fixture_open (f, &error));
  assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, "-2",
               "session-expiry-interval");
}

/* --- URIs. --- */

static const BadText bad_uris[] = {
  { "", "scheme", "URI" },
  { "localhost", "scheme", "URI" },
  { "localhost:1883", "scheme", "localhost" },
  { "mqtt:", "host", "URI" },
  { "mqtt://", "host", "URI" },
  { "mqtt://:1883", "host", "URI" },
  { "mqtt://host:0", "port", "65535" },
  { "mqtt://host:70000", "port", "URI" },
  { "mqtt://host:eighty", "port", "URI" },
  { "mqtt://host/topic", "path", "URI" },
  { "mqtt://user:a@b@host", "@", "%40" },
  { "mqtt://[::1", "host", "URI" },
  { "mqtt://host?keep-alive=70000", "a whole number from 0 to 65535", "keep-alive" },
  { "mqtt://host?keep-alive=-1", "a whole number from 0 to 65535", "keep-alive" },
  { "mqtt://host?keep-alive=soon", "a whole number", "keep-alive" },
  { "mqtt://host?clean-session=maybe", "true or false", "clean-session" },
  { "mqtt://host?nonsense=1", "not an option", "nonsense" },
  { "mqtt://host#part", "fragment", "URI" },
  { "mqtt+unix://", "path", "mqtt+unix:///" },
  { "mqtt+unix://host/path", "host", "three slashes" },
  { "http://host", "http", "mqtts+unix" },
  { "mqtt://host\xff", "UTF-8", "URI" },
};

static void
test_uris (Fixture *f,
           gconstpointer data)
{
  static const char *const later[] = { "ws://host/mqtt", "wss://host/mqtt" };

  for (guint i = 0; i < G_N_ELEMENTS (bad_uris); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mqttc_client_new_for_uri (bad_uris[i].text, &error));
      assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT, bad_uris[i].what,
                   bad_uris[i].where);
    }

  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mqttc_client_new_for_uri (later[i], &error));
      assert_says (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "not in this version", "mqtt");
    }
}

/* --- The server. --- */

static void
test_unreachable (Fixture *f,
                  gconstpointer data)
{
  g_autofree char *uri = test_broker_get_uri (f->broker);
  g_autofree char *where
      = g_strdup_printf ("127.0.0.1:%u", (guint) test_broker_get_port (f->broker));
  MqttcClient *client;
  g_autoptr (GError) error = NULL;

  test_broker_set_listening (f->broker, FALSE);
  client = mqttc_client_new_for_uri (uri, &error);
  g_assert_no_error (error);
  mqttc_options_set_reconnect (mqttc_client_get_options (client), FALSE);
  fixture_set_client (f, client);
  g_assert_false (fixture_open (f, &error));
  assert_says (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "refused", where);
}

static void
test_unknown_host (Fixture *f,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_resolver_install ();
  mqttc_options_set_reconnect (f->options, FALSE);
  mqttc_options_set_host (f->options, "nohost.invalid");
  g_assert_false (fixture_open (f, &error));
  assert_says (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "not known", "nohost.invalid");
  test_resolver_remove ();
}

static void
test_refused_credentials (Fixture *f,
                          gconstpointer data)
{
  g_autoptr (GBytes) password = g_bytes_new_static ("secret", 6);
  g_autofree char *where
      = g_strdup_printf ("127.0.0.1:%u", (guint) test_broker_get_port (f->broker));
  g_autoptr (GError) error = NULL;

  test_broker_set_connack (f->broker, MQTTC_REASON_CODE_BAD_USER_NAME_OR_PASSWORD);
  mqttc_options_set_user_name (f->options, "ada");
  mqttc_options_set_password (f->options, password);
  g_assert_false (fixture_open (f, &error));
  assert_says (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_BAD_USER_NAME_OR_PASSWORD,
               "user name or password", where);
  g_assert_null (strstr (error->message, "secret"));
}

/* Bindings know the domains by these names. */
static void
test_domains (void)
{
  g_assert_cmpstr (g_quark_to_string (MQTTC_CLIENT_ERROR), ==, "mqttc-client-error-quark");
  g_assert_cmpstr (g_quark_to_string (MQTTC_REASON_ERROR), ==, "mqttc-reason-error-quark");
}

/* --- Doing it at the wrong time. --- */

static void
test_wrong_time (Fixture *f,
                 gconstpointer data)
{
  g_autoptr (MqttcSubscription) subscription = mqttc_subscription_new ("home/#", 0);
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_publish (f, "home/desk", MQTTC_QOS_AT_LEAST_ONCE, &result);
  g_assert_false (fixture_publish_finish (f, &result, &error));
  assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN, "not been opened",
               "home/desk");
  g_clear_error (&error);

  fixture_open_ok (f);
  fixture_close (f);
  fixture_publish (f, "home/desk", MQTTC_QOS_AT_LEAST_ONCE, &result);
  g_assert_false (fixture_publish_finish (f, &result, &error));
  assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN, "closed", "home/desk");
  g_clear_error (&error);

  mqttc_client_subscribe_async (f->client, subscription, NULL, fixture_result_cb, &result);
  g_assert_false (fixture_subscribe_finish (f, &result, &error));
  assert_says (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_NOT_OPEN, "closed", "home/#");
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  g_test_add_func ("/client/bad-input/domains", test_domains);
  fixture_add ("/client/bad-input/topics", test_topics);
  fixture_add ("/client/bad-input/filters", test_filters);
  fixture_add ("/client/bad-input/payload-with-zeros", test_payload_with_zeros);
  fixture_add ("/client/bad-input/options", test_options);
  fixture_add ("/client/bad-input/options-together", test_options_together);
  fixture_add ("/client/bad-input/will", test_will);
  fixture_add ("/client/bad-input/uris", test_uris);
  fixture_add ("/client/bad-input/unreachable", test_unreachable);
  fixture_add ("/client/bad-input/unknown-host", test_unknown_host);
  fixture_add ("/client/bad-input/refused-credentials", test_refused_credentials);
  fixture_add ("/client/bad-input/wrong-time", test_wrong_time);

  return g_test_run ();
}
