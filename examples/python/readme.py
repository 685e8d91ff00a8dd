# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0

from gi.repository import GLib, Mqttc
client = Mqttc.Client.new_for_uri("mqtt://localhost")
client.connect("message", lambda client, message: print(message.get_topic(), message.get_text()))
client.open_async(None, None)
client.subscribe_async(Mqttc.Subscription.new("home/#", Mqttc.Qos.AT_LEAST_ONCE), None, None)
GLib.MainLoop().run()
