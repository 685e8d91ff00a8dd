# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   a token for attempt 1
#   welcome

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, GObject, Mqttc


def fetch_token(callback):
    # Stands for something that takes its time.
    GLib.idle_add(callback, b"token")


class Tokens(GObject.Object, Mqttc.CredentialsProvider):
    def do_provide(self, request):
        def fetched(token):
            print("a token for attempt", request.get_attempt())
            request.complete("ada", token)

        fetch_token(fetched)


async def main():
    async with Mqttc.Client("mqtt://localhost", credentials_provider=Tokens()):
        print("welcome")


Mqttc.run(main())
