#!/usr/bin/gjs -m
// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// JavaScript with the override: values, attributes, promises; and the traps of a binding at run time.
//
// test_overrides.js URI

import Gio from 'gi://Gio';
import GIRepository from 'gi://GIRepository?version=2.0';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Mqttc from 'gi://Mqttc?version=1';
import system from 'system';

const [URI] = ARGV;
const NUL = 'a\0b';
const QOS_1 = Mqttc.Qos.AT_LEAST_ONCE;

function check(condition, ...values) {
    if (!condition)
        throw new Error(`not so: ${values.join(' ')}`);
}

function equal(one, other) {
    const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
    check(a === b, a, 'is not', b);
}

function throwsIn(call, type, words = '') {
    try {
        call();
    } catch (error) {
        check(error instanceof type && error.message.includes(words), error);
        return;
    }
    throw new Error(`nothing thrown by ${call}`);
}

async function rejection(promise) {
    try {
        await promise;
    } catch (error) {
        return error;
    }
    throw new Error('it succeeded');
}

// The condition is told by what the loop does, so there is nothing to poll.
function iterateUntil(condition) {
    while (!condition())
        GLib.MainContext.default().iteration(true);
}

async function open(options = {}) {
    const client = new Mqttc.Client({uri: URI, ...options});
    await client.open_async();
    return client;
}

function classes() {
    return Object.getOwnPropertyNames(Mqttc).map(name => Mqttc[name]).filter(
        type => typeof type === 'function' && type.$gtype && type.prototype && !type.quark);
}

// Of the library: what the override adds has names of its own.
function functionsOf(target) {
    return Object.getOwnPropertyNames(target).filter(
        name => /^[a-z]/.test(name) && !['constructor', 'messages', 'set_property'].includes(name) &&
            typeof Object.getOwnPropertyDescriptor(target, name).value === 'function');
}

// --- Values.

function bytes() {
    for (const payload of [new Uint8Array([0, 255]), new GLib.Bytes([0, 255])]) {
        equal([...Mqttc.Message.new('t', payload).payload], [0, 255]);
        equal([...new Mqttc.Message('t', payload).payload], [0, 255]);
        const message = Mqttc.Message.new('t', null);
        message.payload = payload;
        equal([...message.payload], [0, 255]);
        check(message.text === null);
    }
    equal([...Mqttc.Message.new('t', null).payload], []);
    equal(Mqttc.Message.new('t', 'grüße').text, 'grüße');
    check(Mqttc.Message.new('t', 'x').payload instanceof Uint8Array);
    check(Mqttc.Message.new('t', 'x').get_payload() instanceof GLib.Bytes);
}

function passwords() {
    for (const password of ['text', new Uint8Array([0]), new GLib.Bytes([0]), null]) {
        new Mqttc.Options({password}).password = password;
        new Mqttc.Options().set_password(password);
    }
}

function attributes() {
    const message = Mqttc.Message.new_text('t', 'text');
    message.topic = 'u';
    message.text = 'other';
    message.qos = QOS_1;
    message.retain = true;
    equal([message.topic, message.text, message.qos, message.retain, message.dup],
        ['u', 'other', QOS_1, true, false]);

    let count = 0;
    for (const type of classes().filter(each => !(each.prototype instanceof GObject.Object))) {
        const proto = type.prototype;
        const isGetter = name => name.startsWith('get_') && proto[name].length === 0;
        for (const getter of functionsOf(proto).filter(isGetter)) {
            const name = getter.slice(4);
            check(Object.getOwnPropertyDescriptor(proto, name)?.get, type.name, name);
            count++;
        }
    }
    check(count > 15, count);
}

function keywords() {
    const client = new Mqttc.Client({uri: 'mqtt://broker.example:1884', client_id: 'desk', keep_alive: 7});
    const {host, port, client_id: clientId, keep_alive: keepAlive} = client.options;
    equal([host, port, clientId, keepAlive], ['broker.example', 1884, 'desk', 7]);
    equal(new Mqttc.Client({host: 'h'}).options.host, 'h');
    const options = new Mqttc.Options({host: 'mine'});
    check(new Mqttc.Client({options}).options === options);
    check(new Mqttc.Client({event_loop: new Mqttc.EventLoop({options})}).options === options);
    throwsIn(() => new Mqttc.Client({uri: 'http://broker.example'}), GLib.Error, 'http');
    equal(new Mqttc.Connection({uri: 'mqtt://h:7', keepAlive: 9}).options.port, 7);
    equal(new Mqttc.Connection({host: 'h', 'keep-alive': 9}).options.keep_alive, 9);
    check(new Mqttc.Connection({options}).options === options);
}

function keywordsThatAreWrong() {
    const options = new Mqttc.Options();
    const event_loop = new Mqttc.EventLoop({options});
    for (const type of [Mqttc.Client, Mqttc.Connection]) {
        throwsIn(() => new type({uri: 'mqtt://h', keep_alve: 3}), TypeError, 'keep_alve');
        throwsIn(() => new type({uri: 'mqtt://h', options}), TypeError, 'not both');
    }
    for (const more of [{uri: 'mqtt://h'}, {options}, {keep_alive: 3}])
        throwsIn(() => new Mqttc.Client({event_loop, ...more}), TypeError, 'event loop');
}

function properties() {
    const own = Mqttc.Properties.new();
    own.set_uint(Mqttc.PropertyId.RECEIVE_MAXIMUM, 20);
    own.set_text(Mqttc.PropertyId.REASON_STRING, 'grüße');
    own.add_user_property('a', '1');
    own.add_user_property('a', '2');
    equal(own.get_uint(Mqttc.PropertyId.RECEIVE_MAXIMUM), [true, 20]);
    equal(own.get_uint(Mqttc.PropertyId.MAXIMUM_QOS), [false, 0]);
    equal(own.get_text(Mqttc.PropertyId.REASON_STRING), 'grüße');
    equal(own.get_text(Mqttc.PropertyId.CONTENT_TYPE), null);
    equal(own.get_user_property('a'), '1');
    const last = own.length - 1;
    equal([own.get_id_at(last), own.get_name_at(last), own.get_text_at(last)],
        [Mqttc.PropertyId.USER_PROPERTY, 'a', '2']);
    check(own.to_string().includes('receive_maximum=20'), own.to_string());
}

function messageOfMqtt5() {
    const message = new Mqttc.Message('t', 'x');
    equal([message.content_type, message.correlation_data, message.expiry_interval, message.properties],
        [null, null, -1, null]);
    message.payload_format_indicator = 1;
    message.content_type = 'text/plain';
    message.correlation_data = new GLib.Bytes([1, 0, 2]);
    message.response_topic = 'r';
    message.expiry_interval = 4294967295;
    message.add_user_property('a', 'b');
    const again = message.copy();
    equal([again.payload_format_indicator, again.content_type, again.response_topic,
        again.expiry_interval, again.get_user_property('a')], [1, 'text/plain', 'r', 4294967295, 'b']);
    equal([...again.correlation_data], [1, 0, 2]);
    equal(again.properties.length, 6);

    again.correlation_data = 'grüße';
    equal(new TextDecoder().decode(again.correlation_data), 'grüße');
    const own = Mqttc.Properties.new();
    for (const data of ['ab', new Uint8Array([97, 98]), new GLib.Bytes([97, 98])]) {
        own.set_bytes(Mqttc.PropertyId.CORRELATION_DATA, data);
        equal([...own.get_bytes(Mqttc.PropertyId.CORRELATION_DATA).toArray()], [97, 98]);
    }
}

function packetOfMqtt5() {
    const own = Mqttc.Properties.new();
    own.add_uint(Mqttc.PropertyId.SUBSCRIPTION_IDENTIFIER, 5);
    own.add_uint(Mqttc.PropertyId.SUBSCRIPTION_IDENTIFIER, 300);
    const packet = Mqttc.Packet.new_publish(Mqttc.Protocol.V5, new Mqttc.Message('t', 'x'), 0, false, own);
    const read = Mqttc.Packet.read(packet.write(), Mqttc.Protocol.V5, 0);
    equal([...read.message.get_subscription_ids()], [5, 300]);
    equal(read.properties.length, 2);
}

function noZeroInFunctions() {
    let count = 0;
    for (const target of [Mqttc, ...classes(), ...classes().map(type => type.prototype)]) {
        for (const name of functionsOf(target)) {
            const {length} = target[name];
            if (length === 0 || name.endsWith('_finish'))
                continue;
            if (name.endsWith('_is_valid'))
                check(target[name](NUL) === false, name);
            else
                throwsIn(() => target[name].call(null, ...Array(length).fill(NUL)), TypeError, 'U+0000');
            count++;
        }
    }
    check(count > 40, count);
    check(Mqttc.topic_is_valid('a/b') && Mqttc.filter_is_valid('a/#'));
    const options = new GLib.Bytes([QOS_1]);
    throwsIn(() => Mqttc.Packet.new_subscribe(Mqttc.Protocol.V3_1_1, 1, [NUL], options, null), TypeError, 'U+0000');
}

function noZeroInProperties() {
    let count = 0;
    for (const type of [Mqttc.Options, Mqttc.Subscription]) {
        for (const pspec of GObject.Object.list_properties.call(type)) {
            if (pspec.value_type !== GObject.TYPE_STRING || !(pspec.flags & GObject.ParamFlags.WRITABLE))
                continue;
            const name = pspec.name.replaceAll('-', '_');
            const instance = new type();
            throwsIn(() => new type({[name]: NUL}), TypeError, 'U+0000');
            throwsIn(() => instance.set_property(pspec.name, NUL), TypeError, 'U+0000');
            if (!(pspec.flags & GObject.ParamFlags.CONSTRUCT_ONLY))
                throwsIn(() => (instance[name] = NUL), TypeError, 'U+0000');
            count++;
        }
    }
    check(count > 5, count);
}

// --- Promises.

function everyCallIsPromised() {
    const names = classes().flatMap(type => functionsOf(type.prototype)
        .filter(name => name.endsWith('_async'))
        .map(name => type.prototype[name]));
    check(names.length > 5, names.length);
    for (const call of names)
        check(!`${call}`.includes('wrapper for native symbol'), call.name);
}

async function callbacksAsBefore() {
    const client = new Mqttc.Client({uri: URI});
    await new Promise(resolve => client.open_async(null, (_, result) => {
        check(client.open_finish(result).packet_type === Mqttc.PacketType.CONNACK);
        resolve();
    }));
    client.publish_text_async('callback', 'nobody waits', QOS_1, false, null, null);
    await client.close_async();
}

async function promisifiedOnceMore() {
    Gio._promisify(Mqttc.Client.prototype, 'unsubscribe_async', 'unsubscribe_finish');
    const client = await open();
    const subscription = Mqttc.Subscription.new('twice', QOS_1);
    check(await client.subscribe_async(subscription) === true);
    check(await client.unsubscribe_async(subscription, null) === true);
    await client.close_async();
}

async function arguments_() {
    const client = await open();
    check((await client.publish_text_async('a', 'b')).packet_type === Mqttc.PacketType.PUBLISH);
    check((await client.publish_text_async('a', 'b', QOS_1)).packet_type === Mqttc.PacketType.PUBACK);
    const error = await rejection(client.publish_text_async('a', 'b', QOS_1, false, cancelled()));
    check(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED), error);
    await client.close_async();
}

function cancelled() {
    const cancellable = new Gio.Cancellable();
    cancellable.cancel();
    return cancellable;
}

async function messages() {
    const client = await open();
    const types = [];
    client.event_loop.connect('outgoing', (_, packet) => types.push(packet.packet_type));
    await client.publish_text_async('iterate', 'kept', QOS_1, true);
    for (const how of ['break', 'throw']) {
        types.length = 0;
        try {
            for await (const message of client.messages('iterate')) {
                equal(message.text, 'kept');
                if (how === 'throw')
                    throw new RangeError();
                break;
            }
        } catch (error) {
            check(error instanceof RangeError, error);
        }
        iterateUntil(() => types.includes(Mqttc.PacketType.UNSUBSCRIBE));
    }
    await client.publish_text_async('iterate', '', QOS_1, true);

    const read = (async () => {
        const texts = [];
        for await (const message of client.messages('iterate'))
            texts.push(message.text);
        return texts;
    })();
    await client.publish_text_async('iterate', 'last', QOS_1);
    await client.close_async();
    equal(await read, ['last']);
}

function connection() {
    const blocking = new Mqttc.Connection({uri: URI});
    blocking.open();
    blocking.subscribe(Mqttc.Subscription.new('blocking', QOS_1));
    blocking.client.try_publish(Mqttc.Message.new_text('blocking', 'text'));
    for (const event of blocking) {
        if (event.message === null)
            continue;
        equal(event.message.text, 'text');
        break;
    }
    blocking.close();
    equal([...blocking].filter(event => event.message), []);
}

// Those that end with a cancellable, and have no callback behind it.
function blockingMethods(name) {
    const info = GIRepository.Repository.get_default().find_by_name('Mqttc', name);
    const names = [];
    for (let i = 0; i < GIRepository.object_info_get_n_methods(info); i++) {
        const method = GIRepository.object_info_get_method(info, i);
        const count = GIRepository.callable_info_get_n_args(method);
        const last = count > 0 && GIRepository.callable_info_get_arg(method, count - 1);
        const type = last && GIRepository.type_info_get_interface(GIRepository.arg_info_get_type(last));
        if (type && type.get_name() === 'Cancellable')
            names.push(method.get_name());
    }
    return names;
}

// Called with all but the cancellable they come as far as the check of what they were called on.
function cancellablesCanBeLeftOut() {
    let count = 0;
    for (const type of classes().filter(each => each.prototype instanceof GObject.Object)) {
        for (const name of blockingMethods(type.name.replace('Mqttc_', ''))) {
            const call = type.prototype[name];
            throwsIn(() => call.apply({}, Array(call.length - 1).fill(null)), Error, 'not a subclass');
            count++;
        }
    }
    check(count >= 12, count);
}

async function manySubscriptions() {
    const client = await open();
    const subscriptions = [0, 1, 2].map(i => Mqttc.Subscription.new(`many/${i}`, QOS_1));
    const received = [];
    subscriptions[1].connect('message', (_, message) => received.push(message.topic));
    await client.subscribe_many_async(subscriptions);
    await client.publish_text_async('many/1', 'x', QOS_1);
    iterateUntil(() => received.length > 0);
    equal(received, ['many/1']);
    await client.close_async();
}

// --- Traps.

async function connectIsThatOfGObject() {
    const client = await open();
    client.disconnect(client.connect('message', () => {}));
    await client.publish_text_async('a', 'still connected', QOS_1);
    equal(client.state, Mqttc.ConnectionState.CONNECTED);
    await client.close_async();
}

async function handlerOfNull() {
    const client = await open();
    const received = [];
    let seen = 0;
    const subscription = Mqttc.Subscription.new('null', QOS_1);
    subscription.set_handler((_, message) => received.push(message.text));
    await client.subscribe_async(subscription);
    client.connect('message', () => seen++);
    await client.publish_text_async('null', '1', QOS_1);
    iterateUntil(() => received.length === 1);
    subscription.set_handler(null);
    await client.publish_text_async('null', '2', QOS_1);
    iterateUntil(() => seen === 2);
    equal(received, ['1']);
    await client.close_async();
}

async function messageOutlivesItsHandler() {
    const client = await open();
    const kept = [];
    client.connect('message', (_, message) => kept.push(message));
    await client.subscribe_async(Mqttc.Subscription.new('outlive', QOS_1));
    for (let i = 0; i < 100; i++)
        await client.publish_text_async('outlive', `${i} `.repeat(100), QOS_1);
    iterateUntil(() => kept.length === 100);
    system.gc();
    equal(kept.map(message => message.text), kept.map((_, i) => `${i} `.repeat(100)));
    await client.close_async();
}

// In another thread GJS would not run the handler at all.
async function handlersRunWithAThreadForInputAndOutput() {
    for (const io_thread of [false, true]) {
        const options = Mqttc.Options.new_for_uri(URI);
        const client = new Mqttc.EventLoop({options, io_thread}).get_client();
        const told = [];
        client.connect('connected', () => told.push('connected'));
        client.connect('message', (_, message) => told.push(message.text));
        client.connect('disconnected', () => told.push('disconnected'));
        await client.open_async();
        await client.subscribe_async(Mqttc.Subscription.new('thread', QOS_1));
        await client.publish_text_async('thread', 'text', QOS_1);
        iterateUntil(() => told.includes('text'));
        await client.close_async();
        iterateUntil(() => told.includes('disconnected'));
        equal(told, ['connected', 'text', 'disconnected']);
    }
}

// Answers later, from an idle source.
const Ticket = GObject.registerClass({Implements: [Mqttc.Authenticator]}, class Ticket extends GObject.Object {
    vfunc_get_method() {
        return `TICKET${this.seen?.length ?? 0}`;
    }

    vfunc_step(request) {
        (this.seen ??= []).push([request.get_stage(), request.is_reauthentication(), request.get_server_data(),
            request.get_client_id(), request.get_host(),
            request.get_channel_binding(Gio.TlsChannelBindingType.EXPORTER)]);
        GLib.idle_add(GLib.PRIORITY_DEFAULT, () => {
            request.complete(new Uint8Array([1, 0]));
            this.completed = (this.completed ?? 0) + 1;
            return GLib.SOURCE_REMOVE;
        });
    }
});

const Keyring = GObject.registerClass({Implements: [Mqttc.CredentialsProvider]}, class Keyring extends GObject.Object {
    vfunc_provide(request) {
        this.request = [request.get_host(), request.get_attempt(), request.get_last_error()];
        request.complete('me', 'token');
    }
});

function authenticators() {
    const ticket = new Ticket();
    equal(ticket.get_method(), 'TICKET0');
    ticket.step(new Mqttc.AuthRequest());
    ticket.step(new Mqttc.AuthRequest());
    check(ticket.completed === undefined);
    iterateUntil(() => ticket.completed === 2);
    equal(ticket.seen[0], [Mqttc.AuthStage.START, false, null, '', null, null]);
    equal(ticket.get_method(), 'TICKET2');

    const keyring = new Keyring();
    keyring.provide(new Mqttc.CredentialsRequest());
    equal(keyring.request, [null, 0, null]);
}

function scram() {
    const scram_ = new Mqttc.ScramAuthenticator({user_name: 'me', password: 'secret',
        channel_binding: Mqttc.ChannelBinding.WHEN_AVAILABLE});
    check(scram_ instanceof Mqttc.Authenticator);
    scram_.step(new Mqttc.AuthRequest());
    equal(scram_.get_method(), 'SCRAM-SHA-256');
    equal([scram_.user_name, scram_.minimum_iterations, scram_.maximum_iterations], ['me', 4096, 100000]);
}

const TESTS = [
    bytes, passwords, attributes, properties, messageOfMqtt5, packetOfMqtt5, keywords, keywordsThatAreWrong, cancellablesCanBeLeftOut, noZeroInFunctions, noZeroInProperties, everyCallIsPromised,
    callbacksAsBefore, promisifiedOnceMore, arguments_, messages, connection, manySubscriptions,
    connectIsThatOfGObject, handlerOfNull, messageOutlivesItsHandler, handlersRunWithAThreadForInputAndOutput,
    authenticators, scram,
];

let failures = 0;
print(`1..${TESTS.length}`);
for (const [i, test] of TESTS.entries()) {
    try {
        await test();
        print(`ok ${i + 1} - ${test.name}`);
    } catch (error) {
        failures++;
        print(`not ok ${i + 1} - ${test.name}`);
        print(`${error}\n${error.stack}`.trim().replaceAll(/^/gm, '# '));
    }
}
system.exit(failures > 0 ? 1 : 0);
