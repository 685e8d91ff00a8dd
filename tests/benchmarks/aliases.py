# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What topic aliases save: bytes on the wire, as the null broker counts them, and what they cost."""

import concurrent.futures
import os
import subprocess

import measure

MESSAGES = 1_000_000
TOPICS, TOPIC_SIZE = 100, 60
MOST = 65535
# The maximum of the server, and that of the client.
ROWS = {
    "none": (0, 0),
    "as many as there may be": (MOST, MOST),
    "the server's maximum is 100": (100, MOST),
    "the client's maximum is 100": (MOST, 100),
    "10 for the 100 topics": (10, MOST),
}


def arguments_of(ours):
    return ["publish", "--protocol", "5", "--topics", str(TOPICS), "--aliases", str(ours)]


def count_bytes(programs, server, ours, messages=MESSAGES):
    """Bytes of packets per message, and how often an alias was assigned."""
    with measure.Broker(programs, aliases=server, report=True) as broker:
        command = [os.path.join(programs, "bench-mqttc"), *arguments_of(ours),
                   "--count", str(messages), "--port", broker.port]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        counted, size, topic_size, assigned = map(int, broker.process.stdout.readline().split())
    # One more, at the end.
    if counted != messages + 1 or topic_size != counted * TOPIC_SIZE:
        raise SystemExit(f"{counted} messages with {topic_size} bytes of topics have come")
    return size / counted, assigned


def show(programs):
    print(f"\nTopic aliases of MQTT 5: {MESSAGES:,} messages of QoS 0, 64 B, over {TOPICS} topics of "
          f"{TOPIC_SIZE} characters\n\n{'':31}{'bytes':>8}{'assigned':>10}{'instructions':>14}"
          f"{'its process':>13}{'allocations':>13}", flush=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        paths = {title: pool.submit(measure.count_path, programs, arguments_of(ours), aliases=server)
                 for title, (server, ours) in ROWS.items()}
        for title, (server, ours) in ROWS.items():
            size, assigned = count_bytes(programs, server, ours)
            path = paths[title].result()
            print(f"{title:31}{size:8.2f}{assigned:10,}{path.ours:14,.0f}{path.all:13,.0f}"
                  f"{round(path.allocations, 1) + 0.0:13.1f}", flush=True)
