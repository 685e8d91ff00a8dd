#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the programs of one test suite, one after the other, and shows what they print.

run-suite.py BUILD-FOLDER SUITE RESULT-FILE [-k PATTERN] [ARGUMENTS...]

With -k only the cases whose names hold PATTERN are run; other arguments are handed to the program
that has the name of the suite. RESULT-FILE gets "PASSED FAILED SKIPPED".
"""

import json
import os
import subprocess
import sys

from tally import count


def tests_of(build, suite):
    listing = subprocess.run(
        ["meson", "introspect", "--tests", build], check=True, stdout=subprocess.PIPE, text=True)
    tests = [test for test in json.loads(listing.stdout)
             if suite in [name.split(":")[-1] for name in test["suite"]]]
    for test in tests:
        # Their arguments may be relative to it.
        test["workdir"] = test["workdir"] or build
    return tests


def is_gtest(test):
    """Whether it is a program of ours that lists its cases, and not a script."""
    with open(test["cmd"][0], "rb") as program:
        return test["protocol"] == "tap" and program.read(4) == b"\x7fELF" and len(test["cmd"]) == 1


def environment_of(test):
    return {**os.environ, **test["env"]}


def selection(test, pattern):
    """The arguments that make it run what matches; None if nothing does."""
    if is_gtest(test):
        listing = subprocess.run(test["cmd"] + ["-l"], check=True, stdout=subprocess.PIPE, text=True,
                                 env=environment_of(test), cwd=test["workdir"])
        cases = [line for line in listing.stdout.splitlines()
                 if line.startswith("/") and pattern in line]
        return [word for case in cases for word in ("-p", case)] or None
    return [] if pattern in test["name"] else None


def run(test, arguments):
    print(f"--- {test['name']}", flush=True)
    child = subprocess.Popen(
        test["cmd"] + arguments, stdout=subprocess.PIPE, text=True, errors="replace",
        env=environment_of(test), cwd=test["workdir"])
    output = []
    for line in child.stdout:
        print(line, end="", flush=True)
        output.append(line)
    status = child.wait()
    if status < 0:
        print(f"ended by signal {-status}")
    # 77 is how a program without TAP says that it was skipped.
    result = "OK" if status == 0 else "SKIP" if status == 77 else "FAIL"
    return count(result, "".join(output))


def main(build, suite, result_file, *arguments):
    arguments = list(arguments)
    tests = tests_of(build, suite)
    if arguments[:1] == ["-k"] and len(arguments) == 2:
        chosen = [(test, selection(test, arguments[1])) for test in tests]
        chosen = [(test, words) for test, words in chosen if words is not None]
    elif arguments:
        chosen = [(test, arguments) for test in tests if test["name"] == suite]
    else:
        chosen = [(test, []) for test in tests]
    if not chosen:
        sys.exit(f"nothing in the suite {suite} matches {' '.join(arguments)}")

    total = [0, 0, 0]
    for test, words in chosen:
        total = [a + b for a, b in zip(total, run(test, words))]
    with open(result_file, "w", encoding="utf-8") as file:
        print(*total, file=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
