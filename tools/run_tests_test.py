"""Tests of the summing up: what must count as failed does."""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

import run_tests
from run_tests import Counts, Suite


class Scripts(unittest.TestCase):
    """A runner is a script that ends with the summary line."""

    def run_suite(self, code, ci=False, **suite):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder) / "run.py"
            script.write_text(code)
            with mock.patch.object(run_tests, "server_of", lambda _: pathlib.Path(sys.executable)), \
                    mock.patch.object(run_tests, "IN_CI", ci), contextlib.redirect_stdout(io.StringIO()):
                counts = run_tests.run_suite(Suite("probe", "release", runner=str(script), **suite))
        return counts.passed, counts.failed, counts.skipped

    def test_the_last_line_counts(self):
        self.assertEqual(self.run_suite("print('9 passed, 9 failed, 9 skipped\\n3 passed, 0 failed, 1 skipped')"), (3, 0, 1))

    def test_no_summary_is_a_failure(self):
        self.assertEqual(self.run_suite("print('hello')"), (0, 1, 0))

    def test_an_exit_code_without_a_failure_is_a_failure(self):
        self.assertEqual(self.run_suite("print('3 passed, 0 failed, 0 skipped'); raise SystemExit(1)"), (3, 1, 0))

    def test_running_nothing_is_a_failure(self):
        self.assertEqual(self.run_suite("print('0 passed, 0 failed, 0 skipped')"), (0, 1, 0))

    def test_a_hanging_suite_is_ended(self):
        self.assertEqual(self.run_suite("import time; time.sleep(60)", limit_s=1), (0, 1, 0))

    def test_a_skip_fails_in_ci(self):
        self.assertEqual(self.run_suite("print('3 passed, 0 failed, 2 skipped')", ci=True), (3, 2, 0))

    def test_a_skip_that_its_runner_judges_stays_one_in_ci(self):
        script = "print('3 passed, 0 failed, 2 skipped')"
        self.assertEqual(self.run_suite(script, ci=True, judges_skips=True), (3, 0, 2))


class Report(unittest.TestCase):
    def test_the_last_line_is_the_sum(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = run_tests.report([("a", Counts(1, 0, 2), 1), ("b", Counts(3, 1, 0), 1)])
        self.assertEqual(out.getvalue().splitlines()[-1], "4 passed, 1 failed, 2 skipped")
        self.assertEqual(code, 1)

    def test_an_unknown_suite_is_refused(self):
        with self.assertRaises(SystemExit):
            run_tests.selected(["unti"])

    def test_a_failed_build_fails_its_suites_and_not_the_others(self):
        with mock.patch.object(run_tests, "build", lambda preset, _: preset != "asan"), \
                mock.patch.object(run_tests, "run_suite", lambda _: Counts(passed=1)), \
                contextlib.redirect_stdout(io.StringIO()):
            results = {suite.name: counts.failed for suite, counts, _ in run_tests.run_all(run_tests.selected([]))}
        self.assertEqual({name for name, failed in results.items() if failed}, {"asan-unit", "asan-sim", "asan-wire"})


if __name__ == "__main__":
    unittest.main()
