#!/usr/bin/gjs -m
// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A window that shows the last text of a topic, and publishes what is typed.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk?version=4.0';
import Mqttc from 'gi://Mqttc?version=1';
import system from 'system';

const [SIGINT, SIGTERM] = [2, 15];

const Application = GObject.registerClass(class Application extends Gtk.Application {
    constructor() {
        super({application_id: 'org.mqttc.Window', flags: Gio.ApplicationFlags.NON_UNIQUE});
        const {NONE, STRING, STRING_ARRAY} = GLib.OptionArg;
        this.set_option_context_summary('Shows the last text of a topic.');
        this.add_main_option('print', 0, 0, NONE, 'Print what the window shows', null);
        this.add_main_option('type', 0, 0, STRING, 'Type a text and press the button', 'TEXT');
        this.add_main_option(GLib.OPTION_REMAINING, 0, 0, STRING_ARRAY, '', 'URI TOPIC');
    }

    vfunc_handle_local_options(options) {
        const words = options.lookup_value(GLib.OPTION_REMAINING, null)?.deepUnpack() ?? [];
        if (words.length !== 2) {
            printerr('Give a URI such as mqtt://localhost and a topic; see --help');
            return 1;
        }
        this._prints = options.contains('print');
        this._typed = options.lookup_value('type', null)?.deepUnpack();
        this._topic = words[1];
        try {
            this._client = Mqttc.Client.new_for_uri(words[0]);
        } catch (error) {
            printerr(error.message);
            return 1;
        }
        return -1;
    }

    vfunc_activate() {
        this._makeWindow();
        for (const number of [SIGINT, SIGTERM])
            GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, () => this._window.close());

        // The client tries again by itself, if that makes sense.
        this._client.connect('connected', () => this._show('status', 'Connected'));
        this._client.connect('disconnected', (client, error) =>
            this._show('status', error?.message ?? 'Closed'));
        this._subscribe().catch(error => this._show('status', error.message));
        this._window.present();
    }

    _makeWindow() {
        this._labels = {
            status: new Gtk.Label({label: 'Connecting', css_classes: ['subtitle']}),
            value: new Gtk.Label({label: '—', css_classes: ['title-1'], vexpand: true}),
        };
        const titles = new Gtk.Box({orientation: Gtk.Orientation.VERTICAL, valign: Gtk.Align.CENTER});
        titles.append(new Gtk.Label({label: this._topic, css_classes: ['title']}));
        titles.append(this._labels.status);

        this._entry = new Gtk.Entry({hexpand: true});
        this._entry.connect('activate', () => this._publish());
        this._button = new Gtk.Button({label: 'Publish'});
        this._button.connect('clicked', () => this._publish());
        const row = new Gtk.Box({spacing: 6});
        row.append(this._entry);
        row.append(this._button);
        const content = new Gtk.Box({orientation: Gtk.Orientation.VERTICAL, spacing: 12});
        content.append(this._labels.value);
        content.append(row);

        this._window = new Gtk.ApplicationWindow({
            application: this, child: content, titlebar: new Gtk.HeaderBar({title_widget: titles}),
        });
        this._window.connect('close-request', () => {
            // Out of sight at once, but alive until the client has finished what was published.
            this._window.set_visible(false);
            this._client.close_async(null).finally(() => this._window.destroy());
            return true;
        });
    }

    _show(name, text) {
        this._labels[name].label = text;
        if (this._prints)
            print(`${name}: ${text}`);
    }

    async _subscribe() {
        this._client.open_async(null).catch(() => {}); // the signal has said so
        const subscription = Mqttc.Subscription.new(this._topic, Mqttc.Qos.AT_LEAST_ONCE);
        subscription.connect('message', (_, message) =>
            this._show('value', message.get_text() ?? '(not text)'));
        await this._client.subscribe_async(subscription, null);
        if (this._typed !== undefined) {
            this._entry.text = this._typed;
            this._button.emit('clicked');
        }
    }

    _publish() {
        this._client.publish_text_async(this._topic, this._entry.text, Mqttc.Qos.AT_LEAST_ONCE, true, null)
            .catch(error => this._show('status', error.message));
    }
});

system.exit(new Application().run([system.programInvocationName, ...ARGV]));
