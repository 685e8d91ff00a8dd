/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/mqttc-tls-binding-private.h"

static GBytes *
get_data (GTlsConnection *tls,
          GTlsChannelBindingType type)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();

  if (!g_tls_connection_get_channel_binding_data (tls, type, data, NULL) || data->len == 0)
    return NULL;

  return g_byte_array_free_to_bytes (g_steal_pointer (&data));
}

/* RFC 9266, section 3: the exporter needs TLS 1.3, or an extension of 1.2 that cannot be asked for.
 * What TLS 1.3 calls unique is not defined. */
void
mqttc_tls_binding_read (MqttcTlsBinding *self,
                        GTlsConnection *tls)
{
  const GTlsProtocolVersion version = g_tls_connection_get_protocol_version (tls);

  if (version >= G_TLS_PROTOCOL_VERSION_TLS_1_3)
    self->exporter = get_data (tls, G_TLS_CHANNEL_BINDING_TLS_EXPORTER);
  else
    self->unique = get_data (tls, G_TLS_CHANNEL_BINDING_TLS_UNIQUE);
  self->server_end_point = get_data (tls, G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT);
}

static GBytes *
ref_data (GBytes *data)
{
  return data != NULL ? g_bytes_ref (data) : NULL;
}

void
mqttc_tls_binding_copy (MqttcTlsBinding *self,
                        const MqttcTlsBinding *from)
{
  self->unique = ref_data (from->unique);
  self->server_end_point = ref_data (from->server_end_point);
  self->exporter = ref_data (from->exporter);
}

void
mqttc_tls_binding_clear (MqttcTlsBinding *self)
{
  g_clear_pointer (&self->unique, g_bytes_unref);
  g_clear_pointer (&self->server_end_point, g_bytes_unref);
  g_clear_pointer (&self->exporter, g_bytes_unref);
}

GBytes *
mqttc_tls_binding_get (const MqttcTlsBinding *self,
                       GTlsChannelBindingType type)
{
  switch (type)
    {
    case G_TLS_CHANNEL_BINDING_TLS_UNIQUE:
      return self->unique;
    case G_TLS_CHANNEL_BINDING_TLS_SERVER_END_POINT:
      return self->server_end_point;
    case G_TLS_CHANNEL_BINDING_TLS_EXPORTER:
      return self->exporter;
    default:
      return NULL;
    }
}
