"""Tests of what is done ahead."""

import pathlib
import sys
import tempfile
import time
import unittest

from ahead import Ahead


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def python(self, code):
        return [sys.executable, "-c", code]

    def test_they_run_in_order_and_give_code_and_output(self):
        with Ahead(self.folder) as ahead:
            slow = ahead.start(self.python("import time; time.sleep(0.2); open('made', 'w'); print('slow')"))
            after = ahead.start(self.python("import os; print(os.path.exists('made')); raise SystemExit(3)"))
            self.assertEqual(slow.result(), (0, "slow\n"))
            self.assertEqual(after.result(), (3, "True\n"))

    def test_they_run_at_idle_priority(self):
        with Ahead(self.folder) as ahead:
            done = ahead.start(self.python("import os; print(os.sched_getscheduler(0) == os.SCHED_IDLE)"))
            self.assertEqual(done.result(), (0, "True\n"))

    def test_leaving_ends_what_runs_with_its_children_and_drops_what_waits(self):
        with Ahead(self.folder) as ahead:
            running = ahead.start(["sh", "-c", "sleep 60 & echo $! >child; wait"])
            waiting = ahead.start(self.python("open('waited', 'w')"))
            child = self.folder / "child"
            deadline = time.monotonic() + 30
            while not (child.exists() and child.read_text().endswith("\n")) and time.monotonic() < deadline:
                time.sleep(0.01)
        self.assertNotEqual(running.result()[0], 0)
        self.assertTrue(waiting.cancelled() or waiting.result()[0] is None)
        self.assertFalse((self.folder / "waited").exists())
        self.assertFalse(alive(int(child.read_text())))


def alive(pid):
    """Whether a process runs: one that ended and waits for its parent does not."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return False
        if state == "Z":
            return False
        time.sleep(0.01)
    return True


if __name__ == "__main__":
    unittest.main()
