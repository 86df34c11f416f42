#!/usr/bin/env python3
"""Tests of what the benchmarks make of their samples, and of the published page."""
import os
import subprocess
import sys
import unittest

import bench
from cases import Goal, Table
from measure import cpu_seconds, process_tree, resident_kb


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

    def test_wrong_answers_end_the_run(self):
        with self.assertRaisesRegex(SystemExit, "3 wrong answers"):
            table_of().add("case", "batata", {"rate": 1, "errors": 3})


MACHINE = ("commit", "cores", "processor", "memory_gb", "system", "kernel", "file_system", "fdatasync_p50_us", "load_average_before")


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
    def test_the_page_shows_the_published_figures(self):
        bench.report(check=True)


if __name__ == "__main__":
    unittest.main()
