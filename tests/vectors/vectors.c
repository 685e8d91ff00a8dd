/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a server may say and must not, as lines of the files beside this one. Each is fed whole, cut in
 * two at every place, and byte by byte: the result is the same every time. */

#include <stdio.h>
#include <string.h>

#include "packet-receive.h"
#include "session-run.h"
#include "vector-file.h"

static guint64 n_feeds;

static char *
describe_way (gsize first,
              gsize len)
{
  if (first == len)
    return g_strdup ("whole");
  if (first == 0)
    return g_strdup ("byte by byte");
  return g_strdup_printf ("cut after %" G_GSIZE_FORMAT " bytes", first);
}

/* --- Sessions. --- */

enum
{
  SESSION_NAME,
  SESSION_STATE,
  SESSION_BYTES,
  SESSION_RESULT,
  SESSION_SENDS,
  SESSION_EVENTS,
  SESSION_KEPT,
  SESSION_SOURCE,
  SESSION_N_FIELDS,
};

/* Words for several states. */
static const struct
{
  const char *word;
  const char *states;
} groups[] = {
  { "up", "connected published-1 published-2 released subscribing unsubscribing received pinging" },
  { "greeting", "handshake clean-handshake again-published-1 again-published-2 again-released "
                "again-subscribed again-received" },
};

/* Which files there are. */
typedef struct
{
  MqttcProtocol protocol;
  const char *name;
  const char *folder; /* of the names of the cases */
} File;

static const File session_files[] = {
  { MQTTC_PROTOCOL_V3_1_1, "sessions-3.1.1.txt", "sessions" },
  { MQTTC_PROTOCOL_V5, "sessions-5.txt", "sessions-5" },
  { MQTTC_PROTOCOL_V5, "malformed-5.txt", "malformed-5" },
};

static const File packet_files[] = {
  { MQTTC_PROTOCOL_V3_1_1, "packets-3.1.1.txt", "packets" },
  { MQTTC_PROTOCOL_V5, "packets-5.txt", "packets-5" },
};

typedef struct
{
  const File *file;
  const Vector *vector;
  char *state;
  char *kept;
} Case;

static void
case_free (gpointer data)
{
  Case *self = data;

  g_free (self->state);
  g_free (self->kept);
  g_free (self);
}

static gboolean
is_open (const Case *self)
{
  return strcmp (self->vector->fields[SESSION_RESULT], "open") == 0;
}

/* As the engine's bytes are written down. */
static char *
tidy_hex (const char *text)
{
  g_autoptr (GByteArray) bytes = vector_bytes_from_text (text);
  GString *hex = g_string_new (NULL);

  for (guint i = 0; i < bytes->len; i++)
    g_string_append_printf (hex, "%02x", bytes->data[i]);
  if (hex->len == 0)
    g_string_append_c (hex, '-');

  return g_string_free (hex, FALSE);
}

/* "all": as after a mere cut. */
static char *
make_kept (const File *file,
           const Vector *vector,
           const char *state)
{
  const char *text = vector->fields[SESSION_KEPT];
  g_autoptr (GByteArray) nothing = g_byte_array_new ();
  g_auto (SessionOutcome) outcome = { 0 };
  const SessionWay way = { 0 };

  if (strcmp (text, "held") == 0)
    return g_strdup (text);
  if (strcmp (text, "all") != 0)
    return tidy_hex (text);

  session_run (file->protocol, state, nothing, &way, &outcome);
  g_assert_cmpstr (outcome.result, ==, "open");
  return g_steal_pointer (&outcome.kept);
}

static void
check (const Case *self,
       const char *how,
       const char *what,
       const char *found,
       const char *expected)
{
  if (strcmp (expected, found) != 0)
    g_test_fail_printf ("%s in the state %s, %s: %s: “%s” instead of “%s”",
                        vector_name (self->vector), self->state, how, what, found, expected);
}

static void
check_session (const Case *self,
               const SessionWay *way,
               const char *how)
{
  char **fields = self->vector->fields;
  g_auto (SessionOutcome) outcome = { 0 };
  g_autofree char *sends = tidy_hex (fields[SESSION_SENDS]);

  n_feeds++;
  session_run (self->file->protocol, self->state, self->vector->bytes, way, &outcome);
  check (self, how, "the result", outcome.result, fields[SESSION_RESULT]);
  check (self, how, "the events", outcome.events, fields[SESSION_EVENTS]);

  /* What could be answered before the fault had come is a matter of time. */
  if (way->served && !is_open (self))
    return;
  check (self, how, "the bytes sent", outcome.sends, sends);
  check (self, how, "the session", outcome.kept, self->kept);
}

/* The link is cut somewhere within. Nothing happens but what happens at that point anyway, and the
 * client connects again. */
static void
check_session_cut (const Case *self,
                   gsize lost)
{
  const SessionWay way = { .step = self->vector->bytes->len, .lost = lost };
  const char *expected = self->vector->fields[SESSION_EVENTS];
  g_auto (SessionOutcome) outcome = { 0 };

  n_feeds++;
  session_run (self->file->protocol, self->state, self->vector->bytes, &way, &outcome);
  if (strcmp (outcome.events, "-") != 0 && !g_str_has_prefix (expected, outcome.events))
    g_test_fail_printf ("%s in the state %s, without the last %" G_GSIZE_FORMAT
                        " bytes: the events: “%s” do not begin “%s”",
                        vector_name (self->vector), self->state, lost, outcome.events, expected);
}

static void
test_session (gconstpointer data)
{
  const Case *self = data;
  const gsize len = self->vector->bytes->len;

  for (gsize first = 0; first <= len && !g_test_failed (); first++)
    {
      g_autofree char *how = describe_way (first, len);
      SessionWay way = { .first = first, .step = first == 0 ? 1 : len };

      check_session (self, &way, how);
      /* CONNECT leaves when it is served, and then its answer is no fault any more. */
      way.served = strcmp (self->state, "early") != 0;
      check_session (self, &way, how);
      if (first > 0)
        check_session_cut (self, first);
    }
}

static void
add_case (GPtrArray *cases,
          const File *file,
          const Vector *vector,
          const char *state)
{
  Case *self = g_new0 (Case, 1);
  g_autofree char *path = g_strdup_printf ("/%s/%s/%s", file->folder, vector_name (vector), state);

  self->file = file;
  self->vector = vector;
  self->state = g_strdup (state);
  self->kept = make_kept (file, vector, state);
  g_ptr_array_add (cases, self);
  g_test_add_data_func (path, self, test_session);
}

static void
add_states (GPtrArray *cases,
            const File *file,
            const Vector *vector,
            const char *states)
{
  g_auto (GStrv) words = g_strsplit (states, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *group = NULL;

      for (guint k = 0; k < G_N_ELEMENTS (groups); k++)
        {
          if (strcmp (groups[k].word, words[i]) == 0)
            group = groups[k].states;
        }

      if (group != NULL)
        add_states (cases, file, vector, group);
      else
        add_case (cases, file, vector, words[i]);
    }
}

static void
add_sessions (GPtrArray *cases,
              const File *file,
              GPtrArray *vectors)
{
  for (guint i = 0; i < vectors->len; i++)
    {
      const Vector *vector = vectors->pdata[i];

      add_states (cases, file, vector, vector->fields[SESSION_STATE]);
    }
}

/* --- Single packets. --- */

static const char *
receive (const Case *self,
         PacketReceiver receiver,
         gsize first,
         gsize step,
         gsize len)
{
  n_feeds++;
  return packet_receive (receiver, self->file->protocol, self->vector->bytes, first, step, len);
}

static void
check_packet (const Case *self,
              PacketReceiver receiver)
{
  const Vector *vector = self->vector;
  const char *expected = vector->fields[PACKET_RESULT];
  const gsize len = vector->bytes->len;

  for (gsize first = 0; first <= len && !g_test_failed (); first++)
    {
      g_autofree char *how = describe_way (first, len);
      const char *result = receive (self, receiver, first, first == 0 ? 1 : len, len);

      if (g_strcmp0 (result, expected) != 0)
        g_test_fail_printf ("%s, %s: %s", vector_name (vector), how,
                            result != NULL ? result : "more is wanted");

      /* A part of a packet is no packet, and a part of a good one is not wrong. */
      result = first < len ? receive (self, receiver, 0, 1, first) : NULL;
      if (result != NULL && (strcmp (result, "ok") == 0 || vector_is_ok (vector)))
        g_test_fail_printf ("%s, %s: the first part alone is %s", vector_name (vector), how,
                            result);
    }
}

static void
test_packet (gconstpointer data)
{
  check_packet (data, packet_receive_frame);
  check_packet (data, packet_receive_packet);
}

static void
add_packets (GPtrArray *cases,
             const File *file,
             GPtrArray *vectors)
{
  for (guint i = 0; i < vectors->len; i++)
    {
      Case *self = g_new0 (Case, 1);
      g_autofree char *path = NULL;

      self->file = file;
      self->vector = vectors->pdata[i];
      g_ptr_array_add (cases, self);
      path = g_strdup_printf ("/%s/%s", file->folder, vector_name (self->vector));
      g_test_add_data_func (path, self, test_packet);
    }
}

/* --- All. --- */

int
main (int argc,
      char **argv)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (case_free);
  int status;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (session_files); i++)
    {
      GPtrArray *vectors
          = vector_file_load (session_files[i].name, SESSION_N_FIELDS, SESSION_BYTES);

      g_ptr_array_add (files, vectors);
      add_sessions (cases, &session_files[i], vectors);
    }
  for (guint i = 0; i < G_N_ELEMENTS (packet_files); i++)
    {
      GPtrArray *vectors = vector_file_load_packets (packet_files[i].name);

      g_ptr_array_add (files, vectors);
      add_packets (cases, &packet_files[i], vectors);
    }

  status = g_test_run ();
  printf ("# %u cases x every split (%" G_GUINT64_FORMAT " feeds)\n", cases->len, n_feeds);
  return status;
}
