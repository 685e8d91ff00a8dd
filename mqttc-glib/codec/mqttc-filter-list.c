/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-codec-private.h"
#include "codec/mqttc-reader-private.h"

/* Sections 3.8.3 and 3.10.3: the payloads of SUBSCRIBE and UNSUBSCRIBE. */

void
mqttc_filter_list_append (GByteArray *entries,
                          const char *filter,
                          int options)
{
  const gsize len = strlen (filter);
  guint8 prefix[2];
  guint8 suffix;

  /* Whoever takes filters from a user has refused this one before. */
  g_return_if_fail (len <= G_MAXUINT16);

  prefix[0] = (guint8) (len >> 8);
  prefix[1] = (guint8) len;
  g_byte_array_append (entries, prefix, sizeof prefix);
  g_byte_array_append (entries, (const guint8 *) filter, len);

  if (options >= 0)
    {
      suffix = (guint8) options;
      g_byte_array_append (entries, &suffix, sizeof suffix);
    }
}

gboolean
mqttc_filter_list_next (MqttcSlice *entries,
                        MqttcSlice *filter,
                        guint8 *options)
{
  MqttcReader reader = { .cur = entries->data };

  /* An empty slice may have no address, which nothing may be added to. */
  if (entries->len == 0)
    return FALSE;

  reader.end = entries->data + entries->len;
  *filter = mqttc_reader_prefixed (&reader);
  if (options != NULL)
    *options = mqttc_reader_u8 (&reader);
  if (reader.failed)
    return FALSE;

  *entries = mqttc_slice (reader.cur, reader.end - reader.cur);
  return TRUE;
}
