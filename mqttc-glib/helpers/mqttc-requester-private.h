/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/mqttc-client-private.h"
#include "helpers/mqttc-requester.h"

G_BEGIN_DECLS

struct _MqttcRequester
{
  GObject parent_instance;

  MqttcClient *client; /* (owned) */
  gulong state_id;
  gulong connected_id;
  char *response_topic;            /* (owned) (nullable): from the first request on */
  MqttcSubscription *subscription; /* (owned) (nullable): likewise */
  gboolean is_subscribing;
  gboolean is_subscribed;

  GQueue waiting;      /* of operations (owned), for the subscription */
  GHashTable *pending; /* (owned): correlation data (unowned) → operation (owned) */
  GSource *timer;      /* (owned) (nullable) */
};

/* In mqttc-requester-request.c. */
void mqttc_requester_state_cb (MqttcClient *client,
                               GParamSpec *pspec,
                               gpointer user_data);
void mqttc_requester_connected_cb (MqttcClient *client,
                                   MqttcPacket *connack,
                                   gpointer user_data);

/* In mqttc-requester.c. */
void mqttc_requester_notify_response_topic (MqttcRequester *self);
void mqttc_requester_drop_subscription (MqttcRequester *self);

G_END_DECLS
