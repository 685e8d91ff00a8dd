/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A window that shows the last text of a topic, and publishes what is typed. */

#include <glib-unix.h>
#include <gtk/gtk.h>
#include <mqttc-glib.h>
#include <stdio.h>

static gboolean prints;
static char *typed;
static char **arguments;

static const GOptionEntry entries[]
    = { { "print", 0, 0, G_OPTION_ARG_NONE, &prints, "Print what the window shows", NULL },
        { "type", 0, 0, G_OPTION_ARG_STRING, &typed, "Type a text and press the button", "TEXT" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &arguments, NULL, "URI TOPIC" },
        G_OPTION_ENTRY_NULL };

typedef struct
{
  GtkApplication *application;
  MqttcClient *client;
  GtkWidget *window;
  GtkWidget *value;
  GtkWidget *status;
  GtkWidget *entry;
  GtkWidget *button;
} Example;

static void
show (Example *self,
      GtkWidget *label,
      const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text);
  if (prints)
    {
      printf ("%s: %s\n", label == self->value ? "value" : "status", text);
      fflush (stdout);
    }
}

static void
message_cb (MqttcSubscription *subscription,
            MqttcMessage *message,
            Example *self)
{
  const char *text = mqttc_message_get_text (message);

  show (self, self->value, text != NULL ? text : "(not text)");
}

static void
connected_cb (MqttcClient *client,
              MqttcPacket *connack,
              Example *self)
{
  show (self, self->status, "Connected");
}

/* The client tries again by itself, if that makes sense. */
static void
disconnected_cb (MqttcClient *client,
                 const GError *error,
                 gint64 retry_usec,
                 Example *self)
{
  show (self, self->status, error != NULL ? error->message : "Closed");
}

static void
published_cb (GObject *source,
              GAsyncResult *result,
              gpointer user_data)
{
  Example *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MqttcPacket) ack = mqttc_client_publish_finish (self->client, result, &error);

  if (error != NULL)
    show (self, self->status, error->message);
}

static void
publish_cb (Example *self)
{
  mqttc_client_publish_text_async (self->client, arguments[1],
                                   gtk_editable_get_text (GTK_EDITABLE (self->entry)),
                                   MQTTC_QOS_AT_LEAST_ONCE, TRUE, NULL, published_cb, self);
}

static void
subscribed_cb (GObject *source,
               GAsyncResult *result,
               gpointer user_data)
{
  Example *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!mqttc_client_subscribe_finish (self->client, result, &error))
    show (self, self->status, error->message);
  else if (typed != NULL)
    {
      gtk_editable_set_text (GTK_EDITABLE (self->entry), typed);
      g_signal_emit_by_name (self->button, "clicked");
    }
}

static void
closed_cb (GObject *source,
           GAsyncResult *result,
           gpointer user_data)
{
  Example *self = user_data;

  mqttc_client_close_finish (self->client, result, NULL);
  gtk_window_destroy (GTK_WINDOW (self->window));
}

/* Out of sight at once, but alive until the client has finished what was published. */
static gboolean
close_request_cb (GtkWindow *window,
                  Example *self)
{
  gtk_widget_set_visible (self->window, FALSE);
  mqttc_client_close_async (self->client, NULL, closed_cb, self);

  return TRUE;
}

static gboolean
terminated_cb (gpointer user_data)
{
  gtk_window_close (user_data);

  return G_SOURCE_REMOVE;
}

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, css_class);

  return label;
}

static GtkWidget *
make_header (Example *self)
{
  GtkWidget *header = gtk_header_bar_new ();
  GtkWidget *titles = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->status = make_label ("Connecting", "subtitle");
  gtk_widget_set_valign (titles, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (titles), make_label (arguments[1], "title"));
  gtk_box_append (GTK_BOX (titles), self->status);
  gtk_header_bar_set_title_widget (GTK_HEADER_BAR (header), titles);

  return header;
}

static GtkWidget *
make_content (Example *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->value = make_label ("—", "title-1");
  gtk_widget_set_vexpand (self->value, TRUE);
  self->entry = gtk_entry_new ();
  gtk_widget_set_hexpand (self->entry, TRUE);
  self->button = gtk_button_new_with_label ("Publish");
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (publish_cb), self);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (publish_cb), self);

  gtk_box_append (GTK_BOX (row), self->entry);
  gtk_box_append (GTK_BOX (row), self->button);
  gtk_box_append (GTK_BOX (content), self->value);
  gtk_box_append (GTK_BOX (content), row);

  return content;
}

static void
activate_cb (GApplication *application,
             Example *self)
{
  g_autoptr (MqttcSubscription) subscription = NULL;

  self->window = gtk_application_window_new (self->application);
  gtk_window_set_titlebar (GTK_WINDOW (self->window), make_header (self));
  gtk_window_set_child (GTK_WINDOW (self->window), make_content (self));
  g_signal_connect (self->window, "close-request", G_CALLBACK (close_request_cb), self);
  g_unix_signal_add (SIGINT, terminated_cb, self->window);
  g_unix_signal_add (SIGTERM, terminated_cb, self->window);

  g_signal_connect (self->client, "connected", G_CALLBACK (connected_cb), self);
  g_signal_connect (self->client, "disconnected", G_CALLBACK (disconnected_cb), self);
  subscription = mqttc_subscription_new (arguments[1], MQTTC_QOS_AT_LEAST_ONCE);
  g_signal_connect (subscription, "message", G_CALLBACK (message_cb), self);
  mqttc_client_open_async (self->client, NULL, NULL, NULL);
  mqttc_client_subscribe_async (self->client, subscription, NULL, subscribed_cb, self);

  gtk_window_present (GTK_WINDOW (self->window));
}

static int
options_cb (GApplication *application,
            GVariantDict *options,
            Example *self)
{
  g_autoptr (GError) error = NULL;

  if (arguments == NULL || g_strv_length (arguments) != 2)
    g_printerr ("Give a URI such as mqtt://localhost and a topic; see --help\n");
  else if ((self->client = mqttc_client_new_for_uri (arguments[0], &error)) == NULL)
    g_printerr ("%s\n", error->message);

  /* Go on, or end. */
  return self->client != NULL ? -1 : 1;
}

int
main (int argc,
      char **argv)
{
  Example self = { 0 };
  int status;

  self.application = gtk_application_new ("org.mqttc.Window", G_APPLICATION_NON_UNIQUE);
  g_application_add_main_option_entries (G_APPLICATION (self.application), entries);
  g_application_set_option_context_summary (G_APPLICATION (self.application),
                                            "Shows the last text of a topic.");
  g_signal_connect (self.application, "handle-local-options", G_CALLBACK (options_cb), &self);
  g_signal_connect (self.application, "activate", G_CALLBACK (activate_cb), &self);
  status = g_application_run (G_APPLICATION (self.application), argc, argv);

  g_clear_object (&self.client);
  g_object_unref (self.application);
  g_strfreev (arguments);
  g_free (typed);

  return status;
}
