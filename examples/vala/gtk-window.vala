// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A window that shows the last text of a topic, and publishes what is typed.

bool prints;
string? typed;
[CCode (array_length = false, array_null_terminated = true)]
string[]? arguments;

const OptionEntry[] ENTRIES = {
	{ "print", 0, 0, OptionArg.NONE, ref prints, "Print what the window shows", null },
	{ "type", 0, 0, OptionArg.STRING, ref typed, "Type a text and press the button", "TEXT" },
	{ OPTION_REMAINING, 0, 0, OptionArg.FILENAME_ARRAY, ref arguments, null, "URI TOPIC" },
	{ null }
};

class Application : Gtk.Application {
	Mqttc.Client client;
	Gtk.Window window;
	Gtk.Label value;
	Gtk.Label status;
	Gtk.Entry entry;
	Gtk.Button button;

	public Application () {
		Object (application_id: "org.mqttc.Window", flags: ApplicationFlags.NON_UNIQUE);
		add_main_option_entries (ENTRIES);
		set_option_context_summary ("Shows the last text of a topic.");
	}

	public override int handle_local_options (VariantDict options) {
		if (arguments == null || strv_length (arguments) != 2) {
			printerr ("Give a URI such as mqtt://localhost and a topic; see --help\n");
			return 1;
		}
		try {
			client = new Mqttc.Client.for_uri (arguments[0]);
		} catch (Error error) {
			printerr ("%s\n", error.message);
			return 1;
		}
		return -1;
	}

	public override void activate () {
		make_window ();
		Unix.signal_add (Posix.Signal.INT, terminate);
		Unix.signal_add (Posix.Signal.TERM, terminate);

		// The client tries again by itself, if that makes sense.
		client.connected.connect (connack => show (status, "Connected"));
		client.disconnected.connect ((error, retry_usec) => {
			show (status, error != null ? error.message : "Closed");
		});
		client.open_async.begin (null);
		subscribe.begin ();
		window.present ();
	}

	void make_window () {
		status = new Gtk.Label ("Connecting") { css_classes = { "subtitle" } };
		var titles = new Gtk.Box (Gtk.Orientation.VERTICAL, 0) { valign = Gtk.Align.CENTER };
		titles.append (new Gtk.Label (arguments[1]) { css_classes = { "title" } });
		titles.append (status);

		entry = new Gtk.Entry () { hexpand = true };
		entry.activate.connect (() => publish.begin ());
		button = new Gtk.Button.with_label ("Publish");
		button.clicked.connect (() => publish.begin ());
		var row = new Gtk.Box (Gtk.Orientation.HORIZONTAL, 6);
		row.append (entry);
		row.append (button);
		var content = new Gtk.Box (Gtk.Orientation.VERTICAL, 12);
		value = new Gtk.Label ("—") { css_classes = { "title-1" }, vexpand = true };
		content.append (value);
		content.append (row);

		window = new Gtk.ApplicationWindow (this) {
			child = content,
			titlebar = new Gtk.HeaderBar () { title_widget = titles }
		};
		window.close_request.connect (() => {
			// Out of sight at once, but alive until the client has finished what was published.
			window.visible = false;
			client.close_async.begin (null, () => window.destroy ());
			return true;
		});
	}

	bool terminate () {
		window.close ();
		return Source.REMOVE;
	}

	void show (Gtk.Label label, string text) {
		label.label = text;
		if (prints) {
			stdout.printf ("%s: %s\n", label == value ? "value" : "status", text);
			stdout.flush ();
		}
	}

	async void subscribe () {
		var subscription = new Mqttc.Subscription (arguments[1], Mqttc.Qos.AT_LEAST_ONCE);
		subscription.message.connect (message => show (value, message.text ?? "(not text)"));
		try {
			yield client.subscribe_async (subscription, null);
		} catch (Error error) {
			show (status, error.message);
			return;
		}
		if (typed != null) {
			entry.text = typed;
			button.clicked ();
		}
	}

	async void publish () {
		try {
			yield client.publish_text_async (arguments[1], entry.text, Mqttc.Qos.AT_LEAST_ONCE, true, null);
		} catch (Error error) {
			show (status, error.message);
		}
	}
}

int main (string[] args) {
	return new Application ().run (args);
}
