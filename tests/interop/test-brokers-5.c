/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the two brokers of the interop tests do of MQTT 5, asked in bytes: it tells which of them can
 * prove a feature of the client, and that our codec reads and writes what brokers of other makes do. The
 * table in test-mochi.h is that of this program. */

#include <unistd.h>

#include "../client/test-init.h"
#include "test-mochi.h"
#include "test-mosquitto.h"
#include "test-raw.h"
#include "test-scram.h"

#define USER "somebody"
#define PASSWORD "something"

/* --- CONNACK: what the broker says of itself. --- */

static guint32
get_connack_number (guint16 port,
                    MqttcPropertyId id)
{
  /* A session that lasts an hour, if it may. */
  g_autoptr (Raw) raw = raw_new_connected (port, "teller", RAW ("\x11\0\0\x0e\x10"));

  return raw_get_number (raw, id);
}

static gboolean
tells_receive_maximum (guint16 port)
{
  return get_connack_number (port, MQTTC_PROPERTY_ID_RECEIVE_MAXIMUM) == 2;
}

static gboolean
tells_topic_alias_maximum (guint16 port)
{
  return get_connack_number (port, MQTTC_PROPERTY_ID_TOPIC_ALIAS_MAXIMUM) == 3;
}

static gboolean
tells_maximum_qos (guint16 port)
{
  return get_connack_number (port, MQTTC_PROPERTY_ID_MAXIMUM_QOS) == 1;
}

static gboolean
tells_no_retain (guint16 port)
{
  return get_connack_number (port, MQTTC_PROPERTY_ID_RETAIN_AVAILABLE) == 0;
}

static gboolean
tells_maximum_packet_size (guint16 port)
{
  return get_connack_number (port, MQTTC_PROPERTY_ID_MAXIMUM_PACKET_SIZE) == 200;
}

static gboolean
tells_session_expiry (guint16 port)
{
  return get_connack_number (port, MQTTC_PROPERTY_ID_SESSION_EXPIRY_INTERVAL) == 60;
}

static gboolean
tells_keep_alive (guint16 port)
{
  return get_connack_number (port, MQTTC_PROPERTY_ID_SERVER_KEEP_ALIVE) == 30;
}

static gboolean
tells_no_wildcards (guint16 port)
{
  return get_connack_number (port, MQTTC_PROPERTY_ID_WILDCARD_SUBSCRIPTION_AVAILABLE) == 0;
}

static gboolean
tells_no_identifiers (guint16 port)
{
  return get_connack_number (port, MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER_AVAILABLE) == 0;
}

static gboolean
tells_no_shared (guint16 port)
{
  return get_connack_number (port, MQTTC_PROPERTY_ID_SHARED_SUBSCRIPTION_AVAILABLE) == 0;
}

static gboolean
assigns_client_id (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "", RAW_NONE);
  g_autofree char *id = raw_get_text (raw, MQTTC_PROPERTY_ID_ASSIGNED_CLIENT_IDENTIFIER);

  return id != NULL && id[0] != '\0';
}

static gboolean
gives_response_information (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "asker", RAW ("\x19\1"));
  g_autofree char *text = raw_get_text (raw, MQTTC_PROPERTY_ID_RESPONSE_INFORMATION);
  g_autoptr (Raw) other = raw_new_connected (port, "other", RAW_NONE);
  g_autofree char *unasked = raw_get_text (other, MQTTC_PROPERTY_ID_RESPONSE_INFORMATION);

  return g_strcmp0 (text, "replies/") == 0 && unasked == NULL;
}

static gboolean
keeps_session (guint16 port)
{
  Raw *raw = raw_new_connected (port, "keeper", RAW ("\x11\0\0\x0e\x10"));
  g_autoptr (Raw) again = NULL;

  raw_subscribe (raw, "kept", 1, RAW_NONE);
  raw_free (raw);
  again = raw_new_connect (port, "keeper", FALSE, RAW_NONE);

  return raw_read_is (again, MQTTC_PACKET_TYPE_CONNACK, 0) && again->view.connack.session_present;
}

/* --- What it does with those who go beyond. --- */

static gboolean
ends_overrun (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "hasty", RAW_NONE);

  for (guint16 i = 1; i <= 3; i++)
    raw_send_publish (raw, "many", "", MQTTC_QOS_EXACTLY_ONCE, i, RAW_NONE);
  while (raw_read (raw) == MQTTC_PACKET_TYPE_PUBREC)
    {
      if (raw->view.packet_id == 3)
        return FALSE;
    }

  return raw->view.type == MQTTC_PACKET_TYPE_DISCONNECT && raw->view.reason_code == 0x93;
}

static gboolean
ends_alias_too_large (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "aliases", RAW_NONE);

  raw_send_publish (raw, "alias", "", MQTTC_QOS_AT_LEAST_ONCE, 1, RAW ("\x23\xff\xff"));

  return raw_read_is (raw, MQTTC_PACKET_TYPE_DISCONNECT, 0x94);
}

static gboolean
ends_alias_unknown (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "aliases", RAW_NONE);

  raw_send_publish (raw, "", "", MQTTC_QOS_AT_LEAST_ONCE, 1, RAW ("\x23\0\2"));

  /* The standard has no one code for this. */
  return raw_read (raw) == MQTTC_PACKET_TYPE_DISCONNECT && raw->view.reason_code >= 0x80;
}

static gboolean
ends_qos_too_high (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "qos", RAW_NONE);

  raw_send_publish (raw, "qos", "", MQTTC_QOS_EXACTLY_ONCE, 1, RAW_NONE);

  return raw_read_is (raw, MQTTC_PACKET_TYPE_DISCONNECT, 0x9b);
}

static gboolean
ends_retain (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "retain", RAW_NONE);
  MqttcPacketView view;

  mqttc_packet_view_init (&view, MQTTC_PACKET_TYPE_PUBLISH);
  view.packet_id = 1;
  view.publish.topic = RAW ("retain");
  view.publish.qos = MQTTC_QOS_AT_LEAST_ONCE;
  view.publish.retain = TRUE;
  raw_send (raw, &view);

  return raw_read_is (raw, MQTTC_PACKET_TYPE_DISCONNECT, 0x9a);
}

static gboolean
ends_packet_too_large (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "large", RAW_NONE);
  g_autofree char *payload = g_strnfill (300, 'x');

  raw_send_publish (raw, "large", payload, MQTTC_QOS_AT_LEAST_ONCE, 1, RAW_NONE);

  return raw_read_is (raw, MQTTC_PACKET_TYPE_DISCONNECT, 0x95);
}

static gboolean
refuses_wildcards (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "wild", RAW_NONE);

  return raw_subscribe (raw, "a/+", 1, RAW_NONE) == 0xa2;
}

static gboolean
refuses_identifiers (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "numbers", RAW_NONE);

  return raw_subscribe (raw, "a", 1, RAW ("\x0b\5")) == 0xa1;
}

static gboolean
refuses_shared (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "sharer", RAW_NONE);

  return raw_subscribe (raw, "$share/g/a", 1, RAW_NONE) == 0x9e;
}

static gboolean
refuses_unknown_method (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connect (port, "method", TRUE, RAW ("\x15\0\4NONE\x16\0\1x"));

  return raw_read_is (raw, MQTTC_PACKET_TYPE_CONNACK, 0x8c);
}

static gboolean
tells_takeover (guint16 port)
{
  g_autoptr (Raw) first = raw_new_connected (port, "same", RAW_NONE);
  g_autoptr (Raw) second = raw_new_connected (port, "same", RAW_NONE);

  return raw_read_is (first, MQTTC_PACKET_TYPE_DISCONNECT, 0x8e);
}

static gboolean
redirects (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connect (port, "guest", TRUE, RAW_NONE);
  g_autofree char *reference = NULL;

  if (!raw_read_is (raw, MQTTC_PACKET_TYPE_CONNACK, 0x9d))
    return FALSE;
  reference = raw_get_text (raw, MQTTC_PROPERTY_ID_SERVER_REFERENCE);

  return g_strcmp0 (reference, "other.example:1883") == 0 && raw_read (raw) == 0;
}

static gboolean
redirects_later (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "guest", RAW_NONE);
  g_autofree char *reference = NULL;

  raw_send_publish (raw, "test/disconnect", "9c other.example", MQTTC_QOS_AT_LEAST_ONCE, 1,
                    RAW_NONE);
  if (!raw_read_is (raw, MQTTC_PACKET_TYPE_DISCONNECT, 0x9c))
    return FALSE;
  reference = raw_get_text (raw, MQTTC_PROPERTY_ID_SERVER_REFERENCE);

  return g_strcmp0 (reference, "other.example") == 0;
}

static gboolean
tells_no_subscribers (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "alone", RAW_NONE);

  raw_send_publish (raw, "nobody/reads/this", "", MQTTC_QOS_AT_LEAST_ONCE, 1, RAW_NONE);

  return raw_read_is (raw, MQTTC_PACKET_TYPE_PUBACK, 0x10);
}

/* --- Messages. --- */

static gboolean
keeps_receive_maximum (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "slow", RAW ("\x21\0\2"));
  g_autoptr (Raw) sender = raw_new_connected (port, "sender", RAW_NONE);
  guint16 ids[2];

  raw_subscribe (raw, "flow", 1, RAW_NONE);
  raw_subscribe (raw, "end", 0, RAW_NONE);
  for (guint16 i = 1; i <= 3; i++)
    {
      raw_send_publish (sender, "flow", "", MQTTC_QOS_AT_LEAST_ONCE, i, RAW_NONE);
      if (raw_read (sender) != MQTTC_PACKET_TYPE_PUBACK)
        return FALSE;
    }
  raw_send_publish (sender, "end", "", MQTTC_QOS_AT_MOST_ONCE, 0, RAW_NONE);

  for (guint i = 0; i < 2; i++)
    {
      if (!raw_read_publish (raw, "flow", ""))
        return FALSE;
      ids[i] = raw->view.packet_id;
    }
  if (!raw_read_publish (raw, "end", ""))
    return FALSE;
  raw_send_ack (raw, MQTTC_PACKET_TYPE_PUBACK, ids[0]);

  return raw_read_publish (raw, "flow", "");
}

static gboolean
keeps_maximum_packet_size (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "small", RAW ("\x27\0\0\0\x64"));
  g_autoptr (Raw) sender = raw_new_connected (port, "sender", RAW_NONE);
  g_autofree char *payload = g_strnfill (200, 'x');

  raw_subscribe (raw, "size", 0, RAW_NONE);
  raw_send_publish (sender, "size", payload, MQTTC_QOS_AT_MOST_ONCE, 0, RAW_NONE);
  raw_send_publish (sender, "size", "short", MQTTC_QOS_AT_MOST_ONCE, 0, RAW_NONE);

  return raw_read_publish (raw, "size", "short");
}

static gboolean
takes_aliases (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "aliases", RAW_NONE);

  raw_subscribe (raw, "alias", 0, RAW_NONE);
  raw_send_publish (raw, "alias", "1", MQTTC_QOS_AT_MOST_ONCE, 0, RAW ("\x23\0\1"));
  raw_send_publish (raw, "", "2", MQTTC_QOS_AT_MOST_ONCE, 0, RAW ("\x23\0\1"));

  return raw_read_publish (raw, "alias", "1") && raw_read_publish (raw, "alias", "2");
}

static gboolean
sends_aliases (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "aliases", RAW ("\x22\0\5"));

  raw_subscribe (raw, "alias", 0, RAW_NONE);
  raw_send_publish (raw, "alias", "1", MQTTC_QOS_AT_MOST_ONCE, 0, RAW_NONE);
  raw_send_publish (raw, "alias", "2", MQTTC_QOS_AT_MOST_ONCE, 0, RAW_NONE);

  return raw_read_publish (raw, "alias", "1")
         && raw_get_number (raw, MQTTC_PROPERTY_ID_TOPIC_ALIAS) == 1
         && raw_read_publish (raw, "", "2")
         && raw_get_number (raw, MQTTC_PROPERTY_ID_TOPIC_ALIAS) == 1;
}

/* Section 3.3.2.3.4: an alias ends with its connection. */
static gboolean
sends_again_with_topic (guint16 port)
{
  Raw *raw = raw_new_connected (port, "keeper", RAW ("\x11\0\0\x0e\x10\x22\0\5"));
  g_autoptr (Raw) sender = raw_new_connected (port, "sender", RAW_NONE);
  g_autoptr (Raw) again = NULL;
  guint n_whole = 0;

  raw_subscribe (raw, "again", 1, RAW_NONE);
  for (guint16 i = 1; i <= 2; i++)
    raw_send_publish (sender, "again", "", MQTTC_QOS_AT_LEAST_ONCE, i, RAW_NONE);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (raw_read (raw), ==, MQTTC_PACKET_TYPE_PUBLISH);
  raw_free (raw);

  again = raw_new_connect (port, "keeper", FALSE, RAW ("\x11\0\0\x0e\x10\x22\0\5"));
  g_assert_true (raw_read_is (again, MQTTC_PACKET_TYPE_CONNACK, 0));
  for (guint i = 0; i < 2; i++)
    n_whole += raw_read_publish (again, "again", "");

  return n_whole == 2;
}

/* Both identifiers, in one message or two. */
static gboolean
sends_identifiers (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "numbers", RAW_NONE);
  guint32 seen = 0;

  raw_subscribe (raw, "n/+", 0, RAW ("\x0b\1"));
  raw_subscribe (raw, "n/#", 0, RAW ("\x0b\2"));
  raw_send_publish (raw, "n/a", "x", MQTTC_QOS_AT_MOST_ONCE, 0, RAW_NONE);
  while (seen != 3)
    {
      MqttcProperty property;

      if (!raw_read_publish (raw, "n/a", "x"))
        return FALSE;
      while (mqttc_properties_next (&raw->view.properties, &property))
        {
          if (property.id == MQTTC_PROPERTY_ID_SUBSCRIPTION_IDENTIFIER)
            seen |= property.number;
        }
    }

  return TRUE;
}

/* The messages of a group go to each member in turn, or by chance; each goes to one of them. */
static gboolean
shares (guint16 port)
{
  g_autoptr (Raw) first = raw_new_connected (port, "first", RAW_NONE);
  g_autoptr (Raw) second = raw_new_connected (port, "second", RAW_NONE);
  guint n_messages = 0;
  Raw *readers[] = { first, second };

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      raw_subscribe (readers[i], "$share/group/job", 0, RAW_NONE);
      raw_subscribe (readers[i], "end", 0, RAW_NONE);
    }
  for (guint i = 0; i < 10; i++)
    raw_send_publish (first, "job", "x", MQTTC_QOS_AT_MOST_ONCE, 0, RAW_NONE);
  raw_send_publish (first, "end", "", MQTTC_QOS_AT_MOST_ONCE, 0, RAW_NONE);

  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    {
      while (raw_read_publish (readers[i], "job", "x"))
        n_messages++;
    }

  return n_messages == 10;
}

static gboolean
has_no_local (guint16 port)
{
  g_autoptr (Raw) raw = raw_new_connected (port, "local", RAW_NONE);

  raw_subscribe (raw, "own", 0x04, RAW_NONE);
  raw_subscribe (raw, "end", 0, RAW_NONE);
  raw_send_publish (raw, "own", "", MQTTC_QOS_AT_MOST_ONCE, 0, RAW_NONE);
  raw_send_publish (raw, "end", "", MQTTC_QOS_AT_MOST_ONCE, 0, RAW_NONE);

  return raw_read_publish (raw, "end", "");
}

/* As they came, the user's in order and twice. */
static gboolean
passes_properties (guint16 port)
{
  static const MqttcPropertyId ids[]
      = { MQTTC_PROPERTY_ID_CONTENT_TYPE, MQTTC_PROPERTY_ID_RESPONSE_TOPIC,
          MQTTC_PROPERTY_ID_CORRELATION_DATA };
  static const char *const texts[] = { "t", "r", "c" };
  g_autoptr (Raw) raw = raw_new_connected (port, "prop", RAW_NONE);
  g_autoptr (GString) pairs = g_string_new (NULL);
  MqttcProperty property;
  MqttcSlice rest;

  raw_subscribe (raw, "prop", 0, RAW_NONE);
  raw_send_publish (raw, "prop", "x", MQTTC_QOS_AT_MOST_ONCE, 0,
                    RAW ("\1\1\2\0\0\0\x3c\3\0\1t\x08\0\1r\x09\0\1c\x26\0\1k\0\1"
                         "2\x26\0\1k\0\1"
                         "1\x26\0\1k\0\1"
                         "1"));
  if (!raw_read_publish (raw, "prop", "x"))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *text = raw_get_text (raw, ids[i]);

      if (g_strcmp0 (text, texts[i]) != 0)
        return FALSE;
    }
  rest = raw->view.properties;
  while (mqttc_properties_next (&rest, &property))
    {
      if (property.id == MQTTC_PROPERTY_ID_USER_PROPERTY)
        g_string_append_len (pairs, (const char *) property.value.data,
                             (gssize) property.value.len);
    }

  return g_str_equal (pairs->str, "211")
         && raw_get_number (raw, MQTTC_PROPERTY_ID_PAYLOAD_FORMAT_INDICATOR) == 1
         && raw_get_number (raw, MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL) <= 60;
}

/* --- Enhanced authentication. --- */

static gboolean
read_auth (Raw *raw,
           guint8 reason_code,
           TestScram *scram,
           const char *password)
{
  g_autofree char *server_first = NULL;
  g_autofree char *answer = NULL;

  if (!raw_read_is (raw, MQTTC_PACKET_TYPE_AUTH, reason_code))
    return FALSE;
  server_first = raw_get_text (raw, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA);
  answer = test_scram_answer (scram, server_first, password);
  raw_send_auth (raw, 0x18, "SCRAM-SHA-256", answer);

  return TRUE;
}

static gboolean
has_signature (Raw *raw,
               TestScram *scram)
{
  g_autofree char *data = raw_get_text (raw, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA);

  return g_strcmp0 (data, scram->signature) == 0;
}

static Raw *
begin_scram (guint16 port,
             TestScram *scram)
{
  g_autoptr (GByteArray) properties = g_byte_array_new ();
  const MqttcProperty method
      = { .id = MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD, .text = RAW ("SCRAM-SHA-256") };
  MqttcProperty data = { .id = MQTTC_PROPERTY_ID_AUTHENTICATION_DATA };

  test_scram_init (scram, USER, "rOprNGfwEbeRWgbNEkqO");
  data.text = RAW_TEXT (scram->first);
  mqttc_properties_append (properties, &method);
  mqttc_properties_append (properties, &data);

  return raw_new_connect (port, "scram", TRUE, (MqttcSlice){ properties->data, properties->len });
}

static gboolean
authenticates (guint16 port)
{
  TestScram scram;
  g_autoptr (Raw) raw = begin_scram (port, &scram);
  gboolean ok = read_auth (raw, 0x18, &scram, PASSWORD)
                && raw_read_is (raw, MQTTC_PACKET_TYPE_CONNACK, 0) && has_signature (raw, &scram);

  test_scram_clear (&scram);

  return ok;
}

static gboolean
refuses_wrong_password (guint16 port)
{
  TestScram scram;
  g_autoptr (Raw) raw = begin_scram (port, &scram);
  gboolean ok = read_auth (raw, 0x18, &scram, "wrong")
                && raw_read_is (raw, MQTTC_PACKET_TYPE_CONNACK, 0x87);

  test_scram_clear (&scram);

  return ok;
}

static gboolean
authenticates_again (guint16 port)
{
  TestScram scram;
  g_autoptr (Raw) raw = begin_scram (port, &scram);
  gboolean ok
      = read_auth (raw, 0x18, &scram, PASSWORD) && raw_read_is (raw, MQTTC_PACKET_TYPE_CONNACK, 0);

  if (ok)
    {
      raw_send_auth (raw, 0x19, "SCRAM-SHA-256", scram.first);
      ok = read_auth (raw, 0x18, &scram, PASSWORD) && raw_read_is (raw, MQTTC_PACKET_TYPE_AUTH, 0)
           && has_signature (raw, &scram);
    }
  test_scram_clear (&scram);

  return ok;
}

/* --- The table. --- */

typedef struct
{
  const char *name;
  const char *option;   /* (nullable): of Mochi */
  const char *settings; /* (nullable): of Mosquitto, if it has any for this */
  gboolean (*probe) (guint16 port);
  gboolean mochi;     /* does it */
  gboolean mosquitto; /* does it */
} Probe;

#define SCRAM "-scram -user-name=" USER " -password=" PASSWORD

static const Probe probes[] = {
  { "assigned client identifier", NULL, NULL, assigns_client_id, TRUE, TRUE },
  { "session kept", NULL, NULL, keeps_session, TRUE, TRUE },
  { "receive maximum told", "-receive-maximum=2", "max_inflight_messages 2\n",
    tells_receive_maximum, TRUE, TRUE },
  { "receive maximum, 0x93", "-receive-maximum=2", "max_inflight_messages 2\n", ends_overrun, TRUE,
    FALSE },
  { "receive maximum of the client kept", NULL, NULL, keeps_receive_maximum, TRUE, TRUE },
  { "topic alias maximum told", "-topic-alias-maximum=3", "max_topic_alias 3\n",
    tells_topic_alias_maximum, TRUE, TRUE },
  { "topic alias to the broker", NULL, NULL, takes_aliases, TRUE, TRUE },
  { "topic alias too large, 0x94", "-topic-alias-maximum=3", NULL, ends_alias_too_large, TRUE,
    TRUE },
  { "topic alias unknown, DISCONNECT", NULL, NULL, ends_alias_unknown, FALSE, TRUE },
  { "topic alias to the client", NULL, NULL, sends_aliases, TRUE, FALSE },
  { "aliased message sent again with its topic", NULL, NULL, sends_again_with_topic, FALSE, TRUE },
  { "maximum QoS told", "-maximum-qos=1", "max_qos 1\n", tells_maximum_qos, TRUE, TRUE },
  { "maximum QoS, 0x9b", "-maximum-qos=1", "max_qos 1\n", ends_qos_too_high, TRUE, TRUE },
  { "no retain told", "-no-retain", "retain_available false\n", tells_no_retain, TRUE, TRUE },
  { "no retain, 0x9a", "-no-retain", "retain_available false\n", ends_retain, TRUE, TRUE },
  { "maximum packet size told", "-maximum-packet-size=200", "max_packet_size 200\n",
    tells_maximum_packet_size, TRUE, TRUE },
  { "maximum packet size, 0x95", "-maximum-packet-size=200", "max_packet_size 200\n",
    ends_packet_too_large, FALSE, TRUE },
  { "maximum packet size of the client kept", NULL, NULL, keeps_maximum_packet_size, TRUE, TRUE },
  { "session expiry lowered", "-session-expiry-maximum=60", "persistent_client_expiration 1m\n",
    tells_session_expiry, TRUE, FALSE },
  { "server keep alive", "-server-keep-alive=30", "max_keepalive 30\n", tells_keep_alive, TRUE,
    TRUE },
  { "no wildcards told", "-no-wildcards", NULL, tells_no_wildcards, TRUE, FALSE },
  { "no wildcards, 0xa2", "-no-wildcards", NULL, refuses_wildcards, TRUE, FALSE },
  { "no subscription identifiers told", "-no-subscription-identifiers", NULL, tells_no_identifiers,
    TRUE, FALSE },
  { "no subscription identifiers, 0xa1", "-no-subscription-identifiers", NULL, refuses_identifiers,
    TRUE, FALSE },
  { "no shared subscriptions told", "-no-shared-subscriptions", NULL, tells_no_shared, TRUE,
    FALSE },
  { "no shared subscriptions, 0x9e", "-no-shared-subscriptions", NULL, refuses_shared, TRUE,
    FALSE },
  { "subscription identifiers", NULL, NULL, sends_identifiers, TRUE, TRUE },
  { "shared subscriptions", NULL, NULL, shares, TRUE, TRUE },
  { "no local", NULL, NULL, has_no_local, TRUE, TRUE },
  { "properties of messages", NULL, NULL, passes_properties, TRUE, TRUE },
  { "no matching subscribers, 0x10", NULL, NULL, tells_no_subscribers, FALSE, TRUE },
  { "session taken over, 0x8e", NULL, NULL, tells_takeover, TRUE, FALSE },
  { "response information", "-response-information=replies/", NULL, gives_response_information,
    TRUE, FALSE },
  { "redirection in CONNACK, 0x9d", "-moved -redirect=other.example:1883", NULL, redirects, TRUE,
    FALSE },
  { "redirection in DISCONNECT, 0x9c", NULL, NULL, redirects_later, TRUE, FALSE },
  { "unknown authentication method, 0x8c", NULL, NULL, refuses_unknown_method, TRUE, TRUE },
  { "SCRAM-SHA-256", SCRAM, NULL, authenticates, TRUE, FALSE },
  { "SCRAM-SHA-256, wrong password", SCRAM, NULL, refuses_wrong_password, TRUE, FALSE },
  { "SCRAM-SHA-256 again", SCRAM, NULL, authenticates_again, TRUE, FALSE },
};

#define MOSQUITTO_SETTINGS "persistence false\nlog_type all\n"

static void
test_mochi (gconstpointer data)
{
  const Probe *probe = data;
  g_auto (GStrv) options = g_strsplit (probe->option != NULL ? probe->option : "", " ", -1);
  g_autoptr (TestMochi) broker = NULL;

  alarm (60);
  broker = test_mochi_new ((const char *const *) options);
  g_assert_cmpint (probe->probe (test_mochi_get_port (broker)), ==, probe->mochi);
}

static void
test_mosquitto (gconstpointer data)
{
  const Probe *probe = data;
  g_autofree char *settings = g_strconcat (MOSQUITTO_SETTINGS, probe->settings, NULL);
  TestMosquitto *broker;

  alarm (60);
  broker = test_mosquitto_new_with (settings);
  g_assert_cmpint (probe->probe (test_mosquitto_get_port (broker)), ==, probe->mosquitto);
  test_mosquitto_free (broker);
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (probes); i++)
    {
      g_autofree char *mochi = g_strconcat ("/brokers-5/mochi/", probes[i].name, NULL);
      g_autofree char *mosquitto = g_strconcat ("/brokers-5/mosquitto/", probes[i].name, NULL);

      g_test_add_data_func (mochi, &probes[i], test_mochi);
      g_test_add_data_func (mosquitto, &probes[i], test_mosquitto);
    }

  return g_test_run ();
}
