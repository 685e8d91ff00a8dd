#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Both sides of a request in MQTT 5: a machine that answers what is asked of it, and one who asks.

    requests.py answer mqtt://localhost kitchen
    requests.py ask mqtt://localhost kitchen load
"""

import argparse
import os
import signal
import sys
import time

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

QUESTIONS = {
    "load": lambda: f"{os.getloadavg()[0]:.2f}",
    "time": lambda: time.strftime("%H:%M"),
    "name": lambda: os.uname().nodename,
}


def answer_request(responder, request):
    question = request.topic.rpartition("/")[2]
    response = Mqttc.Message(request.topic, qos=request.qos)
    response.content_type = "text/plain"
    if question in QUESTIONS:
        response.payload = QUESTIONS[question]().encode()
    else:
        response.add_user_property("error", f"{question}: ask for {', '.join(QUESTIONS)}")
    try:
        responder.respond(request, response)
    except GLib.Error as error:
        print(error.message, file=sys.stderr)


async def answer(arguments):
    async with Mqttc.Client(arguments.uri, protocol=Mqttc.Protocol.V5, reconnect=False) as client:
        # At first an error is better than patience; from here on it is the other way round.
        client.options.reconnect = True
        responder = Mqttc.Responder.new(client, f"machine/{arguments.machine}/+")
        responder.connect("request", answer_request)
        await responder.start_async()
        print("ready", flush=True)

        end = Mqttc.Future()
        for number in (signal.SIGINT, signal.SIGTERM):
            GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, end.finish)
        await end


async def ask(arguments):
    async with Mqttc.Client(arguments.uri, protocol=Mqttc.Protocol.V5, reconnect=False) as client:
        requester = Mqttc.Requester.new(client)
        request = Mqttc.Message(f"machine/{arguments.machine}/{arguments.question}",
                                qos=Mqttc.Qos.AT_LEAST_ONCE)
        # Nobody shall do it when nobody waits any more.
        request.expiry_interval = max(1, arguments.timeout // 1000)
        response = await requester.request_async(request, arguments.timeout)
        error = response.get_user_property("error")
        if error is not None:
            sys.exit(error)
        print(response.text)


def main():
    parser = argparse.ArgumentParser(description="Answers questions, or asks one.")
    sides = parser.add_subparsers(required=True)
    for side in answer, ask:
        arguments = sides.add_parser(side.__name__)
        arguments.set_defaults(side=side)
        arguments.add_argument("uri", metavar="URI", help="such as mqtt://localhost")
        arguments.add_argument("machine", metavar="MACHINE", help="a name for it")
    arguments.add_argument("question", metavar="QUESTION", help=", ".join(QUESTIONS))
    arguments.add_argument("--timeout", type=int, default=5000, metavar="MS",
                           help="how long to wait for the answer")
    arguments = parser.parse_args()
    try:
        Mqttc.run(arguments.side(arguments))
    except GLib.Error as error:
        sys.exit(error.message)


if __name__ == "__main__":
    main()
