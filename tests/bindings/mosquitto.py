# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Mosquitto of our own, on a free port of the loopback device."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile

PR_SET_PDEATHSIG = 1
CONNECT = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00"

# Loaded here, not between fork and exec.
_libc = ctypes.CDLL(None)


def environment():
    """That of other programs: the sanitizer of the library is not for them."""
    return {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Mosquitto:
    """Runs until it is closed, or until the test ends, however it does."""

    def __init__(self, user_name=None, password=None):
        self.folder = tempfile.mkdtemp(prefix="mqttc-mosquitto-")
        self.config = os.path.join(self.folder, "mosquitto.conf")
        # Bound, and not listening: keeps the port for us, also while Mosquitto is down.
        self.holder = socket.socket()
        self.holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.holder.bind(("127.0.0.1", 0))
        self.port = self.holder.getsockname()[1]
        self.uri = f"mqtt://127.0.0.1:{self.port}"
        self.process = None
        self._write_config(user_name, password)
        self.start()

    def _write_config(self, user_name, password):
        lines = [
            f"listener {self.port} 127.0.0.1", "persistence true",
            f"persistence_location {self.folder}/", "log_dest stderr",
        ]
        if os.geteuid() == 0:
            # Else it would become a user who cannot write in this folder.
            lines.append("user root")
        if user_name is None:
            lines.append("allow_anonymous true")
        else:
            path = os.path.join(self.folder, "passwords")
            subprocess.run(["mosquitto_passwd", "-b", "-c", path, user_name, password],
                           check=True, env=environment())
            lines += ["allow_anonymous false", f"password_file {path}"]
        with open(self.config, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)

    def start(self):
        self.process = subprocess.Popen(
            [os.environ["MOSQUITTO"], "-c", self.config], stderr=subprocess.PIPE, text=True,
            env=environment(), preexec_fn=_die_with_parent)
        # What it says later stays in the pipe, which holds more than a test makes it say.
        for line in self.process.stderr:
            if line.endswith(" running\n"):
                break
        else:
            raise RuntimeError("Mosquitto does not start")
        self._wait_for_answer()

    def _wait_for_answer(self):
        """A signal that comes between saying so and running is lost to Mosquitto."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(CONNECT)
            connection.recv(1)

    def stop(self):
        self.process.terminate()
        self.process.stderr.close()
        self.process.wait()
        self.process = None

    def close(self):
        if self.process is not None:
            self.stop()
        self.holder.close()
        shutil.rmtree(self.folder)
