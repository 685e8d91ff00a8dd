/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz-packet.h"

gint64
fuzz_packet_next (const GByteArray *bytes,
                  gsize start,
                  FuzzPacket *packet)
{
  gsize value = 0;

  for (guint i = 1; i <= 4; i++)
    {
      guint8 byte;

      if (start + i >= bytes->len)
        return 0;
      byte = bytes->data[start + i];
      value |= (gsize) (byte & 0x7f) << 7 * (i - 1);
      if ((byte & 0x80) != 0)
        continue;

      packet->type = bytes->data[start] >> 4;
      packet->flags = bytes->data[start] & 0x0f;
      packet->body = bytes->data + start + i + 1;
      packet->len = value;
      return start + i + 1 + value <= bytes->len ? (gint64) (i + 1 + value) : 0;
    }

  return -1;
}

guint
fuzz_packet_number_at (const FuzzPacket *packet,
                       gsize pos)
{
  g_assert_cmpuint (pos + 2, <=, packet->len);
  return (guint) (packet->body[pos] << 8 | packet->body[pos + 1]);
}

/* --- Properties of MQTT 5. --- */

gsize
fuzz_packet_find_varint_end (const FuzzPacket *packet,
                             gsize pos,
                             gsize *value)
{
  *value = 0;
  for (guint i = 0; i < 4 && pos < packet->len; i++)
    {
      const guint8 byte = packet->body[pos++];

      *value |= (gsize) (byte & 0x7f) << 7 * i;
      if (byte < 0x80)
        return i == 0 || byte != 0 ? pos : 0;
    }

  return 0;
}

/* The same of a text, or of data. */
static gsize
find_text_end (const FuzzPacket *packet,
               gsize pos)
{
  if (pos == 0 || pos + 2 > packet->len)
    return 0;

  pos += 2 + (gsize) (packet->body[pos] << 8 | packet->body[pos + 1]);
  return pos <= packet->len ? pos : 0;
}

gsize
fuzz_packet_find_property_end (const FuzzPacket *packet,
                               gsize pos)
{
  static const char types[] = ".14T....TT.V...."
                              ".4T2.TT141T.T..T"
                              ".22211P4111";
  const guint id = packet->body[pos++];
  const char type = id < sizeof types - 1 ? types[id] : '.';
  gsize number;

  switch (type)
    {
    case '.':
      return 0;
    case 'V':
      return fuzz_packet_find_varint_end (packet, pos, &number);
    case 'P':
      return find_text_end (packet, find_text_end (packet, pos));
    case 'T':
      return find_text_end (packet, pos);
    default:
      pos += (gsize) (type - '0');
      return pos <= packet->len ? pos : 0;
    }
}
