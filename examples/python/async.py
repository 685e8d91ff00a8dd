#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Publishes ten temperatures and receives them again, in one main loop that never blocks, and prints
each packet that comes in or goes out."""

import argparse
import sys

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

N_MESSAGES = 10


def publish(client):
    """Publishes one every 100 ms."""
    texts = (f"20.{number}" for number in range(N_MESSAGES))

    def publish_next():
        text = next(texts, None)
        if text is None:
            return GLib.SOURCE_REMOVE
        client.publish_text_async("home/desk/temp", text, Mqttc.Qos.AT_LEAST_ONCE)
        return GLib.SOURCE_CONTINUE

    GLib.timeout_add(100, publish_next)


async def run(uri):
    # A program that lives on would rather try again.
    client = Mqttc.Client(uri, reconnect=False)
    client.event_loop.connect("incoming", lambda _, packet: print("←", packet.to_string()))
    client.event_loop.connect("outgoing", lambda _, packet: print("→", packet.to_string()))

    async with client:
        publish(client)
        n_received = 0
        async for message in client.messages("home/+/temp"):
            print(message.topic, message.text)
            n_received += 1
            if n_received == N_MESSAGES:
                break


def main():
    parser = argparse.ArgumentParser(description="Publishes and receives ten temperatures.")
    parser.add_argument("uri", metavar="URI", nargs="?", default="mqtt://localhost")
    arguments = parser.parse_args()

    try:
        Mqttc.run(run(arguments.uri))
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
