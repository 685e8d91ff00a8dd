#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each header compiles alone; users can include the umbrella, in C and C++, and nothing else.

headers.py INCLUDE-FOLDERS-WITH-COLONS CC... -- CXX... -- PUBLIC-HEADERS...
"""

import subprocess
import sys

from checking import LIBRARY, bites, clean, finish, read, sources

UMBRELLA = f"{LIBRARY}/mqttc-glib.h"


def compiler(command, folders, language):
    flags = subprocess.run(["pkg-config", "--cflags", "gio-2.0"], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.split()
    return [*command, "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter",
            *(f"-I{folder}" for folder in folders), *flags, "-x", language, "-"]


def compile_complaints(command, name, before=""):
    text = f'{before}#include <glib.h>\n#include "{name}"\n'
    result = subprocess.run(command, input=text, stderr=subprocess.PIPE, text=True)
    return [f"{name}: {line}" for line in result.stderr.splitlines()[:3]] \
        if result.returncode else []


def direct_complaints(command, name):
    """It must refuse, with the words that say what to do."""
    complaints = compile_complaints(command, name)
    return [] if any("can be included directly" in line for line in complaints) \
        else [f"{name} can be included directly"]


def umbrella_complaints(text, names):
    return [f"the umbrella does not include {name}" for name in names
            if f'#include "{name}"' not in text]


def split(words):
    groups = [[]]
    for word in words:
        if word == "--":
            groups.append([])
        else:
            groups[-1].append(word)
    return groups


def main(folders, *words):
    cc, cxx, public = split(words)
    folders = folders.split(":")
    c = compiler(cc, folders, "c")
    cpp = compiler(cxx, folders, "c++")
    names = [path.split(LIBRARY + "/")[-1] for path in public]
    inner = [name for name in names if name != "mqttc-glib.h"]
    inside = "#define MQTTC_COMPILATION\n"
    headers = [path[len(LIBRARY) + 1:] for path in sources(LIBRARY + "/", (".h",))]

    clean("every header compiles alone", [line for name in headers
                                          for line in compile_complaints(c, name, inside)])
    bites("a header that is not there", compile_complaints(c, "mqttc-none.h", inside))
    clean("no public header but the umbrella can be included",
          [line for name in inner for line in direct_complaints(c, name)])
    bites("a header that can", direct_complaints(c, "mqttc-glib.h"))
    clean("the umbrella compiles in C", compile_complaints(c, "mqttc-glib.h"))
    clean("the umbrella compiles in C++", compile_complaints(cpp, "mqttc-glib.h"))
    bites("C that is not C++", compile_complaints(cpp, "mqttc-glib.h", "int class;\n"))
    clean("the umbrella includes every public header", umbrella_complaints(read(UMBRELLA), inner))
    bites("a header that it does not", umbrella_complaints("", ["mqttc-types.h"]))
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
