/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What was written down of MQTT 3.1.1, said in MQTT 5: what both versions ask for in the same words is
 * tested in both. */

#include "engine-fixture.h"

#include <string.h>

static void
insert (GByteArray *body,
        guint position,
        const void *data,
        guint len)
{
  g_assert_cmpuint (position, <=, body->len);
  g_byte_array_set_size (body, body->len + len);
  memmove (body->data + position + len, body->data + position, body->len - len - position);
  memcpy (body->data + position, data, len);
}

static void
insert_no_properties (GByteArray *body,
                      guint position)
{
  insert (body, position, "", 1);
}

/* A string, with its length before it: where it ends. */
static guint
skip_string (const GByteArray *body,
             guint position)
{
  g_assert_cmpuint (position + 1, <, body->len);
  return position + 2 + (body->data[position] << 8 | body->data[position + 1]);
}

/* A session that is to be kept is kept for ever, as in 3.1.1. */
static void
translate_connect (GByteArray *body)
{
  const guint head = 10;

  g_assert_cmpuint (body->len, >=, head);
  body->data[6] = 5;
  if ((body->data[7] & 0x04) != 0)
    insert_no_properties (body, skip_string (body, head));
  if ((body->data[7] & 0x02) != 0)
    insert_no_properties (body, head);
  else
    insert (body, head, "\x05\x11\xff\xff\xff\xff", 6);
}

static void
translate_connack (GByteArray *body)
{
  static const guint8 codes[] = { 0x00, 0x84, 0x85, 0x88, 0x86, 0x87 };

  g_assert_cmpuint (body->len, ==, 2);
  g_assert_cmpuint (body->data[1], <, G_N_ELEMENTS (codes));
  body->data[1] = codes[body->data[1]];
  insert_no_properties (body, body->len);
}

static void
translate_publish (GByteArray *body,
                   guint8 flags)
{
  insert_no_properties (body, skip_string (body, 0) + ((flags & 0x06) != 0 ? 2 : 0));
}

static guint8 *
find_unsubscribe (EngineFixture *f,
                  const GByteArray *body)
{
  g_assert_cmpuint (body->len, >=, 2);
  return &f->n_unsubscribed[body->data[1] % G_N_ELEMENTS (f->n_unsubscribed)];
}

static void
translate_unsubscribe (EngineFixture *f,
                       GByteArray *body)
{
  guint8 *n = find_unsubscribe (f, body);

  *n = 0;
  for (guint i = 2; i < body->len; i = skip_string (body, i))
    *n += 1;
  insert_no_properties (body, 2);
}

/* A code for each filter, which 3.1.1 does not have. */
static void
translate_unsuback (EngineFixture *f,
                    GByteArray *body)
{
  const guint n = MAX (*find_unsubscribe (f, body), 1);

  insert_no_properties (body, 2);
  for (guint i = 0; i < n; i++)
    insert (body, body->len, "", 1);
}

static void
translate (EngineFixture *f,
           guint8 first,
           GByteArray *body)
{
  switch (first >> 4)
    {
    case MQTTC_PACKET_TYPE_CONNECT:
      translate_connect (body);
      break;
    case MQTTC_PACKET_TYPE_CONNACK:
      translate_connack (body);
      break;
    case MQTTC_PACKET_TYPE_PUBLISH:
      translate_publish (body, first & 0x0f);
      break;
    case MQTTC_PACKET_TYPE_SUBSCRIBE:
    case MQTTC_PACKET_TYPE_SUBACK:
      insert_no_properties (body, 2);
      break;
    case MQTTC_PACKET_TYPE_UNSUBSCRIBE:
      translate_unsubscribe (f, body);
      break;
    case MQTTC_PACKET_TYPE_UNSUBACK:
      translate_unsuback (f, body);
      break;
    default:
      /* The same in both: success, and no properties, need not be said. */
      break;
    }
}

static void
append_number (GString *hex,
               gsize number)
{
  do
    {
      g_string_append_printf (hex, "%02x", (guint) (number % 128 | (number >= 128 ? 0x80 : 0)));
      number /= 128;
    }
  while (number > 0);
}

/* Returns where the packet at @position ends. */
static gsize
append_packet (EngineFixture *f,
               GString *hex,
               const guint8 *data,
               gsize position,
               gsize len)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  const guint8 first = data[position++];
  gsize size = 0;
  guint shift = 0;

  do
    {
      g_assert_cmpuint (position, <, len);
      size |= (gsize) (data[position] & 0x7f) << shift;
      shift += 7;
    }
  while ((data[position++] & 0x80) != 0);

  g_assert_cmpuint (size, <=, len - position);
  g_byte_array_append (body, data + position, (guint) size);
  translate (f, first, body);
  g_string_append_printf (hex, "%02x", first);
  append_number (hex, body->len);
  for (guint i = 0; i < body->len; i++)
    g_string_append_printf (hex, "%02x", body->data[i]);

  return position + size;
}

char *
engine_say_in_5 (EngineFixture *f,
                 const char *hex)
{
  GString *said = g_string_new (NULL);
  gsize len = strlen (hex) / 2;
  g_autofree guint8 *data = g_malloc (len + 1);

  for (gsize i = 0; i < len; i++)
    data[i] = g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]);
  for (gsize i = 0; i < len;)
    i = append_packet (f, said, data, i, len);

  return g_string_free (said, FALSE);
}
