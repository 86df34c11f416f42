"""What a run starts must end with it: also what its processes have started, and what a thread would start behind its end."""

import subprocess
import time
import unittest
from unittest import mock

import processes

LIMIT_S = 10.0


class ProcessesTest(unittest.TestCase):

    def setUp(self):
        for name, value in (("_started", []), ("_over", False)):
            patch = mock.patch.object(processes, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def test_all_that_still_run_are_ended_with_their_groups(self):
        alone = processes.start(["sleep", "60"])
        leader = processes.start_group(["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
        with leader.stdout:
            child = int(leader.stdout.readline())
        self.assertTrue(_runs(child))
        processes.end_all()
        self.assertEqual([process.poll() for process in (alone, leader)], [-9, -9])
        deadline = time.monotonic() + LIMIT_S
        while _runs(child) and time.monotonic() < deadline:
            time.sleep(0.001)
        self.assertFalse(_runs(child), "what the leader has started runs on")

    def test_a_group_whose_leader_has_ended_is_ended(self):
        leader = processes.start_group(["sh", "-c", "sleep 60 & echo $!"], stdout=subprocess.PIPE, text=True)
        with leader.stdout:
            child = int(leader.stdout.readline())
        processes.end_all()
        deadline = time.monotonic() + LIMIT_S
        while _runs(child) and time.monotonic() < deadline:
            time.sleep(0.001)
        self.assertFalse(_runs(child))

    def test_nothing_is_started_behind_the_end(self):
        processes.end_all()
        for start in (processes.start, processes.start_group):
            with self.assertRaisesRegex(RuntimeError, "the run is over"):
                start(["sleep", "60"])


def _runs(pid):
    """False also for one that has ended and nobody has waited for yet."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


if __name__ == "__main__":
    unittest.main()
