/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A connection that reads more from its socket than it is asked for, if it is read without blocking, and
 * keeps it until it is asked again. It is meant to lie under TLS, which asks for five bytes and then for
 * the rest of a record; many servers make a record of each packet. It has a buffer only while there are
 * bytes in it. What is written goes to the socket at once, so that progress is what the socket took.
 *
 * It is a GSocketConnection because GIO resumes sessions for nothing else. */
#define MQTTC_TYPE_READ_AHEAD (mqttc_read_ahead_get_type ())

G_DECLARE_FINAL_TYPE (MqttcReadAhead, mqttc_read_ahead, MQTTC, READ_AHEAD, GSocketConnection)

/* On the socket of @connection, of which nothing must be read in another way from now on. */
GIOStream *mqttc_read_ahead_new (GSocketConnection *connection);

G_END_DECLS
