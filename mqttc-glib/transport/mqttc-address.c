/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/mqttc-transport-private.h"

#include <string.h>

MqttcTlsConfig *
mqttc_tls_config_new (const MqttcTlsConfig *from)
{
  MqttcTlsConfig *self = g_new0 (MqttcTlsConfig, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->server_identity = g_strdup (from->server_identity);
  self->ca_file = g_strdup (from->ca_file);
  g_set_object (&self->database, from->database);
  g_set_object (&self->certificate, from->certificate);
  self->certificate_file = g_strdup (from->certificate_file);
  self->private_key_file = g_strdup (from->private_key_file);
  g_set_object (&self->interaction, from->interaction);
  self->alpn_protocols = g_strdupv (from->alpn_protocols);
  self->pins = g_strdupv (from->pins);

  return self;
}

MqttcTlsConfig *
mqttc_tls_config_ref (MqttcTlsConfig *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
mqttc_tls_config_unref (MqttcTlsConfig *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->server_identity);
  g_free (self->ca_file);
  g_clear_object (&self->database);
  g_clear_object (&self->certificate);
  g_free (self->certificate_file);
  g_free (self->private_key_file);
  g_clear_object (&self->interaction);
  g_strfreev (self->alpn_protocols);
  g_strfreev (self->pins);
  g_free (self);
}

MqttcAddress *
mqttc_address_copy (const MqttcAddress *self)
{
  MqttcAddress *copy = g_new0 (MqttcAddress, 1);

  copy->host = g_strdup (self->host);
  copy->port = self->port;
  copy->socket_path = g_strdup (self->socket_path);
  copy->tls = self->tls != NULL ? mqttc_tls_config_ref (self->tls) : NULL;

  return copy;
}

void
mqttc_address_free (MqttcAddress *self)
{
  g_free (self->host);
  g_free (self->socket_path);
  g_clear_pointer (&self->tls, mqttc_tls_config_unref);
  g_free (self);
}

char *
mqttc_address_to_string (const MqttcAddress *self)
{
  if (self->socket_path != NULL)
    return g_strdup (self->socket_path);

  /* The brackets keep the colons of IPv6 apart from the one before the port. */
  if (strchr (self->host, ':') != NULL)
    return g_strdup_printf ("[%s]:%u", self->host, (guint) self->port);

  return g_strdup_printf ("%s:%u", self->host, (guint) self->port);
}
