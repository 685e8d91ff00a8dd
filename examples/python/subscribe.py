#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints the messages that match one or more filters, a line for each: topic and payload."""

import argparse
import signal
import sys

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc


class Subscriber:
    def __init__(self, arguments):
        self.arguments = arguments
        self.is_open = False
        self.n_received = 0
        self.status = 0
        self.main_loop = GLib.MainLoop()

        self.client = Mqttc.Client.new_for_uri(arguments.uri)
        self.client.connect("message", self.received)
        self.client.connect("disconnected", self.disconnected)
        if arguments.packets:
            loop = self.client.get_event_loop()
            loop.connect("incoming", lambda _, packet: self.print("←", packet.to_string()))
            loop.connect("outgoing", lambda _, packet: self.print("→", packet.to_string()))

    def run(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, self.interrupted)
        self.client.open_async(None, self.opened)
        self.main_loop.run()
        return self.status

    def print(self, *words):
        print(*words, flush=True)

    def fail(self, error):
        if self.status == 0:
            print(error.message, file=sys.stderr)
        self.status = 1
        self.main_loop.quit()

    def opened(self, client, result):
        try:
            client.open_finish(result)
        except GLib.Error as error:
            self.fail(error)
            return

        # From here on the client keeps itself connected, and makes the subscriptions again.
        self.is_open = True
        for text in self.arguments.filters:
            subscription = Mqttc.Subscription.new(text, Mqttc.Qos(self.arguments.qos))
            client.subscribe_async(subscription, None, self.subscribed)

    def subscribed(self, client, result):
        try:
            client.subscribe_finish(result)
        except GLib.Error as error:
            self.fail(error)

    def received(self, client, message):
        if 0 < self.arguments.count == self.n_received:
            return

        payload = message.get_payload().get_data()
        self.print(message.get_topic(), payload.decode(errors="replace"))
        self.n_received += 1
        if self.n_received == self.arguments.count:
            client.close_async(None, self.closed)

    def disconnected(self, client, error, retry_usec):
        if error is None:
            return

        # The first time, an error is better than patience.
        if not self.is_open or retry_usec < 0:
            self.fail(error)
        else:
            print(f"{error.message}; trying again in {retry_usec / 1e6:.1f} s", file=sys.stderr)

    def interrupted(self):
        self.client.close_async(None, self.closed)
        return GLib.SOURCE_CONTINUE

    def closed(self, client, result):
        client.close_finish(result)
        self.main_loop.quit()


def main():
    parser = argparse.ArgumentParser(description="Prints the messages that match the filters.")
    parser.add_argument("--packets", action="store_true", help="print each packet in and out")
    parser.add_argument("--count", type=int, default=0, metavar="N", help="end after N messages")
    parser.add_argument("--qos", type=int, choices=(0, 1, 2), default=0)
    parser.add_argument("uri", metavar="URI", help="such as mqtt://localhost")
    parser.add_argument("filters", metavar="FILTER", nargs="+")
    arguments = parser.parse_args()

    try:
        return Subscriber(arguments).run()
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
