"""Tests of the disk that loses power: what a program did through it, and what is left."""

import os
import random
import subprocess
import sys
import tempfile
import unittest

import power

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "faulty_disk", "faulty_disk.cc")
COMPILER = ["clang++-19", "-std=c++20", "-O1", "-fPIC", "-shared"]
ROUNDS = 24  # of dice


class PowerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """These tests run before anything is built."""
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls._library = os.path.join(directory.name, "libfaulty_disk.so")
        subprocess.run([*COMPILER, "-o", cls._library, SOURCE], check=True)

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self._place = directory.name

    def after(self, program, dice, said, environment):
        """The files, by name, after `program` (Python) has run below an empty directory and the power went."""
        place = os.path.join(self._place, str(dice))
        root, attic, journal = (os.path.join(place, name) for name in ("root", "attic", "journal"))
        os.makedirs(root)
        os.makedirs(attic)
        done = subprocess.run([sys.executable, "-c", "import os\n" + program], cwd=root, check=False, capture_output=True, text=True,
                              env={**os.environ, "LD_PRELOAD": self._library, "FAULTY_DISK_ROOT": root,
                                   "FAULTY_DISK_JOURNAL": journal, "FAULTY_DISK_ATTIC": attic, **environment})
        self.assertRegex(done.stderr, said)
        power.Loss(power.read_journal(journal), root, attic).strike(random.Random(dice))
        files = {}
        for parent, _, names in os.walk(root):
            for name in names:
                with open(os.path.join(parent, name), "rb") as file:
                    files[os.path.relpath(os.path.join(parent, name), root)] = file.read()
        return files

    def outcomes(self, program, said="^$", **environment):
        """Every outcome of some rounds of dice. `said`: what the program prints to standard error."""
        found = []
        for dice in range(ROUNDS):
            files = self.after(program, dice, said, environment)
            if files not in found:
                found.append(files)
        return found

    def test_what_is_synced_stays(self):
        self.assertEqual(self.outcomes(SYNCED), [{"a": b"one"}])

    def test_a_name_that_is_not_synced_may_go(self):
        self.assertCountEqual(self.outcomes(SYNCED.replace("os.fsync(d)", "")), [{"a": b"one"}, {}])

    def test_a_write_that_is_not_synced_may_go_stay_or_leave_zeros(self):
        found = self.outcomes(SYNCED + "os.pwrite(f, b'twotwo', 0)\n")
        self.assertIn({"a": b"one"}, found)
        self.assertIn({"a": b"twotwo"}, found)
        self.assertIn({"a": b"one\0\0\0"}, found)

    def test_a_large_write_is_torn_in_sectors(self):
        found = self.outcomes(SYNCED + "os.pwrite(f, b'x' * 2048, 0)\n")
        sectors = {bytes(one["a"][at:at + 512] == b"x" * 512 for at in range(0, 2048, 512)) for one in found if len(one["a"]) == 2048}
        self.assertGreater(len(sectors), 3)

    def test_later_writes_may_be_there_without_earlier_ones(self):
        found = self.outcomes(SYNCED + "os.pwrite(f, b'2', 0)\nos.pwrite(f, b'3', 1)\n")
        self.assertIn({"a": b"o3e"}, found)

    def test_what_a_rename_replaced_comes_back(self):
        found = self.outcomes(SYNCED + "g = os.open('b', os.O_CREAT | os.O_RDWR)\nos.write(g, b'new')\nos.fsync(g)\nos.rename('b', 'a')\n")
        self.assertCountEqual(found, [{"a": b"one"}, {"a": b"one", "b": b"new"}, {"a": b"new"}, {"b": b"new"}])

    def test_what_was_removed_comes_back(self):
        self.assertCountEqual(self.outcomes(SYNCED + "os.unlink('a')\n"), [{"a": b"one"}, {}])

    def test_a_truncation_may_be_undone(self):
        self.assertCountEqual(self.outcomes(SYNCED + "os.ftruncate(f, 1)\n"), [{"a": b"one"}, {"a": b"o"}])

    def test_a_directory_that_is_not_synced_goes_with_all_that_is_in_it(self):
        self.assertCountEqual(self.outcomes(IN_DIRECTORY), [{"s/a": b"one"}, {}])

    def test_a_directory_that_is_synced_stays(self):
        self.assertEqual(self.outcomes(IN_DIRECTORY + "os.fsync(os.open('..', os.O_RDONLY))\n"), [{"s/a": b"one"}])

    def test_a_sync_that_failed_takes_its_writes_with_it(self):
        program = SYNCED + "os.pwrite(f, b'two', 0)\ntry:\n  os.fsync(f)\nexcept OSError:\n  pass\nos.fsync(f)\n"
        found = self.outcomes(program, said="sync of .*/a fails", FAULTY_DISK_FAULT="sync:a:2:EIO:1")
        self.assertEqual(found, [{"a": b"one"}])

    def test_a_sync_that_lies_brings_nothing(self):
        found = self.outcomes(SYNCED.replace("b'one'", "b'two'"), FAULTY_DISK_FAULT="sync:a:1:LIE:0")
        self.assertIn({"a": b""}, found)
        self.assertIn({"a": b"two"}, found)


SYNCED = """
d = os.open('.', os.O_RDONLY)
f = os.open('a', os.O_CREAT | os.O_RDWR)
os.write(f, b'one')
os.fsync(f)
os.fsync(d)
"""
IN_DIRECTORY = "os.mkdir('s')\nos.chdir('s')\n" + SYNCED


if __name__ == "__main__":
    unittest.main()
