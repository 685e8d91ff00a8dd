/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a server may say and must not, as lines of the files beside this one. Each is fed whole, cut in
 * two at every place, and byte by byte: the result is the same every time. */

#include <stdio.h>
#include <string.h>

#include "codec/mqttc-codec-private.h"
#include "mqttc-error.h"
#include "session-run.h"
#include "values/mqttc-packet.h"
#include "vector-file.h"

#define PROTOCOL MQTTC_PROTOCOL_V3_1_1

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

typedef struct
{
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
make_kept (const Vector *vector,
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

  session_run (state, nothing, &way, &outcome);
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
  session_run (self->state, self->vector->bytes, way, &outcome);
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
  session_run (self->state, self->vector->bytes, &way, &outcome);
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
          const Vector *vector,
          const char *state)
{
  Case *self = g_new0 (Case, 1);
  g_autofree char *path = g_strdup_printf ("/sessions/%s/%s", vector_name (vector), state);

  self->vector = vector;
  self->state = g_strdup (state);
  self->kept = make_kept (vector, state);
  g_ptr_array_add (cases, self);
  g_test_add_data_func (path, self, test_session);
}

static void
add_states (GPtrArray *cases,
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
        add_states (cases, vector, group);
      else
        add_case (cases, vector, words[i]);
    }
}

static GPtrArray *
add_sessions (GPtrArray *vectors)
{
  GPtrArray *cases = g_ptr_array_new_with_free_func (case_free);

  for (guint i = 0; i < vectors->len; i++)
    {
      const Vector *vector = vectors->pdata[i];

      add_states (cases, vector, vector->fields[SESSION_STATE]);
    }

  return cases;
}

/* --- Single packets. --- */

typedef const char *(*Receiver) (const GByteArray *bytes);

/* As the engine does: the header first, which may show already that there is nothing to wait for. */
static const char *
receive_frame (const GByteArray *bytes)
{
  g_autofree guint8 *copy = g_memdup2 (bytes->data, bytes->len);
  const char *fault = NULL;
  MqttcPacketView view;
  MqttcFrame frame;

  switch (mqttc_frame_decode (copy, bytes->len, 0, &frame))
    {
    case MQTTC_DECODE_NEED_MORE:
      return NULL;
    case MQTTC_DECODE_OK:
      break;
    case MQTTC_DECODE_MALFORMED:
    case MQTTC_DECODE_TOO_LARGE:
    default:
      return "malformed";
    }

  if (mqttc_frame_get_size (&frame) > bytes->len)
    return mqttc_frame_get_fault (PROTOCOL, &frame) != NULL ? "malformed" : NULL;

  g_assert_cmpuint (mqttc_frame_get_size (&frame), ==, bytes->len);
  if (mqttc_packet_decode (PROTOCOL, &frame, copy, &view, &fault) == MQTTC_DECODE_OK)
    return "ok";

  g_assert_nonnull (fault);
  return "malformed";
}

static const char *
get_failure (const GError *error)
{
  g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_MALFORMED_PACKET);
  return "malformed";
}

/* As a program does. */
static const char *
receive_packet (const GByteArray *bytes)
{
  g_autoptr (GBytes) all = g_bytes_new (bytes->data, bytes->len);
  g_autoptr (MqttcPacket) packet = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!mqttc_packet_check (all, 0, &length, &error))
    return get_failure (error);
  if (length == 0 || length > bytes->len)
    return NULL;

  packet = mqttc_packet_read (all, PROTOCOL, 0, &error);
  if (packet == NULL)
    return get_failure (error);

  /* A server may have to read what a client may not write [MQTT-3.1.3-7]. */
  written = mqttc_packet_write (packet, &error);
  if (written == NULL)
    g_assert_error (error, MQTTC_CLIENT_ERROR, MQTTC_CLIENT_ERROR_INVALID_ARGUMENT);
  else
    g_assert_true (g_bytes_equal (written, all));
  return "ok";
}

/* What is known by the time it is known, or NULL if more is needed to the end. */
static const char *
receive (Receiver receiver,
         const Vector *vector,
         gsize first,
         gsize step,
         gsize len)
{
  g_autoptr (GByteArray) come = g_byte_array_new ();
  const char *result = NULL;

  n_feeds++;
  while (result == NULL && come->len < len)
    {
      gsize n = MIN (come->len == 0 && first > 0 ? first : step, len - come->len);

      g_byte_array_append (come, vector->bytes->data + come->len, n);
      result = receiver (come);
    }

  return result;
}

static void
check_packet (const Vector *vector,
              Receiver receiver)
{
  const char *expected = vector->fields[PACKET_RESULT];
  const gsize len = vector->bytes->len;

  for (gsize first = 0; first <= len && !g_test_failed (); first++)
    {
      g_autofree char *how = describe_way (first, len);
      const char *result = receive (receiver, vector, first, first == 0 ? 1 : len, len);

      if (g_strcmp0 (result, expected) != 0)
        g_test_fail_printf ("%s, %s: %s", vector_name (vector), how,
                            result != NULL ? result : "more is wanted");

      /* A part of a packet is no packet, and a part of a good one is not wrong. */
      result = first < len ? receive (receiver, vector, 0, 1, first) : NULL;
      if (result != NULL && (strcmp (result, "ok") == 0 || vector_is_ok (vector)))
        g_test_fail_printf ("%s, %s: the first part alone is %s", vector_name (vector), how,
                            result);
    }
}

static void
test_packet (gconstpointer data)
{
  check_packet (data, receive_frame);
  check_packet (data, receive_packet);
}

static void
add_packets (GPtrArray *vectors)
{
  for (guint i = 0; i < vectors->len; i++)
    {
      const Vector *vector = vectors->pdata[i];
      g_autofree char *path = g_strdup_printf ("/packets/%s", vector_name (vector));

      g_test_add_data_func (path, vector, test_packet);
    }
}

/* --- All. --- */

int
main (int argc,
      char **argv)
{
  g_autoptr (GPtrArray) sessions = NULL;
  g_autoptr (GPtrArray) packets = NULL;
  g_autoptr (GPtrArray) cases = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  sessions = vector_file_load ("sessions-3.1.1.txt", SESSION_N_FIELDS, SESSION_BYTES);
  packets = vector_file_load_packets ();
  cases = add_sessions (sessions);
  add_packets (packets);

  status = g_test_run ();
  printf ("# %u cases x every split (%" G_GUINT64_FORMAT " feeds)\n", cases->len + packets->len,
          n_feeds);
  return status;
}
