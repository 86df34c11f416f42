"""The runner must not call passed what never ran: a suite that breaks down fails each case it did not finish."""

import io
import os
import shutil
import tempfile
import unittest
from unittest import mock

import cases
import clients
import run
from report import Report


class Driver:
    """A driver process that starts and ends, and is asked nothing."""

    closed = killed = False

    def close(self):
        self.closed = True

    def kill(self):
        self.killed = True


class Client(clients.Client):
    """A client library whose preparation and starts give (or raise) what the test says."""

    name = "fake"

    def __init__(self, prepared=None, starts=()):
        self.prepare = mock.Mock(side_effect=[prepared])
        self.start = mock.Mock(side_effect=starts)


class ClientSuiteTest(unittest.TestCase):

    def setUp(self):
        self.directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.directory)

    def results(self, client, count=3):
        """The line of each result of a suite of `count` cases, whose server cannot be started."""
        names = {f"fake/{case.__name__}" for case in cases.ALL[:count]}
        out = io.StringIO()
        report = Report(out, names, strict=False)
        run.ClientSuite(client, names, "/no/such/program", self.directory, report).run()
        self.assertEqual(report.finish(), 1, "the exit code")
        printed = out.getvalue().splitlines()
        self.assertEqual(printed[-1], f"0 passed, {count} failed, 0 skipped")
        return [line for line in printed if line.startswith("FAIL")]

    def test_a_preparation_that_breaks_down_fails_every_case(self):
        for line in self.results(Client(PermissionError("no folder"))):
            self.assertIn("PermissionError: no folder", line)

    def test_a_driver_that_does_not_start_fails_every_case(self):
        for line in self.results(Client(starts=[FileNotFoundError("java")])):
            self.assertIn("FileNotFoundError: java", line)

    def test_a_world_that_cannot_be_made_fails_every_case_and_ends_the_driver(self):
        driver = Driver()
        with mock.patch.object(run, "Fixture", side_effect=OSError("disk full")):
            for line in self.results(Client(starts=[driver])):
                self.assertIn("OSError: disk full", line)
        self.assertTrue(driver.closed)

    def test_a_case_that_failed_before_the_breakdown_keeps_its_own_reason(self):
        first, *rest = self.results(Client(starts=[Driver(), OSError("no memory")]))
        self.assertIn("/no/such/program", first)
        for line in rest:
            self.assertIn("OSError: no memory", line)

    def test_a_toolchain_that_is_missing_skips_every_case(self):
        names = {f"fake/{case.__name__}" for case in cases.ALL}
        report = Report(io.StringIO(), names, strict=True)
        missing = clients.Unavailable("no java", toolchain_missing=True)
        run.ClientSuite(Client(missing), names, "/no/such/program", self.directory, report).run()
        self.assertEqual(report.finish(), 0)


class TrialsTest(unittest.TestCase):

    def test_a_trial_that_cannot_be_made_fails_its_case_and_the_next_one_runs(self):
        def first(_trial): pass
        def second(_trial): return "a note"
        names = {"suite/first", "suite/second"}
        out = io.StringIO()
        report = Report(out, names, strict=False)
        make_trial = mock.Mock(side_effect=[OSError("disk full"), mock.Mock()])
        run.run_trials("suite", [first, second], make_trial, names, os.sep, report)
        self.assertEqual(report.finish(), 1)
        self.assertIn("FAIL  suite/first: OSError: disk full", out.getvalue())
        self.assertEqual(out.getvalue().splitlines()[-1], "1 passed, 1 failed, 0 skipped")


class ReportTest(unittest.TestCase):
    """Two cases are chosen and `a` has passed."""

    def setUp(self):
        self.out = io.StringIO()
        self.report = Report(self.out, {"a", "b"}, strict=False)
        self.report.passed("a", 0.0)

    def assert_finish(self, code, *printed):
        self.assertEqual(self.report.all_passed, code == 0)
        self.assertEqual(self.report.finish(), code)
        self.assertEqual(self.out.getvalue().splitlines()[-len(printed):], list(printed))

    def test_one_result_of_each_chosen_name_passes(self):
        self.report.skipped("b", "no java", excusable=True)
        self.assert_finish(0, "1 passed, 0 failed, 1 skipped")

    def test_a_chosen_name_without_a_result_fails(self):
        self.assert_finish(1, "FAIL  results: 1 of 2 cases have none: b", "1 passed, 1 failed, 0 skipped")

    def test_a_second_result_of_a_name_fails(self):
        self.report.passed("b", 0.0)
        self.report.passed("b", 0.0)
        self.assert_finish(1, "FAIL  results: not chosen, or more than one: b", "3 passed, 1 failed, 0 skipped")

    def test_a_result_of_a_name_that_was_not_chosen_fails(self):
        self.report.passed("b", 0.0)
        self.report.passed("c", 0.0)
        self.assert_finish(1, "FAIL  results: not chosen, or more than one: c", "3 passed, 1 failed, 0 skipped")


if __name__ == "__main__":
    unittest.main()
