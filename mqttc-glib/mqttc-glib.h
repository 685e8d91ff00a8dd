/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#define MQTTC_INSIDE

#include "mqttc-enum-types.h"
#include "mqttc-enums.h"
#include "mqttc-error.h"
#include "mqttc-types.h"
#include "mqttc-version.h"

#include "codec/mqttc-topic.h"
#include "values/mqttc-properties.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"
#include "values/mqttc-reason-error.h"
#include "values/mqttc-event.h"
#include "values/mqttc-statistics.h"
#include "transport/mqttc-tls-failure.h"
#include "loop/mqttc-auth-request.h"
#include "loop/mqttc-authenticator.h"
#include "loop/mqttc-credentials-provider.h"
#include "loop/mqttc-scram-authenticator.h"
#include "loop/mqttc-options.h"
#include "loop/mqttc-event-loop.h"
#include "client/mqttc-client.h"
#include "client/mqttc-subscription.h"
#include "helpers/mqttc-connection.h"
#include "helpers/mqttc-packet-stream.h"
#include "helpers/mqttc-requester.h"
#include "helpers/mqttc-responder.h"
#include "helpers/mqttc-session.h"

#undef MQTTC_INSIDE
