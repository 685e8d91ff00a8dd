#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what the analyzers and the counters say with what is excused: BUILD-ROOT PART..."""

import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "checks"))
sys.dont_write_bytecode = True

import analyzers
import coverage
from checking import LIBRARY, bites, clean, finish, note, read, sources
from excuses import compare

REPORTS = "tests/analysis/reports.txt"
UNCOVERED = "tests/analysis/uncovered.txt"
EXAMPLE = """\
a.c: f
  | one
  | one
  It cannot be.

a.c: g
  | two
  Nor this.
"""


def list_for(tool):
    """The part of the list that is about one analyzer."""
    return read(REPORTS).split(f"## {tool}\n", 1)[1].split("\n## ", 1)[0]


def check_gcc(folder):
    commands = analyzers.library_commands(os.path.join(folder, "analysis"))
    found = analyzers.gcc(commands)
    note(f"gcc: {len(commands)} files, {len(found)} reports")
    clean("gcc -fanalyzer", compare(found, list_for("gcc")))
    bites("gcc -fanalyzer: a use after free", [detail for _, detail in analyzers.gcc_bad()
                                               if "use-after-free" in detail])


def check_clang(folder):
    build = os.path.join(folder, "scan-build")
    commands = analyzers.library_commands(build)
    found, n_files = analyzers.clang(os.path.join(folder, "scan-reports", "library"), build)
    note(f"clang: {n_files} files, {len(found)} reports")
    clean("scan-build", compare(found, list_for("clang")))
    clean("scan-build saw every file",
          [f"{n_files} of {len(commands)}"] if n_files != len(commands) else [])
    bad, _ = analyzers.clang(os.path.join(folder, "scan-reports", "bad"), build)
    bites("scan-build: a use after free", [detail for _, detail in bad if "unix.Malloc" in detail])


def check_coverage(folder):
    counts = coverage.count(os.path.join(folder, "coverage"))
    missed = collections.Counter()
    for path, one in counts.items():
        missed += coverage.uncovered(path, one, read(path))
    for line in coverage.summary(counts):
        note(line)
    clean("coverage", compare(missed, read(UNCOVERED)))
    clean("coverage of every file", [path for path in sources(LIBRARY, (".c",))
                                     if coverage.is_ours(path) and path not in counts])
    text = "f\n{\na ();\nreturn;\nb ();\nreturn;\n}\n"
    one = coverage.Counts()
    one.lines[6, "f"] = 0
    one.functions["f"] = (1, 7)
    bites("a line that was not reached", compare(coverage.uncovered("a.c", one, text), ""))
    clean("a line that is there twice has its place",
          compare(coverage.uncovered("a.c", one, text), "a.c: f\n  | b (); ⏎ return;\n  Why.\n"))


def check_excuses():
    found = collections.Counter({("a.c: f", "one"): 2, ("a.c: g", "two"): 1})
    clean("what is excused", compare(found, EXAMPLE))
    bites("what is not excused", compare(found + collections.Counter([("a.c: f", "one")]), EXAMPLE))
    bites("an excuse that is not needed",
          compare(found - collections.Counter([("a.c: g", "two")]), EXAMPLE))
    chance = EXAMPLE.replace("  | two", "  ? two")
    clean("what is there by chance", compare(found, chance)
          + compare(found - collections.Counter([("a.c: g", "two")]), chance))
    bites("an excuse without a reason", compare(found, EXAMPLE.replace("  Nor this.\n", "")))


PARTS = {"gcc-analyzer": check_gcc, "scan-build": check_clang, "coverage": check_coverage}


def main():
    folder, *parts = sys.argv[1:]
    folder = os.path.abspath(folder)
    check_excuses()
    for part in parts:
        PARTS[part](folder)
    finish()


if __name__ == "__main__":
    main()
