/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fault-memory.h"

#if defined (__has_feature)
# if __has_feature(address_sanitizer)
#  define WITH_ADDRESS_SANITIZER 1
# endif
#elif defined (__SANITIZE_ADDRESS__)
# define WITH_ADDRESS_SANITIZER 1
#endif

#ifdef WITH_ADDRESS_SANITIZER

size_t __sanitizer_get_current_allocated_bytes (void);

gsize
fault_memory_get_allocated (void)
{
  return __sanitizer_get_current_allocated_bytes ();
}

#else

# include <malloc.h>

gsize
fault_memory_get_allocated (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

#endif
