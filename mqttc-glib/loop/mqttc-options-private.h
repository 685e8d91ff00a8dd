/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "loop/mqttc-options.h"
#include "session/mqttc-engine-private.h"
#include "transport/mqttc-transport-private.h"

G_BEGIN_DECLS

/* What the layers below need of the options, as they are now. @config must be clear or initialized;
 * the client id is generated once (from the kernel's random numbers) if none was set, and kept. */
void mqttc_options_fill_config (MqttcOptions *self,
                                MqttcEngineConfig *config);
MqttcAddress *mqttc_options_get_address (MqttcOptions *self);

G_END_DECLS
