# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   a new session
#   the session of last time
#   while you were away: 1 letter

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

main_loop = GLib.MainLoop()


def connected(client, connack):
    if connack.get_session_present():
        print("the session of last time")
    else:
        print("a new session")


def away(client, result):
    client.close_finish(result)
    sender = Mqttc.Client.new_for_uri("mqtt://localhost")
    sender.open_async(None, None)
    sender.publish_text_async("post/me", "1 letter", Mqttc.Qos.AT_LEAST_ONCE, False, None, sent)


def sent(sender, result):
    sender.publish_text_finish(result)
    sender.close_async(None, back)


def back(sender, result):
    sender.close_finish(result)
    client.open_async(None, None)


def received(subscription, message):
    print("while you were away:", message.get_text())
    client.close_async(None, lambda *_: main_loop.quit())


options = Mqttc.Options.new_for_uri("mqtt://localhost")
options.set_client_id("letterbox")
options.set_clean_session(False)
client = Mqttc.Client.new(options)
client.connect("connected", connected)
post = Mqttc.Subscription.new("post/#", Mqttc.Qos.AT_LEAST_ONCE)
post.connect("message", received)

client.open_async(None, None)
client.subscribe_async(post, None, lambda client, result: client.close_async(None, away))
main_loop.run()
