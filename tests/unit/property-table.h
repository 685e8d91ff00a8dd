/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <string.h>

#include "codec/mqttc-property-private.h"

G_BEGIN_DECLS

#define N_PLACES 16u

/* Section 2.2.2.2, table 2-4. A letter for each place where the property may be: the will, CONNECT, connack,
 * PUBLISH, puback, pubrec, pubrel, pubcomp, SUBSCRIBE, suback, UNSUBSCRIBE, unsuback, two for pings, DISCONNECT
 * and AUTH. */
static const struct
{
  guint id;
  const char *name;
  MqttcPropertyKind kind;
  const char *places;
} property_table[] = {
  { 1, "Payload Format Indicator", MQTTC_PROPERTY_KIND_BYTE, "W..P............" },
  { 2, "Message Expiry Interval", MQTTC_PROPERTY_KIND_U32, "W..P............" },
  { 3, "Content Type", MQTTC_PROPERTY_KIND_TEXT, "W..P............" },
  { 8, "Response Topic", MQTTC_PROPERTY_KIND_TEXT, "W..P............" },
  { 9, "Correlation Data", MQTTC_PROPERTY_KIND_DATA, "W..P............" },
  { 11, "Subscription Identifier", MQTTC_PROPERTY_KIND_VARINT, "...P....S......." },
  { 17, "Session Expiry Interval", MQTTC_PROPERTY_KIND_U32, ".Cc...........D." },
  { 18, "Assigned Client Identifier", MQTTC_PROPERTY_KIND_TEXT, "..c............." },
  { 19, "Server Keep Alive", MQTTC_PROPERTY_KIND_U16, "..c............." },
  { 21, "Authentication Method", MQTTC_PROPERTY_KIND_TEXT, ".Cc............A" },
  { 22, "Authentication Data", MQTTC_PROPERTY_KIND_DATA, ".Cc............A" },
  { 23, "Request Problem Information", MQTTC_PROPERTY_KIND_BYTE, ".C.............." },
  { 24, "Will Delay Interval", MQTTC_PROPERTY_KIND_U32, "W..............." },
  { 25, "Request Response Information", MQTTC_PROPERTY_KIND_BYTE, ".C.............." },
  { 26, "Response Information", MQTTC_PROPERTY_KIND_TEXT, "..c............." },
  { 28, "Server Reference", MQTTC_PROPERTY_KIND_TEXT, "..c...........D." },
  { 31, "Reason String", MQTTC_PROPERTY_KIND_TEXT, "..c.arlo.s.u..DA" },
  { 33, "Receive Maximum", MQTTC_PROPERTY_KIND_U16, ".Cc............." },
  { 34, "Topic Alias Maximum", MQTTC_PROPERTY_KIND_U16, ".Cc............." },
  { 35, "Topic Alias", MQTTC_PROPERTY_KIND_U16, "...P............" },
  { 36, "Maximum QoS", MQTTC_PROPERTY_KIND_BYTE, "..c............." },
  { 37, "Retain Available", MQTTC_PROPERTY_KIND_BYTE, "..c............." },
  { 38, "User Property", MQTTC_PROPERTY_KIND_PAIR, "WCcParloSsUu..DA" },
  { 39, "Maximum Packet Size", MQTTC_PROPERTY_KIND_U32, ".Cc............." },
  { 40, "Wildcard Subscription Available", MQTTC_PROPERTY_KIND_BYTE, "..c............." },
  { 41, "Subscription Identifier Available", MQTTC_PROPERTY_KIND_BYTE, "..c............." },
  { 42, "Shared Subscription Available", MQTTC_PROPERTY_KIND_BYTE, "..c............." },
};

/* From a block of its own size, so that a read beyond it is seen by the sanitizers. */
static inline MqttcDecodeResult
property_table_check (gconstpointer data,
                      gsize len,
                      guint place)
{
  g_autofree guint8 *copy = g_memdup2 (data, len);
  const char *fault = NULL;
  MqttcDecodeResult result = mqttc_properties_check (mqttc_slice (copy, len), place, &fault);

  g_assert_true ((fault == NULL) == (result == MQTTC_DECODE_OK));
  return result;
}

static inline guint
property_table_get_first_place (gsize row)
{
  return (guint) strcspn (property_table[row].places, "WCcParloSsUuDA");
}

G_END_DECLS
