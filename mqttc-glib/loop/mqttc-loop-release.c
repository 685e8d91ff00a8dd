/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The last reference of an object is dropped in a thread that does not own the context the object
 * belongs to. Its dispose() takes another one, and hands it over to the context.
 *
 * There is a trap: g_object_unref() of the first thread has not returned from dispose() when the
 * reference arrives. If it were dropped at once, it would not be the last one, so nobody would call
 * dispose() again, and the first thread would finalize an object that is still in use here. So it is
 * kept until the first thread has let go. */

#include "config.h"

#include "loop/mqttc-event-loop-private.h"

/* Somebody may have got hold of the object meanwhile, and keep it for long. By then the first thread
 * is gone for sure. */
#define RETRY_INTERVAL (G_USEC_PER_SEC / 1000)
#define MAX_RETRIES 1000

typedef struct
{
  GSource parent;
  GObject *object; /* (owned) (nullable) */
  guint n_retries;
} ReleaseSource;

static gboolean
release_dispatch (GSource *source,
                  GSourceFunc callback,
                  gpointer user_data)
{
  ReleaseSource *self = (ReleaseSource *) source;

  if (g_atomic_int_get (&self->object->ref_count) > 1 && self->n_retries++ < MAX_RETRIES)
    {
      g_source_set_ready_time (source, g_get_monotonic_time () + RETRY_INTERVAL);
      return G_SOURCE_CONTINUE;
    }

  g_clear_object (&self->object);
  return G_SOURCE_REMOVE;
}

static void
release_finalize (GSource *source)
{
  g_clear_object (&((ReleaseSource *) source)->object);
}

static GSourceFuncs release_funcs = {
  .dispatch = release_dispatch,
  .finalize = release_finalize,
};

void
mqttc_event_loop_release_object (MqttcEventLoop *self,
                                 gpointer object,
                                 const char *name)
{
  g_autoptr (GSource) source = g_source_new (&release_funcs, sizeof (ReleaseSource));

  ((ReleaseSource *) source)->object = g_object_ref (object);
  g_source_set_ready_time (source, 0);
  mqttc_event_loop_attach_source (self, source, name);
}
