/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether a packet has a place for properties, and what they are in words. */

#include "config.h"

#include <string.h>

#include "codec/mqttc-topic-private.h"
#include "codec/mqttc-utf8-private.h"
#include "mqttc-error.h"
#include "values/mqttc-properties-struct-private.h"

/* So many are printed. */
#define MAX_PRINTED 16

/* --- What cannot be sent. --- */

G_GNUC_PRINTF (3, 4)
static gboolean
refuse (GError **error,
        guint id,
        const char *format,
        ...)
{
  g_autofree char *fault = NULL;
  va_list args;

  va_start (args, format);
  fault = g_strdup_vprintf (format, args);
  va_end (args);

  g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT,
               "The property “%s” %s", mqttc_property_get_name (id), fault);
  return FALSE;
}

static gboolean
check_number (const MqttcProperty *property,
              GError **error)
{
  static const guint32 limits[] = {
    [MQTTC_PROPERTY_KIND_BYTE] = G_MAXUINT8,
    [MQTTC_PROPERTY_KIND_U16] = G_MAXUINT16,
    [MQTTC_PROPERTY_KIND_U32] = G_MAXUINT32,
    [MQTTC_PROPERTY_KIND_VARINT] = MQTTC_MAX_REMAINING_LENGTH,
  };
  const MqttcPropertyKind kind = mqttc_property_get_kind (property->id);

  /* [MQTT-3.3.2-8]: the codec lets it pass, as it has a reason code of its own. */
  if (property->id == MQTTC_PROPERTY_ID_TOPIC_ALIAS && property->number == 0)
    return refuse (error, property->id, "cannot be 0");
  if (mqttc_property_get_fault (property) == NULL)
    return TRUE;
  if (property->number == 0)
    return refuse (error, property->id, "cannot be 0");
  if (kind == MQTTC_PROPERTY_KIND_BYTE)
    return refuse (error, property->id, "is %u, but can only be 0 or 1", property->number);

  return refuse (error, property->id, "is %u, but can only be up to %u", property->number,
                 limits[kind]);
}

/* Sections 1.5.4 and 1.5.6. */
static gboolean
check_string (const MqttcProperty *property,
              MqttcSlice string,
              GError **error)
{
  if (string.len > G_MAXUINT16)
    return refuse (error, property->id, "is longer than 65,535 bytes");
  if (mqttc_property_get_kind (property->id) != MQTTC_PROPERTY_KIND_DATA
      && !mqttc_utf8_is_valid (string.data, string.len))
    return refuse (error, property->id, "is not valid UTF-8");

  return TRUE;
}

static gboolean
check_value (const MqttcPropertyEntry *entry,
             const MqttcProperty *property,
             GError **error)
{
  if (mqttc_property_get_kind (property->id) <= MQTTC_PROPERTY_KIND_VARINT)
    return check_number (property, error);
  if (!check_string (property, property->text, error)
      || !check_string (property, property->value, error))
    return FALSE;

  if (property->id == MQTTC_PROPERTY_ID_RESPONSE_TOPIC /* [MQTT-3.3.2-14] */
      && !mqttc_topic_slice_is_valid (property->text))
    {
      g_autofree char *shown = mqttc_text_for_display (entry->text);

      return refuse (error, property->id, "“%s” %s", shown, mqttc_topic_get_fault (entry->text));
    }

  return TRUE;
}

static gboolean
check_entry (const MqttcPropertyEntry *entry,
             guint place,
             guint64 *seen,
             GError **error)
{
  const gboolean is_will = place == MQTTC_PROPERTIES_OF_WILL;
  const char *where = is_will ? "a will" : mqttc_packet_type_get_name (place);
  const guint64 bit = G_GUINT64_CONSTANT (1) << entry->id;
  MqttcProperty property;

  mqttc_property_entry_get (entry, &property);
  if (!mqttc_property_may_be_in (entry->id, place))
    return refuse (error, entry->id, "cannot be in %s", where);
  if ((*seen & bit) != 0 && !mqttc_property_may_repeat (entry->id, place))
    return refuse (error, entry->id, "is there twice, but can only be once in %s", where);

  *seen |= bit;
  return check_value (entry, &property, error);
}

gboolean
mqttc_properties_check_place (MqttcProperties *self,
                              guint place,
                              GError **error)
{
  guint64 seen = 0;

  for (guint i = 0; i < self->n_entries; i++)
    if (!check_entry (&self->entries[i], place, &seen, error))
      return FALSE;

  if (mqttc_properties_get_wire_size (self) > MQTTC_MAX_REMAINING_LENGTH)
    {
      g_set_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_PACKET_TOO_LARGE,
                   "The %u properties are longer than the standard allows a packet to be",
                   self->n_entries);
      return FALSE;
    }

  return TRUE;
}

/* --- In words. --- */

/* "Receive Maximum" as receive_maximum, like the other fields of a packet. */
static void
print_name (GString *out,
            guint id)
{
  for (const char *p = mqttc_property_get_name (id); *p != '\0'; p++)
    g_string_append_c (out, *p == ' ' ? '_' : g_ascii_tolower (*p));
}

static void
print_text (GString *out,
            const char *text)
{
  g_autofree char *shown = mqttc_text_for_display (text);

  g_string_append (out, shown);
}

static void
print_bytes (GString *out,
             const MqttcPropertyEntry *entry)
{
  /* Not even the size: what is printed gets kept and sent around. */
  if (entry->id == MQTTC_PROPERTY_ID_AUTHENTICATION_DATA)
    g_string_append (out, "(hidden)");
  else
    g_string_append_printf (out, "%" G_GSIZE_FORMAT " bytes", g_bytes_get_size (entry->bytes));
}

static void
print_entry (GString *out,
             const MqttcPropertyEntry *entry)
{
  const MqttcPropertyKind kind = mqttc_property_get_kind (entry->id);

  print_name (out, entry->id);
  g_string_append_c (out, '=');
  if (kind == MQTTC_PROPERTY_KIND_DATA)
    print_bytes (out, entry);
  else if (kind < MQTTC_PROPERTY_KIND_DATA)
    g_string_append_printf (out, "%u", entry->number);
  else
    {
      if (entry->name != NULL)
        {
          print_text (out, entry->name);
          g_string_append_c (out, ':');
        }
      print_text (out, entry->text);
    }
}

void
mqttc_properties_print (MqttcProperties *self,
                        GString *out)
{
  for (guint i = 0; i < MIN (self->n_entries, MAX_PRINTED); i++)
    {
      g_string_append_c (out, ' ');
      print_entry (out, &self->entries[i]);
    }

  if (self->n_entries > MAX_PRINTED)
    g_string_append_printf (out, " and %u more", self->n_entries - MAX_PRINTED);
}

/**
 * mqttc_properties_to_string:
 * @self: properties
 *
 * Describes properties in one line, for people to read.
 *
 * Of correlation data only the size is given, and nothing of authentication data. Long texts are cut, and so
 * are long lists.
 *
 * Returns: (transfer full): the description
 * Since: 0.1
 */
char *
mqttc_properties_to_string (MqttcProperties *self)
{
  GString *out;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_new (NULL);
  mqttc_properties_print (self, out);
  if (out->len > 0)
    g_string_erase (out, 0, 1);

  return g_string_free (out, FALSE);
}
