/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Memory of small messages, and of what else comes and goes with them, for those to come: they do so in
 * bursts, which malloc() is slow at. Each thread has a pool of its own. */
typedef struct
{
  gpointer first; /* (owned) (nullable); blocks are linked by what is first in them */
  guint n_blocks;
} MqttcBlockPool;

#define MQTTC_BLOCK_SIZE 256

/* Whoever uses one that is gone is not to find another in its place. */
#if defined (__SANITIZE_ADDRESS__)
# define MQTTC_BLOCKS_ARE_POOLED 0
#elif defined (__has_feature)
# if __has_feature(address_sanitizer)
#  define MQTTC_BLOCKS_ARE_POOLED 0
# endif
#endif
#ifndef MQTTC_BLOCKS_ARE_POOLED
# define MQTTC_BLOCKS_ARE_POOLED 1
#endif

/* Enough for what is sent, or handed over, in one go. */
#define MQTTC_BLOCK_POOL_MAX 256

/* That of the calling thread: not to be kept longer than it is certain to be the same. */
MqttcBlockPool *mqttc_block_pool_get (void);

/* Frees what is in that of the calling thread. */
void mqttc_block_pool_clear (void);

/* A block of MQTTC_BLOCK_SIZE bytes; it may as well be freed by g_free(). */
static inline gpointer
mqttc_block_pool_take (MqttcBlockPool *self)
{
  gpointer block = self->first;

  if (G_UNLIKELY (block == NULL))
    return g_malloc (MQTTC_BLOCK_SIZE);

  self->first = *(gpointer *) block;
  self->n_blocks--;
  return block;
}

static inline void
mqttc_block_pool_give (MqttcBlockPool *self,
                       gpointer block)
{
  if (G_UNLIKELY (!MQTTC_BLOCKS_ARE_POOLED || self->n_blocks == MQTTC_BLOCK_POOL_MAX))
    {
      g_free (block);
      return;
    }

  *(gpointer *) block = self->first;
  self->first = block;
  self->n_blocks++;
}

G_END_DECLS
