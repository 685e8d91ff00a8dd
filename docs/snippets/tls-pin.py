# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   an unknown server; is it the one?
#   connected

import sys

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

main_loop = GLib.MainLoop()


def opened(client, result):
    try:
        client.open_finish(result)
        print("connected")
        client.close_async(None, lambda *_: main_loop.quit())
    except GLib.Error as error:
        failure = client.get_tls_failure()
        if failure is None:
            print(error.message, file=sys.stderr)
            main_loop.quit()
        else:
            ask(client, failure)


def ask(client, failure):
    # Show the pin, and compare it with what the administrator of the server says.
    print("an unknown server; is it the one?")
    options = client.get_options()
    options.set_tls_pins([failure.get_pin()])
    client.open_async(None, opened)


options = Mqttc.Options.new_for_uri("mqtts://localhost")
options.set_certificate_file("client.pem")
options.set_private_key_file("client.key")
client = Mqttc.Client.new(options)
client.open_async(None, opened)
main_loop.run()
