/* SPDX-FileCopyrightText: 2026 The mqttc-glib authors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "codec/mqttc-ascii-private.h"
#include "codec/mqttc-topic-private.h"
#include "codec/mqttc-utf8-private.h"

/* Section 4.7: topic names and topic filters. Both are UTF-8 strings of section 1.5.3 with at least
 * one character and at most 65,535 bytes; they are compared byte by byte, never normalised. */

static MqttcSlice
slice_of_string (const char *string)
{
  return mqttc_slice (string, strlen (string));
}

static gboolean
has_legal_length (MqttcSlice text)
{
  return text.len != 0 && text.len <= G_MAXUINT16;
}

static gboolean
has_wildcard (MqttcSlice text)
{
  return memchr (text.data, '+', text.len) != NULL || memchr (text.data, '#', text.len) != NULL;
}

/* ASCII without U+0000 and wildcards: true of nearly every topic name there is. */
static inline gboolean
is_plain (MqttcSlice text)
{
  guint64 marks;

  if (text.len < 8)
    return text.len != 0
           && !mqttc_word_has_odd (
               mqttc_word_mark_odd (mqttc_word_load_short (text.data, text.len)));

  marks = mqttc_word_mark_odd (mqttc_word_load (text.data + text.len - 8));
  for (gsize pos = 0; pos + 8 < text.len; pos += 8)
    marks |= mqttc_word_mark_odd (mqttc_word_load (text.data + pos));

  return !mqttc_word_has_odd (marks);
}

/* Sections 4.7.1.2 and 4.7.1.3: a wildcard fills its level, and '#' is the last one. */
static gboolean
wildcards_are_legal (MqttcSlice filter)
{
  for (gsize i = 0; i < filter.len; i++)
    {
      const guint8 c = filter.data[i];

      if (c != '+' && c != '#')
        continue;
      if (i > 0 && filter.data[i - 1] != '/')
        return FALSE;
      if (i + 1 < filter.len && (c == '#' || filter.data[i + 1] != '/'))
        return FALSE;
    }

  return TRUE;
}

gboolean
mqttc_topic_slice_is_valid (MqttcSlice topic)
{
  if (topic.len > G_MAXUINT16)
    return FALSE;

  return is_plain (topic)
         || (topic.len != 0 && mqttc_utf8_is_valid (topic.data, topic.len)
             && !has_wildcard (topic));
}

gboolean
mqttc_filter_slice_is_valid (MqttcSlice filter)
{
  return has_legal_length (filter) && mqttc_utf8_is_valid (filter.data, filter.len)
         && wildcards_are_legal (filter);
}

gboolean
mqttc_filter_slice_is_shared (MqttcSlice filter)
{
  return filter.len >= strlen ("$share/")
         && memcmp (filter.data, "$share/", strlen ("$share/")) == 0;
}

gboolean
mqttc_filter_is_shared (const char *filter)
{
  return g_str_has_prefix (filter, "$share/");
}

/* What a topic name and a topic filter have in common. */
static const char *
get_text_fault (MqttcSlice text)
{
  if (text.len == 0)
    return "is empty";
  if (text.len > G_MAXUINT16)
    return "is longer than 65,535 bytes";
  if (!mqttc_utf8_is_valid (text.data, text.len))
    return "is not valid UTF-8";
  return NULL;
}

const char *
mqttc_filter_get_inner (const char *filter)
{
  const char *end;

  if (!mqttc_filter_is_shared (filter))
    return filter;

  end = strchr (filter + strlen ("$share/"), '/');
  return end != NULL ? end + 1 : "";
}

/* Section 4.8.2 of MQTT 5: "$share/", a name, "/" and a filter. */
static const char *
get_share_fault (const char *filter)
{
  const char *name;
  gsize len;

  if (!mqttc_filter_is_shared (filter))
    return NULL;

  name = filter + strlen ("$share/");
  len = strcspn (name, "/");
  if (len == 0 || memchr (name, '+', len) != NULL || memchr (name, '#', len) != NULL)
    return "is no shared subscription: its name, after $share/, must have at least one character "
           "and "
           "no wildcard"; /* [MQTT-4.8.2-1] */
  if (name[len] == '\0' || name[len + 1] == '\0')
    return "is no shared subscription: a / and a topic filter must follow its name"; /* [MQTT-4.8.2-2] */

  return NULL;
}

const char *
mqttc_topic_get_fault (const char *topic)
{
  MqttcSlice slice = slice_of_string (topic);
  const char *fault = get_text_fault (slice);

  if (fault == NULL && has_wildcard (slice))
    return "holds a wildcard, which only a filter may";

  return fault;
}

const char *
mqttc_filter_get_fault (const char *filter)
{
  MqttcSlice slice = slice_of_string (filter);
  const char *fault = get_text_fault (slice);

  if (fault == NULL && !wildcards_are_legal (slice))
    return "has a wildcard in a wrong place: + must fill a whole level, # must be the whole last "
           "level";

  return fault != NULL ? fault : get_share_fault (filter);
}

/**
 * mqttc_topic_is_valid:
 * @topic: a topic name
 *
 * Checks whether a message can be published on a topic.
 *
 * A topic name is valid UTF-8, has at least one character and at most 65,535 bytes, and holds
 * neither of the wildcards `+` and `#` (section 4.7 of the standard).
 *
 * Returns: `TRUE` if @topic is a valid topic name
 * Since: 0.1
 */
gboolean
mqttc_topic_is_valid (const char *topic)
{
  g_return_val_if_fail (topic != NULL, FALSE);

  return mqttc_topic_slice_is_valid (slice_of_string (topic));
}

/**
 * mqttc_filter_is_valid:
 * @filter: a topic filter
 *
 * Checks whether a topic filter can be subscribed to.
 *
 * A filter is valid UTF-8, has at least one character and at most 65,535 bytes. In it `+` stands
 * for one whole level, and `#` for all the levels that are left: it is the last level
 * (section 4.7.1 of the standard).
 *
 * Returns: `TRUE` if @filter is a valid topic filter
 * Since: 0.1
 */
gboolean
mqttc_filter_is_valid (const char *filter)
{
  g_return_val_if_fail (filter != NULL, FALSE);

  return mqttc_filter_slice_is_valid (slice_of_string (filter)) && get_share_fault (filter) == NULL;
}

/**
 * mqttc_has_wildcards:
 * @topic_or_filter: a topic name or a topic filter
 *
 * Checks whether there is a wildcard character in a text.
 *
 * Returns: `TRUE` if @topic_or_filter holds `+` or `#`, wherever it may be
 * Since: 0.1
 */
gboolean
mqttc_has_wildcards (const char *topic_or_filter)
{
  g_return_val_if_fail (topic_or_filter != NULL, FALSE);

  return strpbrk (topic_or_filter, "+#") != NULL;
}

static gboolean
starts_with_wildcard (const char *filter)
{
  return filter[0] == '+' || filter[0] == '#';
}

/* Both are at the beginning of a level. Moves them past it, onto '/' or the end, if the level of
 * the topic is among those that the level of the filter stands for. */
static gboolean
level_matches (const char **topic,
               const char **filter)
{
  gsize topic_len = strcspn (*topic, "/");
  gsize filter_len = strcspn (*filter, "/");
  gboolean match;

  /* A '#' on the left stands for many levels, and '+' for one. */
  if (**filter == '+')
    match = **topic != '#';
  else
    match = topic_len == filter_len && memcmp (*topic, *filter, topic_len) == 0;

  *topic += topic_len;
  *filter += filter_len;
  return match;
}

static gboolean
levels_match (const char *topic,
              const char *filter)
{
  for (;;)
    {
      if (filter[0] == '#')
        return TRUE;
      if (!level_matches (&topic, &filter))
        return FALSE;

      /* Section 4.7.1.2: "a/#" matches its parent "a" too. */
      if (topic[0] == '\0')
        return filter[0] == '\0' || strcmp (filter, "/#") == 0;
      if (filter[0] == '\0')
        return FALSE;

      topic++;
      filter++;
    }
}

/**
 * mqttc_topic_matches:
 * @topic: a topic name, or a topic filter
 * @filter: a topic filter
 *
 * Checks whether a topic is among those that a filter stands for.
 *
 * A filter that begins with a wildcard matches no topic that begins with `$` (section 4.7.2 of the
 * standard).
 *
 * A shared subscription, `$share/name/filter`, matches what its filter matches.
 *
 * If @topic is a filter itself, the answer is whether @filter covers it, level by level: a `#` in
 * @topic is covered by `#` alone, a `+` by both wildcards.
 *
 * Returns: `TRUE` if @topic matches; `FALSE` if it does not, or if one of the two is not valid
 * Since: 0.1
 */
gboolean
mqttc_topic_matches (const char *topic,
                     const char *filter)
{
  g_return_val_if_fail (topic != NULL, FALSE);
  g_return_val_if_fail (filter != NULL, FALSE);

  if (!mqttc_filter_is_valid (topic) || !mqttc_filter_is_valid (filter))
    return FALSE;

  /* A topic name may begin in the same way, but where the filter does, it is a filter too. */
  if (mqttc_filter_is_shared (filter))
    topic = mqttc_filter_get_inner (topic);
  filter = mqttc_filter_get_inner (filter);
  if (topic[0] == '$' && starts_with_wildcard (filter))
    return FALSE;

  return levels_match (topic, filter);
}
