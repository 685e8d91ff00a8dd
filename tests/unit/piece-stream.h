/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* A stream in memory that cannot poll: it gives what it was made with in small pieces, and keeps what
 * it is given. */
typedef struct
{
  GIOStream *stream; /* (owned) */

  GBytes *input; /* (owned): what is to be read */
  gsize position;
  gsize max_read;     /* bytes a call; 0: as many as are wanted */
  gboolean at_random; /* of it, at least 1 */
  guint n_reads;

  GByteArray *output; /* (owned): what was written */
  guint n_writes;
  gsize fail_at; /* writing fails after so many bytes; 0: never */
} PieceStream;

void piece_stream_init (PieceStream *self,
                        GBytes *input);
void piece_stream_clear (PieceStream *self);
