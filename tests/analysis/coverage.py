# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which lines the tests have not reached, by what gcov says of the objects of the library."""

import collections
import glob
import json
import os
import subprocess

from checking import LIBRARY, TOP
from excuses import FUNCTION

FOLDERS = ("codec", "values", "session")


def _gcov(folder):
    counters = glob.glob(os.path.join(folder, LIBRARY, "**", "*.gcda"), recursive=True)
    if not counters:
        return []
    run = subprocess.run(["gcov", "--json-format", "--stdout", *counters], cwd=folder,
                         stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines() if line]


def is_ours(path):
    return path.startswith(tuple(f"{LIBRARY}/{name}/" for name in FOLDERS))


class Counts:
    """How often the lines of a file were reached, and where its functions are."""

    def __init__(self):
        self.lines = collections.Counter()
        self.functions = {}

    def add(self, content):
        for one in content["functions"]:
            self.functions[one["name"]] = (one["start_line"], one["end_line"])
        for one in content["lines"]:
            # A function of a header is in several objects, and a line can hold several functions.
            self.lines[one["line_number"], one.get("function_name", "?")] += one["count"]


def count(folder):
    """Maps paths to Counts."""
    found = collections.defaultdict(Counts)
    for answer in _gcov(folder):
        for content in answer["files"]:
            path = os.path.join(answer["current_working_directory"], content["file"])
            path = os.path.relpath(os.path.normpath(path), TOP)
            if is_ours(path):
                found[path].add(content)
    return found


def describe(lines, start, end, number):
    """The text of a line; if it is in its function more than once, with as many of those before as
    it takes to know which."""
    texts = [line.strip() for line in lines[start - 1:end]]
    at = number - start
    for first in range(at, -1, -1):
        wanted = texts[first:at + 1]
        length = len(wanted)
        if sum(texts[i:i + length] == wanted for i in range(len(texts) - length + 1)) == 1:
            break
    return " ⏎ ".join(text for text in wanted if text)


def uncovered(path, counts, text):
    """How often each (place, line) was not reached."""
    lines = text.splitlines()
    missed = collections.Counter()
    for (number, function), n_times in counts.lines.items():
        if n_times == 0:
            start, end = counts.functions.get(function, (number, number))
            place = FUNCTION.format(path=path, function=function)
            missed[place, describe(lines, start, end, number)] += 1
    return missed


def summary(counts):
    """A line per file, and one for all; headers have too few lines to be worth one."""
    rows = []
    all_lines = all_reached = 0
    for path in sorted(counts):
        n_lines = len(counts[path].lines)
        reached = sum(n_times > 0 for n_times in counts[path].lines.values())
        all_lines += n_lines
        all_reached += reached
        if path.endswith(".c") or reached < n_lines:
            rows.append((path, n_lines, reached))
    rows.append(("all", all_lines, all_reached))
    return [f"{100 * reached / n_lines:6.2f} %  {reached:4d} of {n_lines:4d}  {path}"
            for path, n_lines, reached in rows]
