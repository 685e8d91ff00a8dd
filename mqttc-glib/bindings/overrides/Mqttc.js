// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What introspection alone does not give to JavaScript: promises, attributes, for await. GJS loads it
// with gi://Mqttc or imports.gi.Mqttc. It wraps what it finds in the typelib, so a new function or
// property needs nothing here.

/* exported _init */

const {GLib, GObject} = imports.gi;

// C ends a string at its first zero, so what it would cut off is refused here.
function check(value) {
    if (typeof value === 'string' && value.includes('\0'))
        throw new TypeError('U+0000 has no place in a topic, a filter or a text');
    if (Array.isArray(value))
        value.forEach(check);
    return value;
}

function toBytes(value) {
    if (typeof value === 'string')
        value = new TextEncoder().encode(check(value));
    return value instanceof Uint8Array ? new GLib.Bytes(value) : value;
}

function fromBytes(value) {
    return value instanceof GLib.Bytes ? value.toArray() : value;
}

// Gio._promisify() and others look at how many arguments a function has.
function replace(target, name, length, call) {
    Object.defineProperty(call, 'name', {value: name});
    Object.defineProperty(call, 'length', {value: length});
    target[name] = call;
}

function checkArguments(target, name) {
    const original = target[name];
    replace(target, name, original.length, function (...args) {
        args.forEach(check);
        return original.apply(this, args);
    });
}

// The error has the packet of the refusal, which a GLib.Error cannot have in C.
function addPacket(target, name) {
    const original = target[name];
    replace(target, name, original.length, function (result) {
        try {
            return original.call(this, result);
        } catch (error) {
            if (error instanceof GLib.Error)
                error.packet = imports.gi.Mqttc.Client.get_refusal(result);
            throw error;
        }
    });
}

// Without a callback it gives a promise; what may be null can be left out.
function promisify(proto, name, defaults) {
    const original = proto[name];
    const finish = name.replace(/async$/, 'finish');
    replace(proto, name, original.length, function (...args) {
        args.forEach(check);
        if (args.length >= original.length || typeof args[args.length - 1] === 'function')
            return original.apply(this, args);
        while (args.length < original.length - 1)
            args.push(defaults[args.length] ?? null);
        return new Promise((resolve, reject) => {
            original.call(this, ...args, (source, result) => {
                try {
                    resolve(source[finish](result));
                } catch (error) {
                    reject(error);
                }
            });
        });
    });
}

// Types begin with a capital letter.
function isFunction(target, name) {
    return /^[a-z]/.test(name) && name !== 'constructor' && typeof target[name] === 'function';
}

function wrapFunctions(target, defaults = {}) {
    for (const name of Object.getOwnPropertyNames(target).filter(n => isFunction(target, n))) {
        if (name.endsWith('_async'))
            promisify(target, name, defaults[name] ?? []);
        else if (name.endsWith('_finish'))
            addPacket(target, name);
        else if (target[name].length > 0)
            checkArguments(target, name);
    }
}

function convertArgument(target, name, position) {
    const original = target[name];
    replace(target, name, original.length, function (...args) {
        args[position] = toBytes(args[position]);
        return original.apply(this, args);
    });
}

// Whoever asks whether a text is valid wants no exception.
function answer(target, name) {
    const original = target[name];
    replace(target, name, 1, text => {
        try {
            return original(text);
        } catch (error) {
            return false;
        }
    });
}

// message.topic for message.get_topic().
function addGetters(proto) {
    const names = new Set(Object.getOwnPropertyNames(proto));
    for (const name of names) {
        const attribute = name.replace(/^get_/, '');
        if (attribute === name || names.has(attribute) || proto[name].length > 0)
            continue;
        const setter = `set_${attribute}`;
        Object.defineProperty(proto, attribute, {
            configurable: true,
            enumerable: true,
            get() {
                return fromBytes(this[name]());
            },
            set: names.has(setter) ? function (value) {
                this[setter](value);
            } : undefined,
        });
    }
}

// All of them, in order, as pairs of a name and a value; a name can be there more than once.
function addUserProperties(Mqttc) {
    Object.defineProperty(Mqttc.Properties.prototype, 'user_properties', {
        configurable: true,
        enumerable: true,
        get() {
            return Array.from({length: this.get_length()}, (_, i) => i)
                .filter(i => this.get_id_at(i) === Mqttc.PropertyId.USER_PROPERTY)
                .map(i => [this.get_name_at(i), this.get_text_at(i)]);
        },
    });
}

function convertersOf(cls) {
    const converters = {};
    for (const pspec of GObject.Object.list_properties.call(cls)) {
        const convert = pspec.value_type.name === 'GBytes' ? toBytes : check;
        const names = [pspec.name, pspec.name.replace(/-/g, '_'),
            pspec.name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())];
        if (['gchararray', 'GBytes'].includes(pspec.value_type.name))
            names.forEach(name => (converters[name] = convert));
    }
    return converters;
}

function convertProperties(cls) {
    const converters = convertersOf(cls);
    for (const [name, convert] of Object.entries(converters)) {
        const {get, set} = Object.getOwnPropertyDescriptor(cls.prototype, name) ?? {};
        if (set === undefined)
            continue;
        Object.defineProperty(cls.prototype, name, {
            configurable: true,
            enumerable: true,
            get,
            set(value) {
                set.call(this, convert(value));
            },
        });
    }

    const init = cls.prototype._init;
    cls.prototype._init = function (properties = {}) {
        const converted = {};
        for (const [name, value] of Object.entries(properties))
            converted[name] = converters[name]?.(value) ?? value;
        init.call(this, converted);
    };
    cls.prototype.set_property = function (name, value) {
        GObject.Object.prototype.set_property.call(this, name, converters[name]?.(value) ?? value);
    };
}

// As they are in JavaScript: with a hyphen, with an underscore, in camel case.
function withUnderscores(properties) {
    return Object.fromEntries(Object.entries(properties).map(([name, value]) =>
        [name.replace(/-/g, '_').replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`), value]));
}

function optionsOf(Mqttc, uri, options, rest) {
    if (uri !== undefined && options)
        throw new TypeError('give a URI or options, not both');
    const result = uri !== undefined ? Mqttc.Options.new_for_uri(uri) : options ?? new Mqttc.Options();
    const known = GObject.Object.list_properties.call(Mqttc.Options).map(
        pspec => pspec.name.replace(/-/g, '_'));
    for (const [name, value] of Object.entries(rest)) {
        if (!known.includes(name))
            throw new TypeError(`Mqttc.Options has no property ${name}`);
        result[name] = value;
    }
    return result;
}

// new Mqttc.Client({uri: 'mqtt://…', client_id: 'desk'}): the other names are those of Mqttc.Options.
function initFromOptions(Mqttc, cls) {
    const init = cls.prototype._init;
    cls.prototype._init = function (properties = {}) {
        const {uri, options, event_loop, ...rest} = withUnderscores(properties);
        if (!event_loop)
            init.call(this, {options: optionsOf(Mqttc, uri, options, rest)});
        else if (uri !== undefined || options || Object.keys(rest).length > 0)
            throw new TypeError('an event loop has its options already: give them to Mqttc.EventLoop');
        else
            init.call(this, {event_loop});
    };
}

// connection.next() for connection.next(null): what they end with is a cancellable.
const BLOCKING = {
    Connection: ['open', 'close', 'next', 'next_timeout', 'publish', 'subscribe', 'unsubscribe'],
    EventLoop: ['poll', 'poll_timeout'],
    PacketStream: ['read_packet', 'write_packet', 'close'],
};

function addCancellable(proto, name) {
    const original = proto[name];
    replace(proto, name, original.length, function (...args) {
        if (args.length === original.length - 1)
            args.push(null);
        return original.apply(this, args);
    });
}

// The messages that match a filter, from the first one asked for until the loop is left. They are
// pulled: one of QoS 1 or 2 is acknowledged when the next one is asked for, and while `limit` of them
// wait the client reads nothing. The iteration ends when the client is closed.
//
// So do not await a publish of the same client before asking for the next message: when reading is
// paused by `limit`, its acknowledgement is not read either, and both wait for ever.
function addMessages(Mqttc) {
    const {AT_LEAST_ONCE} = Mqttc.Qos;
    Mqttc.Client.prototype.messages = async function* (filter, qos = AT_LEAST_ONCE, limit = 1000) {
        const subscription = new Mqttc.Subscription({filter, qos, pulled: true, max_pending: limit});
        await this.subscribe_async(subscription, null);
        try {
            for (;;)
                yield await subscription.next_async(null);
        } catch (error) {
            if (!(error instanceof GLib.Error) ||
                !error.matches(Mqttc.ClientError, Mqttc.ClientError.CLOSED))
                throw error;
        } finally {
            this.unsubscribe_async(subscription, null).catch(() => {});
        }
    };
}

function wrapClass(cls, defaults) {
    wrapFunctions(cls);
    wrapFunctions(cls.prototype, defaults);
    if (cls.prototype instanceof GObject.Object)
        convertProperties(cls);
    addGetters(cls.prototype);
}

function _init() {
    const Mqttc = this;
    // By position: the quality of service, and whether it is retained.
    const defaults = {publish_text_async: [undefined, undefined, Mqttc.Qos.AT_MOST_ONCE, false]};

    wrapFunctions(Mqttc);
    answer(Mqttc, 'topic_is_valid');
    answer(Mqttc, 'filter_is_valid');
    for (const name of Object.getOwnPropertyNames(Mqttc)) {
        const isClass = typeof Mqttc[name] === 'function' && Mqttc[name].$gtype !== undefined;
        if (isClass && !name.endsWith('Error'))
            wrapClass(Mqttc[name], defaults);
    }

    convertArgument(Mqttc.Message, 'new', 1);
    convertArgument(Mqttc.Message.prototype, 'set_payload', 0);
    convertArgument(Mqttc.Message.prototype, 'set_correlation_data', 0);
    convertArgument(Mqttc.Properties.prototype, 'set_bytes', 1);
    convertArgument(Mqttc.Options.prototype, 'set_password', 0);
    convertArgument(Mqttc.AuthRequest.prototype, 'complete', 0);
    convertArgument(Mqttc.CredentialsRequest.prototype, 'complete', 1);
    initFromOptions(Mqttc, Mqttc.Client);
    initFromOptions(Mqttc, Mqttc.Connection);
    for (const [name, methods] of Object.entries(BLOCKING))
        methods.forEach(method => addCancellable(Mqttc[name].prototype, method));
    addMessages(Mqttc);
    addUserProperties(Mqttc);
    Mqttc.Connection.prototype[Symbol.iterator] = function* () {
        for (let event; (event = this.next()) !== null;)
            yield event;
    };
}
