"""Tests of the summing up: what must count as failed does."""

import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import time
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


    def test_a_runner_that_is_missing_is_a_failure(self):
        suite = Suite("probe", "release", runner="tests/no/such/run.py", judges_skips=True)
        self.assertEqual(run_tests.run_suite(suite).failed, 1)


class Interruption(unittest.TestCase):
    def test_it_ends_the_suite_and_this_program_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder) / "run.py"
            script.write_text("import os, time; open(os.environ['TOLD'], 'w').write(str(os.getpid())); time.sleep(60)")
            told = pathlib.Path(folder) / "pid"
            code = ("import signal, sys, run_tests\n"
                    "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
                    f"run_tests.run_limited([sys.executable, {str(script)!r}], 60)\n")
            program = subprocess.Popen([sys.executable, "-c", code], cwd=pathlib.Path(run_tests.__file__).parent,
                                       env={**os.environ, "TOLD": str(told)})
            self.addCleanup(program.kill)
            wait_until(lambda: told.exists() and told.read_text())
            program.terminate()
            self.assertEqual(program.wait(timeout=30), 143)
            wait_until(lambda: not pathlib.Path(f"/proc/{told.read_text()}").exists())


def wait_until(condition, limit_s=30):
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {limit_s} s")
        time.sleep(0.01)


class Emptiness(unittest.TestCase):
    """A suite that finds no case has failed, although the program that looked for them ends with 0."""

    def run_suite(self, suite, files):
        """What `suite` gives in a tree of just these files."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True)
                path.write_text(text)
            with mock.patch.object(run_tests, "ROOT", pathlib.Path(folder)), contextlib.redirect_stdout(io.StringIO()):
                return run_tests.run_suite(suite)

    def test_no_ctest_of_the_label_is_a_failure(self):
        other = 'add_test(a "/bin/true")\nset_tests_properties(a PROPERTIES LABELS other)\n'
        files = {"build/release/CTestTestfile.cmake": other}
        counts = self.run_suite(Suite("probe", "release", label="unit"), files)
        self.assertEqual(counts, Counts(failed=1, note="ran nothing"))
        self.assertEqual(self.run_suite(Suite("probe", "release", label="other"), files), Counts(passed=1))

    def test_no_test_of_the_tools_is_a_failure(self):
        self.assertEqual(self.run_suite(Suite("probe", ""), {}), Counts(failed=1, note="ran nothing"))

    def test_a_file_of_tests_without_one_is_a_failure_beside_others_that_pass(self):
        test = "import unittest\nclass T(unittest.TestCase):\n    def test_it(self): pass\nunittest.main()\n"
        counts = self.run_suite(Suite("probe", ""), {"tests/a/one_test.py": test,
                                                     "tests/b/none_test.py": "import unittest\nunittest.main()\n"})
        self.assertEqual((counts.passed, counts.failed), (1, 1))
        self.assertIn("none_test.py ended with", counts.note)


class Report(unittest.TestCase):
    def test_the_last_line_is_the_sum(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = run_tests.report([("a", Counts(1, 0, 2), 1), ("b", Counts(3, 1, 0), 1)])
        self.assertEqual(out.getvalue().splitlines()[-1], "4 passed, 1 failed, 2 skipped")
        self.assertEqual(code, 1)

    def test_an_unknown_suite_is_refused_with_the_names_there_are(self):
        with self.assertRaises(SystemExit) as refused:
            run_tests.selected(["unit", "unti"])
        self.assertIsInstance(refused.exception.code, str)  # which is printed, and the exit code is 1
        self.assertIn("no suite unti;", refused.exception.code)
        for name in ("all", "asan", "tsan", *(suite.name for suite in run_tests.SUITES), "fuzz"):
            self.assertIn(f" {name}", refused.exception.code)

    def test_fuzz_beside_a_suite_is_refused_as_what_it_is(self):
        with self.assertRaisesRegex(SystemExit, "fuzz runs alone"):
            run_tests.selected(["tools", "fuzz"])

    def test_no_result_at_all_is_a_failure(self):
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(run_tests.report([]), 1)

    def test_a_failed_build_fails_its_suites_and_not_the_others(self):
        for broken, its_suites in (("asan", {"asan-unit", "asan-sim", "asan-wire"}), ("tsan", {"tsan-unit", "tsan-wire"}),
                                   ("release", {"unit", "sim", "wire", "process"})):
            commands = {preset: ["sh", "-c", f"echo built {preset}; {preset != broken and 'true' or 'false'}"]
                        for preset in ("release", "asan", "tsan")}
            out = io.StringIO()
            with mock.patch.object(run_tests, "build_command", commands.get), \
                    mock.patch.object(run_tests, "run_suite", lambda _: Counts(passed=1)), \
                    mock.patch.object(run_tests, "IN_CI", False), contextlib.redirect_stdout(out):
                results = {suite.name: counts.failed for suite, counts, _ in run_tests.run_all(run_tests.selected([]))}
            self.assertEqual({name for name, failed in results.items() if failed}, its_suites)
            self.assertEqual(list(results), [suite.name for suite in run_tests.SUITES])
            self.assertIn("built asan", out.getvalue())  # what a build said is shown


if __name__ == "__main__":
    unittest.main()
