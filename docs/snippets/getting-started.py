# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   desk/lamp: on

import gi

gi.require_version("Mqttc", "1")
from gi.repository import Mqttc


async def main():
    async with Mqttc.Client("mqtt://localhost") as client:
        # Retained: the server hands it to whoever subscribes later.
        await client.publish_text_async("desk/lamp", "on", Mqttc.Qos.AT_LEAST_ONCE, retain=True)

        async for message in client.messages("desk/#"):
            print(f"{message.topic}: {message.text}")
            # One is enough for this program.
            break


Mqttc.run(main())
