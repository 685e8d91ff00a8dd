#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Publishes a text over TLS. The server proves who it is by a certificate of an authority, such as
one's own; and so does the client."""

import argparse
import sys

import gi

gi.require_version("Mqttc", "1")
from gi.repository import GLib, Mqttc


async def publish(arguments):
    # A program that lives on would rather try again.
    client = Mqttc.Client(
        arguments.uri, ca_file=arguments.ca_file, certificate_file=arguments.certificate_file,
        private_key_file=arguments.private_key_file, reconnect=False)
    async with client:
        await client.publish_text_async(arguments.topic, arguments.text, Mqttc.Qos.AT_LEAST_ONCE)
        print("Published to", arguments.topic)


def main():
    parser = argparse.ArgumentParser(description="Publishes a text over TLS.")
    parser.add_argument("--ca-file", metavar="FILE",
                        help="the authority to trust (default: those of the system)")
    parser.add_argument("--certificate-file", metavar="FILE", help="the certificate of the client")
    parser.add_argument("--private-key-file", metavar="FILE",
                        help="its key (default: in the same file)")
    parser.add_argument("uri", metavar="URI", help="such as mqtts://localhost")
    parser.add_argument("topic", metavar="TOPIC")
    parser.add_argument("text", metavar="TEXT")
    try:
        Mqttc.run(publish(parser.parse_args()))
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
