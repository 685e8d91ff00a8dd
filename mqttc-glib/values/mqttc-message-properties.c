/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The properties of a message: section 3.3.2.3 of MQTT 5. */

#include "config.h"

#include "values/mqttc-message-struct-private.h"

/* --- All of them. --- */

static MqttcProperties *
peek_properties (MqttcMessage *self)
{
  MqttcMessageExtra *extra = self->extra;
  MqttcProperties *properties;
  MqttcSlice wire;

  if (extra == NULL)
    return NULL;

  properties = g_atomic_pointer_get (&extra->properties);
  if (properties != NULL)
    return properties;

  wire = mqttc_message_extra_get_wire (extra);
  properties = wire.len > 0 ? mqttc_properties_new_from_slice (wire, 0) : NULL;
  if (properties == NULL)
    return NULL;

  /* Two threads may get here at once: the first one's list is the one that stays. */
  mqttc_properties_lock (properties);
  if (g_atomic_pointer_compare_and_exchange (&extra->properties, NULL, properties))
    return properties;

  mqttc_properties_unref (properties);
  return g_atomic_pointer_get (&extra->properties);
}

/* Those that can be changed. A list that somebody else may have is replaced by a copy, and becomes *@old:
 * the new value may be a part of it. */
static MqttcProperties *
open_properties (MqttcMessage *self,
                 MqttcProperties **old)
{
  MqttcProperties *properties = peek_properties (self);
  MqttcMessageExtra *extra = self->extra;

  if (extra == NULL)
    {
      extra = self->extra = g_new0 (MqttcMessageExtra, 1);
      extra->has_own_wire = TRUE;
    }
  g_clear_pointer (&extra->wire, g_free);

  if (properties == NULL)
    extra->properties = mqttc_properties_new ();
  else if (mqttc_properties_is_locked (properties))
    {
      extra->properties = mqttc_properties_copy (properties);
      *old = properties;
    }

  return extra->properties;
}

/**
 * mqttc_message_get_properties:
 * @self: a message
 *
 * Gets the properties of MQTT 5 (section 3.3.2.3 of the standard).
 *
 * They are locked, and stay as they are when the message is changed. A topic alias and subscription
 * identifiers are not among them, as they belong to one sending of a message.
 *
 * Returns: (transfer none) (nullable): the properties; `NULL` if there are none
 * Since: 0.1
 */
MqttcProperties *
mqttc_message_get_properties (MqttcMessage *self)
{
  MqttcProperties *properties;

  g_return_val_if_fail (self != NULL, NULL);

  properties = peek_properties (self);
  if (properties == NULL || mqttc_properties_get_length (properties) == 0)
    return NULL;

  mqttc_properties_lock (properties);
  return properties;
}

/**
 * mqttc_message_set_properties:
 * @self: a message that is not locked
 * @properties: (nullable): the properties, or `NULL` for none
 *
 * Sets all properties of MQTT 5 at once.
 *
 * The message has a copy of them. A will may have a will delay interval among them.
 *
 * Since: 0.1
 */
void
mqttc_message_set_properties (MqttcMessage *self,
                              MqttcProperties *properties)
{
  MqttcMessageExtra *extra;

  g_return_if_fail (self != NULL);
  g_return_if_fail (!mqttc_message_is_locked (self));

  /* The old ones may be the new ones. */
  extra = self->extra;
  self->extra = NULL;
  if (properties != NULL && mqttc_properties_get_length (properties) > 0)
    {
      self->extra = g_new0 (MqttcMessageExtra, 1);
      self->extra->has_own_wire = TRUE;
      self->extra->properties = mqttc_properties_is_locked (properties)
                                    ? mqttc_properties_ref (properties)
                                    : mqttc_properties_copy (properties);
    }

  g_clear_pointer (&extra, mqttc_message_extra_free);
}

static void
unset (MqttcMessage *self,
       MqttcPropertyId id)
{
  g_autoptr (MqttcProperties) old = NULL;

  if (self->extra != NULL)
    mqttc_properties_unset (open_properties (self, &old), id);
}

static gboolean
find_uint (MqttcMessage *self,
           MqttcPropertyId id,
           guint *value)
{
  MqttcProperties *properties = peek_properties (self);

  *value = 0;
  return properties != NULL && mqttc_properties_get_uint (properties, id, value);
}

static void
set_uint (MqttcMessage *self,
          MqttcPropertyId id,
          guint value)
{
  g_autoptr (MqttcProperties) old = NULL;

  mqttc_properties_set_uint (open_properties (self, &old), id, value);
}

static const char *
find_text (MqttcMessage *self,
           MqttcPropertyId id)
{
  MqttcProperties *properties = peek_properties (self);

  return properties != NULL ? mqttc_properties_get_text (properties, id) : NULL;
}

static void
set_text (MqttcMessage *self,
          MqttcPropertyId id,
          const char *text)
{
  g_autoptr (MqttcProperties) old = NULL;

  if (text == NULL)
    unset (self, id);
  else
    mqttc_properties_set_text (open_properties (self, &old), id, text);
}

/* --- Each of them. --- */

/**
 * mqttc_message_get_payload_format_indicator:
 * @self: a message
 *
 * Gets whether the payload is said to be text (section 3.3.2.3.2 of MQTT 5).
 *
 * Returns: 1 for text in UTF-8, 0 for bytes of which nothing is said
 * Since: 0.1
 */
guint
mqttc_message_get_payload_format_indicator (MqttcMessage *self)
{
  guint indicator;

  g_return_val_if_fail (self != NULL, 0);

  find_uint (self, MQTTC_PROPERTY_ID_PAYLOAD_FORMAT_INDICATOR, &indicator);
  return indicator;
}

/**
 * mqttc_message_set_payload_format_indicator:
 * @self: a message that is not locked
 * @indicator: 1 for text in UTF-8, 0 to say nothing
 *
 * Sets whether the payload is said to be text (section 3.3.2.3.2 of MQTT 5).
 *
 * A message that says so with another payload cannot be published.
 *
 * Since: 0.1
 */
void
mqttc_message_set_payload_format_indicator (MqttcMessage *self,
                                            guint indicator)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (indicator <= 1);
  g_return_if_fail (!mqttc_message_is_locked (self));

  if (indicator == 0)
    unset (self, MQTTC_PROPERTY_ID_PAYLOAD_FORMAT_INDICATOR);
  else
    set_uint (self, MQTTC_PROPERTY_ID_PAYLOAD_FORMAT_INDICATOR, indicator);
}

/**
 * mqttc_message_get_expiry_interval:
 * @self: a message
 *
 * Gets after how many seconds the message is of no use (section 3.3.2.3.3 of MQTT 5).
 *
 * Of a received message: how many seconds are left.
 *
 * Returns: the message expiry interval in seconds; -1 if the message does not expire
 * Since: 0.1
 */
gint64
mqttc_message_get_expiry_interval (MqttcMessage *self)
{
  guint seconds;

  g_return_val_if_fail (self != NULL, -1);

  return find_uint (self, MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL, &seconds) ? (gint64) seconds
                                                                               : -1;
}

/**
 * mqttc_message_set_expiry_interval:
 * @self: a message that is not locked
 * @seconds: the message expiry interval, up to 4,294,967,295; -1 for none
 *
 * Sets after how many seconds the message is of no use (section 3.3.2.3.3 of MQTT 5).
 *
 * Since: 0.1
 */
void
mqttc_message_set_expiry_interval (MqttcMessage *self,
                                   gint64 seconds)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (seconds >= -1 && seconds <= G_MAXUINT32);
  g_return_if_fail (!mqttc_message_is_locked (self));

  if (seconds < 0)
    unset (self, MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL);
  else
    set_uint (self, MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL, (guint) seconds);
}

/**
 * mqttc_message_get_content_type:
 * @self: a message
 *
 * Gets what the payload is, such as a media type (section 3.3.2.3.9 of MQTT 5).
 *
 * Returns: (transfer none) (nullable): the content type; `NULL` if there is none
 * Since: 0.1
 */
const char *
mqttc_message_get_content_type (MqttcMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return find_text (self, MQTTC_PROPERTY_ID_CONTENT_TYPE);
}

/**
 * mqttc_message_set_content_type:
 * @self: a message that is not locked
 * @content_type: (nullable): the content type, or `NULL` for none
 *
 * Sets what the payload is, such as a media type (section 3.3.2.3.9 of MQTT 5).
 *
 * Since: 0.1
 */
void
mqttc_message_set_content_type (MqttcMessage *self,
                                const char *content_type)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (!mqttc_message_is_locked (self));

  set_text (self, MQTTC_PROPERTY_ID_CONTENT_TYPE, content_type);
}

/**
 * mqttc_message_get_response_topic:
 * @self: a message
 *
 * Gets the topic that an answer is to be sent to (section 3.3.2.3.5 of MQTT 5).
 *
 * Returns: (transfer none) (nullable): the topic name; `NULL` if there is none
 * Since: 0.1
 */
const char *
mqttc_message_get_response_topic (MqttcMessage *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return find_text (self, MQTTC_PROPERTY_ID_RESPONSE_TOPIC);
}

/**
 * mqttc_message_set_response_topic:
 * @self: a message that is not locked
 * @topic: (nullable): the topic name, or `NULL` for none
 *
 * Sets the topic that an answer is to be sent to (section 3.3.2.3.5 of MQTT 5).
 *
 * Since: 0.1
 */
void
mqttc_message_set_response_topic (MqttcMessage *self,
                                  const char *topic)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (!mqttc_message_is_locked (self));

  set_text (self, MQTTC_PROPERTY_ID_RESPONSE_TOPIC, topic);
}

/**
 * mqttc_message_get_correlation_data:
 * @self: a message
 *
 * Gets the bytes that make a request known in its answer (section 3.3.2.3.6 of MQTT 5).
 *
 * Returns: (transfer none) (nullable): the correlation data, which may be empty; `NULL` if there is none
 * Since: 0.1
 */
GBytes *
mqttc_message_get_correlation_data (MqttcMessage *self)
{
  MqttcProperties *properties;

  g_return_val_if_fail (self != NULL, NULL);

  properties = peek_properties (self);
  if (properties == NULL)
    return NULL;

  return mqttc_properties_get_bytes (properties, MQTTC_PROPERTY_ID_CORRELATION_DATA);
}

/**
 * mqttc_message_set_correlation_data:
 * @self: a message that is not locked
 * @correlation_data: (nullable): the bytes, or `NULL` for none
 *
 * Sets the bytes that make a request known in its answer (section 3.3.2.3.6 of MQTT 5).
 *
 * Since: 0.1
 */
void
mqttc_message_set_correlation_data (MqttcMessage *self,
                                    GBytes *correlation_data)
{
  const MqttcPropertyId id = MQTTC_PROPERTY_ID_CORRELATION_DATA;
  g_autoptr (MqttcProperties) old = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (!mqttc_message_is_locked (self));

  if (correlation_data == NULL)
    unset (self, id);
  else
    mqttc_properties_set_bytes (open_properties (self, &old), id, correlation_data);
}

/**
 * mqttc_message_get_user_property:
 * @self: a message
 * @name: a name
 *
 * Gets the value of a user property, the first one of this name (section 3.3.2.3.7 of MQTT 5).
 *
 * [method@Mqttc.Message.get_properties] has all of them, in their order.
 *
 * Returns: (transfer none) (nullable): the value; `NULL` if there is no such user property
 * Since: 0.1
 */
const char *
mqttc_message_get_user_property (MqttcMessage *self,
                                 const char *name)
{
  MqttcProperties *properties;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  properties = peek_properties (self);
  return properties != NULL ? mqttc_properties_get_user_property (properties, name) : NULL;
}

/**
 * mqttc_message_add_user_property:
 * @self: a message that is not locked
 * @name: the name
 * @value: the value
 *
 * Adds a user property, whether or not there is one of this name (section 3.3.2.3.7 of MQTT 5).
 *
 * Since: 0.1
 */
void
mqttc_message_add_user_property (MqttcMessage *self,
                                 const char *name,
                                 const char *value)
{
  g_autoptr (MqttcProperties) old = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (name != NULL);
  g_return_if_fail (value != NULL);
  g_return_if_fail (!mqttc_message_is_locked (self));

  mqttc_properties_add_user_property (open_properties (self, &old), name, value);
}

/**
 * mqttc_message_get_subscription_ids:
 * @self: a message
 * @n_ids: (out): how many there are
 *
 * Gets the identifiers of the subscriptions that a received message comes from.
 *
 * They are there if the subscriptions have identifiers, and the server has sent them (section 3.3.2.3.8 of
 * MQTT 5).
 *
 * Returns: (transfer none) (array length=n_ids) (nullable): the identifiers; `NULL` if there are none
 * Since: 0.1
 */
const guint32 *
mqttc_message_get_subscription_ids (MqttcMessage *self,
                                    gsize *n_ids)
{
  gsize n;

  g_return_val_if_fail (n_ids != NULL, NULL);
  *n_ids = 0;
  g_return_val_if_fail (self != NULL, NULL);

  n = self->extra != NULL ? self->extra->n_subscription_ids : 0;
  *n_ids = n;
  return n > 0 ? self->extra->subscription_ids : NULL;
}

/* --- For the engine. --- */

gboolean
mqttc_message_find_expiry (MqttcMessage *self,
                           guint32 *seconds,
                           gsize *offset)
{
  MqttcProperty property;
  MqttcSlice wire, rest;

  if (self->extra == NULL)
    return FALSE;

  wire = rest = mqttc_message_extra_get_wire (self->extra);
  while (mqttc_properties_next (&rest, &property))
    if (property.id == MQTTC_PROPERTY_ID_MESSAGE_EXPIRY_INTERVAL)
      {
        *seconds = property.number;
        *offset = wire.len - rest.len - sizeof (guint32);
        return TRUE;
      }

  return FALSE;
}
