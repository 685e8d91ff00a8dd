# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   desk/lamp: on

import gi

gi.require_version("Mqttc", "1")
from gi.repository import Mqttc

connection = Mqttc.Connection.new_for_uri("mqtt://localhost")
connection.subscribe(Mqttc.Subscription.new("desk/#", Mqttc.Qos.AT_LEAST_ONCE))
connection.publish(Mqttc.Message("desk/lamp", "on", Mqttc.Qos.AT_LEAST_ONCE))

while (event := connection.next()) is not None:
    if event.event_type == Mqttc.EventType.MESSAGE:
        print(f"{event.message.topic}: {event.message.text}")
        break

connection.close()
