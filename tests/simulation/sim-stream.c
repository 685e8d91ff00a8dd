/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-wire.h"

#include <string.h>

/* --- Matching --- */

gboolean
sim_wire_filter_matches (const char *filter,
                         const char *topic)
{
  /* Section 4.8.2 of MQTT 5. */
  if (g_str_has_prefix (filter, "$share/"))
    {
      filter = strchr (filter + strlen ("$share/"), '/');
      g_assert (filter != NULL);
      filter++;
    }

  while (TRUE)
    {
      gsize filter_len = strcspn (filter, "/");
      gsize topic_len = strcspn (topic, "/");

      if (strcmp (filter, "#") == 0)
        return TRUE;
      if (!(filter_len == 1 && filter[0] == '+')
          && (filter_len != topic_len || memcmp (filter, topic, topic_len) != 0))
        return FALSE;

      filter += filter_len;
      topic += topic_len;
      if (*topic == '\0')
        return *filter == '\0' || strcmp (filter, "/#") == 0; /* "a/#" takes in "a" */
      if (*filter == '\0')
        return FALSE;
      filter++;
      topic++;
    }
}

/* --- Streams --- */

void
sim_stream_init (SimStream *self)
{
  self->bytes = g_byte_array_new ();
  self->start = 0;
}

void
sim_stream_clear (SimStream *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  self->start = 0;
}

void
sim_stream_append (SimStream *self,
                   const guint8 *data,
                   gsize len)
{
  if (self->start == self->bytes->len)
    {
      g_byte_array_set_size (self->bytes, 0);
      self->start = 0;
    }
  else if (self->start > 65536)
    {
      g_byte_array_remove_range (self->bytes, 0, (guint) self->start);
      self->start = 0;
    }

  g_byte_array_append (self->bytes, data, (guint) len);
}

const guint8 *
sim_stream_peek (SimStream *self,
                 gsize *len)
{
  *len = self->bytes->len - self->start;

  return self->bytes->data + self->start;
}

void
sim_stream_skip (SimStream *self,
                 gsize len)
{
  g_assert (len <= self->bytes->len - self->start);
  self->start += len;
}

SimWireResult
sim_stream_next (SimStream *self,
                 SimPacket *packet,
                 const char **fault)
{
  SimWireResult result;
  const guint8 *data;
  gsize len;

  data = sim_stream_peek (self, &len);
  result = sim_wire_read (data, len, self->version, packet, fault);
  if (result == SIM_WIRE_OK)
    self->start += packet->size;
  if (result == SIM_WIRE_OK && packet->type == SIM_CONNECT)
    self->version = packet->version;

  return result;
}
