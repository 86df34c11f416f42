"""What plants bugs must not pass without having planted one, nor build what the sources no longer have."""

import contextlib
import io
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
from unittest import mock

import run


class PlantedTest(unittest.TestCase):

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root, self.tree = pathlib.Path(directory.name, "root"), pathlib.Path(directory.name, "tree")
        for name, value in (("ROOT", self.root), ("TREE", self.tree), ("COPIED", ("top.txt", "src"))):
            patch = mock.patch.object(run, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        for name in ("top.txt", "src/a.cc", "src/deep/b.cc"):
            self.write(self.root / name, name)

    @staticmethod
    def write(path, content):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def main(self, *names):
        """(exit code, printed lines) of a run whose simulator finds everything but what is not there."""
        out = io.StringIO()
        with mock.patch.object(sys, "argv", ["run.py", *names]), contextlib.redirect_stdout(out), \
                mock.patch.object(run, "simulate", side_effect=[(False, ""), (True, "seed 1")]):
            return run.main(), out.getvalue().splitlines()

    def test_what_the_sources_no_longer_have_goes_from_the_tree_and_what_was_built_stays(self):
        run.copy_sources()
        self.write(self.tree / "build" / "kept.o", "built")
        (self.root / "src/deep/b.cc").rename(self.root / "src/c.cc")
        self.write(self.root / "src/a.cc", "changed")
        run.copy_sources()
        files = [path for path in self.tree.rglob("*") if path.is_file()]
        self.assertEqual({str(path.relative_to(self.tree)): path.read_text(encoding="utf-8") for path in files},
                         {"top.txt": "top.txt", "src/a.cc": "changed", "src/c.cc": "src/deep/b.cc", "build/kept.o": "built"})

    def test_what_has_not_changed_is_not_touched(self):
        run.copy_sources()
        before = (self.tree / "src/a.cc").stat().st_mtime_ns
        run.copy_sources()
        self.assertEqual((self.tree / "src/a.cc").stat().st_mtime_ns, before)

    def test_a_name_that_no_patch_has_is_an_error(self):
        with self.assertRaises(SystemExit) as ended:
            self.main("skiped-checksum")
        self.assertIn("there is no skiped-checksum; there are: acknowledge-before-sync", ended.exception.code)

    def test_a_bug_that_is_found_passes(self):
        with mock.patch.object(run, "_run"):
            code, printed = self.main("skipped-checksum")
        self.assertEqual((code, printed[-1]), (0, "2 passed, 0 failed, 0 skipped"))

    def test_a_build_that_takes_too_long_fails_its_bug(self):
        with mock.patch.object(run, "_run", side_effect=[None, None, None, RuntimeError("ninja did not end")]):
            code, printed = self.main("skipped-checksum")
        self.assertEqual((code, printed[-1]), (1, "1 passed, 1 failed, 0 skipped"))
        self.assertIn("FAIL  planted/skipped-checksum: cannot be planted: ninja did not end", printed)

    def test_nothing_is_planted_where_the_sources_cannot_be_built(self):
        with mock.patch.object(run, "_run", side_effect=RuntimeError("no compiler")):
            code, printed = self.main("skipped-checksum")
        self.assertEqual((code, printed[-1]), (1, "0 passed, 2 failed, 0 skipped"))

    def test_a_command_that_hangs_is_ended_with_what_it_has_started(self):
        self.tree.mkdir()
        with mock.patch.object(run, "BUILD_LIMIT_S", 0.2), self.assertRaisesRegex(RuntimeError, "sh did not end in 0.2 s"):
            run._run(["sh", "-c", "exec 2>&1; sleep 7.25 & wait"])
        deadline = time.monotonic() + 5
        while _sleeps() and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual(_sleeps(), [])


def _sleeps():
    """What still runs of the command that hangs."""
    listed = subprocess.run(["ps", "-eo", "stat,args"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in listed if line.endswith("sleep 7.25") and "Z" not in line.split()[0]]


if __name__ == "__main__":
    unittest.main()
