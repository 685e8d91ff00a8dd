#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the scenarios in each language, and shows them side by side.

run_scenarios.py LANGUAGE COMMAND... [-- LANGUAGE COMMAND...]...

Each program reports in TAP, under the same names. It has a broker, and another one that wants a
password; it can have the first one stopped and started by a line on its output.
"""

import os
import re
import subprocess
import sys
import threading

from mosquitto import Mosquitto, environment

SCENARIOS = [
    "opens and closes, and tells each state",
    "publishes and receives at each QoS, text and bytes",
    "a handler connected before subscribing gets the retained message",
    "the last will comes after an unclean end",
    "a wrong password is an error with domain, code and message",
    "overlapping filters: the client once, each subscription once",
    "a message that a handler has kept stays right",
    "asynchronous calls, their results and errors, as the language has them",
    "a call that is cancelled ends as cancelled",
    "a handler publishes and runs a nested main loop",
    "a full queue is an error that can be caught",
    "after a restart of the broker the subscriptions are made again",
    "properties keep their order and their duplicates",
    "options of a subscription, and its identifier",
    "a request is answered, or its time ends",
    "a refusal has its packet",
    "an acknowledgement and a goodbye have a reason and properties",
]
# GTest puts the path of a case before its name.
RESULT = re.compile(r"(not )?ok (\d+) (?:- )?(?:/scenarios/)?(.*?)\s*\Z")
# Far more than any program needs: what takes so long hangs.
GUARD_SECONDS = 120


def variables(language):
    """Those of a program that was built with the sanitizers, or loads the library that was."""
    if language == "Python":
        return dict(os.environ)
    return {**environment(), "ASAN_OPTIONS": "detect_leaks=1"}


def run(language, command):
    """Returns the scenarios that passed, what was printed, and how it ended."""
    broker = Mosquitto()
    secured = Mosquitto("ada", "right")
    child = subprocess.Popen([*command, broker.uri, secured.uri], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, errors="replace",
                             env=variables(language))
    guard = threading.Timer(GUARD_SECONDS, child.kill)
    guard.start()
    passed, lines = set(), []
    for line in child.stdout:
        lines.append(line)
        result = RESULT.match(line)
        if result and not result[1] and result[3] == SCENARIOS[int(result[2]) - 1]:
            passed.add(result[3])
        elif line == "# stop the broker\n":
            broker.stop()
        elif line == "# start the broker\n":
            broker.start()
    child.wait()
    guard.cancel()
    lines.append(f"ended with {child.returncode}\n")
    broker.close()
    secured.close()
    return passed, lines, child.returncode


def split(words):
    """LANGUAGE COMMAND... -- LANGUAGE COMMAND..."""
    commands = {}
    while words:
        end = words.index("--") if "--" in words else len(words)
        commands[words[0]] = words[1:end]
        words = words[end + 1:]
    return commands


def main(*words):
    commands = split(list(words))
    passed = {}
    complete = True
    for language, command in commands.items():
        passed[language], lines, status = run(language, command)
        if status != 0 or len(passed[language]) != len(SCENARIOS):
            complete = False
            print("".join(f"# {language}: {line}" for line in lines), end="")

    number = 0
    for language in commands:
        for scenario in SCENARIOS:
            number += 1
            word = "ok" if scenario in passed[language] else "not ok"
            print(f"{word} {number} - {language}: {scenario}")
    print(f"1..{number}\n")

    for scenario in SCENARIOS:
        marks = [f"{language if scenario in passed[language] else '-':8}" for language in commands]
        print(f"{scenario:72}{''.join(marks).rstrip()}")
    print(f"{len(SCENARIOS)} x {len(commands)} {'passed' if complete else 'FAILED'}")
    sys.exit(0 if complete else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
