# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   desk/lamp: on

import sys

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

main_loop = GLib.MainLoop()


def closed(client, result):
    client.close_finish(result)
    main_loop.quit()


def received(subscription, message):
    print(f"{message.get_topic()}: {message.get_text()}")
    # One is enough for this program.
    client.close_async(None, closed)


def published(client, result):
    try:
        client.publish_text_finish(result)
    except GLib.Error as error:
        print("Not published:", error.message, file=sys.stderr)


def subscribed(client, result):
    try:
        client.subscribe_finish(result)
    except GLib.Error as error:
        print("Not subscribed:", error.message, file=sys.stderr)
    client.publish_text_async(
        "desk/lamp", "on", Mqttc.Qos.AT_LEAST_ONCE, False, None, published)


def opened(client, result):
    try:
        client.open_finish(result)
    except GLib.Error as error:
        print("Not connected:", error.message, file=sys.stderr)
        main_loop.quit()


client = Mqttc.Client.new_for_uri("mqtt://localhost")
desk = Mqttc.Subscription.new("desk/#", Mqttc.Qos.AT_LEAST_ONCE)
desk.connect("message", received)
client.open_async(None, opened)
client.subscribe_async(desk, None, subscribed)
main_loop.run()
