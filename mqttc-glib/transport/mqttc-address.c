/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/mqttc-transport-private.h"

#include <string.h>

MqttcAddress *
mqttc_address_copy (const MqttcAddress *self)
{
  MqttcAddress *copy = g_new0 (MqttcAddress, 1);

  copy->host = g_strdup (self->host);
  copy->port = self->port;
  copy->socket_path = g_strdup (self->socket_path);

  return copy;
}

void
mqttc_address_free (MqttcAddress *self)
{
  g_free (self->host);
  g_free (self->socket_path);
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
