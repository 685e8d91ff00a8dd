// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Publishes ten temperatures from a thread, while the main thread receives them again and prints all
// that happens on the connection. There is no main loop: each call waits until it is done.

const int N_MESSAGES = 10;

// The function of the client can be called in any thread, and does not wait.
void publish (Mqttc.Client client) {
	try {
		for (int i = 0; i < N_MESSAGES; i++) {
			var message = new Mqttc.Message.with_text ("home/desk/temp", @"20.$i");
			message.set_qos (Mqttc.Qos.AT_LEAST_ONCE);
			client.try_publish (message);
			Thread.usleep (100000);
		}
	} catch (Error error) {
		printerr ("%s\n", error.message);
	}
}

// Until so many messages have come, or the connection is closed.
void print_events (Mqttc.Connection connection, int n_messages) throws Error {
	Mqttc.Event? event = null;
	while (n_messages > 0 && (event = connection.next (null)) != null) {
		if (event.get_event_type () == Mqttc.EventType.MESSAGE) {
			unowned var message = event.get_message ();
			stdout.printf ("%s %s\n", message.topic, message.text);
			n_messages--;
		} else {
			stdout.printf ("%s\n", event.to_string ());
		}
	}
}

void run (string uri) throws Error {
	var options = new Mqttc.Options.for_uri (uri);
	// A program that lives on would rather try again.
	options.reconnect = false;
	var connection = new Mqttc.Connection (options);
	connection.open (null);
	connection.subscribe (new Mqttc.Subscription ("home/+/temp", Mqttc.Qos.AT_LEAST_ONCE), null);

	var thread = new Thread<void> ("publish", () => publish (connection.client));
	print_events (connection, N_MESSAGES);
	// Closing finishes what was published, and what happens meanwhile can be asked for, too.
	connection.close (null);
	print_events (connection, int.MAX);
	thread.join ();
}

int main (string[] args) {
	Intl.setlocale ();
	try {
		var context = new OptionContext ("[URI]");
		context.set_summary ("Publishes and receives ten temperatures, at mqtt://localhost if there is no URI.");
		context.parse (ref args);
		run (args.length > 1 ? args[1] : "mqtt://localhost");
	} catch (Error error) {
		printerr ("%s\n", error.message);
		return 1;
	}
	return 0;
}
