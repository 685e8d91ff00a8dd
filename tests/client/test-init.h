/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* g_test_init() for tests on sockets: no proxy, one locale, and alarm() ends a test that hangs. */
void test_init (int *argc,
                char ***argv);
