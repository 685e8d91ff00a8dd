/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-fixture.h"

G_BEGIN_DECLS

/* Topics for pulling_send(). */
extern const char *const pulling_abc[];

/* Pulled from its beginning. */
MqttcSubscription *pulling_subscribe (Fixture *f,
                                      const char *filter,
                                      MqttcQos qos);

/* The server sends these, with the identifiers 1, 2, 3 …, and the client has heard them. */
void pulling_send (Fixture *f,
                   MqttcQos qos,
                   const char *const *topics);

void pulling_begin (MqttcSubscription *subscription,
                    GAsyncResult **result);
/* Waits for the end. The topic of the message, to be freed; NULL with @error set. */
char *
pulling_finish (Fixture *f,
                MqttcSubscription *subscription,
                GAsyncResult **result,
                GError **error);

/* Pulls, and asserts that this message comes, or that no more will come. */
void pulling_expect (Fixture *f,
                     MqttcSubscription *subscription,
                     const char *topic);
void pulling_expect_no_more (Fixture *f,
                             MqttcSubscription *subscription);
/* The same of a pull that has begun. */
void pulling_expect_end (Fixture *f,
                         MqttcSubscription *subscription,
                         GAsyncResult **result);

/* How many PUBACKs the client has sent, when it has said all it had to say. */
guint pulling_count_acks (Fixture *f);

G_END_DECLS
