/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The table of the faults: each row is a comment line of TAP,
 * "row 24 | no CONNACK | bound: at most 30 s | measured: 30 s | ok". */

/* Asserts that @measured is at most, or is, what is wanted, and prints the row. Counts, bytes and
 * virtual time only: real time proves nothing on a busy machine. */
void fault_row_at_most (guint number,
                        const char *fault,
                        const char *unit,
                        gint64 bound,
                        gint64 measured);
void fault_row_exactly (guint number,
                        const char *fault,
                        const char *unit,
                        gint64 wanted,
                        gint64 measured);

/* Milliseconds of real time since @start, to be printed and nothing else. */
gint64 fault_count_msec (gint64 start);

/* Prints a row that the test has asserted in its own words. */
void
fault_row (guint number, const char *fault, const char *bound, const char *measured_format, ...)
    G_GNUC_PRINTF (4, 5);

G_END_DECLS
