#!/usr/bin/gjs -m
// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Publishes ten temperatures and receives them again, in one main loop that never blocks, and prints
// each packet that comes in or goes out.

import GLib from 'gi://GLib';
import Mqttc from 'gi://Mqttc?version=1';
import system from 'system';

const HELP = `Usage: async.js [URI]

Publishes and receives ten temperatures, at mqtt://localhost if there is no URI.`;
const N_MESSAGES = 10;

function sleep(milliseconds) {
    return new Promise(resolve => GLib.timeout_add(GLib.PRIORITY_DEFAULT, milliseconds, () => {
        resolve();
        return GLib.SOURCE_REMOVE;
    }));
}

async function publish(client) {
    for (let i = 0; i < N_MESSAGES; i++) {
        await sleep(100);
        await client.publish_text_async('home/desk/temp', `20.${i}`, Mqttc.Qos.AT_LEAST_ONCE, false, null);
    }
}

async function receive(subscription) {
    for (let i = 0; i < N_MESSAGES; i++) {
        const message = await subscription.next_async(null);
        print(message.get_topic(), message.get_text());
    }
}

async function run(uri) {
    const options = Mqttc.Options.new_for_uri(uri);
    // A program that lives on would rather try again.
    options.reconnect = false;
    const client = Mqttc.Client.new(options);
    client.event_loop.connect('incoming', (_, packet) => print('←', packet.to_string()));
    client.event_loop.connect('outgoing', (_, packet) => print('→', packet.to_string()));

    await client.open_async(null);
    const subscription = Mqttc.Subscription.new('home/+/temp', Mqttc.Qos.AT_LEAST_ONCE);
    await client.subscribe_async(subscription, null);

    await client.publish_text_async('desk/state', 'on', Mqttc.Qos.AT_LEAST_ONCE, true, null);
    await Promise.all([publish(client), receive(subscription)]);
    await client.publish_text_async('desk/state', 'off', Mqttc.Qos.AT_LEAST_ONCE, true, null);
    await client.close_async(null);
}

if (ARGV.includes('--help') || ARGV.length > 1) {
    print(HELP);
    system.exit(ARGV.includes('--help') ? 0 : 1);
}

try {
    await run(ARGV[0] ?? 'mqtt://localhost');
} catch (error) {
    printerr(error.message);
    system.exit(1);
}
