#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The scenarios in Python, written as Python is.

scenarios.py URI URI-OF-ONE-WITH-PASSWORD
scenarios.py --die URI: opens with a last will, says so, and waits for its end
"""

import gc
import sys
import traceback

import gi

gi.require_version("Mqttc", "1")
from gi.repository import Gio, GLib, Mqttc

QOS_0, QOS_1, QOS_2 = (Mqttc.Qos(number) for number in range(3))
State = Mqttc.ConnectionState


def iterate_until(condition):
    while not condition():
        GLib.MainContext.default().iteration(True)


def check(condition, *values):
    if not condition:
        raise AssertionError(" ".join(map(repr, values)))


def equal(one, other):
    check(one == other, one, other)


async def subscribe(client, topic_filter, handler):
    subscription = Mqttc.Subscription.new(topic_filter, QOS_2)
    subscription.connect("message", lambda _, message: handler(message))
    await client.subscribe_async(subscription)
    return subscription


class DeafServer:
    """Takes connections, and never answers."""

    def __init__(self):
        self.listener = Gio.SocketListener()
        self.uri = f"mqtt://127.0.0.1:{self.listener.add_any_inet_port(None)}"

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.listener.close()


async def opens_and_closes(uri, _secured):
    client = Mqttc.Client(uri)
    states = []
    ends = []
    client.connect("notify::state", lambda client, _: states.append(client.state))
    client.connect("disconnected", lambda _, error, retry_usec: ends.append((error, retry_usec)))
    connack = await client.open_async()
    equal(connack.packet_type, Mqttc.PacketType.CONNACK)
    await client.close_async()
    equal(states, [State.CONNECTING, State.CONNECTED, State.DRAINING, State.CLOSED])
    iterate_until(lambda: ends)
    equal(ends, [(None, -1)])


async def each_qos(uri, _secured):
    payloads = ["grüße".encode(), b"\x00\xff\x80\x00"]
    async with Mqttc.Client(uri) as client:
        received = []
        await subscribe(client, "qos/+", received.append)
        for qos in (QOS_0, QOS_1, QOS_2):
            for payload in payloads:
                await client.publish_async(Mqttc.Message("qos/both", payload, qos=qos))
        iterate_until(lambda: len(received) == 6)
        equal([message.topic for message in received], ["qos/both"] * 6)
        equal([message.qos for message in received], [QOS_0, QOS_0, QOS_1, QOS_1, QOS_2, QOS_2])
        equal([message.payload for message in received], payloads * 3)
        equal([message.text for message in received], ["grüße", None] * 3)


async def retained(uri, _secured):
    async with Mqttc.Client(uri) as client:
        await client.publish_text_async("retained", "kept", qos=QOS_1, retain=True)
        received = []
        await subscribe(client, "retained", received.append)
        iterate_until(lambda: received)
        equal([(message.text, message.retain) for message in received], [("kept", True)])
        await client.publish_text_async("retained", "", qos=QOS_1, retain=True)


async def last_will(uri, _secured):
    async with Mqttc.Client(uri) as client:
        received = []
        await subscribe(client, "will", received.append)
        child = Gio.Subprocess.new([sys.executable, __file__, "--die", uri],
                                   Gio.SubprocessFlags.STDOUT_PIPE)
        lines = Gio.DataInputStream.new(child.get_stdout_pipe())
        equal(lines.read_line_utf8(None)[0], "open")
        equal(received, [])
        child.force_exit()
        iterate_until(lambda: received)
        equal(received[0].text, "gone")
        child.wait()


async def wrong_password(_uri, secured):
    options = Mqttc.Options.new_for_uri(secured)
    options.user_name = "ada"
    for password, good in (b"wrong", False), (b"right", True):
        options.password = password
        client = Mqttc.Client(options=options)
        try:
            await client.open_async()
            check(good)
        except GLib.Error as error:
            check(not good)
            equal(error.domain, "mqttc-reason-error-quark")
            check(error.matches(Mqttc.reason_error_quark(), Mqttc.ReasonError.NOT_AUTHORIZED), error)
            check(secured.removeprefix("mqtt://") in error.message, error.message)
        await client.close_async()


async def overlapping(uri, _secured):
    async with Mqttc.Client(uri) as client:
        told = []
        client.connect("message", lambda _, message: told.append("client " + message.text))
        for topic_filter in ("over/#", "over/+", "other/#"):
            await subscribe(client, topic_filter, lambda message, name=topic_filter:
                            told.append(f"{name} {message.text}"))
        for number in "12":
            await client.publish_text_async("over/lap", number, qos=QOS_1)
        iterate_until(lambda: len(told) >= 6)
        equal(told, [f"{name} {number}" for number in "12"
                     for name in ("client", "over/+", "over/#")])


async def kept_message(uri, _secured):
    client = await Mqttc.Client(uri).__aenter__()
    texts = ["short", "long " * 20000]
    kept = []
    await subscribe(client, "kept/+", kept.append)
    for text in texts:
        await client.publish_text_async("kept/it", text, qos=QOS_1)
    iterate_until(lambda: len(kept) == 2)
    # New memory takes the place of what was freed too early.
    churn = await subscribe(client, "churn", lambda message: message.text)
    for number in range(200):
        await client.publish_text_async("churn", "x" * (number * 50))
    await client.unsubscribe_async(churn)
    await client.close_async()
    del client, churn
    gc.collect()
    equal([(message.topic, message.text) for message in kept], [("kept/it", text) for text in texts])


async def idiom(uri, _secured):
    """await, async with, async for, and exceptions."""
    async with Mqttc.Client(uri) as client:
        check(client.state == State.CONNECTED)
        puback = await client.publish_text_async("home/desk/temp", "20", qos=QOS_1, retain=True)
        equal(puback.packet_type, Mqttc.PacketType.PUBACK)
        texts = []
        async for message in client.messages("home/+/temp"):
            texts.append(message.text)
            if len(texts) == 3:
                break
            await client.publish_text_async("home/desk/temp", f"2{len(texts)}", QOS_1)
        equal(texts, ["20", "21", "22"])
        await client.publish_text_async("home/desk/temp", "", QOS_1, retain=True)
        try:
            await client.publish_text_async("home/#", "no wildcards in a topic")
            check(False)
        except GLib.Error as error:
            check(error.matches(Mqttc.client_error_quark(), Mqttc.ClientError.INVALID_ARGUMENT))
            check("home/#" in error.message, error.message)
    equal(client.state, State.CLOSED)


async def cancelled(_uri, _secured):
    with DeafServer() as server:
        client = Mqttc.Client(server.uri)
        cancellables = Gio.Cancellable(), Gio.Cancellable()
        opening = client.open_async(cancellables[0])
        publishing = client.publish_text_async("a", "text", QOS_1, cancellable=cancellables[1])
        for call, cancellable in (publishing, cancellables[1]), (opening, cancellables[0]):
            GLib.idle_add(cancellable.cancel)
            try:
                await call
                check(False)
            except GLib.Error as error:
                check(error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED), error)
        iterate_until(lambda: client.state == State.CLOSED)


async def handler_publishes(uri, _secured):
    async with Mqttc.Client(uri) as client:
        received = []
        end = Mqttc.Future()

        def handle(message):
            received.append(message.text)
            if message.text == "1":
                client.publish_text_async("nested", "2", QOS_1)
                iterate_until(lambda: len(received) == 2)
                received.append("after the nested loop")
                end.finish()

        await subscribe(client, "nested", handle)
        await client.publish_text_async("nested", "1", QOS_1)
        await end
        equal(received, ["1", "2", "after the nested loop"])


async def full_queue(_uri, _secured):
    with DeafServer() as server:
        client = Mqttc.Client(server.uri, max_queued_messages=3)
        client.open_async()
        for number in range(3):
            client.try_publish(Mqttc.Message.new_text("queue", str(number)))
        equal(client.queued, 3)
        for publish in (client.try_publish, client.publish_async):
            try:
                await publish(Mqttc.Message.new_text("queue", "one too many"))
                check(False)
            except GLib.Error as error:
                check(error.matches(Mqttc.client_error_quark(), Mqttc.ClientError.QUEUE_FULL), error)
        stop = Gio.Cancellable()
        stop.cancel()
        try:
            await client.close_async(stop)
        except GLib.Error as error:
            check(error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED), error)


async def restart(uri, _secured):
    async with Mqttc.Client(uri, reconnect_min_delay=20, reconnect_max_delay=100) as client:
        received = []
        ends = []
        begins = []
        client.connect("disconnected", lambda _, error, retry_usec: ends.append((error, retry_usec)))
        client.connect("connected", lambda *_: begins.append(True))
        await subscribe(client, "restart", received.append)
        print("# stop the broker", flush=True)
        iterate_until(lambda: ends)
        check(isinstance(ends[0][0], GLib.Error) and ends[0][1] >= 0, ends)
        equal(client.last_error.message, ends[-1][0].message)
        print("# start the broker", flush=True)
        iterate_until(lambda: begins)
        await client.publish_text_async("restart", "here again", QOS_1)
        iterate_until(lambda: received)
        equal([message.text for message in received], ["here again"])


# --- MQTT 5.


def client5(uri, **options):
    return Mqttc.Client(uri, protocol=Mqttc.Protocol.V5, **options)


async def properties_in_order(uri, _secured):
    pairs = [("unit", "°C"), ("room", "kitchen"), ("unit", "K"), ("", "")]
    async with client5(uri) as client:
        received = []
        await subscribe(client, "properties", received.append)
        message = Mqttc.Message("properties", b"21")
        for name, value in pairs:
            message.add_user_property(name, value)
        message.content_type = "text/plain"
        message.expiry_interval = 3600
        message.payload_format_indicator = 1
        message.response_topic = "answers"
        message.correlation_data = b"\x00\xff"
        await client.publish_async(message)
        check(message.is_locked() and message.properties.is_locked())
        iterate_until(lambda: received)
        equal(received[0].properties.user_properties, pairs)
        equal(received[0].get_user_property("unit"), "°C")
        equal((received[0].content_type, received[0].payload_format_indicator), ("text/plain", 1))
        equal((received[0].response_topic, received[0].correlation_data), ("answers", b"\x00\xff"))
        check(0 < received[0].expiry_interval <= 3600, received[0].expiry_interval)
        equal(Mqttc.Message("none").expiry_interval, -1)


async def subscription_options(uri, _secured):
    async with client5(uri) as client, client5(uri) as other:
        await other.publish_text_async("options/kept", "old", QOS_1, retain=True)
        told = []
        subscription = Mqttc.Subscription("options/+", QOS_1, no_local=True, retain_as_published=True,
                                          retain_handling=Mqttc.RetainHandling.DO_NOT_SEND)
        subscription.connect("message", lambda _, message: told.append(
            (message.text, message.retain, len(message.subscription_ids))))
        await client.subscribe_async(subscription)
        await client.publish_text_async("options/own", "not for me", QOS_1)
        await other.publish_text_async("options/kept", "new", QOS_1, retain=True)
        await other.publish_text_async("options/last", "last", QOS_1)
        iterate_until(lambda: len(told) >= 2)
        equal(told, [("new", True, 1), ("last", False, 1)])
        await other.publish_text_async("options/kept", "", QOS_1, retain=True)


async def request_and_response(uri, _secured):
    async with client5(uri) as client, client5(uri) as other:
        responder = Mqttc.Responder.new(other, "square/+")

        responder.connect("request", lambda responder, request:
                          responder.respond_text(request, str(int(request.text) ** 2)))
        await responder.start_async()
        requester = Mqttc.Requester.new(client)
        request = Mqttc.Message.new_text("square/it", "12")
        reply = await requester.request_async(request, 10000)
        equal((reply.text, reply.topic), ("144", requester.response_topic))
        try:
            await requester.request_async(Mqttc.Message.new_text("nobody", "12"), 1)
            check(False)
        except GLib.Error as error:
            check(error.matches(Mqttc.client_error_quark(), Mqttc.ClientError.TIMED_OUT), error)
            equal(error.packet, None)


async def refusal(_uri, secured):
    client = client5(secured, user_name="ada", password=b"wrong")
    told = []
    client.connect("disconnected", lambda client, *_: told.append(client.get_last_refusal()))
    try:
        await client.open_async()
        check(False)
    except GLib.Error as error:
        packet = error.packet
    equal((packet.packet_type, packet.reason_code),
          (Mqttc.PacketType.CONNACK, Mqttc.ReasonError.NOT_AUTHORIZED))
    check(packet.properties is not None or packet.reason_string is None)
    iterate_until(lambda: told)
    equal(told[0].to_string(), packet.to_string())
    equal(client.last_refusal.reason_code, packet.reason_code)


async def reasons_given(uri, _secured):
    async with client5(uri) as other:
        told = []
        await subscribe(other, "reasons/will", lambda message: told.append(message.text))
        will = Mqttc.Message("reasons/will", b"gone", qos=QOS_1)
        client = await client5(uri, will=will, manual_acks=True).__aenter__()
        client.event_loop.connect("outgoing", lambda _, packet: told.append(
            (packet.packet_type.value_nick, packet.reason_code, packet.reason_string))
            if packet.reason_code else None)
        properties = Mqttc.Properties.new()
        properties.set_text(Mqttc.PropertyId.REASON_STRING, "because")
        received = []
        await subscribe(client, "reasons/job", received.append)
        await other.publish_text_async("reasons/job", "dig", QOS_1)
        iterate_until(lambda: received)
        client.ack_full(received[0], Mqttc.ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, properties)
        iterate_until(lambda: told)
        await client.close_full_async(Mqttc.ReasonCode.DISCONNECT_WITH_WILL, properties, -1)
        iterate_until(lambda: len(told) == 3)
        equal(told, [("puback", 0x83, "because"), ("disconnect", 0x04, "because"), "gone"])


SCENARIOS = [
    ("opens and closes, and tells each state", opens_and_closes),
    ("publishes and receives at each QoS, text and bytes", each_qos),
    ("a handler connected before subscribing gets the retained message", retained),
    ("the last will comes after an unclean end", last_will),
    ("a wrong password is an error with domain, code and message", wrong_password),
    ("overlapping filters: the client once, each subscription once", overlapping),
    ("a message that a handler has kept stays right", kept_message),
    ("asynchronous calls, their results and errors, as the language has them", idiom),
    ("a call that is cancelled ends as cancelled", cancelled),
    ("a handler publishes and runs a nested main loop", handler_publishes),
    ("a full queue is an error that can be caught", full_queue),
    ("after a restart of the broker the subscriptions are made again", restart),
    ("properties keep their order and their duplicates", properties_in_order),
    ("options of a subscription, and its identifier", subscription_options),
    ("a request is answered, or its time ends", request_and_response),
    ("a refusal has its packet", refusal),
    ("an acknowledgement and a goodbye have a reason and properties", reasons_given),
]


def die(uri):
    will = Mqttc.Message("will", b"gone", qos=QOS_1)
    client = Mqttc.Client(uri, will=will)
    Mqttc.run(client.__aenter__())
    print("open", flush=True)
    GLib.MainLoop().run()


def main():
    if sys.argv[1] == "--die":
        die(sys.argv[2])
    print(f"1..{len(SCENARIOS)}")
    failures = 0
    for number, (name, scenario) in enumerate(SCENARIOS, 1):
        try:
            Mqttc.run(scenario(*sys.argv[1:]))
            print(f"ok {number} - {name}", flush=True)
        except Exception:
            failures += 1
            print(f"not ok {number} - {name}", flush=True)
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
