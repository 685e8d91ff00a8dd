/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A line of a vector file: fields with " | " between. The first is the name. */
typedef struct
{
  char **fields;
  GByteArray *bytes;
} Vector;

/* All of a file beside the tests; each line has @n_fields, and the bytes are in the field
 * @bytes_field. */
GPtrArray *vector_file_load (const char *name,
                             guint n_fields,
                             guint bytes_field);

/* Bytes in hexadecimal, with blanks where they help; "4002000a*3" is the same three times. "-" is
 * nothing. */
GByteArray *vector_bytes_from_text (const char *text);

#define vector_name(vector) ((vector)->fields[0])

/* Those of the files of packets, and their fields. */
enum
{
  PACKET_NAME,
  PACKET_BYTES,
  PACKET_RESULT, /* "ok" or "malformed"; of MQTT 5 also "longer" or "protocol" */
  PACKET_SOURCE,
  PACKET_N_FIELDS,
};

GPtrArray *vector_file_load_packets (const char *name);
gboolean vector_is_ok (const Vector *self);
