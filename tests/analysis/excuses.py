# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lists of what is excused.

    where it is: what function
      | what it is, as often as it is there
      | something else at the same place
      ? what is there in one run and not in another
      Why that may be.
"""

import collections

FUNCTION = "{path}: {function}"


def parse(text):
    """How often each (place, detail) is excused, how often it may be, and what is wrong with the list."""
    excused = collections.Counter()
    chances = collections.Counter()
    complaints = []
    place, details, reason = None, 0, 0

    def end():
        if place is not None and not (details and reason):
            complaints.append(f"{place}: no {'reason' if details else 'detail'}")

    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            end()
            place, details, reason = line, 0, 0
        elif place is None:
            complaints.append(f"no place for: {line.strip()}")
        elif line.startswith(("  | ", "  ? ")):
            # Another group with a reason of its own, at the same place.
            if reason:
                details, reason = 0, 0
            details += 1
            (excused if line[2] == "|" else chances)[place, line[4:]] += 1
        else:
            reason += 1
    end()
    return excused, chances, complaints


def compare(found, text):
    """Complaints about what is found and not excused, and the other way round."""
    excused, chances, complaints = parse(text)
    complaints += [f"{place}: {detail}"
                   for place, detail in sorted((found - excused - chances).elements())]
    complaints += [f"the excuse is not needed: {place}: {detail}"
                   for place, detail in sorted((excused - found).elements())]
    return complaints
