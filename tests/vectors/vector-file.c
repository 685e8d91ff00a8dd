/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "vector-file.h"

#include <string.h>

static void
append_hex (GByteArray *bytes,
            const char *hex,
            gsize n_digits)
{
  g_assert_cmpuint (n_digits % 2, ==, 0);
  for (gsize i = 0; i < n_digits; i += 2)
    {
      guint8 byte = g_ascii_xdigit_value (hex[i]) << 4 | g_ascii_xdigit_value (hex[i + 1]);

      g_assert_true (g_ascii_isxdigit (hex[i]) && g_ascii_isxdigit (hex[i + 1]));
      g_byte_array_append (bytes, &byte, 1);
    }
}

GByteArray *
vector_bytes_from_text (const char *text)
{
  GByteArray *bytes = g_byte_array_new ();
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i] != NULL && strcmp (text, "-") != 0; i++)
    {
      gsize n_digits = strcspn (words[i], "*");
      guint64 times = 1;

      if (words[i][n_digits] == '*')
        g_assert_true (
            g_ascii_string_to_unsigned (words[i] + n_digits + 1, 10, 1, 10000, &times, NULL));
      while (times-- > 0)
        append_hex (bytes, words[i], n_digits);
    }

  return bytes;
}

static void
vector_free (gpointer data)
{
  Vector *self = data;

  g_strfreev (self->fields);
  g_byte_array_unref (self->bytes);
  g_free (self);
}

static Vector *
vector_new (const char *line,
            guint n_fields,
            guint bytes_field)
{
  Vector *self = g_new0 (Vector, 1);

  self->fields = g_strsplit (line, "|", -1);
  if (g_strv_length (self->fields) != n_fields)
    g_error ("Not %u fields: %s", n_fields, line);
  for (guint i = 0; i < n_fields; i++)
    g_strstrip (self->fields[i]);

  self->bytes = vector_bytes_from_text (self->fields[bytes_field]);
  return self;
}

GPtrArray *
vector_file_load (const char *name,
                  guint n_fields,
                  guint bytes_field)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", name, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *vectors = g_ptr_array_new_with_free_func (vector_free);

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      Vector *vector;

      if (lines[i][0] == '#' || lines[i][0] == '\0')
        continue;

      vector = vector_new (lines[i], n_fields, bytes_field);
      g_ptr_array_add (vectors, vector);
      if (!g_hash_table_add (names, vector_name (vector)))
        g_error ("%s has two vectors %s", name, vector_name (vector));
    }

  return vectors;
}

GPtrArray *
vector_file_load_packets (const char *name)
{
  GPtrArray *vectors = vector_file_load (name, PACKET_N_FIELDS, PACKET_BYTES);

  for (guint i = 0; i < vectors->len; i++)
    {
      const Vector *vector = vectors->pdata[i];

      g_assert_true (vector_is_ok (vector)
                     || strcmp (vector->fields[PACKET_RESULT], "malformed") == 0
                     || strcmp (vector->fields[PACKET_RESULT], "protocol") == 0);
    }

  return vectors;
}

gboolean
vector_is_ok (const Vector *self)
{
  return strcmp (self->fields[PACKET_RESULT], "ok") == 0
         || strcmp (self->fields[PACKET_RESULT], "longer") == 0;
}
