#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the single test cases in what a program has printed.

tally.py STATUS OUTPUT-FILE

Prints "PASSED FAILED SKIPPED".
"""

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


def main(status, path):
    with open(path, encoding="utf-8", errors="replace") as output:
        print(*count("OK" if status == "0" else "FAIL", output.read()))


if __name__ == "__main__":
    main(*sys.argv[1:])
