#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples in C and in Python, with the commands of Mosquitto as the other side.

test_examples.py PUBLISH SUBSCRIBE FOLDER-OF-THE-PYTHON-ONES
"""

import subprocess
import sys
import unittest

import tap
from mosquitto import Mosquitto, environment

PUBLISH, SUBSCRIBE, FOLDER = sys.argv[1:]
PUBLISHERS = [PUBLISH], [sys.executable, FOLDER + "/publish.py"]
SUBSCRIBERS = [SUBSCRIBE], [sys.executable, FOLDER + "/subscribe.py"]


def run(command, *arguments, env=None):
    return subprocess.run([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          encoding="utf-8", timeout=60, env=env)


class ExamplesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Mosquitto()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def start(self, command, *arguments, env=None):
        process = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE,
                                   encoding="utf-8", env=env)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def start_subscriber(self, command, *arguments):
        """And waits until it is subscribed."""
        process = self.start(command, "--packets", *arguments)
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("← SUBACK"):
                break
        return process, lines

    def assert_ok(self, done):
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 0)

    def test_each_to_each(self):
        for publisher in PUBLISHERS:
            for subscriber in SUBSCRIBERS:
                with self.subTest(publisher=publisher, subscriber=subscriber):
                    process, _ = self.start_subscriber(
                        subscriber, "--qos", "2", "--count", "2", self.server.uri, "a/#", "b")
                    self.assert_ok(run(publisher, "--qos", "1", self.server.uri, "a/b",
                                       "größe", "zwei worte"))
                    lines = [line for line in process.stdout if line[0] not in "←→"]
                    self.assertEqual(lines, ["a/b größe\n", "a/b zwei worte\n"])
                    self.assertEqual(process.wait(), 0)

    def test_packets(self):
        for publisher in PUBLISHERS:
            with self.subTest(publisher=publisher):
                done = run(publisher, "--packets", "--qos", "2", self.server.uri, "a", "text")
                self.assert_ok(done)
                self.assertEqual([" ".join(line.split()[:2]).rstrip(":,")
                                  for line in done.stdout.splitlines()], [
                    "→ CONNECT", "← CONNACK", "→ PUBLISH", "← PUBREC", "→ PUBREL", "← PUBCOMP",
                    "→ DISCONNECT"])

    def test_packets_of_subscriber(self):
        for subscriber in SUBSCRIBERS:
            with self.subTest(subscriber=subscriber):
                _, lines = self.start_subscriber(subscriber, self.server.uri, "a/+")
                self.assertEqual([line.split()[1].rstrip(":,") for line in lines],
                                 ["CONNECT", "CONNACK", "SUBSCRIBE", "SUBACK"])
                self.assertIn("a/+", lines[2])

    def test_retain(self):
        for publisher, subscriber in zip(PUBLISHERS, SUBSCRIBERS):
            with self.subTest(publisher=publisher):
                self.assert_ok(run(publisher, "--retain", "--qos", "1", self.server.uri, "kept",
                                   "text"))
                done = run(subscriber, "--count", "1", self.server.uri, "kept")
                self.assert_ok(done)
                self.assertEqual(done.stdout, "kept text\n")
                self.assert_ok(run(publisher, "--retain", "--qos", "1", self.server.uri, "kept",
                                   ""))

    def test_to_mosquitto_sub(self):
        for publisher in PUBLISHERS:
            with self.subTest(publisher=publisher):
                self.assert_ok(run(publisher, "--retain", "--qos", "2", self.server.uri, "m",
                                   "größe"))
                done = run(["mosquitto_sub"], "-p", str(self.server.port), "-h", "127.0.0.1",
                           "-t", "m", "-C", "1", "-v", env=environment())
                self.assertEqual(done.stdout, "m größe\n")

    def test_from_mosquitto_pub(self):
        for subscriber in SUBSCRIBERS:
            with self.subTest(subscriber=subscriber):
                process, _ = self.start_subscriber(subscriber, "--count", "1", self.server.uri,
                                                   "p")
                run(["mosquitto_pub"], "-p", str(self.server.port), "-h", "127.0.0.1", "-t", "p",
                    "-m", "größe", "-q", "2", env=environment())
                self.assertIn("p größe\n", process.stdout.readlines())

    def test_interrupted(self):
        for subscriber in SUBSCRIBERS:
            with self.subTest(subscriber=subscriber):
                process, _ = self.start_subscriber(subscriber, self.server.uri, "a")
                process.terminate()
                self.assertTrue(process.stdout.readlines()[-1].startswith("→ DISCONNECT"))
                self.assertEqual(process.wait(), 0)

    def test_help(self):
        for command in PUBLISHERS + SUBSCRIBERS:
            with self.subTest(command=command):
                done = run(command, "--help")
                self.assert_ok(done)
                self.assertIn("--packets", done.stdout)
                self.assertIn("URI", done.stdout)

    def assert_fails(self, done, text, status=1):
        self.assertEqual(done.returncode, status)
        self.assertIn(text, done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        self.assertNotIn("CRITICAL", done.stderr)

    def test_errors(self):
        server = Mosquitto("ada", "secret")
        nobody = Mosquitto()
        nobody.stop()
        cases = [
            ("http://localhost", "a", "http"),
            ("localhost", "a", "scheme"),
            (nobody.uri, "a", f"127.0.0.1:{nobody.port}"),
            (server.uri, "a", "ot authorized"),
            (self.server.uri, "a/#/b", "a/#/b"),
        ]
        for command in PUBLISHERS:
            for uri, topic, text in cases:
                with self.subTest(command=command, uri=uri):
                    self.assert_fails(run(command, uri, topic, "text"), text)
        for command in SUBSCRIBERS:
            for uri, topic, text in cases:
                with self.subTest(command=command, uri=uri):
                    self.assert_fails(run(command, uri, topic), text)
        server.close()
        nobody.close()

    def test_missing_arguments(self):
        for command in PUBLISHERS + SUBSCRIBERS:
            with self.subTest(command=command):
                status = 2 if command[0] == sys.executable else 1
                self.assert_fails(run(command), "URI", status)
                self.assert_fails(run(command, "--qos", "3", self.server.uri, "a", "b"), "",
                                  status)


if __name__ == "__main__":
    tap.main()
