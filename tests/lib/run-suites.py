#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs test suites side by side, and counts their single test cases.

run-suites.py BUILD-FOLDER RESULT-FILE SUITE... [-- OPTIONS-OF-MESON-TEST...]

Prints what failed. RESULT-FILE gets a line for each suite, "PASSED FAILED SKIPPED SECONDS SUITE". What
else has to be known of the tests is in the log, see results.py.
"""

import os
import re
import subprocess
import sys

from results import log_paths, programs, suite_of, tests_in
from tally import count


def start(build, suites, options):
    """Some wait for clocks and others compute: two more than there are processors keep these busy."""
    for path in log_paths(build):
        os.remove(path)
    return subprocess.Popen(
        ["meson", "test", "-C", build, "--no-rebuild", "--logbase", "suites",
         "--num-processes", str(len(os.sched_getaffinity(0)) + 2), "--timeout-multiplier", "4",
         *[word for suite in suites for word in ("--suite", suite)], *options],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace")


def follow(child):
    """Says how far it is, if that goes to a terminal. Returns what it printed."""
    output = []
    for line in child.stdout:
        output.append(line)
        match = re.match(r" *(\d+)/(\d+) ", line)
        if match and sys.stdout.isatty():
            print(f"\r   {match[1]} of {match[2]} programs ", end="", flush=True)
    if sys.stdout.isatty():
        print("\r\033[K", end="")
    return "".join(output)


def show_failure(test):
    print(f"--- {test['name']}: {test['result']}")
    for stream in ("stdout", "stderr"):
        print((test.get(stream) or "").rstrip()[-16000:])


def total(tests, n_planned):
    """What did not come to its end, or is not there at all, has failed."""
    counts = [count(test["result"], test.get("stdout") or "") for test in tests]
    counts.append((0, max(n_planned, 1) - len(tests), 0))
    return [sum(column) for column in zip(*counts)]


def main(build, result_file, *words):
    words = list(words)
    at = words.index("--") if "--" in words else len(words)
    suites = words[:at]

    output = follow(start(build, suites, words[at + 1:]))
    tests, planned = tests_in(build), programs(build)
    if len(tests) != sum(len(planned[suite]) for suite in suites):
        print(f"{output}--- {len(tests)} programs have come to an end, and not all of them")
    for test in tests:
        if count(test["result"], test.get("stdout") or "")[1]:
            show_failure(test)
    with open(result_file, "w", encoding="utf-8") as file:
        for suite in suites:
            ran = [test for test in tests if suite_of(test) == suite]
            seconds = round(sum(test["duration"] for test in ran))
            print(*total(ran, len(planned[suite])), seconds, suite, file=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
