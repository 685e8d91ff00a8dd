/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Attempts to connect: with what options, and where to. */

#include "config.h"

#include "loop/mqttc-loop-private.h"
#include "loop/mqttc-options-private.h"
#include "loop/mqttc-random-private.h"

void
mqttc_event_loop_freeze_session (MqttcEventLoop *self)
{
  const char *client_id = mqttc_options_get_client_id (self->options);

  if (client_id == NULL && self->generated_client_id == NULL)
    self->generated_client_id = mqttc_random_make_client_id ();

  g_free (self->client_id);
  self->client_id = g_strdup (client_id != NULL ? client_id : self->generated_client_id);
  self->protocol = mqttc_options_get_protocol (self->options);
}

static void
swap_addresses (MqttcAddress **a,
                MqttcAddress **b)
{
  MqttcAddress *address = *a;

  *a = *b;
  *b = address;
}

static void
configure (MqttcEventLoop *self)
{
  MqttcEngineConfig config = { 0 };
  MqttcAddress *address = mqttc_options_get_address (self->options);

  mqttc_options_fill_config (self->options, &config);
  g_free (config.client_id);
  config.client_id = g_strdup (self->client_id);
  config.protocol = self->protocol;

  g_mutex_lock (&self->engine_lock);
  mqttc_engine_configure (self->engine, &config);
  swap_addresses (&self->next_address, &address);
  self->link.is_binding_wanted = config.authenticates;
  g_mutex_unlock (&self->engine_lock);

  mqttc_engine_config_clear (&config);
  g_clear_pointer (&address, mqttc_address_free);
}

/* Options that cannot work are left aside here, and fail the next attempt. */
void
mqttc_event_loop_apply_options (MqttcEventLoop *self)
{
  GError *error = NULL;

  if (self->client_id == NULL)
    return;

  if (mqttc_options_validate (self->options, &error))
    configure (self);

  g_mutex_lock (&self->engine_lock);
  g_clear_error (&self->options_error);
  self->options_error = error;
  g_mutex_unlock (&self->engine_lock);
}

/* With the lock held. TLS stays what it was. */
static void
redirect (MqttcEventLoop *self,
          MqttcAddress *address)
{
  guint16 port;
  const char *host = mqttc_engine_get_redirect (self->engine, &port);

  if (host == NULL)
    return;

  g_free (address->host);
  address->host = g_strdup (host);
  if (port != 0)
    address->port = port;
}

/* In the thread that moves bytes, which must not look at the options: they are the program's. Nor may
 * it drop the last reference of what they hold, so an address that was dialled stays until delivery. */
static const MqttcAddress *
take_address (MqttcEventLoop *self,
              GError **error)
{
  const MqttcAddress *address = NULL;

  g_mutex_lock (&self->engine_lock);
  if (self->options_error != NULL)
    {
      *error = g_error_copy (self->options_error);
    }
  else
    {
      if (self->dialled_address != NULL)
        g_ptr_array_add (self->old_addresses, g_steal_pointer (&self->dialled_address));
      self->dialled_address = mqttc_address_copy (self->next_address);
      redirect (self, self->dialled_address);
      address = self->dialled_address;
    }
  g_mutex_unlock (&self->engine_lock);

  return address;
}

/* While bytes are moved: a GProxyResolver of the program may let go of the loop. In another thread than the
 * program's the reference would have to be given back there. */
static void
keep (MqttcEventLoop *self)
{
  if (self->io_thread || self->is_kept)
    return;

  self->is_kept = TRUE;
  g_object_ref (self);
}

void
mqttc_event_loop_let_go (MqttcEventLoop *self)
{
  self->is_kept = FALSE;
  g_object_unref (self);
}

static void
dial (MqttcEventLoop *self,
      gint64 now)
{
  GError *error = NULL;
  const MqttcAddress *address = take_address (self, &error);

  if (address != NULL)
    {
      keep (self);
      mqttc_loop_link_dial (&self->link, address);
      return;
    }

  g_mutex_lock (&self->engine_lock);
  mqttc_engine_link_down (self->engine, error, now);
  g_mutex_unlock (&self->engine_lock);
}

static MqttcLinkAction
take_action (MqttcEventLoop *self)
{
  MqttcLinkAction action = self->action;

  self->action = MQTTC_LINK_ACTION_NONE;
  if (action != MQTTC_LINK_ACTION_NONE)
    return action;

  g_mutex_lock (&self->engine_lock);
  action = mqttc_engine_take_link_action (self->engine);
  g_mutex_unlock (&self->engine_lock);

  return action;
}

void
mqttc_event_loop_do_link_actions (MqttcEventLoop *self,
                                  gint64 now)
{
  MqttcLinkAction action;

  while ((action = take_action (self)) != MQTTC_LINK_ACTION_NONE)
    {
      if (action == MQTTC_LINK_ACTION_DIAL)
        {
          dial (self, now);
          continue;
        }

      mqttc_loop_link_write_last (&self->link, now);
      mqttc_loop_link_shut (&self->link);
    }
}
