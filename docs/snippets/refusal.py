# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   PUBACK: 135

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc


async def main():
    async with Mqttc.Client("mqtt://localhost", protocol=Mqttc.Protocol.V5) as client:
        try:
            await client.publish_text_async("$SYS/uptime", "0", Mqttc.Qos.AT_LEAST_ONCE)
        except GLib.Error as error:
            packet = error.packet
            print(f"{packet.packet_type.value_nick.upper()}: {packet.reason_code}")


Mqttc.run(main())
