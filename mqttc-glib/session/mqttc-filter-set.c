/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "codec/mqttc-codec-private.h"
#include "codec/mqttc-topic-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "session/mqttc-filter-set-private.h"

#define QOS_BITS 0x03u
#define NO_LOCAL 0x04u
#define ALL_OPTIONS 0x3fu

/* What comes before the filters: the packet identifier and, in MQTT 5, the properties with a subscription
 * identifier. */
#define MAX_HEADER (2 + 1 + 5)

/* Before anything is copied. */
static gboolean
check_size (const char *const *filters,
            gboolean with_qos,
            GError **error)
{
  const guint prefix_and_qos = with_qos ? 3 : 2;
  guint64 size = 0;
  guint n_filters;

  for (n_filters = 0; filters[n_filters] != NULL; n_filters++)
    size += strlen (filters[n_filters]) + prefix_and_qos;

  if (size <= MQTTC_MAX_REMAINING_LENGTH - MAX_HEADER)
    return TRUE;

  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
               "%u topic filters of %" G_GUINT64_FORMAT
               " bytes do not fit in one packet; use several",
               n_filters, size);
  return FALSE;
}

/* Section 3.8.3.1 of MQTT 5. */
static gboolean
check_options (const char *filter,
               guint8 options,
               GError **error)
{
  gboolean no_local = (options & NO_LOCAL) != 0;
  g_autofree char *shown = NULL;

  if ((options & QOS_BITS) <= MQTTC_QOS_EXACTLY_ONCE
      && (options & MQTTC_RETAIN_HANDLING_BITS) != 0x30 && options <= ALL_OPTIONS
      && !(no_local && mqttc_filter_is_shared (filter)))
    return TRUE;

  shown = mqttc_text_for_display (filter);
  if ((options & QOS_BITS) > MQTTC_QOS_EXACTLY_ONCE)
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                 "QoS %u for the topic filter “%s” is not 0, 1 or 2", options & QOS_BITS, shown);
  else if (no_local && mqttc_filter_is_shared (filter)) /* [MQTT-3.8.3-4] */
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                 "The shared subscription “%s” cannot leave out what this client publishes", shown);
  else
    g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                 "The subscription options 0x%02x for the topic filter “%s” do not exist", options,
                 shown);
  return FALSE;
}

static gboolean
check_filters (const char *const *filters,
               const guint8 *options,
               GError **error)
{
  /* [MQTT-3.8.3-3] [MQTT-3.10.3-2] */
  if (filters == NULL || filters[0] == NULL)
    {
      g_set_error_literal (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                           "There is no topic filter to subscribe to or to unsubscribe from");
      return FALSE;
    }

  if (!check_size (filters, options != NULL, error))
    return FALSE;

  for (guint i = 0; filters[i] != NULL; i++)
    {
      const char *fault = mqttc_filter_get_fault (filters[i]);

      if (fault != NULL)
        {
          g_autofree char *shown = mqttc_text_for_display (filters[i]);

          g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
                       "The topic filter “%s” %s", shown, fault);
          return FALSE;
        }

      if (options != NULL && !check_options (filters[i], options[i], error))
        return FALSE;
    }

  return TRUE;
}

MqttcFilterSet *
mqttc_filter_set_new (const char *const *filters,
                      const guint8 *options,
                      GError **error)
{
  MqttcFilterSet *self;

  if (!check_filters (filters, options, error))
    return NULL;

  self = g_new0 (MqttcFilterSet, 1);
  self->filters = g_strdupv ((char **) filters);
  self->n_filters = g_strv_length (self->filters);
  self->options = g_memdup2 (options, options != NULL ? self->n_filters : 0);
  self->entries = g_byte_array_new ();

  for (guint i = 0; i < self->n_filters; i++)
    {
      mqttc_filter_list_append (self->entries, self->filters[i], options != NULL ? options[i] : -1);
      self->has_options |= options != NULL && options[i] > QOS_BITS;
    }

  return self;
}

MqttcSlice
mqttc_filter_set_get_plain_entries (const MqttcFilterSet *self,
                                    GByteArray *scratch)
{
  g_byte_array_set_size (scratch, 0);
  for (guint i = 0; i < self->n_filters; i++)
    mqttc_filter_list_append (scratch, self->filters[i], self->options[i] & QOS_BITS);

  return mqttc_slice (scratch->data, scratch->len);
}

void
mqttc_filter_set_free (MqttcFilterSet *self)
{
  g_strfreev (self->filters);
  g_free (self->options);
  g_clear_pointer (&self->entries, g_byte_array_unref);
  g_free (self);
}
