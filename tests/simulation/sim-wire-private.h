/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "sim-wire.h"

G_BEGIN_DECLS

/* A read past the end sets @short_of and gives zeros, so that a reader checks once, at its end. */
typedef struct
{
  const guint8 *at;
  const guint8 *end;
  guint version;
  gboolean short_of;
  const char *fault;
} SimCursor;

guint sim_cursor_read_byte (SimCursor *cursor);
guint sim_cursor_read_number (SimCursor *cursor);
SimText sim_cursor_read_binary (SimCursor *cursor);
SimText sim_cursor_read_text (SimCursor *cursor);
/* The first one counts. */
void sim_cursor_set_fault (SimCursor *cursor,
                           const char *fault);

/* With the length before them; @place is the type of the packet, 0: of a will. */
void sim_cursor_read_properties (SimCursor *cursor,
                                 guint place,
                                 SimProperties *properties);

G_END_DECLS
