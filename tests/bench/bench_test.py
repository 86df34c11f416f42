#!/usr/bin/env python3
"""Tests of what the benchmarks make of their samples, of how they lead load generators, and of the published page."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import bench
import compare
import fanout_cases
import naming_cases
from cases import Clients, Goal, Plan, Table
from measure import cpu_seconds, process_tree, resident_kb
from subjects import Batata


def table_of(*rounds):
    """A table of rounds of (yardstick, ours)."""
    table = Table("t", "about", {"rate": "per second"}, "rate", "yardstick")
    for theirs, ours in rounds:
        table.add("case", "yardstick", {"rate": theirs})
        table.add("case", "batata", {"rate": ours})
    return table


class TableTest(unittest.TestCase):
    def test_figures_are_medians_and_ratios_are_medians_of_the_ratios_within_a_round(self):
        theirs, ours = table_of((10, 10), (100, 300), (10, 20)).rows()
        self.assertEqual((theirs["values"]["rate"], ours["values"]["rate"]), (10, 20))
        self.assertEqual(ours["ratio"], 2)  # of 1, 3, 2
        self.assertEqual(ours["spread"], [10, 300])
        self.assertNotIn("ratio", theirs)

    def test_a_goal_is_met_or_missed(self):
        table = table_of((10, 20))
        table.goal("case", "batata", Goal("ratio", at_least=2))
        table.goal("case", "batata", Goal("rate", at_most=19))
        self.assertEqual([goal["met"] for goal in table.rows()[1]["goals"]], [True, False])
        text = bench.printed(table.document(dict.fromkeys(MACHINE, 1), 1))
        self.assertIn("× ≥ 2 met; per second ≤ 19 **missed**", text)

    def test_each_case_has_the_yardstick_that_was_measured_for_it(self):
        table = Table("t", "about", {"rate": "per second"}, "rate", ("first", "second"))
        for case, yardstick, theirs in (("a", "first", 10), ("b", "second", 5)):
            table.add(case, yardstick, {"rate": theirs})
            table.add(case, "batata", {"rate": 20})
        rows = {(row["case"], row["subject"]): row.get("ratio") for row in table.rows()}
        self.assertEqual(rows, {("a", "first"): None, ("a", "batata"): 2, ("b", "second"): None, ("b", "batata"): 4})
        self.assertIn("per second: × first or second", bench.printed(table.document(dict.fromkeys(MACHINE, 1), 1)))

    def test_wrong_answers_end_the_run(self):
        with self.assertRaisesRegex(SystemExit, "3 wrong answers"):
            table_of().add("case", "batata", {"rate": 1, "errors": 3})


class CompareTest(unittest.TestCase):
    def test_programs_run_in_turn_and_only_they_are_compared(self):
        order = []

        def run(which):
            order.append(which)
            table = table_of((10, {"before": 20, "now": 30}[which]))
            return table.document(dict.fromkeys(MACHINE, 1), 1)
        rows = compare.compared("t", run, rounds=2).rows()
        self.assertEqual(order, ["before", "now", "now", "before"])
        self.assertEqual([(row["case"], row["subject"], row.get("ratio")) for row in rows], [("case", "before", None), ("case", "now", 1.5)])


MACHINE = ("commit", "cores", "processor", "memory_gb", "system", "kernel", "file_system", "fdatasync_p50_us", "load_average_before")


# A load generator that is ready, and answers each line with the next of these.
LOAD = """#!/usr/bin/env python3
import sys
print('{"ready":1}', flush=True)
for figures in FIGURES:
    sys.stdin.readline()
    print(figures, flush=True)
"""
FIGURES = '{"done":300,"seconds":0.5,"p50_us":10,"p99_us":20,"max_us":30,"errors":0,"read_p99_us":40}'


class Idle:
    """A subject that does nothing."""
    port = grpc_port = 1

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self._process = subprocess.Popen(["sleep", "60"])
        self.pid = self._process.pid
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()


class LoadTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.plan = Plan(Path("batata"), Path(folder.name), Path(folder.name), True)

    def _load(self, *figures):
        path = self.plan.programs / "load"
        path.write_text(LOAD.replace("FIGURES", repr(figures)))
        path.chmod(0o755)

    def test_a_load_generator_is_told_when_to_go_on(self):
        self._load('{"done":1}', '{"visible":2}')
        with Clients(self.plan, "load") as clients:
            self.assertEqual([clients.next_line(), clients.next_line()], [{"done": 1}, {"visible": 2}])

    def test_a_load_generator_that_ends_early_ends_the_run(self):
        self._load()
        with Clients(self.plan, "load") as clients, self.assertRaisesRegex(SystemExit, "load failed with 0"):
            clients.read_line()

    def test_a_fan_out_measures_every_server_in_every_round(self):
        self._load(FIGURES)
        table = Table("t", "about", {**fanout_cases.LATENCIES, "cpu_us": "CPU"}, "p99_us", "floor", higher_is_better=False)
        seen = []
        fanout_cases.fanout(self.plan, table, "clients", (lambda: Idle("floor"), lambda: Idle("batata")),
                            lambda subject, count: seen.append((subject.name, count)) or ("load",))
        floor, ours = table.rows()
        self.assertEqual(seen, [("floor", 100), ("batata", 100)])
        self.assertEqual((ours["case"], ours["values"]["p99_us"], ours["values"]["read_p99_us"], ours["ratio"]), ("100 clients", 20, 40, 1))
        self.assertLess(floor["values"]["cpu_us"], 100)

    def test_a_fan_out_has_its_goals_at_full_size(self):
        plan = Plan(Path("batata"), Path("."), Path("."), False)
        self.assertEqual(fanout_cases.sizes(plan), (1_000, 10_000))
        self.assertEqual(fanout_cases.P99_MAX_US, {1_000: 5_000, 10_000: 50_000})

    def test_a_register_that_is_acknowledged_and_not_seen_ends_the_run(self):
        naming_cases.demand_all(100, 100)
        with self.assertRaisesRegex(SystemExit, "of 1,000 acknowledged instances queries see 999"):
            naming_cases.demand_all(999, 1000)

    def test_a_setting_of_a_benchmark_reaches_the_server(self):
        self.assertEqual(Batata("/tmp/none", "true", "--a=1").command()[-1], "--a=1")


class MeasureTest(unittest.TestCase):
    def test_the_cost_of_a_process_tree_includes_its_children_and_their_ended_threads(self):
        burn = "import threading, time\ndef f():\n e = time.thread_time() + 0.2\n while time.thread_time() < e: pass\n" \
               "t = threading.Thread(target=f); t.start(); t.join()\nprint('done', flush=True); time.sleep(60)"
        parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
        process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE)
        try:
            process.stdout.readline()
            self.assertEqual(len(process_tree(process.pid)), 2)
            self.assertGreaterEqual(cpu_seconds(process.pid), 0.2)
            self.assertGreater(resident_kb(process.pid), resident_kb(process_tree(process.pid)[1]))
        finally:
            for member in reversed(process_tree(process.pid)):
                os.kill(member, 9)
            process.wait()
            process.stdout.close()

    def test_a_process_that_has_ended_costs_nothing(self):
        process = subprocess.Popen(["true"])
        process.wait()
        self.assertEqual(cpu_seconds(process.pid), 0)


class PageTest(unittest.TestCase):
    def test_every_benchmark_is_in_the_manual_and_in_the_list(self):
        manual = (bench.ROOT / "tests/bench/README.md").read_text()
        for name in bench.ALL:
            self.assertIn(f"| {name} |", manual)
            self.assertIn(name, bench.__doc__)

    def test_the_page_shows_the_published_figures(self):
        bench.report(check=True)


if __name__ == "__main__":
    unittest.main()
