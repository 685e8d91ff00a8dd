# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   saved: 3 apples
#   acknowledged

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

main_loop = GLib.MainLoop()


def received(subscription, message):
    # Saving takes a while; until it is done the server keeps the message, too.
    GLib.timeout_add(50, saved, message)


def saved(message):
    print("saved:", message.get_text())
    client.ack(message)
    print("acknowledged")
    client.close_async(None, lambda *_: main_loop.quit())
    return GLib.SOURCE_REMOVE


options = Mqttc.Options.new_for_uri("mqtt://localhost")
options.set_manual_acks(True)
client = Mqttc.Client.new(options)
orders = Mqttc.Subscription.new("shop/orders", Mqttc.Qos.AT_LEAST_ONCE)
orders.connect("message", received)

client.open_async(None, None)
client.subscribe_async(orders, None, None)
client.publish_text_async("shop/orders", "3 apples", Mqttc.Qos.AT_LEAST_ONCE, False, None, None)
main_loop.run()
