#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Properties of MQTT 5 in Python: their lists, messages and packets with them, and errors."""

import unittest

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

import tap


class PropertiesTest(unittest.TestCase):
    def test_list(self):
        properties = Mqttc.Properties.new()
        properties.set_uint(Mqttc.PropertyId.RECEIVE_MAXIMUM, 20)
        properties.set_text(Mqttc.PropertyId.REASON_STRING, "grüße")
        properties.set_bytes(Mqttc.PropertyId.CORRELATION_DATA, b"a\0b")
        properties.add_user_property("a", "1")
        properties.add_user_property("a", "2")
        self.assertEqual(properties.get_uint(Mqttc.PropertyId.RECEIVE_MAXIMUM), (True, 20))
        self.assertEqual(properties.get_uint(Mqttc.PropertyId.MAXIMUM_QOS), (False, 0))
        self.assertEqual(properties.get_text(Mqttc.PropertyId.REASON_STRING), "grüße")
        self.assertIsNone(properties.get_text(Mqttc.PropertyId.CONTENT_TYPE))
        self.assertEqual(properties.get_bytes(Mqttc.PropertyId.CORRELATION_DATA).get_data(), b"a\0b")
        self.assertEqual(properties.get_user_property("a"), "1")
        self.assertEqual([(properties.get_name_at(i), properties.get_text_at(i))
                          for i in range(properties.length)
                          if properties.get_id_at(i) == Mqttc.PropertyId.USER_PROPERTY],
                         [("a", "1"), ("a", "2")])
        self.assertIn("receive_maximum=20", properties.to_string())

    def test_message(self):
        message = Mqttc.Message("t", "x")
        self.assertEqual((message.content_type, message.correlation_data, message.expiry_interval,
                          message.properties, message.get_subscription_ids()),
                         (None, None, -1, None, []))
        message.payload_format_indicator = 1
        message.content_type = "text/plain"
        message.correlation_data = b"a\0b"
        message.response_topic = "r"
        message.expiry_interval = 4294967295
        message.add_user_property("a", "b")
        again = message.copy()
        self.assertEqual((again.payload_format_indicator, again.content_type, again.correlation_data,
                          again.response_topic, again.expiry_interval, again.get_user_property("a")),
                         (1, "text/plain", b"a\0b", "r", 4294967295, "b"))
        self.assertEqual(again.properties.length, 6)
        again.properties = None
        self.assertIsNone(again.properties)

    def test_packet(self):
        own = Mqttc.Properties.new()
        for number in 5, 300:
            own.add_uint(Mqttc.PropertyId.SUBSCRIPTION_IDENTIFIER, number)
        packet = Mqttc.Packet.new_publish(Mqttc.Protocol.V5, Mqttc.Message("t", "x"), 0, False, own)
        read = Mqttc.Packet.read(packet.write(), Mqttc.Protocol.V5, 0)
        self.assertEqual(read.message.get_subscription_ids(), [5, 300])
        self.assertEqual(read.properties.length, 2)
        why = Mqttc.Properties.new()
        why.set_text(Mqttc.PropertyId.REASON_STRING, "why")
        packet = Mqttc.Packet.new_disconnect(Mqttc.Protocol.V5, Mqttc.ReasonCode.QUOTA_EXCEEDED, why)
        self.assertEqual(packet.reason_string, "why")
        self.assertTrue(why.is_locked())

    def test_error_without_packet(self):
        """An error that Python has made has no packet, and asking for one does no harm."""
        error = GLib.Error.new_literal(Mqttc.ReasonError.quark(), "No", Mqttc.ReasonError.BANNED)
        self.assertEqual(error.domain, "mqttc-reason-error-quark")
        self.assertIsNone(Mqttc.ReasonError.get_packet(error))


if __name__ == "__main__":
    tap.main()
