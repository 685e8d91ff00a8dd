/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* A sanitizer keeps freed memory for a while, so that what is resident says nothing. */
#if defined (__SANITIZE_ADDRESS__)
# define RESIDENT_IS_TRUE FALSE
#elif defined (__has_feature)
# if __has_feature(address_sanitizer)
#  define RESIDENT_IS_TRUE FALSE
# endif
#endif
#ifndef RESIDENT_IS_TRUE
# define RESIDENT_IS_TRUE TRUE
#endif

/* The memory of this process that is resident, in KiB. */
guint64 resident_get (void);

/* Prints both, and asserts that it has not grown by more than 1 MiB. */
void resident_check (const char *what,
                     guint64 before);
