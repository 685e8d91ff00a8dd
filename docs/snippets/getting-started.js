// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: CC0-1.0
//
// Prints:
//   desk/lamp: on

import Mqttc from 'gi://Mqttc?version=1';

const client = Mqttc.Client.new_for_uri('mqtt://localhost');
await client.open_async();

// Retained: the server hands it to whoever subscribes later.
await client.publish_text_async('desk/lamp', 'on', Mqttc.Qos.AT_LEAST_ONCE, true);

for await (const message of client.messages('desk/#')) {
    print(`${message.topic}: ${message.text}`);
    // One is enough for this program.
    break;
}
await client.close_async();
