#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""C has one format: that of clang-format, with three things that it has no option for.

format.py          checks the repository
format.py --fix    brings it into the format
"""

import os
import re
import subprocess
import sys

from checking import TOP, bites, clean, finish, sources

# Another version formats otherwise.
VERSION = 14
OFF = "/* clang-format off */"
# A declaration or the head of a definition, at the start of a line, its parameters not yet split.
HEAD = re.compile(
    r"^(?!typedef (?:struct|enum|union)\b|G_D|static inline G_D)"
    r"(?P<before>[A-Za-z_][\w *]*?(?:\(\*\w+\) )?)\((?P<parameters>[^();]+,[^();]+)\)"
    r"(?P<after>(?: G_GNUC_[^;\n]*)?;\n|\n\{)", re.MULTILINE)


def split_parameters(match):
    before = match["before"]
    parameters = re.split(r",\s+", match["parameters"].strip())
    lines = (",\n" + " " * (len(before) + 1)).join(parameters)
    return f"{before}({lines}){match['after']}"


def formatted(path, text):
    text = subprocess.run(
        ["clang-format", "--style=file", "--assume-filename", os.path.join(TOP, path)], cwd=TOP,
        check=True, input=text, stdout=subprocess.PIPE, text=True).stdout
    if OFF in text:
        return text
    # Names of quarks are no differences.
    text = re.sub(r"^G_DEFINE_QUARK \(.*$", lambda match: match[0].replace(" - ", "-"), text,
                  flags=re.MULTILINE)
    text = re.sub(r"\bdefined\(", "defined (", text)
    return HEAD.sub(split_parameters, text)


def format_complaints(path, text):
    wanted = formatted(path, text).splitlines()
    for number, line in enumerate(text.splitlines()):
        if number >= len(wanted) or line != wanted[number]:
            return [f"{path}:{number + 1}: not in the format; tests/checks/format.py --fix"]
    return [] if wanted == text.splitlines() else [f"{path}: ends too early"]


def fix():
    for path, text in sources().items():
        wanted = formatted(path, text)
        if wanted != text:
            print(path)
            with open(os.path.join(TOP, path), "w", encoding="utf-8") as file:
                file.write(wanted)


def main(*arguments):
    answer = subprocess.run(["clang-format", "--version"], check=True, stdout=subprocess.PIPE,
                            text=True).stdout
    version = int(re.search(r"version (\d+)", answer)[1])
    if version != VERSION:
        print(f"1..0 # SKIP clang-format {version} formats otherwise than {VERSION}")
        return
    if arguments == ("--fix",):
        fix()
        return
    clean("C is in the format", [line for path, text in sources().items()
                                 for line in format_complaints(path, text)])
    bites("tabs and braces", format_complaints("a.c", "int\nmain (void) {\n\treturn 0; }\n"))
    bites("two parameters on a line", format_complaints("a.h", "int a (int b, int c);\n"))
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
