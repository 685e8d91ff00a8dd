#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What bindings see: all of it documented, with Since, and as the golden lists have it (rule 6).

gir.py GIR SHARED-LIBRARY
"""

import sys
import xml.etree.ElementTree as xml

from checking import bites, clean, difference, finish, golden, note
from symbols import exports

GI = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"
TYPES = {"alias", "bitfield", "callback", "class", "enumeration", "interface", "record", "union"}
CALLABLES = {"callback", "constructor", "function", "method", "signal", "virtual-method"}
SYMBOLS = TYPES | CALLABLES | {"constant", "field", "member", "property"}
# Those that came with the type they are in have no Since of their own.
INNER = {"field", "member"}


def kind_of(element):
    return element.tag.removeprefix(GI).removeprefix(GLIB)


def walk(element, path=()):
    """All symbols, with their names from the namespace down; what is in the structure of a class or of an
    interface is there as virtual functions, too."""
    for child in element:
        kind = kind_of(child)
        if kind in SYMBOLS and child.get("name") or kind in TYPES:
            here = (*path, child.get("name") or child.get(GLIB + "name"))
            yield kind, ".".join(here), child
            if child.get(GLIB + "is-gtype-struct-for") is None:
                yield from walk(child, here)


def is_hidden(kind, element):
    """The members of an opaque struct; the quark of an error domain, which is a macro to users."""
    return (kind == "field"
            or element.get(C + "identifier", "").endswith("_quark")
            or element.get(GLIB + "is-gtype-struct-for") is not None)


def has_doc(element):
    return element.find(GI + "doc") is not None


def doc_complaints(root):
    complaints = []
    for kind, name, element in walk(root.find(GI + "namespace")):
        if is_hidden(kind, element):
            continue
        if not has_doc(element):
            complaints.append(f"{kind} {name}: not documented")
        if kind not in INNER and element.get("version") is None:
            complaints.append(f"{kind} {name}: no Since")
        if kind in CALLABLES:
            complaints.extend(argument_complaints(kind, name, element))
    return complaints


def argument_complaints(kind, name, element):
    complaints = []
    for parameter in element.iterfind(f"{GI}parameters/{GI}parameter"):
        if not has_doc(parameter):
            complaints.append(f"{kind} {name}: parameter {parameter.get('name')} not documented")
    value = element.find(GI + "return-value")
    if value is not None and not has_doc(value):
        inner = value.find(GI + "type")
        if inner is None or inner.get("name") != "none":
            complaints.append(f"{kind} {name}: return value not documented")
    return complaints


def type_text(element):
    array = element.find(GI + "array")
    if array is not None:
        return type_text(array) + "[]"
    inner = element.find(GI + "type")
    return "..." if inner is None else inner.get("name", inner.get(C + "type"))


def value_text(element):
    words = [type_text(element)]
    if element.get("direction") in {"out", "inout"}:
        words.insert(0, element.get("direction"))
    if element.get("nullable") == "1":
        words.append("or null")
    if element.get("transfer-ownership") not in {None, "none"}:
        words.append(element.get("transfer-ownership"))
    return " ".join(words)


def symbol_text(kind, name, element):
    words = [kind, name]
    if kind in CALLABLES:
        parameters = element.iterfind(f"{GI}parameters/{GI}parameter")
        words.append("(" + ", ".join(f"{item.get('name')}: {value_text(item)}"
                                     for item in parameters) + ")")
        value = element.find(GI + "return-value")
        if value is not None and type_text(value) != "none":
            words.append("-> " + value_text(value))
        if element.get("throws") == "1":
            words.append("throws")
    if kind == "property":
        words.append(value_text(element))
        words += [flag for flag in ("readable", "writable", "construct", "construct-only")
                  if element.get(flag, "1" if flag == "readable" else "0") == "1"]
        if element.get("default-value") is not None:
            words.append("= " + element.get("default-value"))
    if kind == "constant" and not name.endswith("_VERSION"):
        words.append("= " + element.get("value"))
    if element.get("introspectable") == "0":
        words.append("not for bindings")
    if element.get("version"):
        words.append("since " + element.get("version"))
    return " ".join(words)


def api_lines(root):
    """The interface, a line a symbol: no documentation, no places in files."""
    return sorted({symbol_text(kind, name, element)
                   for kind, name, element in walk(root.find(GI + "namespace"))
                   if kind != "member" and not is_hidden(kind, element)})


def enum_lines(root):
    return [f"{element.get(C + 'identifier')} = {element.get('value')}"
            for element in root.iter(GI + "member")]


def since_complaints(root, symbols):
    """Every export is in the GIR, with the version it came in."""
    known = {}
    for element in root.iter():
        known[element.get(C + "identifier")] = element.get("version")
        if element.get(GLIB + "get-type"):
            known[element.get(GLIB + "get-type")] = element.get("version")
    complaints = []
    for name in symbols:
        if name not in known:
            complaints.append(f"{name} is exported, but not in the GIR")
        elif known[name] is None and not name.endswith("_quark"):
            complaints.append(f"{name} has no Since")
    return complaints


BAD = """<repository xmlns="http://www.gtk.org/introspection/core/1.0"
    xmlns:c="http://www.gtk.org/introspection/c/1.0"
    xmlns:glib="http://www.gtk.org/introspection/glib/1.0"><namespace name="Bad">
  <function name="f" c:identifier="bad_f"><return-value><type name="gint"/></return-value>
    <parameters><parameter name="p"><type name="gint"/></parameter></parameters></function>
  <enumeration name="E" version="0.1"><doc>An E.</doc>
    <member name="a" value="0" c:identifier="BAD_E_A"/></enumeration>
</namespace></repository>"""


def main(gir, library):
    root = xml.parse(gir).getroot()
    bad = xml.fromstring(BAD)
    lines = api_lines(root)
    note(f"{len(lines)} symbols")

    clean("everything public is documented, with Since", doc_complaints(root))
    found = doc_complaints(bad)
    for words in ("function f: not documented", "function f: no Since", "parameter p",
                  "return value", "member E.a: not documented"):
        bites(words, [line for line in found if words in line])
    clean("every export has Since", since_complaints(root, exports(library)))
    bites("an export without", since_complaints(bad, ["bad_f"]))
    bites("an export that bindings do not see", since_complaints(bad, ["bad_g"]))
    clean("the values of enumerations are those of enums.txt",
          golden("tests/checks/enums.txt", enum_lines(root)))
    bites("another value", difference(["BAD_E_A = 1"], enum_lines(bad)))
    clean("the interface is that of interface.txt",
          golden("tests/checks/interface.txt", lines))
    bites("another parameter", difference(["function f () -> gint"], api_lines(bad)))
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
