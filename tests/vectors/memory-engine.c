/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the engine allocates for a packet is what has come of it, never what was announced, and nothing
 * before the announcement was compared with the limit. The linker leads the allocations of the library
 * here. */

#include "../unit/engine-fixture.h"
#include "resident.h"
#include "session/mqttc-engine-struct-private.h"

#define N_LINKS 1000
#define MEBIBYTE 1048576u

/* A PUBLISH of 256 MiB less one byte, the longest there is. */
#define LONGEST_HEADER "30 ff ff ff 7f"

/* --- Allocations. --- */

/* The linker wants to see them. */
#define EXPORTED __attribute__ ((visibility ("default")))

static gsize largest;

gpointer __real_g_malloc (gsize size);
gpointer __real_g_malloc0 (gsize size);
gpointer __real_g_try_malloc (gsize size);
gpointer __real_g_realloc (gpointer data,
                           gsize size);
EXPORTED gpointer __wrap_g_malloc (gsize size);
EXPORTED gpointer __wrap_g_malloc0 (gsize size);
EXPORTED gpointer __wrap_g_try_malloc (gsize size);
EXPORTED gpointer __wrap_g_realloc (gpointer data,
                                    gsize size);

gpointer
__wrap_g_malloc (gsize size)
{
  largest = MAX (largest, size);
  return __real_g_malloc (size);
}

gpointer
__wrap_g_malloc0 (gsize size)
{
  largest = MAX (largest, size);
  return __real_g_malloc0 (size);
}

gpointer
__wrap_g_try_malloc (gsize size)
{
  largest = MAX (largest, size);
  return __real_g_try_malloc (size);
}

gpointer
__wrap_g_realloc (gpointer data,
                  gsize size)
{
  largest = MAX (largest, size);
  return __real_g_realloc (data, size);
}

/* --- The header of a packet over the limit. --- */

static gboolean
is_5 (const EngineFixture *f)
{
  return f->config.protocol == MQTTC_PROTOCOL_V5;
}

/* [MQTT5-3.1.2-24] */
static void
assert_closed (EngineFixture *f)
{
  engine_assert_events (f, "BACKING_OFF disconnected:client/2");
  engine_assert_closes (f, is_5 (f) ? "e0 01 95" : "");
  g_assert_cmpuint (f->engine->partial.size, ==, 0);
}

static void
accept_again (EngineFixture *f)
{
  if (is_5 (f))
    engine_accept_5 (f, FALSE, "");
  else
    engine_accept (f, FALSE);
}

static void
connect_first (EngineFixture *f,
               gconstpointer protocol)
{
  f->config.protocol = (MqttcProtocol) GPOINTER_TO_INT (protocol);
  engine_open (f);
  accept_again (f);
}

static void
connect_again (EngineFixture *f)
{
  engine_redial (f);
  accept_again (f);
}

static void
feed_header_in_pieces (EngineFixture *f)
{
  static const char *const pieces[] = { "30", "ff", "ff", "ff" };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      engine_feed (f, pieces[i]);
      engine_assert_events (f, "");
    }
  engine_feed (f, "7f");
}

static void
test_header (EngineFixture *f,
             gconstpointer data)
{
  guint64 before = 0;

  f->config.max_packet_size = MEBIBYTE;
  connect_first (f, data);
  for (guint i = 0; i <= N_LINKS; i++)
    {
      largest = 0;
      if (i % 2 == 0)
        engine_feed (f, LONGEST_HEADER);
      else
        feed_header_in_pieces (f);
      assert_closed (f);
      g_assert_cmpuint (largest, <=, 4096);

      if (i == 0)
        before = resident_get ();
      connect_again (f);
    }

  resident_check ("The header of 256 MiB, 1,000 times to an engine", before);
}

/* [MQTT-3.2.0-1]: before CONNACK too, where there is nothing but the peer's word for anything. */
static void
test_connack_header (EngineFixture *f,
                     gconstpointer data)
{
  guint64 before = 0;

  f->config.max_packet_size = MEBIBYTE;
  f->config.protocol = (MqttcProtocol) GPOINTER_TO_INT (data);
  engine_open (f);
  for (guint i = 0; i <= N_LINKS; i++)
    {
      g_free (engine_take_output (f));
      engine_assert_events (f, "CONNECTING");
      largest = 0;
      engine_feed (f, "20 ff ff ff 7f");
      assert_closed (f);
      g_assert_cmpuint (largest, <=, 4096);

      if (i == 0)
        before = resident_get ();
      engine_redial (f);
    }

  resident_check ("A CONNACK of 256 MiB, 1,000 times to an engine", before);
}

/* --- Within the limit. --- */

static void
feed_zeros (EngineFixture *f,
            gsize len)
{
  g_autofree guint8 *zeros = __real_g_malloc0 (len);

  mqttc_engine_feed (f->engine, zeros, len, f->now);
}

/* Twice what has come is what doubling needs while it copies. */
static void
assert_grows_by_bytes (EngineFixture *f,
                       gsize piece,
                       gsize len)
{
  gsize received = 7;

  engine_feed (f, LONGEST_HEADER " 0001");
  while (received < len)
    {
      feed_zeros (f, piece);
      received += piece;
      g_assert_cmpuint (f->engine->partial.size, <=, MAX (256, 2 * received));
    }

  g_assert_cmpuint (mqttc_receive_buffer_get_length (&f->engine->partial), ==, received);
  g_assert_cmpuint (largest, >=, received);
  g_assert_cmpuint (largest, <=, 2 * received);
}

static void
test_trickle (EngineFixture *f,
              gconstpointer data)
{
  static const struct
  {
    gsize piece;
    gsize len;
  } ways[] = { { 1, 20000 }, { 7, 100000 }, { 1460, 2 * MEBIBYTE }, { 65536, 8 * MEBIBYTE } };

  f->config.max_packet_size = 0;
  connect_first (f, data);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      largest = 0;
      assert_grows_by_bytes (f, ways[i].piece, ways[i].len);
      engine_assert_events (f, "");
      engine_cut (f);
      g_assert_cmpuint (f->engine->partial.size, ==, 0);
      connect_again (f);
    }
}

/* What was announced and never came, again and again. */
static void
test_promises (EngineFixture *f,
               gconstpointer data)
{
  guint64 before = 0;

  f->config.max_packet_size = 0;
  connect_first (f, data);
  for (guint i = 0; i <= N_LINKS; i++)
    {
      largest = 0;
      engine_feed (f, LONGEST_HEADER " 0001 74");
      engine_wait (f, SECONDS (1));
      engine_assert_events (f, "");
      g_assert_cmpuint (largest, <=, 4096);
      engine_cut (f);

      if (i == 0)
        before = resident_get ();
      connect_again (f);
    }

  resident_check ("256 MiB promised within the limit, 1,000 times to an engine", before);
}

/* The lengths of properties and of what is in them are no more than promises, either: what they say is more
 * than there is. */
static void
test_properties (EngineFixture *f,
                 gconstpointer data)
{
  static const char *const faults[] = {
    "30 07 0001 74 ffffff7f",           "30 08 0001 74 04 03 ffff 61",
    "30 0a 0001 74 06 26 0000 ffff 61", "40 08 0001 00 04 1f ffff 61",
    "e0 06 8b 04 1f ffff 61",
  };
  guint64 before = 0;

  connect_first (f, data);
  for (guint i = 0; i <= N_LINKS; i++)
    {
      largest = 0;
      engine_feed (f, faults[i % G_N_ELEMENTS (faults)]);
      engine_assert_events (f, "BACKING_OFF disconnected:client/0");
      engine_assert_closes (f, "e0 01 81");
      g_assert_cmpuint (largest, <=, 4096);

      if (i == 0)
        before = resident_get ();
      connect_again (f);
    }

  resident_check ("Properties beyond their packet, 1,000 times to an engine", before);
}

/* A large packet is over: its room is given back. */
static void
test_afterwards (EngineFixture *f,
                 gconstpointer data)
{
  connect_first (f, data);
  engine_feed (f, "30 ff ff 3f 0001 74");
  feed_zeros (f, 1048575 - 3 - 1);
  g_assert_cmpuint (f->engine->partial.size, >=, MEBIBYTE);
  engine_assert_events (f, "");
  feed_zeros (f, 1);
  g_assert_cmpuint (f->engine->partial.size, <=, 4096);
  g_assert_cmpint (mqttc_engine_get_state (f->engine), ==, MQTTC_CONNECTION_STATE_CONNECTED);
}

static const struct
{
  const char *name;
  void (*test) (EngineFixture *f, gconstpointer data);
} tests[] = {
  { "header", test_header },         { "connack-header", test_connack_header },
  { "trickle", test_trickle },       { "promises", test_promises },
  { "afterwards", test_afterwards },
};

static void
add_tests (const char *folder,
           MqttcProtocol protocol)
{
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/memory/%s/%s", folder, tests[i].name);

      g_test_add (path, EngineFixture, GINT_TO_POINTER (protocol), engine_set_up, tests[i].test,
                  engine_tear_down);
    }
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_tests ("engine", MQTTC_PROTOCOL_V3_1_1);
  add_tests ("engine-5", MQTTC_PROTOCOL_V5);
  g_test_add ("/memory/engine-5/properties", EngineFixture, GINT_TO_POINTER (MQTTC_PROTOCOL_V5),
              engine_set_up, test_properties, engine_tear_down);
  return g_test_run ();
}
