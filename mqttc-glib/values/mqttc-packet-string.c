/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Packets in words. */

#include "config.h"

#include "codec/mqttc-codec-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-struct-private.h"

/* So much of a list is printed. */
#define MAX_PRINTED 16

typedef void (*Printer) (MqttcPacket *self,
                         GString *out);

static void
print_text (GString *out,
            const char *name,
            const char *text)
{
  g_autofree char *shown = mqttc_text_for_display (text);

  g_string_append_printf (out, " %s=%s", name, shown);
}

static gsize
get_payload_size (MqttcMessage *message)
{
  gsize size;

  mqttc_message_peek_payload (message, &size);
  return size;
}

/* Neither user name nor password: what is printed gets kept and sent around. */
static void
print_connect (MqttcPacket *self,
               GString *out)
{
  print_text (out, "client_id", self->client_id);
  g_string_append_printf (out, " clean_session=%d keep_alive=%u", self->clean_session,
                          self->keep_alive);
  if (self->message == NULL)
    return;

  print_text (out, "will_topic", mqttc_message_get_topic (self->message));
  g_string_append_printf (out, " will_qos=%d will_retain=%d will_payload=%" G_GSIZE_FORMAT " bytes",
                          mqttc_message_get_qos (self->message),
                          mqttc_message_get_retain (self->message),
                          get_payload_size (self->message));
  if (self->protocol == MQTTC_PROTOCOL_V5 && mqttc_message_get_properties (self->message) != NULL)
    {
      g_string_append (out, " will_properties=(");
      mqttc_properties_print (mqttc_message_get_properties (self->message), out);
      g_string_append (out, " )");
    }
}

static void
print_connack (MqttcPacket *self,
               GString *out)
{
  g_string_append_printf (out, " session_present=%d reason=0x%02x (%s)", self->session_present,
                          self->reason_code,
                          mqttc_reason_code_to_string (self->reason_code, self->type));
}

static void
print_publish (MqttcPacket *self,
               GString *out)
{
  print_text (out, "topic", mqttc_message_get_topic (self->message));
  g_string_append_printf (out, " qos=%d", mqttc_message_get_qos (self->message));
  if (self->packet_id != 0)
    g_string_append_printf (out, " id=%u", self->packet_id);
  g_string_append_printf (out, " retain=%d dup=%d payload=%" G_GSIZE_FORMAT " bytes",
                          mqttc_message_get_retain (self->message), self->dup,
                          get_payload_size (self->message));
}

static void
print_reason (MqttcPacket *self,
              GString *out)
{
  if (self->reason_code != 0 || self->type == MQTTC_PACKET_TYPE_AUTH)
    g_string_append_printf (out, " reason=0x%02x (%s)", self->reason_code,
                            mqttc_reason_code_to_string (self->reason_code, self->type));
}

static void
print_ack (MqttcPacket *self,
           GString *out)
{
  g_string_append_printf (out, " id=%u", self->packet_id);
  print_reason (self, out);
}

/* What is as in MQTT 3.1.1 is left out. */
static void
print_options (MqttcPacket *self,
               guint index,
               GString *out)
{
  const guint retain_handling = mqttc_packet_get_filter_retain_handling (self, index);

  g_string_append_printf (out, " qos=%u", mqttc_packet_get_filter_qos (self, index));
  if (mqttc_packet_get_filter_no_local (self, index))
    g_string_append (out, " no_local=1");
  if (mqttc_packet_get_filter_retain_as_published (self, index))
    g_string_append (out, " retain_as_published=1");
  if (retain_handling != 0)
    g_string_append_printf (out, " retain_handling=%u", retain_handling);
}

static void
print_filters (MqttcPacket *self,
               GString *out)
{
  /* A packet that was made with too few options has none for the last filters. */
  const gsize n_options
      = self->filter_options != NULL ? g_bytes_get_size (self->filter_options) : 0;

  g_string_append_printf (out, " id=%u", self->packet_id);
  for (guint i = 0; i < MIN (self->n_filters, MAX_PRINTED); i++)
    {
      print_text (out, "filter", self->filters[i]);
      if (i < n_options)
        print_options (self, i, out);
    }

  if (self->n_filters > MAX_PRINTED)
    g_string_append_printf (out, " and %u more", self->n_filters - MAX_PRINTED);
}

/* SUBACK, and from MQTT 5 on UNSUBACK. */
static void
print_reasons (MqttcPacket *self,
               GString *out)
{
  const guint8 *codes;
  gsize n_codes;

  g_string_append_printf (out, " id=%u", self->packet_id);
  if (self->reason_codes == NULL)
    return;

  codes = g_bytes_get_data (self->reason_codes, &n_codes);
  g_string_append (out, " reasons=");
  for (gsize i = 0; i < MIN (n_codes, MAX_PRINTED); i++)
    g_string_append_printf (out, "%s0x%02x", i != 0 ? "," : "", codes[i]);

  if (n_codes > MAX_PRINTED)
    g_string_append_printf (out, " and %" G_GSIZE_FORMAT " more", n_codes - MAX_PRINTED);
}

static const Printer printers[16] = {
  [MQTTC_PACKET_TYPE_CONNECT] = print_connect,  [MQTTC_PACKET_TYPE_CONNACK] = print_connack,
  [MQTTC_PACKET_TYPE_PUBLISH] = print_publish,  [MQTTC_PACKET_TYPE_PUBACK] = print_ack,
  [MQTTC_PACKET_TYPE_PUBREC] = print_ack,       [MQTTC_PACKET_TYPE_PUBREL] = print_ack,
  [MQTTC_PACKET_TYPE_PUBCOMP] = print_ack,      [MQTTC_PACKET_TYPE_SUBSCRIBE] = print_filters,
  [MQTTC_PACKET_TYPE_SUBACK] = print_reasons,   [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = print_filters,
  [MQTTC_PACKET_TYPE_UNSUBACK] = print_reasons, [MQTTC_PACKET_TYPE_DISCONNECT] = print_reason,
  [MQTTC_PACKET_TYPE_AUTH] = print_reason,
};

/**
 * mqttc_packet_to_string:
 * @self: a packet
 *
 * Describes a packet in one line, for people to read.
 *
 * Of a payload only the size is given, and nothing of user name, password and authentication data. Long
 * texts are cut, and so are long lists.
 *
 * Returns: (transfer full): the description
 * Since: 0.1
 */
char *
mqttc_packet_to_string (MqttcPacket *self)
{
  MqttcProperties *properties;
  GString *out;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_new (mqttc_packet_type_get_name (self->type));
  if (printers[self->type] != NULL)
    printers[self->type](self, out);
  properties = mqttc_packet_get_properties (self);
  if (properties != NULL)
    mqttc_properties_print (properties, out);

  return g_string_free (out, FALSE);
}
