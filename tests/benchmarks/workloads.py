# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is measured, of whom, and what is aimed at."""

RAW, MOSQUITTO, THREAD, PAHO, OURS, SIGNAL = (
    "raw socket", "libmosquitto", "libmosquitto, own thread", "Paho C", "mqttc-glib",
    "mqttc-glib, signal")
PROGRAMS = {RAW: "bench-raw", MOSQUITTO: "bench-mosquitto", THREAD: "bench-mosquitto",
            PAHO: "bench-paho", OURS: "bench-mqttc", SIGNAL: "bench-mqttc"}
PEERS = (RAW, MOSQUITTO, PAHO)


class Workload:
    """A row: what is done, with which arguments, by whom. PATH is its name in the guard's list."""

    def __init__(self, name, title, arguments, who=(*PEERS, OURS), first=8, path=None, **more):
        self.name = name
        self.title = title
        self.arguments = arguments.split()
        self.who = who
        # Few messages, to find out how many are worth measuring.
        self.first = first
        self.path = path
        self.is_round_trip = self.arguments[:1] == ["roundtrip"]
        self.tls = more.get("tls", False)
        self.same_core = more.get("same_core", False)
        self.commands = more.get("commands", {})
        self.against = more.get("against", name)  # whose peers it is compared with

    def arguments_of(self, who):
        arguments = list(self.arguments)
        if who == SIGNAL:
            arguments[0] = "receive-signal"
        if who == THREAD:
            arguments += ["--threaded", "1"]
        return arguments


BOTH = (*PEERS, OURS, SIGNAL)
WORKLOADS = [
    Workload("publish-qos0", "publish QoS 0, 64 B", "publish", (*PEERS, THREAD, OURS),
             path="publish-qos0"),
    Workload("publish-qos0-1k", "publish QoS 0, 1 KiB", "publish --size 1024",
             (*PEERS, THREAD, OURS)),
    Workload("publish-qos0-64k", "publish QoS 0, 64 KiB", "publish --size 65536", first=1),
    Workload("publish-qos1-w20", "publish QoS 1, window 20", "publish --qos 1 --window 20"),
    Workload("publish-qos1-w100", "publish QoS 1, window 100", "publish --qos 1 --window 100",
             path="publish-qos1-signal"),
    Workload("publish-qos1-async", "the same by publish_async", "publish-async --qos 1 --window 100",
             (OURS,), path="publish-qos1-async", against="publish-qos1-w100"),
    Workload("publish-qos1-w1000", "publish QoS 1, window 1,000", "publish --qos 1 --window 1000"),
    Workload("publish-qos2-w100", "publish QoS 2, window 100", "publish --qos 2 --window 100",
             path="publish-qos2-signal"),
    Workload("receive-qos0", "receive QoS 0, 64 B", "receive", BOTH, path="receive-qos0-handler"),
    Workload("receive-qos0-1k", "receive QoS 0, 1 KiB", "receive --size 1024", BOTH),
    Workload("receive-qos0-64k", "receive QoS 0, 64 KiB", "receive --size 65536", BOTH, first=1),
    Workload("receive-qos1", "receive QoS 1, window 1,000", "receive --qos 1 --window 1000", BOTH,
             path="receive-qos1-handler"),
    Workload("tls-publish-qos0", "TLS, publish QoS 0, 64 B", "publish", tls=True),
    Workload("tls-receive-qos0", "TLS, receive QoS 0, 64 B", "receive", BOTH, tls=True),
    Workload("roundtrip", "there and back, 64 B, one core", "roundtrip", same_core=True),
    Workload("v5-publish-qos0", "MQTT 5, publish QoS 0, 64 B", "publish --protocol 5",
             path="v5-publish-qos0"),
    Workload("v5-publish-qos1-w100", "MQTT 5, publish QoS 1, w. 100",
             "publish --protocol 5 --qos 1 --window 100", path="v5-publish-qos1-signal"),
    Workload("v5-receive-qos0", "MQTT 5, receive QoS 0, 64 B", "receive --protocol 5", BOTH,
             path="v5-receive-qos0-handler"),
    Workload("v5-receive-qos1", "MQTT 5, receive QoS 1, w. 1,000",
             "receive --protocol 5 --qos 1 --window 1000", BOTH, path="v5-receive-qos1-handler"),
    Workload("v5-roundtrip", "MQTT 5, there and back, one core", "roundtrip --protocol 5",
             same_core=True),
    Workload("aliases", "bytes and instructions of MQTT 5 with topic aliases", "", ()),
    Workload("languages", "receive QoS 0, 64 B, by a handler in", "", ("Python", "GJS", "Paho Python"),
             commands={"Python": ["/usr/bin/python3", "receive.py"], "GJS": ["gjs", "-m", "receive.js"],
                       "Paho Python": ["/usr/bin/python3", "receive_paho.py"]}),
    Workload("codec-encode", "codec alone: encode, 1 KiB", "encode --size 1024", (OURS,)),
    Workload("codec-decode", "codec alone: decode, 1 KiB", "decode --size 1024", (OURS,)),
    Workload("codec-encode-v5", "codec alone, MQTT 5: encode, 1 KiB",
             "encode --protocol 5 --size 1024", (OURS,)),
    Workload("codec-decode-v5", "codec alone, MQTT 5: decode, 1 KiB",
             "decode --protocol 5 --size 1024", (OURS,)),
    Workload("idle", "bytes of an idle connection", "", ("mqttc-glib", "GSocketConnection")),
]


class Target:
    """A row of the targets due with the first benchmarks."""

    def __init__(self, workload, text, measure, bound, most=False):
        self.workload = workload
        self.text = text
        self.measure = measure
        self.bound = bound
        self.most = most

    def met(self, value):
        return value <= self.bound if self.most else value >= self.bound


def times_mosquitto(workload, factor, who=OURS):
    how = ", by signal" if who == SIGNAL else ""
    return Target(workload, f"times libmosquitto{how}",
                  lambda results: results.ratio(workload, who), factor)


def instructions(path, bound):
    return Target(path, "instructions of the process", lambda results: results.paths[path].all, bound,
                  most=True)


# Those of the main loop's turns, some hundredths of a message, are not the message's.
def allocations(path):
    return Target(path, "allocations", lambda results: abs(round(results.paths[path].allocations, 1)), 1,
                  most=True)


def microseconds(percentile):
    return Target("roundtrip", f"{percentile} in times of libmosquitto's",
                  lambda results: results.round_trip(percentile), 1, most=True)


TARGETS = [
    times_mosquitto("publish-qos0", 8), instructions("publish-qos0", 1200),
    times_mosquitto("publish-qos0-1k", 4), times_mosquitto("publish-qos0-64k", 0.8),
    times_mosquitto("publish-qos1-w100", 4), instructions("publish-qos1-signal", 2500),
    times_mosquitto("publish-qos1-async", 3), instructions("publish-qos1-async", 6000),
    times_mosquitto("publish-qos1-w1000", 15),
    times_mosquitto("publish-qos2-w100", 8),
    times_mosquitto("receive-qos0", 10), instructions("receive-qos0-handler", 800),
    times_mosquitto("receive-qos0", 6, SIGNAL), instructions("receive-qos0-signal", 2000),
    times_mosquitto("receive-qos1", 10), times_mosquitto("receive-qos1", 8, SIGNAL),
    times_mosquitto("receive-qos0-1k", 1), times_mosquitto("receive-qos0-64k", 1),
    times_mosquitto("tls-publish-qos0", 8), times_mosquitto("tls-receive-qos0", 1),
    microseconds("p50"), microseconds("p99"),
    times_mosquitto("v5-publish-qos0", 8), times_mosquitto("v5-publish-qos1-w100", 4),
    times_mosquitto("v5-receive-qos0", 10), times_mosquitto("v5-receive-qos0", 6, SIGNAL),
    times_mosquitto("v5-receive-qos1", 10), times_mosquitto("v5-receive-qos1", 8, SIGNAL),
    *[allocations(path) for path in (
        "publish-qos0", "publish-qos1-signal", "publish-qos2-signal", "receive-qos0-handler",
        "receive-qos0-signal", "receive-qos1-handler", "receive-qos1-signal", "v5-publish-qos0",
        "v5-publish-qos1-signal", "v5-receive-qos0-handler", "v5-receive-qos0-signal",
        "v5-receive-qos1-handler", "v5-receive-qos1-signal")],
]
