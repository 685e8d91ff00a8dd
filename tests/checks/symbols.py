#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rule 2, as the linker sees it, and the list of exports of rule 6.

symbols.py CORE-ARCHIVE SHARED-LIBRARY CC...
"""

import os
import re
import subprocess
import sys
import tempfile

from checking import LIBRARY, bites, clean, difference, finish, golden, note, sources

# What the core may take from the C library: strings, memory and nothing else. A symbol that is not
# here fails; a clock, a random number, an environment variable, a file or a socket has no place.
LIBC = {
    "memchr", "memcmp", "memcpy", "memmove", "memset", "strchr", "strcmp", "strcpy", "strlen",
    "strncmp", "strnlen", "strrchr", "strspn", "strcspn", "strstr", "strpbrk", "bsearch", "explicit_bzero", "free",
    "malloc", "qsort", "__stack_chk_fail", "__memcpy_chk", "__cxa_finalize", "__gmon_start__",
    "_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable",
}
# GLib wraps all of these, and has main loops and threads besides.
FORBIDDEN = re.compile(
    r"g_(get_(monotonic|real|current)_time|date_time_new_now\w*|timer_\w+|usleep"
    r"|random_\w+|rand_new|rand_new_with_seed_array|uuid_\w+"
    r"|getenv|setenv|unsetenv|get_environ|environ_\w+|listenv|get_home_dir|get_tmp_dir|get_user_\w+"
    r"|get_host_name|get_prgname"
    r"|file_\w+|mapped_file_\w+|dir_\w+|fopen|open|creat|close|stat|lstat|access|mkstemp\w*|mkdir\w*"
    r"|unlink|remove|rename|rmdir|io_channel_\w+|key_file_load_from_\w+|spawn_\w+|poll|unix_\w+"
    r"|main_\w+|source_\w+|idle_\w+|timeout_\w+|child_watch_\w+|thread_\w+|async_queue_\w+"
    r"|socket_\w+|inet_\w+|resolver_\w+|cancellable_\w+|task_\w+)")
EXPORTS = "tests/checks/exports.txt"
# The names of types are shared by all that is loaded in a process, those that nobody exports too.
TYPE = re.compile(r"\bG_DEFINE_(?!QUARK|AUTO)\w+\s*\(\s*(\w+)"
                  r"|\bg_(?:type|boxed_type|enum|flags|pointer_type)_register_\w+\s*\([^;]*?\"(\w+)\"")


def nm(*arguments):
    return subprocess.run(["nm", *arguments], check=True, stdout=subprocess.PIPE,
                          text=True).stdout.splitlines()


def foreign_complaints(symbols):
    return [f"the core needs {name}" for name in sorted(symbols)
            if FORBIDDEN.fullmatch(name) or not (name.startswith("g_") or name in LIBC)]


def link(cc, inputs, output):
    """Links against glib and gobject alone; returns what the linker cannot find."""
    libraries = subprocess.run(["pkg-config", "--libs", "gobject-2.0", "glib-2.0"], check=True,
                               stdout=subprocess.PIPE, text=True).stdout.split()
    result = subprocess.run(
        [*cc, "-shared", "-o", output, *inputs, "-Wl,--no-undefined", *libraries],
        stderr=subprocess.PIPE, text=True)
    return result.stderr.splitlines() if result.returncode else []


def undefined(library):
    return {line.split()[-1].split("@")[0] for line in nm("-D", "--undefined-only", library)}


def exports(library):
    return sorted(line.split()[-1].split("@")[0] for line in nm("-D", "--defined-only", library))


def prefix_complaints(symbols):
    return [f"{name} has not our prefix" for name in symbols if not name.startswith("mqttc_")]


def type_complaints(texts):
    names = [match[1] or match[2] for text in texts for match in TYPE.finditer(text)]
    return [f"the type {name} has not our prefix" for name in names if not name.startswith("Mqttc")]


def check_core(archive, cc, folder):
    library = os.path.join(folder, "libcore.so")
    whole = ["-Wl,--whole-archive", archive, "-Wl,--no-whole-archive"]
    complaints = link(cc, whole, library)
    clean("the core links with glib and gobject alone", complaints)
    if complaints:
        return
    symbols = undefined(library)
    note(f"{len(symbols)} symbols from outside")
    clean("the core knows no clock, random number, environment, file or socket",
          foreign_complaints(symbols))


def check_bad_core(cc, folder):
    """The same with an object that breaks the rule."""
    source = os.path.join(folder, "bad.c")
    library = os.path.join(folder, "libbad.so")
    with open(source, "w", encoding="utf-8") as file:
        file.write("void *g_cancellable_new (void);\nvoid *bad (void);\n"
                   "void *bad (void) { return g_cancellable_new (); }\n")
    bites("a core that needs gio", link(cc, ["-fPIC", source], library))
    with open(source, "w", encoding="utf-8") as file:
        file.write("char *getenv (const char *);\nchar *bad (void);\n"
                   'char *bad (void) { return getenv ("HOME"); }\n')
    link(cc, ["-fPIC", source], library)
    bites("a core that reads the environment", foreign_complaints(undefined(library)))
    for name in ("clock_gettime", "getrandom", "fopen", "socket", "g_get_monotonic_time",
                 "g_random_int", "g_getenv", "g_file_get_contents", "g_main_context_default"):
        bites(f"a core that needs {name}", foreign_complaints([name]))


def main(archive, library, *cc):
    with tempfile.TemporaryDirectory() as folder:
        check_core(archive, cc, folder)
        check_bad_core(cc, folder)

    symbols = exports(library)
    clean("all exports have the prefix", prefix_complaints(symbols))
    bites("one without", prefix_complaints(["g_type_init"]))
    clean("all types have the prefix", type_complaints(sources(LIBRARY).values()))
    bites("a type without", type_complaints(["G_DEFINE_FINAL_TYPE (Input, input, G_TYPE_OBJECT)"]))
    bites("a boxed one", type_complaints(['g_boxed_type_register_static (I_ ("Box"), a, b)']))
    clean("the exports are those of exports.txt", golden(EXPORTS, symbols))
    bites("one more", difference(["mqttc_a"], ["mqttc_a", "mqttc_b"]))
    bites("one less", difference(["mqttc_a", "mqttc_b"], ["mqttc_a"]))
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
