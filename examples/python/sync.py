#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Publishes ten temperatures from a thread, while the main thread receives them again and prints all
that happens on the connection. There is no main loop: each call waits until it is done."""

import argparse
import sys
import threading
import time

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

N_MESSAGES = 10


def publish(client):
    """This function of the client can be called in any thread, and does not wait."""
    for number in range(N_MESSAGES):
        client.try_publish(
            Mqttc.Message("home/desk/temp", f"20.{number}", Mqttc.Qos.AT_LEAST_ONCE))
        time.sleep(0.1)


def print_events(connection, n_messages):
    """Until so many messages have come, or the connection is closed."""
    while n_messages > 0:
        event = connection.next()
        if event is None:
            break
        if event.event_type == Mqttc.EventType.MESSAGE:
            print(event.message.topic, event.message.text)
            n_messages -= 1
        else:
            print(event.to_string())


def run(uri):
    options = Mqttc.Options.new_for_uri(uri)
    # A program that lives on would rather try again.
    options.reconnect = False
    connection = Mqttc.Connection.new(options)
    connection.open()
    connection.subscribe(Mqttc.Subscription.new("home/+/temp", Mqttc.Qos.AT_LEAST_ONCE))

    thread = threading.Thread(target=publish, args=[connection.client])
    thread.start()
    print_events(connection, N_MESSAGES)
    # Closing finishes what was published, and what happens meanwhile can be asked for, too.
    connection.close()
    print_events(connection, sys.maxsize)
    thread.join()


def main():
    parser = argparse.ArgumentParser(description="Publishes and receives ten temperatures.")
    parser.add_argument("uri", metavar="URI", nargs="?", default="mqtt://localhost")
    arguments = parser.parse_args()

    try:
        run(arguments.uri)
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
