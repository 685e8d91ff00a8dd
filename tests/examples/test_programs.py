#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The examples in all languages, against Mosquitto.

test_programs.py BUILD-FOLDER
"""

import glob
import os
import signal
import subprocess
import tempfile
import unittest

from gi.repository import Gio, GLib

from programs import EXAMPLES, SECONDS, ProgramTest, command, commands
import tap
from mosquitto import Mosquitto, environment

LANGUAGES = "c", "vala", "python", "js"
TEMPERATURES = [f"home/desk/temp 20.{number}" for number in range(10)]

# What a user should have to write, line by line.
SNIPPETS = {
    "python": ["""client = Mqttc.Client.new_for_uri("mqtt://localhost")
client.connect("message", lambda client, message: print(message.get_topic(), message.get_text()))
""", """async for message in client.messages("home/+/temp"):
"""],
    "js": ["""await client.open_async(null);
""", """await client.publish_text_async('desk/state', 'on', Mqttc.Qos.AT_LEAST_ONCE, true, null);
"""],
    "vala": [r"""client.message.connect (m => print ("%s\n", m.topic));
""", """yield client.open_async (cancellable);
"""],
}


class SnippetsTest(unittest.TestCase):
    def test_snippets(self):
        for language, snippets in SNIPPETS.items():
            texts = []
            for path in glob.glob(os.path.join(EXAMPLES, language, "*")):
                with open(path, encoding="utf-8") as file:
                    texts.append(file.read())
            for snippet in snippets:
                with self.subTest(snippet=snippet):
                    self.assertTrue(any(snippet in text for text in texts))


class PublishAndSubscribeTest(ProgramTest):
    def test_async(self):
        for words in commands("async", *LANGUAGES):
            with self.subTest(words=words):
                done = self.run_program(words, self.server.uri)
                self.assert_ok(done)
                lines = done.stdout.splitlines()
                self.assertEqual([line for line in lines if line.startswith("home/desk/temp ")],
                                 TEMPERATURES)
                packets = [" ".join(line.split()[:2]).rstrip(":,") for line in lines
                           if line[0] in "→←" and "topic=desk/state" not in line]
                self.assertEqual(packets[:4], ["→ CONNECT", "← CONNACK", "→ SUBSCRIBE",
                                               "← SUBACK"])
                for packet in "→ PUBLISH", "← PUBLISH", "→ PUBACK":
                    self.assertEqual(packets.count(packet), len(TEMPERATURES), packet)
                self.assertGreaterEqual(packets.count("← PUBACK"), len(TEMPERATURES))
                self.assertEqual(packets[-1], "→ DISCONNECT")

    def test_sync(self):
        for words in commands("sync", *LANGUAGES):
            with self.subTest(words=words):
                done = self.run_program(words, self.server.uri)
                self.assert_ok(done)
                lines = done.stdout.splitlines()
                self.assertEqual([line for line in lines if line.startswith("home/desk/temp ")],
                                 TEMPERATURES)
                events = [" ".join(line.split()[:2]) for line in lines]
                for event in ("incoming CONNACK", "incoming SUBACK", "connected CONNACK",
                              "outgoing DISCONNECT"):
                    self.assertEqual(events.count(event), 1, event)
                for event in "incoming PUBLISH", "outgoing PUBLISH", "incoming PUBACK":
                    self.assertEqual(events.count(event), len(TEMPERATURES), event)
                self.assertEqual(lines[-1], "disconnected as asked")

    def test_refused(self):
        for name in "async", "sync":
            for words in commands(name, *LANGUAGES):
                with self.subTest(words=words):
                    self.assert_refused(words, "mqtt://127.0.0.1:%s")

    def test_bad_uri(self):
        for name in "async", "sync":
            for words in commands(name, *LANGUAGES):
                with self.subTest(words=words):
                    self.assert_fails(self.run_program(words, "http://localhost"), "http")

    def test_help(self):
        for name in "async", "sync":
            for words in commands(name, *LANGUAGES):
                with self.subTest(words=words):
                    self.assert_helps(words)


class RequestsTest(ProgramTest):
    def test_both_sides(self):
        words, = commands("requests", "python")
        machine = self.start(words, "answer", self.server.uri, "desk")
        self.lines_until(machine.stdout, "ready")
        done = self.run_program(words, "ask", self.server.uri, "desk", "name")
        self.assert_ok(done)
        self.assertEqual(done.stdout, os.uname().nodename + "\n")
        done = self.run_program(words, "ask", self.server.uri, "desk", "weight")
        self.assert_fails(done, "weight: ask for load, time, name")
        machine.send_signal(signal.SIGTERM)
        self.assertEqual(machine.wait(), 0)
        self.assertEqual(machine.stderr.read(), "")

    def test_errors(self):
        words, = commands("requests", "python")
        done = self.run_program(words, "ask", "--timeout", "1", self.server.uri, "nobody", "time")
        self.assert_fails(done, "nobody")
        done = self.run_program(words, "answer", "mqtt://127.0.0.1:1", "desk")
        self.assert_fails(done, "127.0.0.1")


class ManualAcksTest(ProgramTest):
    """A message that was not acknowledged comes again [MQTT-4.4.0-1]."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "done")

    def topic(self, words):
        """Its own, for the server keeps what another has missed."""
        return f"jobs/{self._testMethodName}/{os.path.basename(words[-1])}"

    def start_worker(self, words, *arguments):
        topic = self.topic(words)
        return self.start(words, "--client-id", topic, *arguments, self.server.uri, topic, self.file)

    def kill_at_work(self, words):
        worker = self.start_worker(words, "--work-time", "3600000")
        self.lines_until(worker.stdout, "ready")
        self.publish(self.topic(words), "wash")
        self.lines_until(worker.stdout, "new: wash")
        worker.kill()
        worker.wait()
        self.assertFalse(os.path.exists(self.file))

    def test_killed(self):
        for words in commands("manual-acks", "c", "python"):
            with self.subTest(words=words):
                self.kill_at_work(words)
                worker = self.start_worker(words)
                lines = self.lines_until(worker.stdout, "done: wash")
                if "ready" not in lines:
                    self.lines_until(worker.stdout, "ready")
                self.assertEqual([line for line in lines if line != "ready"],
                                 ["again: wash", "done: wash"])
                self.terminate(worker)

                worker = self.start_worker(words)
                lines = self.lines_until(worker.stdout, "ready")
                self.publish(self.topic(words), "dry")
                lines += self.lines_until(worker.stdout, "done: dry")
                self.assertEqual(lines, ["ready", "new: dry", "done: dry"])
                self.assertEqual(self.terminate(worker), [])
                with open(self.file, encoding="utf-8") as file:
                    self.assertEqual(file.read(), "wash\ndry\n")
                os.remove(self.file)

    def test_no_room(self):
        for words in commands("manual-acks", "c", "python"):
            with self.subTest(words=words):
                self.file = "/dev/full"
                worker = self.start_worker(words)
                self.lines_until(worker.stdout, "ready")
                self.publish(self.topic(words), "wash")
                self.assertEqual(worker.stdout.read(), "new: wash\n")
                self.assertIn("No space left", worker.stderr.read())
                self.assertEqual(worker.wait(SECONDS), 1)

    def test_errors(self):
        for words in commands("manual-acks", "c", "python"):
            with self.subTest(words=words):
                self.assert_refused(words, "mqtt://127.0.0.1:%s", "jobs/+", self.file)
                self.assert_fails(self.run_program(words, self.server.uri, "a/#/b", self.file),
                                  "a/#/b")
                self.assert_fails(self.run_program(words), "URI")
                self.assert_helps(words)


class TlsMosquitto(Mosquitto):
    """It wants a certificate of its clients."""

    def __init__(self, certificates):
        self.certificates = certificates
        super().__init__()
        self.uri = f"mqtts://127.0.0.1:{self.port}"

    def _write_config(self, user_name, password):
        super()._write_config(user_name, password)
        with open(self.config, "a", encoding="utf-8") as file:
            file.write(f"cafile {self.certificates}/ca.pem\n"
                       f"certfile {self.certificates}/server.pem\n"
                       f"keyfile {self.certificates}/server.key\n"
                       "require_certificate true\n")

    def _wait_for_answer(self):
        """It says that it runs; no test sends it a signal at once."""


def make_certificates(folder):
    """Two authorities, and what the first of them has signed."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, env=environment(),
                       stderr=subprocess.DEVNULL)

    def request(name):
        return ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-subj", f"/CN={name}", "-keyout", f"{name}.key")

    for name in "ca", "other-ca":
        openssl(*request(name), "-x509", "-days", "2", "-out", f"{name}.pem")
    with open(os.path.join(folder, "names"), "w", encoding="utf-8") as file:
        file.write("subjectAltName=IP:127.0.0.1\n")
    for name in "server", "client":
        openssl(*request(name), "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", f"{name}.pem")


class ClientCertificateTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        make_certificates(cls.folder.name)
        cls.server = TlsMosquitto(cls.folder.name)
        cls.ca = ["--ca-file", os.path.join(cls.folder.name, "ca.pem")]
        cls.mine = ["--certificate-file", os.path.join(cls.folder.name, "client.pem"),
                    "--private-key-file", os.path.join(cls.folder.name, "client.key")]
        cls.commands = commands("client-certificate", "c", "python")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.folder.cleanup()

    def publish_text(self, words, *arguments):
        return self.run_program(words, *arguments, self.server.uri, "greeting", "hello")

    def test_good(self):
        for words in self.commands:
            with self.subTest(words=words):
                done = self.publish_text(words, *self.ca, *self.mine)
                self.assert_ok(done)
                self.assertEqual(done.stdout, "Published to greeting\n")

    def test_no_certificate(self):
        for words in self.commands:
            with self.subTest(words=words):
                self.assert_fails(self.publish_text(words, *self.ca), "certificate-file")

    def test_unknown_authority(self):
        other = ["--ca-file", os.path.join(self.folder.name, "other-ca.pem")]
        for words in self.commands:
            for arguments in [], other:
                with self.subTest(words=words, arguments=arguments):
                    self.assert_fails(self.publish_text(words, *arguments, *self.mine),
                                      "127.0.0.1", "certificate")

    def test_errors(self):
        for words in self.commands:
            with self.subTest(words=words):
                self.assert_refused(words, *self.ca, *self.mine, "mqtts://127.0.0.1:%s", "a", "b")
                self.assert_fails(self.publish_text(words, "--ca-file", "/nowhere/ca.pem"),
                                  "/nowhere/ca.pem")
                self.assert_fails(self.run_program(words), "URI")
                self.assert_helps(words)


class Bus:
    """A D-Bus of our own."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
            env=environment())
        self.address = self.process.stdout.readline().strip()
        self.connection = Gio.DBusConnection.new_for_address_sync(
            self.address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

    def close(self):
        self.connection.close_sync(None)
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait()


class DBusBridgeTest(ProgramTest):
    NAME = "org.mqttc.Bridge1"
    PATH = "/org/mqttc/Bridge1"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bus = Bus()
        cls.words = command("c", "dbus-bridge")

    @classmethod
    def tearDownClass(cls):
        cls.bus.close()
        super().tearDownClass()

    def start_bridge(self, *arguments):
        """And waits until it has its name, and is connected."""
        names = []
        watch = Gio.bus_watch_name_on_connection(
            self.bus.connection, self.NAME, Gio.BusNameWatcherFlags.NONE,
            lambda connection, name, owner: names.append(owner), None)
        bridge = self.start(self.words, *arguments,
                            DBUS_SESSION_BUS_ADDRESS=self.bus.address)
        self.lines_until(bridge.stderr, "Connected")
        self.wait(lambda: names)
        Gio.bus_unwatch_name(watch)
        return bridge

    def wait(self, condition):
        while not condition():
            GLib.MainContext.default().iteration(True)

    def call(self, interface, method, signature, *values):
        return self.bus.connection.call_sync(
            self.NAME, self.PATH, interface, method, GLib.Variant(signature, values), None,
            Gio.DBusCallFlags.NONE, -1, None).unpack()

    def watch_signal(self, name, caught):
        number = self.bus.connection.signal_subscribe(
            self.NAME, None, name, self.PATH, None, Gio.DBusSignalFlags.NONE,
            lambda connection, sender, path, interface, signal, parameters:
            caught.append(parameters.unpack()))
        self.addCleanup(self.bus.connection.signal_unsubscribe, number)

    def watch_status(self):
        return self.start(["mosquitto_sub"], "-p", str(self.server.port), "-h", "127.0.0.1",
                          "-t", "bridge/status", "-v", LD_PRELOAD="")

    def get_connected(self):
        return self.call("org.freedesktop.DBus.Properties", "Get", "(ss)", self.NAME,
                         "Connected")[0]

    def test_both_ways(self):
        caught = []
        self.watch_signal("Message", caught)
        bridge = self.start_bridge(self.server.uri, "home/#")
        self.assertTrue(self.get_connected())
        self.call(self.NAME, "Publish", "(sayub)", "home/lamp", "größe".encode(), 2, True)
        self.wait(lambda: caught)
        self.assertEqual(caught, [("home/lamp", list("größe".encode()), False)])
        self.publish("home/door", "open")
        self.wait(lambda: len(caught) == 2)
        self.assertEqual(caught[1], ("home/door", list(b"open"), False))
        self.call(self.NAME, "Publish", "(sayub)", "home/lamp", b"", 1, True)
        bridge.terminate()
        self.assertEqual(bridge.wait(SECONDS), 0)

    def test_status(self):
        status = self.watch_status()
        # When it has this, it is subscribed.
        self.publish("bridge/status", "unknown", retain=True)
        self.lines_until(status.stdout, "bridge/status unknown")
        bridge = self.start_bridge(self.server.uri)
        self.lines_until(status.stdout, "bridge/status online")
        bridge.kill()
        # The will.
        self.lines_until(status.stdout, "bridge/status offline")
        bridge = self.start_bridge(self.server.uri)
        self.lines_until(status.stdout, "bridge/status online")
        bridge.terminate()
        self.assertEqual(bridge.wait(SECONDS), 0)
        self.assertEqual(self.lines_until(status.stdout, "bridge/status offline"),
                         ["bridge/status offline"])

    def test_server_goes_and_comes(self):
        server = Mosquitto()
        bridge = self.start_bridge(server.uri)
        # Its answer is behind the first change.
        self.assertTrue(self.get_connected())
        changes = []
        self.watch_signal("PropertiesChanged", changes)
        server.stop()
        self.wait(lambda: changes)
        self.assertFalse(self.get_connected())
        server.start()
        self.wait(lambda: len(changes) == 2)
        self.assertEqual(changes, [(self.NAME, {"Connected": value}, [])
                                   for value in (False, True)])
        self.assertTrue(self.get_connected())
        bridge.send_signal(signal.SIGINT)
        self.assertEqual(bridge.wait(SECONDS), 0)
        server.close()

    def test_bad_calls(self):
        self.start_bridge(self.server.uri)
        for values, text in ((("a", b"", 3, False), "0, 1 or 2"),
                             (("a/#", b"", 0, False), "a/#")):
            with self.assertRaises(GLib.Error) as caught:
                self.call(self.NAME, "Publish", "(sayub)", *values)
            self.assertIn(text, caught.exception.message)

    def test_errors(self):
        self.assert_fails(self.run_program(self.words, self.server.uri), "D-Bus")
        self.assert_fails(self.run_program(self.words, "http://localhost"), "http")
        self.assert_fails(self.run_program(self.words), "URI")
        self.assert_helps(self.words)
        self.start_bridge(self.server.uri)
        self.assert_fails(self.run_program(self.words, self.server.uri,
                                           DBUS_SESSION_BUS_ADDRESS=self.bus.address), "taken")

    def test_refused(self):
        """A service tries again, unless that makes no sense."""
        nobody = Mosquitto()
        nobody.stop()
        bridge = self.start(self.words, nobody.uri, DBUS_SESSION_BUS_ADDRESS=self.bus.address)
        line = bridge.stderr.readline()
        self.assertIn(f"127.0.0.1:{nobody.port}: Connection refused; trying again", line)
        bridge.terminate()
        self.assertEqual(bridge.wait(SECONDS), 0)
        nobody.close()

        server = Mosquitto("ada", "secret")
        done = self.run_program(self.words, server.uri,
                                DBUS_SESSION_BUS_ADDRESS=self.bus.address)
        self.assert_fails(done, "ot authorized")
        server.close()


if __name__ == "__main__":
    tap.main()
