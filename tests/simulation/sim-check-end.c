/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sim-check.h"

#include <string.h>

/* The two ends compared, when everything has come to rest. */

guint8 *
sim_payload_new (guint32 uid,
                 gsize len)
{
  guint8 *payload = g_malloc (len);
  char digits[SIM_MIN_PAYLOAD + 1];

  g_assert (len >= SIM_MIN_PAYLOAD);
  g_snprintf (digits, sizeof (digits), "%010u", uid);
  memcpy (payload, digits, SIM_MIN_PAYLOAD);
  for (gsize i = SIM_MIN_PAYLOAD; i < len; i++)
    payload[i] = (guint8) (uid * 31 + i * 7 + (i >> 8));

  return payload;
}

gboolean
sim_payload_check (guint32 uid,
                   const guint8 *payload,
                   gsize len)
{
  g_autofree guint8 *expected = len >= SIM_MIN_PAYLOAD ? sim_payload_new (uid, len) : NULL;

  return expected != NULL && memcmp (payload, expected, len) == 0;
}

guint32
sim_payload_get_uid (const guint8 *payload,
                     gsize len)
{
  guint64 uid = 0;

  if (len < SIM_MIN_PAYLOAD)
    return 0;
  for (gsize i = 0; i < SIM_MIN_PAYLOAD; i++)
    uid = uid * 10 + (guint64) (payload[i] - '0');

  return uid <= G_MAXUINT32 ? (guint32) uid : 0;
}

/* --- What the broker saw --- */

void
sim_check_owned (SimCheck *self,
                 guint32 uid)
{
  SimRequest *request = sim_check_get_request (self, uid);

  if (request != NULL)
    request->n_owned++;
}

void
sim_check_forwarded (SimCheck *self,
                     guint32 uid,
                     guint qos,
                     const guint8 *payload,
                     gsize payload_len)
{
  SimRequest *request = sim_check_get_request (self, uid);

  if (request == NULL || request->qos != qos || request->payload_len != payload_len
      || !sim_payload_check (uid, payload, payload_len))
    {
      sim_check_fail (self, "I1", "the broker gets message %u, which is not what the program sent",
                      uid);
      return;
    }

  request->n_forwarded++;
  if (qos == 0 && request->n_forwarded > 1 && !request->lowered)
    sim_check_fail (self, "I2", "the broker gets QoS 0 message %u twice", uid);
  if (qos == 2 && !request->tainted && request->n_forwarded > 1 + request->n_lost)
    sim_check_fail (self, "I2", "the broker gets QoS 2 message %u %u times", uid,
                    request->n_forwarded);
  if (qos == 2 && !request->tainted && request->n_forwarded > 1
      && self->options->engine.session_lost_policy == MQTTC_SESSION_LOST_POLICY_FAIL)
    sim_check_fail (self, "I2", "the broker gets QoS 2 message %u twice", uid);
}

void
sim_check_broker_lost (SimCheck *self,
                       guint32 uid)
{
  SimRequest *request = sim_check_get_request (self, uid);

  if (request != NULL)
    request->broker_lost = TRUE;
}

/* --- The end --- */

static void
check_publish_end (SimCheck *self,
                   SimRequest *request)
{
  gboolean success = request->outcome == SIM_OUTCOME_SUCCESS;

  if (request->tainted)
    return;

  if (request->never && request->n_forwarded + request->n_owned > 0)
    sim_check_fail (self, "I4", "message %u was cancelled before it was sent, and arrived",
                    request->uid);
  if (success && request->qos == 1 && request->n_forwarded == 0)
    sim_check_fail (self, "I1", "QoS 1 message %u is a success, and never arrived", request->uid);
  if (success && request->qos == 2 && request->n_forwarded == 0 && !request->broker_lost)
    sim_check_fail (self, "I2", "QoS 2 message %u is a success, and never arrived", request->uid);
  if (request->healthy && request->n_forwarded != 1)
    sim_check_fail (self, "L1",
                    "message %u, QoS %u, arrived %u times though nothing was in its way",
                    request->uid, request->qos, request->n_forwarded);
}

void
sim_check_requests_end (SimCheck *self)
{
  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      if (request->has_operation && !request->completed)
        sim_check_fail (self, "L1", "request %u has never ended", request->uid);
      if (request->kind == SIM_REQUEST_PUBLISH)
        check_publish_end (self, request);
    }
}

/* --- Subscriptions --- */

static SimSubscribed
after_request (SimRequest *request,
               guint index,
               SimSubscribed before,
               guint *qos)
{
  gboolean is_subscribe = request->kind == SIM_REQUEST_SUBSCRIBE;

  if (request->never)
    return before;
  if (request->ever_acked && !request->ever_sure)
    return SIM_SUBSCRIBED_UNSURE;
  if (request->ever_acked && !is_subscribe)
    return SIM_SUBSCRIBED_NO;
  if (request->ever_acked && index < request->n_codes)
    {
      if (request->codes[index] >= 0x80)
        return before;
      *qos = request->filter_qos[index];
      return SIM_SUBSCRIBED_YES;
    }
  if (request->completed && !request->ever_encoded)
    return before;

  return SIM_SUBSCRIBED_UNSURE;
}

SimSubscribed
sim_check_get_subscribed (SimCheck *self,
                          SimFilter *filter,
                          guint *qos)
{
  SimSubscribed result = SIM_SUBSCRIBED_NO;

  for (guint i = 0; i < self->requests->len; i++)
    {
      SimRequest *request = g_ptr_array_index (self->requests, i);

      for (guint n = 0; n < request->n_filters; n++)
        if (request->filters[n] == filter)
          result = request->uid <= MAX (filter->muddled, filter->forgotten)
                       ? SIM_SUBSCRIBED_UNSURE
                       : after_request (request, n, result, qos);
    }

  return result;
}
