#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The windows of the examples, on an X server of our own.

test_gtk.py BUILD-FOLDER
"""

import os
import subprocess
import unittest

from programs import ProgramTest, commands
import tap
from mosquitto import Mosquitto, environment


class Display:
    """It is nobody's, and has no window manager."""

    def __init__(self):
        read_end, write_end = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
            pass_fds=[write_end], stderr=subprocess.DEVNULL, env=environment())
        os.close(write_end)
        with os.fdopen(read_end) as file:
            self.name = ":" + file.readline().strip()

    def close(self):
        self.process.terminate()
        self.process.wait()


class WindowTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.display = Display()
        cls.commands = commands("gtk-window", "c", "vala", "python", "js")

    @classmethod
    def tearDownClass(cls):
        cls.display.close()
        super().tearDownClass()

    def start(self, words, *arguments, **changes):
        # No desktop: no accelerated drawing, no accessibility, no settings.
        return super().start(words, *arguments, DISPLAY=self.display.name, GDK_BACKEND="x11",
                             GSK_RENDERER="cairo", GTK_A11Y="none", **changes)

    def test_value(self):
        for number, words in enumerate(self.commands):
            with self.subTest(words=words):
                topic = f"value/{number}"
                window = self.start(words, "--print", self.server.uri, topic)
                self.assertEqual(window.stdout.readline(), "status: Connected\n")
                # Kept, for it may come before the window has subscribed.
                self.publish(topic, "20.5 °C", retain=True)
                self.assertEqual(window.stdout.readline(), "value: 20.5 °C\n")
                self.publish(topic, "21 °C")
                self.assertEqual(window.stdout.readline(), "value: 21 °C\n")
                self.assertEqual(self.terminate(window), ["status: Closed"])

    def test_type(self):
        for number, words in enumerate(self.commands):
            with self.subTest(words=words):
                topic = f"typed/{number}"
                window = self.start(words, "--print", "--type", "größer", self.server.uri, topic)
                self.assertEqual(window.stdout.readline(), "status: Connected\n")
                self.assertEqual(window.stdout.readline(), "value: größer\n")
                # It was published, not only shown.
                done = self.run_program(["mosquitto_sub"], "-p", str(self.server.port), "-h",
                                        "127.0.0.1", "-t", topic, "-C", "1", LD_PRELOAD="")
                self.assertEqual(done.stdout, "größer\n")
                self.terminate(window)

    def test_server_comes_late(self):
        for words in self.commands:
            with self.subTest(words=words):
                server = Mosquitto()
                server.stop()
                window = self.start(words, "--print", server.uri, "value")
                line = window.stdout.readline()
                self.assertIn(f"127.0.0.1:{server.port}: Connection refused", line)
                server.start()
                while line.endswith("refused\n"):
                    line = window.stdout.readline()
                self.assertEqual(line, "status: Connected\n")
                self.terminate(window)
                server.close()

    def test_refused_subscription(self):
        """A topic that is no filter is said where the user looks."""
        for words in self.commands:
            with self.subTest(words=words):
                window = self.start(words, "--print", self.server.uri, "a/#/b")
                lines = [window.stdout.readline(), window.stdout.readline()]
                self.assertIn("status: Connected\n", lines)
                self.assertTrue(any("a/#/b" in line for line in lines), lines)
                self.terminate(window)

    def test_errors(self):
        for words in self.commands:
            with self.subTest(words=words):
                self.assert_fails(self.run_program(words, "http://localhost", "a"), "http")
                self.assert_fails(self.run_program(words), "URI")
                self.assert_helps(words)


if __name__ == "__main__":
    tap.main()
