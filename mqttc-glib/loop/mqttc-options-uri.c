/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Options from a URI. What GLib says about a URI it cannot parse may quote a part of the password
 * (a slash in it makes the rest look like a port), so that the messages here are our own. */

#include "config.h"

#include "loop/mqttc-options-private.h"
#include "mqttc-error.h"

#include <string.h>

static const char *
get_part_name (int code)
{
  switch (code)
    {
    case G_URI_ERROR_BAD_SCHEME:
      return "scheme";
    case G_URI_ERROR_BAD_USER:
    case G_URI_ERROR_BAD_PASSWORD:
    case G_URI_ERROR_BAD_AUTH_PARAMS:
      return "user name or password";
    case G_URI_ERROR_BAD_HOST:
      return "host";
    case G_URI_ERROR_BAD_PORT:
      return "port";
    case G_URI_ERROR_BAD_PATH:
      return "path";
    case G_URI_ERROR_BAD_QUERY:
      return "query";
    case G_URI_ERROR_BAD_FRAGMENT:
      return "fragment";
    default:
      return "text";
    }
}

static GUri *
parse (const char *text,
       GError **error)
{
  g_autofree char *scheme = NULL;
  g_autoptr (GError) cause = NULL;
  GUri *uri;

  if (!g_utf8_validate (text, -1, NULL))
    {
      mqttc_options_refuse (error, "The URI is not valid UTF-8");
      return NULL;
    }

  /* g_uri_peek_scheme() would keep each for ever. */
  scheme = g_uri_parse_scheme (text);
  if (scheme == NULL)
    {
      mqttc_options_refuse (error, "The URI has no scheme; write it as in mqtt://broker.example");
      return NULL;
    }

  /* The query is decoded pair by pair: a value may hold a & of its own. */
  uri = g_uri_parse (text, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_QUERY, &cause);

  if (uri == NULL)
    mqttc_options_refuse (
        error,
        "The %s of the URI is not valid; write it as in mqtt://user:password@host:1883, and "
        "the characters / : @ ? # %% of a user name or password as %%2F %%3A %%40 %%3F %%23 "
        "%%25",
        get_part_name (cause->code));

  return uri;
}

static gboolean
apply_network_address (MqttcOptions *self,
                       GUri *uri,
                       GError **error)
{
  const char *host = g_uri_get_host (uri);
  const char *path = g_uri_get_path (uri);
  int port = g_uri_get_port (uri);

  if (host == NULL || host[0] == '\0')
    return mqttc_options_refuse (error,
                                 "The URI has no host; write it as in mqtt://broker.example");
  if (strchr (host, '@') != NULL)
    return mqttc_options_refuse (
        error, "The URI has more than one @; write one in a user name or password as %%40");
  if (port == 0)
    return mqttc_options_refuse (error, "The port of the URI is 0, but must be 1 to 65535");
  if (path[0] != '\0' && strcmp (path, "/") != 0)
    return mqttc_options_refuse (
        error, "The URI has a path, but must end after the host and port: a topic is no "
               "part of it");

  mqttc_options_set_host (self, host);
  if (port > 0)
    mqttc_options_set_port (self, (guint) port);

  return TRUE;
}

static gboolean
apply_socket_path (MqttcOptions *self,
                   GUri *uri,
                   GError **error)
{
  const char *host = g_uri_get_host (uri);
  const char *path = g_uri_get_path (uri);

  if ((host != NULL && host[0] != '\0') || g_uri_get_port (uri) != -1)
    return mqttc_options_refuse (
        error, "The URI of a Unix socket has no host and port; write it with three "
               "slashes, as in mqtt+unix:///run/mosquitto.sock");
  if (path[0] != '/' || path[1] == '\0')
    return mqttc_options_refuse (error, "The URI has no path of a Unix socket; write it as in "
                                        "mqtt+unix:///run/mosquitto.sock");

  mqttc_options_set_socket_path (self, path);

  return TRUE;
}

static const struct
{
  const char *name;
  gboolean use_tls;
  gboolean (*apply) (MqttcOptions *self, GUri *uri, GError **error);
} schemes[] = {
  { "mqtt", FALSE, apply_network_address },
  { "mqtts", TRUE, apply_network_address },
  { "mqtt+unix", FALSE, apply_socket_path },
  { "mqtts+unix", TRUE, apply_socket_path },
};

static gboolean
apply_address (MqttcOptions *self,
               GUri *uri,
               GError **error)
{
  const char *const later[] = { "ws", "wss", NULL };
  const char *scheme = g_uri_get_scheme (uri);

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      if (strcmp (scheme, schemes[i].name) == 0)
        {
          mqttc_options_set_use_tls (self, schemes[i].use_tls);
          return schemes[i].apply (self, uri, error);
        }
    }

  if (g_strv_contains (later, scheme))
    {
      g_set_error (
          error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
          "The scheme “%s” of the URI is not in this version: use mqtt, mqtts, mqtt+unix, or "
          "mqtts+unix",
          scheme);
      return FALSE;
    }

  return mqttc_options_refuse (
      error,
      "The scheme “%s” of the URI is not known: use mqtt, mqtts, mqtt+unix, or mqtts+unix, as in "
      "mqtt://broker.example",
      scheme);
}

static void
apply_credentials (MqttcOptions *self,
                   GUri *uri)
{
  const char *user = g_uri_get_user (uri);
  const char *password = g_uri_get_password (uri);

  if (user != NULL && user[0] != '\0')
    mqttc_options_set_user_name (self, user);

  if (password != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (password, strlen (password));

      mqttc_options_set_password (self, bytes);
    }
}

static gboolean
is_number (GParamSpec *pspec)
{
  return G_IS_PARAM_SPEC_UINT (pspec) || G_IS_PARAM_SPEC_UINT64 (pspec);
}

/* There is one number that may be negative. */
static gboolean
parse_session_expiry (const char *text,
                      GValue *value)
{
  gint64 number;

  if (!g_ascii_string_to_signed (text, 10, MQTTC_OPTIONS_MIN_SESSION_EXPIRY,
                                 MQTTC_OPTIONS_MAX_SESSION_EXPIRY, &number, NULL))
    return FALSE;

  g_value_set_int64 (value, number);

  return TRUE;
}

static gboolean
parse_number (const char *text,
              GParamSpec *pspec,
              GValue *value)
{
  guint64 number;
  guint64 min;
  guint64 max;

  mqttc_options_get_bounds (pspec, &min, &max);
  if (!g_ascii_string_to_unsigned (text, 10, min, max, &number, NULL))
    return FALSE;

  if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, (guint) number);
  else
    g_value_set_uint64 (value, number);

  return TRUE;
}

static gboolean
parse_boolean (const char *text,
               GValue *value)
{
  gboolean is_true = strcmp (text, "true") == 0;

  if (!is_true && strcmp (text, "false") != 0)
    return FALSE;

  g_value_set_boolean (value, is_true);

  return TRUE;
}

static gboolean
parse_enum (const char *text,
            GParamSpec *pspec,
            GValue *value)
{
  GEnumValue *member = g_enum_get_value_by_nick (G_PARAM_SPEC_ENUM (pspec)->enum_class, text);

  if (member == NULL)
    return FALSE;

  g_value_set_enum (value, member->value);

  return TRUE;
}

/* Adds to the list: the option can be repeated. No protocol or pin has a comma in it. */
static gboolean
parse_list (const char *text,
            GValue *value)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  const char *const *old = g_value_get_boxed (value);

  if (text[0] == '\0')
    return FALSE;

  if (old != NULL)
    g_strv_builder_addv (builder, (const char **) old);
  g_strv_builder_addv (builder, (const char **) parts);
  g_value_take_boxed (value, g_strv_builder_end (builder));

  return TRUE;
}

static gboolean
parse_value (const char *text,
             GParamSpec *pspec,
             GValue *value)
{
  if (is_number (pspec))
    return parse_number (text, pspec, value);
  if (G_IS_PARAM_SPEC_INT64 (pspec))
    return parse_session_expiry (text, value);
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return parse_boolean (text, value);
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    return parse_enum (text, pspec, value);
  if (G_PARAM_SPEC_VALUE_TYPE (pspec) == G_TYPE_STRV)
    return parse_list (text, value);

  g_value_set_string (value, text);

  return TRUE;
}

static char *
describe_numbers (GParamSpec *pspec)
{
  guint64 min;
  guint64 max;

  mqttc_options_get_bounds (pspec, &min, &max);

  return g_strdup_printf ("a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, min,
                          max);
}

static char *
describe_names (GParamSpec *pspec)
{
  g_autoptr (GString) nicks = g_string_new (NULL);
  GEnumClass *klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;

  for (guint i = 0; i < klass->n_values; i++)
    g_string_append_printf (nicks, "%s%s", i > 0 ? " or " : "", klass->values[i].value_nick);

  return g_string_free (g_steal_pointer (&nicks), FALSE);
}

/* What a value may be, as the end of a sentence. */
static char *
describe_values (GParamSpec *pspec)
{
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return g_strdup ("true or false");
  if (is_number (pspec))
    return describe_numbers (pspec);
  if (G_IS_PARAM_SPEC_INT64 (pspec))
    return g_strdup ("a whole number from -1 to 4294967295");
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    return describe_names (pspec);

  return g_strdup ("a list with commas");
}

/* One of a list, by a name of its own. */
static const char *
get_option_name (const char *name)
{
  if (strcmp (name, "alpn") == 0)
    return "alpn-protocols";
  if (strcmp (name, "tls-pin") == 0)
    return "tls-pins";

  return name;
}

/* The options that a query may set: what is no text, or has its own place in the URI, is not. */
static GParamSpec *
find_option (MqttcOptions *self,
             const char *name)
{
  const char *const elsewhere[] = { "host", "port", "socket-path", "user-name", "use-tls", NULL };
  GParamSpec *pspec
      = g_object_class_find_property (G_OBJECT_GET_CLASS (self), get_option_name (name));

  if (pspec == NULL || g_strv_contains (elsewhere, pspec->name) || G_IS_PARAM_SPEC_OBJECT (pspec)
      || (G_IS_PARAM_SPEC_BOXED (pspec) && G_PARAM_SPEC_VALUE_TYPE (pspec) != G_TYPE_STRV))
    return NULL;

  return pspec;
}

static gboolean
apply_option (MqttcOptions *self,
              const char *name,
              const char *text,
              gboolean may_quote,
              GError **error)
{
  GParamSpec *pspec = find_option (self, name);
  g_auto (GValue) value = G_VALUE_INIT;

  if (pspec == NULL && !may_quote)
    return mqttc_options_refuse (error,
                                 "The query of the URI names an option that cannot be set there");
  if (pspec == NULL)
    return mqttc_options_refuse (
        error,
        "The query of the URI names “%s”, which is not an option that can be set "
        "there",
        name);

  g_value_init (&value, G_PARAM_SPEC_VALUE_TYPE (pspec));
  if (G_VALUE_HOLDS (&value, G_TYPE_STRV))
    g_object_get_property (G_OBJECT (self), pspec->name, &value);
  if (!parse_value (text, pspec, &value))
    {
      g_autofree char *values = describe_values (pspec);

      return mqttc_options_refuse (error, "Option %s in the URI is “%s”, but must be %s",
                                   pspec->name, may_quote ? text : "…", values);
    }

  g_object_set_property (G_OBJECT (self), pspec->name, &value);

  return TRUE;
}

/* With an @ after the ?, the query may in truth be a part of a password that has a ?, or a # as well. */
static gboolean
may_quote_query (GUri *uri)
{
  const char *query = g_uri_get_query (uri);
  const char *fragment = g_uri_get_fragment (uri);

  return (query == NULL || strchr (query, '@') == NULL)
         && (fragment == NULL || strchr (fragment, '@') == NULL);
}

static gboolean
apply_query (MqttcOptions *self,
             GUri *uri,
             GError **error)
{
  const char *query = g_uri_get_query (uri);
  GUriParamsIter iter;
  gboolean may_quote = may_quote_query (uri);

  if (query == NULL)
    return TRUE;

  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_NONE);
  while (TRUE)
    {
      g_autofree char *name = NULL;
      g_autofree char *text = NULL;
      g_autoptr (GError) cause = NULL;

      if (!g_uri_params_iter_next (&iter, &name, &text, &cause))
        {
          if (cause != NULL)
            return mqttc_options_refuse (error, "The query of the URI is not valid; write it as in "
                                                "?keep-alive=30&clean-session=false");
          return TRUE;
        }

      if (!apply_option (self, name, text, may_quote, error))
        return FALSE;
    }
}

/* What is said of options that have been set quotes them. */
static gboolean
check (MqttcOptions *self,
       GUri *uri,
       GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (mqttc_options_validate (self, &cause))
    return TRUE;

  if (may_quote_query (uri) || cause->domain != MQTTC_CLIENT_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  return mqttc_options_refuse (error,
                               "The URI sets an option to what it cannot be; to be told which, "
                               "write each @ in the query or in a user name or password as %%40");
}

/**
 * mqttc_options_new_for_uri:
 * @uri: the URI
 * @error: return location for an error, or `NULL`
 *
 * Creates options from a URI.
 *
 * `mqtt://host`, `mqtt://user:password@host:1883`, with TLS `mqtts://host`, or for a Unix socket
 * `mqtt+unix:///run/mosquitto.sock`. The characters `/ : @ ? # %` of a user name or password are
 * written as `%2F %3A %40 %3F %23 %25`. The other options that are a text, a number, or one of some
 * names can follow as a query, by the name of their property:
 * `mqtt://host?client-id=desk-1&clean-session=false&keep-alive=30`. Lists have commas, and can be
 * repeated: `mqtts://host?ca-file=/etc/ca.pem&alpn=mqtt&tls-pin=sha256/…&tls-pin=sha256/…`. MQTT 5 is
 * asked for as `mqtt://host?protocol=v5&session-expiry-interval=3600`; its user properties have no
 * place in a URI.
 *
 * The options are checked as by [method@Mqttc.Options.validate]. The error is
 * `MQTTC_CLIENT_ERROR_INVALID_ARGUMENT` and names the part that is wrong, or
 * `G_IO_ERROR_NOT_SUPPORTED` for what this version does not have. It never shows the password.
 *
 * Returns: (transfer full): the new options, or `NULL` with @error set
 *
 * Since: 0.1
 */
MqttcOptions *
mqttc_options_new_for_uri (const char *uri,
                           GError **error)
{
  g_autoptr (MqttcOptions) self = NULL;
  g_autoptr (GUri) parsed = NULL;

  g_return_val_if_fail (uri != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  parsed = parse (uri, error);
  if (parsed == NULL)
    return NULL;

  self = mqttc_options_new ();
  apply_credentials (self, parsed);

  if (!apply_address (self, parsed, error) || !apply_query (self, parsed, error))
    return NULL;

  if (g_uri_get_fragment (parsed) != NULL)
    {
      mqttc_options_refuse (error, "The URI has a fragment, but must not: write a # as %%23");
      return NULL;
    }

  if (!check (self, parsed, error))
    return NULL;

  return g_steal_pointer (&self);
}
