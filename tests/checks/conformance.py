#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What tests cite of the standard: it is there, a test proves it, and docs/conformance.md says so."""

import os
import sys

from checking import TOP, bites, clean, finish, golden

sys.path.insert(0, os.path.join(TOP, "tests", "conformance"))
import marks as tests  # noqa: E402

EXAMPLE = """
/* [MQTT-2.3.1-1] */
static const char *const names[] = { "a" }; /* [MQTT5-2.2.1-3] */

static void
test_names (void)
{
  use (names);
}

int
main (void)
{
  g_test_add_func ("/names", test_names);
}
"""
LOST = """
/* [MQTT-2.3.1-1] */
static void
test_lost (void)
{
}

int
main (void)
{
  g_test_run ();
}
"""
REGISTERED = """
/* [MQTT-2.3.1-1] [MQTT5-2.2.1-3] */
static void
test_both (void)
{
}

/* [MQTT5-2.2.1-3] */
static void
test_row (void)
{
}

/* [MQTT5-2.2.1-3] */
static void
test_of_table (void)
{
}

static void (*const table[]) (void) = { test_of_table };

int
main (void)
{
  static const Row rows[] = { { "/row", test_row } };
  g_autofree char *path = g_strconcat ("/table/", names[0], NULL);

  engine_test_both ("/both", test_both);
  g_test_add_func (rows[0].path, rows[0].func);
  g_test_add_func (path, table[0]);
}
"""
STATEMENTS = [tests.Statement("3.1.1", "[MQTT-2.3.1-1]", "both", ""),
              tests.Statement("5", "[MQTT-2.2.1-3]", "client", "")]


def complaints(text, path="tests/unit/test-a.c", excuses=(), others=()):
    marks, cited = tests.collect({path: text})
    return tests.complaints(STATEMENTS, dict(excuses), set(others), marks, cited)


def found_complaints(text, *expected):
    marks, _ = tests.collect({"tests/unit/test-a.c": text})
    return {(mark.version, mark.case) for mark in marks} ^ set(expected)


def main():
    statements, excuses = tests.read_statements(), tests.read_excuses()
    marks, cited = tests.collect(tests.read_files())
    clean("citations are of statements, and belong to tests",
          tests.complaints(statements, excuses, tests.read_others(), marks, cited))
    clean("a citation is found where it stands",
          found_complaints(EXAMPLE, ("3.1.1", "/names"), ("5", "/names")))
    clean("a test of both versions, a row, a table of functions",
          found_complaints(REGISTERED, ("3.1.1", "/both"), ("5", "/both/mqtt-5"), ("5", "/row"),
                           ("5", "/table/*")))
    clean("an example", complaints(EXAMPLE))
    bites("no such statement", complaints(EXAMPLE.replace("2.3.1-1", "2.3.1-99")))
    bites("a statement of the other version", complaints(EXAMPLE, "tests/unit/test-a-5.c"))
    bites("above no test", complaints(LOST))
    bites("an excuse though there is a test",
          complaints(EXAMPLE, excuses={("3.1.1", "[MQTT-2.3.1-1]"): "none"}))
    bites("an excuse of nothing", complaints("", excuses={("5", "[MQTT-2.3.1-1]"): "none"}))
    bites("for servers, and for clients", complaints("", others={("5", "[MQTT-2.2.1-3]")}))
    page = tests.table(statements, excuses, marks)
    clean("docs/conformance.md is made of them", golden("docs/conformance.md", page.splitlines()))
    finish()


if __name__ == "__main__":
    main()
