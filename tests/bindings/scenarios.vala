// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The scenarios in Vala, written as Vala is.
//
// scenarios-vala URI URI-OF-ONE-WITH-PASSWORD
// scenarios-vala --die URI: opens with a last will, says so, and waits for its end

const Mqttc.Qos QOS_0 = Mqttc.Qos.AT_MOST_ONCE;
const Mqttc.Qos QOS_1 = Mqttc.Qos.AT_LEAST_ONCE;
const Mqttc.Qos QOS_2 = Mqttc.Qos.EXACTLY_ONCE;

string uri;
string secured;

[CCode (has_target = false)]
delegate bool Condition (Told told);

// What handlers have told.
class Told {
	public GenericArray<string> words = new GenericArray<string> ();
	public GenericArray<Mqttc.Message> messages = new GenericArray<Mqttc.Message> ();

	public void add (string word) {
		words.add (word);
	}

	public void keep (Mqttc.Message message) {
		messages.add (message);
		words.add (message.text ?? "");
	}

	public void reach (int count) {
		while (words.length < count)
			MainContext.default ().iteration (true);
	}

	public void check (string expected) {
		assert_cmpstr (string.joinv (", ", words.data), CompareOperator.EQ, expected);
	}
}

// Takes connections, and never answers.
class DeafServer {
	public string uri;
	SocketListener listener = new SocketListener ();

	public DeafServer () throws Error {
		uri = "mqtt://127.0.0.1:%d".printf (listener.add_any_inet_port (null));
	}
}

async Mqttc.Client open () throws Error {
	var client = new Mqttc.Client.for_uri (uri);
	yield client.open_async (null);
	return client;
}

async Mqttc.Subscription subscribe (Mqttc.Client client, string filter, Told told) throws Error {
	var subscription = new Mqttc.Subscription (filter, QOS_2);
	subscription.message.connect (message => told.keep (message));
	yield client.subscribe_async (subscription, null);
	return subscription;
}

async void opens_and_closes () throws Error {
	var client = new Mqttc.Client.for_uri (uri);
	var told = new Told ();
	client.notify["state"].connect (() => told.add (client.state.to_string ()));
	client.disconnected.connect ((error, retry_usec) => {
		assert_true (error == null && retry_usec == -1);
		told.add ("disconnected");
	});
	var connack = yield client.open_async (null);
	assert_true (connack.packet_type == Mqttc.PacketType.CONNACK);
	assert_false (connack.session_present);
	yield client.close_async (null);
	told.reach (5);
	told.check ("MQTTC_CONNECTION_STATE_CONNECTING, MQTTC_CONNECTION_STATE_CONNECTED, "
		+ "MQTTC_CONNECTION_STATE_DRAINING, MQTTC_CONNECTION_STATE_CLOSED, disconnected");
}

async void each_qos () throws Error {
	var client = yield open ();
	var told = new Told ();
	yield subscribe (client, "qos/+", told);
	Bytes payloads[] = { new Bytes ("grüße".data), new Bytes ({ 0x00, 0xff, 0x80, 0x00 }) };
	Mqttc.Qos levels[] = { QOS_0, QOS_1, QOS_2 };
	foreach (var qos in levels) {
		foreach (var payload in payloads) {
			var message = new Mqttc.Message ("qos/both", payload);
			message.qos = qos;
			yield client.publish_async (message, null);
		}
	}
	told.reach (6);
	for (int i = 0; i < 6; i++) {
		unowned var message = told.messages[i];
		assert_cmpstr (message.topic, CompareOperator.EQ, "qos/both");
		assert_true (message.qos == levels[i / 2]);
		assert_true (message.payload.compare (payloads[i % 2]) == 0);
		assert_cmpstr (message.text, CompareOperator.EQ, i % 2 == 0 ? "grüße" : null);
	}
	yield client.close_async (null);
}

async void retained () throws Error {
	var client = yield open ();
	var told = new Told ();
	yield client.publish_text_async ("retained", "kept", QOS_1, true, null);
	yield subscribe (client, "retained", told);
	told.reach (1);
	told.check ("kept");
	assert_true (told.messages[0].retain);
	yield client.publish_text_async ("retained", "", QOS_1, true, null);
	yield client.close_async (null);
}

async void last_will () throws Error {
	var client = yield open ();
	var told = new Told ();
	yield subscribe (client, "will", told);
	var child = new Subprocess (SubprocessFlags.STDOUT_PIPE, "/proc/self/exe", "--die", uri);
	var lines = new DataInputStream (child.get_stdout_pipe ());
	assert_cmpstr (lines.read_line (), CompareOperator.EQ, "open");
	told.check ("");
	child.force_exit ();
	told.reach (1);
	told.check ("gone");
	child.wait ();
	yield client.close_async (null);
}

async void wrong_password () throws Error {
	var options = new Mqttc.Options.for_uri (secured);
	options.user_name = "ada";
	options.password = new Bytes ("wrong".data);
	var refused = new Mqttc.Client (options);
	try {
		yield refused.open_async (null);
		assert_not_reached ();
	} catch (Mqttc.ReasonError.NOT_AUTHORIZED error) {
		assert_true (error.domain == Quark.from_string ("mqttc-reason-error-quark"));
		assert_true (error.code == Mqttc.ReasonCode.NOT_AUTHORIZED);
		assert_true (secured.replace ("mqtt://", "") in error.message);
	}

	options.password = new Bytes ("right".data);
	var client = new Mqttc.Client (options);
	yield client.open_async (null);
	yield client.close_async (null);
}

async void overlapping () throws Error {
	var client = yield open ();
	var told = new Told ();
	client.message.connect (message => told.add ("client " + message.text));
	foreach (unowned string filter in new string[] { "over/#", "over/+", "other/#" }) {
		var subscription = new Mqttc.Subscription (filter, QOS_2);
		subscription.message.connect ((subscription, message) =>
			told.add ("%s %s".printf (subscription.filter, message.text)));
		yield client.subscribe_async (subscription, null);
	}
	yield client.publish_text_async ("over/lap", "1", QOS_1, false, null);
	yield client.publish_text_async ("over/lap", "2", QOS_1, false, null);
	told.reach (6);
	told.check ("client 1, over/+ 1, over/# 1, client 2, over/+ 2, over/# 2");
	yield client.close_async (null);
}

async void kept_message () throws Error {
	var client = yield open ();
	var told = new Told ();
	string texts[] = { "short", string.nfill (100000, 'x') };
	yield subscribe (client, "kept/+", told);
	foreach (unowned string text in texts)
		yield client.publish_text_async ("kept/it", text, QOS_1, false, null);
	told.reach (2);
	// New memory takes the place of what was freed too early.
	var churn = yield subscribe (client, "churn", new Told ());
	for (int i = 0; i < 200; i++)
		yield client.publish_text_async ("churn", string.nfill (i * 50, 'y'), QOS_0, false, null);
	yield client.unsubscribe_async (churn, null);
	yield client.close_async (null);
	client = null;
	for (int i = 0; i < 2; i++) {
		assert_cmpstr (told.messages[i].topic, CompareOperator.EQ, "kept/it");
		assert_cmpstr (told.messages[i].text, CompareOperator.EQ, texts[i]);
	}
}

// yield, try and catch.
async void idiom () throws Error {
	var client = new Mqttc.Client.for_uri (uri);
	var connack = yield client.open_async (null);
	assert_true (connack.reason_code == 0);
	var puback = yield client.publish_text_async ("home/desk/temp", "20", QOS_1, true, null);
	assert_true (puback.packet_type == Mqttc.PacketType.PUBACK);

	var subscription = new Mqttc.Subscription ("home/+/temp", QOS_1);
	subscription.pulled = true;
	yield client.subscribe_async (subscription, null);
	for (int i = 0; i < 3; i++) {
		var message = yield subscription.next_async (null);
		assert_cmpstr (message.text, CompareOperator.EQ, (20 + i).to_string ());
		yield client.publish_text_async ("home/desk/temp", (21 + i).to_string (), QOS_1, false, null);
	}
	yield client.unsubscribe_async (subscription, null);
	yield client.publish_text_async ("home/desk/temp", "", QOS_1, true, null);

	try {
		yield client.publish_text_async ("home/#", "no wildcards in a topic", QOS_0, false, null);
		assert_not_reached ();
	} catch (Mqttc.ClientError.INVALID_ARGUMENT error) {
		assert_true ("home/#" in error.message);
	}
	yield client.close_async (null);
	assert_true (client.state == Mqttc.ConnectionState.CLOSED);
}

async void cancelled () throws Error {
	var server = new DeafServer ();
	var client = new Mqttc.Client.for_uri (server.uri);
	Cancellable cancellables[] = { new Cancellable (), new Cancellable () };
	var told = new Told ();

	client.open_async.begin (cancellables[0], (object, result) => {
		try {
			client.open_async.end (result);
		} catch (Error error) {
			assert_true (error is IOError.CANCELLED);
			told.add ("open");
		}
	});
	client.publish_text_async.begin ("a", "text", QOS_1, false, cancellables[1], (object, result) => {
		try {
			client.publish_text_async.end (result);
		} catch (Error error) {
			assert_true (error is IOError.CANCELLED);
			told.add ("publish");
		}
	});
	cancellables[1].cancel ();
	told.reach (1);
	cancellables[0].cancel ();
	told.reach (2);
	told.check ("publish, open");
	while (client.state != Mqttc.ConnectionState.CLOSED)
		MainContext.default ().iteration (true);
}

async void handler_publishes () throws Error {
	var client = yield open ();
	var told = new Told ();
	var subscription = new Mqttc.Subscription ("nested", QOS_2);
	subscription.message.connect (message => {
		told.add (message.text);
		if (message.text != "1")
			return;
		client.publish_text_async.begin ("nested", "2", QOS_1, false, null);
		told.reach (2);
		told.add ("after the nested loop");
		handler_publishes.callback ();
	});
	yield client.subscribe_async (subscription, null);
	client.publish_text_async.begin ("nested", "1", QOS_1, false, null);
	yield;
	told.check ("1, 2, after the nested loop");
	yield client.close_async (null);
}

async void full_queue () throws Error {
	var server = new DeafServer ();
	var options = new Mqttc.Options.for_uri (server.uri);
	options.max_queued_messages = 3;
	var client = new Mqttc.Client (options);
	client.open_async.begin (null);
	for (int i = 0; i < 3; i++)
		client.try_publish (new Mqttc.Message.with_text ("queue", i.to_string ()));
	assert_true (client.queued == 3);

	var message = new Mqttc.Message.with_text ("queue", "one too many");
	var told = new Told ();
	try {
		client.try_publish (message);
	} catch (Mqttc.ClientError.QUEUE_FULL error) {
		told.add ("try_publish");
	}
	try {
		yield client.publish_async (message, null);
	} catch (Mqttc.ClientError.QUEUE_FULL error) {
		told.add ("publish_async");
	}
	told.check ("try_publish, publish_async");

	var stop = new Cancellable ();
	stop.cancel ();
	try {
		yield client.close_async (stop);
	} catch (IOError.CANCELLED error) {
		told.add ("closed");
	}
	told.check ("try_publish, publish_async, closed");
}

async void restart () throws Error {
	var options = new Mqttc.Options.for_uri (uri);
	options.reconnect_min_delay = 20;
	options.reconnect_max_delay = 100;
	var client = new Mqttc.Client (options);
	yield client.open_async (null);
	var told = new Told ();
	var received = new Told ();
	client.disconnected.connect ((error, retry_usec) => {
		if (retry_usec < 0)
			return;
		assert_true (error != null);
		assert_true (client.last_error.code == error.code);
		told.add ("disconnected");
	});
	bool again = false;
	client.connected.connect (() => again = true);
	yield subscribe (client, "restart", received);
	stdout.printf ("# stop the broker\n");
	stdout.flush ();
	told.reach (1);
	stdout.printf ("# start the broker\n");
	stdout.flush ();
	while (!again)
		MainContext.default ().iteration (true);
	yield client.publish_text_async ("restart", "here again", QOS_1, false, null);
	received.reach (1);
	received.check ("here again");
	yield client.close_async (null);
}

// MQTT 5.

Mqttc.Options options5 (string uri) throws Error {
	var options = new Mqttc.Options.for_uri (uri);
	options.protocol = Mqttc.Protocol.V5;
	return options;
}

async Mqttc.Client open5 () throws Error {
	var client = new Mqttc.Client (options5 (uri));
	yield client.open_async (null);
	return client;
}

string user_properties (Mqttc.Message message) {
	var text = "";
	for (uint i = 0; i < message.properties.length; i++)
		if (message.properties.get_id_at (i) == Mqttc.PropertyId.USER_PROPERTY)
			text += "%s=%s;".printf (message.properties.get_name_at (i), message.properties.get_text_at (i));
	return text;
}

async void properties_in_order () throws Error {
	var client = yield open5 ();
	var told = new Told ();
	yield subscribe (client, "properties", told);
	var message = new Mqttc.Message.with_text ("properties", "21");
	message.add_user_property ("unit", "°C");
	message.add_user_property ("room", "kitchen");
	message.add_user_property ("unit", "K");
	message.add_user_property ("", "");
	message.content_type = "text/plain";
	message.expiry_interval = 3600;
	message.payload_format_indicator = 1;
	message.response_topic = "answers";
	message.correlation_data = new Bytes ({ 0x00, 0xff });
	yield client.publish_async (message, null);
	assert_true (message.is_locked () && message.properties.is_locked ());
	told.reach (1);
	unowned var received = told.messages[0];
	assert_cmpstr (user_properties (received), CompareOperator.EQ, "unit=°C;room=kitchen;unit=K;=;");
	assert_cmpstr (received.get_user_property ("unit"), CompareOperator.EQ, "°C");
	assert_cmpstr (received.content_type, CompareOperator.EQ, "text/plain");
	assert_true (received.payload_format_indicator == 1);
	assert_cmpstr (received.response_topic, CompareOperator.EQ, "answers");
	assert_true (received.correlation_data.compare (new Bytes ({ 0x00, 0xff })) == 0);
	assert_true (received.expiry_interval > 0 && received.expiry_interval <= 3600);
	assert_true (new Mqttc.Message.with_text ("none", "").expiry_interval == -1);
	yield client.close_async (null);
}

async void subscription_options () throws Error {
	var client = yield open5 ();
	var other = yield open5 ();
	var told = new Told ();
	yield other.publish_text_async ("options/kept", "old", QOS_1, true, null);
	var subscription = new Mqttc.Subscription ("options/+", QOS_1);
	subscription.no_local = true;
	subscription.retain_as_published = true;
	subscription.retain_handling = Mqttc.RetainHandling.DO_NOT_SEND;
	subscription.message.connect (message =>
		told.add ("%s %s %d".printf (message.text, message.retain.to_string (),
			message.subscription_ids.length)));
	yield client.subscribe_async (subscription, null);
	yield client.publish_text_async ("options/own", "not for me", QOS_1, false, null);
	yield other.publish_text_async ("options/kept", "new", QOS_1, true, null);
	yield other.publish_text_async ("options/last", "last", QOS_1, false, null);
	told.reach (2);
	told.check ("new true 1, last false 1");
	yield other.publish_text_async ("options/kept", "", QOS_1, true, null);
	yield client.close_async (null);
	yield other.close_async (null);
}

async void request_and_response () throws Error {
	var client = yield open5 ();
	var other = yield open5 ();
	var responder = new Mqttc.Responder (other, "square/+");
	responder.request.connect ((responder, request) => {
		var number = int.parse (request.text);
		try {
			responder.respond_text (request, (number * number).to_string ());
		} catch (Error error) {
			assert_not_reached ();
		}
	});
	yield responder.start_async (null);
	var requester = new Mqttc.Requester (client);
	var reply = yield requester.request_async (
		new Mqttc.Message.with_text ("square/it", "12"), 10000, null);
	assert_cmpstr (reply.text, CompareOperator.EQ, "144");
	assert_cmpstr (reply.topic, CompareOperator.EQ, requester.response_topic);
	try {
		yield requester.request_async (new Mqttc.Message.with_text ("nobody", "12"), 1, null);
		assert_not_reached ();
	} catch (Mqttc.ClientError.TIMED_OUT error) {
		assert_null (Mqttc.ReasonError.get_packet (error));
	}
	yield client.close_async (null);
	yield other.close_async (null);
}

async void refusal () throws Error {
	var options = options5 (secured);
	options.user_name = "ada";
	options.password = new Bytes ("wrong".data);
	var client = new Mqttc.Client (options);
	var told = new Told ();
	client.disconnected.connect ((error, retry_usec) => {
		assert_true (Mqttc.ReasonError.get_packet (error).reason_code == error.code);
		told.add (client.get_last_refusal ().to_string ());
	});
	try {
		yield client.open_async (null);
		assert_not_reached ();
	} catch (Mqttc.ReasonError error) {
		unowned var packet = Mqttc.ReasonError.get_packet (error);
		assert_true (packet.packet_type == Mqttc.PacketType.CONNACK);
		assert_true (packet.reason_code == Mqttc.ReasonCode.NOT_AUTHORIZED);
		told.reach (1);
		told.check (packet.to_string ());
	}
}

async void reasons_given () throws Error {
	var other = yield open5 ();
	var told = new Told ();
	yield subscribe (other, "reasons/will", told);
	var options = options5 (uri);
	options.manual_acks = true;
	options.will = new Mqttc.Message.with_text ("reasons/will", "gone");
	var client = new Mqttc.Client (options);
	yield client.open_async (null);
	client.event_loop.outgoing.connect (packet => {
		if (packet.reason_code != 0)
			told.add ("%u %s".printf (packet.reason_code, packet.reason_string));
	});
	var properties = new Mqttc.Properties ();
	properties.set_text (Mqttc.PropertyId.REASON_STRING, "because");
	var received = new Told ();
	yield subscribe (client, "reasons/job", received);
	yield other.publish_text_async ("reasons/job", "dig", QOS_1, false, null);
	received.reach (1);
	client.ack_full (received.messages[0], Mqttc.ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, properties);
	told.reach (1);
	yield client.close_full_async (Mqttc.ReasonCode.DISCONNECT_WITH_WILL, properties, -1, null);
	told.reach (3);
	told.check ("131 because, 4 because, gone");
	yield other.close_async (null);
}

async void die () throws Error {
	var options = new Mqttc.Options.for_uri (uri);
	var will = new Mqttc.Message.with_text ("will", "gone");
	will.qos = QOS_1;
	options.will = will;
	var client = new Mqttc.Client (options);
	yield client.open_async (null);
	stdout.printf ("open\n");
	stdout.flush ();
	client.message.connect (() => die.callback ());
	yield;
}

delegate void Begin (AsyncReadyCallback callback);
delegate void End (AsyncResult result) throws Error;

void run (Begin begin, End end) {
	var main_loop = new MainLoop ();
	begin ((object, result) => {
		try {
			end (result);
		} catch (Error error) {
			Test.message ("%s", error.message);
			Test.fail ();
		}
		main_loop.quit ();
	});
	main_loop.run ();
}

void add (string name, owned Begin begin, owned End end) {
	Test.add_data_func ("/scenarios/" + name, () => run (begin, end));
}

int main (string[] args) {
	if (args[1] == "--die") {
		uri = args[2];
		run (c => die.begin (c), r => die.end (r));
		return 1;
	}

	Test.init (ref args);
	uri = args[1];
	secured = args[2];
	add ("opens and closes, and tells each state",
		c => opens_and_closes.begin (c), r => opens_and_closes.end (r));
	add ("publishes and receives at each QoS, text and bytes",
		c => each_qos.begin (c), r => each_qos.end (r));
	add ("a handler connected before subscribing gets the retained message",
		c => retained.begin (c), r => retained.end (r));
	add ("the last will comes after an unclean end",
		c => last_will.begin (c), r => last_will.end (r));
	add ("a wrong password is an error with domain, code and message",
		c => wrong_password.begin (c), r => wrong_password.end (r));
	add ("overlapping filters: the client once, each subscription once",
		c => overlapping.begin (c), r => overlapping.end (r));
	add ("a message that a handler has kept stays right",
		c => kept_message.begin (c), r => kept_message.end (r));
	add ("asynchronous calls, their results and errors, as the language has them",
		c => idiom.begin (c), r => idiom.end (r));
	add ("a call that is cancelled ends as cancelled",
		c => cancelled.begin (c), r => cancelled.end (r));
	add ("a handler publishes and runs a nested main loop",
		c => handler_publishes.begin (c), r => handler_publishes.end (r));
	add ("a full queue is an error that can be caught",
		c => full_queue.begin (c), r => full_queue.end (r));
	add ("after a restart of the broker the subscriptions are made again",
		c => restart.begin (c), r => restart.end (r));
	add ("properties keep their order and their duplicates",
		c => properties_in_order.begin (c), r => properties_in_order.end (r));
	add ("options of a subscription, and its identifier",
		c => subscription_options.begin (c), r => subscription_options.end (r));
	add ("a request is answered, or its time ends",
		c => request_and_response.begin (c), r => request_and_response.end (r));
	add ("a refusal has its packet",
		c => refusal.begin (c), r => refusal.end (r));
	add ("an acknowledgement and a goodbye have a reason and properties",
		c => reasons_given.begin (c), r => reasons_given.end (r));
	return Test.run ();
}
