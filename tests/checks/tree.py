#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is in the repository: few names at the top, a licence for each file, no trace of a machine."""

import fnmatch
import glob
import os
import re
import tomllib

from checking import TOP, bites, clean, finish, read, tree

TOP_NAMES = {
    "mqttc-glib", "docs", "tests", "examples",
    "meson.build", "meson_options.txt", "README.md", "CONTRIBUTING.md", "NEWS", "SECURITY.md",
    "LICENSES", "REUSE.toml", "mqttc-glib.doap",
    ".ci", ".clang-format", ".editorconfig", ".gitattributes", ".gitignore",
}
PLACES = re.compile(r"/(?:root|work|home/[a-z]\w*|tmp/\w+|Users/\w+)/")
HOST = re.compile(r"[a-z][a-z+]*://(?:[^/\s@]*@)?([\w.-]+)")
# Names of Go modules begin with the host of their source.
PUBLIC_HOSTS = {"deb.debian.org", "security.debian.org", "github.com", "localhost", "127.0.0.1"}


def top_complaints(paths):
    return sorted({f"{path.split('/')[0]} has no place at the top" for path in paths
                   if path.split("/")[0] not in TOP_NAMES})


def licensed_globs():
    with open(os.path.join(TOP, "REUSE.toml"), "rb") as file:
        annotations = tomllib.load(file)["annotations"]
    globs = []
    for annotation in annotations:
        path = annotation["path"]
        globs += [path] if isinstance(path, str) else path
    return globs


def licence_complaints(path, text, globs):
    if path.startswith("LICENSES/") or any(fnmatch.fnmatch(path, glob) for glob in globs):
        return []
    head = "\n".join(text.splitlines()[:6])
    return [f"{path}: no {word}" for word in ("SPDX-FileCopyrightText:", "SPDX-License-Identifier:")
            if word not in head]


def package_hosts():
    """The hosts that packages come from on this machine; nobody else may know them."""
    hosts = set()
    for path in (*glob.glob("/etc/apt/sources.list*"), *glob.glob("/etc/apt/*.d/*"),
                 "/etc/pip.conf", os.path.expanduser("~/.config/pip/pip.conf"),
                 os.path.expanduser("~/.pip/pip.conf"), os.path.expanduser("~/.npmrc")):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                hosts.update(HOST.findall(file.read()))
        except OSError:
            continue
    return hosts - PUBLIC_HOSTS


def place_complaints(path, text, hosts):
    complaints = [f"{path}: {place}" for place in PLACES.findall(text)]
    # Their names stay out of the complaint: it may be published, too.
    complaints += [f"{path}: a host that this machine has packages from"
                   for host in hosts if host in text]
    return complaints


def text_of(path):
    try:
        return read(path)
    except UnicodeDecodeError:
        return ""


def main():
    texts = {path: text_of(path) for path in tree()}
    globs = licensed_globs()
    hosts = package_hosts()

    clean("the top level holds what it should", top_complaints(texts))
    bites("another folder", top_complaints(["tools/a.c"]))
    clean("every file has its licence",
          [line for path, text in texts.items() for line in licence_complaints(path, text, globs)])
    bites("a file without", licence_complaints("tests/a.c", "int a;\n", globs))
    clean("no path or package host of a machine",
          [line for path, text in texts.items() for line in place_complaints(path, text, hosts)])
    bites("a path", place_complaints("a", "see /home/" + "me/a", set()))
    bites("a host", place_complaints("a", "from packages.example", {"packages.example"}))
    finish()


if __name__ == "__main__":
    main()
