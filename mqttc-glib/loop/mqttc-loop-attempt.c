/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attempts to connect: with what options, and where to. */

#include "config.h"

#include "loop/mqttc-loop-private.h"
#include "loop/mqttc-options-private.h"

#include <unistd.h>

#ifdef __APPLE__
# include <sys/random.h>
#endif

/* From the kernel, so that programs that start at the same moment on the same machine differ. */
static void
fill_random (guint8 *bytes,
             gsize len)
{
  if (getentropy (bytes, len) == 0)
    return;

  for (gsize i = 0; i < len; i++)
    bytes[i] = (guint8) g_random_int_range (0, 256);
}

guint64
mqttc_event_loop_make_seed (void)
{
  guint64 seed;

  fill_random ((guint8 *) &seed, sizeof (seed));

  return seed;
}

/* [MQTT-3.1.3-5]: 1 to 23 characters, digits and letters, are what every server must allow. These
 * have 90 bits. */
static char *
generate_client_id (void)
{
  const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  guint8 random[18];
  GString *id = g_string_new ("mqttc");

  fill_random (random, sizeof (random));
  for (guint i = 0; i < G_N_ELEMENTS (random); i++)
    g_string_append_c (id, alphabet[random[i] % 32]);

  return g_string_free (id, FALSE);
}

void
mqttc_event_loop_freeze_session (MqttcEventLoop *self)
{
  const char *client_id = mqttc_options_get_client_id (self->options);

  if (client_id == NULL && self->generated_client_id == NULL)
    self->generated_client_id = generate_client_id ();

  g_free (self->client_id);
  self->client_id = g_strdup (client_id != NULL ? client_id : self->generated_client_id);
  self->protocol = mqttc_options_get_protocol (self->options);
  self->options_changed = TRUE;
}

static void
configure (MqttcEventLoop *self)
{
  MqttcEngineConfig config = { 0 };

  mqttc_options_fill_config (self->options, &config);
  g_free (config.client_id);
  config.client_id = g_strdup (self->client_id);
  config.protocol = self->protocol;

  mqttc_engine_configure (self->engine, &config);
  mqttc_engine_config_clear (&config);
}

/* Options that cannot work are left aside here, and fail the next attempt: its error says why. */
void
mqttc_event_loop_apply_options (MqttcEventLoop *self)
{
  if (!self->options_changed || self->client_id == NULL
      || !mqttc_options_validate (self->options, NULL))
    return;

  self->options_changed = FALSE;
  configure (self);
}

static void
dial (MqttcEventLoop *self,
      gint64 now)
{
  g_autoptr (MqttcAddress) address = NULL;
  GError *error = NULL;

  if (!mqttc_options_validate (self->options, &error))
    {
      mqttc_engine_link_down (self->engine, error, now);
      return;
    }

  mqttc_event_loop_apply_options (self);
  address = mqttc_options_get_address (self->options);
  mqttc_loop_link_dial (&self->link, address);
}

void
mqttc_event_loop_do_link_actions (MqttcEventLoop *self,
                                  gint64 now)
{
  MqttcLinkAction action = self->action;

  self->action = MQTTC_LINK_ACTION_NONE;
  if (action == MQTTC_LINK_ACTION_NONE)
    action = mqttc_engine_take_link_action (self->engine);

  while (action != MQTTC_LINK_ACTION_NONE)
    {
      if (action == MQTTC_LINK_ACTION_DIAL)
        dial (self, now);
      else
        mqttc_loop_link_shut (&self->link);

      action = mqttc_engine_take_link_action (self->engine);
    }
}
