"""The runner must not call passed what never ran: a suite that breaks down fails each case it did not finish."""

import io
import os
import shutil
import tempfile
import threading
import time
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

    def run_cases(self, make_trial, *trial_cases):
        """The lines that are printed; a case is ended after a tenth of a second."""
        suite = run.TrialSuite("suite", mock.Mock(ALL=trial_cases, Trial=make_trial))
        names = {suite.name_of(case) for case in trial_cases}
        out = io.StringIO()
        report = Report(out, names, strict=False)
        with mock.patch.object(run.TrialSuite, "limit_s", lambda *_: 0.1), mock.patch.object(run, "END_S", 0.5):
            run.run_trials(suite, names, "program", os.sep, None, report)
        report.finish()
        return out.getvalue().splitlines()

    def test_a_trial_that_cannot_be_made_fails_its_case_and_the_next_one_runs(self):
        def first(_trial): pass
        def second(_trial): return "a note"
        printed = self.run_cases(mock.Mock(side_effect=[OSError("disk full"), mock.Mock()]), first, second)
        self.assertIn("FAIL  suite/first: OSError: disk full", printed[0])
        self.assertEqual(printed[-1], "1 passed, 1 failed, 0 skipped")

    def test_a_case_that_hangs_fails_and_the_next_one_runs(self):
        def hangs(trial): trial.server.ended.wait()
        def goes_on(_trial): time.sleep(5)
        def second(_trial): return "a note"
        printed = self.run_cases(lambda *_: mock.Mock(spec=["server"], server=_Hanging()), hangs, goes_on, second)
        failures = [line for line in printed if line.startswith("FAIL")]
        self.assertIn("TimeoutError: it took too long (ended by the limit of 0.1 s)", failures[0])
        self.assertIn("TimeoutError: it goes on (ended by the limit of 0.1 s)", failures[1])
        self.assertEqual(printed[-1], "1 passed, 2 failed, 0 skipped")

    def test_the_processes_of_a_case_end_with_it(self):
        for outcome in (None, ValueError("wrong")):
            trial = mock.Mock(spec=["server", "close"])
            trial.server.log_tail.return_value = ""
            self.run_cases(lambda *_: trial, mock.Mock(__name__="case", side_effect=[outcome]))
            trial.server.discard.assert_called_once()
            trial.close.assert_called_once()

    def test_more_rounds_have_more_time(self):
        suite = run.TrialSuite("suite", None, option="rounds", repeats=20)
        limits = [suite.limit_s(mock.Mock(rounds=rounds)) for rounds in (5, 20, 30)]
        self.assertEqual(limits, [run.TRIAL_LIMIT_S, run.TRIAL_LIMIT_S, run.TRIAL_LIMIT_S + 10 * run.REPEAT_S])


class _Hanging:
    """A server on which a case waits until it is ended."""

    def __init__(self):
        self.ended = threading.Event()

    def discard(self):
        self.ended.set()

    def log_tail(self):
        return ""


class UnitTest(unittest.TestCase):

    def test_a_part_of_a_test_that_fails_is_reported_once_with_its_reason(self):
        class Parts(unittest.TestCase):
            def runTest(self):
                for part in (1, 2, 3):
                    with self.subTest(part=part):
                        self.assertEqual(part, 1)
        out = io.StringIO()
        report = Report(out, {run.unit_name(Parts())}, strict=False)
        Parts().run(run.Unit(report))
        report.finish()
        self.assertIn("2 != 1", out.getvalue().splitlines()[0])
        self.assertEqual(out.getvalue().splitlines()[-1], "0 passed, 1 failed, 0 skipped")


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
