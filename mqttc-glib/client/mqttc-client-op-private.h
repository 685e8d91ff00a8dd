/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client/mqttc-filter-table-private.h"
#include "client/mqttc-subscription.h"
#include "session/mqttc-engine-private.h"

G_BEGIN_DECLS

/* A task that waits, and the way to cancel it. It ends once.
 *
 * A cancellable can be cancelled in any thread. All that this does is to put the operation into a
 * box, which is emptied in the client's context. So an operation can outlive its end and be freed
 * in any thread, but holds nothing by then. */
typedef struct _MqttcClientOp MqttcClientOp;
typedef struct _MqttcCancelBox MqttcCancelBox;

typedef struct
{
  /* In the client's context, if it has not ended. */
  void (*cancelled) (MqttcClientOp *self);
  /* The engine has ended it: @packet (nullable) or @error (transfer full) (nullable). */
  void (*completed) (MqttcClientOp *self, MqttcPacket *packet, GError *error);
} MqttcClientOpClass;

struct _MqttcClientOp
{
  MqttcOperation operation; /* first: the engine gives this back */
  int ref_count;            /* (atomic) */
  const MqttcClientOpClass *klass;
  GTask *task;                /* (owned) (nullable): NULL once it has ended, and if nobody waits */
  MqttcCancelBox *cancel_box; /* (owned) (nullable) */
  gulong cancelled_id;

  /* Guarded by the lock of the engine, for publishing begins in any thread. */
  gboolean is_new;       /* the engine has not been asked yet */
  gboolean is_cancelled; /* and need not be asked any more */

  guint64 life; /* that it waits for, to begin or to end */

  MqttcSubscription *subscription; /* (owned) (nullable) */
  MqttcFilterUse *use;             /* (nullable): a request of it, to be ended */
  MqttcClientOp *whole;            /* (owned) (nullable): that this one is a part of */
  guint index;                     /* likewise: which part */
  guint64 serial;                  /* of the subscription */
  gboolean shared : 1;             /* there were others on its filter */
  gboolean never_sent : 1;         /* cancelled in time */
};

/* @task (transfer full). */
MqttcClientOp *mqttc_client_op_new (const MqttcClientOpClass *klass,
                                    GTask *task);
MqttcClientOp *mqttc_client_op_ref (MqttcClientOp *self);
void mqttc_client_op_unref (MqttcClientOp *self);

/* Takes the task out: from here on it cannot be cancelled, nor ended again. To return the task is
 * the last thing to do, for that can run the user's callback at once. */
GTask *mqttc_client_op_end (MqttcClientOp *self) G_GNUC_WARN_UNUSED_RESULT;
void mqttc_client_op_end_cancelled (MqttcClientOp *self);
/* As g_task_return_error(), and mqttc_client_get_refusal() knows the packet of the error. */
void mqttc_client_op_return_error (GTask *task, GError *error /* (transfer full) */);
/* (transfer full): what a cancelled operation ends with. */
GError *mqttc_client_op_make_cancelled_error (void);

static inline gboolean
mqttc_client_op_has_ended (const MqttcClientOp *self)
{
  return self->task == NULL;
}

/* Once, if the task has a cancellable. */
void mqttc_client_op_watch (MqttcClientOp *self,
                            MqttcCancelBox *box);

/* Its source is to be attached to @context. */
MqttcCancelBox *mqttc_cancel_box_new (GMainContext *context);
GSource *mqttc_cancel_box_get_source (MqttcCancelBox *self);
/* Operations that come later are dropped. In @context. */
void mqttc_cancel_box_close (MqttcCancelBox *self);
MqttcCancelBox *mqttc_cancel_box_ref (MqttcCancelBox *self);
void mqttc_cancel_box_unref (MqttcCancelBox *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcClientOp, mqttc_client_op_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcCancelBox, mqttc_cancel_box_unref)

G_END_DECLS
