#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Authenticators and providers of credentials that are written in Python."""

import gc
import threading
import unittest

import gi

gi.require_version("Mqttc", "1")
from gi.repository import Gio, GLib, GObject, Mqttc

import tap


def iterate_until(condition):
    while not condition():
        GLib.MainContext.default().iteration(True)


class Ticket(GObject.Object, Mqttc.Authenticator):
    """Answers later, from an idle source."""

    def __init__(self):
        super().__init__()
        self.seen = []
        self.completed = 0

    def do_get_method(self):
        return "TICKET" + str(len(self.seen))

    def do_step(self, request):
        self.seen.append((request.get_stage(), request.is_reauthentication(), request.get_server_data(),
                          request.get_client_id(), request.get_host(),
                          request.get_channel_binding(Gio.TlsChannelBindingType.EXPORTER)))
        GLib.idle_add(self.complete, request)

    def complete(self, request):
        request.complete(b"ticket\0")
        self.completed += 1
        return GLib.SOURCE_REMOVE


class Refuser(GObject.Object, Mqttc.Authenticator):
    def do_get_method(self):
        return "NONE"

    def do_step(self, request):
        request.complete_error(GLib.Error.new_literal(Gio.io_error_quark(), "No ticket",
                                                      Gio.IOErrorEnum.FAILED))


class Keyring(GObject.Object, Mqttc.CredentialsProvider):
    def __init__(self):
        super().__init__()
        self.threads = []

    def do_provide(self, request):
        self.request = (request.get_host(), request.get_attempt(), request.get_last_error())
        thread = threading.Thread(target=request.complete, args=("me", b"token"))
        thread.start()
        self.threads.append(thread)


class AuthenticationTest(unittest.TestCase):
    def test_authenticator(self):
        ticket = Ticket()
        self.assertEqual(ticket.get_method(), "TICKET0")
        for _ in range(3):
            ticket.step(Mqttc.AuthRequest())
        self.assertEqual(ticket.completed, 0)
        iterate_until(lambda: ticket.completed == 3)
        self.assertEqual(ticket.seen, [(Mqttc.AuthStage.START, False, None, "", None, None)] * 3)
        self.assertEqual(Mqttc.Authenticator.get_method(ticket), "TICKET3")

    def test_error_and_dropped(self):
        Refuser().step(Mqttc.AuthRequest())
        self.assertEqual(Refuser().get_method(), "NONE")
        Mqttc.AuthRequest()
        Mqttc.CredentialsRequest()
        gc.collect()

    def test_credentials(self):
        keyring = Keyring()
        keyring.provide(Mqttc.CredentialsRequest())
        for thread in keyring.threads:
            thread.join()
        self.assertEqual(keyring.request, (None, 0, None))

    def test_scram(self):
        scram = Mqttc.ScramAuthenticator(user_name="me", password="secret",
                                         channel_binding=Mqttc.ChannelBinding.WHEN_AVAILABLE)
        self.assertIsInstance(scram, Mqttc.Authenticator)
        self.assertEqual(scram.get_method(), "SCRAM-SHA-256")
        scram.step(Mqttc.AuthRequest())
        self.assertEqual(scram.get_method(), "SCRAM-SHA-256")
        self.assertEqual((scram.user_name, scram.minimum_iterations, scram.maximum_iterations),
                         ("me", 4096, 100000))
        scram.channel_binding = Mqttc.ChannelBinding.REQUIRE
        self.assertEqual(Mqttc.ScramAuthenticator.new("a", "b").get_user_name(), "a")


if __name__ == "__main__":
    tap.main()
