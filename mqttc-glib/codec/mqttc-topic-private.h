/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "codec/mqttc-slice-private.h"
#include "codec/mqttc-topic.h"

G_BEGIN_DECLS

/* Section 4.7, on bytes: at least one, at most 65,535, valid UTF-8, wildcards where they may be. */
gboolean mqttc_topic_slice_is_valid (MqttcSlice topic);
gboolean mqttc_filter_slice_is_valid (MqttcSlice filter);
/* Section 4.8.2 of MQTT 5. */
gboolean mqttc_filter_slice_is_shared (MqttcSlice filter);
gboolean mqttc_filter_is_shared (const char *filter);
/* What of it topics are compared with: that of a shared subscription comes behind its name. */
const char *mqttc_filter_get_inner (const char *filter);

/* What is wrong with it, as the end of a sentence ("is empty", "holds a wildcard"); NULL if it is
 * valid. */
const char *mqttc_topic_get_fault (const char *topic);
const char *mqttc_filter_get_fault (const char *filter);

G_END_DECLS
