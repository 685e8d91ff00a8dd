/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "mqttc-error.h"
#include "values/mqttc-message-private.h"
#include "values/mqttc-packet-private.h"
#include "values/mqttc-packet-struct-private.h"
#include "values/mqttc-secret-private.h"

/* What comes from the network and is larger than this may be too large for the memory. */
#define MAX_UNCHECKED_ALLOCATION 65536

/* --- From views. --- */

typedef gboolean (*Importer) (MqttcPacket *self,
                              const MqttcPacketView *view);

static char *
copy_text (MqttcSlice text)
{
  return text.len > 0 ? g_strndup ((const char *) text.data, text.len) : g_strdup ("");
}

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
    .properties = view->connect.will_properties,
  };

  self->client_id = copy_text (view->connect.client_id);
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

static guint8 *
allocate_bytes (gsize size)
{
  return size > MAX_UNCHECKED_ALLOCATION ? g_try_malloc (size) : g_malloc (size);
}

static void
copy_filters (MqttcPacket *self,
              MqttcSlice entries,
              char *end,
              guint8 *options)
{
  MqttcSlice filter;

  for (guint i = 0; mqttc_filter_list_next (&entries, &filter, options); i++)
    {
      self->filters[i] = end;
      memcpy (end, filter.data, filter.len);
      end[filter.len] = '\0';
      end += filter.len + 1;
      if (options != NULL)
        options++;
    }
}

static gboolean
import_filters (MqttcPacket *self,
                const MqttcPacketView *view)
{
  const gboolean have_options = self->type == MQTTC_PACKET_TYPE_SUBSCRIBE;
  MqttcSlice entries = view->filters.entries;
  MqttcSlice filter;
  guint8 *options = NULL;
  guint8 unused;
  guint n_filters = 0;
  gsize size = 0;
  char *text;

  for (; mqttc_filter_list_next (&entries, &filter, have_options ? &unused : NULL); n_filters++)
    size += filter.len + 1;

  if (have_options)
    {
      options = allocate_bytes (n_filters);
      if (options == NULL)
        return FALSE;

      self->filter_options = g_bytes_new_take (options, n_filters);
    }

  text = mqttc_packet_allocate_filters (self, n_filters, size, g_try_malloc);
  if (text == NULL)
    return FALSE;

  copy_filters (self, view->filters.entries, text, options);
  return TRUE;
}

/* SUBACK, and from MQTT 5 on UNSUBACK. */
static gboolean
import_reasons (MqttcPacket *self,
                const MqttcPacketView *view)
{
  const MqttcSlice codes = view->suback.codes;
  guint8 *copy;

  if (self->type == MQTTC_PACKET_TYPE_UNSUBACK && self->protocol != MQTTC_PROTOCOL_V5)
    return TRUE;

  copy = allocate_bytes (codes.len);
  if (copy == NULL)
    return FALSE;

  memcpy (copy, codes.data, codes.len);
  self->reason_codes = g_bytes_new_take (copy, codes.len);
  return TRUE;
}

static const Importer importers[16] = {
  [MQTTC_PACKET_TYPE_CONNECT] = import_connect,  [MQTTC_PACKET_TYPE_CONNACK] = import_connack,
  [MQTTC_PACKET_TYPE_PUBLISH] = import_publish,  [MQTTC_PACKET_TYPE_SUBSCRIBE] = import_filters,
  [MQTTC_PACKET_TYPE_SUBACK] = import_reasons,   [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = import_filters,
  [MQTTC_PACKET_TYPE_UNSUBACK] = import_reasons,
};

/* All of them, but a PUBLISH shares those that are no others than those of its message. */
static gboolean
import_properties (MqttcPacket *self,
                   const MqttcPacketView *view,
                   guint skip_id)
{
  g_autoptr (MqttcProperties) properties = NULL;
  MqttcPacketView publish;

  if (self->message != NULL && self->type == MQTTC_PACKET_TYPE_PUBLISH)
    {
      mqttc_message_get_view (self->message, &publish);
      if (publish.properties.len == view->properties.len)
        return TRUE;
    }

  properties = mqttc_properties_new_from_slice (view->properties, skip_id);
  if (properties == NULL)
    return FALSE;

  mqttc_properties_lock (properties);
  if (mqttc_properties_get_length (properties) > 0)
    self->properties = g_steal_pointer (&properties);

  return TRUE;
}

static inline MqttcPacket *
new_without (MqttcProtocol protocol,
             const MqttcPacketView *view,
             MqttcMessage *message,
             guint skip_id)
{
  g_autoptr (MqttcPacket) self = mqttc_packet_allocate (protocol, view->type);

  self->packet_id = view->packet_id;
  self->reason_code = view->reason_code;
  self->message = message != NULL ? mqttc_message_ref (message) : NULL;
  if (importers[view->type] != NULL && !importers[view->type](self, view))
    return NULL;
  if (G_UNLIKELY (protocol == MQTTC_PROTOCOL_V5 && view->properties.len > 0)
      && !import_properties (self, view, skip_id))
    return NULL;

  return g_steal_pointer (&self);
}

MqttcPacket *
mqttc_packet_new_from_view (MqttcProtocol protocol,
                            const MqttcPacketView *view,
                            MqttcMessage *message)
{
  return new_without (protocol, view, message, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA);
}

static MqttcPacket *
new_with_secrets (MqttcProtocol protocol,
                  const MqttcPacketView *view)
{
  MqttcPacket *self = new_without (protocol, view, NULL, 0);

  if (self == NULL || view->type != MQTTC_PACKET_TYPE_CONNECT)
    return self;

  if (view->connect.has_user_name)
    self->user_name = copy_text (view->connect.user_name);
  if (view->connect.has_password)
    self->password = mqttc_secret_new (view->connect.password.data, view->connect.password.len);

  return self;
}

/* --- From bytes. --- */

gboolean
mqttc_packet_check_frame (MqttcSlice bytes,
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
    case MQTTC_DECODE_PROTOCOL_ERROR: /* a fixed header says too little to be one */
    default:
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
                   "The bytes that begin with 0x%02x are not an MQTT packet: %s", bytes.data[0],
                   bytes.data[0] < 0x10 ? "type 0 is reserved"
                                        : "the remaining length has no end, or a shorter form");
      return FALSE;
    }
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

  return mqttc_packet_check_frame (mqttc_packet_slice_of_bytes (bytes), max_packet_size, &frame,
                                   length, error);
}

void
mqttc_packet_set_malformed (GError **error,
                            const MqttcFrame *frame,
                            const char *fault)
{
  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET,
               "The %s packet is malformed: %s",
               mqttc_packet_type_get_name (frame->type_and_flags >> 4), fault);
}

static void
set_fault (GError **error,
           MqttcDecodeResult result,
           const MqttcFrame *frame,
           const char *fault)
{
  if (result == MQTTC_DECODE_PROTOCOL_ERROR)
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PROTOCOL,
                 "The %s packet breaks the protocol: %s",
                 mqttc_packet_type_get_name (frame->type_and_flags >> 4), fault);
  else
    mqttc_packet_set_malformed (error, frame, fault);
}

/* The version may come from elsewhere than an enumeration. */
static const char *
get_version_fault (MqttcProtocol protocol)
{
  if (protocol == MQTTC_PROTOCOL_V3_1_1 || protocol == MQTTC_PROTOCOL_V5)
    return NULL;

  return "there is no such version of MQTT";
}

const char *
mqttc_packet_get_frame_fault (MqttcProtocol protocol,
                              const MqttcFrame *frame)
{
  const char *fault = get_version_fault (protocol);

  return fault != NULL ? fault : mqttc_frame_get_fault (protocol, frame);
}

MqttcPacket *
mqttc_packet_read_frame (MqttcProtocol protocol,
                         const MqttcFrame *frame,
                         const guint8 *data,
                         GError **error)
{
  const char *fault = get_version_fault (protocol);
  MqttcDecodeResult result = MQTTC_DECODE_MALFORMED;
  MqttcPacketView view;
  MqttcPacket *self;

  protocol = mqttc_frame_find_protocol (frame, data, protocol);
  if (fault == NULL)
    result = mqttc_packet_decode (protocol, frame, data, &view, &fault);
  if (result != MQTTC_DECODE_OK)
    {
      set_fault (error, result, frame, fault);
      return NULL;
    }

  self = new_with_secrets (protocol, &view);
  if (self == NULL)
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_LIMIT,
                 "There is no memory for a packet of %" G_GSIZE_FORMAT " bytes",
                 mqttc_frame_get_size (frame));

  return self;
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
 * A CONNECT is of the version that it says itself, whatever @protocol is.
 *
 * What comes after the first packet is not looked at. [func@Mqttc.Packet.check] tells how long it
 * is.
 *
 * Errors are of [error@Mqttc.ClientError]: `MALFORMED_PACKET` for bytes that are not a packet, or
 * not the whole of it; `PROTOCOL` for a packet of MQTT 5 that breaks the protocol; `PACKET_TOO_LARGE` for a packet over @max_packet_size; `LIMIT` for one that
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
  gsize length;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  slice = mqttc_packet_slice_of_bytes (bytes);
  if (!mqttc_packet_check_frame (slice, max_packet_size, &frame, &length, error))
    return NULL;

  if (length == 0 || length > slice.len)
    {
      set_incomplete (slice, length, error);
      return NULL;
    }

  return mqttc_packet_read_frame (protocol, &frame, slice.data, error);
}
