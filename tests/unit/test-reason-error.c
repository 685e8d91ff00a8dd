/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "mqttc-error.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-properties.h"
#include "values/mqttc-reason-error-private.h"

static MqttcPacket *
make_packet (const char *reason)
{
  g_autoptr (MqttcProperties) properties = mqttc_properties_new ();

  mqttc_properties_set_text (properties, MQTTC_PROPERTY_ID_REASON_STRING, reason);
  mqttc_properties_add_user_property (properties, "quota", "10");
  return mqttc_packet_new_ack (MQTTC_PROTOCOL_V5, MQTTC_PACKET_TYPE_PUBACK, 1,
                               MQTTC_REASON_CODE_QUOTA_EXCEEDED, properties);
}

static void
test_packet (void)
{
  g_autoptr (MqttcPacket) packet = make_packet ("10 a day");
  g_autoptr (GError) error = mqttc_reason_error_new (
      MQTTC_REASON_CODE_QUOTA_EXCEEDED, mqttc_packet_ref (packet), "“%s” was refused", "a/b");
  g_autoptr (GError) copy = NULL;
  MqttcProperties *properties;

  g_assert_error (error, MQTTC_REASON_ERROR, MQTTC_REASON_ERROR_QUOTA_EXCEEDED);
  g_assert_cmpstr (error->message, ==, "“a/b” was refused (“10 a day”)");
  g_assert_true (mqttc_reason_error_get_packet (error) == packet);

  g_clear_pointer (&packet, mqttc_packet_unref);
  copy = g_error_copy (error);
  g_clear_error (&error);
  g_assert_cmpstr (copy->message, ==, "“a/b” was refused (“10 a day”)");
  properties = mqttc_packet_get_properties (mqttc_reason_error_get_packet (copy));
  g_assert_cmpstr (mqttc_properties_get_user_property (properties, "quota"), ==, "10");
}

static void
test_none (void)
{
  g_autoptr (GError) error = mqttc_reason_error_new (0x87, NULL, "No");
  g_autoptr (GError) copy = g_error_copy (error);
  g_autoptr (GError) made = g_error_new (MQTTC_REASON_ERROR, 0x87, "No");
  g_autoptr (GError) other = g_error_new (MQTTC_CLIENT_ERROR, 0, "No");
  g_autoptr (GError) silent = mqttc_reason_error_new (0x87, make_packet (""), "No");

  g_assert_cmpstr (error->message, ==, "No");
  g_assert_null (mqttc_reason_error_get_packet (error));
  g_assert_null (mqttc_reason_error_get_packet (copy));
  g_assert_null (mqttc_reason_error_get_packet (made));
  g_assert_null (mqttc_reason_error_get_packet (other));
  g_assert_cmpstr (silent->message, ==, "No");
  g_assert_nonnull (mqttc_reason_error_get_packet (silent));
}

/* What a server says is not to be trusted with a terminal or a log. */
static void
test_reason_is_tamed (void)
{
  g_autofree char *long_reason = g_strnfill (65535, 'x');
  g_autofree char *shown = g_strnfill (200, 'x');
  g_autofree char *expected = g_strdup_printf ("No (“%s…”)", shown);
  g_autoptr (GError) escape = mqttc_reason_error_new (0x87, make_packet ("a\x1b[2J\n"), "No");
  g_autoptr (GError) error = mqttc_reason_error_new (0x87, make_packet (long_reason), "No");

  g_assert_cmpstr (escape->message, ==, "No (“a\\u001b[2J\\u000a”)");
  g_assert_cmpstr (error->message, ==, expected);
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reason-error/packet", test_packet);
  g_test_add_func ("/reason-error/none", test_none);
  g_test_add_func ("/reason-error/reason-is-tamed", test_reason_is_tamed);

  return g_test_run ();
}
