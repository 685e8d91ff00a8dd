/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "codec/mqttc-slice-private.h"
#include "mqttc-types.h"

G_BEGIN_DECLS

/* A connected, non-blocking, ordered byte stream; a test plugs memory in. */
typedef struct _MqttcTransport MqttcTransport;

typedef struct
{
  /* > 0: bytes read; 0: the peer has ended; -1: @error, G_IO_ERROR_WOULD_BLOCK included. */
  gssize (*read) (MqttcTransport *self, guint8 *buffer, gsize size, GError **error);

  /* Gathers. >= 0: bytes taken, maybe fewer than given; -1: @error as above. The next call begins
   * where this one has ended, with the same bytes and no fewer: TLS may have encrypted them. */
  gssize (*writev) (MqttcTransport *self, const MqttcSlice *slices, guint n_slices, GError **error);

  /* (transfer full): is ready while reading (G_IO_IN) or writing (G_IO_OUT) would not block. Meant as
   * a child source: its callback is set, keeps the source, and sets @ready to TRUE, because a parent
   * is not told which of its children was ready. @ready must outlive the source. */
  GSource *(*create_source) (MqttcTransport *self, GIOCondition condition, gboolean *ready);

  /* (nullable member): the TLS that it is. (transfer none) */
  GTlsConnection *(*get_tls) (MqttcTransport *self);

  /* Closes without blocking and frees. */
  void (*free) (MqttcTransport *self);
} MqttcTransportClass;

struct _MqttcTransport
{
  const MqttcTransportClass *klass;
};

/* Over the socket of @connection, which is made non-blocking. NULL and @error if there is more than a
 * socket to it: a proxy that is reached over TLS. */
MqttcTransport *mqttc_stream_transport_new (GSocketConnection *connection,
                                            GError **error);

/* How to make TLS of it; what is NULL was not set. It does not change once it is made, so that it can be
 * shared and freed by any thread. */
typedef struct
{
  gatomicrefcount ref_count;
  char *server_identity; /* NULL: the host */
  char *ca_file;
  GTlsDatabase *database;
  GTlsCertificate *certificate;
  char *certificate_file;
  char *private_key_file;
  GTlsInteraction *interaction;
  char **alpn_protocols;
  char **pins;
} MqttcTlsConfig;

/* A deep copy of @from, whose reference count is ignored. */
MqttcTlsConfig *mqttc_tls_config_new (const MqttcTlsConfig *from);
MqttcTlsConfig *mqttc_tls_config_ref (MqttcTlsConfig *self);
void mqttc_tls_config_unref (MqttcTlsConfig *self);

/* Where to dial; a fresh connectable is made of it for each attempt, so that names are resolved
 * again. */
typedef struct
{
  char *host; /* (nullable): NULL with a socket path */
  guint16 port;
  char *socket_path;   /* (nullable) */
  MqttcTlsConfig *tls; /* (nullable): NULL is no TLS */
} MqttcAddress;

MqttcAddress *mqttc_address_copy (const MqttcAddress *self);
void mqttc_address_free (MqttcAddress *self);

/* "broker.lan:1883", "[::1]:1883", "/run/mosquitto.sock": for error messages. */
char *mqttc_address_to_string (const MqttcAddress *self);

/* How an event loop gets its transports. The callback comes in a later iteration of the thread-default
 * context of the call. Errors say where the dial went: "Could not connect to broker.lan:1883: …". */
typedef struct
{
  void (*dial_async) (gpointer user_data,
                      const MqttcAddress *address,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer callback_data);

  /* @failure (out) (optional) (nullable) (transfer full): what the server has shown, if it was refused
   * for that; NULL on success and for other errors. */
  MqttcTransport *(*dial_finish) (gpointer user_data,
                                  GAsyncResult *result,
                                  MqttcTlsFailure **failure,
                                  GError **error);
} MqttcDialer;

/* TCP (no delay) and Unix sockets by GSocketClient, and TLS over either. It has no time-out of its own: the engine has
 * one for the whole attempt, and cancels. */
extern const MqttcDialer mqttc_socket_dialer;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcAddress, mqttc_address_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MqttcTlsConfig, mqttc_tls_config_unref)

G_END_DECLS
