#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Publishes texts to a topic, and ends when the server has acknowledged all of them."""

import argparse
import sys

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc


class Publisher:
    def __init__(self, arguments):
        self.arguments = arguments
        self.status = 0
        self.main_loop = GLib.MainLoop()

        options = Mqttc.Options.new_for_uri(arguments.uri)
        # A command that runs once had better say what is wrong than try again.
        options.set_reconnect(False)
        self.client = Mqttc.Client.new(options)
        if arguments.packets:
            loop = self.client.get_event_loop()
            loop.connect("incoming", lambda _, packet: print("←", packet.to_string()))
            loop.connect("outgoing", lambda _, packet: print("→", packet.to_string()))

    def run(self):
        self.client.open_async(None, self.opened)
        self.main_loop.run()
        return self.status

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

        for text in self.arguments.texts:
            client.publish_text_async(
                self.arguments.topic, text, Mqttc.Qos(self.arguments.qos),
                self.arguments.retain, None, self.published)
        # Closing first finishes what was published.
        client.close_async(None, self.closed)

    def published(self, client, result):
        try:
            client.publish_finish(result)
        except GLib.Error as error:
            self.fail(error)

    def closed(self, client, result):
        try:
            client.close_finish(result)
        except GLib.Error as error:
            self.fail(error)
        self.main_loop.quit()


def main():
    parser = argparse.ArgumentParser(description="Publishes texts to a topic.")
    parser.add_argument("--packets", action="store_true", help="print each packet in and out")
    parser.add_argument("--qos", type=int, choices=(0, 1, 2), default=0)
    parser.add_argument("--retain", action="store_true", help="the server keeps the last text")
    parser.add_argument("uri", metavar="URI", help="such as mqtt://localhost")
    parser.add_argument("topic", metavar="TOPIC")
    parser.add_argument("texts", metavar="TEXT", nargs="+")
    arguments = parser.parse_args()

    try:
        return Publisher(arguments).run()
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
