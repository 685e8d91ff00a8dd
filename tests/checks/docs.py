#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The pages of docs/: their code is that of programs which are built and run, their links lead
somewhere, their tables are whole; and the interface is documented, as far as gi-docgen can tell.

docs.py GIR GI-DOCGEN CONFIG
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import xml.etree.ElementTree as xml

from checking import bites, clean, finish, read, tree

GI = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"
EXTENSIONS = {"c": ".c", "python": ".py", "js": ".js", "vala": ".vala"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ROW = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)


def pages():
    return {path: read(path) for path in tree()
            if path.startswith("docs/") and path.endswith(".md")}


def programs():
    return {path: read(path) for path in tree()
            if path.startswith(("docs/snippets/", "examples/"))
            and path.endswith(tuple(EXTENSIONS.values()))}


def part_of(block, text):
    """Whether a program has these lines, which the page may show further to the left."""
    lines = block.splitlines()
    for depth in range(0, 25, 2):
        moved = "\n".join(" " * depth + line if line else "" for line in lines)
        if "\n" + moved + "\n" in "\n" + text:
            return True
    return False


def block_complaints(path, text, sources):
    complaints = []
    for language, block in FENCE.findall(text):
        first = block.strip().split("\n")[0]
        if not language:
            continue
        if language not in EXTENSIONS:
            complaints.append(f"{path}: no program can be in {language}: {first}")
        elif not any(part_of(block, source) for name, source in sources.items()
                     if name.endswith(EXTENSIONS[language])):
            complaints.append(f"{path}: in no program: {first}")
    return complaints


def unseen_complaints(texts, sources):
    blocks = [block for text in texts.values() for _, block in FENCE.findall(text)]
    return [f"{name}: shown on no page" for name, source in sources.items()
            if name.startswith("docs/snippets/")
            and not any(part_of(block, source) for block in blocks)]


def anchors(text):
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\s-]", "", heading).strip().lower().replace(" ", "-")
            for heading in HEADING.findall(plain)}


def link_complaints(path, text, texts, images):
    complaints = []
    for link in LINK.findall(text):
        name, _, anchor = link.partition("#")
        target = "docs/" + name.replace(".html", ".md") if name else path
        if link.startswith("https://") or name in images:
            continue
        if target not in texts:
            complaints.append(f"{path}: no page {link}")
        elif anchor and anchor not in anchors(texts[target]):
            complaints.append(f"{path}: no heading {link}")
    return complaints


def config_complaints(texts, config):
    listed = config["extra"]["content_files"]
    there = [os.path.basename(path) for path in texts]
    return ([f"{name} is not in mqttc.toml.in" for name in there if name not in listed]
            + [f"{name} is not there" for name in listed if name not in there])


def error_complaints(root, text):
    """The page about errors has a row for each."""
    names = [member.get(C + "identifier") for member in root.iter(GI + "member")]
    codes = {name.removeprefix("MQTTC_CLIENT_ERROR_") for name in names
             if name.startswith("MQTTC_CLIENT_ERROR_")}
    section = text.split("## The errors of the library")[1].split("\n## ")[0]
    rows = ROW.findall(section)
    return ([f"no row for {code}" for code in sorted(codes - set(rows))]
            + [f"no error {row}" for row in rows if row not in codes])


def gidocgen_complaints(gidocgen, config, gir):
    child = subprocess.run(
        [gidocgen, "check", "--quiet", "--fatal-warnings", "--config", config, gir],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    lines = re.sub(r"\x1b\[[\d;]*m", "", child.stdout).splitlines()
    found = [line for line in lines if "WARNING" in line or "ERROR" in line or "Error" in line]
    return found or ([f"gi-docgen ends with {child.returncode}"] if child.returncode else [])


def undocumented(gir, folder):
    """A copy of the GIR in which a function has lost its documentation."""
    root = xml.parse(gir)
    function = root.getroot().find(f"{GI}namespace/{GI}function[{GI}doc]")
    function.remove(function.find(GI + "doc"))
    path = os.path.join(folder, os.path.basename(gir))
    xml.register_namespace("", GI.strip("{}"))
    xml.register_namespace("c", C.strip("{}"))
    xml.register_namespace("glib", "http://www.gtk.org/introspection/glib/1.0")
    root.write(path, encoding="utf-8", xml_declaration=True)
    return path


def main(gir, gidocgen, config_path):
    texts = pages()
    sources = programs()
    with open(config_path, "rb") as file:
        config = tomllib.load(file)
    images = config["extra"]["content_images"]
    root = xml.parse(gir).getroot()

    clean("the code on the pages is that of programs",
          [line for path, text in texts.items() for line in block_complaints(path, text, sources)])
    bites("code that is in no program",
          block_complaints("a.md", "```c\nint a;\n```\n", {"a.c": "int b;\n"}))
    bites("a language without programs", block_complaints("a.md", "```rust\nx\n```\n", {}))
    clean("every snippet is shown", unseen_complaints(texts, sources))
    bites("a snippet that is not", unseen_complaints({"a.md": ""}, {"docs/snippets/a.c": "int b;"}))

    clean("links between pages lead somewhere",
          [line for path, text in texts.items()
           for line in link_complaints(path, text, texts, images)])
    bites("a page that is not there", link_complaints("docs/a.md", "[b](b.html)", {}, []))
    bites("a heading that is not there",
          link_complaints("docs/a.md", "# A\n[b](#b)\n", {"docs/a.md": "# A\n"}, []))
    clean("the site has every page", config_complaints(texts, config))
    bites("a page that it lacks", config_complaints({"docs/new.md": ""}, config))

    errors = texts["docs/errors.md"]
    clean("every error of the library is explained", error_complaints(root, errors))
    bites("one that is not", error_complaints(root, errors.replace("| `QUEUE_FULL` |", "| |")))

    clean("gi-docgen finds everything documented", gidocgen_complaints(gidocgen, config_path, gir))
    with tempfile.TemporaryDirectory() as folder:
        bites("a function that is not",
              gidocgen_complaints(gidocgen, config_path, undocumented(gir, folder)))
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
