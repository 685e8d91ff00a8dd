#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures this library beside a raw socket, libmosquitto and Paho C, against a null broker.

The runs are interleaved: in each round every program does every workload once, and the medians of the
rounds are shown. The null broker has a core of its own, the clients have the others; only where a
message goes there and back are both on the same one, for else the waking of the other core is measured.
Compare figures of one run; those of two runs differ with what else the machine does.
"""

import argparse
import concurrent.futures
import json
import os
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
# pylint: disable=wrong-import-position
import aliases  # noqa: E402
import measure  # noqa: E402
from workloads import MOSQUITTO, OURS, PAHO, PROGRAMS, RAW, SIGNAL, TARGETS, THREAD, WORKLOADS  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 0.35
# A program that is stuck, or does a thousandth of what others do, is left out.
PATIENCE = 10
ROUND_TRIPS = 5000
IDLE = 400
FIRST = 250
MOST = 4_000_000
BROKER_CORE = 0


class Results:
    """The figures of each workload and program, one per round."""

    def __init__(self):
        self.rounds = {}
        self.paths = {}
        self.peer_paths = {}

    def add(self, workload, who, figures):
        for name, value in figures.items():
            self.rounds.setdefault((workload, who, name), []).append(value)

    def median(self, workload, who, name="rate"):
        values = self.rounds.get((workload, who, name))
        return statistics.median(values) if values else None

    def best_mosquitto(self, workload):
        rates = [self.median(workload, who) for who in (MOSQUITTO, THREAD)]
        return max((rate for rate in rates if rate), default=None)

    def of_whom(self, workload, who):
        """The rate of a peer that WORKLOAD is to be compared with."""
        against = next(row.against for row in WORKLOADS if row.name == workload)
        return self.best_mosquitto(against) if who == MOSQUITTO else self.median(against, who)

    def ratio(self, workload, who=OURS, peer=MOSQUITTO):
        return self.median(workload, who) / self.of_whom(workload, peer)

    def round_trip(self, percentile, peer=MOSQUITTO, workload="roundtrip"):
        return self.median(workload, OURS, percentile) / self.median(workload, peer, percentile)


class Bench:
    """Runs programs against one broker."""

    def __init__(self, programs, broker, certificates):
        self.programs = programs
        self.broker = broker
        self.certificates = certificates
        self.counts = {}
        others = sorted(os.sched_getaffinity(0) - {BROKER_CORE})
        self.other_cores = ",".join(map(str, others)) or str(BROKER_CORE)
        library = os.path.join(programs, "..", "..", "mqttc-glib")
        bindings = os.path.join(HERE, "..", "..", "mqttc-glib", "bindings")
        self.environment = {
            **os.environ, "GI_TYPELIB_PATH": library, "LD_LIBRARY_PATH": library, "PYTHONPATH": bindings,
            "GJS_PATH": bindings, "PYTHONDONTWRITEBYTECODE": "1", "GIO_USE_PROXY_RESOLVER": "dummy"}

    def command(self, workload, who, count):
        cores = str(BROKER_CORE) if workload.same_core else self.other_cores
        pinned = ["taskset", "-c", cores]
        if who in workload.commands:
            *interpreter, script = workload.commands[who]
            return [*pinned, *interpreter, os.path.join(HERE, script), self.broker.port, str(count)]
        port = self.broker.port
        if workload.name == "idle":
            kind = "mqttc" if who == OURS else "gio"
            return [*pinned, os.path.join(self.programs, "bench-idle"), kind, "--port", port,
                    "--count", str(count)]
        program = "bench-codec" if workload.name.startswith("codec") else PROGRAMS[who]
        arguments = workload.arguments_of(who)
        if workload.tls:
            port = self.broker.tls_port
            arguments += ["--ca", os.path.join(self.certificates, "ca.pem")]
        return [*pinned, os.path.join(self.programs, program), *arguments, "--port", port,
                "--count", str(count)]

    def run(self, workload, who, count):
        """The figures it prints; None if it does not end in time."""
        command = self.command(workload, who, count)
        try:
            done = subprocess.run(command, env=self.environment, text=True, timeout=PATIENCE,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        except subprocess.TimeoutExpired:
            show(f"   {workload.name}, {who}: {count} messages were not done in {PATIENCE} s")
            return None
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
        return json.loads(done.stdout)

    def find_count(self, workload, who):
        """As many messages as take SECONDS; 0 if it is not to be measured."""
        if workload.name == "idle" or workload.is_round_trip:
            return IDLE if workload.name == "idle" else ROUND_TRIPS
        count = first = FIRST * workload.first
        for most in (100 * first, MOST):
            probe = self.run(workload, who, count)
            if probe is None:
                return 0
            count = min(max(first, int(probe["rate"] * SECONDS)), most)
        return count

    def measure(self, workload, who):
        key = workload.name, who
        if key not in self.counts:
            self.counts[key] = self.find_count(workload, who)
        return self.run(workload, who, self.counts[key]) if self.counts[key] else None


def make_certificates(folder):
    script = os.path.join(HERE, "..", "tls", "make-certificates.sh")
    subprocess.run(["bash", script, folder], check=True)


# --- Showing. ---


def show(*words):
    print(*words, flush=True)


def rate_of(value):
    return f"{value / 1000:,.0f}" if value >= 99500 else f"{value / 1000:.1f}"


def cell(results, workload, who):
    rate = results.median(workload.name, who)
    if rate is None:
        return "-"
    cpu = results.median(workload.name, who, "cpu")
    text = f"{rate_of(rate)} ({cpu:.{2 if cpu < 10 else 0}f})"
    if results.median(workload.name, who, "p50") is not None:
        p50, p99 = (results.median(workload.name, who, name) for name in ("p50", "p99"))
        text = f"{p50:.1f}, {p99:.1f} us"
    return text


def ratio_cell(results, workload, peer, who):
    if not results.of_whom(workload.name, peer) or not results.median(workload.name, who):
        return "-"
    if workload.is_round_trip:
        return f"{results.round_trip('p50', peer, workload.name):.2f}"
    return f"{results.ratio(workload.name, who, peer):.2f}"


def cpu_cell(results, workload, who):
    ours = results.median(workload.name, who, "cpu")
    peer = results.median(workload.against, MOSQUITTO, "cpu")
    return f"{peer / ours:.2f}" if ours and peer else "-"


def show_rates(results, workloads):
    show("\nThousands of messages per second (microseconds of CPU per message)\n")
    show(f"{'':31}{RAW:>18}{MOSQUITTO:>16}{PAHO:>16}{'mqttc-glib':>18}"
         f"{'of raw':>8}{'x mosq.':>8}{'x Paho':>8}{'in CPU':>8}")
    for workload in workloads:
        if OURS not in workload.who or workload.name in ("idle",) or "codec" in workload.name:
            continue
        for who in (OURS, SIGNAL):
            if who not in workload.who:
                continue
            title = workload.title if who == OURS else "   by the signal message"
            peers = [cell(results, workload, peer) if who == OURS else ""
                     for peer in (RAW, MOSQUITTO, PAHO)]
            ratios = [ratio_cell(results, workload, peer, who) for peer in (RAW, MOSQUITTO, PAHO)]
            show(f"{title:31}{peers[0]:>18}{peers[1]:>16}{peers[2]:>16}"
                 f"{cell(results, workload, who):>18}{ratios[0]:>8}{ratios[1]:>8}{ratios[2]:>8}"
                 f"{cpu_cell(results, workload, who):>8}")
        if THREAD in workload.who:
            show(f"{'   with a thread of its own':31}{'':18}{cell(results, workload, THREAD):>16}")
    show("\nThere and back: the median and the 99th percentile; the ratios are of the medians, and the "
         "less the better.\nOthers are to the better of libmosquitto's; \"in CPU\" says how much more of "
         "it libmosquitto takes,\nwithout a thread, which says more when the machine is busy.")


def show_others(results, workloads):
    for workload in workloads:
        if workload.name == "languages":
            show(f"\n{workload.title}")
            for who in workload.who:
                show(f"   {who:28}{cell(results, workload, who):>18}")
        if workload.name.startswith("codec"):
            rate = results.median(workload.name, OURS)
            show(f"\n{workload.title}: {1e9 / rate:.1f} ns, {rate * 1024 / 2**30:.1f} GiB/s of payload")
        if workload.name == "idle":
            ours, bare = (results.median(workload.name, who, "bytes") for who in workload.who)
            show(f"\n{workload.title}: {ours:,.0f}; of a GSocketConnection: {bare:,.0f}; "
                 f"over it: {ours - bare:,.0f}")


def show_paths(results):
    show("\nInstructions per message (tests/benchmarks/guard says how), and allocations\n")
    show(f"{'':24}{'mqttc-glib':>12}{'its process':>13}{'allocations':>13}{RAW:>12}{MOSQUITTO:>14}")
    for name, path in results.paths.items():
        peers = [results.peer_paths.get((name, who)) for who in (RAW, MOSQUITTO)]
        texts = [f"{peer.all:,.0f}" if peer else "" for peer in peers]
        show(f"{name:24}{path.ours:12,.0f}{path.all:13,.0f}{path.allocations:13.2f}"
             f"{texts[0]:>12}{texts[1]:>14}")


def show_targets(results, names):
    show("\nTargets due with the first benchmarks\n")
    n_met = n_missed = 0
    for target in TARGETS:
        if target.workload not in names:
            continue
        try:
            value = target.measure(results)
        except (KeyError, TypeError):
            show(f"   {target.workload:24}{target.text:36}not measured")
            n_missed += 1
            continue
        met = target.met(value)
        sign = "<=" if target.most else ">="
        show(f"   {target.workload:24}{target.text:36}{sign} {target.bound:<8,}{value:10,.2f}   "
             f"{'met' if met else 'NOT MET'}")
        n_met += met
        n_missed += not met
    show(f"\n{n_met} met, {n_missed} not met")


# --- Main. ---


def count_instructions(results, programs, workloads):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        ours, peers = {}, {}
        for workload in workloads:
            if workload.path is None:
                continue
            by_signal = [workload.path.replace("handler", "signal")] if SIGNAL in workload.who else []
            for path in (workload.path, *by_signal):
                ours[path] = pool.submit(measure.count_path, programs, measure.PATHS[path].split())
            for who in {RAW, MOSQUITTO} & set(workload.who):
                peers[workload.path, who] = pool.submit(
                    measure.count_path, programs, workload.arguments_of(who), program=PROGRAMS[who],
                    steps=False)
        results.paths = {path: job.result() for path, job in ours.items()}
        results.peer_paths = {key: job.result() for key, job in peers.items()}


def run_rounds(results, programs, workloads, n_rounds):
    with tempfile.TemporaryDirectory() as certificates:
        make_certificates(certificates)
        with measure.Broker(programs, certificate=os.path.join(certificates, "good"),
                            core=BROKER_CORE) as broker:
            bench = Bench(programs, broker, certificates)
            show(f"The broker is on core {BROKER_CORE}, the clients are on {bench.other_cores}")
            for number in range(n_rounds):
                show(f"Round {number + 1} of {n_rounds}")
                for workload in workloads:
                    for who in workload.who:
                        figures = bench.measure(workload, who)
                        if figures is not None:
                            results.add(workload.name, who, figures)


def smoke(programs, languages):
    """Every program does each of its workloads once, with few messages; in TAP."""
    jobs = [(workload, who) for workload in WORKLOADS for who in workload.who
            if who in languages or not workload.commands]
    show(f"1..{len(jobs) + 1}")
    n_failed = 0
    with tempfile.TemporaryDirectory() as certificates:
        make_certificates(certificates)
        with measure.Broker(programs, certificate=os.path.join(certificates, "good")) as broker:
            bench = Bench(programs, broker, certificates)
            for number, (workload, who) in enumerate(jobs, 1):
                failed = not bench.run(workload, who, 10 * workload.first)
                n_failed += failed
                show(f"{'not ok' if failed else 'ok'} {number} - {workload.name} {who}")
    aliases.count_bytes(programs, *aliases.ROWS["10 for the 100 topics"], messages=1000)
    show(f"ok {len(jobs) + 1} - aliases")
    return n_failed


def main():
    parser = argparse.ArgumentParser(
        prog="run", formatter_class=argparse.RawDescriptionHelpFormatter, description=__doc__)
    parser.add_argument("--programs", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="rounds; 5 if not given")
    parser.add_argument("--only", action="append", metavar="WORKLOAD",
                        help="one of --list; may be repeated")
    parser.add_argument("--list", action="store_true", help="print the workloads")
    parser.add_argument("--smoke", nargs="*", metavar="LANGUAGE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.smoke is not None:
        sys.exit(1 if smoke(options.programs, options.smoke) else 0)
    if options.list:
        for workload in WORKLOADS:
            show(f"{workload.name:20} {workload.title}")
        return

    names = [workload.name for workload in WORKLOADS]
    unknown = set(options.only or []) - set(names)
    if unknown:
        parser.error(f"no such workload: {', '.join(sorted(unknown))}; see --list")
    # A row that is compared with the peers of another brings that along.
    wanted = set(options.only or names)
    wanted |= {workload.against for workload in WORKLOADS if workload.name in wanted}
    workloads = [workload for workload in WORKLOADS if workload.name in wanted]

    results = Results()
    run_rounds(results, options.programs, workloads, options.runs)
    if results.rounds:
        show_rates(results, workloads)
    show_others(results, workloads)
    if "aliases" in wanted:
        aliases.show(options.programs)
    count_instructions(results, options.programs, workloads)
    if results.paths:
        show_paths(results)
    if results.rounds:
        show_targets(results, wanted | set(results.paths))


if __name__ == "__main__":
    main()
