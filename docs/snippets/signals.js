// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: CC0-1.0
//
// Prints:
//   desk/lamp: on

import GLib from 'gi://GLib';
import Mqttc from 'gi://Mqttc?version=1';

const mainLoop = new GLib.MainLoop(null, false);

async function start(client) {
    const desk = Mqttc.Subscription.new('desk/#', Mqttc.Qos.AT_LEAST_ONCE);
    desk.connect('message', (subscription, message) => {
        print(`${message.topic}: ${message.text}`);
        mainLoop.quit();
    });

    await client.open_async();
    await client.subscribe_async(desk);
    await client.publish_text_async('desk/lamp', 'on', Mqttc.Qos.AT_LEAST_ONCE);
}

start(Mqttc.Client.new_for_uri('mqtt://localhost')).catch(error => {
    printerr(`Not started: ${error.message}`);
    mainLoop.quit();
});
mainLoop.run();
