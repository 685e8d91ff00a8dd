#!/usr/bin/gjs -m
// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Publishes ten temperatures, receives them again and prints all that happens on the connection. There
// is no main loop: each call waits until it is done.

import Mqttc from 'gi://Mqttc?version=1';
import system from 'system';

const HELP = `Usage: sync.js [URI]

Publishes and receives ten temperatures, at mqtt://localhost if there is no URI.`;
const N_MESSAGES = 10;

// JavaScript has no threads; in other languages this can be called in any, for it does not wait.
function publish(client) {
    for (let i = 0; i < N_MESSAGES; i++) {
        const message = Mqttc.Message.new_text('home/desk/temp', `20.${i}`);
        message.set_qos(Mqttc.Qos.AT_LEAST_ONCE);
        client.try_publish(message);
    }
}

// Until so many messages have come, or the connection is closed.
function printEvents(connection, nMessages) {
    for (let event; nMessages > 0 && (event = connection.next(null)) !== null;) {
        if (event.get_event_type() === Mqttc.EventType.MESSAGE) {
            const message = event.get_message();
            print(message.get_topic(), message.get_text());
            nMessages--;
        } else {
            print(event.to_string());
        }
    }
}

function run(uri) {
    const options = Mqttc.Options.new_for_uri(uri);
    // A program that lives on would rather try again.
    options.reconnect = false;
    const connection = Mqttc.Connection.new(options);
    connection.open(null);
    connection.subscribe(Mqttc.Subscription.new('home/+/temp', Mqttc.Qos.AT_LEAST_ONCE), null);

    publish(connection.get_client());
    printEvents(connection, N_MESSAGES);
    // Closing finishes what was published, and what happens meanwhile can be asked for, too.
    connection.close(null);
    printEvents(connection, Infinity);
}

if (ARGV.includes('--help') || ARGV.length > 1) {
    print(HELP);
    system.exit(ARGV.includes('--help') ? 0 : 1);
}

try {
    run(ARGV[0] ?? 'mqtt://localhost');
} catch (error) {
    printerr(error.message);
    system.exit(1);
}
