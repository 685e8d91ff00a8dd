/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Servers that name another one: section 4.11 of MQTT 5. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-property-private.h"
#include "codec/mqttc-utf8-private.h"
#include "session/mqttc-engine-struct-private.h"

/* From one server to the next, without a connection that lasts. */
#define MAX_REDIRECTS 3

/* Section 4.11.1 of MQTT 5: the names of hosts, each with or without a port, with spaces in between. Nothing
 * else is taken, so that no reference can ask for less than TLS. Returns the first host (transfer full)
 * (nullable) and its port, or 0. */
static char *
parse_reference (const char *reference,
                 guint16 *port)
{
  const char *first = reference + (reference[0] == '[' ? 1 : 0);
  gsize len = strspn (first, reference[0] == '[' ? "0123456789abcdefABCDEF:."
                                                 : "0123456789-._abcdefghijklmnopqrstuvwxyz"
                                                   "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const char *rest = first + len;
  guint64 number = 0;

  if (len == 0)
    return NULL;
  if (reference[0] == '[' && (memchr (first, ':', len) == NULL || *rest++ != ']'))
    return NULL;

  if (*rest == ':')
    {
      char *end;

      number = g_ascii_strtoull (rest + 1, &end, 10);
      if (!g_ascii_isdigit (rest[1]) || number == 0 || number > G_MAXUINT16)
        return NULL;
      rest = end;
    }
  if (*rest != '\0' && *rest != ' ')
    return NULL;

  *port = (guint16) number;
  return g_strndup (first, len);
}

static gboolean
is_redirection (guint reason_code)
{
  return reason_code == MQTTC_REASON_CODE_USE_ANOTHER_SERVER
         || reason_code == MQTTC_REASON_CODE_SERVER_MOVED;
}

static void
drop_redirect (MqttcEngine *self)
{
  g_clear_pointer (&self->redirect.host, g_free);
  self->redirect.is_new = FALSE;
}

static void
follow (MqttcEngine *self,
        const char *reference,
        guint reason_code)
{
  guint16 port = 0;
  char *host = parse_reference (reference, &port);

  if (host == NULL)
    return;

  drop_redirect (self);
  if (++self->redirect.n_redirects > MAX_REDIRECTS)
    {
      self->redirect.n_redirects = 0;
      g_free (host);
      return;
    }

  self->redirect.host = host;
  self->redirect.port = port;
  self->redirect.is_new = TRUE;
  self->redirect.is_permanent = reason_code == MQTTC_REASON_CODE_SERVER_MOVED;
  self->retry_at_once = TRUE;
}

char *
mqttc_engine_read_redirect (MqttcEngine *self,
                            const MqttcPacketView *view)
{
  g_autofree char *reference = NULL;
  g_autofree char *shown = NULL;
  MqttcProperty property;

  if (!is_redirection (view->reason_code)
      || !mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_SERVER_REFERENCE, &property))
    return g_strdup ("");

  reference = g_strndup ((const char *) property.text.data, property.text.len);
  if (self->config.follow_redirects)
    follow (self, reference, view->reason_code);

  shown = mqttc_text_for_display (reference);
  return g_strdup_printf (", now “%s”", shown);
}

/* It holds for one connection; for more, if the server has moved and we were accepted where it is. */
void
mqttc_engine_leave_redirect (MqttcEngine *self)
{
  const gboolean has_failed
      = self->link == MQTTC_LINK_DIALLING || self->link == MQTTC_LINK_HANDSHAKE;

  if (self->redirect.is_new)
    self->redirect.is_new = FALSE;
  else if (has_failed || !self->redirect.is_permanent)
    drop_redirect (self);
}

void
mqttc_engine_keep_redirect (MqttcEngine *self)
{
  self->redirect.is_new = self->redirect.host != NULL;
}

const char *
mqttc_engine_get_redirect (MqttcEngine *self,
                           guint16 *port)
{
  *port = self->redirect.port;
  return self->redirect.host;
}

/* Nothing is known of a server that we have not been at. */
void
mqttc_engine_check_server (MqttcEngine *self)
{
  g_autofree char *server = NULL;

  if (g_strcmp0 (self->redirect.from, self->config.server) != 0)
    {
      drop_redirect (self);
      g_clear_pointer (&self->assigned_client_id, g_free);
      g_free (self->redirect.from);
      self->redirect.from = g_strdup (self->config.server);
    }

  server = self->redirect.host != NULL
               ? g_strdup_printf ("%s:%u", self->redirect.host, (guint) self->redirect.port)
               : g_strdup (self->config.server);
  if (g_strcmp0 (self->server, server) == 0)
    return;

  g_free (self->server);
  self->server = g_steal_pointer (&server);
  mqttc_server_limits_init (&self->limits);
  self->fallen_back = FALSE;
  self->n_silent = 0;
  self->n_guessed = 0;
}
