/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-reasons-private.h"

typedef struct
{
  const guint8 *codes;
  gsize n_codes;
} Codes;

#define CODES(...)                                                          \
 {                                                                          \
  (const guint8[]){ __VA_ARGS__ }, sizeof ((const guint8[]){ __VA_ARGS__ }) \
 }

/* Section 2.4 of MQTT 5, table 2-6. */
static const Codes legal[16] = {
  [MQTTC_PACKET_TYPE_CONNACK] = CODES (0x00,
                                       0x80,
                                       0x81,
                                       0x82,
                                       0x83,
                                       0x84,
                                       0x85,
                                       0x86,
                                       0x87,
                                       0x88,
                                       0x89,
                                       0x8a,
                                       0x8c,
                                       0x90,
                                       0x95,
                                       0x97,
                                       0x99,
                                       0x9a,
                                       0x9b,
                                       0x9c,
                                       0x9d,
                                       0x9f),
  [MQTTC_PACKET_TYPE_PUBACK] = CODES (0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99),
  [MQTTC_PACKET_TYPE_PUBREC] = CODES (0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99),
  [MQTTC_PACKET_TYPE_PUBREL] = CODES (0x00, 0x92),
  [MQTTC_PACKET_TYPE_PUBCOMP] = CODES (0x00, 0x92),
  [MQTTC_PACKET_TYPE_SUBACK]
  = CODES (0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2),
  [MQTTC_PACKET_TYPE_UNSUBACK] = CODES (0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91),
  [MQTTC_PACKET_TYPE_DISCONNECT] = CODES (0x00,
                                          0x04,
                                          0x80,
                                          0x81,
                                          0x82,
                                          0x83,
                                          0x87,
                                          0x89,
                                          0x8b,
                                          0x8c,
                                          0x8d,
                                          0x8e,
                                          0x8f,
                                          0x90,
                                          0x93,
                                          0x94,
                                          0x95,
                                          0x96,
                                          0x97,
                                          0x98,
                                          0x99,
                                          0x9a,
                                          0x9b,
                                          0x9c,
                                          0x9d,
                                          0x9e,
                                          0x9f,
                                          0xa0,
                                          0xa1,
                                          0xa2),
  [MQTTC_PACKET_TYPE_AUTH] = CODES (0x00, 0x18, 0x19),
};

gboolean
mqttc_reason_is_legal (guint type,
                       guint8 code)
{
  const Codes *codes = &legal[type];

  return codes->n_codes > 0 && memchr (codes->codes, code, codes->n_codes) != NULL;
}

gboolean
mqttc_reason_is_for_client (guint8 code)
{
  static const guint8 codes[] = { 0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x8c, 0x90,
                                  0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99 };

  return memchr (codes, code, sizeof codes) != NULL;
}

gboolean
mqttc_reasons_are_legal (MqttcProtocol protocol,
                         guint type,
                         MqttcSlice codes)
{
  /* Section 3.9.3 of 3.1.1. */
  static const guint8 old[] = { 0x00, 0x01, 0x02, 0x80 };

  for (gsize i = 0; i < codes.len; i++)
    if (protocol == MQTTC_PROTOCOL_V5 ? !mqttc_reason_is_legal (type, codes.data[i])
                                      : memchr (old, codes.data[i], sizeof old) == NULL)
      return FALSE;

  return TRUE;
}
