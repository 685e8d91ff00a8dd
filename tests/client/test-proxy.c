/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A GProxyResolver is code of the program, in the middle of an attempt to connect. */

#include "mqttc-glib.h"
#include "test-init.h"

typedef struct
{
  GObject parent;
} TestProxy;
typedef GObjectClass TestProxyClass;

static MqttcClient *dropped; /* (owned) (nullable) by the resolver */

static gboolean
is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static void
lookup_async (GProxyResolver *resolver,
              const char *uri,
              GCancellable *cancellable,
              GAsyncReadyCallback callback,
              gpointer user_data)
{
  static const char *const direct[] = { "direct://", NULL };
  GTask *task = g_task_new (resolver, cancellable, callback, user_data);

  g_clear_object (&dropped);
  g_task_return_pointer (task, g_strdupv ((char **) direct), (GDestroyNotify) g_strfreev);
  g_object_unref (task);
}

static char **
lookup_finish (GProxyResolver *resolver,
               GAsyncResult *result,
               GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_proxy_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = is_supported;
  iface->lookup_async = lookup_async;
  iface->lookup_finish = lookup_finish;
}

static GType test_proxy_get_type (void);

G_DEFINE_TYPE_WITH_CODE (TestProxy,
                         test_proxy,
                         G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, test_proxy_iface_init)
                             g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME,
                                                             g_define_type_id,
                                                             "test",
                                                             -50))

static void
test_proxy_class_init (TestProxyClass *klass)
{
}

static void
test_proxy_init (TestProxy *self)
{
}

static void
set_true_cb (gpointer data,
             GObject *where_the_object_was)
{
  *(gboolean *) data = TRUE;
}

static void
test_dropped (void)
{
  g_autoptr (MqttcOptions) options = mqttc_options_new ();
  MqttcEventLoop *loop;
  gboolean is_gone = FALSE;

  mqttc_options_set_host (options, "127.0.0.1");
  mqttc_options_set_port (options, 1);
  dropped = mqttc_client_new (options);
  loop = mqttc_client_get_event_loop (dropped);
  g_object_weak_ref (G_OBJECT (loop), set_true_cb, &is_gone);
  g_assert_true (mqttc_event_loop_start (loop, NULL));
  while (!is_gone)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

int
main (int argc,
      char **argv)
{
  test_init (&argc, &argv);
  g_setenv ("GIO_USE_PROXY_RESOLVER", "test", TRUE);
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_type_ensure (test_proxy_get_type ());
  g_assert_true (
      G_TYPE_CHECK_INSTANCE_TYPE (g_proxy_resolver_get_default (), test_proxy_get_type ()));

  g_test_add_func ("/client/proxy/dropped", test_dropped);

  return g_test_run ();
}
