/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"
#include "values/mqttc-packet-struct-private.h"

/**
 * MqttcPacket:
 *
 * A control packet of MQTT (section 2 of the standard).
 *
 * A packet does not change. It is made by one of the constructors, or read from bytes by
 * [func@Mqttc.Packet.read]. What the functions return for a packet that has no such thing is 0,
 * `FALSE` or `NULL`.
 *
 * The user name and the password of a CONNECT cannot be read from it, and a CONNECT that was read
 * from bytes has lost them: packets get printed.
 *
 * Since: 0.1
 */

/* So much of a list is printed. */
#define MAX_PRINTED 16

/* What comes from the network and is larger than this may be too large for the memory. */
#define MAX_UNCHECKED_ALLOCATION 65536

G_DEFINE_BOXED_TYPE (MqttcPacket, mqttc_packet, mqttc_packet_ref, mqttc_packet_unref)

/**
 * mqttc_packet_ref:
 * @self: a packet
 *
 * Takes a reference to a packet.
 *
 * Returns: (transfer full): @self
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_ref (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * mqttc_packet_unref:
 * @self: (transfer full): a packet
 *
 * Gives a reference to a packet back, and frees it if it was the last one.
 *
 * Since: 0.1
 */
void
mqttc_packet_unref (MqttcPacket *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->message, mqttc_message_unref);
  g_clear_pointer (&self->password, g_bytes_unref);
  g_clear_pointer (&self->reason_codes, g_bytes_unref);
  g_free (self->client_id);
  g_free (self->user_name);
  g_free (self->filters);
  g_free (self);
}

/**
 * mqttc_packet_get_packet_type:
 * @self: a packet
 *
 * Gets the type of the packet.
 *
 * Returns: the type
 * Since: 0.1
 */
MqttcPacketType
mqttc_packet_get_packet_type (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, MQTTC_PACKET_TYPE_PINGREQ);

  return self->type;
}

/**
 * mqttc_packet_get_protocol:
 * @self: a packet
 *
 * Gets the version of the protocol that the packet belongs to.
 *
 * Returns: the version
 * Since: 0.1
 */
MqttcProtocol
mqttc_packet_get_protocol (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, MQTTC_PROTOCOL_V3_1_1);

  return self->protocol;
}

/**
 * mqttc_packet_get_packet_id:
 * @self: a packet
 *
 * Gets the packet identifier.
 *
 * Returns: the packet identifier, or 0 if the packet has none
 * Since: 0.1
 */
guint
mqttc_packet_get_packet_id (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->packet_id;
}

/**
 * mqttc_packet_get_reason_code:
 * @self: a packet
 *
 * Gets the reason code: see [enum@Mqttc.ReasonCode].
 *
 * For the return code of a 3.1.1 CONNACK, this is the reason code with the same meaning.
 *
 * Returns: the reason code, or 0 if the packet has none
 * Since: 0.1
 */
guint
mqttc_packet_get_reason_code (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->reason_code;
}

/**
 * mqttc_packet_get_reason_codes:
 * @self: a packet
 *
 * Gets the reason codes of a SUBACK, a byte for each filter in the order of the SUBSCRIBE.
 *
 * Returns: (transfer none) (nullable): the reason codes; `NULL` for other packets
 * Since: 0.1
 */
GBytes *
mqttc_packet_get_reason_codes (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->reason_codes;
}

/**
 * mqttc_packet_get_session_present:
 * @self: a packet
 *
 * Gets whether a CONNACK says that the server has a session for this client.
 *
 * Returns: `TRUE` if there is a session
 * Since: 0.1
 */
gboolean
mqttc_packet_get_session_present (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->session_present;
}

/**
 * mqttc_packet_get_message:
 * @self: a packet
 *
 * Gets the message of a PUBLISH, or the will of a CONNECT.
 *
 * Returns: (transfer none) (nullable): the message
 * Since: 0.1
 */
MqttcMessage *
mqttc_packet_get_message (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->message;
}

/**
 * mqttc_packet_get_filters:
 * @self: a packet
 *
 * Gets the topic filters of a SUBSCRIBE or an UNSUBSCRIBE.
 *
 * Returns: (transfer none) (array zero-terminated=1) (nullable): the filters; `NULL` for other
 *   packets
 * Since: 0.1
 */
const char *const *
mqttc_packet_get_filters (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return (const char *const *) self->filters;
}

/**
 * mqttc_packet_get_filter_qos:
 * @self: a SUBSCRIBE packet
 * @index: the position of a filter
 *
 * Gets the quality of service that a SUBSCRIBE wants for one of its filters.
 *
 * Returns: the quality of service; 0 for other packets
 * Since: 0.1
 */
guint
mqttc_packet_get_filter_qos (MqttcPacket *self,
                             guint index)
{
  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (self->filters == NULL || index < self->n_filters, 0);

  return self->filter_qos != NULL ? self->filter_qos[index] : 0;
}

/**
 * mqttc_packet_get_client_id:
 * @self: a packet
 *
 * Gets the client identifier of a CONNECT.
 *
 * Returns: (transfer none) (nullable): the client identifier; `NULL` for other packets
 * Since: 0.1
 */
const char *
mqttc_packet_get_client_id (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->client_id;
}

/**
 * mqttc_packet_get_clean_session:
 * @self: a packet
 *
 * Gets whether a CONNECT asks for a clean session.
 *
 * Returns: `TRUE` if the server is to forget the session
 * Since: 0.1
 */
gboolean
mqttc_packet_get_clean_session (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->clean_session;
}

/**
 * mqttc_packet_get_keep_alive:
 * @self: a packet
 *
 * Gets the keep alive of a CONNECT.
 *
 * Returns: the keep alive in seconds
 * Since: 0.1
 */
guint
mqttc_packet_get_keep_alive (MqttcPacket *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->keep_alive;
}

/* --- From views. --- */

typedef gboolean (*Importer) (MqttcPacket *self,
                              const MqttcPacketView *view);

static gboolean
import_connect (MqttcPacket *self,
                const MqttcPacketView *view)
{
  const MqttcPacketView will = {
    .type = MQTTC_PACKET_TYPE_PUBLISH,
    .publish.topic = view->connect.will_topic,
    .publish.payload = view->connect.will_payload,
    .publish.qos = view->connect.will_qos,
    .publish.retain = view->connect.will_retain,
  };

  self->client_id
      = g_strndup ((const char *) view->connect.client_id.data, view->connect.client_id.len);
  if (self->client_id == NULL)
    self->client_id = g_strdup ("");
  self->clean_session = view->connect.clean_session;
  self->keep_alive = view->connect.keep_alive;
  if (view->connect.has_will)
    self->message = mqttc_message_new_from_view (&will);

  return !view->connect.has_will || self->message != NULL;
}

static gboolean
import_connack (MqttcPacket *self,
                const MqttcPacketView *view)
{
  self->session_present = view->connack.session_present;
  return TRUE;
}

static gboolean
import_publish (MqttcPacket *self,
                const MqttcPacketView *view)
{
  self->dup = view->publish.dup;
  if (self->message == NULL)
    self->message = mqttc_message_new_from_view (view);

  return self->message != NULL;
}

static gboolean
import_filters (MqttcPacket *self,
                const MqttcPacketView *view)
{
  const gboolean have_qos = self->type == MQTTC_PACKET_TYPE_SUBSCRIBE;
  MqttcSlice entries = view->filters.entries;
  MqttcSlice filter;
  guint8 qos;
  guint n_filters = 0;
  gsize size = 0;
  char *end;

  for (; mqttc_filter_list_next (&entries, &filter, have_qos ? &qos : NULL); n_filters++)
    size += filter.len + 1;

  end = mqttc_packet_allocate_filters (self, n_filters, size, g_try_malloc);
  if (end == NULL)
    return FALSE;

  entries = view->filters.entries;
  for (guint i = 0; mqttc_filter_list_next (&entries, &filter, have_qos ? &qos : NULL); i++)
    {
      self->filters[i] = end;
      memcpy (end, filter.data, filter.len);
      end[filter.len] = '\0';
      end += filter.len + 1;
      if (have_qos)
        self->filter_qos[i] = qos;
    }

  return TRUE;
}

static gboolean
import_suback (MqttcPacket *self,
               const MqttcPacketView *view)
{
  const MqttcSlice codes = view->suback.codes;
  guint8 *copy
      = codes.len > MAX_UNCHECKED_ALLOCATION ? g_try_malloc (codes.len) : g_malloc (codes.len);

  if (copy == NULL)
    return FALSE;

  memcpy (copy, codes.data, codes.len);
  self->reason_codes = g_bytes_new_take (copy, codes.len);
  return TRUE;
}

static const Importer importers[16] = {
  [MQTTC_PACKET_TYPE_CONNECT] = import_connect, [MQTTC_PACKET_TYPE_CONNACK] = import_connack,
  [MQTTC_PACKET_TYPE_PUBLISH] = import_publish, [MQTTC_PACKET_TYPE_SUBSCRIBE] = import_filters,
  [MQTTC_PACKET_TYPE_SUBACK] = import_suback,   [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = import_filters,
};

MqttcPacket *
mqttc_packet_new_from_view (MqttcProtocol protocol,
                            const MqttcPacketView *view,
                            MqttcMessage *message)
{
  g_autoptr (MqttcPacket) self = mqttc_packet_allocate (protocol, view->type);

  self->packet_id = view->packet_id;
  self->reason_code = view->reason_code;
  self->message = message != NULL ? mqttc_message_ref (message) : NULL;
  if (importers[view->type] != NULL && !importers[view->type](self, view))
    return NULL;

  return g_steal_pointer (&self);
}

/* --- From bytes. --- */

/* As mqttc_packet_check(), and the header as well. */
static gboolean
check_frame (MqttcSlice bytes,
             gsize max_packet_size,
             MqttcFrame *frame,
             gsize *length,
             GError **error)
{
  *length = 0;
  switch (mqttc_frame_decode (bytes.data, bytes.len, max_packet_size, frame))
    {
    case MQTTC_DECODE_OK:
      *length = mqttc_frame_get_size (frame);
      return TRUE;
    case MQTTC_DECODE_NEED_MORE:
      return TRUE;
    case MQTTC_DECODE_TOO_LARGE:
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                   "The %s packet has %" G_GSIZE_FORMAT " bytes, and the limit is %" G_GSIZE_FORMAT,
                   mqttc_packet_type_get_name (frame->type_and_flags >> 4),
                   mqttc_frame_get_size (frame), max_packet_size);
      return FALSE;
    case MQTTC_DECODE_MALFORMED:
    default:
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
                   "The bytes that begin with 0x%02x are not an MQTT packet: %s", bytes.data[0],
                   bytes.data[0] < 0x10 ? "type 0 is reserved"
                                        : "the remaining length has no end, or a shorter form");
      return FALSE;
    }
}

static MqttcSlice
slice_of_bytes (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return mqttc_slice (data, size);
}

/**
 * mqttc_packet_check:
 * @bytes: the beginning of a stream of packets
 * @max_packet_size: the largest packet to be accepted; 0 for the limit of the standard
 * @length: (out): the size of the first packet in bytes; 0 if that is not known yet
 *
 * Finds out how long the first packet in a stream is.
 *
 * Only the fixed header is looked at, and the packet may be longer than @bytes. More bytes are
 * needed to know if @length is 0 (section 2.2 of the standard).
 *
 * Errors are of [error@Mqttc.ClientError]: `MALFORMED_PACKET` for bytes that are no packet at
 * all, `PACKET_TOO_LARGE` for a packet over @max_packet_size.
 *
 * Returns: `TRUE` if nothing is wrong so far
 * Since: 0.1
 */
gboolean
mqttc_packet_check (GBytes *bytes,
                    gsize max_packet_size,
                    gsize *length,
                    GError **error)
{
  MqttcFrame frame;

  g_return_val_if_fail (bytes != NULL, FALSE);
  g_return_val_if_fail (length != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return check_frame (slice_of_bytes (bytes), max_packet_size, &frame, length, error);
}

static void
set_incomplete (MqttcSlice bytes,
                gsize length,
                GError **error)
{
  if (length == 0)
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
                 "The packet is not complete: at least 1 byte is missing from its fixed header");
  else
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
                 "The %s packet is not complete: %" G_GSIZE_FORMAT " of its %" G_GSIZE_FORMAT
                 " bytes are missing",
                 mqttc_packet_type_get_name (bytes.data[0] >> 4), length - bytes.len, length);
}

/**
 * mqttc_packet_read:
 * @bytes: bytes that begin with a whole packet
 * @protocol: the version of the protocol
 * @max_packet_size: the largest packet to be accepted; 0 for the limit of the standard
 *
 * Reads a packet from bytes.
 *
 * What comes after the first packet is not looked at. [func@Mqttc.Packet.check] tells how long it
 * is.
 *
 * Errors are of [error@Mqttc.ClientError]: `MALFORMED_PACKET` for bytes that are not a packet, or
 * not the whole of it; `PACKET_TOO_LARGE` for a packet over @max_packet_size; `LIMIT` for one that
 * is too large for the memory.
 *
 * Returns: (transfer full): a new packet
 * Since: 0.1
 */
MqttcPacket *
mqttc_packet_read (GBytes *bytes,
                   MqttcProtocol protocol,
                   gsize max_packet_size,
                   GError **error)
{
  MqttcSlice slice;
  MqttcFrame frame;
  MqttcPacketView view;
  MqttcPacket *self;
  const char *fault;
  gsize length;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  slice = slice_of_bytes (bytes);
  if (!check_frame (slice, max_packet_size, &frame, &length, error))
    return NULL;

  if (length == 0 || length > slice.len)
    {
      set_incomplete (slice, length, error);
      return NULL;
    }

  if (mqttc_packet_decode (protocol, &frame, slice.data, &view, &fault) != MQTTC_DECODE_OK)
    {
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
                   "The %s packet is malformed: %s",
                   mqttc_packet_type_get_name (frame.type_and_flags >> 4), fault);
      return NULL;
    }

  self = mqttc_packet_new_from_view (protocol, &view, NULL);
  if (self == NULL)
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT,
                 "There is no memory for a packet of %" G_GSIZE_FORMAT " bytes", length);

  return self;
}

/* --- In words. --- */

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
print_ack (MqttcPacket *self,
           GString *out)
{
  g_string_append_printf (out, " id=%u", self->packet_id);
  if (self->reason_code != 0)
    g_string_append_printf (out, " reason=0x%02x (%s)", self->reason_code,
                            mqttc_reason_code_to_string (self->reason_code, self->type));
}

static void
print_filters (MqttcPacket *self,
               GString *out)
{
  g_string_append_printf (out, " id=%u", self->packet_id);
  for (guint i = 0; i < MIN (self->n_filters, MAX_PRINTED); i++)
    {
      print_text (out, "filter", self->filters[i]);
      if (self->filter_qos != NULL)
        g_string_append_printf (out, " qos=%u", self->filter_qos[i]);
    }

  if (self->n_filters > MAX_PRINTED)
    g_string_append_printf (out, " and %u more", self->n_filters - MAX_PRINTED);
}

static void
print_suback (MqttcPacket *self,
              GString *out)
{
  gsize n_codes;
  const guint8 *codes = g_bytes_get_data (self->reason_codes, &n_codes);

  g_string_append_printf (out, " id=%u reasons=", self->packet_id);
  for (gsize i = 0; i < MIN (n_codes, MAX_PRINTED); i++)
    g_string_append_printf (out, "%s0x%02x", i != 0 ? "," : "", codes[i]);

  if (n_codes > MAX_PRINTED)
    g_string_append_printf (out, " and %" G_GSIZE_FORMAT " more", n_codes - MAX_PRINTED);
}

static const Printer printers[16] = {
  [MQTTC_PACKET_TYPE_CONNECT] = print_connect, [MQTTC_PACKET_TYPE_CONNACK] = print_connack,
  [MQTTC_PACKET_TYPE_PUBLISH] = print_publish, [MQTTC_PACKET_TYPE_PUBACK] = print_ack,
  [MQTTC_PACKET_TYPE_PUBREC] = print_ack,      [MQTTC_PACKET_TYPE_PUBREL] = print_ack,
  [MQTTC_PACKET_TYPE_PUBCOMP] = print_ack,     [MQTTC_PACKET_TYPE_SUBSCRIBE] = print_filters,
  [MQTTC_PACKET_TYPE_SUBACK] = print_suback,   [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = print_filters,
  [MQTTC_PACKET_TYPE_UNSUBACK] = print_ack,
};

/**
 * mqttc_packet_to_string:
 * @self: a packet
 *
 * Describes a packet in one line, for people to read.
 *
 * Of a payload only the size is given, and nothing of user name and password. Long texts are cut.
 *
 * Returns: (transfer full): the description
 * Since: 0.1
 */
char *
mqttc_packet_to_string (MqttcPacket *self)
{
  GString *out;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_new (mqttc_packet_type_get_name (self->type));
  if (printers[self->type] != NULL)
    printers[self->type](self, out);

  return g_string_free (out, FALSE);
}
