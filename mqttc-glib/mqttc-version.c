/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "mqttc-version.h"

/**
 * mqttc_get_version:
 *
 * Gets the version of the library that the program runs with.
 *
 * Returns: (transfer none): the version, such as "0.1.0"
 * Since: 0.1
 */
const char *
mqttc_get_version (void)
{
  return MQTTC_VERSION_STRING;
}
