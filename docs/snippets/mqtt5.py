# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   21.5 °C, by kitchen-2 and hall-1

import gi

gi.require_version("Mqttc", "1")
from gi.repository import Mqttc


async def main():
    async with Mqttc.Client("mqtt://localhost", protocol=Mqttc.Protocol.V5) as client:
        message = Mqttc.Message("home/temperature", "21.5", retain=True)
        message.expiry_interval = 600
        message.add_user_property("unit", "°C")
        # A name can be there more than once, and the order stays.
        message.add_user_property("by", "kitchen-2")
        message.add_user_property("by", "hall-1")
        await client.publish_async(message)

        async for message in client.messages("home/#"):
            unit = message.get_user_property("unit")
            senders = [value for name, value in message.properties.user_properties if name == "by"]
            print(f"{message.text} {unit}, by {' and '.join(senders)}")
            break


Mqttc.run(main())
