# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What guard and run have in common: the null broker, and the count of instructions."""

import os
import re
import shutil
import socket
import subprocess
import tempfile

LIBRARY = "libmqttc-glib-1.so"


class Broker:
    """The null broker, until the end of a with statement."""

    def __init__(self, programs, certificate=None, control=None, core=None):
        command = [os.path.join(programs, "null-broker")]
        if core is not None:
            command = ["taskset", "-c", str(core), *command]
        if certificate is not None:
            command += ["--certificate", certificate]
        if control is not None:
            command += ["--control", str(control.fileno())]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True,
            pass_fds=[control.fileno()] if control is not None else [])
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("The null broker did not start")
        self.port, self.tls_port = line.split()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Cost:
    """Instructions by object and by function, as Callgrind has written them."""

    LINE = re.compile(r"(ob|fl|fi|fe|fn|cob|cfi|cfl|cfn|calls)=")

    def __init__(self, path):
        self.functions = {}
        names = {}
        where = {"ob": "", "fn": ""}
        skip = False
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                match = self.LINE.match(line)
                if match:
                    # What is called counts where it is, and not with the caller.
                    skip = match[1] == "calls"
                    if match[1] in ("ob", "fn", "cob", "cfn"):
                        value = self.resolve(names, match[1][-2:], line[match.end():].strip())
                        if match[1] in where:
                            where[match[1]] = value
                elif line[0].isdigit() or line[0] in "+-*":
                    if not skip:
                        key = where["ob"], where["fn"]
                        count = int(line.split()[1])
                        self.functions[key] = self.functions.get(key, 0) + count
                    skip = False

    @staticmethod
    def resolve(names, kind, text):
        number, _, name = text.partition(" ")
        if not number.startswith("("):
            return text
        if name:
            names[kind, number] = name
        return names[kind, number]

    def minus(self, other, messages):
        """Instructions per message of each function."""
        keys = set(self.functions) | set(other.functions)
        return {key: (self.functions.get(key, 0) - other.functions.get(key, 0)) / messages
                for key in keys}


def callgrind(programs, arguments, count):
    """Runs bench-mqttc in steps with the broker, for COUNT messages."""
    ours, theirs = socket.socketpair()
    output = tempfile.mkdtemp()
    path = os.path.join(output, "out")
    with ours, theirs, Broker(programs, control=theirs) as broker:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={path}",
                   os.path.join(programs, "bench-mqttc"), *arguments, "--count", str(count),
                   "--port", broker.port, "--control", str(ours.fileno())]
        done = subprocess.run(command, pass_fds=[ours.fileno()], text=True, timeout=300,
                              env={**os.environ, "LD_BIND_NOW": "1", "G_SLICE": "always-malloc"},
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    try:
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
        return Cost(path)
    finally:
        shutil.rmtree(output)


class Path:
    """Costs of a message on one path, ours and everybody's."""

    def __init__(self, functions):
        self.functions = functions
        self.ours = sum(n for (where, _), n in functions.items() if LIBRARY in where)
        self.all = sum(functions.values())


def count_path(programs, arguments, few, many, percent=0):
    """Instructions per message. PERCENT more messages are sent than are counted."""
    extra = 1 + percent / 100
    costs = [callgrind(programs, arguments, round(n * extra)) for n in (many, few)]
    return Path(costs[0].minus(costs[1], many - few))
