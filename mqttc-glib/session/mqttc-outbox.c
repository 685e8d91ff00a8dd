/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sections 4.3 (the exchanges), 4.4 (sending again) and 4.6 (order) of the standard, the client's
 * outgoing side. */

#include "config.h"

#include "session/mqttc-outbox-private.h"

static void
list_insert_before (MqttcRequestList *list,
                    MqttcRequest *sibling, /* (nullable): at the end */
                    MqttcRequest *request)
{
  MqttcRequest *prev = sibling != NULL ? sibling->prev : list->tail;

  request->list = list;
  request->prev = prev;
  request->next = sibling;

  if (prev != NULL)
    prev->next = request;
  else
    list->head = request;

  if (sibling != NULL)
    sibling->prev = request;
  else
    list->tail = request;

  list->length++;
}

static void
list_append (MqttcRequestList *list,
             MqttcRequest *request)
{
  list_insert_before (list, NULL, request);
}

static void
list_unlink (MqttcOutbox *self,
             MqttcRequest *request)
{
  MqttcRequestList *list = request->list;

  if (self->resend_published == request)
    self->resend_published = request->next;
  if (self->resend_released == request)
    self->resend_released = request->next;
  if (list->unsent == request)
    list->unsent = request->next;

  if (request->prev != NULL)
    request->prev->next = request->next;
  else
    list->head = request->next;

  if (request->next != NULL)
    request->next->prev = request->prev;
  else
    list->tail = request->prev;

  list->length--;
  request->list = NULL;
}

/* Enough for what one flush takes along: bursts of requests come and go, which malloc() is slow at. */
#define MAX_SPARE 1024

static MqttcRequest *
request_new (MqttcOutbox *self,
             MqttcRequestKind kind)
{
  MqttcRequest *request = self->spare;

  if (G_LIKELY (request != NULL))
    {
      self->spare = request->next;
      self->n_spare--;
    }
  else
    {
      request = g_new (MqttcRequest, 1);
    }

  mqttc_zero (request, sizeof *request);
  request->kind = kind;
  return request;
}

static void
drop_message (MqttcOutbox *self,
              MqttcRequest *request)
{
  if (request->message != NULL)
    mqttc_discarded_add (self->discarded, g_steal_pointer (&request->message));
}

static void
request_free (MqttcOutbox *self,
              MqttcRequest *request)
{
  drop_message (self, request);
  g_clear_pointer (&request->set, mqttc_filter_set_free);

  if (G_UNLIKELY (self->n_spare == MAX_SPARE))
    {
      g_free (request);
      return;
    }

  request->next = self->spare;
  self->spare = request;
  self->n_spare++;
}

void
mqttc_outbox_trim (MqttcOutbox *self)
{
  while (self->spare != NULL)
    {
      MqttcRequest *request = self->spare;

      self->spare = request->next;
      g_free (request);
    }
  self->n_spare = 0;
}

MqttcRequest *
mqttc_outbox_add_publish (MqttcOutbox *self,
                          MqttcMessage *message,
                          gsize queued_size)
{
  MqttcRequest *request = request_new (self, MQTTC_REQUEST_PUBLISH);
  MqttcRequestList *list;

  request->message = mqttc_message_ref (message);
  request->qos = mqttc_message_get_qos (message);
  request->sequence = ++self->last_sequence;
  request->queued_size = queued_size;
  self->queued++;
  self->queued_bytes += queued_size;

  list = request->qos == MQTTC_QOS_AT_MOST_ONCE ? &self->ungated : &self->gated;
  if (list->unsent == NULL)
    list->unsent = request;
  list_append (list, request);
  return request;
}

void
mqttc_outbox_add_written (MqttcOutbox *self,
                          MqttcMessage *message,
                          guint64 end)
{
  MqttcRequest *request = request_new (self, MQTTC_REQUEST_PUBLISH);
  MqttcRequest *next = NULL;

  for (MqttcRequest *old = self->writing.tail; old != NULL && old->end > end; old = old->prev)
    next = old;

  request->message = message;
  request->sequence = 1; /* older than whatever is unsent */
  request->end = end;
  request->encoded = TRUE;
  list_insert_before (&self->writing, next, request);
}

MqttcRequest *
mqttc_outbox_add_filters (MqttcOutbox *self,
                          MqttcFilterSet *set)
{
  MqttcRequestKind kind
      = set->options != NULL ? MQTTC_REQUEST_SUBSCRIBE : MQTTC_REQUEST_UNSUBSCRIBE;
  MqttcRequest *request = request_new (self, kind);

  request->set = set;
  request->watched = TRUE;
  request->sequence = ++self->last_sequence;
  request->queued_size = set->entries->len;
  self->queued++;
  self->queued_bytes += set->entries->len;
  self->queued_filters++;
  self->queued_filter_bytes += set->entries->len;

  list_append (&self->unasked, request);
  return request;
}

void
mqttc_outbox_add_resubscribe (MqttcOutbox *self,
                              MqttcFilterSet *set)
{
  MqttcRequest *request = request_new (self, MQTTC_REQUEST_SUBSCRIBE);

  request->set = set;
  request->encoded = TRUE; /* it is nobody's request: it counts nowhere */
  list_insert_before (&self->unasked, self->unasked.head, request);
}

static MqttcRequest *
get_next_resend (const MqttcOutbox *self,
                 guint hold)
{
  if ((hold & MQTTC_HOLD_RESEND) != 0 || self->outstanding >= self->window)
    return NULL;
  if (self->resend_released != NULL)
    return self->resend_released;

  return (hold & MQTTC_HOLD_PUBLISH) != 0 ? NULL : self->resend_published;
}

static inline MqttcRequest *
get_older (MqttcRequest *a,
           MqttcRequest *b)
{
  if (a == NULL || (b != NULL && b->sequence < a->sequence))
    return b;

  return a;
}

MqttcRequest *
mqttc_outbox_next (const MqttcOutbox *self,
                   guint hold)
{
  gboolean id_free = !mqttc_id_table_is_full (&self->ids);
  gboolean resending = self->resend_released != NULL || self->resend_published != NULL;
  MqttcRequest *next = NULL;

  if (G_UNLIKELY (resending))
    {
      next = get_next_resend (self, hold);
      if (next != NULL)
        return next;

      if (self->resends_first)
        hold |= MQTTC_HOLD_PUBLISH;
    }

  if ((hold & MQTTC_HOLD_PUBLISH) == 0)
    {
      next = self->ungated.head;

      /* New ones wait until all resends have left. */
      if (id_free && !resending && self->outstanding < self->window)
        next = get_older (next, self->gated.head);
    }

  return id_free ? get_older (next, self->unasked.head) : next;
}

MqttcRequest *
mqttc_outbox_get_oldest_publish (const MqttcOutbox *self)
{
  return self->ungated.unsent != NULL ? self->ungated.unsent : self->gated.unsent;
}

static void
leave_queue (MqttcOutbox *self,
             MqttcRequest *request)
{
  self->queued--;
  self->queued_bytes -= request->queued_size;

  if (request->kind != MQTTC_REQUEST_PUBLISH)
    {
      self->queued_filters--;
      self->queued_filter_bytes -= request->queued_size;
    }
  request->queued_size = 0;
}

static void
take_from_queue (MqttcOutbox *self,
                 MqttcRequest *request)
{
  if (request->encoded)
    return;

  leave_queue (self, request);
  request->encoded = TRUE;
  if (request->qos != MQTTC_QOS_AT_MOST_ONCE)
    self->inflight++;
}

static void
take_place (MqttcOutbox *self,
            MqttcRequest *request)
{
  request->on_link = TRUE;
  self->outstanding++;
}

static void
give_place_back (MqttcOutbox *self,
                 MqttcRequest *request)
{
  if (request->on_link)
    self->outstanding--;
  request->on_link = FALSE;
}

void
mqttc_outbox_mark_sent (MqttcOutbox *self,
                        MqttcRequest *request,
                        guint64 end)
{
  if (request->list == &self->released || request->list == &self->published)
    {
      if (request == self->resend_released)
        self->resend_released = request->next;
      else
        self->resend_published = request->next;
      take_place (self, request);
      return;
    }

  take_from_queue (self, request);
  list_unlink (self, request);

  if (request->kind != MQTTC_REQUEST_PUBLISH)
    {
      list_append (&self->asked, request);
    }
  else if (request->qos == MQTTC_QOS_AT_MOST_ONCE)
    {
      request->end = end;
      list_append (&self->writing, request);
    }
  else
    {
      take_place (self, request);
      list_append (&self->published, request);
    }
}

gboolean
mqttc_outbox_release (MqttcOutbox *self,
                      MqttcRequest *request)
{
  /* PUBRELs leave in the order of the PUBRECs [MQTT-4.6.0-4]: not before those still to be resent. */
  gboolean now
      = self->resend_released == NULL && (request->on_link || self->outstanding < self->window);

  list_unlink (self, request);
  list_append (&self->released, request);
  drop_message (self, request);

  if (now)
    {
      if (!request->on_link)
        take_place (self, request);
      return TRUE;
    }

  give_place_back (self, request);
  if (self->resend_released == NULL)
    self->resend_released = request;
  return FALSE;
}

void
mqttc_outbox_remove (MqttcOutbox *self,
                     MqttcRequest *request)
{
  if (!request->encoded)
    {
      leave_queue (self, request);
    }
  else if (request->qos != MQTTC_QOS_AT_MOST_ONCE)
    {
      self->inflight--;
    }

  give_place_back (self, request);
  mqttc_id_table_remove (&self->ids, request->packet_id);
  list_unlink (self, request);
  request_free (self, request);
}

/* @from is in the order of acceptance, and older than anything in @to. */
static void
requeue_all (MqttcOutbox *self,
             MqttcRequestList *from,
             MqttcRequestList *to)
{
  MqttcRequest *request;

  while ((request = from->tail) != NULL)
    {
      list_unlink (self, request);
      mqttc_id_table_remove (&self->ids, request->packet_id);
      request->packet_id = 0;
      list_insert_before (to, to->head, request);
    }
}

void
mqttc_outbox_link_lost (MqttcOutbox *self,
                        guint64 taken)
{
  requeue_all (self, &self->writing, &self->ungated);
  requeue_all (self, &self->asked, &self->unasked);
  while (self->unasked.head != NULL && self->unasked.head->sequence == 0)
    mqttc_outbox_remove (self, self->unasked.head);

  for (MqttcRequest *request = self->published.head; request != NULL; request = request->next)
    {
      if (request->on_link && request->begin < taken)
        request->left = TRUE;
      request->on_link = FALSE;
    }
  for (MqttcRequest *request = self->released.head; request != NULL; request = request->next)
    {
      request->resumed = TRUE;
      request->on_link = FALSE;
    }

  self->outstanding = 0;
  self->resend_published = NULL;
  self->resend_released = NULL;
}

void
mqttc_outbox_resume (MqttcOutbox *self)
{
  self->resend_published = self->published.head;
  self->resend_released = self->released.head;
}

void
mqttc_outbox_send_as_new (MqttcOutbox *self,
                          MqttcRequest *request)
{
  mqttc_id_table_remove (&self->ids, request->packet_id);
  request->packet_id = 0;
  request->left = FALSE;
  list_unlink (self, request);
  list_insert_before (&self->gated, self->gated.head, request);
}

void
mqttc_outbox_lower_qos (MqttcOutbox *self,
                        MqttcRequest *request,
                        guint maximum)
{
  if (request->qos <= maximum)
    return;

  /* Of one that was in flight in a session that is lost. */
  if (request->encoded && maximum == MQTTC_QOS_AT_MOST_ONCE)
    self->inflight--;
  request->qos = (guint8) maximum;
}

gboolean
mqttc_outbox_is_empty (const MqttcOutbox *self)
{
  return self->gated.length + self->ungated.length + self->unasked.length + self->writing.length
             + self->asked.length + self->published.length + self->released.length
         == 0;
}

void
mqttc_outbox_clear (MqttcOutbox *self)
{
  g_assert (mqttc_outbox_is_empty (self));
  mqttc_outbox_trim (self);
  mqttc_id_table_clear (&self->ids);
}
