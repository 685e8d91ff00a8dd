/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Section 2.2.2 of MQTT 5: every property in every packet, not at all, once and twice, with right, wrong and
 * malformed values. What is expected is in one table, written from the standard. Each packet is decoded,
 * read as a program does, and fed to an engine, whole, cut in two at every place and byte by byte; and
 * whatever a program can ask for is made and written. */

#include <stdio.h>
#include <string.h>

#include "mqttc-error.h"
#include "packet-receive.h"
#include "property-packets.h"
#include "session-run.h"
#include "values/mqttc-properties-private.h"
#include "vector-file.h"

#define V5 MQTTC_PROTOCOL_V5

static guint64 n_checks;

/* --- What the standard says. --- */

typedef enum
{
  BYTE,
  TWO,
  FOUR,
  VARINT,
  BINARY,
  TEXT,
  PAIR,
} Type;

/* Section 2.2.2.2, table 2-4, and the section of each property. */
static const struct
{
  guint8 id;
  const char *name;
  Type type;
  const char *places; /* "+": more than once */
  const char *right;  /* values in hexadecimal: the least, the greatest, and others */
  const char *wrong;  /* those that are a protocol error */
} rows[] = {
  { 0x01, "payload-format-indicator", BYTE, "will publish", "00 01", "02 ff" },
  { 0x02, "message-expiry-interval", FOUR, "will publish", "00000000 ffffffff", "" },
  /* [MQTT-3.3.2-19] */
  { 0x03, "content-type", TEXT, "will publish", "0000 000161 0003efbbbf", "" },
  /* [MQTT-3.3.2-13], [MQTT-3.3.2-14] */
  { 0x08, "response-topic", TEXT, "will publish", "000161 0003612f62", "0000 00012b 0003612f23" },
  { 0x09, "correlation-data", BINARY, "will publish", "0000 000200ff", "" },
  { 0x0b, "subscription-identifier", VARINT, "publish+ subscribe", "01 7f 8001 ffffff7f", "00" },
  { 0x11, "session-expiry-interval", FOUR, "connect connack disconnect", "00000000 ffffffff", "" },
  { 0x12, "assigned-client-identifier", TEXT, "connack", "0000 000161", "" },
  { 0x13, "server-keep-alive", TWO, "connack", "0000 ffff", "" },
  { 0x15, "authentication-method", TEXT, "connect connack auth", "000161 0000 0003612f62", "" },
  { 0x16, "authentication-data", BINARY, "connect connack auth", "0000 000200ff", "" },
  { 0x17, "request-problem-information", BYTE, "connect", "00 01", "02 ff" },
  { 0x18, "will-delay-interval", FOUR, "will", "00000000 ffffffff", "" },
  { 0x19, "request-response-information", BYTE, "connect", "00 01", "02 ff" },
  { 0x1a, "response-information", TEXT, "connack", "0000 000161", "" },
  { 0x1c, "server-reference", TEXT, "connack disconnect", "0000 000161", "" },
  { 0x1f, "reason-string", TEXT,
    "connack puback pubrec pubrel pubcomp suback unsuback disconnect auth", "0000 000161", "" },
  { 0x21, "receive-maximum", TWO, "connect connack", "0001 ffff", "0000" },
  { 0x22, "topic-alias-maximum", TWO, "connect connack", "0000 ffff", "" },
  /* [MQTT-3.3.2-8], see below */
  { 0x23, "topic-alias", TWO, "publish", "0001 ffff", "" },
  /* [MQTT-3.2.2-9] */
  { 0x24, "maximum-qos", BYTE, "connack", "00 01", "02 ff" },
  { 0x25, "retain-available", BYTE, "connack", "00 01", "02 ff" },
  { 0x26, "user-property", PAIR,
    "will+ connect+ connack+ publish+ puback+ pubrec+ pubrel+ pubcomp+ subscribe+ suback+ "
    "unsubscribe+ unsuback+ disconnect+ auth+",
    "00000000 00016b000176", "" },
  { 0x27, "maximum-packet-size", FOUR, "connect connack", "00000001 ffffffff", "00000000" },
  { 0x28, "wildcard-subscription-available", BYTE, "connack", "00 01", "02 ff" },
  { 0x29, "subscription-identifier-available", BYTE, "connack", "00 01", "02 ff" },
  { 0x2a, "shared-subscription-available", BYTE, "connack", "00 01", "02 ff" },
};

/* What is no value of a type: too short, not UTF-8 [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-1.5.7-1], or a number
 * not in its shortest form [MQTT-1.5.5-1]. "-" is nothing at all. */
static const char *const malformed[] = {
  [BYTE] = "-",
  [TWO] = "- 00",
  [FOUR] = "- 00 000000",
  [VARINT] = "- 80 8000 818000 80808000 ffffffff 8080808001",
  [BINARY] = "- 00 0001 ffff00",
  [TEXT] = "- 00 0001 ffff61 0003610062 000100",
  [PAIR] = "- 00 0000 000000 00000001 00010000 ffff 0003610062000161 0000000100",
};

/* Of these a program can ask for some. */
static const char *const not_utf8[] = {
  [TEXT] = "0001ff 0003eda080 0002c0af 0004f4908080",
  [PAIR] = "0001ff0000 00000001ff 0003eda0800000 00000003eda080",
};

/* --- One case. --- */

/* A reason code, or 0 if all is well. */
typedef guint8 Verdict;

enum
{
  GOOD = 0,
  MALFORMED = 0x81,
  PROTOCOL = 0x82,
  ALIAS = 0x94,
};

typedef struct
{
  guint row;
  guint place;
} Case;

static const char *
describe_case (const GByteArray *packet)
{
  static char text[512];
  gsize len = 0;

  for (guint i = 0; i < packet->len && len < sizeof text - 3; i++)
    len += (gsize) g_snprintf (text + len, 3, "%02x", packet->data[i]);

  return text;
}

static void
check_receiver (const GByteArray *packet,
                PacketReceiver receiver,
                const char *expected)
{
  const gsize len = packet->len;

  for (gsize first = 0; first <= len && !g_test_failed (); first++)
    {
      const char *result = packet_receive (receiver, V5, packet, first, first == 0 ? 1 : len, len);

      n_checks++;
      if (g_strcmp0 (result, expected) != 0)
        g_test_fail_printf ("%s after %" G_GSIZE_FORMAT " bytes: “%s” instead of “%s”",
                            describe_case (packet), first, result, expected);
    }
}

/* The codec leaves the alias 0 to whoever knows the aliases: it has a reason code of its own. */
static void
check_codec (const GByteArray *packet,
             Verdict verdict)
{
  const char *expected = verdict == MALFORMED  ? "malformed"
                         : verdict == PROTOCOL ? "protocol"
                                               : "ok";

  check_receiver (packet, packet_receive_frame, expected);
  check_receiver (packet, packet_receive_packet, expected);
}

/* Section 4.13.2: the reason in the DISCONNECT that is sent. */
static void
check_engine (guint place,
              const GByteArray *packet,
              Verdict verdict)
{
  const PropertyPlace *where = property_place_get (place);
  g_autofree char *expected = NULL;

  if (where->state == NULL)
    return;

  if (verdict == GOOD)
    expected = g_strdup (where->done);
  else
    expected = g_strdup_printf ("closed %s %02x",
                                verdict == MALFORMED ? "malformed-packet" : "protocol", verdict);

  for (gsize first = 0; first <= packet->len && !g_test_failed (); first++)
    {
      const SessionWay way = { .first = first, .step = first == 0 ? 1 : packet->len };
      g_auto (SessionOutcome) outcome = { 0 };

      n_checks++;
      session_run (V5, where->state, packet, &way, &outcome);
      if (strcmp (outcome.result, expected) != 0)
        g_test_fail_printf ("%s after %" G_GSIZE_FORMAT " bytes: the result “%s” instead of “%s”",
                            describe_case (packet), first, outcome.result, expected);
    }
}

/* Takes the properties. @packet: what is to be written; NULL: nothing. */
static void
check_written (guint place,
               MqttcProperties *properties,
               const GByteArray *packet)
{
  g_autoptr (MqttcProperties) own = properties;
  g_autoptr (MqttcPacket) made = property_place_make (place, own);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = made != NULL ? mqttc_packet_write (made, &error) : NULL;

  if (made == NULL)
    return;

  n_checks++;
  if (packet != NULL)
    {
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), packet->data,
                       packet->len);
      return;
    }

  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  g_assert_null (bytes);
}

/* --- Making lists. --- */

/* Section 3.1.2.11.10: data need a method. */
static GByteArray *
make_base (const Case *self)
{
  const guint id = rows[self->row].id;
  const char *base = property_place_get (self->place)->base;

  if (id == MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD)
    base = "-";
  else if (id == MQTTC_PROPERTY_ID_AUTHENTICATION_DATA && self->place == MQTTC_PACKET_TYPE_CONNECT)
    base = "15 0001 61";

  return vector_bytes_from_text (base);
}

static void
append_value (const Case *self,
              GByteArray *list,
              const char *value)
{
  g_autoptr (GByteArray) bytes = vector_bytes_from_text (value);

  g_byte_array_append (list, &rows[self->row].id, 1);
  g_byte_array_append (list, bytes->data, bytes->len);
}

static guint
count_length_bytes (gsize length)
{
  return length < 128 ? 1 : 2;
}

/* By the setters that a program has; what it adds goes behind what is there. */
static MqttcProperties *
make_by_setters (const Case *self,
                 const GByteArray *base,
                 const char *value,
                 gboolean twice)
{
  const MqttcPropertyId id = (MqttcPropertyId) rows[self->row].id;
  MqttcProperties *properties
      = mqttc_properties_new_from_slice (mqttc_slice (base->data, base->len), 0);
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  MqttcProperty property;
  MqttcSlice rest;

  append_value (self, wire, value);
  rest = mqttc_slice (wire->data, wire->len);
  g_assert_true (mqttc_properties_next (&rest, &property));
  name = g_strndup ((const char *) property.text.data, property.text.len);
  text = g_strndup ((const char *) property.value.data, property.value.len);

  for (guint i = 0; i <= (guint) twice; i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (property.text.data, property.text.len);

      if (rows[self->row].type == PAIR)
        mqttc_properties_add_user_property (properties, name, text);
      else if (rows[self->row].type <= VARINT)
        mqttc_properties_add_uint (properties, id, property.number);
      else if (rows[self->row].type == BINARY)
        mqttc_properties_set_bytes (properties, id, bytes);
      else
        mqttc_properties_set_text (properties, id, name);
    }

  return properties;
}

/* --- What is expected. --- */

static gboolean
is_allowed (const Case *self,
            gboolean twice)
{
  const char *name = property_place_get (self->place)->name;
  g_auto (GStrv) words = g_strsplit (rows[self->row].places, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const gboolean may_repeat = g_str_has_suffix (words[i], "+");

      words[i][strlen (words[i]) - may_repeat] = '\0';
      if (strcmp (words[i], name) == 0)
        return may_repeat || !twice;
    }

  return FALSE;
}

/* Section 2.2.2.2: not of this packet is malformed, twice is a protocol error. */
static Verdict
judge (const Case *self,
       Verdict value,
       gboolean twice)
{
  if (!is_allowed (self, FALSE))
    return MALFORMED;
  if (value != GOOD && value != ALIAS)
    return value;

  return twice && !is_allowed (self, TRUE) ? PROTOCOL : value;
}

/* What is right in a packet, and wrong from this server: [MQTT-3.14.2-2], [MQTT-4.12.0-6], and a method other
 * than "a" [MQTT-4.12.0-5]. */
static Verdict
judge_in_session (const Case *self,
                  const char *value,
                  Verdict verdict)
{
  const guint id = rows[self->row].id;
  const gboolean is_wrong
      = (self->place == MQTTC_PACKET_TYPE_DISCONNECT
         && id == MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL)
        || (self->place == MQTTC_PACKET_TYPE_CONNACK
            && id == MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD)
        || (self->place == MQTTC_PACKET_TYPE_AUTH && id == MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD
            && strcmp (value, "000161") != 0);

  return verdict == GOOD && is_wrong ? PROTOCOL : verdict;
}

/* --- The checks. --- */

/* @can_be_asked_for: a program can say it, so it must be refused there. */
static void
check_value (const Case *self,
             const char *value,
             Verdict of_value,
             gboolean can_be_asked_for,
             gboolean twice)
{
  const Verdict verdict = judge (self, of_value, twice);
  g_autoptr (GByteArray) list = make_base (self);
  g_autoptr (GByteArray) base = make_base (self);
  g_autoptr (GByteArray) packet = NULL;

  append_value (self, list, value);
  if (twice)
    append_value (self, list, value);
  packet = property_place_build (self->place, list, list->len, count_length_bytes (list->len));

  check_codec (packet, verdict);
  check_engine (self->place, packet, judge_in_session (self, value, verdict));
  if (!can_be_asked_for || g_test_failed ())
    return;

  check_written (self->place,
                 mqttc_properties_new_from_slice (mqttc_slice (list->data, list->len), 0),
                 verdict == GOOD ? packet : NULL);
  /* Text that is set again is there once. */
  if (!twice || rows[self->row].type <= VARINT || rows[self->row].type == PAIR)
    check_written (self->place, make_by_setters (self, base, value, twice),
                   verdict == GOOD ? packet : NULL);
}

static void
check_values (const Case *self,
              const char *values,
              Verdict of_value,
              gboolean can_be_asked_for)
{
  g_auto (GStrv) words = g_strsplit (values != NULL ? values : "", " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      check_value (self, words[i], of_value, can_be_asked_for, FALSE);
      /* What is cut would take the second one for its rest. */
      if (can_be_asked_for)
        check_value (self, words[i], of_value, can_be_asked_for, TRUE);
    }
}

/* A packet that is wrong however its list is. */
static void
check_malformed (const Case *self,
                 const GByteArray *list,
                 gsize length,
                 guint n_length_bytes)
{
  g_autoptr (GByteArray) packet = property_place_build (self->place, list, length, n_length_bytes);

  check_codec (packet, MALFORMED);
  check_engine (self->place, packet, MALFORMED);
}

/* Section 2.2.2.1: a list that is longer than it says, or shorter, or whose length has a longer form
 * [MQTT-1.5.5-1]. */
static void
check_lengths (const Case *self)
{
  g_auto (GStrv) words = g_strsplit (rows[self->row].right, " ", -1);
  const guint8 more = 0;

  if (property_place_get (self->place)->before == NULL)
    return;

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autoptr (GByteArray) list = make_base (self);

      append_value (self, list, words[i]);
      check_malformed (self, list, list->len + 1, 1);
      check_malformed (self, list, list->len - 1, 1);
      check_malformed (self, list, list->len, 2);
      check_malformed (self, list, list->len, 5);
      check_malformed (self, list, 268435455, 4);
      g_byte_array_append (list, &more, 1);
      check_malformed (self, list, list->len, 1);
    }
}

/* Numbers and texts for which there is no room, which only a program can ask for. */
static void
check_too_large (const Case *self)
{
  static const guint numbers[] = { [BYTE] = 256, [TWO] = 65536, [VARINT] = 268435456 };
  const MqttcPropertyId id = (MqttcPropertyId) rows[self->row].id;
  const Type type = rows[self->row].type;
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();
  g_autofree char *text = g_strnfill (65536, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (text, 65536);

  if (type == FOUR)
    return;

  if (type <= VARINT)
    mqttc_properties_set_uint (properties, id, numbers[type]);
  else if (type == BINARY)
    mqttc_properties_set_bytes (properties, id, bytes);
  else if (type == TEXT)
    mqttc_properties_set_text (properties, id, text);
  else
    {
      g_autoptr (MqttcProperties) others = mqttc_properties_new ();

      mqttc_properties_add_user_property (others, text, "");
      check_written (self->place, g_steal_pointer (&others), NULL);
      mqttc_properties_add_user_property (properties, "", text);
    }

  check_written (self->place, g_steal_pointer (&properties), NULL);
}

static void
test_property (gconstpointer data)
{
  const Case *self = data;
  const Type type = rows[self->row].type;

  check_values (self, rows[self->row].right, GOOD, TRUE);
  check_values (self, rows[self->row].wrong[0] != '\0' ? rows[self->row].wrong : NULL, PROTOCOL,
                TRUE);
  check_values (self, malformed[type], MALFORMED, FALSE);
  if (type >= TEXT)
    check_values (self, not_utf8[type], MALFORMED, TRUE);
  if (rows[self->row].id == MQTTC_PROPERTY_ID_TOPIC_ALIAS)
    check_values (self, "0000", ALIAS, TRUE);
  check_lengths (self);
  check_too_large (self);
}

/* [MQTT-2.2.2-1]: no property is a length of 0. */
static void
test_none (gconstpointer data)
{
  const guint place = GPOINTER_TO_UINT (data);
  const PropertyPlace *where = property_place_get (place);
  g_autoptr (GByteArray) base = vector_bytes_from_text (where->base);
  g_autoptr (GByteArray) packet = property_place_build (place, base, base->len, 1);
  const gboolean has_shorter = base->len == 0 && where->before != NULL && where->behind[0] == '-'
                               && place != MQTTC_PACKET_TYPE_CONNACK;

  check_receiver (packet, packet_receive_frame, has_shorter ? "longer" : "ok");
  check_receiver (packet, packet_receive_packet, has_shorter ? "longer" : "ok");
  check_engine (place, packet, GOOD);
  if (!has_shorter)
    check_written (place, mqttc_properties_new_from_slice (mqttc_slice (base->data, base->len), 0),
                   packet);
}

static gboolean
is_known (guint id)
{
  for (guint row = 0; row < G_N_ELEMENTS (rows); row++)
    if (rows[row].id == id)
      return TRUE;

  return FALSE;
}

/* Section 2.2.2.2: the identifiers that there are not, and the longer forms of those that there are. */
static void
test_unknown (gconstpointer data)
{
  const guint place = GPOINTER_TO_UINT (data);

  for (guint id = 0; id < 512; id++)
    {
      const guint8 bytes[] = { (guint8) (id & 0x7f) | 0x80, (guint8) (id >> 7 & 0x7f), 0, 0, 0, 0 };
      const guint8 one[] = { (guint8) id, 0, 0, 0, 0 };
      g_autoptr (GByteArray) list = vector_bytes_from_text (property_place_get (place)->base);
      g_autoptr (GByteArray) packet = NULL;

      if (id < 128 && !is_known (id))
        g_byte_array_append (list, one, sizeof one);
      else
        g_byte_array_append (list, bytes, sizeof bytes);
      packet = property_place_build (place, list, list->len, 1);
      check_codec (packet, MALFORMED);
      if (id < 128)
        check_engine (place, packet, MALFORMED);
    }
}

/* --- All. --- */

static void
add_place (guint place,
           GArray *cases)
{
  const char *name = property_place_get (place)->name;
  g_autofree char *none = g_strdup_printf ("/properties-5/%s/none", name);
  g_autofree char *unknown = g_strdup_printf ("/properties-5/%s/unknown", name);

  g_test_add_data_func (none, GUINT_TO_POINTER (place), test_none);
  g_test_add_data_func (unknown, GUINT_TO_POINTER (place), test_unknown);
  for (guint row = 0; row < G_N_ELEMENTS (rows); row++)
    {
      g_autofree char *path = g_strdup_printf ("/properties-5/%s/%s", name, rows[row].name);
      Case *self = &g_array_index (cases, Case, place * G_N_ELEMENTS (rows) + row);

      *self = (Case){ .row = row, .place = place };
      g_test_add_data_func (path, self, test_property);
    }
}

int
main (int argc,
      char **argv)
{
  g_autoptr (GArray) cases = g_array_new (FALSE, TRUE, sizeof (Case));
  int status;

  g_test_init (&argc, &argv, NULL);
  g_array_set_size (cases, PROPERTY_N_PLACES * G_N_ELEMENTS (rows));
  for (guint place = 0; place < PROPERTY_N_PLACES; place++)
    add_place (place, cases);

  status = g_test_run ();
  printf ("# %u properties x %u places (%" G_GUINT64_FORMAT " checks)\n",
          (guint) G_N_ELEMENTS (rows), PROPERTY_N_PLACES, n_checks);
  return status;
}
