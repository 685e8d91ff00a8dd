# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What has come of the test cases, by the log that run-suites.py has left."""

import collections
import glob
import json
import os
import re

# What stands behind "#" may be any remark.
RESULT = re.compile(r"^(not )?ok\b *\d* *(?:- )?([^#\n]*?) *(?:# *(skip|todo)?[^\n]*)?$",
                    re.IGNORECASE | re.MULTILINE)


def log_paths(build):
    """With a wrapper its name is longer."""
    return glob.glob(os.path.join(glob.escape(build), "meson-logs", "suites*.json"))


def tests_in(build):
    tests = []
    for path in log_paths(build):
        with open(path, encoding="utf-8") as log:
            tests += [json.loads(line) for line in log]
    return tests


def suite_of(test):
    return test["name"].split(" / ")[0].split(":")[-1]


def add_results(test, results):
    good = test["result"] == "OK"
    cases = RESULT.findall(test.get("stdout") or "")
    for failed, case, directive in cases:
        results[case].append(not failed and not directive)
    if not cases:
        results[test["name"].split(" / ")[-1]].append(good)
    elif not good and all(not failed for failed, _, _ in cases):
        # A crash or a leak after the last case is nobody's success.
        for _, case, _ in cases:
            results[case].append(False)


def programs(build):
    """Maps suites to the programs they are made of."""
    with open(os.path.join(build, "meson-info", "intro-tests.json"), encoding="utf-8") as file:
        listing = json.load(file)
    suites = collections.defaultdict(list)
    for test in listing:
        for suite in test["suite"]:
            suites[suite.split(":")[-1]].append(test["cmd"][0])
    return suites


def read_results(build, suites):
    """Maps suites to cases to whether they passed: a list, as more than one program may have a case of
    that name. And complaints, if a suite has to be run first."""
    results = {suite: collections.defaultdict(list) for suite in suites}
    for test in tests_in(build):
        if suite_of(test) in results:
            add_results(test, results[suite_of(test)])
    paths = programs(build)
    age = max([os.path.getmtime(path) for path in log_paths(build)], default=0)
    complaints = [f"the suite {suite} is not in the log of {build}, or was built since: run it first"
                  for suite in suites
                  if not results[suite] or age < max(map(os.path.getmtime, paths[suite]))]
    return results, complaints
