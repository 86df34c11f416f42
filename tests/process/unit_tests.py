"""The tests of the suite's own parts, told as its cases are."""

import os
import traceback
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


class Unit(unittest.TestResult):
    """Reports the tests of the suite's own parts."""

    def __init__(self, report):
        super().__init__()
        self._report = report

    def addSuccess(self, test):
        self._report.passed(unit_name(test), 0.0)

    def addFailure(self, test, err):
        self._report.failed(unit_name(test), str(err[1]), [("trace", "".join(traceback.format_exception(*err)))])

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        """The first part that fails stands for its test."""
        if err is not None and not self._report.has(unit_name(test)):
            self.addFailure(test, err)


def unit_name(test):
    return f"unit/{test.id()}"


def unit_tests():
    """Every test of the *_test.py files here."""
    def flatten(suite):
        for entry in suite:
            if isinstance(entry, unittest.TestSuite):
                yield from flatten(entry)
            else:
                yield entry
    return list(flatten(unittest.defaultTestLoader.discover(HERE, "*_test.py", HERE)))
