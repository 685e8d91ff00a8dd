/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Nothing but the bytes of a server, to an engine that is connected and has all kinds of exchanges on
 * the way. */

#include "fuzz-world.h"

typedef struct
{
  MqttcProtocol protocol;
  gboolean secured; /* by the authentication method "m" */
  gsize piece;      /* so many bytes at once */
  gboolean slow;    /* the program takes its events only at the end */
  gboolean manual_acks;
} Variant;

static void
feed_text (FuzzWorld *world,
           const char *bytes,
           gsize len)
{
  fuzz_world_feed (world, mqttc_slice (bytes, len));
}

#define FEED(world, text) feed_text (world, text, sizeof (text) - 1)

static void
connect (FuzzWorld *world,
         gboolean session_present)
{
  guint8 connack[] = { 0x20, 2, session_present != FALSE, 0, 3, 0x22, 0, 3, 0x15, 0, 1, 'm' };

  fuzz_world_link_up (world);
  /* The program says who it is. */
  fuzz_world_run_dry (world);
  fuzz_world_write (world, G_MAXSIZE);

  /* Three topic aliases, and the method. */
  if (world->wire->is_5)
    connack[1] = world->wire->secured ? 10 : 6;
  if (world->wire->secured)
    connack[4] = 7;
  fuzz_world_feed (world, mqttc_slice (connack, 2 + (gsize) connack[1]));
  fuzz_world_pop (world, G_MAXUINT);
  fuzz_world_authenticate (world, mqttc_slice ("c", 1), FALSE);
}

/* Identifiers 1 to 8 are taken by the client, 9 and 10 by the server. */
static void
begin_exchanges (FuzzWorld *world)
{
  static const char *const filters[] = { "a/#", "+", NULL };
  static const guint8 qos[] = { 1, 2 };

  fuzz_world_subscribe (world, filters, qos, 0);
  for (guint i = 0; i < 6; i++)
    fuzz_world_publish (world, "a/b", mqttc_slice ("x", 1), i % 3, FALSE);
  fuzz_world_unsubscribe (world, filters);
  fuzz_world_write (world, G_MAXSIZE);
  if (!world->wire->is_5)
    {
      FEED (world, "\x34\x06\x00\x01t\x00\x09m");
      FEED (world, "\x32\x06\x00\x01t\x00\x0am");
      return;
    }

  FEED (world, "\x34\x07\x00\x01t\x00\x09\x00m");
  FEED (world, "\x32\x0a\x00\x01t\x00\x0a\x03\x23\x00\x01m");
  if (world->wire->secured)
    {
      fuzz_world_reauthenticate (world);
      fuzz_world_pop (world, G_MAXUINT);
      fuzz_world_authenticate (world, mqttc_slice ("c", 1), FALSE);
      fuzz_world_write (world, G_MAXSIZE);
    }
}

static void
feed_in_pieces (FuzzWorld *world,
                MqttcSlice stream,
                const Variant *variant)
{
  while (stream.len > 0 && world->wire->up)
    {
      MqttcSlice piece = mqttc_slice (stream.data, MIN (variant->piece, stream.len));

      fuzz_world_feed (world, piece);
      stream = mqttc_slice (stream.data + piece.len, stream.len - piece.len);
      if (variant->slow)
        fuzz_world_write (world, 3);
      else
        fuzz_world_run_dry (world);
    }
}

static void
run (MqttcSlice stream,
     const Variant *variant)
{
  MqttcEngineConfig config;
  FuzzWorld *world;

  mqttc_engine_config_init (&config);
  config.clean_session = FALSE;
  g_free (config.client_id);
  config.client_id = g_strdup ("fuzz");
  config.manual_acks = variant->manual_acks;
  config.max_undelivered_messages = variant->slow ? 3 : 1024;
  config.max_held_bytes = 1000;
  config.protocol = variant->protocol;
  if (variant->protocol == MQTTC_PROTOCOL_V5)
    {
      config.session_expiry = 1000;
      config.topic_alias_maximum = 3;
      config.max_topic_aliases = 3;
      config.receive_maximum = 10;
    }
  if (variant->secured)
    config.authenticates = TRUE;
  world = fuzz_world_new (&config);
  mqttc_engine_report_packets (world->engine, !variant->slow, !variant->slow);

  fuzz_world_open (world);
  connect (world, FALSE);
  begin_exchanges (world);
  feed_in_pieces (world, stream, variant);
  fuzz_world_run_dry (world);
  for (guint i = 0; i < world->messages->len; i++)
    fuzz_world_acknowledge (world, i);
  fuzz_world_run_dry (world);

  /* The same again on another connection, which resumes what is left. */
  fuzz_world_link_down (world, FALSE, FALSE);
  fuzz_world_wait (world, 200 * (gint64) G_USEC_PER_SEC);
  connect (world, (stream.len & 1) != 0);
  fuzz_world_run_dry (world);
  feed_in_pieces (world, stream, variant);
  fuzz_world_run_dry (world);
  fuzz_world_wait (world, 100 * (gint64) G_USEC_PER_SEC);
  fuzz_world_finish (world);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize size)
{
  static const Variant variants[] = {
    { .protocol = MQTTC_PROTOCOL_V3_1_1, .piece = G_MAXSIZE },
    { .protocol = MQTTC_PROTOCOL_V3_1_1, .piece = 5, .slow = TRUE, .manual_acks = TRUE },
    { .protocol = MQTTC_PROTOCOL_V5, .piece = G_MAXSIZE },
    { .protocol = MQTTC_PROTOCOL_V5,
      .secured = TRUE,
      .piece = 7,
      .slow = TRUE,
      .manual_acks = TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (variants); i++)
    run (mqttc_slice (data, size), &variants[i]);
  return 0;
}
