#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Does jobs that come as messages, and acknowledges each when its result is safe on disk. So a job
that was not finished, because the program or the machine died, comes again."""

import argparse
import os
import signal
import sys

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc


class Worker:
    def __init__(self, arguments):
        self.arguments = arguments
        self.status = 0
        self.main_loop = GLib.MainLoop()
        self.client = Mqttc.Client(arguments.uri, client_id=arguments.client_id,
                                   clean_session=False, manual_acks=True, reconnect=False)
        # At first an error is better than patience; from here on it is the other way round.
        self.client.connect("connected", lambda *_: self.client.options.set_reconnect(True))

    def run(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, self.stop)
        Mqttc.spawn(self.start())
        self.main_loop.run()
        return self.status

    async def start(self):
        subscription = Mqttc.Subscription.new(self.arguments.filter, Mqttc.Qos.AT_LEAST_ONCE)
        subscription.connect("message", self.received)
        # Both at once: what the server has kept for us comes as soon as it is open.
        opening = self.client.open_async()
        subscribing = self.client.subscribe_async(subscription)
        try:
            await opening
            await subscribing
            print("ready", flush=True)
        except GLib.Error as error:
            self.fail(error.message)

    def received(self, subscription, message):
        print("again:" if message.dup else "new:", message.text, flush=True)
        GLib.timeout_add(self.arguments.work_time, self.done, message)

    def done(self, message):
        try:
            self.store(message.text)
            self.client.ack(message)
            print("done:", message.text, flush=True)
        except GLib.Error as error:
            print(error.message, file=sys.stderr)
        except OSError as error:
            # Not acknowledged: it comes again, when there is room.
            self.fail(f"{self.arguments.file}: {error.strerror}")
        return GLib.SOURCE_REMOVE

    def store(self, job):
        with open(self.arguments.file, "a", encoding="utf-8") as file:
            file.write(f"{job}\n")
            file.flush()
            os.fsync(file.fileno())

    def fail(self, message):
        if self.status == 0:
            print(message, file=sys.stderr)
        self.status = 1
        self.main_loop.quit()

    def stop(self):
        self.client.close_async(None, lambda *_: self.main_loop.quit())
        return GLib.SOURCE_CONTINUE


def main():
    parser = argparse.ArgumentParser(description="Does jobs, and appends each to a file.")
    parser.add_argument("--client-id", default="worker", metavar="ID",
                        help="by which the server knows the worker again")
    parser.add_argument("--work-time", type=int, default=0, metavar="MS",
                        help="how long a job takes")
    parser.add_argument("uri", metavar="URI", help="such as mqtt://localhost")
    parser.add_argument("filter", metavar="FILTER")
    parser.add_argument("file", metavar="FILE")
    try:
        return Worker(parser.parse_args()).run()
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
