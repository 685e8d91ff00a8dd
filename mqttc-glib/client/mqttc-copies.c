/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "client/mqttc-copies-private.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-properties-private.h"

void
mqttc_copies_clear (MqttcCopies *self)
{
  g_clear_pointer (&self->message, mqttc_message_unref);
  g_clear_pointer (&self->ids, g_array_unref);
}

/* But for the expiry interval, which the server counts down from copy to copy. */
static GBytes *
get_properties (MqttcMessage *message)
{
  MqttcProperties *properties = mqttc_message_get_properties (message);
  g_autoptr (MqttcProperties) copy = NULL;
  GByteArray *wire = g_byte_array_new ();

  if (properties != NULL)
    {
      copy = mqttc_properties_copy (properties);
      mqttc_properties_unset (copy, MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL);
      mqttc_properties_write (copy, wire);
    }

  return g_byte_array_free_to_bytes (wire);
}

static gboolean
is_same (MqttcMessage *a,
         MqttcMessage *b)
{
  gsize a_len, b_len;
  const void *a_data = mqttc_message_peek_payload (a, &a_len);
  const void *b_data = mqttc_message_peek_payload (b, &b_len);
  g_autoptr (GBytes) a_properties = NULL;
  g_autoptr (GBytes) b_properties = NULL;

  if (a_len != b_len || (a_len > 0 && memcmp (a_data, b_data, a_len) != 0)
      || strcmp (mqttc_message_get_topic (a), mqttc_message_get_topic (b)) != 0)
    return FALSE;

  a_properties = get_properties (a);
  b_properties = get_properties (b);
  return g_bytes_equal (a_properties, b_properties);
}

static gboolean
names_any (const GArray *ids,
           const guint32 *others,
           gsize n_others)
{
  for (guint i = 0; i < ids->len; i++)
    for (gsize k = 0; k < n_others; k++)
      if (g_array_index (ids, guint32, i) == others[k])
        return TRUE;

  return FALSE;
}

gboolean
mqttc_copies_check (MqttcCopies *self,
                    MqttcMessage *message)
{
  gsize n_ids;
  const guint32 *ids = mqttc_message_get_subscription_ids (message, &n_ids);
  gboolean is_copy;

  /* A retained message comes for the one subscription that is new. */
  if (mqttc_message_get_retain (message))
    {
      mqttc_copies_clear (self);
      return FALSE;
    }

  is_copy = self->message != NULL && !names_any (self->ids, ids, n_ids)
            && is_same (self->message, message);
  if (!is_copy)
    {
      mqttc_copies_clear (self);
      self->message = mqttc_message_ref (message);
      self->ids = g_array_new (FALSE, FALSE, sizeof (guint32));
    }

  g_array_append_vals (self->ids, ids, (guint) n_ids);
  return is_copy;
}
