#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rules 1 to 3 of the layers, as far as the source shows them.

layers.py GIO-GIR
"""

import re
import sys
import xml.etree.ElementTree as xml

from checking import LIBRARY, bites, clean, code, finish, sources

LEVELS = {"codec": 0, "values": 1, "session": 2, "store": 3, "transport": 3, "loop": 4,
          "client": 5, "helpers": 6, "tool": 7, "bindings": 7}
INCLUDE = re.compile(r'^ *# *include *([<"])([^>"]+)[>"]', re.MULTILINE)
ATTACHES = re.compile(
    r"\b(g_source_attach|g_source_set_static_name_and_attach|g_main_context_invoke\w*"
    r"|g_(?:idle|timeout|child_watch|unix_fd|unix_signal)_add\w*|g_io_add_watch\w*)\s*\(")
STATE = re.compile(r"->\s*state\s*=(?!=)")
FUNCTION = re.compile(r"^([a-z_]\w*) \(.*?^\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)


def layer_of(path):
    folder = path.split("/")[1] if path.count("/") > 1 else None
    return folder


def include_complaints(path, text):
    """Own layer, lower layers and root headers only; the umbrella alone sees all."""
    layer = layer_of(path)
    if path.endswith("/mqttc-glib.h"):
        return []
    complaints = []
    for bracket, name in INCLUDE.findall(text):
        if bracket == "<":
            continue
        if "/" not in name:
            if layer and not name.startswith(("mqttc-", "config.h")):
                complaints.append(f"{path}: {name} is not a root header")
            continue
        other = name.split("/")[0]
        if other not in LEVELS:
            complaints.append(f"{path}: {name} is in no layer")
        elif layer is None:
            complaints.append(f"{path}: a root file includes {name} of a layer")
        elif other != layer and LEVELS[other] >= LEVELS[layer]:
            complaints.append(f"{path}: {layer}/ may not include {name}")
    return complaints


def folder_complaints(paths):
    return [f"{path}: not in a layer" for path in paths
            if layer_of(path) is not None and layer_of(path) not in LEVELS]


GIR = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"


def gio_names(path):
    """Every type, function and constant that GIO exports."""
    names = set()
    for element in xml.parse(path).iter():
        kind = element.tag.removeprefix(GIR)
        if kind not in {"type", "array", "field", "parameter"}:
            names.update(filter(None, (element.get(C + "identifier"), element.get(C + "type"))))
    return names


def gio_complaints(path, text, names):
    found = {word for word in re.findall(r"\w+", code(text)) if word in names}
    found.update(name for bracket, name in INCLUDE.findall(text)
                 if bracket == "<" and name.startswith(("gio", "glib-unix")))
    return [f"{path}: names {name}" for name in sorted(found)]


def attach_complaints(path, text):
    """Sources are attached in loop/ only, and there by one helper."""
    calls = ATTACHES.findall(code(text))
    if layer_of(path) == "loop":
        calls = [call for call in calls if call != "g_source_attach"]
    return [f"{path}: calls {call}" for call in calls]


def attach_count(texts):
    return sum(ATTACHES.findall(code(text)).count("g_source_attach")
               for path, text in texts.items() if layer_of(path) == "loop")


def state_writers(texts):
    return sorted({f"{path}: {name}" for path, text in texts.items()
                   for name, body in FUNCTION.findall(code(text)) if STATE.search(body)})


def main(gir):
    texts = sources(LIBRARY + "/")
    low = {path: text for path, text in texts.items()
           if layer_of(path) in {None, "codec", "values", "session"}
           and not path.endswith("/mqttc-glib.h")}
    session = {path: text for path, text in texts.items() if layer_of(path) == "session"}
    names = gio_names(gir) | {"G_IO_ERROR"}

    clean("every folder is a layer", folder_complaints(texts))
    bites("an unknown folder", folder_complaints(["mqttc-glib/misc/a.c"]))

    clean("includes go down",
          [line for path, text in texts.items() for line in include_complaints(path, text)])
    bites("codec/ includes session/", include_complaints(
        "mqttc-glib/codec/a.c", '#include "session/mqttc-engine-private.h"\n'))
    bites("store/ includes transport/", include_complaints(
        "mqttc-glib/store/a.c", '#include "transport/mqttc-transport-private.h"\n'))
    bites("a root header includes a layer", include_complaints(
        "mqttc-glib/mqttc-a.h", '# include "codec/mqttc-topic.h"\n'))
    bites("an include without its layer", include_complaints(
        "mqttc-glib/session/a.c", '#include "outbox-private.h"\n'))

    clean("codec/, values/ and session/ do not name GIO",
          [line for path, text in low.items() for line in gio_complaints(path, text, names)])
    bites("session/ names a function of GIO", gio_complaints(
        "mqttc-glib/session/a.c", "x = g_cancellable_new ();", names))
    bites("session/ names an error of GIO", gio_complaints(
        "mqttc-glib/session/a.c", "x = G_IO_ERROR_CANCELLED;", names))
    bites("session/ includes GIO", gio_complaints(
        "mqttc-glib/session/a.c", "#include <gio/gio.h>\n", names))

    clean("only loop/ attaches sources",
          [line for path, text in texts.items() for line in attach_complaints(path, text)])
    bites("client/ adds an idle source", attach_complaints(
        "mqttc-glib/client/a.c", "g_idle_add (run_cb, self);"))
    bites("transport/ attaches a source", attach_complaints(
        "mqttc-glib/transport/a.c", "g_source_attach (source, context);"))
    count = attach_count(texts)
    clean("one helper attaches them", [] if count == 1 else [f"{count} calls of g_source_attach"])
    bites("two helpers", [] if attach_count(
        {"mqttc-glib/loop/a.c": "g_source_attach (a, b); g_source_attach (c, b);"}) == 1 else ["2"])

    writers = state_writers(session)
    clean("one function writes the connection state", writers if len(writers) != 1 else [])
    two = "static void\na_b (A *a)\n{\n  a->state = 1;\n}\n\nvoid\nb_c (A *a)\n{\n  a->state = 2;\n}\n"
    bites("two functions write it", state_writers({"mqttc-glib/session/a.c": two})[1:])
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
