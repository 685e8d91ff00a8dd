/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Each has the URI of the server that it is about. */

void test_properties_in_order (const char *uri);
void test_subscription_options (const char *uri);
void test_request_and_response (const char *uri);
void test_refusal (const char *secured);
void test_reasons_given (const char *uri);
