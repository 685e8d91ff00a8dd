#!/usr/bin/gjs -m
// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The scenarios in JavaScript, written as JavaScript for GJS is.
//
// scenarios.js URI URI-OF-ONE-WITH-PASSWORD
// scenarios.js --die URI: opens with a last will, says so, and waits for its end

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Mqttc from 'gi://Mqttc?version=1';
import system from 'system';

const {AT_MOST_ONCE: QOS_0, AT_LEAST_ONCE: QOS_1, EXACTLY_ONCE: QOS_2} = Mqttc.Qos;
const State = Mqttc.ConnectionState;

const N_LONG = 20000;

function check(condition, ...values) {
    if (!condition)
        throw new Error(`not so: ${values.join(' ')}`);
}

function equal(one, other) {
    const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
    check(a === b, a, 'is not', b);
}

// What is told by a signal, to be awaited.
function signal(object, name, condition = () => true) {
    return new Promise(resolve => {
        const id = object.connect(name, (...args) => {
            if (!condition(...args))
                return;
            object.disconnect(id);
            resolve(args);
        });
    });
}

// Collects, and lets wait for so many.
class Collection {
    items = [];
    #waiting = [];

    add(item) {
        this.items.push(item);
        this.#waiting = this.#waiting.filter(({count, resolve}) => {
            if (this.items.length < count)
                return true;
            resolve();
            return false;
        });
    }

    async reach(count) {
        if (this.items.length < count)
            await new Promise(resolve => this.#waiting.push({count, resolve}));
        return this.items;
    }
}

async function rejection(promise) {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    throw new Error('it succeeded');
}

async function subscribe(client, filter, handler) {
    const subscription = Mqttc.Subscription.new(filter, QOS_2);
    subscription.connect('message', (_, message) => handler(message));
    await client.subscribe_async(subscription);
    return subscription;
}

async function open(uri, options = {}) {
    const client = new Mqttc.Client({uri, ...options});
    await client.open_async();
    return client;
}

// Takes connections, and never answers.
function deafServer() {
    const listener = new Gio.SocketListener();
    return {listener, uri: `mqtt://127.0.0.1:${listener.add_any_inet_port(null)}`};
}

async function opensAndCloses(uri) {
    const client = new Mqttc.Client({uri});
    const states = [];
    const ends = [];
    client.connect('notify::state', () => states.push(client.state));
    client.connect('disconnected', (_, error, retry) => ends.push([error, retry]));
    const disconnected = signal(client, 'disconnected');
    const connack = await client.open_async();
    equal(connack.packet_type, Mqttc.PacketType.CONNACK);
    await client.close_async();
    await disconnected;
    equal(states, [State.CONNECTING, State.CONNECTED, State.DRAINING, State.CLOSED]);
    equal(ends, [[null, -1]]);
}

async function eachQos(uri) {
    const client = await open(uri);
    const received = new Collection();
    await subscribe(client, 'qos/+', message => received.add(message));
    const payloads = [new TextEncoder().encode('grüße'), new Uint8Array([0x00, 0xff, 0x80, 0x00])];
    for (const qos of [QOS_0, QOS_1, QOS_2]) {
        for (const payload of payloads) {
            const message = Mqttc.Message.new('qos/both', payload);
            message.qos = qos;
            await client.publish_async(message);
        }
    }
    const messages = await received.reach(6);
    equal(messages.map(message => message.topic), Array(6).fill('qos/both'));
    equal(messages.map(message => message.qos), [QOS_0, QOS_0, QOS_1, QOS_1, QOS_2, QOS_2]);
    equal(messages.map(message => [...message.payload]),
        [...payloads, ...payloads, ...payloads].map(payload => [...payload]));
    equal(messages.map(message => message.text), ['grüße', null, 'grüße', null, 'grüße', null]);
    await client.close_async();
}

async function retained(uri) {
    const client = await open(uri);
    await client.publish_text_async('retained', 'kept', QOS_1, true);
    const received = new Collection();
    await subscribe(client, 'retained', message => received.add([message.text, message.retain]));
    equal(await received.reach(1), [['kept', true]]);
    await client.publish_text_async('retained', '', QOS_1, true);
    await client.close_async();
}

async function lastWill(uri) {
    const client = await open(uri);
    const received = new Collection();
    await subscribe(client, 'will', message => received.add(message.text));
    const [program] = GLib.filename_from_uri(import.meta.url);
    const child = Gio.Subprocess.new(['gjs', '-m', program, '--die', uri],
        Gio.SubprocessFlags.STDOUT_PIPE);
    const lines = Gio.DataInputStream.new(child.get_stdout_pipe());
    equal(lines.read_line_utf8(null)[0], 'open');
    equal(received.items, []);
    child.force_exit();
    equal(await received.reach(1), ['gone']);
    child.wait(null);
    await client.close_async();
}

async function wrongPassword(_uri, secured) {
    const options = Mqttc.Options.new_for_uri(secured);
    options.user_name = 'ada';
    options.password = 'wrong';
    const error = await rejection(new Mqttc.Client({options}).open_async());
    check(error.matches(Mqttc.ReasonError, Mqttc.ReasonError.NOT_AUTHORIZED), error);
    equal(GLib.quark_to_string(error.domain), 'mqttc-reason-error-quark');
    check(error.message.includes(secured.replace('mqtt://', '')), error);

    options.password = 'right';
    const client = new Mqttc.Client({options});
    await client.open_async();
    await client.close_async();
}

async function overlapping(uri) {
    const client = await open(uri);
    const told = new Collection();
    client.connect('message', (_, message) => told.add(`client ${message.text}`));
    for (const filter of ['over/#', 'over/+', 'other/#'])
        await subscribe(client, filter, message => told.add(`${filter} ${message.text}`));
    for (const number of ['1', '2'])
        await client.publish_text_async('over/lap', number, QOS_1);
    equal(await told.reach(6), ['client 1', 'over/+ 1', 'over/# 1', 'client 2', 'over/+ 2', 'over/# 2']);
    await client.close_async();
}

async function keptMessage(uri) {
    const client = await open(uri);
    const texts = ['short', 'long '.repeat(N_LONG)];
    const kept = new Collection();
    await subscribe(client, 'kept/+', message => kept.add(message));
    for (const text of texts)
        await client.publish_text_async('kept/it', text, QOS_1);
    await kept.reach(2);
    // New memory takes the place of what was freed too early.
    const churn = await subscribe(client, 'churn', message => message.text);
    for (let i = 0; i < 200; i++)
        await client.publish_text_async('churn', 'x'.repeat(i * 50));
    await client.unsubscribe_async(churn);
    await client.close_async();
    system.gc();
    equal(kept.items.map(message => [message.topic, message.text]),
        texts.map(text => ['kept/it', text]));
}

// await, for await, and exceptions.
async function idiom(uri) {
    const client = new Mqttc.Client({uri});
    await client.open_async(null);
    const puback = await client.publish_text_async('home/desk/temp', '20', QOS_1, true, null);
    equal(puback.packet_type, Mqttc.PacketType.PUBACK);
    const texts = [];
    for await (const message of client.messages('home/+/temp')) {
        texts.push(message.text);
        if (texts.length === 3)
            break;
        await client.publish_text_async('home/desk/temp', `2${texts.length}`, QOS_1);
    }
    equal(texts, ['20', '21', '22']);
    await client.publish_text_async('home/desk/temp', '', QOS_1, true);
    const error = await rejection(client.publish_text_async('home/#', 'no wildcards in a topic'));
    check(error.matches(Mqttc.ClientError, Mqttc.ClientError.INVALID_ARGUMENT), error);
    check(error.message.includes('home/#'), error);
    await client.close_async(null);
    equal(client.state, State.CLOSED);
}

async function cancelled() {
    const {listener, uri} = deafServer();
    const client = new Mqttc.Client({uri});
    const cancellables = [new Gio.Cancellable(), new Gio.Cancellable()];
    const opening = rejection(client.open_async(cancellables[0]));
    const publishing = rejection(client.publish_text_async('a', 'text', QOS_1, false, cancellables[1]));
    const closed = signal(client, 'notify::state', () => client.state === State.CLOSED);
    for (const [call, cancellable] of [[publishing, cancellables[1]], [opening, cancellables[0]]]) {
        cancellable.cancel();
        const error = await call;
        check(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED), error);
    }
    await closed;
    listener.close();
}

async function handlerPublishes(uri) {
    const client = await open(uri);
    const received = new Collection();
    await subscribe(client, 'nested', message => {
        received.add(message.text);
        if (message.text !== '1')
            return;
        client.publish_text_async('nested', '2', QOS_1, false, null, null);
        while (received.items.length < 2)
            GLib.MainContext.default().iteration(true);
        received.add('after the nested loop');
    });
    client.publish_text_async('nested', '1', QOS_1, false, null, null);
    equal(await received.reach(3), ['1', '2', 'after the nested loop']);
    await client.close_async();
}

async function fullQueue() {
    const {listener, uri} = deafServer();
    const client = new Mqttc.Client({uri, max_queued_messages: 3});
    const opening = rejection(client.open_async());
    for (let i = 0; i < 3; i++)
        client.try_publish(Mqttc.Message.new_text('queue', `${i}`));
    equal(client.queued, 3);
    const message = Mqttc.Message.new_text('queue', 'one too many');
    for (const publish of [client.try_publish, client.publish_async]) {
        const error = await rejection((async () => await publish.call(client, message))());
        check(error.matches(Mqttc.ClientError, Mqttc.ClientError.QUEUE_FULL), error);
    }
    const stop = new Gio.Cancellable();
    stop.cancel();
    check((await rejection(client.close_async(stop))).matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED));
    check((await opening).matches(Mqttc.ClientError, Mqttc.ClientError.CLOSED));
    listener.close();
}

async function restart(uri) {
    const client = await open(uri, {reconnect_min_delay: 20, reconnect_max_delay: 100});
    const received = new Collection();
    await subscribe(client, 'restart', message => received.add(message.text));
    const disconnected = signal(client, 'disconnected');
    const connected = signal(client, 'connected');
    print('# stop the broker');
    const [, error, retry] = await disconnected;
    check(error instanceof GLib.Error && retry >= 0, error, retry);
    check(client.last_error instanceof GLib.Error, client.last_error);
    print('# start the broker');
    await connected;
    await client.publish_text_async('restart', 'here again', QOS_1);
    equal(await received.reach(1), ['here again']);
    await client.close_async();
}

// MQTT 5.

function open5(uri, options = {}) {
    return open(uri, {protocol: Mqttc.Protocol.V5, ...options});
}

async function propertiesInOrder(uri) {
    const pairs = [['unit', '°C'], ['room', 'kitchen'], ['unit', 'K'], ['', '']];
    const client = await open5(uri);
    const received = new Collection();
    await subscribe(client, 'properties', message => received.add(message));
    const message = Mqttc.Message.new_text('properties', '21');
    pairs.forEach(([name, value]) => message.add_user_property(name, value));
    message.content_type = 'text/plain';
    message.expiry_interval = 3600;
    message.payload_format_indicator = 1;
    message.response_topic = 'answers';
    message.correlation_data = new Uint8Array([0, 255]);
    await client.publish_async(message);
    check(message.is_locked() && message.properties.is_locked());
    const [got] = await received.reach(1);
    equal(got.properties.user_properties, pairs);
    equal(got.get_user_property('unit'), '°C');
    equal([got.content_type, got.payload_format_indicator], ['text/plain', 1]);
    equal([got.response_topic, Array.from(got.correlation_data)], ['answers', [0, 255]]);
    check(got.expiry_interval > 0 && got.expiry_interval <= 3600, got.expiry_interval);
    equal(Mqttc.Message.new_text('none', '').expiry_interval, -1);
    await client.close_async();
}

async function subscriptionOptions(uri) {
    const [client, other] = [await open5(uri), await open5(uri)];
    await other.publish_text_async('options/kept', 'old', QOS_1, true);
    const told = new Collection();
    const subscription = new Mqttc.Subscription({
        filter: 'options/+', qos: QOS_1, no_local: true, retain_as_published: true,
        retain_handling: Mqttc.RetainHandling.DO_NOT_SEND,
    });
    subscription.connect('message', (_, {text, retain, subscription_ids}) =>
        told.add([text, retain, subscription_ids.length]));
    await client.subscribe_async(subscription);
    await client.publish_text_async('options/own', 'not for me', QOS_1);
    await other.publish_text_async('options/kept', 'new', QOS_1, true);
    await other.publish_text_async('options/last', 'last', QOS_1);
    equal(await told.reach(2), [['new', true, 1], ['last', false, 1]]);
    await other.publish_text_async('options/kept', '', QOS_1, true);
    await client.close_async();
    await other.close_async();
}

async function requestAndResponse(uri) {
    const [client, other] = [await open5(uri), await open5(uri)];
    const responder = Mqttc.Responder.new(other, 'square/+');
    responder.connect('request', (_, request) =>
        responder.respond_text(request, `${Number(request.text) ** 2}`));
    await responder.start_async();
    const requester = Mqttc.Requester.new(client);
    const reply = await requester.request_async(Mqttc.Message.new_text('square/it', '12'), 10000);
    equal([reply.text, reply.topic], ['144', requester.response_topic]);
    const error = await rejection(requester.request_async(Mqttc.Message.new_text('nobody', '12'), 1));
    check(error.matches(Mqttc.ClientError, Mqttc.ClientError.TIMED_OUT), error);
    equal(error.packet, null);
    await client.close_async();
    await other.close_async();
}

async function refusal(_uri, secured) {
    const client = new Mqttc.Client({uri: secured, protocol: Mqttc.Protocol.V5, user_name: 'ada',
        password: 'wrong'});
    const told = new Collection();
    client.connect('disconnected', () => told.add(client.get_last_refusal()));
    const {packet} = await rejection(client.open_async());
    equal([packet.packet_type, packet.reason_code],
        [Mqttc.PacketType.CONNACK, Mqttc.ReasonError.NOT_AUTHORIZED]);
    const [last] = await told.reach(1);
    equal(last.to_string(), packet.to_string());
    equal(client.get_last_refusal().reason_code, packet.reason_code);
}

async function reasonsGiven(uri) {
    const other = await open5(uri);
    const told = new Collection();
    await subscribe(other, 'reasons/will', ({text}) => told.add(text));
    const will = Mqttc.Message.new_text('reasons/will', 'gone');
    will.qos = QOS_1;
    const client = await open5(uri, {will, manual_acks: true});
    client.event_loop.connect('outgoing', (_, packet) => {
        if (packet.reason_code !== 0)
            told.add([packet.packet_type, packet.reason_code, packet.reason_string]);
    });
    const properties = Mqttc.Properties.new();
    properties.set_text(Mqttc.PropertyId.REASON_STRING, 'because');
    const received = new Collection();
    await subscribe(client, 'reasons/job', message => received.add(message));
    await other.publish_text_async('reasons/job', 'dig', QOS_1);
    await received.reach(1);
    client.ack_full(received.items[0], Mqttc.ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, properties);
    await told.reach(1);
    await client.close_full_async(Mqttc.ReasonCode.DISCONNECT_WITH_WILL, properties, -1);
    equal(await told.reach(3), [[Mqttc.PacketType.PUBACK, 0x83, 'because'],
        [Mqttc.PacketType.DISCONNECT, 0x04, 'because'], 'gone']);
    await other.close_async();
}

const SCENARIOS = [
    ['opens and closes, and tells each state', opensAndCloses],
    ['publishes and receives at each QoS, text and bytes', eachQos],
    ['a handler connected before subscribing gets the retained message', retained],
    ['the last will comes after an unclean end', lastWill],
    ['a wrong password is an error with domain, code and message', wrongPassword],
    ['overlapping filters: the client once, each subscription once', overlapping],
    ['a message that a handler has kept stays right', keptMessage],
    ['asynchronous calls, their results and errors, as the language has them', idiom],
    ['a call that is cancelled ends as cancelled', cancelled],
    ['a handler publishes and runs a nested main loop', handlerPublishes],
    ['a full queue is an error that can be caught', fullQueue],
    ['after a restart of the broker the subscriptions are made again', restart],
    ['properties keep their order and their duplicates', propertiesInOrder],
    ['options of a subscription, and its identifier', subscriptionOptions],
    ['a request is answered, or its time ends', requestAndResponse],
    ['a refusal has its packet', refusal],
    ['an acknowledgement and a goodbye have a reason and properties', reasonsGiven],
];

if (ARGV[0] === '--die') {
    const will = Mqttc.Message.new_text('will', 'gone');
    will.qos = QOS_1;
    await open(ARGV[1], {will});
    print('open');
    await new Promise(() => {});
}

let failures = 0;
print(`1..${SCENARIOS.length}`);
for (const [i, [name, scenario]] of SCENARIOS.entries()) {
    try {
        await scenario(...ARGV);
        print(`ok ${i + 1} - ${name}`);
    } catch (error) {
        failures++;
        print(`not ok ${i + 1} - ${name}`);
        print(`${error}\n${error.stack}`.trim().replaceAll(/^/gm, '# '));
    }
}
system.exit(failures > 0 ? 1 : 0);
