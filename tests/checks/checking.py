# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the checks share: the files of the repository, and TAP.

Each rule is a function that is given text and returns a list of complaints. A check asks it about
the repository, where it must find nothing, and about a bad example, where it must find something.
"""

import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIBRARY = "mqttc-glib"

_cases = 0
_failures = 0


def _case(name, good, lines=()):
    global _cases, _failures
    _cases += 1
    _failures += not good
    print(f"{'ok' if good else 'not ok'} {_cases} {name}")
    for line in lines:
        print(f"# {line}")


def clean(name, complaints):
    """The repository keeps a rule."""
    _case(name, not complaints, complaints)


def bites(name, complaints):
    """A bad example does not."""
    _case(f"bites: {name}", bool(complaints))


def note(text):
    print(f"# {text}")


def finish():
    print(f"1..{_cases}")
    sys.exit(1 if _failures else 0)


def _walk():
    for folder, folders, names in os.walk(TOP):
        folders[:] = [name for name in folders
                      if name not in {".git", "__pycache__"}
                      and not (folder == TOP and name.startswith("build"))]
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), TOP)


def tree():
    """The paths of all files that are, or are about to be, in the repository."""
    # The owner of the repository may be somebody else; an archive of it has no .git.
    git = ["git", "-c", "safe.directory=*", "-C", TOP, "ls-files", "-z",
           "--cached", "--others", "--exclude-standard"]
    if os.path.exists(os.path.join(TOP, ".git")):
        try:
            paths = subprocess.run(git, check=True, stdout=subprocess.PIPE).stdout.decode()
            return sorted(path for path in set(paths.split("\0"))
                          if os.path.isfile(os.path.join(TOP, path)))
        except (OSError, subprocess.CalledProcessError):
            pass
    return sorted(_walk())


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def sources(folder="", extensions=(".c", ".h")):
    """Maps the paths of source files below a folder to their text."""
    return {path: read(path) for path in tree()
            if path.startswith(folder) and path.endswith(extensions)}


_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|' r"'(?:\\.|[^'\\\n])*'", re.DOTALL)


def code(text):
    """C without comments and without what is in quotes, each line where it was."""
    def blank(match):
        token = match[0]
        if token[0] in "\"'":
            return token[0] * 2
        return " " + "\n" * token.count("\n")
    return _TOKEN.sub(blank, text)


def golden(path, lines):
    """Compares lines with a file in the repository; MQTTC_UPDATE_GOLDEN=1 rewrites it."""
    here = os.path.join(TOP, path)
    if os.environ.get("MQTTC_UPDATE_GOLDEN"):
        with open(here, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
    try:
        known = read(path).splitlines()
    except FileNotFoundError:
        known = []
    return difference(known, lines)


def difference(known, lines):
    gone = [f"gone: {line}" for line in known if line not in set(lines)]
    new = [f"new: {line}" for line in lines if line not in set(known)]
    if (gone or new):
        return gone + new + ["if this is meant: MQTTC_UPDATE_GOLDEN=1 tests/run checks"]
    return []
