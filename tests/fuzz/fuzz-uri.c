/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any text as a URI: refused with an error that is fit to be shown and has no secret in it, or
 * accepted, and then fit to connect with. */

#include <string.h>

#include "fuzz.h"
#include "loop/mqttc-options-private.h"
#include "mqttc-error.h"

/* What stands for a password, or a part of one. */
#define SECRET "S3cr3t"

/* From the : after the user name to the last @: whatever else the text is, a password may be there and
 * nothing else is. */
static gboolean
has_secret (const char *uri)
{
  const char *start = strstr (uri, "://");
  const char *secret = strstr (uri, SECRET);
  const char *end = strrchr (uri, '@');

  start = start != NULL ? strchr (start + 3, ':') : NULL;
  if (start == NULL || secret == NULL || end == NULL || secret < start || secret > end)
    return FALSE;

  return strstr (end, SECRET) == NULL;
}

static void
check_error (const char *uri,
             const GError *error)
{
  g_assert_nonnull (error);
  if (error->domain != G_IO_ERROR || error->code != G_IO_ERROR_NOT_SUPPORTED)
    g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), >, 0);
  if (has_secret (uri))
    g_assert_null (strstr (error->message, SECRET));
}

static void
check_options (MqttcOptions *options)
{
  g_autoptr (GError) error = NULL;
  MqttcEngineConfig config = { 0 };
  MqttcEngine *engine;

  mqttc_options_validate (options, &error);
  g_assert_no_error (error);
  g_assert_true (mqttc_options_get_host (options) != NULL
                 || mqttc_options_get_socket_path (options) != NULL);

  mqttc_options_fill_config (options, &config);
  if (config.client_id == NULL)
    config.client_id = g_strdup ("fuzz");
  engine = mqttc_engine_new (1);
  mqttc_engine_configure (engine, &config);
  mqttc_engine_open (engine, 0, &error);
  g_assert_no_error (error);
  mqttc_engine_free (engine);
  mqttc_engine_config_clear (&config);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  g_autofree char *uri = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcOptions) options = mqttc_options_new_for_uri (uri, &error);

  if (options == NULL)
    {
      check_error (uri, error);
      return 0;
    }

  g_assert_no_error (error);
  check_options (options);
  return 0;
}
