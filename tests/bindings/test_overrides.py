#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python with the override: values, attributes, coroutines; and the traps of a binding at run time.

test_overrides.py GIR
"""

import asyncio
import contextlib
import gc
import io
import sys
import threading
import unittest
import xml.etree.ElementTree as xml

import gi

gi.require_version("Mqttc", "1")
from gi.repository import Gio, GLib, GObject, Mqttc

import tap
from mosquitto import Mosquitto

CORE = "{http://www.gtk.org/introspection/core/1.0}"
GIR = sys.argv[1]
NUL = "a\0b"
QOS_1 = Mqttc.Qos.AT_LEAST_ONCE


def iterate_until(condition):
    while not condition():
        GLib.MainContext.default().iteration(True)


class ValuesTest(unittest.TestCase):
    def test_bytes_in(self):
        for payload in (b"\x00\xff", bytearray(b"\x00\xff"), memoryview(b"\x00\xff"),
                        GLib.Bytes.new(b"\x00\xff")):
            with self.subTest(payload=payload):
                self.assertEqual(Mqttc.Message.new("t", payload).payload, b"\x00\xff")
                message = Mqttc.Message("t")
                message.payload = payload
                self.assertEqual(message.payload, b"\x00\xff")
        self.assertEqual(Mqttc.Message.new("t", None).payload, b"")
        self.assertEqual(Mqttc.Message.new("t", b"").payload, b"")
        self.assertEqual(Mqttc.Message.new("t", "grüße").payload, "grüße".encode())
        self.assertRaises(TypeError, Mqttc.Message.new, "t", 7)

    def test_bytes_out(self):
        message = Mqttc.Message("t", b"\x00")
        self.assertIsInstance(message.payload, bytes)
        self.assertEqual(message.get_payload().get_data(), b"\x00")
        self.assertIsNone(message.text)

    def test_password(self):
        for password in (b"\x00", "text", GLib.Bytes.new(b"x"), None):
            Mqttc.Options(password=password).password = password

    def test_message(self):
        message = Mqttc.Message("t", b"text", qos=QOS_1, retain=True)
        self.assertEqual((message.topic, message.text, message.qos, message.retain, message.dup),
                         ("t", "text", QOS_1, True, False))
        message.topic, message.text, message.qos, message.retain = "u", "other", 2, False
        self.assertEqual((message.topic, message.payload, message.qos, message.retain),
                         ("u", b"other", Mqttc.Qos.EXACTLY_ONCE, False))
        with self.assertRaises(AttributeError):
            message.dup = True

    def test_enumerations(self):
        message = Mqttc.Message("t")
        message.qos = 1
        self.assertEqual(message.qos, QOS_1)
        with self.assertRaises(TypeError):
            message.qos = 9
        self.assertRaises(ValueError, Mqttc.Qos, 9)

    def test_keywords(self):
        client = Mqttc.Client(uri="mqtt://broker.example:1884", client_id="desk", keep_alive=7)
        self.assertEqual((client.options.host, client.options.port, client.options.client_id,
                          client.options.keep_alive), ("broker.example", 1884, "desk", 7))
        self.assertEqual(Mqttc.Client(host="h").options.host, "h")
        options = Mqttc.Options(host="mine")
        self.assertIs(Mqttc.Client(options=options).options, options)
        loop = Mqttc.EventLoop(options=options)
        self.assertIs(Mqttc.Client(event_loop=loop).options, options)
        self.assertRaises(TypeError, Mqttc.Client, no_such_option=1)
        self.assertEqual(Mqttc.Connection("mqtt://h:7", keep_alive=9).options.port, 7)
        self.assertEqual(Mqttc.Connection(host="h", keep_alive=9).options.keep_alive, 9)
        self.assertIs(Mqttc.Connection(options=options).options, options)
        subscription = Mqttc.Subscription("a/#", QOS_1, max_pending=7)
        self.assertEqual((subscription.filter, subscription.qos, subscription.max_pending),
                         ("a/#", QOS_1, 7))
        self.assertEqual(Mqttc.Subscription(filter="b", qos=2).qos, Mqttc.Qos.EXACTLY_ONCE)
        with self.assertRaises(GLib.Error) as caught:
            Mqttc.Client("http://broker.example")
        self.assertTrue(caught.exception.matches(Mqttc.client_error_quark(),
                                                 Mqttc.ClientError.INVALID_ARGUMENT))

    def test_wrong_keywords(self):
        options = Mqttc.Options()
        for cls in Mqttc.Client, Mqttc.Connection:
            with self.assertRaisesRegex(TypeError, "keep-alve|keep_alve"):
                cls("mqtt://h", keep_alve=3)
            with self.assertRaisesRegex(TypeError, "not both"):
                cls("mqtt://h", options=options)
        loop = Mqttc.EventLoop(options=options)
        for more in {"uri": "mqtt://h"}, {"options": options}, {"keep_alive": 3}:
            with self.assertRaisesRegex(TypeError, "event loop"):
                Mqttc.Client(event_loop=loop, **more)

    def test_repr(self):
        message = Mqttc.Message("home/lamp", "on", QOS_1, True)
        self.assertEqual(repr(message), "<Mqttc.Message: 'home/lamp', 2 bytes, QoS 1, retained>")
        self.assertEqual(repr(Mqttc.Message("t", b"x")), "<Mqttc.Message: 't', 1 byte, QoS 0>")
        packet = Mqttc.Packet.new_simple(Mqttc.Protocol.V3_1_1, Mqttc.PacketType.PINGREQ)
        self.assertEqual(repr(packet), f"<Mqttc.Packet: {packet.to_string()}>")

    def test_attributes(self):
        """Every property, and every getter of a boxed type, is an attribute."""
        root = xml.parse(GIR).getroot()
        for owner in root.iter(CORE + "class"):
            for prop in owner.iterfind(CORE + "property"):
                name = prop.get("name").replace("-", "_")
                self.assertTrue(hasattr(getattr(Mqttc, owner.get("name")), name), name)
        count = 0
        for owner in root.iter(CORE + "record"):
            for method in owner.iterfind(CORE + "method"):
                name = method.get("name")
                if name.startswith("get_") and method.find(f".//{CORE}parameter") is None:
                    count += 1
                    cls = getattr(Mqttc, owner.get("name"))
                    self.assertIsInstance(getattr(cls, name.removeprefix("get_")), property, name)
        self.assertGreater(count, 15)
        options = Mqttc.Options()
        options.keep_alive = 9
        self.assertEqual((options.keep_alive, options.props.keep_alive), (9, 9))

    def test_no_zero_in_functions(self):
        """C would take what is before it."""
        count = 0
        for owner in xml.parse(GIR).getroot().iter():
            for element in owner:
                if element.tag.removeprefix(CORE) in {"function", "method", "constructor"}:
                    count += self.try_zero(owner, element)
        self.assertGreater(count, 20)

    def try_zero(self, owner, element):
        if element.get("introspectable") == "0" or element.get("moved-to"):
            return 0
        place = Mqttc if owner.tag == CORE + "namespace" else getattr(Mqttc, owner.get("name"))
        function = getattr(place, element.get("name"))
        first = [None] if element.tag == CORE + "method" else []
        parameters = element.findall(f"{CORE}parameters/{CORE}parameter")
        count = 0
        for number, parameter in enumerate(parameters):
            kind = parameter.find(f".//{CORE}type")
            if kind is None or kind.get("name") != "utf8" or parameter.get("direction") == "out":
                continue
            count += 1
            value = [NUL] if parameter.find(CORE + "array") is not None else NUL
            arguments = first + [None] * number + [value]
            with self.subTest(function=f"{owner.get('name')}.{element.get('name')}"):
                if element.get("name").endswith("_is_valid"):
                    self.assertFalse(function(NUL))
                else:
                    self.assertRaises(ValueError, function, *arguments)
        return count

    def test_no_zero_in_properties(self):
        count = 0
        for cls in (Mqttc.Options, Mqttc.Subscription):
            for pspec in GObject.list_properties(cls):
                if pspec.value_type != GObject.TYPE_STRING or not pspec.flags & GObject.ParamFlags.WRITABLE:
                    continue
                count += 1
                name = pspec.name.replace("-", "_")
                with self.subTest(property=name):
                    self.assertRaises(ValueError, cls, **{name: NUL})
                    instance = cls()
                    self.assertRaises(ValueError, setattr, instance, name, NUL)
                    self.assertRaises(ValueError, setattr, instance.props, name, NUL)
                    self.assertRaises(ValueError, instance.set_property, pspec.name, NUL)
                    self.assertRaises(ValueError, instance.set_properties, **{name: NUL})
        self.assertGreater(count, 5)

    def test_still_valid(self):
        self.assertTrue(Mqttc.topic_is_valid("a/b"))
        self.assertTrue(Mqttc.filter_is_valid("a/#"))
        self.assertTrue(Mqttc.topic_matches("a/b", "a/+"))

    def test_properties_as_before(self):
        options = Mqttc.Options()
        options.props.host = "h"
        options.set_properties(port=7, client_id="desk")
        self.assertEqual((options.props.host, options.get_property("port"), options.client_id),
                         ("h", 7, "desk"))
        self.assertIn("client_id", dir(options.props))
        self.assertIn("host", [pspec.name for pspec in options.props])


class CoroutineTest(unittest.TestCase):
    def test_result(self):
        async def give():
            return 7

        self.assertEqual(Mqttc.run(give()), 7)

    def test_error(self):
        async def fail():
            raise KeyError("x")

        self.assertRaises(KeyError, Mqttc.run, fail())

    def test_spawn(self):
        future = Mqttc.Future()

        async def double():
            return 2 * await future

        async def wait():
            tasks = [Mqttc.spawn(double()), Mqttc.spawn(double())]
            GLib.idle_add(future.finish, 7)
            return [await task for task in tasks]

        self.assertEqual(Mqttc.run(wait()), [14, 14])

    def test_error_that_nobody_asks_for(self):
        async def fail():
            raise KeyError("nobody asks")

        with contextlib.redirect_stderr(io.StringIO()) as told:
            Mqttc.spawn(fail())
            gc.collect()
        self.assertIn("nobody asks", told.getvalue())

    def test_task_that_was_cancelled_is_no_error(self):
        async def wait():
            await Mqttc.Future()

        with contextlib.redirect_stderr(io.StringIO()) as told:
            Mqttc.spawn(wait()).cancel()
            gc.collect()
        self.assertEqual(told.getvalue(), "")

    def test_cancel(self):
        async def wait():
            await Mqttc.Future()

        task = Mqttc.spawn(wait())
        self.assertFalse(task.done())
        task.cancel()
        with self.assertRaises(GLib.Error) as caught:
            task.result()
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))

    def test_interrupted(self):
        """Control-C ends the coroutine where it waits, and what it has to clean up is done."""
        cleaned = []

        async def wait():
            try:
                await Mqttc.Future()
            finally:
                cleaned.append(True)

        def interrupt():
            task.throw(KeyboardInterrupt())

        task = Mqttc.spawn(wait())
        GLib.idle_add(interrupt)
        iterate_until(task.done)
        self.assertRaises(KeyboardInterrupt, task.result)
        self.assertEqual(cleaned, [True])

    def test_what_is_not_of_glib(self):
        class Other:
            def __await__(self):
                yield self

        async def wait():
            await Other()

        with self.assertRaisesRegex(RuntimeError, "cannot be awaited"):
            Mqttc.run(wait())


class SlowClient:
    """What a client looks like to `Messages`, while its server does not answer."""

    def __init__(self):
        self.answer = Mqttc.Future()
        self.left = []

    def subscribe_async(self, _subscription):
        return self.answer

    def unsubscribe_async(self, subscription, _cancellable, _callback):
        self.left.append(subscription)


class MessagesTest(unittest.TestCase):
    def subscribe(self, client, end):
        messages = Mqttc.Messages(client, "slow", QOS_1, 1)
        task = Mqttc.spawn(messages.__anext__())
        end(task)
        self.assertTrue(task.done())
        with self.assertRaises((GLib.Error, KeyError)):
            task.result()
        return messages.subscription

    def test_given_up(self):
        """The server may subscribe all the same, and nobody would take the messages."""
        for end in Mqttc.Task.cancel, lambda task: task.throw(KeyError()):
            client = SlowClient()
            subscription = self.subscribe(client, end)
            self.assertEqual(client.left, [subscription])

    def test_refused(self):
        client = SlowClient()
        error = GLib.Error.new_literal(Mqttc.client_error_quark(), "No", Mqttc.ClientError.NOT_OPEN)
        self.subscribe(client, lambda _task: client.answer.finish(error=error))
        gc.collect()
        self.assertEqual(client.left, [])


class PumpedLoop(asyncio.SelectorEventLoop):
    """An asyncio loop that runs the main loop of GLib, as those of gi.events and gbulb do."""

    def _run_once(self):
        while GLib.MainContext.default().iteration(False):
            pass
        self.call_later(0.001, lambda: None)
        super()._run_once()


class BrokerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Mosquitto()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def run_in_asyncio(self, coroutine):
        loop = PumpedLoop()
        try:
            return loop.run_until_complete(coroutine)
        finally:
            loop.close()

    async def publish_and_receive(self):
        async with Mqttc.Client(self.server.uri) as client:
            texts = []
            async for message in client.messages("await/+"):
                texts.append(message.text)
                if len(texts) == 3:
                    break
            return texts

    async def talk(self):
        async with Mqttc.Client(self.server.uri) as client:
            for name in "abc":
                await client.publish_text_async("await/" + name, name, QOS_1, True)
            texts = await self.publish_and_receive()
            for name in "abc":
                await client.publish_text_async("await/" + name, "", QOS_1, True)
            return sorted(texts)

    def test_bundled_loop(self):
        self.assertEqual(Mqttc.run(self.talk()), ["a", "b", "c"])

    def test_asyncio(self):
        self.assertEqual(self.run_in_asyncio(self.talk()), ["a", "b", "c"])

    def test_asyncio_cancels(self):
        async def wait():
            async with Mqttc.Client(self.server.uri) as client:
                subscription = Mqttc.Subscription.new("nothing/comes", QOS_1)
                await client.subscribe_async(subscription)
                cancellable = Gio.Cancellable()
                with self.assertRaises(asyncio.TimeoutError):
                    await asyncio.wait_for(subscription.next_async(cancellable), 0.01)
                return cancellable.is_cancelled()

        self.assertTrue(self.run_in_asyncio(wait()))

    def test_asyncio_without_glib(self):
        """It would wait for ever."""
        async def wait():
            await Mqttc.Client(self.server.uri).open_async()

        loop = asyncio.SelectorEventLoop()
        with self.assertRaisesRegex(RuntimeError, "GLib"):
            loop.run_until_complete(wait())
        loop.close()

    def test_callbacks_as_before(self):
        client = Mqttc.Client(self.server.uri)
        told = []
        client.open_async(None, lambda client, result: told.append(client.open_finish(result)))
        iterate_until(lambda: told)
        client.close_async(None, lambda client, result, data: told.append((
            client.close_finish(result), data)), "data")
        iterate_until(lambda: len(told) == 2)
        self.assertEqual(told[1], (True, "data"))

    def test_left_alone(self):
        """Nobody has to await."""
        client = Mqttc.Client(self.server.uri)
        client.open_async(None, None)
        client.publish_text_async("alone", "text", QOS_1, False, None, None)
        gc.collect()
        iterate_until(lambda: client.state == Mqttc.ConnectionState.CONNECTED and not client.inflight
                      and not client.queued)
        client.close_async()
        iterate_until(lambda: client.state == Mqttc.ConnectionState.CLOSED)

    def test_messages_unsubscribe_when_left(self):
        async def leave(how):
            async with Mqttc.Client(self.server.uri) as client:
                types = []
                client.event_loop.connect("outgoing", lambda _, packet: types.append(packet.packet_type))
                Mqttc.spawn(self.publish_when_subscribed(client))
                with contextlib.suppress(KeyError):
                    async for _message in client.messages("left"):
                        if how == "break":
                            break
                        raise KeyError
            return Mqttc.PacketType.UNSUBSCRIBE in types

        for how in "break", "raise":
            self.assertTrue(Mqttc.run(leave(how)), how)

    def test_messages_of_a_subscription_that_failed(self):
        async def fail():
            async with Mqttc.Client(self.server.uri) as client:
                types = []
                client.event_loop.connect("outgoing", lambda _, packet: types.append(packet.packet_type))
                for topic_filter in "a/#/b", "b/#/c":
                    with self.assertRaises(GLib.Error):
                        async for _message in client.messages(topic_filter):
                            pass
                gc.collect()
            return types

        self.assertNotIn(Mqttc.PacketType.UNSUBSCRIBE, Mqttc.run(fail()))

    def test_half_imported_asyncio(self):
        async def leave():
            async with Mqttc.Client(self.server.uri) as client:
                await client.publish_text_async("half", "x", QOS_1)

        complete = sys.modules["asyncio"]
        sys.modules["asyncio"] = type(sys)("asyncio")
        try:
            Mqttc.run(leave())
        finally:
            sys.modules["asyncio"] = complete

    def errors_told(self, coroutine):
        told = []
        hook, sys.unraisablehook = sys.unraisablehook, lambda problem: told.append(str(problem.exc_value))
        try:
            Mqttc.run(coroutine)
            gc.collect()
        finally:
            sys.unraisablehook = hook
        return told

    def test_error_of_a_call_that_nobody_awaits(self):
        async def fail():
            async with Mqttc.Client(self.server.uri) as client:
                client.publish_text_async("a/#", "x")
                await client.publish_text_async("a", "x", QOS_1)

        told, = self.errors_told(fail())
        self.assertIn("publish_text_async() failed, and its error was never retrieved", told)
        self.assertIn("a/#", told)

    def test_calls_that_nobody_awaits(self):
        """What succeeds, is cancelled, is awaited, or has a callback, is no news."""
        async def call():
            async with Mqttc.Client(self.server.uri) as client:
                client.publish_text_async("a", "x", QOS_1)
                client.publish_text_async("a", "x", QOS_1).cancel()
                client.publish_text_async("a/#", "x", QOS_1, False, None, lambda *_: None)
                with self.assertRaises(GLib.Error):
                    await client.publish_text_async("a/#", "x")
                await client.publish_text_async("a", "x", QOS_1)

        self.assertEqual(self.errors_told(call()), [])

    def test_messages_are_closed(self):
        async def close():
            async with Mqttc.Client(self.server.uri) as client:
                await client.publish_text_async("close", "text", QOS_1, True)
                types = []
                client.event_loop.connect("incoming", lambda _, packet: types.append(packet.packet_type))
                async with contextlib.aclosing(client.messages("close")) as messages:
                    self.assertEqual((await messages.__anext__()).text, "text")
                self.assertEqual(types[-1], Mqttc.PacketType.UNSUBACK)
                await client.publish_text_async("close", "", QOS_1, True)

        Mqttc.run(close())

    async def publish_when_subscribed(self, client):
        await client.publish_text_async("left", "text", QOS_1, True)

    def test_messages_end_with_the_client(self):
        async def read(client, texts):
            async for message in client.messages("end"):
                texts.append(message.text)

        async def close():
            client = Mqttc.Client(self.server.uri)
            await client.open_async()
            texts = []
            task = Mqttc.spawn(read(client, texts))
            await client.publish_text_async("end", "last", QOS_1)
            await client.close_async()
            await task
            return texts

        self.assertEqual(Mqttc.run(close()), ["last"])

    def test_messages_are_bounded(self):
        async def flood():
            async with Mqttc.Client(self.server.uri) as sender:
                async with Mqttc.Client(self.server.uri, clean_session=True) as client:
                    messages = client.messages("flood", limit=2)
                    self.assertEqual(messages.subscription.max_pending, 2)
                    first = Mqttc.spawn(messages.__anext__())
                    await client.publish_text_async("flood", "0", QOS_1)
                    texts = [(await first).text]
                    for number in range(1, 50):
                        await sender.publish_text_async("flood", str(number), QOS_1)
                    async for message in messages:
                        texts.append(message.text)
                        if len(texts) == 50:
                            return texts

        self.assertEqual(Mqttc.run(flood()), [str(number) for number in range(50)])

    def test_connection(self):
        """The blocking one can be iterated over, and used by `with`."""
        texts = []
        with Mqttc.Connection.new_for_uri(self.server.uri) as connection:
            connection.subscribe(Mqttc.Subscription.new("blocking", QOS_1))
            connection.client.try_publish(Mqttc.Message("blocking", "text", QOS_1))
            for event in connection:
                if event.message is not None:
                    self.assertEqual(repr(event), f"<Mqttc.Event: {event.to_string()}>")
                    texts.append(event.message.text)
                    break
        self.assertEqual(texts, ["text"])
        self.assertEqual([event.message for event in connection if event.message], [])

    def test_many_subscriptions(self):
        async def subscribe():
            async with Mqttc.Client(self.server.uri) as client:
                subscriptions = [Mqttc.Subscription.new(f"many/{number}", QOS_1) for number in range(20)]
                received = []
                for subscription in subscriptions:
                    subscription.connect("message", lambda _, message: received.append(message.topic))
                await client.subscribe_many_async(subscriptions)
                await client.publish_text_async("many/7", "x", QOS_1)
                iterate_until(lambda: received)
                return received, {subscription.granted_qos for subscription in subscriptions}

        self.assertEqual(Mqttc.run(subscribe()), (["many/7"], {QOS_1}))

    def test_manual_acks(self):
        async def acknowledge():
            async with Mqttc.Client(self.server.uri, manual_acks=True) as client:
                types = []
                client.event_loop.connect("outgoing", lambda _, packet: types.append(packet.packet_type))
                subscription = Mqttc.Subscription.new("manual", QOS_1)
                kept = []
                subscription.connect("message", lambda _, message: kept.append(message))
                await client.subscribe_async(subscription)
                await client.publish_text_async("manual", "text", QOS_1)
                iterate_until(lambda: kept)
                self.assertNotIn(Mqttc.PacketType.PUBACK, types)
                client.ack(kept[0])
                iterate_until(lambda: Mqttc.PacketType.PUBACK in types)

        Mqttc.run(acknowledge())

    # --- Traps.

    def test_connect_is_that_of_gobject(self):
        async def listen():
            async with Mqttc.Client(self.server.uri) as client:
                handler = client.connect("message", lambda *_: None)
                client.disconnect(handler)
                await client.publish_text_async("a", "still connected", QOS_1)
                return client.state

        self.assertEqual(Mqttc.run(listen()), Mqttc.ConnectionState.CONNECTED)

    def test_handler_of_none(self):
        async def take():
            async with Mqttc.Client(self.server.uri) as client:
                received = []
                subscription = Mqttc.Subscription.new("none", QOS_1)
                subscription.set_handler(lambda _, message, *data: received.append(message.text))
                await client.subscribe_async(subscription)
                await client.publish_text_async("none", "1", QOS_1)
                iterate_until(lambda: received)
                subscription.set_handler(None)
                done = []
                client.connect("message", lambda *_: done.append(True))
                await client.publish_text_async("none", "2", QOS_1)
                iterate_until(lambda: done)
                return received

        self.assertEqual(Mqttc.run(take()), ["1"])

    def test_message_outlives_its_handler(self):
        async def keep():
            async with Mqttc.Client(self.server.uri) as client:
                kept = []
                client.connect("message", lambda _, message: kept.append(message))
                await client.subscribe_async(Mqttc.Subscription.new("outlive", QOS_1))
                for number in range(100):
                    await client.publish_text_async("outlive", f"{number} " * 100, QOS_1)
                iterate_until(lambda: len(kept) == 100)
                gc.collect()
                return [message.text for message in kept]

        self.assertEqual(Mqttc.run(keep()), [f"{number} " * 100 for number in range(100)])

    def test_handlers_run_in_the_thread_of_the_owner(self):
        for io_thread in (False, True):
            with self.subTest(io_thread=io_thread):
                threads = Mqttc.run(self.threads_of_handlers(io_thread))
                self.assertEqual(threads, {threading.get_ident()})

    async def threads_of_handlers(self, io_thread):
        options = Mqttc.Options.new_for_uri(self.server.uri)
        loop = Mqttc.EventLoop(options=options, io_thread=io_thread)
        client = loop.get_client()
        threads = []
        for name in "message", "connected", "disconnected", "notify::state":
            client.connect(name, lambda *_: threads.append(threading.get_ident()))
        async with client:
            await client.subscribe_async(Mqttc.Subscription.new("thread", QOS_1))
            worker = threading.Thread(target=client.try_publish, args=[Mqttc.Message("thread", b"x")])
            count = len(threads)
            worker.start()
            worker.join()
            iterate_until(lambda: len(threads) > count)
        return set(threads)


if __name__ == "__main__":
    tap.main()
