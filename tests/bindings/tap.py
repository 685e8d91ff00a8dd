# SPDX-FileCopyrightText: 2026 The mqttc-glib authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the tests of a module and reports them as TAP."""

import signal
import sys
import unittest

# Far more than any test needs: what takes so long hangs.
GUARD_SECONDS = 150


class Result(unittest.TestResult):
    """One line for each test, its subtests included."""

    def __init__(self):
        super().__init__()
        self.n = 0
        self.problems = []

    def startTest(self, test):
        super().startTest(test)
        self.problems = []

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.problems.append(self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.problems.append(self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            text = self._exc_info_to_string(err, test)
            self.problems.append(f"{subtest.id()}\n{text}")

    def stopTest(self, test):
        super().stopTest(test)
        self.n += 1
        words = "not ok" if self.problems else "ok"
        print(f"{words} {self.n} {test.id().removeprefix('__main__.')}")
        for line in "".join(self.problems).splitlines():
            print(f"# {line}")


def main():
    signal.alarm(GUARD_SECONDS)
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}")
    result = Result()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
