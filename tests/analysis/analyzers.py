# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the analyzers report: for each analyzer how often (place, report), and what was looked at."""

import collections
import concurrent.futures
import glob
import json
import os
import plistlib
import shlex
import subprocess
import sys

from checking import TOP
from excuses import FUNCTION

BAD = os.path.join(TOP, "tests/analysis/bad.c")
# Left to itself it gives up on what takes it long, and says nothing.
GCC_WORDS = ["-fanalyzer", "-Wanalyzer-too-complex", "--param=analyzer-bb-explosion-factor=200",
             "--param=analyzer-max-enodes-per-program-point=64",
             "-fdiagnostics-format=json", "-S", "-o", os.devnull]


def _name(path):
    path = os.path.realpath(path)
    return os.path.relpath(path, TOP) if path.startswith(TOP + os.sep) else path


# --- gcc. ---

def library_commands(folder):
    """(folder, path, words) of each source file, also of those that are generated."""
    with open(os.path.join(folder, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    return [(command["directory"], os.path.join(command["directory"], command["file"]),
             shlex.split(command["command"])) for command in commands]


def _analyze(command):
    folder, path, words = command
    output = words.index("-o")
    words = words[:output] + words[output + 2:] + GCC_WORDS
    run = subprocess.run(words, cwd=folder, stderr=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{path} does not compile:\n{run.stderr}")
    return [(folder, path, report) for line in run.stderr.splitlines() if line.startswith("[")
            for report in json.loads(line)]


def _gcc_report(folder, path, report):
    # The last step is what is wrong, and where: it may be in a macro of a header.
    steps = report.get("path")
    function = steps[-1].get("function", "?") if steps else "?"
    kind = report.get("option", report["kind"])
    return FUNCTION.format(path=_name(path), function=function), f"{kind}: {report['message']}"


def gcc(commands):
    reports = set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(_analyze, commands):
            reports.update(_gcc_report(*one) for one in found)
    return collections.Counter(reports)


def gcc_bad():
    return gcc([(TOP, BAD, ["gcc", "-c", BAD, "-o", os.devnull])])


# --- clang. ---

def clang(folder, build):
    """The reports below a folder, and how many source files they are about; compiled in @build."""
    reports = set()
    plists = glob.glob(os.path.join(folder, "*", "*.plist"))
    for plist in plists:
        with open(plist, "rb") as file:
            content = plistlib.load(file)
        for one in content["diagnostics"]:
            path = os.path.join(build, content["files"][one["location"]["file"]])
            place = FUNCTION.format(path=_name(path), function=one.get("issue_context", "?"))
            reports.add((place, f"{one['check_name']}: {one['description']}"))
    return collections.Counter(reports), len(plists)
