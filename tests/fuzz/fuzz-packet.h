/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A packet as it stands on the wire, read without the library's help. */
typedef struct
{
  guint type;
  guint flags;
  const guint8 *body;
  gsize len;
} FuzzPacket;

/* The size of the first packet, 0 if it is not whole yet, -1 if it is none. */
gint64 fuzz_packet_next (const GByteArray *bytes,
                         gsize start,
                         FuzzPacket *packet);
guint fuzz_packet_number_at (const FuzzPacket *packet,
                             gsize pos);
/* Where a number of section 1.5.5 ends, in its shortest form; 0: it is none. */
gsize fuzz_packet_find_varint_end (const FuzzPacket *packet,
                                   gsize pos,
                                   gsize *value);
/* The same of a property. Section 2.2.2.2: 1, 2 and 4 bytes, a Varint, Text or data, or a Pair. */
gsize fuzz_packet_find_property_end (const FuzzPacket *packet,
                                     gsize pos);

G_END_DECLS
