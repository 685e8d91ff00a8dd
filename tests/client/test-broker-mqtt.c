/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "codec/mqttc-property-private.h"
#include "codec/mqttc-topic-private.h"
#include "test-broker-private.h"
#include "values/mqttc-packet-private.h"

static void
subscribed_free (TestSubscribed *self)
{
  g_free (self->filter);
  g_free (self);
}

TestSession *
test_session_new (void)
{
  TestSession *self = g_new0 (TestSession, 1);

  self->subscribed = g_ptr_array_new_with_free_func ((GDestroyNotify) subscribed_free);
  self->received_ids = g_hash_table_new (NULL, NULL);

  return self;
}

void
test_session_free (TestSession *self)
{
  g_ptr_array_unref (self->subscribed);
  g_hash_table_unref (self->received_ids);
  g_free (self);
}

void
test_connection_write_packet_locked (TestConnection *self,
                                     MqttcPacket *packet)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = mqttc_packet_write (packet, &error);
  gsize len;
  gconstpointer data;

  g_assert_no_error (error);
  data = g_bytes_get_data (bytes, &len);
  test_connection_write_locked (self, data, len);
  mqttc_packet_unref (packet);
}

static void
write_ack (TestConnection *self,
           MqttcPacketType type,
           guint packet_id)
{
  MqttcPacket *ack = mqttc_packet_new_ack (self->protocol, type, packet_id, 0, NULL);

  test_connection_write_packet_locked (self, ack);
}

/* --- Passing messages on. --- */

static guint
next_id (TestSession *session)
{
  session->last_id = session->last_id % G_MAXUINT16 + 1;

  return session->last_id;
}

static void
pass_on (TestConnection *self,
         MqttcMessage *message,
         MqttcQos qos,
         gboolean retain)
{
  g_autoptr (MqttcMessage) copy = mqttc_message_copy (message);
  guint id = 0;

  qos = MIN (qos, mqttc_message_get_qos (message));
  if (qos != MQTTC_QOS_AT_MOST_ONCE)
    id = next_id (self->session);
  mqttc_message_set_qos (copy, qos);
  mqttc_message_set_retain (copy, retain);
  test_connection_write_packet_locked (
      self, mqttc_packet_new_publish (self->protocol, copy, id, FALSE, NULL));
}

/* One copy for a client, with the highest QoS that it asked for. */
static void
pass_on_if_wanted (TestConnection *self,
                   MqttcMessage *message)
{
  gboolean wanted = FALSE;
  guint8 qos = 0;

  if (self->socket == NULL || self->session == NULL)
    return;

  for (guint i = 0; i < self->session->subscribed->len; i++)
    {
      TestSubscribed *subscribed = g_ptr_array_index (self->session->subscribed, i);

      if (!mqttc_topic_matches (mqttc_message_get_topic (message), subscribed->filter))
        continue;
      wanted = TRUE;
      qos = MAX (qos, subscribed->qos);
    }

  if (wanted)
    pass_on (self, message, qos, FALSE);
}

static void
keep_retained (TestBroker *self,
               MqttcMessage *message)
{
  const char *topic = mqttc_message_get_topic (message);
  gsize len;

  mqttc_message_peek_payload (message, &len);
  if (len == 0)
    g_hash_table_remove (self->retained, topic);
  else
    g_hash_table_replace (self->retained, g_strdup (topic), mqttc_message_ref (message));
}

static void
accept_message (TestBroker *self,
                MqttcMessage *message)
{
  if (mqttc_message_get_retain (message))
    keep_retained (self, message);
  for (guint i = 0; i < self->connections->len; i++)
    pass_on_if_wanted (g_ptr_array_index (self->connections, i), message);
}

/* --- What each packet means. --- */

/* Section 3.1.4: a second connection of the same client ends the first. */
static void
take_over (TestBroker *self,
           TestConnection *newest,
           TestSession *session)
{
  for (guint i = 0; session != NULL && i < self->connections->len; i++)
    {
      TestConnection *connection = g_ptr_array_index (self->connections, i);

      if (connection == newest || connection->session != session)
        continue;
      test_connection_end_locked (connection);
      connection->session = NULL;
    }
}

/* As a server of 3.1.1 answers CONNECT of MQTT 5: section 3.1.2.2 of 3.1.1. */
static void
refuse_protocol (TestConnection *self)
{
  test_connection_write_packet_locked (
      self, mqttc_packet_new_connack (MQTTC_PROTOCOL_V3_1_1,
                                      MQTTC_REASON_CODE_UNSUPPORTED_PROTOCOL_VERSION, FALSE, NULL));
  test_connection_end_locked (self);
}

static void
handle_connect (TestConnection *self,
                MqttcPacket *packet)
{
  TestBroker *broker = self->broker;
  const char *client_id = mqttc_packet_get_client_id (packet);
  gboolean clean = mqttc_packet_get_clean_session (packet);
  gboolean present = !clean && g_hash_table_contains (broker->sessions, client_id);

  if (self->protocol > broker->protocol)
    {
      refuse_protocol (self);
      return;
    }

  take_over (broker, self, g_hash_table_lookup (broker->sessions, client_id));
  if (!present)
    g_hash_table_replace (broker->sessions, g_strdup (client_id), test_session_new ());
  self->session = g_hash_table_lookup (broker->sessions, client_id);

  if (broker->session_present >= 0)
    present = broker->session_present;
  present = present && broker->connack == 0;
  test_connection_write_packet_locked (
      self, mqttc_packet_new_connack (
                self->protocol, broker->connack, present,
                self->protocol == MQTTC_PROTOCOL_V5 ? broker->connack_properties : NULL));
  if (broker->connack != 0)
    test_connection_end_locked (self);
}

static void
handle_publish (TestConnection *self,
                MqttcPacket *packet)
{
  MqttcMessage *message = mqttc_packet_get_message (packet);
  guint id = mqttc_packet_get_packet_id (packet);
  gboolean accept = TRUE;

  if (mqttc_message_get_qos (message) == MQTTC_QOS_AT_LEAST_ONCE)
    write_ack (self, MQTTC_PACKET_TYPE_PUBACK, id);
  else if (mqttc_message_get_qos (message) == MQTTC_QOS_EXACTLY_ONCE)
    {
      accept = g_hash_table_add (self->session->received_ids, GUINT_TO_POINTER (id));
      write_ack (self, MQTTC_PACKET_TYPE_PUBREC, id);
    }

  if (accept)
    accept_message (self->broker, message);
}

static void
handle_pubrec (TestConnection *self,
               MqttcPacket *packet)
{
  write_ack (self, MQTTC_PACKET_TYPE_PUBREL, mqttc_packet_get_packet_id (packet));
}

static void
handle_pubrel (TestConnection *self,
               MqttcPacket *packet)
{
  guint id = mqttc_packet_get_packet_id (packet);

  g_hash_table_remove (self->session->received_ids, GUINT_TO_POINTER (id));
  write_ack (self, MQTTC_PACKET_TYPE_PUBCOMP, id);
}

static void
forget_filter (TestSession *session,
               const char *filter)
{
  for (guint i = session->subscribed->len; i-- > 0;)
    {
      TestSubscribed *subscribed = g_ptr_array_index (session->subscribed, i);

      if (strcmp (subscribed->filter, filter) == 0)
        g_ptr_array_remove_index (session->subscribed, i);
    }
}

static guint8
grant (TestConnection *self,
       const char *filter,
       guint8 qos)
{
  TestSubscribed *subscribed;

  if (g_strcmp0 (filter, self->broker->refused_filter) == 0)
    return MQTTC_REASON_CODE_UNSPECIFIED_ERROR;

  forget_filter (self->session, filter);
  subscribed = g_new0 (TestSubscribed, 1);
  subscribed->filter = g_strdup (filter);
  subscribed->qos = qos;
  g_ptr_array_add (self->session->subscribed, subscribed);

  return qos;
}

static void
write_retained (TestConnection *self,
                const char *filter,
                guint8 qos)
{
  GHashTableIter iter;
  gpointer topic;
  gpointer message;

  g_hash_table_iter_init (&iter, self->broker->retained);
  while (g_hash_table_iter_next (&iter, &topic, &message))
    {
      if (mqttc_topic_matches (topic, filter))
        pass_on (self, message, qos, TRUE);
    }
}

/* SUBACK and the retained messages leave together, so that the client reads them together. */
static void
handle_subscribe (TestConnection *self,
                  MqttcPacket *packet)
{
  const char *const *filters = mqttc_packet_get_filters (packet);
  g_autoptr (GByteArray) codes = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  guint n = g_strv_length ((char **) filters);

  for (guint i = 0; i < n; i++)
    {
      guint8 code = grant (self, filters[i], mqttc_packet_get_filter_qos (packet, i));

      g_byte_array_append (codes, &code, 1);
    }

  bytes = g_bytes_new (codes->data, codes->len);
  test_connection_cork_locked (self);
  test_connection_write_packet_locked (
      self,
      mqttc_packet_new_suback (self->protocol, mqttc_packet_get_packet_id (packet), bytes, NULL));
  for (guint i = 0; i < n; i++)
    {
      if (codes->data[i] != MQTTC_REASON_CODE_UNSPECIFIED_ERROR)
        write_retained (self, filters[i], codes->data[i]);
    }
  test_connection_uncork_locked (self);
}

static void
handle_unsubscribe (TestConnection *self,
                    MqttcPacket *packet)
{
  const char *const *filters = mqttc_packet_get_filters (packet);
  g_autoptr (GByteArray) codes = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; filters[i] != NULL; i++)
    {
      forget_filter (self->session, filters[i]);
      g_byte_array_append (codes, (const guint8 *) "", 1);
    }

  bytes = g_bytes_new (codes->data, codes->len);
  test_connection_write_packet_locked (
      self, mqttc_packet_new_unsuback (self->protocol, mqttc_packet_get_packet_id (packet),
                                       self->protocol == MQTTC_PROTOCOL_V5 ? bytes : NULL, NULL));
}

static void
handle_pingreq (TestConnection *self,
                MqttcPacket *packet)
{
  test_connection_write_packet_locked (
      self, mqttc_packet_new_simple (self->protocol, MQTTC_PACKET_TYPE_PINGRESP));
}

static void (*const handlers[16]) (TestConnection *, MqttcPacket *) = {
  [MQTTC_PACKET_TYPE_CONNECT] = handle_connect,
  [MQTTC_PACKET_TYPE_PUBLISH] = handle_publish,
  [MQTTC_PACKET_TYPE_PUBREC] = handle_pubrec,
  [MQTTC_PACKET_TYPE_PUBREL] = handle_pubrel,
  [MQTTC_PACKET_TYPE_SUBSCRIBE] = handle_subscribe,
  [MQTTC_PACKET_TYPE_UNSUBSCRIBE] = handle_unsubscribe,
  [MQTTC_PACKET_TYPE_PINGREQ] = handle_pingreq,
};

/* --- Writing down. --- */

static void
trace_publish (GString *trace,
               MqttcPacket *packet)
{
  MqttcMessage *message = mqttc_packet_get_message (packet);

  g_string_append_printf (trace, " q%d%s%s %s", mqttc_message_get_qos (message),
                          mqttc_message_get_dup (message) ? " dup" : "",
                          mqttc_message_get_retain (message) ? " retain" : "",
                          mqttc_message_get_topic (message));
}

static void
trace_filters (GString *trace,
               MqttcPacket *packet)
{
  const char *const *filters = mqttc_packet_get_filters (packet);
  gboolean subscribes = mqttc_packet_get_packet_type (packet) == MQTTC_PACKET_TYPE_SUBSCRIBE;

  for (guint i = 0; filters != NULL && filters[i] != NULL; i++)
    {
      g_string_append_printf (trace, " %s", filters[i]);
      if (subscribes)
        g_string_append_printf (trace, ":%u", mqttc_packet_get_filter_qos (packet, i));
    }
}

static void
trace_packet (GString *trace,
              MqttcPacket *packet)
{
  MqttcPacketType type = mqttc_packet_get_packet_type (packet);

  g_string_append (trace, mqttc_packet_type_get_name (type));
  if (mqttc_packet_get_packet_id (packet) != 0)
    g_string_append_printf (trace, " #%u", mqttc_packet_get_packet_id (packet));
  if (type == MQTTC_PACKET_TYPE_CONNECT && mqttc_packet_get_clean_session (packet))
    g_string_append (trace, " clean");
  if (type == MQTTC_PACKET_TYPE_PUBLISH)
    trace_publish (trace, packet);
  if (type == MQTTC_PACKET_TYPE_SUBSCRIBE || type == MQTTC_PACKET_TYPE_UNSUBSCRIBE)
    trace_filters (trace, packet);
  g_string_append_c (trace, '\n');
}

static char *
dup_slice (gboolean has,
           MqttcSlice slice)
{
  if (!has)
    return g_strdup ("-");

  return slice.len > 0 ? g_strndup ((const char *) slice.data, slice.len) : g_strdup ("");
}

static void
note_credentials (TestBroker *self,
                  const MqttcPacketView *view)
{
  g_autofree char *user_name = dup_slice (view->connect.has_user_name, view->connect.user_name);
  g_autofree char *password = dup_slice (view->connect.has_password, view->connect.password);

  g_free (self->credentials);
  self->credentials = g_strdup_printf ("%s:%s", user_name, password);
}

/* What was read of it into a packet has no secrets. */
static void
note_authentication (TestBroker *self,
                     const MqttcPacketView *view)
{
  g_autofree char *method = NULL;
  g_autofree char *data = NULL;
  MqttcProperty property;
  gboolean found;

  found = mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_AUTHENTICATION_METHOD,
                                 &property);
  method = dup_slice (found, property.text);
  found
      = mqttc_properties_find (view->properties, MQTTC_PROPERTY_ID_AUTHENTICATION_DATA, &property);
  data = dup_slice (found, property.text);

  g_free (self->authentication);
  self->authentication = g_strdup_printf ("%s:%s", method, data);
}

static void
note_will (TestBroker *self,
           const MqttcPacketView *view)
{
  g_autofree char *topic = dup_slice (view->connect.has_will, view->connect.will_topic);
  g_autofree char *payload = dup_slice (view->connect.has_will, view->connect.will_payload);
  g_autofree char *delay = NULL;
  MqttcProperty property;

  g_free (self->will);
  if (!view->connect.has_will)
    {
      self->will = g_strdup ("-");
      return;
    }

  if (mqttc_properties_find (view->connect.will_properties, MQTTC_PROPERTY_ID_WILL_DELAY_INTERVAL,
                             &property))
    delay = g_strdup_printf (" delay %u", property.number);
  self->will = g_strdup_printf ("%s q%u%s%s: %s", topic, view->connect.will_qos,
                                view->connect.will_retain ? " retain" : "",
                                delay != NULL ? delay : "", payload);
}

static void
note_fault (TestBroker *self,
            const char *fault)
{
  if (self->fault == NULL)
    self->fault = g_strdup_printf ("The client breaks the standard: %s", fault);
}

static gboolean
drops_here (TestBroker *self,
            MqttcPacketType type)
{
  if (self->drop_nth == 0 || type != self->drop_type)
    return FALSE;

  return --self->drop_nth == 0;
}

/* Without a session, CONNECT was not answered: neither is anything else. */
static gboolean
answers (TestConnection *self,
         MqttcPacketType type)
{
  if ((self->broker->silent & (1u << type)) != 0 || handlers[type] == NULL)
    return FALSE;

  return type == MQTTC_PACKET_TYPE_CONNECT || self->session != NULL;
}

static void
handle_view (TestConnection *self,
             const MqttcPacketView *view)
{
  TestBroker *broker = self->broker;
  MqttcPacket *packet = mqttc_packet_new_from_view (self->protocol, view, NULL);

  if (self->trace->len == 0 && view->type != MQTTC_PACKET_TYPE_CONNECT)
    note_fault (broker, "something came before CONNECT");
  g_ptr_array_add (broker->packets, packet);
  if (view->type == MQTTC_PACKET_TYPE_PUBLISH)
    g_ptr_array_add (broker->publishes, packet);
  broker->counts[view->type]++;
  trace_packet (self->trace, packet);
  if (view->type == MQTTC_PACKET_TYPE_CONNECT)
    {
      note_credentials (broker, view);
      note_will (broker, view);
    }
  if (view->type == MQTTC_PACKET_TYPE_CONNECT || view->type == MQTTC_PACKET_TYPE_AUTH)
    note_authentication (broker, view);

  if (drops_here (broker, view->type))
    test_connection_end_locked (self);
  else if (answers (self, view->type))
    handlers[view->type](self, packet);
}

static void
greet (TestConnection *self)
{
  gsize len;
  gconstpointer data = g_bytes_get_data (self->broker->greeting, &len);

  if (!self->greeted)
    test_connection_write_locked (self, data, len);
  self->greeted = TRUE;
  g_byte_array_set_size (self->in, 0);
}

void
test_connection_parse_locked (TestConnection *self)
{
  TestBroker *broker = self->broker;

  if (broker->greeting != NULL)
    greet (self);

  while (self->socket != NULL && self->in->len > 0)
    {
      MqttcFrame frame;
      MqttcPacketView view = { 0 };
      const char *fault = "a bad fixed header";
      MqttcDecodeResult result = mqttc_frame_decode (self->in->data, self->in->len, 0, &frame);

      if (result == MQTTC_DECODE_NEED_MORE
          || (result == MQTTC_DECODE_OK && self->in->len < mqttc_frame_get_size (&frame)))
        return;
      if (result == MQTTC_DECODE_OK)
        self->protocol = mqttc_frame_find_protocol (&frame, self->in->data, self->protocol);
      if (result == MQTTC_DECODE_OK)
        result = mqttc_packet_decode (self->protocol, &frame, self->in->data, &view, &fault);
      if (result != MQTTC_DECODE_OK)
        {
          note_fault (broker, fault);
          test_connection_end_locked (self);
          return;
        }

      handle_view (self, &view);
      g_byte_array_remove_range (self->in, 0, mqttc_frame_get_size (&frame));
    }
}
