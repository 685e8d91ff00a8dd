#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A window that shows the last text of a topic, and publishes what is typed."""

import argparse
import signal
import sys

import gi

gi.require_version("Gtk", "4.0")
gi.require_version("Mqttc", "1")
from gi.repository import Gio, GLib, Gtk, Mqttc


class Application(Gtk.Application):
    def __init__(self, arguments):
        super().__init__(application_id="org.mqttc.Window", flags=Gio.ApplicationFlags.NON_UNIQUE)
        self.arguments = arguments
        self.client = Mqttc.Client.new_for_uri(arguments.uri)

    def do_activate(self):
        self.make_window()
        for number in (signal.SIGINT, signal.SIGTERM):
            GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, self.window.close)

        # The client tries again by itself, if that makes sense.
        self.client.connect("connected", lambda *_: self.show("status", "Connected"))
        self.client.connect("disconnected", lambda client, error, retry: self.show(
            "status", error.message if error else "Closed"))
        self.client.open_async()
        Mqttc.spawn(self.subscribe())
        self.window.present()

    def make_window(self):
        self.labels = {"status": Gtk.Label(label="Connecting", css_classes=["subtitle"]),
                       "value": Gtk.Label(label="—", css_classes=["title-1"], vexpand=True)}
        titles = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, valign=Gtk.Align.CENTER)
        titles.append(Gtk.Label(label=self.arguments.topic, css_classes=["title"]))
        titles.append(self.labels["status"])

        self.entry = Gtk.Entry(hexpand=True)
        self.entry.connect("activate", lambda _: Mqttc.spawn(self.publish()))
        self.button = Gtk.Button(label="Publish")
        self.button.connect("clicked", lambda _: Mqttc.spawn(self.publish()))
        row = Gtk.Box(spacing=6)
        row.append(self.entry)
        row.append(self.button)
        content = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=12)
        content.append(self.labels["value"])
        content.append(row)

        self.window = Gtk.ApplicationWindow(
            application=self, child=content, titlebar=Gtk.HeaderBar(title_widget=titles))
        self.window.connect("close-request", self.close_requested)

    def show(self, name, text):
        self.labels[name].set_text(text)
        if self.arguments.print:
            print(f"{name}: {text}", flush=True)

    async def subscribe(self):
        subscription = Mqttc.Subscription.new(self.arguments.topic, Mqttc.Qos.AT_LEAST_ONCE)
        subscription.connect("message", lambda subscription, message: self.show(
            "value", message.text or "(not text)"))
        try:
            await self.client.subscribe_async(subscription)
        except GLib.Error as error:
            self.show("status", error.message)
            return
        if self.arguments.type is not None:
            self.entry.set_text(self.arguments.type)
            self.button.emit("clicked")

    async def publish(self):
        try:
            await self.client.publish_text_async(self.arguments.topic, self.entry.get_text(),
                                                 Mqttc.Qos.AT_LEAST_ONCE, retain=True)
        except GLib.Error as error:
            self.show("status", error.message)

    def close_requested(self, window):
        # Out of sight at once, but alive until the client has finished what was published.
        window.set_visible(False)
        Mqttc.spawn(self.close())
        return True

    async def close(self):
        await self.client.close_async()
        self.window.destroy()


def main():
    parser = argparse.ArgumentParser(description="Shows the last text of a topic.")
    parser.add_argument("--print", action="store_true", help="print what the window shows")
    parser.add_argument("--type", metavar="TEXT", help="type a text and press the button")
    parser.add_argument("uri", metavar="URI", help="such as mqtt://localhost")
    parser.add_argument("topic", metavar="TOPIC")
    try:
        return Application(parser.parse_args()).run()
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
