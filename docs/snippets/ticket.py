# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   this server takes no tickets

import hashlib

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, GObject, Mqttc


def sign(data):
    return hashlib.sha256(b"secret" + data.get_data()).digest()


class Ticket(GObject.Object, Mqttc.Authenticator):
    def do_get_method(self):
        return "TICKET"

    def do_step(self, request):
        if request.get_stage() == Mqttc.AuthStage.START:
            request.complete(b"my ticket")
        elif request.get_stage() == Mqttc.AuthStage.FINISH:
            # Here it could still refuse the server.
            request.complete(None)
        else:
            request.complete(sign(request.get_server_data()))


async def main():
    client = Mqttc.Client("mqtt://localhost", protocol=Mqttc.Protocol.V5, authenticator=Ticket())
    try:
        await client.open_async()
    except GLib.Error as error:
        if not error.matches(Mqttc.ReasonError.quark(),
                             Mqttc.ReasonError.BAD_AUTHENTICATION_METHOD):
            raise
        print("this server takes no tickets")


Mqttc.run(main())
