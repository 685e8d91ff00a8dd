/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "null-publish.h"

/* The whole of them with their length; 0: more bytes are needed. */
gsize
null_get_properties_size (const guint8 *data,
                          gsize len)
{
  guint32 size;
  gsize n = bench_decode_varint (data, len, &size);

  return n > 0 ? n + size : 0;
}

/* The size of one of PUBLISH, with its identifier. */
static gsize
get_property_size (const guint8 *data)
{
  gsize string = 3 + (data[1] << 8 | data[2]);

  switch (data[0])
    {
    case 0x01:
      return 2;
    case 0x02:
      return 5;
    case 0x23:
      return 3;
    case 0x26:
      return string + 2 + (data[string] << 8 | data[string + 1]);
    case 0x03:
    case 0x08:
    case 0x09:
      return string;
    default:
      bench_fail ("A property %02x", data[0]);
    }
}

/* Among all properties of a packet, which begin with their length; 0: there is none. */
guint
null_find_alias (const guint8 *data)
{
  guint32 size;
  const guint8 *p = data + bench_decode_varint (data, 4, &size);
  const guint8 *end = p + size;

  for (; p < end; p += get_property_size (p))
    {
      if (*p == 0x23)
        return p[1] << 8 | p[2];
    }

  return 0;
}

/* Of a PUBLISH what stands before the payload; 0: more bytes are needed. */
gsize
null_get_publish_head_size (gboolean v5,
                            guint8 first,
                            const guint8 *body,
                            gsize len)
{
  gsize head = 2 + (first & 6 ? 2 : 0);
  gsize n = 0;

  if (len >= head)
    head += body[0] << 8 | body[1];
  if (v5 && len > head)
    n = null_get_properties_size (body + head, len - head);
  if (len < head + n || (v5 && n == 0))
    return 0;

  return head + n;
}

/* What stands in the packet, or was assigned. */
const char *
null_resolve_topic (NullAliases *aliases,
                    const guint8 *body,
                    guint alias,
                    gsize *len)
{
  GBytes **place;

  *len = body[0] << 8 | body[1];
  if (alias == 0 && *len > 0)
    return (const char *) body + 2;
  if (alias == 0 || alias > aliases->maximum)
    bench_fail ("A topic alias %u", alias);

  if (aliases->topics == NULL)
    aliases->topics = g_new0 (GBytes *, aliases->maximum);
  place = &aliases->topics[alias - 1];
  if (*len > 0)
    {
      g_clear_pointer (place, g_bytes_unref);
      *place = g_bytes_new (body + 2, *len);
      aliases->n_assigned++;
    }
  if (*place == NULL)
    bench_fail ("A topic alias %u that stands for nothing", alias);

  return g_bytes_get_data (*place, len);
}

void
null_clear_aliases (NullAliases *aliases)
{
  for (guint i = 0; aliases->topics != NULL && i < aliases->maximum; i++)
    g_clear_pointer (&aliases->topics[i], g_bytes_unref);
  g_clear_pointer (&aliases->topics, g_free);
}
