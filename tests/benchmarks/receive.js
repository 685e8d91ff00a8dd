// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// receive.js PORT COUNT: this library in JavaScript, a handler that reads the payload of each message.

import GLib from 'gi://GLib';
import Mqttc from 'gi://Mqttc?version=1';

const [port, count] = ARGV.map(Number);
const mainLoop = GLib.MainLoop.new(null, false);
let received = 0;
let started;

// Microseconds; on a processor those of this thread, for a collector of garbage may have its own.
function now() {
    const [, text] = GLib.file_get_contents('/proc/self/schedstat');
    return [GLib.get_monotonic_time(), parseInt(new TextDecoder().decode(text)) / 1000];
}

const options = new Mqttc.Options({
    host: '127.0.0.1', port, keep_alive: 0, reconnect: false, protocol: Mqttc.Protocol.V3_1_1,
    client_id: `source:0:64:${count}:100`,
});
const client = Mqttc.Client.new(options);
client.connect('message', (_, message) => {
    if (message.payload.length !== 64)
        throw new Error('A wrong message');
    if (++received === count)
        mainLoop.quit();
});
client.open_async(null, (_, result) => {
    client.open_finish(result);
    started = now();
    client.subscribe_async(Mqttc.Subscription.new('bench/topic/14', Mqttc.Qos.AT_MOST_ONCE), null);
});
mainLoop.run();

const ended = now();
print(JSON.stringify({
    rate: count * 1e6 / (ended[0] - started[0]),
    cpu: (ended[1] - started[1]) / count,
}));
