# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   QoS 0: PUBLISH
#   QoS 1: PUBACK
#   QoS 2: PUBCOMP
#   3 books, then it is full

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

main_loop = GLib.MainLoop()


def published(client, result, qos):
    packet = client.publish_text_finish(result)
    # At QoS 0 nothing answers: this is the packet that has been sent.
    print(f"QoS {int(qos)}: {packet.get_packet_type().value_nick.upper()}")
    if qos == Mqttc.Qos.EXACTLY_ONCE:
        fill_queue()


def fill_queue():
    # What one callback publishes waits until the main loop runs again.
    book = Mqttc.Message.new_text("shelf", "a book")
    book.set_qos(Mqttc.Qos.AT_LEAST_ONCE)
    try:
        for n in range(4):
            client.try_publish(book)
    except GLib.Error as error:
        if not error.matches(Mqttc.ClientError.quark(), Mqttc.ClientError.QUEUE_FULL):
            raise
        print(f"{n} books, then it is full")
    client.close_async(None, lambda *_: main_loop.quit())


def opened(client, result):
    client.open_finish(result)
    for qos in (Mqttc.Qos.AT_MOST_ONCE, Mqttc.Qos.AT_LEAST_ONCE, Mqttc.Qos.EXACTLY_ONCE):
        client.publish_text_async("desk/lamp", "on", qos, False, None, published, qos)


options = Mqttc.Options.new_for_uri("mqtt://localhost")
options.set_max_queued_messages(3)
client = Mqttc.Client.new(options)
client.open_async(None, opened)
main_loop.run()
