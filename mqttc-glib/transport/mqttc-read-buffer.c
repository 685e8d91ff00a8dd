/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transport/mqttc-read-buffer-private.h"

/* With TLS two are lent at once. */
#define MAX_SPARE 2

typedef struct
{
  guint8 *buffers[MAX_SPARE]; /* (owned) (nullable) */
} Spare;

static void
spare_free (gpointer data)
{
  Spare *self = data;

  for (guint i = 0; i < MAX_SPARE; i++)
    g_free (self->buffers[i]);
  g_free (self);
}

static GPrivate spares = G_PRIVATE_INIT (spare_free);

static Spare *
get_spare (void)
{
  Spare *self = g_private_get (&spares);

  if (self == NULL)
    {
      self = g_new0 (Spare, 1);
      g_private_set (&spares, self);
    }

  return self;
}

/* While bytes are fed to the engine another loop may read; it must not get the same buffer. */
guint8 *
mqttc_read_buffer_borrow (void)
{
  Spare *spare = get_spare ();

  for (guint i = 0; i < MAX_SPARE; i++)
    if (spare->buffers[i] != NULL)
      return g_steal_pointer (&spare->buffers[i]);

  return g_malloc (MQTTC_READ_BUFFER_SIZE + MQTTC_READ_BUFFER_ROOM);
}

void
mqttc_read_buffer_return (guint8 *buffer)
{
  Spare *spare = get_spare ();

  for (guint i = 0; i < MAX_SPARE; i++)
    if (spare->buffers[i] == NULL)
      {
        spare->buffers[i] = buffer;
        return;
      }

  g_free (buffer);
}
