/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "piece-stream.h"

#include <string.h>

/* --- What is read. --- */

typedef struct
{
  GInputStream parent_instance;
  PieceStream *owner; /* (unowned) */
} PieceInput;

typedef GInputStreamClass PieceInputClass;

static GType piece_input_get_type (void);
G_DEFINE_TYPE (PieceInput, piece_input, G_TYPE_INPUT_STREAM)

static gssize
piece_input_read (GInputStream *stream,
                  void *buffer,
                  gsize count,
                  GCancellable *cancellable,
                  GError **error)
{
  PieceStream *owner = ((PieceInput *) stream)->owner;
  gsize size;
  const guint8 *data = g_bytes_get_data (owner->input, &size);
  gsize n = MIN (count, size - owner->position);

  if (owner->max_read != 0)
    n = MIN (n, owner->max_read);
  if (owner->at_random && n > 1)
    n = (gsize) g_test_rand_int_range (1, (gint32) n + 1);

  memcpy (buffer, data + owner->position, n);
  owner->position += n;
  owner->n_reads++;
  return (gssize) n;
}

static void
piece_input_class_init (PieceInputClass *klass)
{
  klass->read_fn = piece_input_read;
}

static void
piece_input_init (PieceInput *self)
{
}

/* --- What is written. --- */

typedef struct
{
  GOutputStream parent_instance;
  PieceStream *owner; /* (unowned) */
} PieceOutput;

typedef GOutputStreamClass PieceOutputClass;

static GType piece_output_get_type (void);
G_DEFINE_TYPE (PieceOutput, piece_output, G_TYPE_OUTPUT_STREAM)

static gssize
piece_output_write (GOutputStream *stream,
                    const void *buffer,
                    gsize count,
                    GCancellable *cancellable,
                    GError **error)
{
  PieceStream *owner = ((PieceOutput *) stream)->owner;

  owner->n_writes++;
  if (owner->fail_at != 0)
    count = MIN (count, owner->fail_at - owner->output->len);
  if (count == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "Nobody listens");
      return -1;
    }

  g_byte_array_append (owner->output, buffer, (guint) count);
  return (gssize) count;
}

static void
piece_output_class_init (PieceOutputClass *klass)
{
  klass->write_fn = piece_output_write;
}

static void
piece_output_init (PieceOutput *self)
{
}

void
piece_stream_init (PieceStream *self,
                   GBytes *input)
{
  g_autoptr (GInputStream) reader = g_object_new (piece_input_get_type (), NULL);
  g_autoptr (GOutputStream) writer = g_object_new (piece_output_get_type (), NULL);

  *self = (PieceStream){ .input = g_bytes_ref (input), .output = g_byte_array_new () };
  ((PieceInput *) reader)->owner = self;
  ((PieceOutput *) writer)->owner = self;
  self->stream = g_simple_io_stream_new (reader, writer);
}

void
piece_stream_clear (PieceStream *self)
{
  g_assert_finalize_object (g_steal_pointer (&self->stream));
  g_clear_pointer (&self->input, g_bytes_unref);
  g_clear_pointer (&self->output, g_byte_array_unref);
}
