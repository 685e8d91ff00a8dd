/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Flow control and the limits that the two sides have told each other: sections 3.1.2.11, 3.2.2.3 and 4.9
 * of MQTT 5. */

#include "engine-fixture.h"

/* --- The receive maximum of the server. --- */

/* [MQTT-3.3.4-7] [MQTT-3.3.4-8] [MQTT-4.9.0-2] [MQTT-4.9.0-3]: a full window delays QoS 1 and 2 alone. */
static void
test_window (EngineFixture *f,
             gconstpointer data)
{
  engine_connect_5 (f, "21 0002");
  engine_publish (f, "t", "a", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_publish (f, "t", "b", MQTTC_QOS_EXACTLY_ONCE, NULL);
  engine_publish (f, "t", "c", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_publish (f, "t", "d", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_subscribe (f, "f", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_assert_sends (f, "32 07 0001 74 0001 00 61 34 07 0001 74 0002 00 62 30 05 0001 74 00 64"
                          " 82 07 0003 00 0001 66 00");

  /* PUBREC that accepts keeps the place until PUBCOMP. */
  engine_feed (f, "50 02 0002");
  engine_assert_sends (f, "62 02 0002");
  engine_feed (f, "70 02 0002");
  engine_assert_sends (f, "32 07 0001 74 0004 00 63");
}

/* One that refuses gives it back at once, and is not answered with PUBREL [MQTT-4.3.3-4]
 * [MQTT-4.4.0-2]. */
static void
test_refused_gives_place_back (EngineFixture *f,
                               gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  engine_connect_5 (f, "21 0001");
  engine_publish (f, "t", "a", MQTTC_QOS_EXACTLY_ONCE, &operations[0]);
  engine_publish (f, "t", "b", MQTTC_QOS_AT_LEAST_ONCE, &operations[1]);
  engine_publish (f, "t", "c", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_assert_sends (f, "34 07 0001 74 0001 00 61");
  engine_feed (f, "50 03 0001 97");
  engine_assert_events (f, "completed:reason/151");
  engine_assert_sends (f, "32 07 0001 74 0002 00 62");
  engine_feed (f, "40 03 0002 87");
  engine_assert_events (f, "completed:reason/135");
  engine_assert_sends (f, "32 07 0001 74 0003 00 63");
}

/* A server that takes fewer on the next connection gets the repetitions one by one, in their order
 * [MQTT-4.6.0-1], and all of them. */
static void
test_shrinking_window (EngineFixture *f,
                       gconstpointer data)
{
  f->config.session_expiry = 60;
  f->config.max_inflight = 100;
  engine_connect_5 (f, "21 0064");
  for (guint i = 0; i < 60; i++)
    {
      char text[] = { (char) ('0' + i), '\0' };

      engine_publish (f, "t", text, MQTTC_QOS_AT_LEAST_ONCE, NULL);
      if (i == 49)
        g_free (engine_take_output (f));
    }
  engine_reconnect_5 (f, TRUE, "21 0001");

  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *publish
          = g_strdup_printf ("%s 07 0001 74 %04x 00 %02x", i < 50 ? "3a" : "32", i + 1, '0' + i);
      g_autofree char *puback = g_strdup_printf ("40 02 %04x", i + 1);

      engine_assert_sends (f, publish);
      engine_feed (f, puback);
    }
  engine_assert_sends (f, "");
}

/* [MQTT-4.9.0-1]: 0 must not be; without one it is 65535. */
static void
test_receive_maximum_absent (EngineFixture *f,
                             gconstpointer data)
{
  engine_connect_5 (f, "");
  g_assert_cmpuint (mqttc_engine_get_limits (f->engine)->receive_maximum, ==, 65535);
  engine_cut (f);
  engine_drop_events (f);
  engine_redial (f);
  g_free (engine_take_output (f));
  engine_feed (f, "20 06 00 00 03 21 0000");
  engine_assert_closes (f, "e0 01 82");
}

/* --- Ours. --- */

/* [MQTT-3.3.4-9] */
static void
test_our_receive_maximum (EngineFixture *f,
                          gconstpointer data)
{
  f->config.receive_maximum = 2;
  f->hold = TRUE;
  engine_connect_5 (f, "");
  engine_feed (f, "32 06 0001 74 0001 00 34 06 0001 74 0002 00 30 04 0001 74 00");
  engine_assert_events (f, "t= t=");
  engine_deliver (f, 0);
  engine_assert_sends (f, "50 02 0002 40 02 0001");
  engine_feed (f, "32 06 0001 74 0003 00");
  engine_assert_events (f, "t=");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);

  /* A repetition is none of it; one more is one too many. */
  engine_feed (f, "3c 06 0001 74 0002 00");
  engine_assert_sends (f, "50 02 0002");
  engine_feed (f, "34 06 0001 74 0004 00");
  engine_assert_events (f, "BACKING_OFF disconnected:client/1");
  engine_assert_closes (f, "e0 01 93");
}

/* It is the connection's. */
static void
test_our_receive_maximum_anew (EngineFixture *f,
                               gconstpointer data)
{
  f->config.receive_maximum = 1;
  f->config.session_expiry = 60;
  f->hold = TRUE;
  engine_connect_5 (f, "");
  engine_feed (f, "32 06 0001 74 0001 00");
  engine_cut (f);
  engine_assert_events (f, "t= BACKING_OFF disconnected:client/11");
  engine_redial (f);
  engine_accept_5 (f, TRUE, "");
  engine_feed (f, "3a 06 0001 74 0001 00");
  engine_assert_events (f, "t=");
}

/* Section 4.9: a PUBCOMP lets the server send one more, also that for a message of another connection,
 * and also if what the server had sent before it is read only afterwards. */
static void
test_our_receive_maximum_resumed (EngineFixture *f,
                                  gconstpointer data)
{
  f->config.receive_maximum = 1;
  f->config.session_expiry = 60;
  f->hold = TRUE;
  engine_connect_5 (f, "");
  engine_feed (f, "34 06 0001 74 0001 00");
  engine_assert_sends (f, "50 02 0001");
  engine_reconnect_5 (f, TRUE, "");
  engine_drop_events (f);

  engine_feed (f, "62 02 0001");
  engine_assert_events (f, "t=");
  engine_deliver (f, 0);
  engine_assert_sends (f, "70 02 0001");
  engine_feed (f, "32 06 0001 74 0002 00 32 06 0001 74 0003 00");
  engine_assert_events (f, "t= t=");
  g_assert_cmpint (mqttc_engine_take_link_action (f->engine), ==, MQTTC_LINK_ACTION_NONE);
  engine_feed (f, "32 06 0001 74 0004 00");
  engine_assert_events (f, "BACKING_OFF disconnected:client/1");
  engine_assert_closes (f, "e0 01 93");
}

/* [MQTT-3.1.2-24]: found at the fixed header. */
static void
test_our_maximum_packet_size (EngineFixture *f,
                              gconstpointer data)
{
  f->config.max_packet_size = 20;
  engine_connect_5 (f, "");
  engine_feed (f, "30 12 0001 74 00 4141414141414141414141414141");
  engine_assert_events (f, "t=AAAAAAAAAAAAAA");
  engine_feed (f, "30 13");
  engine_assert_events (f, "BACKING_OFF disconnected:client/2");
  engine_assert_closes (f, "e0 01 95");
}

/* --- The maximum packet size of the server, [MQTT-3.2.2-15]. --- */

static void
test_publish_too_large (EngineFixture *f,
                        gconstpointer data)
{
  g_autoptr (MqttcMessage) large = mqttc_message_new_text ("t", "123456");

  engine_connect_5 (f, "27 0000000b");
  engine_publish (f, "t", "12345", MQTTC_QOS_AT_MOST_ONCE, NULL);
  mqttc_message_set_qos (large, MQTTC_QOS_AT_LEAST_ONCE);
  engine_publish_refused (f, large, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE, "14 bytes");
  engine_publish_refused (f, large, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                          "11 (Maximum Packet Size of the server)");
  engine_assert_sends (f, "30 09 0001 74 00 3132333435");
}

/* What was accepted before the limit was known ends when its turn comes. */
static void
test_queued_too_large (EngineFixture *f,
                       gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };

  f->config.protocol = MQTTC_PROTOCOL_V5;
  engine_open (f);
  engine_publish (f, "t", "1234567890", MQTTC_QOS_AT_LEAST_ONCE, &operations[0]);
  engine_publish (f, "t", "1234567890", MQTTC_QOS_AT_MOST_ONCE, &operations[1]);
  engine_publish (f, "t", "1", MQTTC_QOS_AT_LEAST_ONCE, NULL);
  engine_accept_5 (f, FALSE, "27 0000000b");
  engine_assert_sends (f, "32 07 0001 74 0001 00 31");
  engine_assert_events (f, "completed:client/2 completed:client/2");
}

/* Nor is it repeated there. Of QoS 2 the server may have it, and is to forget the identifier. */
static void
test_resend_too_large (EngineFixture *f,
                       gconstpointer data)
{
  MqttcOperation operations[2] = { 0 };
  MqttcEngineCounters counters;

  f->config.session_expiry = 60;
  engine_connect_5 (f, "");
  engine_publish (f, "t", "1234567890", MQTTC_QOS_AT_LEAST_ONCE, &operations[0]);
  engine_publish (f, "t", "1234567890", MQTTC_QOS_EXACTLY_ONCE, &operations[1]);
  g_free (engine_take_output (f));
  engine_reconnect_5 (f, TRUE, "27 0000000b");
  engine_assert_sends (f, "62 02 0002");
  engine_assert_events (f, "completed:client/2 completed:client/2");
  engine_feed (f, "70 03 0002 92");
  engine_assert_events (f, "");
  mqttc_engine_get_counters (f->engine, &counters);
  g_assert_cmpuint (counters.inflight, ==, 0);
}

static void
assert_filter_refused (EngineFixture *f,
                       const char *filter,
                       gboolean subscribe,
                       MqttcClientError code)
{
  const char *const filters[] = { filter, NULL };
  const guint8 options = 0;
  g_autoptr (GError) error = NULL;

  if (subscribe)
    g_assert_false (mqttc_engine_subscribe (f->engine, filters, &options, 5, NULL, f->now, &error));
  else
    g_assert_false (mqttc_engine_unsubscribe (f->engine, filters, NULL, f->now, &error));
  g_assert_error (error, MQTTC_CLIENT_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, filter));
}

/* As many as fit in the largest packet, with a subscription identifier; so many are not taken, but for
 * another reason. */
static void
test_largest_filters (EngineFixture *f,
                      gconstpointer data)
{
  const gsize max = MQTTC_MAX_REMAINING_LENGTH - 8;
  const gsize entry = 65535 + 3;
  const guint n = max / entry;
  g_autofree const char **filters = g_new0 (const char *, n + 2);
  g_autofree guint8 *options = g_new0 (guint8, n + 1);
  g_autofree char *longest = g_strnfill (65535, 'a');
  g_autofree char *last = g_strnfill (max % entry - 3 + 1, 'a');
  static const int codes[] = { MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE, MQTTC_CLIENT_ERROR_QUEUE_FULL };

  engine_connect_5 (f, "");
  for (guint i = 0; i < n; i++)
    filters[i] = longest;
  filters[n] = last;
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          mqttc_engine_subscribe (f->engine, filters, options, 0, NULL, f->now, &error));
      g_assert_cmpint (error->code, ==, codes[i]);
      last[max % entry - 3] = '\0';
    }
}

static void
test_filters_too_large (EngineFixture *f,
                        gconstpointer data)
{
  MqttcOperation operation = { 0 };
  const guint8 options = 0;
  const char *const filters[] = { "123456", NULL };

  engine_connect_5 (f, "27 0000000f");
  assert_filter_refused (f, "12345678", TRUE, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
  assert_filter_refused (f, "12345678901", FALSE, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
  engine_subscribe (f, "1234567", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_assert_sends (f, "82 0d 0001 00 0007 31323334353637 00");
  assert_filter_refused (f, "123456", TRUE, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE);
  engine_cut (f);
  engine_drop_events (f);

  /* Queued: with the subscription identifier it is too large by two bytes. */
  engine_redial (f);
  mqttc_engine_subscribe (f->engine, filters, &options, 5, &operation, f->now, NULL);
  engine_accept_5 (f, FALSE, "27 0000000e");
  engine_assert_sends (f, "");
  engine_assert_events (f, "completed:client/2");
}

/* What is made again after the loss of a session is made in packets that the server takes. */
static void
test_resubscribe_in_parts (EngineFixture *f,
                           gconstpointer data)
{
  engine_connect_5 (f, "");
  engine_subscribe (f, "aaaa", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_subscribe (f, "bbbb", MQTTC_QOS_AT_MOST_ONCE, NULL);
  engine_subscribe (f, "cccccccccccccccccc", MQTTC_QOS_AT_MOST_ONCE, NULL);
  g_free (engine_take_output (f));
  engine_feed (f, "90 04 0001 00 00 90 04 0002 00 00 90 04 0003 00 00");
  engine_reconnect_5 (f, FALSE, "27 0000000f");
  engine_assert_sends (f, "82 0a 0001 00 0004 61616161 00 82 0a 0002 00 0004 62626262 00");
}

/* [MQTT-3.14.2-3] [MQTT-3.14.2-4] */
static void
test_disconnect_too_large (EngineFixture *f,
                           gconstpointer data)
{
  g_autoptr (GBytes) properties = g_bytes_new ("\x1f\0\4long", 7);

  engine_connect_5 (f, "27 0000000a");
  mqttc_engine_close (f->engine, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, properties, 0, f->now);
  engine_assert_sends (f, "e0 01 04");
}

static void
test_disconnect_fits (EngineFixture *f,
                      gconstpointer data)
{
  g_autoptr (GBytes) properties = g_bytes_new ("\x1f\0\4long", 7);

  engine_connect_5 (f, "27 0000000b");
  mqttc_engine_close (f->engine, MQTTC_REASON_CODE_DISCONNECT_WITH_WILL, properties, 0, f->now);
  engine_assert_sends (f, "e0 09 04 07 1f 0004 6c6f6e67");
}

/* A session that is to end all the same must not be kept because of a text. */
static void
test_disconnect_keeps_expiry (EngineFixture *f,
                              gconstpointer data)
{
  g_autoptr (GBytes) properties = g_bytes_new ("\x1f\0\4long\x11\0\0\0\0", 12);

  f->config.session_expiry = 60;
  engine_connect_5 (f, "27 0000000b");
  mqttc_engine_close (f->engine, 0, properties, 0, f->now);
  engine_assert_sends (f, "e0 07 00 05 11 00000000");
}

/* Of two bytes: there is no room for last words. */
static void
test_last_words_too_large (EngineFixture *f,
                           gconstpointer data)
{
  engine_connect_5 (f, "27 00000002");
  engine_feed (f, "00 00");
  engine_assert_closes (f, "");
}

/* Nor for the reason of an acknowledgement. */
static void
test_refusal_too_large (EngineFixture *f,
                        gconstpointer data)
{
  engine_connect_5 (f, "27 00000004");
  engine_feed (f, "62 02 0007");
  engine_assert_sends (f, "70 02 0007");
}

/* --- Acknowledgements that do not fit. --- */

typedef struct
{
  guint8 limit;
  const char *properties;
  gsize len;
  const char *puback;
  const char *pubcomp;
} Explained;

static void
acknowledge (EngineFixture *f,
             guint n,
             guint reason_code,
             const Explained *row)
{
  g_autoptr (GBytes) properties = g_bytes_new_static (row->properties, row->len);
  GError *error = NULL;

  mqttc_engine_acknowledge_full (f->engine, f->messages->pdata[n], reason_code, properties, f->now,
                                 &error);
  g_assert_no_error (error);
}

static void
assert_explained (EngineFixture *f,
                  const Explained *row)
{
  g_autofree char *limit = g_strdup_printf ("27 000000%02x", row->limit);

  engine_connect_5 (f, limit);
  engine_feed (f, "32 06 0001 74 0001 00 34 06 0001 74 0002 00 62 02 0002");
  engine_assert_events (f, "t= t=");
  engine_assert_sends (f, "50 02 0002");
  acknowledge (f, 0, MQTTC_REASON_CODE_NOT_AUTHORIZED, row);
  engine_assert_sends (f, row->puback);
  acknowledge (f, 1, MQTTC_REASON_CODE_SUCCESS, row);
  engine_assert_sends (f, row->pubcomp);
  mqttc_engine_abort (f->engine, f->now);
  engine_assert_closes (f, "");
  engine_drop_events (f);
  g_ptr_array_set_size (f->messages, 0);
}

/* [MQTT-3.4.2-2] [MQTT-3.4.2-3] [MQTT-3.7.2-2] [MQTT-3.7.2-3]: a reason string or a user property that
 * fits exactly, and one that is too long by one byte. */
static void
test_explained (EngineFixture *f,
                gconstpointer data)
{
  static const Explained rows[] = {
    { 11, "\x1f\0\2no", 5, "40 09 0001 87 05 1f 0002 6e6f", "70 09 0002 00 05 1f 0002 6e6f" },
    { 10, "\x1f\0\2no", 5, "40 03 0001 87", "70 02 0002" },
    { 13, "\x26\0\1k\0\1v", 7, "40 0b 0001 87 07 26 0001 6b 0001 76",
      "70 0b 0002 00 07 26 0001 6b 0001 76" },
    { 12, "\x26\0\1k\0\1v", 7, "40 03 0001 87", "70 02 0002" },
    { 4, "\x1f\0\2no", 5, "40 02 0001", "70 02 0002" },
  };

  f->config.manual_acks = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_explained (f, &rows[i]);
}

/* [MQTT-3.5.2-2] [MQTT-3.5.2-3] [MQTT-3.6.2-2] [MQTT-3.6.2-3]: ours never have a reason string or user
 * properties, whatever comes with those of the server. */
static void
test_never_explained (EngineFixture *f,
                      gconstpointer data)
{
  engine_connect_5 (f, "27 00000009");
  engine_publish (f, "t", "x", MQTTC_QOS_EXACTLY_ONCE, NULL);
  engine_assert_sends (f, "34 07 0001 74 0001 00 78");
  engine_feed (f, "50 10 0001 00 0c 1f 0002 6e6f 26 0001 6b 0001 76");
  engine_assert_sends (f, "62 02 0001");
  engine_feed (f, "50 10 0009 00 0c 1f 0002 6e6f 26 0001 6b 0001 76");
  engine_assert_sends (f, "62 03 0009 92");
  engine_feed (f, "34 0d 0001 74 0002 07 26 0001 6b 0001 76");
  engine_assert_sends (f, "50 02 0002");
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  engine_test ("/engine-5/flow/window", test_window);
  engine_test ("/engine-5/flow/refused-gives-place-back", test_refused_gives_place_back);
  engine_test ("/engine-5/flow/shrinking-window", test_shrinking_window);
  engine_test ("/engine-5/flow/receive-maximum-absent", test_receive_maximum_absent);
  engine_test ("/engine-5/flow/our-receive-maximum", test_our_receive_maximum);
  engine_test ("/engine-5/flow/our-receive-maximum-anew", test_our_receive_maximum_anew);
  engine_test ("/engine-5/flow/our-receive-maximum-resumed", test_our_receive_maximum_resumed);
  engine_test ("/engine-5/size/ours", test_our_maximum_packet_size);
  engine_test ("/engine-5/size/publish", test_publish_too_large);
  engine_test ("/engine-5/size/queued", test_queued_too_large);
  engine_test ("/engine-5/size/resend", test_resend_too_large);
  engine_test ("/engine-5/size/filters", test_filters_too_large);
  engine_test ("/engine-5/size/largest-filters", test_largest_filters);
  engine_test ("/engine-5/size/resubscribe", test_resubscribe_in_parts);
  engine_test ("/engine-5/size/disconnect", test_disconnect_too_large);
  engine_test ("/engine-5/size/disconnect-fits", test_disconnect_fits);
  engine_test ("/engine-5/size/disconnect-keeps-expiry", test_disconnect_keeps_expiry);
  engine_test ("/engine-5/size/last-words", test_last_words_too_large);
  engine_test ("/engine-5/size/refusal", test_refusal_too_large);
  engine_test ("/engine-5/size/explained", test_explained);
  engine_test ("/engine-5/size/never-explained", test_never_explained);

  return g_test_run ();
}
