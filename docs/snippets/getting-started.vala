// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: CC0-1.0
//
// Prints:
//   desk/lamp: on

async void talk () throws Error {
    var client = new Mqttc.Client.for_uri ("mqtt://localhost");
    var desk = new Mqttc.Subscription ("desk/#", Mqttc.Qos.AT_LEAST_ONCE);
    bool received = false;

    desk.message.connect (message => {
        print ("%s: %s\n", message.topic, message.text);
        received = true;
        talk.callback ();
    });

    yield client.open_async (null);
    yield client.subscribe_async (desk, null);
    client.publish_text_async.begin ("desk/lamp", "on", Mqttc.Qos.AT_LEAST_ONCE, false, null);
    while (!received)
        yield;
    yield client.close_async (null);
}

int main () {
    var main_loop = new MainLoop ();

    talk.begin ((object, result) => {
        try {
            talk.end (result);
        } catch (Error error) {
            printerr ("Not done: %s\n", error.message);
        }
        main_loop.quit ();
    });
    main_loop.run ();
    return 0;
}
