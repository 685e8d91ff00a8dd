/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (MQTTC_INSIDE) && !defined (MQTTC_COMPILATION)
# error "Only <mqttc-glib.h> can be included directly."
#endif

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _MqttcAuthRequest MqttcAuthRequest;
typedef struct _MqttcAuthenticator MqttcAuthenticator;
typedef struct _MqttcClient MqttcClient;
typedef struct _MqttcConnection MqttcConnection;
typedef struct _MqttcCredentialsProvider MqttcCredentialsProvider;
typedef struct _MqttcCredentialsRequest MqttcCredentialsRequest;
typedef struct _MqttcEvent MqttcEvent;
typedef struct _MqttcEventLoop MqttcEventLoop;
typedef struct _MqttcMessage MqttcMessage;
typedef struct _MqttcOptions MqttcOptions;
typedef struct _MqttcPacket MqttcPacket;
typedef struct _MqttcPacketStream MqttcPacketStream;
typedef struct _MqttcProperties MqttcProperties;
typedef struct _MqttcRequester MqttcRequester;
typedef struct _MqttcResponder MqttcResponder;
typedef struct _MqttcScramAuthenticator MqttcScramAuthenticator;
typedef struct _MqttcSession MqttcSession;
typedef struct _MqttcStatistics MqttcStatistics;
typedef struct _MqttcSubscription MqttcSubscription;
typedef struct _MqttcTlsFailure MqttcTlsFailure;

G_END_DECLS
