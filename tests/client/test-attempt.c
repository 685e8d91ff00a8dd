/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Before an attempt: credentials that are asked for, and servers that name another one. */

#include <string.h>

#include "test-fixture.h"

/* --- Credentials. --- */

#define TEST_TYPE_PROVIDER (test_provider_get_type ())
G_DECLARE_FINAL_TYPE (TestProvider, test_provider, TEST, PROVIDER, GObject)

struct _TestProvider
{
  GObject parent_instance;
  MqttcCredentialsRequest *request; /* (owned) (nullable) */
  guint n_requests;
};

static void
provide (MqttcCredentialsProvider *provider,
         MqttcCredentialsRequest *request)
{
  TestProvider *self = TEST_PROVIDER (provider);

  g_set_object (&self->request, request);
  self->n_requests++;
}

static void
test_provider_iface_init (MqttcCredentialsProviderInterface *iface)
{
  iface->provide = provide;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestProvider,
                               test_provider,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MQTTC_TYPE_CREDENTIALS_PROVIDER,
                                                      test_provider_iface_init))

static void
test_provider_dispose (GObject *object)
{
  g_clear_object (&TEST_PROVIDER (object)->request);
  G_OBJECT_CLASS (test_provider_parent_class)->dispose (object);
}

static void
test_provider_class_init (TestProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = test_provider_dispose;
}

static void
test_provider_init (TestProvider *self)
{
}

static TestProvider *
set_provider (Fixture *f)
{
  TestProvider *self = g_object_new (TEST_TYPE_PROVIDER, NULL);

  mqttc_options_set_credentials_provider (f->options, MQTTC_CREDENTIALS_PROVIDER (self));
  return self;
}

static void
wait_request (Fixture *f,
              TestProvider *self,
              guint n)
{
  while (self->n_requests < n)
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpuint (self->n_requests, ==, n);
}

static void
provide_text (TestProvider *self,
              const char *user_name,
              const char *password)
{
  g_autoptr (GBytes) bytes = g_bytes_new (password, strlen (password));
  g_autoptr (MqttcCredentialsRequest) request = g_steal_pointer (&self->request);

  mqttc_credentials_request_complete (request, user_name, bytes);
}

static void
assert_credentials (Fixture *f,
                    guint n_connects,
                    const char *expected)
{
  g_autofree char *credentials = NULL;

  test_broker_wait (f->broker, MQTTC_PACKET_TYPE_CONNECT, n_connects);
  credentials = test_broker_get_credentials (f->broker);
  g_assert_cmpstr (credentials, ==, expected);
}

/* Other ones each time; the request says which attempt it is, and what was wrong with the last. */
static void
test_credentials (Fixture *f,
                  gconstpointer data)
{
  g_autoptr (TestProvider) provider = set_provider (f);
  g_autoptr (GAsyncResult) result = NULL;

  test_broker_drop_at (f->broker, MQTTC_PACKET_TYPE_CONNECT, 1);
  fixture_begin_open (f, &result);
  wait_request (f, provider, 1);
  g_assert_cmpstr (mqttc_credentials_request_get_host (provider->request), ==, "127.0.0.1");
  g_assert_cmpuint (mqttc_credentials_request_get_attempt (provider->request), ==, 1);
  g_assert_null (mqttc_credentials_request_get_last_error (provider->request));
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 0);
  fixture_advance (f, 3600 * SECOND);
  provide_text (provider, "me", "token 1");
  assert_credentials (f, 1, "me:token 1");

  fixture_wait_disconnected (f, 1);
  fixture_advance (f, f->retry_usec);
  wait_request (f, provider, 2);
  g_assert_cmpuint (mqttc_credentials_request_get_attempt (provider->request), ==, 2);
  g_assert_error (mqttc_credentials_request_get_last_error (provider->request), MQTTC_CLIENT_ERROR,
                  MQTTC_CLIENT_ERROR_CONNECTION_LOST);
  provide_text (provider, "me", "token 2");
  assert_credentials (f, 2, "me:token 2");
  fixture_assert_opens (f, &result);

  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 2);
  fixture_advance (f, f->retry_usec);
  wait_request (f, provider, 3);
  g_assert_cmpuint (mqttc_credentials_request_get_attempt (provider->request), ==, 1);
  provide_text (provider, "me", "token 3");
  assert_credentials (f, 3, "me:token 3");
}

static void
fail_credentials (TestProvider *self,
                  int code)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, code, "no");
  g_autoptr (MqttcCredentialsRequest) request = g_steal_pointer (&self->request);

  mqttc_credentials_request_complete_error (request, error);
}

static void
test_no_credentials (Fixture *f,
                     gconstpointer data)
{
  g_autoptr (TestProvider) provider = set_provider (f);
  g_autoptr (GAsyncResult) result = NULL;

  fixture_begin_open (f, &result);
  wait_request (f, provider, 1);
  fail_credentials (provider, G_IO_ERROR_NOT_FOUND);
  fixture_assert_open_fails (f, &result, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  /* A request that is dropped has failed. */
  fixture_begin_open (f, &result);
  wait_request (f, provider, 2);
  g_clear_object (&provider->request);
  fixture_assert_open_fails (f, &result, G_IO_ERROR, G_IO_ERROR_FAILED);

  /* Once connected it tries again, unless somebody does not want to be asked any more. */
  fixture_begin_open (f, &result);
  wait_request (f, provider, 3);
  provide_text (provider, "me", "x");
  fixture_assert_opens (f, &result);
  test_broker_drop (f->broker);
  fixture_wait_disconnected (f, 3);
  fixture_advance (f, f->retry_usec);
  wait_request (f, provider, 4);
  fail_credentials (provider, G_IO_ERROR_NOT_FOUND);
  fixture_wait_disconnected (f, 4);
  g_assert_cmpint (f->retry_usec, >=, 0);
  fixture_advance (f, f->retry_usec);
  wait_request (f, provider, 5);
  fail_credentials (provider, G_IO_ERROR_CANCELLED);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_CLOSED);
}

/* Closed while somebody types. */
static void
test_credentials_too_late (Fixture *f,
                           gconstpointer data)
{
  g_autoptr (TestProvider) provider = set_provider (f);
  g_autoptr (GAsyncResult) result = NULL;

  fixture_begin_open (f, &result);
  wait_request (f, provider, 1);
  fixture_close (f);
  provide_text (provider, "me", "x");
  fixture_drain (f);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 0);
  fixture_assert_open_fails (f, &result, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_CLOSED);
}

/* Either they are set, or they are asked for. */
static void
test_both (Fixture *f,
           gconstpointer data)
{
  g_autoptr (TestProvider) provider = set_provider (f);
  g_autoptr (GAsyncResult) result = NULL;

  mqttc_options_set_user_name (f->options, "me");
  fixture_begin_open (f, &result);
  fixture_assert_open_fails (f, &result, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_cmpuint (provider->n_requests, ==, 0);
}

/* --- Another server. --- */

static void
redirect (Fixture *f,
          guint reason_code,
          TestBroker *other)
{
  g_autofree char *reference = g_strdup_printf ("127.0.0.1:%u", test_broker_get_port (other));
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_SERVER_REFERENCE, reference);
  test_broker_set_connack (f->broker, reason_code);
  test_broker_set_connack_properties (f->broker, properties);
}

/* Section 4.11. */
static void
test_redirect (Fixture *f,
               gconstpointer data)
{
  TestBroker *other = test_broker_new ();
  g_autoptr (GAsyncResult) result = NULL;

  redirect (f, MQTTC_REASON_CODE_USE_ANOTHER_SERVER, other);
  mqttc_options_set_protocol (f->options, MQTTC_PROTOCOL_V5);
  fixture_begin_open (f, &result);
  fixture_assert_open_fails (f, &result, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_USE_ANOTHER_SERVER);
  g_assert_cmpuint (test_broker_count_connections (other), ==, 0);

  mqttc_options_set_follow_redirects (f->options, TRUE);
  fixture_begin_open (f, &result);
  fixture_assert_opens (f, &result);
  g_assert_cmpuint (test_broker_count_connections (f->broker), ==, 2);
  g_assert_cmpuint (test_broker_count_connections (other), ==, 1);

  /* For the time of the connection. */
  test_broker_set_connack (f->broker, 0);
  test_broker_set_connack_properties (f->broker, NULL);
  test_broker_drop (other);
  fixture_wait_disconnected (f, 3);
  fixture_advance (f, f->retry_usec);
  test_broker_wait_connections (f->broker, 3);
  fixture_wait_state (f, MQTTC_CONNECTION_STATE_CONNECTED);
  fixture_drop_client (f);
  test_broker_free (other);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  fixture_add ("/client/credentials/each-attempt", test_credentials);
  fixture_add ("/client/credentials/none", test_no_credentials);
  fixture_add ("/client/credentials/too-late", test_credentials_too_late);
  fixture_add ("/client/credentials/both", test_both);
  fixture_add ("/client/redirect", test_redirect);

  return g_test_run ();
}
