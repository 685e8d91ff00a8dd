/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "values/mqttc-block-pool-private.h"

static void
empty (MqttcBlockPool *self)
{
  while (self->first != NULL)
    g_free (mqttc_block_pool_take (self));
}

static void
pool_free (gpointer data)
{
  empty (data);
  g_free (data);
}

static GPrivate pools = G_PRIVATE_INIT (pool_free);

MqttcBlockPool *
mqttc_block_pool_get (void)
{
  MqttcBlockPool *self = g_private_get (&pools);

  if (G_UNLIKELY (self == NULL))
    {
      self = g_new0 (MqttcBlockPool, 1);
      g_private_set (&pools, self);
    }

  return self;
}

void
mqttc_block_pool_clear (void)
{
  empty (mqttc_block_pool_get ());
}
