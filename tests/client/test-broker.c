/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <sys/socket.h>

#include "test-broker-private.h"

static gpointer
broker_thread (gpointer user_data)
{
  TestBroker *self = user_data;

  g_main_context_push_thread_default (self->context);
  while (!g_atomic_int_get (&self->quit))
    g_main_context_iteration (self->context, TRUE);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

static TestBroker *
broker_new (const char *path)
{
  TestBroker *self = g_new0 (TestBroker, 1);

  g_mutex_init (&self->mutex);
  self->context = g_main_context_new ();
  self->watcher = g_main_context_ref_thread_default ();
  self->path = g_strdup (path);
  self->connections = g_ptr_array_new_with_free_func ((GDestroyNotify) test_connection_free);
  self->packets = g_ptr_array_new_with_free_func ((GDestroyNotify) mqttc_packet_unref);
  self->publishes = g_ptr_array_new ();
  self->sessions
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) test_session_free);
  self->retained = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) mqttc_message_unref);
  self->session_present = -1;
  self->protocol = MQTTC_PROTOCOL_V5;
  self->reading = TRUE;

  g_mutex_lock (&self->mutex);
  test_broker_listen_locked (self);
  g_mutex_unlock (&self->mutex);
  self->thread = g_thread_new ("test-broker", broker_thread, self);

  return self;
}

TestBroker *
test_broker_new (void)
{
  return broker_new (NULL);
}

TestBroker *
test_broker_new_unix (const char *path)
{
  return broker_new (path);
}

void
test_broker_free (TestBroker *self)
{
  g_atomic_int_set (&self->quit, TRUE);
  g_main_context_wakeup (self->context);
  g_thread_join (g_steal_pointer (&self->thread));
  g_assert_cmpstr (self->fault, ==, NULL);

  test_broker_unlisten_locked (self);
  g_clear_object (&self->holder);
  g_ptr_array_unref (self->connections);
  g_ptr_array_unref (self->publishes);
  g_ptr_array_unref (self->packets);
  g_hash_table_unref (self->sessions);
  g_hash_table_unref (self->retained);
  g_clear_pointer (&self->greeting, g_bytes_unref);
  g_free (self->credentials);
  g_free (self->authentication);
  g_free (self->will);
  g_clear_pointer (&self->connack_properties, mqttc_properties_unref);
  g_free (self->refused_filter);
  g_free (self->path);
  g_main_context_unref (self->context);
  g_main_context_unref (self->watcher);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

guint16
test_broker_get_port (TestBroker *self)
{
  return self->port;
}

char *
test_broker_get_uri (TestBroker *self)
{
  return g_strdup_printf ("mqtt://127.0.0.1:%u", self->port);
}

/* --- How it behaves. --- */

void
test_broker_set_silent (TestBroker *self,
                        guint32 types)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->silent = types;
}

void
test_broker_set_connack (TestBroker *self,
                         guint reason_code)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->connack = reason_code;
}

void
test_broker_set_connack_properties (TestBroker *self,
                                    MqttcProperties *properties)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_clear_pointer (&self->connack_properties, mqttc_properties_unref);
  if (properties != NULL)
    self->connack_properties = mqttc_properties_copy (properties);
}

void
test_broker_set_protocol (TestBroker *self,
                          MqttcProtocol protocol)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->protocol = protocol;
}

void
test_broker_set_session_present (TestBroker *self,
                                 int session_present)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->session_present = session_present;
}

void
test_broker_refuse_filter (TestBroker *self,
                           const char *filter)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_free (self->refused_filter);
  self->refused_filter = g_strdup (filter);
}

void
test_broker_set_reading (TestBroker *self,
                         gboolean reading)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->reading = reading;
  for (guint i = 0; i < self->connections->len; i++)
    test_connection_watch_locked (g_ptr_array_index (self->connections, i));
}

void
test_broker_drop_at (TestBroker *self,
                     MqttcPacketType type,
                     guint nth)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  self->drop_type = type;
  self->drop_nth = nth;
}

void
test_broker_set_greeting (TestBroker *self,
                          const void *data,
                          gsize len)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_clear_pointer (&self->greeting, g_bytes_unref);
  if (data != NULL)
    self->greeting = g_bytes_new (data, len);
}

void
test_broker_forget_sessions (TestBroker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  for (guint i = 0; i < self->connections->len; i++)
    {
      TestConnection *connection = g_ptr_array_index (self->connections, i);

      test_connection_end_locked (connection);
      connection->session = NULL;
    }
  g_hash_table_remove_all (self->sessions);
}

void
test_broker_set_listening (TestBroker *self,
                           gboolean listening)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  test_broker_unlisten_locked (self);
  if (listening)
    test_broker_listen_locked (self);
}

/* --- Acting on the newest connection. --- */

static TestConnection *
get_newest_locked (TestBroker *self)
{
  g_assert_cmpuint (self->connections->len, >, 0);

  return g_ptr_array_index (self->connections, self->connections->len - 1);
}

/* Of the newest connection. */
static MqttcProtocol
get_protocol (TestBroker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return get_newest_locked (self)->protocol;
}

void
test_broker_send (TestBroker *self,
                  const void *data,
                  gsize len)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  test_connection_write_locked (get_newest_locked (self), data, len);
}

void
test_broker_send_packet (TestBroker *self,
                         MqttcPacket *packet)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  test_connection_write_packet_locked (get_newest_locked (self), packet);
}

void
test_broker_send_ack (TestBroker *self,
                      MqttcPacketType type,
                      guint packet_id)
{
  const MqttcProtocol protocol = get_protocol (self);
  g_autoptr (GBytes) success = g_bytes_new_static ("", 1);
  MqttcPacket *packet;

  if (type == MQTTC_PACKET_TYPE_UNSUBACK)
    packet = mqttc_packet_new_unsuback (protocol, packet_id,
                                        protocol == MQTTC_PROTOCOL_V5 ? success : NULL, NULL);
  else
    packet = mqttc_packet_new_ack (protocol, type, packet_id, 0, NULL);

  test_broker_send_packet (self, packet);
}

void
test_broker_send_publish (TestBroker *self,
                          const char *topic,
                          const char *text,
                          MqttcQos qos,
                          guint packet_id,
                          gboolean dup)
{
  g_autoptr (MqttcMessage) message = mqttc_message_new_text (topic, text);

  mqttc_message_set_qos (message, qos);
  test_broker_send_packet (
      self, mqttc_packet_new_publish (get_protocol (self), message, packet_id, dup, NULL));
}

void
test_broker_drop (TestBroker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  test_connection_end_locked (get_newest_locked (self));
}

void
test_broker_reset (TestBroker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  TestConnection *connection = get_newest_locked (self);
  struct linger linger = { .l_onoff = 1, .l_linger = 0 };

  g_assert_nonnull (connection->socket);
  g_assert_cmpint (setsockopt (g_socket_get_fd (connection->socket), SOL_SOCKET, SO_LINGER, &linger,
                               sizeof linger),
                   ==, 0);
  test_connection_end_locked (connection);
}

/* --- What it has seen. --- */

guint
test_broker_count_connections (TestBroker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->connections->len;
}

guint
test_broker_count (TestBroker *self,
                   MqttcPacketType type)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return self->counts[type];
}

MqttcPacket *
test_broker_get_packet (TestBroker *self,
                        MqttcPacketType type,
                        guint nth)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  MqttcPacket *packet = NULL;

  g_assert_cmpuint (nth, <, self->counts[type]);
  for (guint i = 0; i < self->packets->len; i++)
    {
      packet = g_ptr_array_index (self->packets, i);
      if (mqttc_packet_get_packet_type (packet) == type && nth-- == 0)
        break;
    }

  return mqttc_packet_ref (packet);
}

MqttcPacket *
test_broker_peek_publish (TestBroker *self,
                          guint nth)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_assert_cmpuint (nth, <, self->publishes->len);

  return g_ptr_array_index (self->publishes, nth);
}

char *
test_broker_get_credentials (TestBroker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return g_strdup (self->credentials);
}

char *
test_broker_get_authentication (TestBroker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return g_strdup (self->authentication);
}

char *
test_broker_get_will (TestBroker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return g_strdup (self->will);
}

char *
test_broker_get_trace (TestBroker *self,
                       guint connection)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  TestConnection *found;

  if (connection == 0 || connection > self->connections->len)
    return g_strdup ("");
  found = g_ptr_array_index (self->connections, connection - 1);

  return g_strdup (found->trace->str);
}

/* --- Waiting. --- */

void
test_broker_wait_connections (TestBroker *self,
                              guint n)
{
  while (test_broker_count_connections (self) < n)
    g_main_context_iteration (self->watcher, TRUE);
}

void
test_broker_wait (TestBroker *self,
                  MqttcPacketType type,
                  guint n)
{
  while (test_broker_count (self, type) < n)
    g_main_context_iteration (self->watcher, TRUE);
}

static gboolean
is_ended (TestBroker *self,
          guint connection)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  TestConnection *found;

  if (connection > self->connections->len)
    return FALSE;
  found = g_ptr_array_index (self->connections, connection - 1);

  return found->ended_by_client;
}

void
test_broker_wait_ended (TestBroker *self,
                        guint connection)
{
  while (!is_ended (self, connection))
    g_main_context_iteration (self->watcher, TRUE);
}

static guint
count_lines (const char *text)
{
  guint n = 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';

  return n;
}

void
test_broker_expect (TestBroker *self,
                    guint connection,
                    const char *trace)
{
  guint n = count_lines (trace);
  g_autofree char *seen = test_broker_get_trace (self, connection);

  while (count_lines (seen) < n)
    {
      g_main_context_iteration (self->watcher, TRUE);
      g_free (seen);
      seen = test_broker_get_trace (self, connection);
    }

  g_assert_cmpstr (seen, ==, trace);
}
