#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python with the override: Control-C and other signals, and the end of the interpreter.

test_signals.py GIR
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import unittest
import xml.etree.ElementTree as xml

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc

import tap
from mosquitto import Mosquitto

CORE = "{http://www.gtk.org/introspection/core/1.0}"
GIR = sys.argv[1]
# Where Control-C comes.
BLOCKING = {
    "open to a closed port": """
        Mqttc.Connection(CLOSED).open()""",
    "next": """
        connection = Mqttc.Connection(URI)
        connection.open()
        while True:
            connection.next()""",
    "next_timeout": """
        connection = Mqttc.Connection(URI)
        while True:
            connection.next_timeout(1000000)""",
    "iteration": """
        for event in Mqttc.Connection(URI):
            pass""",
    "publish": """
        Mqttc.Connection(CLOSED).publish(Mqttc.Message("t", "x", 1))""",
    "subscribe": """
        Mqttc.Connection(CLOSED).subscribe(Mqttc.Subscription("t"))""",
    "poll": """
        GLib.MainContext.new().push_thread_default()
        loop = Mqttc.EventLoop(options=Mqttc.Options.new_for_uri(URI))
        while True:
            loop.poll()""",
    "poll_timeout": """
        GLib.MainContext.new().push_thread_default()
        loop = Mqttc.EventLoop(options=Mqttc.Options.new_for_uri(URI))
        while True:
            loop.poll_timeout(1000000)""",
    "with a main loop around it": """
        GLib.idle_add(Mqttc.Connection(CLOSED).open)
        GLib.MainLoop().run()""",
    "run": """
        async def wait():
            await Mqttc.Future()
        Mqttc.run(wait())""",
    "a call in a coroutine": """
        async def wait():
            Mqttc.Connection(CLOSED).open()
        Mqttc.run(wait())""",
}
# Here it comes in a callback, where PyGObject prints an exception and goes on.
IN_CALLBACKS = {
    "of run()": """
        async def wait():
            GLib.idle_add(interrupt)
            await Mqttc.Future()
        Mqttc.run(wait())""",
    "of next()": """
        connection = Mqttc.Connection(URI)
        connection.client.connect("connected", interrupt)
        while True:
            connection.next()""",
    "of next(), which waits as well": """
        def wait(*_):
            interrupt()
            Mqttc.Connection(CLOSED).open()
        connection = Mqttc.Connection(URI)
        connection.client.connect("connected", wait)
        while True:
            connection.next()""",
}
# Far more than any of them needs: what takes so long hangs.
GUARD_SECONDS = 20
PROGRAM = """
import os, signal, sys, threading, time, gi
# Ignored in what a shell starts in the background.
signal.signal(signal.SIGINT, signal.default_int_handler)
gi.require_version("Mqttc", "1")
from gi.repository import Gio, GLib, GObject, Mqttc

URI, CLOSED = sys.argv[1:]

def interrupt(*_):
    os.kill(os.getpid(), signal.SIGINT)
    # Python has run its handler by now.
    signal.getsignal(signal.SIGINT)

def tell():
    # When the main thread waits.
    while not sys.modules["gi.overrides._mqttc_signals"].signals.watches:
        time.sleep(0.001)
    print("waits", flush=True)

def main():
    threading.Thread(target=tell, daemon=True).start()
    {body}

{end}
"""


def program(body, end="main()"):
    return PROGRAM.format(body=body.strip().replace("\n        ", "\n    "), end=end.strip())


class SignalsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Mosquitto()
        # Bound, and not listening.
        cls.closed = socket.socket()
        cls.closed.bind(("127.0.0.1", 0))

    @classmethod
    def tearDownClass(cls):
        cls.closed.close()
        cls.server.close()

    def start(self, text):
        closed = f"mqtt://127.0.0.1:{self.closed.getsockname()[1]}"
        return subprocess.Popen([sys.executable, "-c", text, self.server.uri, closed], text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end_of(self, text, number=None):
        """What it prints, and its status."""
        child = self.start(text)
        try:
            if number is not None:
                self.assertEqual(child.stdout.readline(), "waits\n")
                child.send_signal(number)
            out, err = child.communicate(timeout=GUARD_SECONDS)
        finally:
            child.kill()
        return out.removeprefix("waits\n"), err, child.wait()

    def assert_interrupted(self, text, number=None):
        _, err, status = self.end_of(text, number)
        self.assertEqual((err.splitlines()[-1:], status), (["KeyboardInterrupt"], -signal.SIGINT), err)

    def test_control_c_ends_what_waits(self):
        for name, body in BLOCKING.items():
            with self.subTest(call=name):
                self.assert_interrupted(program(body), signal.SIGINT)

    def test_control_c_in_a_callback(self):
        for name, body in IN_CALLBACKS.items():
            with self.subTest(callback=name):
                self.assert_interrupted(program(body))

    def test_every_blocking_call_can_be_interrupted(self):
        count = 0
        for owner in xml.parse(GIR).getroot().iter(CORE + "class"):
            for method in owner.iterfind(CORE + "method"):
                kinds = [kind.get("name") for kind in
                         method.iterfind(f"{CORE}parameters/{CORE}parameter/{CORE}type")]
                if kinds[-1:] == ["Gio.Cancellable"]:
                    count += 1
                    call = getattr(getattr(Mqttc, owner.get("name")), method.get("name"))
                    self.assertIn("_interruptible", call.__qualname__)
        self.assertGreater(count, 8)

    def test_what_another_handler_raises(self):
        end = """
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
main()
"""
        for name in "next", "publish":
            with self.subTest(call=name):
                self.assertEqual(self.end_of(program(BLOCKING[name], end), signal.SIGTERM)[2], 7)

    def test_a_handler_that_returns(self):
        """The wait goes on: here until the handler itself has published what is waited for."""
        out, err, status = self.end_of(program("""
        connection = Mqttc.Connection(URI)
        subscribed = threading.Event()
        def publish(*_):
            if subscribed.is_set():
                connection.client.try_publish(Mqttc.Message("signal", "x", 1))
            else:  # it has come in an earlier wait
                threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGUSR1)).start()
        signal.signal(signal.SIGUSR1, publish)
        connection.subscribe(Mqttc.Subscription("signal", 1))
        subscribed.set()
        for event in connection:
            if event.message is not None:
                print(event.message.text)
                break
        connection.close()
        """), signal.SIGUSR1)
        self.assertEqual((out, err, status), ("x\n", "", 0))

    def test_all_is_restored(self):
        def handler(*_):
            pass

        reader, writer = socket.socketpair()
        with reader, writer:
            writer.setblocking(False)
            previous = signal.getsignal(signal.SIGINT), signal.set_wakeup_fd(writer.fileno())
            try:
                for one in (signal.default_int_handler, handler):
                    signal.signal(signal.SIGINT, one)
                    with contextlib.suppress(GLib.Error):
                        Mqttc.Connection(self.server.uri).next_timeout(1)
                    self.assertIs(signal.getsignal(signal.SIGINT), one)
                    self.assertEqual(signal.set_wakeup_fd(writer.fileno()), writer.fileno())
            finally:
                signal.signal(signal.SIGINT, previous[0])
                signal.set_wakeup_fd(previous[1])

    def test_who_has_set_a_wakeup_fd_is_told(self):
        reader, writer = socket.socketpair()
        with reader, writer:
            writer.setblocking(False)
            previous = signal.set_wakeup_fd(writer.fileno())
            handler = signal.signal(signal.SIGUSR1, lambda *_: None)
            connection = Mqttc.Connection(self.server.uri)
            connection.client.connect("connected", lambda *_: os.kill(os.getpid(), signal.SIGUSR1))
            try:
                connection.open()
                self.assertEqual(reader.recv(1), bytes([signal.SIGUSR1]))
                connection.close()
            finally:
                signal.signal(signal.SIGUSR1, handler)
                signal.set_wakeup_fd(previous)

    def test_cleaning_up_can_wait(self):
        """Control-C ends one wait, and not those that follow."""
        out, err, status = self.end_of(program("""
        with Mqttc.Connection(URI) as connection:
            connection.client.connect("message", interrupt)
            connection.subscribe(Mqttc.Subscription("clean", 1))
            connection.publish(Mqttc.Message("clean", "x"))
            try:
                while True:
                    connection.next()
            finally:
                print(connection.publish(Mqttc.Message("up", "x", 1)).packet_type.value_nick)
        """))
        self.assertEqual((out, err.splitlines()[-1:], status),
                         ("puback\n", ["KeyboardInterrupt"], -signal.SIGINT), err)

    def test_coroutine_cleans_up(self):
        out, err, status = self.end_of(program("""
        async def talk():
            async with Mqttc.Client(URI) as client:
                try:
                    GLib.idle_add(interrupt)
                    await Mqttc.Future()
                finally:
                    packet = await client.publish_text_async("up", "x", 1)
                    print(packet.packet_type.value_nick)
        Mqttc.run(talk())
        """))
        self.assertEqual((out, err.splitlines()[-1:], status),
                         ("puback\n", ["KeyboardInterrupt"], -signal.SIGINT), err)

    def test_run_in_another_thread(self):
        out, err, status = self.end_of(program("""
        async def give():
            return 7
        def work():
            context = GLib.MainContext.new()
            context.push_thread_default()
            print(Mqttc.run(give()))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        """))
        self.assertEqual((out, err, status), ("7\n", "", 0))

    def test_silent_at_exit(self):
        """Messages that a program leaves behind, with a client that is open."""
        out, err, status = self.end_of(program("pass", """
async def talk():
    global messages
    client = Mqttc.Client(URI)
    await client.open_async()
    messages = client.messages("exit")
    await client.publish_text_async("exit", "x", 1, True)
    print((await messages.__anext__()).text)
    await client.publish_text_async("exit", "", 1, True)

Mqttc.run(talk())
"""))
        self.assertEqual((out, err, status), ("x\n", "", 0))


if __name__ == "__main__":
    tap.main()
