#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds the hot paths to what they cost when guard.txt was written, in instructions per message.

Each path is run under Callgrind with two counts of messages, and the difference divided by theirs, so
that what is done once falls out. The null broker moves in steps (see null-broker.c): it waits until it
has all packets of a batch, answers all of them in one write, and only then lets the client go on. So
every read has the same bytes in it on every run, and the counts repeat to a tenth of a percent.

"ours" are the instructions in the library itself, which the bound is about; "all" are those of the
process: GLib, libc and the measuring program too. "mallocs" are the process's, too.
"""

import argparse
import concurrent.futures
import os
import platform
import re
import subprocess
import sys

sys.dont_write_bytecode = True
# pylint: disable-next=wrong-import-position
from measure import LIBRARY, PATHS, count_path  # noqa: E402

LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guard.txt")
BOUND = 3
HEAD = """\
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Instructions per message, written by "tests/benchmarks/guard --update". The bound is for those of the
# library, "ours"; "all" is shown for comparison.
"""


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def circumstances(programs):
    """What the counts depend on, beside the sources."""
    library = os.path.join(programs, "..", "..", "mqttc-glib", LIBRARY)
    comment = output_of("readelf", "--string-dump=.comment", library)
    compiler = re.search(r"\] +(.*)", comment)[1].strip()
    return {
        "machine": platform.machine(),
        "compiler": compiler,
        "glib": output_of("pkg-config", "--modversion", "glib-2.0").strip(),
    }


def read_list():
    known, paths = {}, {}
    with open(LIST, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if words and words[0] in PATHS:
                paths[words[0]] = tuple(map(int, words[1:4]))
            elif words and not line.startswith("#"):
                known[words[0]] = " ".join(words[1:])
    return known, paths


def write_list(known, old, found):
    """What is not FOUND stays as it is in the OLD list."""
    with open(LIST, "w", encoding="utf-8") as file:
        file.write(HEAD)
        for name, value in known.items():
            file.write(f"{name} {value}\n")
        file.write(f"\n# path{'':20} ours  bound    all\n")
        for name in PATHS:
            row = old.get(name)
            if name in found:
                path = found[name]
                row = path.ours, int(path.ours * (1 + BOUND / 100)), path.all
            if row is not None:
                file.write(f"{name:24} {row[0]:6.0f} {row[1]:6d} {row[2]:6.0f}\n")


def measure(programs, names, slow):
    """Yields names and costs, as they come."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [(name, pool.submit(count_path, programs, PATHS[name].split(), slow))
                for name in names]
        for name, job in jobs:
            yield name, job.result()


def show_functions(path, n):
    total = {"ours": path.ours, "all": path.all}
    print(f"   {total['ours']:8.1f} ours, {total['all']:.1f} all; by function:")
    ranked = sorted(path.functions.items(), key=lambda item: -item[1])
    for (where, name), count in ranked[:n]:
        mark = "ours" if LIBRARY in where else os.path.basename(where).split(".so")[0]
        print(f"   {count:8.1f}  {mark:16.16}  {name}")


def verdict(name, path, bounds, same):
    """What to say, and whether it is too much."""
    if name not in bounds:
        return "not in the list: --update", same
    old, bound, _ = bounds[name]
    change = f"{100 * path.ours / old - 100:+.1f} %"
    if path.ours > bound:
        return f"{change}, above {bound}", same
    if path.ours < old * (1 - BOUND / 100):
        return f"{change}, better: --update makes it the bound", False
    return change, False


def compare(options, here):
    known, bounds = read_list() if os.path.exists(LIST) else ({}, {})
    same = all(known.get(name) == value for name, value in here.items())
    if not same and not options.update:
        print("   Counted elsewhere, so a difference is told and not failed:")
        for name, value in here.items():
            if known.get(name) != value:
                print(f"   {name}: {known.get(name, 'none')} in the list, {value} here")

    found, failures = {}, []
    print(f"   {'':24} {'ours':>7} {'all':>7} {'mallocs':>7}", flush=True)
    for name, path in measure(options.programs, options.only or PATHS, options.slow):
        found[name] = path
        text, failed = verdict(name, path, bounds, same)
        failures += [name] if failed else []
        print(f"   {name:24} {path.ours:7.0f} {path.all:7.0f} {path.allocations:7.2f}  {'' if options.update else text}",
              flush=True)
        if options.functions:
            show_functions(path, options.functions)
    return found, failures, same


def main():
    parser = argparse.ArgumentParser(
        prog="guard", formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--programs", help="a folder with bench-mqttc and null-broker, built already")
    parser.add_argument("--only", action="append", choices=PATHS, metavar="PATH",
                        help="one of " + ", ".join(PATHS) + "; may be repeated")
    parser.add_argument("--functions", type=int, default=0, metavar="N",
                        help="show the N functions that take the most, per message")
    parser.add_argument("--slow", type=float, default=0, metavar="PERCENT",
                        help="prove that it bites: send so many more messages than are counted; "
                             "succeeds if every path is then found too slow")
    parser.add_argument("--update", action="store_true", help="write guard.txt; with --only the rest stays as it is")
    options = parser.parse_args()
    if options.update and options.slow:
        parser.error("--update goes with paths as they are")

    here = circumstances(options.programs)
    found, failures, same = compare(options, here)
    if options.update:
        old = read_list()[1] if options.only and same else {}
        if options.only and not same:
            print("Not written: some paths cannot be counted elsewhere than the others")
            return 1
        write_list(here, old, found)
        return 0
    if options.slow and same:
        print(f"{len(failures)} of {len(found)} noticed {options.slow:g} % more")
        return 0 if len(failures) == len(found) else 1
    print(f"{len(found) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
