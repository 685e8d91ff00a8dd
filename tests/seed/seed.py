#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Proves the tables of docs/coming-from-rumqttc.md, row by row: everything that the seed has (in
items.txt) has a row, each symbol of a row is in the GIR, and each test it names passes. TAP.

seed.py GIR BUILD-FOLDER
"""

import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import threading
import xml.etree.ElementTree as xml

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
PAGE = os.path.join(TOP, "docs", "coming-from-rumqttc.md")
COUNTS = {"struct": 23, "enum": 15, "function": 7, "claim": 11, "example": 2}
HEAD = ["seed", "here", "symbol", "proven by"]
GI = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"
RESULT = re.compile(r"^(not )?ok\b *\d* *(?:- )?([^#\n]*?)\s*(# *(?:skip|todo).*)?$",
                    re.IGNORECASE | re.MULTILINE)
# Far more than any program of tests needs.
GUARD_SECONDS = 60

Row = collections.namedtuple("Row", "item symbols proofs")


# --- The page.


def read_items():
    with open(os.path.join(HERE, "items.txt"), encoding="utf-8") as file:
        lines = [line.split(maxsplit=1) for line in file if line.strip() and line[0] != "#"]
    return [(kind, name.strip()) for kind, name in lines]


def cells_of(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def codes_of(cell):
    return re.findall(r"`([^`]+)`", cell)


def read_rows(text):
    rows, inside = [], False
    for line in text.splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        cells = cells_of(line)
        if cells == HEAD:
            inside = True
        elif inside and not set(cells[0]) <= set("-: "):
            item, _, symbols, proofs = cells
            rows.append(Row(item.replace("`", ""), codes_of(symbols), codes_of(proofs)))
    return rows


def table_complaints(items, rows):
    complaints = []
    for kind, count in COUNTS.items():
        found = sum(1 for item_kind, _ in items if item_kind == kind)
        if found != count:
            complaints.append(f"items.txt: {found} of {kind} instead of {count}")
    seen = collections.Counter(row.item for row in rows)
    names = [name for _, name in items]
    complaints += [f"no row for {name}" for name in names if not seen[name]]
    complaints += [f"{count} rows for {name}" for name, count in seen.items() if count > 1]
    complaints += [f"the seed has no {name}" for name in seen if name not in names]
    return complaints


# --- The symbols.


def symbols_of(gir):
    """Functions and constants by their names in C; types; TYPE:property; TYPE::signal."""
    symbols = set()
    for element in xml.parse(gir).getroot().iter():
        kind = element.tag.removeprefix(GI).removeprefix(GLIB)
        if kind in {"type", "array"}:
            continue
        c_type = element.get(C + "type") or element.get(GLIB + "type-name")
        symbols.update(filter(None, (element.get(C + "identifier"), element.get(C + "type"),
                                     element.get(GLIB + "type-name"))))
        for child in element:
            if child.tag == GI + "property":
                symbols.add(f"{c_type}:{child.get('name')}")
            elif child.tag == GLIB + "signal":
                symbols.add(f"{c_type}::{child.get('name')}")
    return symbols


# --- The tests.


def read_tests(build):
    """Maps the names of suites to their tests."""
    with open(os.path.join(build, "meson-info", "intro-tests.json"), encoding="utf-8") as file:
        tests = json.load(file)
    suites = collections.defaultdict(list)
    for test in tests:
        test["workdir"] = test["workdir"] or build
        for suite in test["suite"]:
            suites[suite.split(":")[-1]].append(test)
    return suites


def run(test, *arguments):
    child = subprocess.Popen(
        [*test["cmd"], *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", env={**os.environ, **test["env"]}, cwd=test["workdir"])
    guard = threading.Timer(GUARD_SECONDS, child.kill)
    guard.start()
    output = child.communicate()[0]
    guard.cancel()
    return child.returncode, output


def lists_cases(test):
    """Whether it is a program of GTest, of which single cases can be run."""
    with open(test["cmd"][0], "rb") as program:
        return len(test["cmd"]) == 1 and b"g_test_run" in program.read()


def may_have(test, name):
    """Whether a script, or a program without GTest, may have a case of this name: it would say it."""
    text = b""
    # Of an interpreter only what it runs.
    for word in test["cmd"][1:] or test["cmd"]:
        if os.path.isfile(word):
            with open(word, "rb") as file:
                text += file.read()
    return all(part.encode() in text for part in name.split("."))


def is_of(case, name):
    """A name may be that of several cases."""
    return case == name or case.startswith(name.rstrip("/") + "/")


def choose_programs(suites, proofs):
    """What to run: (test, its cases or none for all of them)."""
    wanted = collections.defaultdict(set)
    for proof in proofs:
        suite, _, name = proof.partition(" ")
        wanted[suite].add(name)
    chosen = []
    for suite, names in wanted.items():
        for test in suites.get(suite, []):
            if not lists_cases(test):
                if any(may_have(test, name) for name in names):
                    chosen.append((suite, test, ()))
                continue
            cases = [line for line in run(test, "-l")[1].splitlines() if line.startswith("/")]
            cases = [case for case in cases if any(is_of(case, name) for name in names)]
            if cases:
                chosen.append((suite, test, cases))
    return chosen


def run_program(suite, test, cases):
    """Maps (suite, case) to whether it passed."""
    status, output = run(test, *[word for case in cases for word in ("-p", case)])
    results = {(suite, match[2].strip()): not match[1] and not match[3]
               for match in RESULT.finditer(output)}
    # A case that ends its program says nothing, and so do those that come after it.
    is_whole = all((suite, case) in results for case in cases)
    if not cases:
        plan = re.search(r"^1\.\.(\d+)", output, re.MULTILINE)
        is_whole = plan is not None and len(results) >= int(plan[1])
    for case in cases:
        results.setdefault((suite, case), False)
    if status != 0 and is_whole and all(results.values()):
        # A crash or a leak after the last case is nobody's success.
        results = dict.fromkeys(results, False)
    if status != 0:
        print("".join(f"# {test['name']}: {line}\n" for line in output.splitlines()[-20:]), end="")
    return results


def run_programs(chosen):
    results = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for part in pool.map(lambda words: run_program(*words), chosen):
            results.update(part)
    return results


def proof_complaints(proof, results):
    suite, _, name = proof.partition(" ")
    cases = {case: passed for (of, case), passed in results.items()
             if of == suite and is_of(case, name)}
    if not cases:
        return [f"no test {proof}"]
    return [f"fails: {suite} {case}" for case, passed in cases.items() if not passed]


def row_complaints(row, symbols, results):
    complaints = [f"not in the GIR: {symbol}" for symbol in row.symbols if symbol not in symbols]
    if not row.symbols:
        complaints.append("no symbol")
    if not row.proofs:
        complaints.append("no test")
    return complaints + [line for proof in row.proofs for line in proof_complaints(proof, results)]


def report(number, name, complaints):
    print(f"{'not ok' if complaints else 'ok'} {number} - {name}")
    for complaint in complaints:
        print(f"# {complaint}")


def main(gir, build):
    with open(PAGE, encoding="utf-8") as file:
        rows = read_rows(file.read())
    items = read_items()
    symbols = symbols_of(gir)
    results = run_programs(choose_programs(
        read_tests(build), [proof for row in rows for proof in row.proofs]))

    whole = table_complaints(items, rows)
    report(1, "the seed's items, and no others, have a row each", whole)
    proven = 0
    for number, row in enumerate(rows, 2):
        complaints = row_complaints(row, symbols, results)
        proven += not complaints
        report(number, f"{row.item}: {', '.join(row.symbols)}", complaints)
    print(f"1..{len(rows) + 1}")
    print(f"{len(rows)} rows, {proven} proven")
    sys.exit(0 if proven == len(items) == len(rows) and not whole else 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
