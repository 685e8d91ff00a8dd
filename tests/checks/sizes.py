#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rule 5: files below 700 lines, functions below 80."""

import re
import statistics

from checking import LIBRARY, bites, clean, code, finish, note, sources

FILE_LIMIT = 700
FUNCTION_LIMIT = 80
# The format puts the braces of a function, and of nothing else that follows a parenthesis, at the
# start of a line.
BODY = re.compile(r"^\{\n.*?^\}", re.MULTILINE | re.DOTALL)
HEAD = re.compile(r"(\w+) \([^()]*(?:\([^()]*\)[^()]*)*\)\n\Z")


def functions(text):
    """Names and lengths, from the line of the name to the last brace."""
    text = code(text)
    found = []
    for body in BODY.finditer(text):
        head = HEAD.search(text, max(0, body.start() - 2000), body.start())
        if head is not None:
            lines = head[0].count("\n") + body[0].count("\n") + 1
            found.append((head[1], lines))
    return found


def file_complaints(path, text):
    lines = text.count("\n")
    return [f"{path}: {lines} lines"] if lines >= FILE_LIMIT else []


def function_complaints(path, text):
    return [f"{path}: {name} has {length} lines" for name, length in functions(text)
            if length >= FUNCTION_LIMIT and not name.endswith("_class_init")]


def main():
    texts = sources()
    scripts = sources(extensions=(".c", ".h", ".py", ".sh", ".build", "/run", "/quickstart"))
    lengths = [length for path, text in texts.items() if path.startswith(LIBRARY + "/")
               for name, length in functions(text)]
    note(f"{len(texts)} C files; in the library {len(lengths)} functions, "
         f"the median has {statistics.median(lengths):g} lines, the longest {max(lengths)}")

    clean("files are below 700 lines",
          [line for path, text in scripts.items() for line in file_complaints(path, text)])
    bites("a long file", file_complaints("a.c", "\n" * FILE_LIMIT))
    clean("functions are below 80 lines",
          [line for path, text in texts.items() for line in function_complaints(path, text)])
    long = "static void\na (int b,\n   int c)\n{\n" + "  b ();\n" * 80 + "}\n"
    bites("a long function", function_complaints("a.c", long))
    bites("a long function with an attribute", function_complaints(
        "a.c", long.replace("void\n", "void G_GNUC_PRINTF (1, 2)\n    ")))
    bites("a long function that takes a function", function_complaints(
        "a.c", long.replace("int b", "int (*b) (void)")))
    finish()


if __name__ == "__main__":
    main()
