/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "values/mqttc-marshal-private.h"
#include "values/mqttc-message.h"
#include "values/mqttc-packet.h"

typedef void (*Handler) (gpointer first,
                         gpointer value,
                         gpointer last);

static inline void
call (GClosure *closure,
      gpointer instance,
      gpointer value,
      gpointer marshal_data)
{
  Handler handler
      = (Handler) (marshal_data != NULL ? marshal_data : ((GCClosure *) closure)->callback);

  if (G_CCLOSURE_SWAP_DATA (closure))
    handler (closure->data, value, instance);
  else
    handler (instance, value, closure->data);
}

/* The argument is held: whoever emits may drop his reference from inside the handler. */

void
mqttc_marshal_message (GClosure *closure,
                       GValue *return_value,
                       gpointer instance,
                       va_list args,
                       gpointer marshal_data,
                       int n_params,
                       GType *param_types)
{
  MqttcMessage *argument = va_arg (args, MqttcMessage *);
  g_autoptr (MqttcMessage) message = argument != NULL ? mqttc_message_ref (argument) : NULL;

  call (closure, instance, message, marshal_data);
}

void
mqttc_marshal_packet (GClosure *closure,
                      GValue *return_value,
                      gpointer instance,
                      va_list args,
                      gpointer marshal_data,
                      int n_params,
                      GType *param_types)
{
  MqttcPacket *argument = va_arg (args, MqttcPacket *);
  g_autoptr (MqttcPacket) packet = argument != NULL ? mqttc_packet_ref (argument) : NULL;

  call (closure, instance, packet, marshal_data);
}
