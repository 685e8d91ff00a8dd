#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes copies of the library's sources in which each mutation is a choice at run time.

instrument.py MUTATIONS SOURCE-FOLDER BUILD-FOLDER FILE...   copies each FILE, and headers into include/
instrument.py MUTATIONS SOURCE-FOLDER                        only checks that each mutation has its place

mutations.txt says how a mutation is written. Nothing of this is in the library itself.
"""

import os
import re
import shutil
import sys
from dataclasses import dataclass, field

LIST = "mutations-list.h"
DEPENDENCIES = "mutations.d"
HEADERS = "include"


@dataclass
class Edit:
    name: str
    number: int
    path: str
    function: str
    original: list = field(default_factory=list)
    mutated: list = field(default_factory=list)
    span: tuple = (0, 0)

    def is_statement(self):
        return self.original[-1].rstrip().endswith((";", "}"))


@dataclass
class Mutation:
    name: str
    number: int
    text: str = ""
    program: str = ""
    edits: list = field(default_factory=list)


class Wrong(Exception):
    """What is wrong with a mutation, for whoever changed it or the source."""


def parse_line(mutation, line):
    edit = mutation.edits[-1] if mutation.edits else None
    if line.startswith("in "):
        path, _, function = line[3:].strip().partition(" ")
        mutation.edits.append(Edit(mutation.name, mutation.number, path, function))
    elif line.startswith("by "):
        mutation.program = line[3:].strip()
    elif edit is None and line.startswith(" "):
        mutation.text = f"{mutation.text} {line.strip()}".strip()
    elif edit is not None and line.startswith("-"):
        edit.original.append(line[1:])
    elif edit is not None and line.startswith("+"):
        edit.mutated.append(line[1:])
    else:
        raise Wrong(f"{mutation.name}: a line is not understood: {line}")


def parse(lines):
    mutations = []
    for line in lines:
        line = line.rstrip()
        if line.startswith("mutation "):
            mutations.append(Mutation(line.split(" ", 1)[1].strip(), len(mutations) + 1))
        elif line and not line.startswith("#"):
            if not mutations:
                raise Wrong(f"it does not begin with a mutation, but with {line}")
            parse_line(mutations[-1], line)
    return mutations


def check_complete(mutations):
    seen = set()
    for mutation in mutations:
        if mutation.name in seen:
            raise Wrong(f"there are two mutations named {mutation.name}")
        seen.add(mutation.name)
        if not mutation.text or not mutation.edits:
            raise Wrong(f"{mutation.name}: what it is, or its place is missing")
        for edit in mutation.edits:
            if not "".join(edit.original).strip():
                raise Wrong(f"{mutation.name}: its original is missing")
            if not edit.is_statement() and not "".join(edit.mutated).strip():
                raise Wrong(f"{mutation.name}: an expression can be replaced, but not left out")


def find_function(edit, source):
    """From its name to its end, as all functions are laid out here; without a name everything."""
    if not edit.function:
        return 0, len(source)
    found = re.findall(rf"(?ms)^{edit.function} \([^;{{]*^{{.*?^}}", source)
    if len(found) != 1:
        raise Wrong(f"{edit.name}: there is no function {edit.function} in {edit.path}")
    start = source.index(found[0])
    return start, start + len(found[0])


def find(edit, source):
    """Where its original stands, however it is laid out in lines there."""
    words = " ".join(edit.original).split()
    pattern = r"\s+".join(re.escape(word) for word in words)
    # Not in the middle of a longer name.
    pattern = rf"(?<!\w){pattern}" if words[0][0].isalnum() else pattern
    pattern = rf"{pattern}(?!\w)" if words[-1][-1].isalnum() else pattern
    places = [match.span() for match in re.compile(pattern).finditer(source, *find_function(edit, source))]
    if len(places) != 1:
        where = f"{edit.function} of {edit.path}" if edit.function else edit.path
        raise Wrong(f"{edit.name}: its original is found {len(places)} times in {where}, and must be "
                    "there once:\n  " + "\n  ".join(edit.original))
    return places[0]


def check_nested(edits):
    for one in edits:
        for other in edits:
            if one.span[0] < other.span[0] < one.span[1] < other.span[1]:
                raise Wrong(f"{one.name} and {other.name} overlap in {one.path}")


def choice(edit):
    """What comes before the original, and what after it."""
    mutated = " ".join(line.strip() for line in edit.mutated)
    condition = f"G_UNLIKELY (mqttc_mutation == {edit.number})"
    if edit.is_statement():
        return f"{{ if ({condition}) {{ {mutated} }} else {{ ", " } }"
    return f"({condition} ? ({mutated}) : (", "))"


def instrument(source, edits):
    """The lines keep their numbers."""
    check_nested(edits)
    inserts = []
    for edit in edits:
        before, after = choice(edit)
        start, end = edit.span
        # What is inside begins later and ends earlier; of the same place the first is the outermost.
        inserts.append((start, 1, -end, edit.number, before))
        inserts.append((end, 0, -start, -edit.number, after))
    parts = []
    position = 0
    for place, *_order, text in sorted(inserts):
        parts += [source[position:place], text]
        position = place
    return "".join(parts) + source[position:]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_list(path, mutations):
    lines = [f"  {{ {c_string(mutation.name)}, {c_string(mutation.text)}, "
             f"{c_string(mutation.program) if mutation.program else 'NULL'} }},"
             for mutation in mutations]
    write(path, "static const Mutation mutations[] = {\n" + "\n".join(lines) + "\n};\n")


def write_copies(folder, top, sources, edits, files):
    shutil.rmtree(os.path.join(folder, HEADERS), ignore_errors=True)
    os.makedirs(os.path.join(folder, HEADERS))
    for path in {*files, *sources}:
        full = os.path.join(top, path)
        text = sources[path] if path in sources else read(full)
        text = instrument(text, [edit for edit in edits if edit.path == path])
        name = os.path.join(HEADERS, path) if path.endswith(".h") else os.path.basename(path)
        write(os.path.join(folder, name), f'#line 1 "{full}"\n{text}')


def locate(edits, top, files):
    """The sources that are changed; each edit knows its place then. All that have lost it are told."""
    sources = {}
    complaints = []
    for edit in edits:
        full = os.path.join(top, edit.path)
        try:
            if not os.path.exists(full) or (edit.path.endswith(".c") and files
                                            and edit.path not in files):
                raise Wrong(f"{edit.name}: {edit.path} is not among the sources")
            if edit.path not in sources:
                sources[edit.path] = read(full)
            edit.span = find(edit, sources[edit.path])
        except Wrong as wrong:
            complaints.append(str(wrong))
    if complaints:
        raise Wrong("\n".join(complaints))
    return sources


def main(list_path, top, folder=None, *files):
    files = [os.path.relpath(path, top) for path in files]
    mutations = parse(read(list_path).splitlines())
    check_complete(mutations)
    edits = [edit for mutation in mutations for edit in mutation.edits]
    sources = locate(edits, top, files)
    if folder is None:
        print(f"{len(mutations)} mutations, each has its place")
        return
    write_copies(folder, top, sources, edits, files)
    write_list(os.path.join(folder, LIST), mutations)
    dependencies = [list_path, __file__, *(os.path.join(top, path) for path in sources)]
    write(os.path.join(folder, DEPENDENCIES),
          f"{os.path.join(folder, LIST)}: " + " ".join(dependencies) + "\n")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Wrong as wrong:
        sys.exit(f"mutations.txt: {wrong}")
