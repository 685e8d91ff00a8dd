/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include "mqttc-enums.h"

G_BEGIN_DECLS

MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_topic_is_valid (const char *topic);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_filter_is_valid (const char *filter);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_topic_matches (const char *topic,
                              const char *filter);
MQTTC_AVAILABLE_IN_0_1
gboolean mqttc_has_wildcards (const char *topic_or_filter);

G_END_DECLS
