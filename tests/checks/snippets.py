#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds and runs the programs of docs/snippets/, each against a Mosquitto, and compares what they
print with the comment at their head. TAP.

They say mqtt://localhost, which becomes the place of the broker. For those that say mqtts: instead
it speaks TLS and wants a certificate; certificates lie in the current folder.

snippets.py LIBRARY-BUILD-FOLDER [NAME...] -- CC...
"""

import os
import re
import subprocess
import sys
import tempfile

from checking import TOP, clean, finish

sys.path.insert(0, os.path.join(TOP, "tests", "bindings"))
from mosquitto import Mosquitto, environment

FOLDER = os.path.join(TOP, "docs", "snippets")
OVERRIDES = os.path.join(TOP, "mqttc-glib", "bindings")
MAKE_CERTIFICATES = os.path.join(TOP, "tests", "tls", "make-certificates.sh")
EXPECTED = re.compile(r"^\W*Prints:\n((?:\W{1,3} {2}\S.*\n)*)", re.MULTILINE)
SECONDS = 30


class TlsMosquitto(Mosquitto):
    """Shows a certificate of the tests' own authority, and wants one of it."""

    def _write_config(self, user_name, password):
        super()._write_config(user_name, password)
        subprocess.run(["bash", MAKE_CERTIFICATES, self.folder], check=True, env=environment())
        with open(self.config, "a", encoding="utf-8") as file:
            file.write(f"cafile {self.folder}/ca.pem\ncertfile {self.folder}/good.pem\n"
                       f"keyfile {self.folder}/good.key\nrequire_certificate true\n")

    def _wait_for_answer(self):
        try:
            super()._wait_for_answer()
        except ConnectionResetError:
            # Its answer to what is not TLS.
            pass


def expected_output(text):
    match = EXPECTED.search(text)
    if match is None:
        return None
    return [re.sub(r"^(?: \*|//|#) {3}", "", line) for line in match[1].splitlines()]


def run(command, **options):
    """Returns its lines on stdout, and complaints."""
    try:
        child = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               timeout=SECONDS, check=False, **options)
    except subprocess.TimeoutExpired:
        return [], [f"{os.path.basename(command[0])} does not end"]
    complaints = child.stderr.splitlines()
    if child.returncode != 0:
        complaints.append(f"{os.path.basename(command[0])} ends with {child.returncode}")
    return child.stdout.splitlines(), complaints


def pkg_config(*words):
    return subprocess.run(["pkg-config", *words], check=True, stdout=subprocess.PIPE,
                          text=True).stdout.split()


def compile_c(source, program, library, cc, warnings=("-Wall", "-Werror")):
    return run([*cc, *warnings, "-o", program, source,
                f"-I{TOP}/mqttc-glib", f"-I{library}", f"-L{library}", "-lmqttc-glib-1",
                *pkg_config("--cflags", "--libs", "gio-2.0")], env=environment())[1]


def compile_vala(source, program, library, cc):
    output, complaints = run(
        ["valac", "-C", f"--vapidir={library}", "--pkg=mqttc-glib-1", "--pkg=gio-2.0", source],
        cwd=os.path.dirname(source), env=environment())
    if complaints:
        return output + complaints
    # The C that valac makes is not ours to judge.
    return compile_c(source.replace(".vala", ".c"), program, library, cc, warnings=("-w",))


COMPILERS = {".c": compile_c, ".vala": compile_vala}
INTERPRETERS = {".py": ["/usr/bin/python3"], ".js": ["gjs", "-m"]}


def try_snippet(name, text, broker, library, cc, folder):
    """Complaints about one program."""
    expected = expected_output(text)
    if expected is None:
        return ["no 'Prints:' at its head"]
    source = os.path.join(folder, name)
    with open(source, "w", encoding="utf-8") as file:
        place = broker.uri.partition("://")[2]
        file.write(re.sub("(mqtts?)://localhost", rf"\1://{place}", text))

    extension = os.path.splitext(name)[1]
    command = [*INTERPRETERS.get(extension, []), source]
    if extension in COMPILERS:
        program = os.path.join(folder, name.replace(".", "-"))
        complaints = COMPILERS[extension](source, program, library, cc)
        if complaints:
            return complaints
        command = [program]
    output, complaints = run(command, cwd=broker.folder)
    if output != expected:
        complaints += [f"prints: {line}" for line in output]
    return complaints


def prepare(library):
    for name, folder in {"GI_TYPELIB_PATH": library, "LD_LIBRARY_PATH": library}.items():
        os.environ[name] = ":".join(filter(None, [folder, os.environ.get(name)]))
    # As if they were installed.
    os.environ.update(PYTHONPATH=OVERRIDES, GJS_PATH=OVERRIDES, PYTHONDONTWRITEBYTECODE="1")


def main(library, *arguments):
    split = arguments.index("--")
    chosen = arguments[:split] or sorted(os.listdir(FOLDER))
    prepare(library)
    for name in chosen:
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            text = file.read()
        # A folder for each: valac makes NAME.c of NAME.vala.
        with tempfile.TemporaryDirectory() as folder:
            broker = TlsMosquitto() if "mqtts://" in text else Mosquitto()
            try:
                clean(name, try_snippet(name, text, broker, library, arguments[split + 1:], folder))
            finally:
                broker.close()
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
