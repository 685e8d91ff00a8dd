/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The connection of a session, and the bytes. */

#include "config.h"

#include "helpers/mqttc-session-private.h"

#include <string.h>

/* As many pieces as one piece of output is put together from. */
#define MAX_SLICES 16

/**
 * mqttc_session_take_link_action:
 * @self: a session
 *
 * Gets what the program has to do about the connection.
 *
 * Each action is told once. After `MQTTC_SESSION_ACTION_DIAL` the program makes a connection, and
 * calls [method@Mqttc.Session.link_up] when it is there, or [method@Mqttc.Session.link_failed] if that
 * fails. After `MQTTC_SESSION_ACTION_CLOSE` it sends what [method@Mqttc.Session.take_output] gave it
 * before, closes the connection, or gives up making one, and reports nothing.
 *
 * Returns: the action
 * Since: 0.1
 */
MqttcSessionAction
mqttc_session_take_link_action (MqttcSession *self)
{
  MqttcLinkAction action;

  g_return_val_if_fail (MQTTC_IS_SESSION (self), MQTTC_SESSION_ACTION_NONE);

  action
      = self->close_wanted ? MQTTC_LINK_ACTION_CLOSE : mqttc_engine_take_link_action (self->engine);
  self->close_wanted = FALSE;

  switch (action)
    {
    case MQTTC_LINK_ACTION_DIAL:
      self->link = MQTTC_SESSION_LINK_DIALLING;
      return MQTTC_SESSION_ACTION_DIAL;
    case MQTTC_LINK_ACTION_CLOSE:
      self->link = MQTTC_SESSION_LINK_NONE;
      return MQTTC_SESSION_ACTION_CLOSE;
    case MQTTC_LINK_ACTION_NONE:
    default:
      return MQTTC_SESSION_ACTION_NONE;
    }
}

/* The engine has given the connection up, and the program has not looked yet. */
static gboolean
is_given_up (MqttcSession *self)
{
  if (self->link != MQTTC_SESSION_LINK_NONE && !self->close_wanted)
    self->close_wanted = mqttc_engine_take_link_action (self->engine) == MQTTC_LINK_ACTION_CLOSE;

  return self->close_wanted;
}

/**
 * mqttc_session_link_up:
 * @self: a session
 * @now_usec: the time
 *
 * Tells that the connection is there which `MQTTC_SESSION_ACTION_DIAL` asked for.
 *
 * If it has taken too long, this does nothing: [method@Mqttc.Session.take_link_action] tells to close
 * it.
 *
 * Since: 0.1
 */
void
mqttc_session_link_up (MqttcSession *self,
                       gint64 now_usec)
{
  g_return_if_fail (MQTTC_IS_SESSION (self));
  g_return_if_fail (self->link == MQTTC_SESSION_LINK_DIALLING);

  if (is_given_up (self))
    return;

  self->link = MQTTC_SESSION_LINK_UP;
  mqttc_engine_link_up (self->engine, mqttc_session_tell_time (self, now_usec));
}

/* Takes @error. */
static void
end_link (MqttcSession *self,
          GError *error,
          gint64 now_usec)
{
  if (self->link == MQTTC_SESSION_LINK_NONE)
    {
      g_clear_error (&error);
      return;
    }

  if (is_given_up (self))
    {
      /* Both sides have: nothing is left to be closed. */
      self->close_wanted = FALSE;
      g_clear_error (&error);
    }
  else
    {
      mqttc_engine_link_down (self->engine, error, mqttc_session_tell_time (self, now_usec));
    }

  self->link = MQTTC_SESSION_LINK_NONE;
  mqttc_session_free_discarded (self);
}

/**
 * mqttc_session_link_down:
 * @self: a session
 * @now_usec: the time
 *
 * Tells that the peer has ended the connection.
 *
 * Whether there will be another attempt, and when, is in the event
 * `MQTTC_EVENT_TYPE_DISCONNECTED`.
 *
 * Since: 0.1
 */
void
mqttc_session_link_down (MqttcSession *self,
                         gint64 now_usec)
{
  g_return_if_fail (MQTTC_IS_SESSION (self));

  end_link (self, NULL, now_usec);
}

/**
 * mqttc_session_link_failed:
 * @self: a session
 * @error: why
 * @now_usec: the time
 *
 * Tells that the connection has broken, or could not be made.
 *
 * The error is passed on by the event `MQTTC_EVENT_TYPE_DISCONNECTED`, which also says whether there
 * will be another attempt, and when.
 *
 * Since: 0.1
 */
void
mqttc_session_link_failed (MqttcSession *self,
                           const GError *error,
                           gint64 now_usec)
{
  g_return_if_fail (MQTTC_IS_SESSION (self));
  g_return_if_fail (error != NULL);

  end_link (self, g_error_copy (error), now_usec);
}

/**
 * mqttc_session_wants_read:
 * @self: a session
 *
 * Checks whether more bytes from the server are wanted.
 *
 * They are not while there is no connection, and while many messages wait for
 * [method@Mqttc.Session.next_event]. What is not read slows the server down.
 *
 * Returns: `TRUE` if they are
 * Since: 0.1
 */
gboolean
mqttc_session_wants_read (MqttcSession *self)
{
  g_return_val_if_fail (MQTTC_IS_SESSION (self), FALSE);

  return mqttc_engine_want_read (self->engine);
}

/**
 * mqttc_session_feed:
 * @self: a session
 * @bytes: what has come from the server
 * @now_usec: the time
 *
 * Takes bytes from the server.
 *
 * They can be any piece of the stream. All of them are taken, also if they were not wanted: then they
 * are kept. Without a connection they are dropped.
 *
 * Since: 0.1
 */
void
mqttc_session_feed (MqttcSession *self,
                    GBytes *bytes,
                    gint64 now_usec)
{
  gconstpointer data;
  gsize size;

  g_return_if_fail (MQTTC_IS_SESSION (self));
  g_return_if_fail (bytes != NULL);

  data = g_bytes_get_data (bytes, &size);
  mqttc_engine_feed (self->engine, data, size, mqttc_session_tell_time (self, now_usec));
  mqttc_session_free_discarded (self);
}

static GBytes *
join (const MqttcSlice *slices,
      guint n_slices)
{
  gsize size = 0;
  guint8 *data;
  guint8 *end;

  for (guint i = 0; i < n_slices; i++)
    size += slices[i].len;

  data = g_malloc (size);
  end = data;
  for (guint i = 0; i < n_slices; i++)
    {
      memcpy (end, slices[i].data, slices[i].len);
      end += slices[i].len;
    }

  return g_bytes_new_take (data, size);
}

/**
 * mqttc_session_take_output:
 * @self: a session
 * @now_usec: the time
 *
 * Gets bytes that are to be sent to the server.
 *
 * They count as sent from then on. A program that cannot send them yet should not ask for more: what
 * waits here can still be overtaken by acknowledgements and pings.
 *
 * Returns: (transfer full) (nullable): the bytes, or `NULL` if there is nothing to send
 * Since: 0.1
 */
GBytes *
mqttc_session_take_output (MqttcSession *self,
                           gint64 now_usec)
{
  MqttcSlice slices[MAX_SLICES];
  GBytes *bytes;
  guint n_slices;
  gint64 now;

  g_return_val_if_fail (MQTTC_IS_SESSION (self), NULL);

  now = mqttc_session_tell_time (self, now_usec);
  n_slices = mqttc_engine_peek_output (self->engine, slices, MAX_SLICES, now);
  if (n_slices == 0)
    return NULL;

  bytes = join (slices, n_slices);
  mqttc_engine_sent (self->engine, g_bytes_get_size (bytes), now);
  mqttc_session_free_discarded (self);

  return bytes;
}
