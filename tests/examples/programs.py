# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the programs of examples/, in the language that they are in."""

import os
import subprocess
import sys
import unittest

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "bindings"))
from mosquitto import Mosquitto, environment

EXAMPLES = os.path.join(TOP, "examples")
BUILD = sys.argv[1]
OVERRIDES = os.path.join(TOP, "mqttc-glib", "bindings")
SECONDS = 60


def command(language, name):
    """The words that run an example; None if it was not built."""
    if language == "python":
        return [sys.executable, os.path.join(EXAMPLES, language, name.replace("-", "_") + ".py")]
    if language == "js":
        return ["gjs", "-m", os.path.join(EXAMPLES, language, name + ".js")]
    prefix = "" if language == "c" else language + "-"
    path = os.path.join(BUILD, "examples", language, prefix + name)
    return [path] if os.path.exists(path) else None


def commands(name, *languages):
    # GJS does not run with the sanitizer that LD_PRELOAD brings.
    languages = [language for language in languages
                 if language != "js" or not os.environ.get("LD_PRELOAD")]
    return [words for words in (command(language, name) for language in languages) if words]


def variables(**changes):
    """The overrides are those of the repository, and nothing is what the desktop has set."""
    changes = {"PYTHONPATH": OVERRIDES, "GJS_PATH": OVERRIDES, "LC_ALL": "C.UTF-8",
               "DBUS_SESSION_BUS_ADDRESS": "disabled:", "PYTHONUNBUFFERED": "1", **changes}
    return {**os.environ, **changes}


class ProgramTest(unittest.TestCase):
    """With a Mosquitto that all tests of a class share."""

    @classmethod
    def setUpClass(cls):
        cls.server = Mosquitto()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def start(self, words, *arguments, **changes):
        process = subprocess.Popen(
            [*words, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", env=variables(**changes))
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def run_program(self, words, *arguments, **changes):
        return subprocess.run(
            [*words, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", env=variables(**changes), timeout=SECONDS, check=False)

    def lines_until(self, stream, end):
        """What a program says, until it says this."""
        lines = []
        for line in stream:
            lines.append(line.rstrip("\n"))
            if lines[-1] == end:
                return lines
        self.fail(f"not said: {end}; but {lines}")

    def assert_ok(self, done):
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 0)

    def assert_fails(self, done, *texts):
        for text in texts:
            self.assertIn(text, done.stderr)
        for word in ("Traceback", "CRITICAL", "WARNING", "Unhandled"):
            self.assertNotIn(word, done.stderr)
        self.assertGreater(done.returncode, 0)

    def assert_refused(self, words, *arguments):
        """There is a clear error when nobody listens. The port is the first %s of the arguments."""
        nobody = Mosquitto()
        nobody.stop()
        done = self.run_program(words, *(text.replace("%s", str(nobody.port))
                                         for text in arguments))
        nobody.close()
        self.assert_fails(done, f"127.0.0.1:{nobody.port}", "onnection refused")

    def assert_helps(self, words):
        done = self.run_program(words, "--help")
        self.assert_ok(done)
        self.assertIn("URI", done.stdout)
        self.assertNotIn("%s", done.stdout)

    def terminate(self, process):
        """Returns the rest of what it says."""
        process.terminate()
        # Not by communicate(), which does not know what has been read already.
        lines = process.stdout.read().splitlines()
        self.assertEqual((process.stderr.read(), process.wait(SECONDS)), ("", 0))
        return lines

    def publish(self, topic, text, retain=False):
        subprocess.run(["mosquitto_pub", "-p", str(self.server.port), "-h", "127.0.0.1",
                        "-t", topic, "-m", text, "-q", "1", *(["-r"] if retain else [])],
                       check=True, env=environment(), timeout=SECONDS)
