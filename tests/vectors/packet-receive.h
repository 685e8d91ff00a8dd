/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "mqttc-enums.h"

/* What becomes of the bytes of one packet, or of the first of them: "ok", "longer" (it is good, but has a
 * shorter form), "malformed", "protocol", or NULL if more are needed. */
typedef const char *(*PacketReceiver) (MqttcProtocol protocol,
                                       const GByteArray *bytes);

/* As the engine does: the header first, which may show already that there is nothing to wait for. */
const char *packet_receive_frame (MqttcProtocol protocol,
                                  const GByteArray *bytes);

/* As a program does; what is read is written again. */
const char *packet_receive_packet (MqttcProtocol protocol,
                                   const GByteArray *bytes);

/* What is known by the time it is known, or NULL if more is needed to the end. @first bytes come in one
 * piece, and then @step at a time; @len of all of them come. */
const char *packet_receive (PacketReceiver receiver,
                            MqttcProtocol protocol,
                            const GByteArray *bytes,
                            gsize first,
                            gsize step,
                            gsize len);
