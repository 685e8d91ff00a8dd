/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tls-dial.h"

#include "loop/mqttc-options-private.h"
#include "tap.h"

#include <string.h>

typedef struct
{
  TlsDial *dial;
  gboolean is_done;
} Wait;

static void
dialled_cb (GObject *source,
            GAsyncResult *result,
            gpointer user_data)
{
  Wait *wait = user_data;
  TlsDial *dial = wait->dial;

  dial->transport = mqttc_socket_dialer.dial_finish (NULL, result, &dial->failure, &dial->error);
  wait->is_done = TRUE;
}

/* In a context of its own, which nobody pushes while it runs: as the event loop does it. */
TlsDial *
tls_dial (MqttcOptions *options,
          GCancellable *cancellable)
{
  TlsDial *self = g_new0 (TlsDial, 1);
  Wait wait = { self, FALSE };
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (MqttcAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  mqttc_options_validate (options, &error);
  g_assert_no_error (error);
  address = mqttc_options_get_address (options);

  g_main_context_push_thread_default (context);
  mqttc_socket_dialer.dial_async (NULL, address, cancellable, dialled_cb, &wait);
  g_main_context_pop_thread_default (context);
  while (!wait.is_done)
    g_main_context_iteration (context, TRUE);
  while (g_main_context_iteration (context, FALSE))
    ;

  return self;
}

void
tls_dial_free (TlsDial *self)
{
  if (self->transport != NULL)
    self->transport->klass->free (self->transport);
  g_clear_pointer (&self->failure, mqttc_tls_failure_unref);
  g_clear_error (&self->error);
  g_free (self);
}

void
tls_dial_assert_ok (TlsDial *self)
{
  g_assert_no_error (self->error);
  g_assert_nonnull (self->transport);
  g_assert_null (self->failure);
  tap_say ("connected");
  tls_dial_free (self);
}

static void
assert_words (const char *message,
              const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, "|", -1);

  tap_say ("%s", message);
  g_assert_false (g_str_has_suffix (message, "."));
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (strstr (message, parts[i]) == NULL)
        g_error ("There is no “%s” in this message", parts[i]);
    }
}

void
tls_dial_assert_refused (TlsDial *self,
                         GTlsCertificateFlags errors,
                         const char *words)
{
  g_autofree char *reasons = NULL;

  g_assert_null (self->transport);
  g_assert_error (self->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  assert_words (self->error->message, words);
  g_assert_nonnull (self->failure);
  g_assert_cmphex (mqttc_tls_failure_get_errors (self->failure), ==, errors);
  g_assert_true (G_IS_TLS_CERTIFICATE (mqttc_tls_failure_get_certificate (self->failure)));
  reasons = mqttc_tls_failure_to_string (self->failure);
  g_assert_nonnull (strstr (self->error->message, reasons));
  g_assert_nonnull (strstr (self->error->message, mqttc_tls_failure_get_pin (self->failure)));
  tls_dial_free (self);
}

void
tls_dial_assert_error (TlsDial *self,
                       GQuark domain,
                       int code,
                       const char *words)
{
  g_assert_null (self->transport);
  g_assert_null (self->failure);
  g_assert_error (self->error, domain, code);
  assert_words (self->error->message, words);
  tls_dial_free (self);
}
