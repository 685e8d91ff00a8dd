/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "auth-fixture.h"

#include <string.h>

/* --- Asking. --- */

void
asker_init (Asker *self)
{
  *self = (Asker){ .context = g_main_context_new () };
}

static void
forget (Asker *self)
{
  self->n_told = 0;
  g_clear_pointer (&self->data, g_bytes_unref);
  g_clear_pointer (&self->user_name, g_free);
  g_clear_error (&self->error);
}

void
asker_clear (Asker *self)
{
  if (self->answer != NULL)
    mqttc_answer_cancel (self->answer);
  g_clear_pointer (&self->answer, mqttc_answer_unref);
  forget (self);
  g_main_context_unref (self->context);
}

static void
told_cb (MqttcAnswer *answer,
         gpointer user_data)
{
  Asker *self = user_data;

  g_assert_true (answer == self->answer);
  self->n_told++;
  self->thread = g_thread_self ();
  self->user_name = g_strdup (mqttc_answer_get_user_name (answer));
  if (mqttc_answer_get_bytes (answer) != NULL)
    self->data = g_bytes_ref (mqttc_answer_get_bytes (answer));
  if (mqttc_answer_get_error (answer) != NULL)
    self->error = g_error_copy (mqttc_answer_get_error (answer));
}

MqttcAnswer *
asker_renew (Asker *self)
{
  g_clear_pointer (&self->answer, mqttc_answer_unref);
  forget (self);
  self->answer = mqttc_answer_new (self->context, told_cb, self);

  return self->answer;
}

void
asker_wait (Asker *self)
{
  while (self->n_told == 0)
    g_main_context_iteration (self->context, TRUE);
  g_assert_cmpuint (self->n_told, ==, 1);
  g_assert_true (self->thread == g_thread_self ());
}

void
asker_check_silent (Asker *self)
{
  const guint n_told = self->n_told;

  while (g_main_context_iteration (self->context, FALSE))
    continue;
  g_assert_cmpuint (self->n_told, ==, n_told);
}

MqttcAuthRequest *
asker_make_request (Asker *self,
                    MqttcAuthStage stage,
                    const char *data,
                    gboolean is_reauthentication,
                    GTlsConnection *tls)
{
  g_autoptr (GBytes) bytes = data != NULL ? g_bytes_new (data, strlen (data)) : NULL;
  MqttcTlsBinding binding = { 0 };
  MqttcAuthRequest *request;
  const MqttcAuthStep step = {
    .stage = stage,
    .is_reauthentication = is_reauthentication,
    .server_data = bytes,
    .client_id = "desk",
    .host = "broker.example",
    .binding = &binding,
  };

  if (tls != NULL)
    mqttc_tls_binding_read (&binding, tls);
  request = mqttc_auth_request_new (&step, asker_renew (self));
  mqttc_tls_binding_clear (&binding);
  return request;
}

/* --- The connection. --- */

typedef struct
{
  GTlsConnection parent_instance;
  GTlsProtocolVersion version;
} FakeTls;

typedef GTlsConnectionClass FakeTlsClass;

GType fake_tls_get_type (void);

G_DEFINE_TYPE (FakeTls, fake_tls, G_TYPE_TLS_CONNECTION)

enum
{
  PROP_0,
  PROP_VERSION,
  PROP_OTHER,
};

static void
fake_tls_get_property (GObject *object,
                       guint prop_id,
                       GValue *value,
                       GParamSpec *pspec)
{
  if (prop_id == PROP_VERSION)
    g_value_set_enum (value, ((FakeTls *) object)->version);
}

static void
fake_tls_set_property (GObject *object,
                       guint prop_id,
                       const GValue *value,
                       GParamSpec *pspec)
{
}

static gboolean
fake_tls_get_binding_data (GTlsConnection *connection,
                           GTlsChannelBindingType type,
                           GByteArray *data,
                           GError **error)
{
  static const char *const texts[] = {
    [G_TLS_CHANNEL_BINDING_TLS_UNIQUE] = "unique",
    [G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT] = "end-point",
    [G_TLS_CHANNEL_BINDING_TLS_EXPORTER] = "exporter",
  };

  g_byte_array_append (data, (const guint8 *) texts[type], strlen (texts[type]));

  return TRUE;
}

static gboolean
fake_tls_close (GIOStream *stream,
                GCancellable *cancellable,
                GError **error)
{
  return TRUE;
}

static void
fake_tls_class_init (FakeTlsClass *klass)
{
  static const char *const others[]
      = { "base-io-stream", "use-system-certdb", "require-close-notify", "rehandshake-mode" };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = fake_tls_get_property;
  object_class->set_property = fake_tls_set_property;
  G_TLS_CONNECTION_CLASS (klass)->get_binding_data = fake_tls_get_binding_data;
  G_IO_STREAM_CLASS (klass)->close_fn = fake_tls_close;

  g_object_class_override_property (object_class, PROP_VERSION, "protocol-version");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_object_class_override_property (object_class, PROP_OTHER + i, others[i]);
}

static void
fake_tls_init (FakeTls *self)
{
}

GTlsConnection *
fake_tls_new (GTlsProtocolVersion version)
{
  FakeTls *self = g_object_new (fake_tls_get_type (), NULL);

  self->version = version;

  return G_TLS_CONNECTION (self);
}
