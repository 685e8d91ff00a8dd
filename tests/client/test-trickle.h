/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "transport/mqttc-transport-private.h"

G_BEGIN_DECLS

/* Dials as usual, but the transport reads and writes a single byte at a time, and would block every
 * other time. */
extern const MqttcDialer test_trickle_dialer;

G_END_DECLS
