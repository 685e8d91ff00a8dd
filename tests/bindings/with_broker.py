#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a command with the URI of a Mosquitto of its own as its last argument.

with_broker.py COMMAND...
"""

import subprocess
import sys

from mosquitto import Mosquitto


def main(*command):
    broker = Mosquitto()
    try:
        return subprocess.run([*command, broker.uri], timeout=120).returncode
    finally:
        broker.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
