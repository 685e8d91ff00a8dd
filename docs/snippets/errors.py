# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   open first

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

client = Mqttc.Client.new_for_uri("mqtt://localhost")

try:
    client.try_publish(Mqttc.Message.new_text("desk/lamp", "on"))
except GLib.Error as error:
    if error.matches(Mqttc.ClientError.quark(), Mqttc.ClientError.NOT_OPEN):
        print("open first")
    else:
        raise
