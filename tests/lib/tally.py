#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the single test cases in a log of `meson test`, or in what a program has printed.

tally.py LOG
tally.py --tap STATUS OUTPUT

Prints "PASSED FAILED SKIPPED"; of a log, what failed, too, on stderr.
"""

import json
import re
import sys

CASE = re.compile(r"^(not )?ok\b[^#\n]*(?:# *(skip|todo))?", re.IGNORECASE | re.MULTILINE)
BAD = {"FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS"}


def count(result, output):
    """Counts the cases of one program: its lines of TAP, or itself if it prints none."""
    passed = failed = skipped = 0
    for case in CASE.finditer(output):
        directive = (case[2] or "").lower()
        if directive:
            skipped += 1
        elif case[1]:
            failed += 1
        else:
            passed += 1
    # A program can fail without a case that does: by a crash, a leak, or a time-out.
    if result in BAD and failed == 0:
        failed += 1
    if passed + failed + skipped == 0:
        if result == "SKIP":
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def tests_in(path):
    try:
        with open(path, encoding="utf-8") as log:
            return [json.loads(line) for line in log]
    except FileNotFoundError:
        return []


def main(path):
    total = [0, 0, 0]
    tests = tests_in(path)
    for test in tests:
        counts = count(test["result"], test.get("stdout") or "")
        total = [a + b for a, b in zip(total, counts)]
        if counts[1]:
            print(f"--- {test['name']}: {test['result']}", file=sys.stderr)
            for stream in ("stdout", "stderr"):
                print((test.get(stream) or "").rstrip()[-16000:], file=sys.stderr)
    if not tests:
        print(f"--- {path}: no test at all", file=sys.stderr)
        total[1] += 1
    print(*total)


def main_tap(status, path):
    with open(path, encoding="utf-8", errors="replace") as output:
        print(*count("OK" if status == "0" else "FAIL", output.read()))


if __name__ == "__main__":
    if sys.argv[1] == "--tap":
        main_tap(*sys.argv[2:])
    else:
        main(sys.argv[1])
