/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The bug that the instrumented library has: its number in mutations.txt, counted from 1; 0: none. */
extern int mqttc_mutation;
