#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The whole library from Python, against Mosquitto."""

import gc
import unittest

import gi

gi.require_version("Mqttc", "1")
from gi.repository import Gio, GLib, Mqttc

import tap
from mosquitto import Mosquitto


def wait(condition):
    """Runs the main loop until the condition holds."""
    while not condition():
        GLib.MainContext.default().iteration(True)


def call(function, *arguments, cancellable=None):
    """Runs an asynchronous call to its end, and returns its result for the finish function."""
    results = []
    function(*arguments, cancellable, lambda source, result: results.append(result))
    wait(lambda: results)
    return results[0]


class ClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Mosquitto()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def setUp(self):
        self.clients = []

    def tearDown(self):
        for client in self.clients:
            self.assertTrue(client.close_finish(call(client.close_async)))

    def make_client(self, **options):
        client = Mqttc.Client.new(Mqttc.Options(
            host="127.0.0.1", port=self.server.port, reconnect_min_delay=20,
            reconnect_max_delay=200, **options))
        self.clients.append(client)
        return client

    def open_client(self, **options):
        client = self.make_client(**options)
        client.open_finish(call(client.open_async))
        return client

    def publish(self, client, topic, text, qos=Mqttc.Qos.AT_LEAST_ONCE, retain=False):
        return client.publish_finish(
            call(client.publish_text_async, topic, text, qos, retain))

    def subscribe(self, client, topic_filter, qos=Mqttc.Qos.EXACTLY_ONCE):
        subscription = Mqttc.Subscription.new(topic_filter, qos)
        self.assertTrue(client.subscribe_finish(call(client.subscribe_async, subscription)))
        return subscription

    # --- Opening and closing.

    def test_open_and_close(self):
        client = self.make_client()
        states = []
        client.connect("notify::state", lambda client, _: states.append(client.props.state))
        self.assertEqual(client.get_state(), Mqttc.ConnectionState.IDLE)
        connack = client.open_finish(call(client.open_async))
        self.assertEqual(connack.get_packet_type(), Mqttc.PacketType.CONNACK)
        self.assertFalse(connack.get_session_present())
        client.close_finish(call(client.close_async))
        self.assertEqual(states, [
            Mqttc.ConnectionState.CONNECTING, Mqttc.ConnectionState.CONNECTED,
            Mqttc.ConnectionState.DRAINING, Mqttc.ConnectionState.CLOSED])

    def test_uri(self):
        client = Mqttc.Client.new_for_uri(self.server.uri + "?client-id=desk&keep-alive=30")
        self.clients.append(client)
        self.assertEqual(client.get_options().props.client_id, "desk")
        self.assertEqual(client.props.options.props.keep_alive, 30)
        client.open_finish(call(client.open_async))

    def test_signals(self):
        client = self.make_client()
        told = []
        client.connect("connected",
                       lambda _, connack: told.append(connack.get_packet_type().value_nick))
        client.connect("disconnected", lambda _, error, retry: told.append((error, retry)))
        client.open_finish(call(client.open_async))
        client.close_finish(call(client.close_async))
        wait(lambda: len(told) == 2)
        self.assertEqual(told, ["connack", (None, -1)])

    def test_freed(self):
        client = self.open_client()
        client.connect("message", lambda *_: None)
        self.clients.remove(client)
        gone = []
        client.weak_ref(lambda: gone.append(True))
        del client
        gc.collect()
        wait(lambda: gone)

    # --- Options.

    def test_options(self):
        will = Mqttc.Message.new_text("will", "gone")
        options = Mqttc.Options(
            host="broker.example", port=1884, client_id="desk", clean_session=False,
            keep_alive=10, user_name="ada", password=GLib.Bytes.new(b"\x00\xff"), will=will,
            max_inflight=5, max_queued_messages=6, max_queued_bytes=7,
            offline_qos0=Mqttc.OfflineQos0.FAIL,
            session_lost_policy=Mqttc.SessionLostPolicy.REPUBLISH)
        self.assertTrue(options.validate())
        self.assertEqual(options.get_port(), 1884)
        self.assertEqual(options.props.offline_qos0, Mqttc.OfflineQos0.FAIL)
        self.assertEqual(options.get_will().get_topic(), "will")
        self.assertFalse(options.props.clean_session)

    def test_options_are_bindable(self):
        one = Mqttc.Options()
        other = Mqttc.Options()
        one.bind_property("keep-alive", other, "keep-alive", 0)
        one.set_keep_alive(7)
        self.assertEqual(other.props.keep_alive, 7)

    # --- Publishing and receiving.

    def test_publish(self):
        client = self.open_client()
        types = [self.publish(client, "a", "text", qos).get_packet_type() for qos in (
            Mqttc.Qos.AT_MOST_ONCE, Mqttc.Qos.AT_LEAST_ONCE, Mqttc.Qos.EXACTLY_ONCE)]
        self.assertEqual(types, [
            Mqttc.PacketType.PUBLISH, Mqttc.PacketType.PUBACK, Mqttc.PacketType.PUBCOMP])

    def test_receive_by_client(self):
        client = self.open_client()
        received = []
        client.connect("message", lambda _, message: received.append(
            (message.get_topic(), message.get_text(), message.get_qos())))
        self.subscribe(client, "receive/+")
        for qos in range(3):
            self.publish(client, "receive/client", "grüße", Mqttc.Qos(qos))
        wait(lambda: len(received) == 3)
        self.assertEqual(received, [("receive/client", "grüße", Mqttc.Qos(qos))
                                    for qos in range(3)])

    def test_receive_by_subscription(self):
        client = self.open_client()
        received = []
        subscription = Mqttc.Subscription.new("by/#", Mqttc.Qos.AT_LEAST_ONCE)
        subscription.connect("message", lambda subscription, message: received.append(
            (subscription.get_filter(), message.get_text())))
        client.subscribe_finish(call(client.subscribe_async, subscription))
        self.assertEqual(subscription.props.granted_qos, Mqttc.Qos.AT_LEAST_ONCE)
        self.publish(client, "by/subscription", "1")
        self.publish(client, "not/by/subscription", "2")
        wait(lambda: received)
        client.unsubscribe_finish(call(client.unsubscribe_async, subscription))
        self.publish(client, "by/subscription", "3")
        self.assertEqual(received, [("by/#", "1")])

    def test_handler(self):
        client = self.open_client()
        received = []
        subscription = self.subscribe(client, "handler")
        subscription.set_handler(lambda _, message, *data: received.append(message.get_text()))
        self.publish(client, "handler", "1")
        wait(lambda: received)
        self.assertEqual(received, ["1"])

    def test_messages_are_kept(self):
        client = self.open_client()
        kept = []
        client.connect("message", lambda _, message: kept.append(message))
        self.subscribe(client, "kept")
        texts = ["short", "x" * 100000]
        for text in texts:
            self.publish(client, "kept", text)
        wait(lambda: len(kept) == 2)
        client.close_finish(call(client.close_async))
        gc.collect()
        self.assertEqual([message.get_text() for message in kept], texts)
        self.assertTrue(kept[0].is_locked())

    def test_bytes(self):
        client = self.open_client()
        kept = []
        client.connect("message", lambda _, message: kept.append(message))
        self.subscribe(client, "bytes")
        payload = bytes(range(256)) * 1000
        message = Mqttc.Message.new("bytes", GLib.Bytes.new(payload))
        message.set_qos(Mqttc.Qos.EXACTLY_ONCE)
        client.publish_finish(call(client.publish_async, message))
        wait(lambda: kept)
        self.assertEqual(kept[0].get_payload().get_data(), payload)
        self.assertIsNone(kept[0].get_text())

    def test_retained(self):
        client = self.open_client()
        kept = []
        self.publish(client, "retained", "text", retain=True)
        client.connect("message", lambda _, message: kept.append(message.get_retain()))
        self.subscribe(client, "retained")
        wait(lambda: kept)
        self.assertEqual(kept, [True])
        self.publish(client, "retained", "", retain=True)

    def test_everything_in_a_handler(self):
        client = self.open_client()
        received = []

        def handle(client, message):
            received.append(message.get_text())
            if len(received) == 1:
                client.publish_text_async("inside", "2", Mqttc.Qos.AT_LEAST_ONCE, False, None,
                                          None)
                wait(lambda: len(received) == 2)

        client.connect("message", handle)
        self.subscribe(client, "inside")
        self.publish(client, "inside", "1")
        wait(lambda: len(received) == 2)
        self.assertEqual(received, ["1", "2"])

    # --- Errors.

    def assert_error(self, caught, domain, code, text):
        self.assertTrue(caught.exception.matches(domain, code), caught.exception)
        self.assertIn(text, caught.exception.message)

    def test_bad_topic(self):
        client = self.open_client()
        with self.assertRaises(GLib.Error) as caught:
            self.publish(client, "home/#", "text")
        self.assert_error(caught, Mqttc.client_error_quark(), Mqttc.ClientError.INVALID_ARGUMENT,
                          "home/#")

    def test_bad_filter(self):
        client = self.open_client()
        with self.assertRaises(GLib.Error) as caught:
            self.subscribe(client, "home/#/desk")
        self.assert_error(caught, Mqttc.client_error_quark(), Mqttc.ClientError.INVALID_ARGUMENT,
                          "home/#/desk")

    def test_bad_uri(self):
        with self.assertRaises(GLib.Error) as caught:
            Mqttc.Client.new_for_uri("mqtt://host:99999")
        self.assert_error(caught, Mqttc.client_error_quark(), Mqttc.ClientError.INVALID_ARGUMENT,
                          "port")

    def test_bad_option(self):
        client = Mqttc.Client.new(Mqttc.Options(keep_alive=65536))
        with self.assertRaises(GLib.Error) as caught:
            client.open_finish(call(client.open_async))
        self.assert_error(caught, Mqttc.client_error_quark(), Mqttc.ClientError.INVALID_ARGUMENT,
                          "keep-alive")

    def test_not_open(self):
        client = self.make_client()
        message = Mqttc.Message.new_text("home/desk", "text")
        with self.assertRaises(GLib.Error) as caught:
            client.try_publish(message)
        self.assert_error(caught, Mqttc.client_error_quark(), Mqttc.ClientError.NOT_OPEN,
                          "home/desk")

    def test_queue_full(self):
        client = self.open_client(max_queued_messages=3)
        with self.assertRaises(GLib.Error) as caught:
            for number in range(4):
                message = Mqttc.Message.new_text("queue", str(number))
                message.set_qos(Mqttc.Qos.AT_LEAST_ONCE)
                client.try_publish(message)
        self.assertEqual(number, 3)
        self.assert_error(caught, Mqttc.client_error_quark(), Mqttc.ClientError.QUEUE_FULL,
                          "max-queued-messages")

    def test_nobody_listens(self):
        server = Mosquitto()
        server.stop()
        client = Mqttc.Client.new(Mqttc.Options(
            host="127.0.0.1", port=server.port, reconnect=False))
        with self.assertRaises(GLib.Error) as caught:
            client.open_finish(call(client.open_async))
        self.assert_error(caught, Gio.io_error_quark(), Gio.IOErrorEnum.CONNECTION_REFUSED,
                          f"127.0.0.1:{server.port}")
        server.close()

    def test_wrong_password(self):
        server = Mosquitto("ada", "right")
        for password, good in (b"wrong", False), (b"right", True):
            client = Mqttc.Client.new(Mqttc.Options(
                host="127.0.0.1", port=server.port, user_name="ada",
                password=GLib.Bytes.new(password)))
            if good:
                client.open_finish(call(client.open_async))
                client.close_finish(call(client.close_async))
                continue
            with self.assertRaises(GLib.Error) as caught:
                client.open_finish(call(client.open_async))
            self.assert_error(caught, Mqttc.reason_error_quark(),
                              Mqttc.ReasonError.NOT_AUTHORIZED, f"127.0.0.1:{server.port}")
        server.close()

    def test_cancel(self):
        server = Mosquitto()
        server.stop()
        client = Mqttc.Client.new(Mqttc.Options(host="127.0.0.1", port=server.port))
        cancellable = Gio.Cancellable()
        client.connect("disconnected", lambda *_: cancellable.cancel())
        with self.assertRaises(GLib.Error) as caught:
            client.open_finish(call(client.open_async, cancellable=cancellable))
        self.assert_error(caught, Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED, "")
        server.close()

    # --- The connection is lost.

    def test_restart(self):
        server = Mosquitto()
        client = Mqttc.Client.new(Mqttc.Options(
            host="127.0.0.1", port=server.port, reconnect_min_delay=20, reconnect_max_delay=200))
        told = []
        received = []
        client.connect("connected", lambda *_: told.append("connected"))
        client.connect("disconnected", lambda _, error, retry: told.append((error, retry)))
        client.connect("message", lambda _, message: received.append(message.get_text()))
        client.open_finish(call(client.open_async))
        self.subscribe(client, "restart")
        server.stop()
        wait(lambda: len(told) > 1)
        self.assertIsInstance(told[1][0], GLib.Error)
        self.assertGreaterEqual(told[1][1], 0)
        self.assertEqual(client.props.last_error.message, told[1][0].message)
        server.start()
        self.publish(client, "restart", "here again")
        wait(lambda: received)
        self.assertEqual(received, ["here again"])
        client.close_finish(call(client.close_async))
        server.close()

    # --- Packets and functions.

    def test_packets(self):
        server = Mosquitto("ada", "secret")
        client = Mqttc.Client.new(Mqttc.Options(
            host="127.0.0.1", port=server.port, user_name="ada",
            password=GLib.Bytes.new(b"secret")))
        packets = []
        loop = client.get_event_loop()
        loop.connect("incoming", lambda _, packet: packets.append("< " + packet.to_string()))
        loop.connect("outgoing", lambda _, packet: packets.append("> " + packet.to_string()))
        client.open_finish(call(client.open_async))
        self.publish(client, "a/b", "text")
        client.close_finish(call(client.close_async))
        self.assertEqual([" ".join(text.split()[:2]).rstrip(":,") for text in packets], [
            "> CONNECT", "< CONNACK", "> PUBLISH", "< PUBACK", "> DISCONNECT"])
        self.assertNotIn("secret", "".join(packets))
        server.close()

    def test_functions(self):
        self.assertTrue(Mqttc.topic_matches("home/desk/temp", "home/+/temp"))
        self.assertTrue(Mqttc.topic_is_valid("home"))
        self.assertFalse(Mqttc.topic_is_valid("home/#"))
        self.assertTrue(Mqttc.filter_is_valid("home/#"))
        self.assertTrue(Mqttc.has_wildcards("home/+"))
        self.assertEqual(Mqttc.qos_from_uint(2), (True, Mqttc.Qos.EXACTLY_ONCE))
        self.assertFalse(Mqttc.qos_from_uint(3)[0])

    def test_packet_bytes(self):
        message = Mqttc.Message.new_text("a", "text")
        packet = Mqttc.Packet.new_publish(Mqttc.Protocol.V3_1_1, message, 0, False, None)
        data = packet.write()
        self.assertEqual(data.get_data(), b"\x30\x07\x00\x01atext")
        self.assertEqual(Mqttc.Packet.read(data, Mqttc.Protocol.V3_1_1, 0).get_message()
                         .get_text(), "text")


if __name__ == "__main__":
    tap.main()
