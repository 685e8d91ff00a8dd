#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""receive.py PORT COUNT: this library in Python, a handler that reads the payload of each message."""

import json
import sys
import time

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc


class Receiver:
    def __init__(self, port, count):
        self.count = count
        self.received = 0
        self.main_loop = GLib.MainLoop()
        options = Mqttc.Options(host="127.0.0.1", port=port, keep_alive=0, reconnect=False,
                                protocol=Mqttc.Protocol.V3_1_1,
                                client_id=f"source:0:64:{count}:100")
        self.client = Mqttc.Client.new(options)
        self.client.connect("message", self.message)

    def opened(self, client, result):
        client.open_finish(result)
        subscription = Mqttc.Subscription.new("bench/topic/14", Mqttc.Qos.AT_MOST_ONCE)
        self.started = time.perf_counter(), time.process_time()
        client.subscribe_async(subscription, None, None)

    def message(self, _, message):
        if len(message.payload) != 64:
            sys.exit("A wrong message")
        self.received += 1
        if self.received == self.count:
            self.main_loop.quit()

    def run(self):
        self.client.open_async(None, self.opened)
        self.main_loop.run()
        return {"rate": self.count / (time.perf_counter() - self.started[0]),
                "cpu": (time.process_time() - self.started[1]) * 1e6 / self.count}


print(json.dumps(Receiver(int(sys.argv[1]), int(sys.argv[2])).run()))
