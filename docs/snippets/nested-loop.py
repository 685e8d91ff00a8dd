# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   asked: how much?
#   answered: 42

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

main_loop = GLib.MainLoop()
answers = []


def asked(subscription, message):
    print("asked:", message.get_text())
    client.publish_text_async("shop/answer", "42", Mqttc.Qos.AT_LEAST_ONCE, False, None, None)

    # The connection goes on below: the answer comes, and pings are sent.
    nested = GLib.MainLoop()
    handler = answer.connect("message", lambda *_: nested.quit())
    nested.run()
    answer.disconnect(handler)
    print("answered:", answers[0])
    client.close_async(None, lambda *_: main_loop.quit())


client = Mqttc.Client.new_for_uri("mqtt://localhost")
question = Mqttc.Subscription.new("shop/question", Mqttc.Qos.AT_LEAST_ONCE)
question.connect("message", asked)
answer = Mqttc.Subscription.new("shop/answer", Mqttc.Qos.AT_LEAST_ONCE)
answer.connect("message", lambda _, message: answers.append(message.get_text()))

client.open_async(None, None)
client.subscribe_async(answer, None, None)
client.subscribe_async(question, None, lambda client, result: client.publish_text_async(
    "shop/question", "how much?", Mqttc.Qos.AT_LEAST_ONCE, False, None, None))
main_loop.run()
