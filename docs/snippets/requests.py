# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: CC0-1.0
#
# Prints:
#   ROSEBUD
#   nobody answers

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc


async def answer(client):
    responder = Mqttc.Responder.new(client, "words/upper")
    responder.connect("request", lambda responder, request:
                      responder.respond_text(request, request.text.upper()))
    await responder.start_async()
    return responder


async def ask(client):
    requester = Mqttc.Requester.new(client)
    request = Mqttc.Message.new_text("words/upper", "rosebud")
    print((await requester.request_async(request, 5000)).text)

    try:
        await requester.request_async(Mqttc.Message.new_text("words/lower", "ROSEBUD"), 100)
    except GLib.Error as error:
        if not error.matches(Mqttc.ClientError.quark(), Mqttc.ClientError.TIMED_OUT):
            raise
        print("nobody answers")


async def main():
    async with Mqttc.Client("mqtt://localhost", protocol=Mqttc.Protocol.V5) as client:
        responder = await answer(client)
        await ask(client)


Mqttc.run(main())
