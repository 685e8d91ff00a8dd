#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write the bytes of vector files as one file each, for a fuzzer to begin with.

    corpus.py OUTPUT-FOLDER VECTOR-FILE...
"""

import pathlib
import sys


def to_bytes(text):
    """Hexadecimal, with blanks; "4002000a*3" is the same three times; "-" is nothing."""
    result = b""
    for word in text.split() if text != "-" else []:
        digits, _, times = word.partition("*")
        result += bytes.fromhex(digits) * int(times or 1)
    return result


def vectors(path):
    """Names and bytes. Which field holds the bytes depends on the number of fields."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            fields = [field.strip() for field in line.split("|")]
            yield fields[0], to_bytes(fields[1 if len(fields) == 4 else 2])


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__.strip())
    folder = pathlib.Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for path in map(pathlib.Path, arguments[1:]):
        for name, data in vectors(path):
            (folder / f"{path.stem}-{name}").write_bytes(data)
            count += 1
    print(f"{count} files")


if __name__ == "__main__":
    main(sys.argv[1:])
