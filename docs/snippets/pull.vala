// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: CC0-1.0
//
// Prints:
//   at work on wash
//   at work on dry

async void work () throws Error {
    var client = new Mqttc.Client.for_uri ("mqtt://localhost");
    var jobs = new Mqttc.Subscription ("jobs", Mqttc.Qos.AT_LEAST_ONCE);

    yield client.open_async (null);
    jobs.pulled = true;
    yield client.subscribe_async (jobs, null);
    client.publish_text_async.begin ("jobs", "wash", Mqttc.Qos.AT_LEAST_ONCE, false, null);
    client.publish_text_async.begin ("jobs", "dry", Mqttc.Qos.AT_LEAST_ONCE, false, null);

    for (int i = 0; i < 2; i++) {
        // To ask for the next is to be done with the last.
        var job = yield jobs.next_async (null);
        print ("at work on %s\n", job.text);
    }
    yield client.close_async (null);
}

int main () {
    var main_loop = new MainLoop ();

    work.begin ((object, result) => {
        try {
            work.end (result);
        } catch (Error error) {
            printerr ("Not done: %s\n", error.message);
        }
        main_loop.quit ();
    });
    main_loop.run ();
    return 0;
}
