/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "codec/mqttc-utf8-private.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-reason-error-private.h"

/* So much of what the server says is in the message. */
#define MAX_REASON_LENGTH 200

typedef struct
{
  MqttcPacket *packet; /* (owned) (nullable) */
} MqttcReasonErrorPrivate;

/* Where GLib keeps it. G_DEFINE_EXTENDED_ERROR() says the same, but not of a domain with the name that those
 * of GLib have, which programs in other languages compare. */
static MqttcReasonErrorPrivate *
get_private (const GError *error)
{
  const gsize alignment = 2 * sizeof (gsize);
  const gsize size = (sizeof (MqttcReasonErrorPrivate) + alignment - 1) & -alignment;

  return (MqttcReasonErrorPrivate *) (gpointer) ((guint8 *) error - size);
}

static void
init_private (GError *error)
{
  get_private (error)->packet = NULL;
}

static void
copy_private (const GError *from,
              GError *to)
{
  MqttcPacket *packet = get_private (from)->packet;

  get_private (to)->packet = packet != NULL ? mqttc_packet_ref (packet) : NULL;
}

static void
clear_private (GError *error)
{
  g_clear_pointer (&get_private (error)->packet, mqttc_packet_unref);
}

GQuark
mqttc_reason_error_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark, g_error_domain_register_static (
                                   "mqttc-reason-error-quark", sizeof (MqttcReasonErrorPrivate),
                                   init_private, copy_private, clear_private));

  return (GQuark) quark;
}

GError *
mqttc_reason_error_new (guint reason_code,
                        MqttcPacket *packet,
                        const char *format,
                        ...)
{
  const char *reason = packet != NULL ? mqttc_packet_get_reason_string (packet) : NULL;
  va_list args;
  GError *error;

  va_start (args, format);
  error = g_error_new_valist (MQTTC_REASON_ERROR, (int) reason_code, format, args);
  va_end (args);

  if (reason != NULL && *reason != '\0')
    {
      g_autofree char *message = g_steal_pointer (&error->message);
      g_autofree char *shown = mqttc_text_shorten (reason, MAX_REASON_LENGTH);

      error->message = g_strdup_printf ("%s (“%s”)", message, shown);
    }

  get_private (error)->packet = packet;
  return error;
}

/**
 * mqttc_reason_error_get_packet:
 * @error: an error
 *
 * Gets the packet in which the server has refused something.
 *
 * It has the reason string and the user properties that the server may have given, and the reason codes for
 * each filter. Errors that a program has made itself have none, and an error keeps it only as long as it is
 * passed on as it is. Other languages make errors anew, and lose it: they have
 * [func@Mqttc.Client.get_refusal] and [method@Mqttc.Client.get_last_refusal].
 *
 * Returns: (transfer none) (nullable): the packet; `NULL` if there is none, or the error is not of
 *   [error@Mqttc.ReasonError]
 * Since: 0.1
 */
MqttcPacket *
mqttc_reason_error_get_packet (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != MQTTC_REASON_ERROR)
    return NULL;

  return get_private (error)->packet;
}
