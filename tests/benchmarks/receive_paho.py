#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""receive_paho.py PORT COUNT: Paho for Python, a handler that reads the payload of each message."""

import json
import sys
import time

import paho.mqtt.client as mqtt

port, count = int(sys.argv[1]), int(sys.argv[2])
received = 0
started = None


def connected(client, _data, _flags, _code):
    global started
    started = time.perf_counter(), time.process_time()
    client.subscribe("bench/topic/14", 0)


def message(client, _data, msg):
    global received
    if len(msg.payload) != 64:
        sys.exit("A wrong message")
    received += 1
    if received == count:
        client.disconnect()


paho = mqtt.Client(f"source:0:64:{count}:100")
paho.on_connect = connected
paho.on_message = message
paho.connect("127.0.0.1", port, 3600)
paho.loop_forever()
print(json.dumps({"rate": count / (time.perf_counter() - started[0]),
                  "cpu": (time.process_time() - started[1]) * 1e6 / count}))
