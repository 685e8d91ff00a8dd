#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What has hurt users of other libraries in Python, JavaScript and Vala: not in this interface.

test_traps.py GIR [VAPI]

Each rule is tried on the GIR of the library, where it must find nothing, and on a bad one, where it
must find something. What is bad only at run time is tried in test_overrides.py and overrides.js.
"""

import glob
import os
import re
import sys
import unittest
import xml.etree.ElementTree as xml

import tap

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GIR, *VAPI = sys.argv[1:]

CORE = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"
CALLABLES = [CORE + kind for kind in ("function", "method", "constructor", "virtual-method", "callback")]
SIGNAL = GLIB + "signal"

# Methods of GObject in Python or JavaScript, or what they use for themselves.
TAKEN = {"connect", "disconnect", "emit", "notify", "ref", "unref", "ref_sink", "block", "unblock",
         "get_property", "set_property", "bind_property", "get_data", "set_data", "steal_data",
         "chain", "props", "weak_ref", "freeze_notify", "thaw_notify", "run_dispose",
         "connect_after", "connect_data", "stop_emission", "constructor", "toString", "copy"}

BAD = """<repository xmlns="http://www.gtk.org/introspection/core/1.0"
    xmlns:c="http://www.gtk.org/introspection/c/1.0"
    xmlns:glib="http://www.gtk.org/introspection/glib/1.0">
  <c:include name="bad-1.0.h"/>
  <namespace name="Bad">
  <record name="Item" glib:get-type="bad_item_get_type">
    <field name="size" writable="1"><type name="gint"/></field></record>
  <union name="Either"/>
  <enumeration name="OpenFlags" c:type="BadOpenFlags">
    <member name="one" value="1" c:identifier="BAD_ONE"/>
    <member name="3_1_1" value="2" c:identifier="BAD_3_1_1"/></enumeration>
  <bitfield name="Kinds" c:type="BadKinds">
    <member name="some" value="5" c:identifier="BAD_SOME"/></bitfield>
  <class name="Client" glib:get-type="bad_client_get_type">
    <method name="connect" c:identifier="bad_client_connect"/>
    <method name="handler_block" c:identifier="bad_client_handler_block"/>
    <method name="get_items" c:identifier="bad_client_get_items">
      <return-value><type name="GLib.List"/></return-value></method>
    <method name="add_items" c:identifier="bad_client_add_items"><parameters>
      <parameter name="items"><array><type name="Item"/></array></parameter>
      </parameters></method>
    <method name="log" c:identifier="bad_client_log" introspectable="0"><parameters>
      <parameter name="..."><varargs/></parameter></parameters></method>
    <method name="get_two" c:identifier="bad_client_get_two"><parameters>
      <parameter name="a" direction="out"><type name="gint"/></parameter>
      <parameter name="b" direction="out"><type name="gint"/></parameter></parameters></method>
    <method name="load_async" c:identifier="bad_client_load_async"><parameters>
      <parameter name="callback" scope="async"><type name="Gio.AsyncReadyCallback"/></parameter>
      </parameters></method>
    <method name="each" c:identifier="bad_client_each"><parameters>
      <parameter name="callback"><type name="Func"/></parameter></parameters></method>
    <virtual-method name="load_async" invoker="load_async"><parameters>
      <parameter name="callback"><type name="Gio.AsyncReadyCallback"/></parameter></parameters>
    </virtual-method>
    <property name="connected"><type name="gboolean"/></property>
    <glib:signal name="connected"/>
    <glib:signal name="message" detailed="1"><parameters>
      <parameter name="data"><array><type name="guint8"/></array></parameter>
      <parameter name="length"><type name="guint"/></parameter></parameters></glib:signal>
  </class>
  <callback name="Func"/>
  </namespace></repository>"""


def callables(root):
    """Those that languages see: name, element."""
    for owner in root.iter():
        for element in owner:
            if element.tag in CALLABLES and element.get("introspectable") != "0":
                yield f"{owner.get('name')}.{element.get('name')}", element


def signals(root):
    for owner in root.iter():
        for element in owner.iterfind(SIGNAL):
            yield f"{owner.get('name')}::{element.get('name')}", element


def parameters(element):
    return element.findall(f"{CORE}parameters/{CORE}parameter")


def types_in(element):
    """Of the parameters and of what is returned, not of what is inside a callback."""
    return [inner.get("name", "") for inner in element.iter(CORE + "type")]


def boxed_names(root):
    return {record.get("name") for record in root.iter(CORE + "record") if record.get(GLIB + "get-type")}


# --- The rules.


def taken_names(root):
    return [f"{owner.get('name')}.{method.get('name')}"
            for kind in ("class", "interface") for owner in root.iter(CORE + kind)
            for method in owner.iterfind(CORE + "method")
            if method.get("name") in TAKEN or method.get("name").startswith("handler_")]


def names_used_twice(root):
    """Vala drops a signal that has the name of a property, and of a method."""
    complaints = []
    for owner in root.iter(CORE + "class"):
        names = [child.get("name").replace("-", "_") for tag in (CORE + "property", SIGNAL, CORE + "method")
                 for child in owner.iterfind(tag)]
        complaints += [f"{owner.get('name')}.{name}" for name in set(names) if names.count(name) > 1]
    return complaints


def lengths_in_signals(root):
    """(data, length): GJS aborts."""
    return [name for name, element in signals(root) if element.find(f".//{CORE}array") is not None
            or "gpointer" in types_in(element)]


def detailed_signals(root):
    """The detail would be a topic from the network, and a GQuark is for ever."""
    return [name for name, element in signals(root) if element.get("detailed") == "1"]


def numbers_as_flags(root):
    """Flags that are an enumeration cannot be combined; those that are no 1 << n mean several."""
    complaints = [f"{element.get('name')} is an enumeration" for element in root.iter(CORE + "enumeration")
                  if element.get("name").endswith("Flags")]
    for element in root.iter(CORE + "bitfield"):
        complaints += [f"{element.get('name')}.{member.get('name')}"
                       for member in element.iter(CORE + "member")
                       if bin(int(member.get("value"))).count("1") > 1]
        if element.get(GLIB + "get-type") is None:
            complaints.append(f"{element.get('name')} has no GType")
    return complaints


def members_that_begin_with_digits(root):
    return [member.get(C + "identifier") for member in root.iter(CORE + "member")
            if member.get("name")[0].isdigit()]


def varargs(root):
    """They are for C alone, so a twin must be there for the others."""
    names = {element.get(C + "identifier") for _, element in callables(root)}
    complaints = []
    for element in root.iter():
        name = element.get(C + "identifier")
        if element.tag in CALLABLES and element.find(f".//{CORE}varargs") is not None:
            if not {name + suffix for suffix in ("_literal", "v", "_valist", "_with_properties")} & names:
                complaints.append(name)
    return complaints


def lists(root):
    return [name for name, element in [*callables(root), *signals(root)]
            if {"GLib.List", "GLib.SList", "GLib.HashTable"} & set(types_in(element))]


def arrays_of_boxed(root):
    boxed = boxed_names(root)
    return [name for name, element in callables(root) for array in element.iter(CORE + "array")
            if boxed & set(types_in(array))]


def fields(root):
    """Scripts cannot set them. That of a class structure is the parent's."""
    complaints = [f"union {element.get('name')}" for element in root.iter(CORE + "union")]
    for kind in ("record", "class"):
        for owner in root.iter(CORE + kind):
            if owner.get(GLIB + "is-gtype-struct-for") is None:
                complaints += [f"{owner.get('name')}.{field.get('name')}"
                               for field in owner.iterfind(CORE + "field")]
    return complaints


def async_vfuncs(root):
    """Neither PyGObject nor GJS can implement one."""
    return [element.get("name") for element in root.iter(CORE + "virtual-method")
            if "Gio.AsyncReadyCallback" in types_in(element)]


def async_calls(root):
    """Each has a finish function, and a cancellable before the callback."""
    names = {name for name, _ in callables(root)}
    complaints = []
    for name, element in callables(root):
        if not name.endswith("_async") or element.tag == CORE + "virtual-method":
            continue
        if name.removesuffix("async") + "finish" not in names:
            complaints.append(f"{name}: no finish function")
        kinds = [inner.get("name") for parameter in parameters(element)
                 for inner in parameter.iterfind(CORE + "type")]
        if kinds[-3:-1] != ["Gio.Cancellable", "Gio.AsyncReadyCallback"]:
            complaints.append(f"{name}: {kinds}")
    return complaints


def callbacks_without_scope(root):
    functions = {element.get("name") for element in root.iter(CORE + "callback")} | {"Gio.AsyncReadyCallback"}
    return [f"{name} ({parameter.get('name')})" for name, element in callables(root)
            for parameter in parameters(element) for inner in parameter.iterfind(CORE + "type")
            if inner.get("name") in functions and parameter.get("scope") is None]


def many_results(root):
    """The length of an array is none."""
    complaints = []
    for name, element in callables(root):
        lengths = {int(array.get("length")) for array in element.iter(CORE + "array") if array.get("length")}
        results = [parameter for number, parameter in enumerate(parameters(element))
                   if parameter.get("direction") == "out" and number not in lengths]
        if len(results) > 1:
            complaints.append(name)
    return complaints


def header(root):
    names = [element.get("name") for element in root.iter(C + "include")]
    return [] if names == ["mqttc-glib.h"] else names


RULES = [
    taken_names, names_used_twice, lengths_in_signals, detailed_signals, numbers_as_flags,
    members_that_begin_with_digits, varargs, lists, arrays_of_boxed, fields, async_vfuncs, async_calls,
    callbacks_without_scope, many_results, header,
]


class TrapsTest(unittest.TestCase):
    def setUp(self):
        self.root = xml.parse(GIR).getroot()

    def test_no_static_scope(self):
        """GJS would read what was freed."""
        paths = glob.glob(os.path.join(TOP, "mqttc-glib", "**", "*.[ch]"), recursive=True)
        self.assertGreater(len(paths), 50)
        for path in paths:
            with open(path, encoding="utf-8") as file:
                self.assertNotIn("STATIC_SCOPE", file.read(), path)

    def test_there_is_something_to_look_at(self):
        """Or the rules would find nothing in nothing."""
        self.assertIn("Client.open_async", [name for name, _ in callables(self.root)])
        self.assertIn("Client::message", [name for name, _ in signals(self.root)])
        self.assertIn("Message", boxed_names(self.root))


def add_rule(rule):
    bad = xml.fromstring(BAD)

    def test_keeps(self):
        self.assertEqual(rule(self.root), [])

    def test_bites(self):
        self.assertNotEqual(rule(bad), [])

    setattr(TrapsTest, "test_" + rule.__name__, test_keeps)
    setattr(TrapsTest, f"test_{rule.__name__}_bites", test_bites)


for one in RULES:
    add_rule(one)


class VapiTest(unittest.TestCase):
    """What Vala sees, if it was built."""

    def setUp(self):
        with open(VAPI[0], encoding="utf-8") as file:
            self.text = file.read()

    def body_of(self, name):
        return re.search(rf"^\tpublic (?:sealed )?class {name}\b.*?^\t}}", self.text, re.M | re.S)[0]

    def test_boxed_types_have_properties(self):
        for name in boxed_names(xml.parse(GIR).getroot()):
            body = self.body_of(name)
            for getter in re.findall(r"\bget_(\w+) \(\)", body):
                with self.subTest(type=name, property=getter):
                    self.assertRegex(body, rf"\b{getter} {{ get; ")

    def test_settable(self):
        for name in "payload", "qos", "retain", "text", "topic":
            self.assertIn(f"{name} {{ get; set; }}", self.body_of("Message"))

    def test_signals_are_there(self):
        self.assertIn("signal void message (Mqttc.Message message)", self.body_of("Client"))
        self.assertIn("signal void message (Mqttc.Message message)", self.body_of("Subscription"))

    def test_nullable(self):
        """A GIR does not say so of a property, but it does of its getter."""
        for owner in xml.parse(GIR).getroot().iter(CORE + "class"):
            body = self.body_of(owner.get("name"))
            getters = {method.get("name"): method.find(CORE + "return-value").get("nullable") == "1"
                       for method in owner.iterfind(CORE + "method")}
            for prop in owner.iterfind(CORE + "property"):
                if getters.get(prop.get("getter")):
                    name = prop.get("name").replace("-", "_")
                    with self.subTest(type=owner.get("name"), property=name):
                        self.assertRegex(body, rf"\? {name} {{")

    def test_header(self):
        self.assertEqual(set(re.findall(r'cheader_filename = "([^"]*)"', self.text)), {"mqttc-glib.h"})


if not VAPI:
    del VapiTest

if __name__ == "__main__":
    tap.main()
