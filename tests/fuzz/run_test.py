import pathlib
import tempfile
import unittest
from unittest import mock

import run


class LastRunsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        patch = mock.patch.object(run, "RUNS", pathlib.Path(folder.name) / "runs")
        patch.start()
        self.addCleanup(patch.stop)

    @staticmethod
    def ended(**more):
        return run.Run(**{"target": "json_fuzz", "seconds": 60, "seeds": 3, "code": 0, "executions": 6000, "per_second": 100, "day": "2026-01-02", **more})

    def test_a_good_run_is_published_with_what_its_source_says(self):
        run.keep(self.ended(output="much"))
        page = run.document(run.last_runs(["json_fuzz"], 60), 60)
        self.assertIn("| `json_fuzz` | Any bytes are JSON or are refused;", page)
        self.assertIn("| 3 | 2026-01-02 | 6,000 | 100 |", page)

    def test_a_finding_a_short_run_and_none_are_not_published(self):
        for one in (self.ended(code=77), self.ended(code=None), self.ended(executions=0), self.ended(seconds=59)):
            run.keep(one)
            with self.assertRaisesRegex(SystemExit, "json_fuzz has not run for 60 s"):
                run.last_runs(["json_fuzz"], 60)
        with self.assertRaisesRegex(SystemExit, "http1_fuzz"):
            run.last_runs(["http1_fuzz"], 60)

    def test_figures_are_read_from_what_libfuzzer_prints(self):
        said = "stat::number_of_executed_units: 1445448\nstat::average_exec_per_sec:     28342\n"
        self.assertEqual(dict(run.STATISTIC.findall(said)), {"number_of_executed_units": "1445448", "average_exec_per_sec": "28342"})


if __name__ == "__main__":
    unittest.main()
