#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs in README.md are those of examples/, which the suite "examples" builds and runs."""

import re

from checking import bites, clean, finish, read

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAMS = {"c": "examples/c/readme.c", "python": "examples/python/readme.py"}


def blocks(text):
    return dict(reversed(BLOCK.findall(text)))


def program(text):
    """A file without the comment at its head, which ends at the first empty line."""
    return text.split("\n\n", 1)[1]


def block_complaints(language, text, path, file_text):
    if blocks(text).get(language) == program(file_text):
        return []
    return [f"README.md: its first block of {language} is not {path}"]


def length_complaints(path, file_text, limit):
    lines = program(file_text).count("\n")
    return [f"{path}: {lines} lines"] if lines > limit else []


def main():
    text = read("README.md")
    for language, path in PROGRAMS.items():
        clean(f"the README has {path}", block_complaints(language, text, path, read(path)))
    bites("a README with another program",
          block_complaints("c", "```c\nint a;\n```\n", "a.c", "/* head */\n\nint b;\n"))
    clean("the C program has 15 lines", length_complaints(PROGRAMS["c"], read(PROGRAMS["c"]), 15))
    clean("the Python program has 6 lines",
          length_complaints(PROGRAMS["python"], read(PROGRAMS["python"]), 6))
    bites("a longer one", length_complaints("a.c", "/* head */\n\n" + "a ();\n" * 16, 15))
    finish()


if __name__ == "__main__":
    main()
