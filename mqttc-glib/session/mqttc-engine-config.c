/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "session/mqttc-engine-private.h"
#include "values/mqttc-secret-private.h"

void
mqttc_engine_config_init (MqttcEngineConfig *config)
{
  *config = (MqttcEngineConfig){
    .protocol = MQTTC_PROTOCOL_V3_1_1,
    .client_id = g_strdup (""),
    .clean_session = TRUE,
    .keep_alive = 60,
    .max_outgoing_packet_size = 0,
    .max_publish_rate = 0,
    .resend_delay = 0,
    .manual_acks = FALSE,
    .max_inflight = 20, /* Mosquitto drops what is beyond, and acknowledges it */
    .max_queued_messages = 10000,
    .max_queued_bytes = 64 * 1024 * 1024,
    .max_undelivered_messages = 1024,
    .max_undelivered_bytes = 4 * 1024 * 1024,
    .max_held_bytes = 64 * 1024 * 1024,
    .overflow_policy = MQTTC_OVERFLOW_POLICY_FAIL,
    .offline_qos0 = MQTTC_OFFLINE_QOS0_QUEUE,
    .session_lost_policy = MQTTC_SESSION_LOST_POLICY_FAIL,
    .connect_timeout = 30 * G_USEC_PER_SEC,
    .ping_timeout = 10 * G_USEC_PER_SEC,
    .write_timeout = 30 * G_USEC_PER_SEC,
    .packet_timeout = 30 * G_USEC_PER_SEC,
    .reconnect = TRUE,
    .reconnect_min_delay = G_USEC_PER_SEC,
    .reconnect_max_delay = 120 * G_USEC_PER_SEC,
    .stable_time = 30 * G_USEC_PER_SEC,
  };
}

/* With a payload of its own, too: freeing it must not run a function of the program. */
static MqttcMessage *
copy_will (MqttcMessage *will)
{
  gsize len;
  const void *data = mqttc_message_peek_payload (will, &len);
  MqttcMessage *copy = mqttc_message_new_data (mqttc_message_get_topic (will), data, len);

  mqttc_message_set_properties (copy, mqttc_message_get_properties (will));
  mqttc_message_set_qos (copy, mqttc_message_get_qos (will));
  mqttc_message_set_retain (copy, mqttc_message_get_retain (will));
  mqttc_message_lock (copy);
  return copy;
}

void
mqttc_engine_config_copy (MqttcEngineConfig *config,
                          const MqttcEngineConfig *from)
{
  MqttcEngineConfig copy = *from;

  copy.client_id = g_strdup (from->client_id);
  copy.user_name = g_strdup (from->user_name);
  copy.password = mqttc_secret_copy (from->password);
  copy.will = from->will != NULL ? copy_will (from->will) : NULL;
  copy.server = g_strdup (from->server);
  if (copy.user_properties != NULL)
    g_bytes_ref (copy.user_properties);
  *config = copy;
}

void
mqttc_engine_config_clear (MqttcEngineConfig *config)
{
  g_clear_pointer (&config->client_id, g_free);
  g_clear_pointer (&config->user_name, g_free);
  g_clear_pointer (&config->password, g_bytes_unref);
  g_clear_pointer (&config->will, mqttc_message_unref);
  g_clear_pointer (&config->server, g_free);
  g_clear_pointer (&config->user_properties, g_bytes_unref);
}
