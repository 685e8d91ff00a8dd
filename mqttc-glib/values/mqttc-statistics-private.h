/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "values/mqttc-statistics.h"

G_BEGIN_DECLS

/* What a snapshot holds, for whoever takes it. The names are those of the getters, and of the engine's
 * counters. */
typedef struct
{
  guint queued;
  guint64 queued_bytes;
  guint inflight;
  guint undelivered;
  guint64 stray_acks;
  guint64 connections;
  guint64 packets_received;
  guint64 packets_sent;
  guint64 bytes_received;
  guint64 bytes_sent;
  guint64 messages_received;
  guint64 messages_sent;
} MqttcStatisticsData;

MqttcStatistics *mqttc_statistics_new (const MqttcStatisticsData *data);

G_END_DECLS
