/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

#include <string.h>

/* Section 4.11 of MQTT 5: which server is dialled. */

#define SERVER_MOVED 0x9d
#define MAX_REDIRECTS 3

/* CONNACK or DISCONNECT has been fed; whether it is decoded is not known. */
void
sim_check_reference_in (SimCheck *self,
                        const SimPacket *packet)
{
  const SimText *reference = &packet->properties.server_reference;
  guint reason = packet->type == SIM_CONNACK ? packet->return_code : packet->reason;

  /* What has a scheme is no reference, and changes nothing. */
  if (!sim_properties_has (&packet->properties, SIM_SERVER_REFERENCE)
      || memchr (reference->data, '/', reference->len) != NULL)
    return;

  g_free (self->referred);
  self->referred = g_strndup (reference->data, reference->len);
  self->referred_moved = reason == SERVER_MOVED;
}

void
sim_check_reference_left (SimCheck *self)
{
  const SimCheckLink *link = self->link;

  self->was_connected = link->is_connected;
  if (link->is_connected
      && sim_clock_now (self->clock) >= link->connected_since + self->options->engine.stable_time)
    self->n_redirects = 0;
}

void
sim_check_reference_kept (SimCheck *self)
{
  self->n_redirects = 0;
  if (self->referred == NULL)
    return;

  g_free (self->followed);
  self->followed = g_steal_pointer (&self->referred);
  self->followed_moved = self->was_connected = self->referred_moved;
}

void
sim_check_note_doubt (SimCheck *self)
{
  const SimCheckLink *link = self->link;

  if (link->out_taken > 0 && (!link->is_connected || link->n_decoded < link->n_connack))
    self->session_doubted = TRUE;
}

void
sim_check_settle_doubt (SimCheck *self)
{
  gboolean doubted = self->session_doubted || g_strcmp0 (self->session_at, self->followed) != 0;

  for (guint i = 0; doubted && i < self->filters->len; i++)
    ((SimFilter *) g_ptr_array_index (self->filters, i))->sure_session = 0;

  self->link->n_connack = self->link->next_tag;
  self->session_doubted = FALSE;
  g_free (self->session_at);
  self->session_at = g_strdup (self->followed);
}

static gboolean
is_at (const char *reference, /* (nullable) */
       const char *host,
       guint16 port)
{
  g_autoptr (GString) expected = g_string_new (NULL);

  if (reference == NULL)
    return FALSE;

  g_string_printf (expected, strchr (host, ':') != NULL ? "[%s]" : "%s", host);
  if (port != 0)
    g_string_append_printf (expected, ":%u", port);

  return strncmp (reference, expected->str, expected->len) == 0
         && (reference[expected->len] == '\0' || reference[expected->len] == ' ');
}

static void
follow (SimCheck *self)
{
  sim_fault (self->faults, SIM_FAULT_REDIRECTED);
  if (++self->n_redirects > MAX_REDIRECTS)
    sim_check_fail (self, "L1", "referred from server to server, and followed for ever");

  g_free (self->followed);
  self->followed = g_steal_pointer (&self->referred);
  self->followed_moved = self->referred_moved;
}

void
sim_check_dialled (SimCheck *self,
                   const char *host,
                   guint16 port)
{
  if (host == NULL)
    {
      self->n_redirects = 0;
      g_clear_pointer (&self->followed, g_free);
    }
  else if (!self->options->engine.follow_redirects)
    sim_check_fail (self, "I8", "follows to %s, and must not", host);
  else if (is_at (self->referred, host, port))
    follow (self);
  else if (!is_at (self->followed, host, port) || !self->followed_moved || !self->was_connected)
    sim_check_fail (self, "I8", "dials %s:%u, where nobody has referred it to", host, port);

  g_clear_pointer (&self->referred, g_free);
  self->was_connected = FALSE;
}
