// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: CC0-1.0
//
// Prints:
//   tick

import Mqttc from 'gi://Mqttc?version=1';

const client = new Mqttc.Client({uri: 'mqtt://localhost', protocol: Mqttc.Protocol.V5});
await client.open_async();
const other = new Mqttc.Client({uri: 'mqtt://localhost', protocol: Mqttc.Protocol.V5});
await other.open_async();
await other.publish_text_async('clock/old', 'tock', Mqttc.Qos.AT_LEAST_ONCE, true);

const subscription = new Mqttc.Subscription({
    filter: 'clock/#',
    qos: Mqttc.Qos.AT_LEAST_ONCE,
    // What is new, and not what this client publishes itself.
    retain_handling: Mqttc.RetainHandling.DO_NOT_SEND,
    no_local: true,
});
const heard = new Promise(resolve =>
    subscription.connect('message', (_subscription, message) => resolve(message)));
await client.subscribe_async(subscription);

await client.publish_text_async('clock/mine', 'my own', Mqttc.Qos.AT_LEAST_ONCE);
await other.publish_text_async('clock/now', 'tick', Mqttc.Qos.AT_LEAST_ONCE);
print((await heard).text);
await client.close_async();
await other.close_async();
