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
FEW, MANY = 2000, 12000
# What the broker lets clients of MQTT 5 use that are told of aliases.
MAX_ALIASES = 100
PATHS = {
    "publish-qos0": "publish --qos 0",
    "publish-qos1-signal": "publish --qos 1 --window 100",
    "publish-qos1-async": "publish-async --qos 1 --window 100",
    "publish-qos2-signal": "publish --qos 2 --window 100",
    "receive-qos0-handler": "receive --qos 0",
    "receive-qos0-signal": "receive-signal --qos 0",
    "receive-qos1-handler": "receive --qos 1 --window 400",
    "receive-qos1-signal": "receive-signal --qos 1 --window 400",
    "v5-publish-qos0": "publish --protocol 5 --qos 0",
    "v5-publish-qos0-user": "publish --protocol 5 --qos 0 --properties user",
    "v5-publish-qos0-expiry": "publish --protocol 5 --qos 0 --properties expiry",
    "v5-publish-qos0-topics": "publish --protocol 5 --qos 0 --topics 100",
    "v5-publish-qos0-alias": "publish --protocol 5 --qos 0 --topics 100 --aliases 100",
    "v5-publish-qos1-signal": "publish --protocol 5 --qos 1 --window 100",
    "v5-publish-qos1-alias": "publish --protocol 5 --qos 1 --window 100 --topics 100 --aliases 100",
    "v5-receive-qos0-handler": "receive --protocol 5 --qos 0",
    "v5-receive-qos0-signal": "receive-signal --protocol 5 --qos 0",
    "v5-receive-qos0-user": "receive --protocol 5 --qos 0 --properties user",
    "v5-receive-qos1-handler": "receive --protocol 5 --qos 1 --window 400",
    "v5-receive-qos1-signal": "receive-signal --protocol 5 --qos 1 --window 400",
}


class Broker:
    """The null broker, until the end of a with statement."""

    def __init__(self, programs, certificate=None, control=None, core=None, aliases=0, report=False):
        command = [os.path.join(programs, "null-broker")]
        if core is not None:
            command = ["taskset", "-c", str(core), *command]
        if certificate is not None:
            command += ["--certificate", certificate]
        if aliases:
            command += ["--aliases", str(aliases)]
        if report:
            command += ["--report", "1"]
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

    ALLOCATORS = {"malloc", "calloc", "realloc", "memalign", "posix_memalign", "aligned_alloc"}
    LINE = re.compile(r"(ob|fl|fi|fe|fn|cob|cfi|cfl|cfn|calls)=")

    def __init__(self, path):
        self.functions = {}
        self.allocations = 0
        names = {}
        called = ""
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
                        if match[1] == "cfn":
                            called = value
                    if skip and called in self.ALLOCATORS:
                        self.allocations += int(line[match.end():].split()[0])
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


def callgrind(programs, arguments, count, program="bench-mqttc", steps=True, aliases=None):
    """Runs a program with the broker, for COUNT messages; in steps, the broker waits for it."""
    ours, theirs = socket.socketpair()
    output = tempfile.mkdtemp()
    path = os.path.join(output, "out")
    if aliases is None:
        aliases = MAX_ALIASES if "--aliases" in arguments else 0
    with ours, theirs, Broker(programs, control=theirs if steps else None, aliases=aliases) as broker:
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={path}",
                   os.path.join(programs, program), *arguments, "--count", str(count),
                   "--port", broker.port]
        command += ["--control", str(ours.fileno())] if steps else []
        done = subprocess.run(command, pass_fds=[ours.fileno()], text=True, timeout=300,
                              env={**os.environ, "LD_BIND_NOW": "1", "G_SLICE": ""},
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    try:
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
        return Cost(path)
    finally:
        shutil.rmtree(output)


class Path:
    """What a message costs on one path, the library and everybody."""

    def __init__(self, many, few, messages):
        self.functions = many.minus(few, messages)
        self.ours = sum(n for (where, _), n in self.functions.items() if LIBRARY in where)
        self.all = sum(self.functions.values())
        self.allocations = (many.allocations - few.allocations) / messages


def count_path(programs, arguments, percent=0, **how):
    """Costs per message, of the difference of two runs, so that what is done once falls out. PERCENT
    more messages are sent than are counted."""
    extra = 1 + percent / 100
    many, few = (callgrind(programs, arguments, round(n * extra), **how) for n in (MANY, FEW))
    return Path(many, few, MANY - FEW)
