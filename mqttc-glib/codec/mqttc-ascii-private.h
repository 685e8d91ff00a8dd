/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Text on the wire is nearly always ASCII, so it is looked at in words of eight bytes. Each test
 * answers for the whole word; which byte it was, a slower function finds out. */

#define MQTTC_EACH_BYTE(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

static inline guint64
mqttc_word_load (const guint8 *data)
{
  guint64 word;

  memcpy (&word, data, sizeof word);
  return word;
}

/* The same for 1 to 7 bytes: some may stand in the word twice, and what is left is filled with
 * spaces. The order of the bytes does not matter to the tests. */
static inline guint64
mqttc_word_load_short (const guint8 *data,
                       gsize len)
{
  guint32 head, tail;

  if (len >= 4)
    {
      memcpy (&head, data, sizeof head);
      memcpy (&tail, data + len - 4, sizeof tail);
      return ((guint64) head << 32) | tail;
    }

  return (MQTTC_EACH_BYTE (' ') << 24)
         | ((guint32) data[0] << 16 | (guint32) data[len / 2] << 8 | data[len - 1]);
}

/* All bytes are ASCII and none is 0. A byte with its top bit set shows in the word itself; taking 1
 * off each byte sets the top bit of one that is 0, and no borrow can come from anywhere else. */
static inline gboolean
mqttc_word_is_ascii (guint64 word)
{
  return ((word | (word - MQTTC_EACH_BYTE (1))) & MQTTC_EACH_BYTE (0x80)) == 0;
}

/* Of a word whose bytes are ASCII, and none of them 0, '+' or '#', which differ in the bit 0x08 alone,
 * no top bit is set in what this returns; that of several words can be put together first. */
static inline guint64
mqttc_word_mark_odd (guint64 word)
{
  guint64 wildcards = (word | MQTTC_EACH_BYTE (0x08)) ^ MQTTC_EACH_BYTE ('+');

  return word | (word - MQTTC_EACH_BYTE (1)) | (wildcards - MQTTC_EACH_BYTE (1));
}

static inline gboolean
mqttc_word_has_odd (guint64 marks)
{
  return (marks & MQTTC_EACH_BYTE (0x80)) != 0;
}

G_END_DECLS
