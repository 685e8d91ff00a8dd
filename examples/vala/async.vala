// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Publishes ten temperatures and receives them again, in one main loop that never blocks, and prints
// each packet that comes in or goes out.

const int N_MESSAGES = 10;

int status = 0;

void fail (Error error) {
	if (status == 0)
		printerr ("%s\n", error.message);
	status = 1;
}

async void publish (Mqttc.Client client) {
	try {
		for (int i = 0; i < N_MESSAGES; i++) {
			Timeout.add (100, publish.callback);
			yield;
			yield client.publish_text_async ("home/desk/temp", @"20.$i", Mqttc.Qos.AT_LEAST_ONCE, false, null);
		}
	} catch (Error error) {
		fail (error);
	}
}

async void run (Mqttc.Client client, Cancellable? cancellable) throws Error {
	client.message.connect (m => print ("%s\n", m.topic));
	yield client.open_async (cancellable);

	var subscription = new Mqttc.Subscription ("home/+/temp", Mqttc.Qos.AT_LEAST_ONCE);
	yield client.subscribe_async (subscription, cancellable);

	publish.begin (client);
	for (int i = 0; i < N_MESSAGES; i++) {
		var message = yield subscription.next_async (cancellable);
		stdout.printf ("%s %s\n", message.topic, message.text);
	}

	// Closing first finishes what was published.
	yield client.close_async (cancellable);
}

int main (string[] args) {
	Intl.setlocale ();

	Mqttc.Client client;
	try {
		var context = new OptionContext ("[URI]");
		context.set_summary ("Publishes and receives ten temperatures, at mqtt://localhost if there is no URI.");
		context.parse (ref args);

		var options = new Mqttc.Options.for_uri (args.length > 1 ? args[1] : "mqtt://localhost");
		// A program that lives on would rather try again.
		options.reconnect = false;
		client = new Mqttc.Client (options);
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	client.event_loop.incoming.connect (packet => stdout.printf ("← %s\n", packet.to_string ()));
	client.event_loop.outgoing.connect (packet => stdout.printf ("→ %s\n", packet.to_string ()));

	var main_loop = new MainLoop ();
	run.begin (client, null, (object, result) => {
		try {
			run.end (result);
		} catch (Error error) {
			fail (error);
		}
		main_loop.quit ();
	});
	main_loop.run ();

	return status;
}
