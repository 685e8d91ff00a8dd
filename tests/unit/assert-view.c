/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "assert-view.h"

void
assert_slice (MqttcSlice slice,
              MqttcSlice expected)
{
  g_assert_cmpmem (slice.data, slice.len, expected.data, expected.len);
}

static void
assert_connect_equal (const MqttcPacketView *a,
                      const MqttcPacketView *b)
{
  g_assert_cmpint (a->connect.protocol, ==, b->connect.protocol);
  g_assert_cmpint (a->connect.clean_session, ==, b->connect.clean_session);
  g_assert_cmpuint (a->connect.keep_alive, ==, b->connect.keep_alive);
  assert_slice (a->connect.client_id, b->connect.client_id);
  g_assert_cmpint (a->connect.has_will, ==, b->connect.has_will);
  assert_slice (a->connect.will_properties, b->connect.will_properties);
  assert_slice (a->connect.will_topic, b->connect.will_topic);
  assert_slice (a->connect.will_payload, b->connect.will_payload);
  g_assert_cmpint (a->connect.will_qos, ==, b->connect.will_qos);
  g_assert_cmpint (a->connect.will_retain, ==, b->connect.will_retain);
  g_assert_cmpint (a->connect.has_user_name, ==, b->connect.has_user_name);
  assert_slice (a->connect.user_name, b->connect.user_name);
  g_assert_cmpint (a->connect.has_password, ==, b->connect.has_password);
  assert_slice (a->connect.password, b->connect.password);
}

static void
assert_publish_equal (const MqttcPacketView *a,
                      const MqttcPacketView *b)
{
  assert_slice (a->publish.topic, b->publish.topic);
  assert_slice (a->publish.payload, b->publish.payload);
  g_assert_cmpint (a->publish.qos, ==, b->publish.qos);
  g_assert_cmpint (a->publish.dup, ==, b->publish.dup);
  g_assert_cmpint (a->publish.retain, ==, b->publish.retain);
}

void
assert_view_equal (const MqttcPacketView *a,
                   const MqttcPacketView *b)
{
  g_assert_cmpint (a->type, ==, b->type);
  g_assert_cmpuint (a->packet_id, ==, b->packet_id);
  g_assert_cmphex (a->reason_code, ==, b->reason_code);
  assert_slice (a->properties, b->properties);

  if (a->type == MQTTC_PACKET_TYPE_CONNECT)
    assert_connect_equal (a, b);
  else if (a->type == MQTTC_PACKET_TYPE_CONNACK)
    g_assert_cmpint (a->connack.session_present, ==, b->connack.session_present);
  else if (a->type == MQTTC_PACKET_TYPE_PUBLISH)
    assert_publish_equal (a, b);
  else if (a->type == MQTTC_PACKET_TYPE_SUBACK || a->type == MQTTC_PACKET_TYPE_UNSUBACK)
    assert_slice (a->suback.codes, b->suback.codes);
  else
    {
      assert_slice (a->filters.entries, b->filters.entries);
      g_assert_cmpuint (a->filters.n_entries, ==, b->filters.n_entries);
    }
}
