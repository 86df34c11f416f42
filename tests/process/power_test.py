"""Tests of the disk that loses power: what a program did through it, and what is left."""

import glob
import os
import random
import signal
import subprocess
import sys
import tempfile
import unittest

import power

SOURCES = glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "faulty_disk", "*.cc"))
COMPILER = ["clang++-19", "-std=c++20", "-O1", "-fPIC", "-fvisibility=hidden"]
ROUNDS = 16  # of dice
STEPS_MAX = 20  # of a program here


class PowerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        """These tests run before anything is built."""
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls._library = os.path.join(directory.name, "libfaulty_disk.so")
        subprocess.run([*COMPILER, "-shared", "-o", cls._library, *SOURCES], check=True)

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self._place = directory.name

    def after(self, lives, dice, said, environment):
        """The files, by name, after each of `lives` (programs in Python) has run on an empty directory and the power went."""
        place = os.path.join(self._place, str(dice))
        root, attic, journal = (os.path.join(place, name) for name in ("root", "attic", "journal"))
        os.makedirs(root)
        os.makedirs(attic)
        for program in lives:
            done = subprocess.run([sys.executable, "-I", "-S", "-c", "import os, signal\n" + program], cwd=root, check=False,
                                  capture_output=True, text=True,
                                  env={**os.environ, "LD_PRELOAD": self._library, "FAULTY_DISK_ROOT": root,
                                       "FAULTY_DISK_JOURNAL": journal, "FAULTY_DISK_ATTIC": attic, **environment})
            self.assertRegex(done.stderr, said)
        self._ended_with = done.returncode
        power.Loss(power.read_journal(journal), root, attic).strike(random.Random(dice))
        files = {}
        for parent, _, names in os.walk(root):
            for name in names:
                with open(os.path.join(parent, name), "rb") as file:
                    files[os.path.relpath(os.path.join(parent, name), root)] = file.read()
        return files

    def outcomes(self, *lives, said="^$", **environment):
        """Every outcome of some rounds of dice. `said`: what each program prints to standard error."""
        found = []
        for dice in range(ROUNDS):
            files = self.after(lives, dice, said, environment)
            if files not in found:
                found.append(files)
        return found

    def steps(self, program):
        """How many steps the program does: so many times it can be ended around one."""
        for number in range(1, STEPS_MAX):
            self.after([program], f"step {number}", "^$", {"FAULTY_DISK_KILL_AT": str(number)})
            if self._ended_with != -signal.SIGKILL:
                return number - 1
        raise AssertionError("it never ends on its own")

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

    def test_sectors_are_those_of_the_file(self):
        found = self.outcomes(SYNCED + "os.pwrite(f, b'x' * 1024, 100)\n")
        filled = [one["a"].ljust(1536, b"-") for one in found]
        parts = {(one[100:512], one[512:1024], one[1024:1124]) for one in filled}
        for part in (part for parts in parts for part in parts):
            self.assertEqual(len(set(part.replace(b"\0", b"-"))), 1, "half a sector")
        self.assertGreater(len(parts), 3)

    def test_later_writes_may_be_there_without_earlier_ones(self):
        found = self.outcomes(SYNCED + "os.pwrite(f, b'2', 0)\nos.pwrite(f, b'3', 1)\n")
        self.assertIn({"a": b"o3e"}, found)

    def test_what_a_rename_replaced_comes_back(self):
        found = self.outcomes(SYNCED + "g = os.open('b', os.O_CREAT | os.O_RDWR)\nos.write(g, b'new')\nos.fsync(g)\nos.rename('b', 'a')\n")
        self.assertCountEqual(found, [{"a": b"one"}, {"a": b"one", "b": b"new"}, {"a": b"new"}])

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

    def test_a_sync_that_failed_leaves_alone_what_a_later_one_brought(self):
        program = SYNCED + FAILING.format("os.pwrite(f, b'xxxxxx', 0)", "f") + "os.pwrite(f, b'tw', 0)\nos.fsync(f)\n"
        found = self.outcomes(program, said="sync of .*/a fails", FAULTY_DISK_FAULT="sync:a:2:EIO:1")
        self.assertEqual(found, [{"a": b"twe"}])

    def test_a_sync_of_a_file_that_failed_leaves_it_its_name(self):
        made = "d, f = os.open('.', os.O_RDONLY), os.open('a', os.O_CREAT | os.O_RDWR)"
        found = self.outcomes(FAILING.format(made, "f") + "os.fsync(d)\n", said="sync of .*/a fails", FAULTY_DISK_FAULT="sync:a:1:EIO:1")
        self.assertEqual(found, [{"a": b""}])

    def test_a_sync_of_a_directory_that_failed_takes_its_names_with_it(self):
        for change, left in (("os.close(os.open('b', os.O_CREAT | os.O_RDWR))", {"a": b"one"}), ("os.rename('a', 'b')", {"a": b"one"}),
                             ("os.unlink('a')", {"a": b"one"}), ("os.link('a', 'b')", {"a": b"one"})):
            with self.subTest(change), tempfile.TemporaryDirectory() as self._place:
                found = self.outcomes(SYNCED + FAILING.format(change, "d") + "os.fsync(d)\n",
                                      said="syncdir of .*/root fails", FAULTY_DISK_FAULT="syncdir:root:2:EIO:1")
                self.assertEqual(found, [left])

    def test_a_sync_that_lies_brings_nothing(self):
        found = self.outcomes(SYNCED.replace("b'one'", "b'two'"), FAULTY_DISK_FAULT="sync:a:1:LIE:0")
        self.assertIn({"a": b""}, found)
        self.assertIn({"a": b"two"}, found)

    def test_a_life_after_kill_does_not_make_sure_what_the_one_before_wrote(self):
        killed = SYNCED + "os.pwrite(f, b'two', 0)\nos.kill(os.getpid(), signal.SIGKILL)\n"
        found = self.outcomes(killed, "os.close(os.open('b', os.O_CREAT | os.O_RDWR))\nos.fsync(os.open('.', os.O_RDONLY))\n")
        self.assertIn({"a": b"one", "b": b""}, found)
        self.assertIn({"a": b"two", "b": b""}, found)

    def test_a_sync_covers_what_an_earlier_life_wrote(self):
        killed = SYNCED + "os.pwrite(f, b'two', 0)\nos.kill(os.getpid(), signal.SIGKILL)\n"
        found = self.outcomes(killed, "os.fsync(os.open('a', os.O_RDWR))\n")
        self.assertEqual(found, [{"a": b"two"}])

    def test_half_an_entry_of_an_earlier_life_is_cut_off(self):
        half = SYNCED + "os.truncate('../journal', os.path.getsize('../journal') - 5)\n"
        found = self.outcomes(half, "f = os.open('a', os.O_RDWR)\nos.pwrite(f, b'two', 0)\nos.fsync(f)\n")
        self.assertCountEqual(found, [{"a": b"two"}, {}])

    def test_every_step_is_one_that_a_program_can_be_ended_around(self):
        for step in ("os.mkdir('s')", "os.link('a', 'b')", "os.rename('a', 'b')", "os.unlink('a')", "os.pwrite(f, b'2', 0)",
                     "os.ftruncate(f, 1)", "os.fsync(f)", "os.fsync(d)", "os.open('b', os.O_CREAT)"):
            with self.subTest(step), tempfile.TemporaryDirectory() as self._place:
                self.assertEqual(self.steps(SYNCED + step + "\n"), STEPS_OF_SYNCED + 1)

    def test_a_descriptor_is_the_file_that_it_is_now(self):
        outside = "g = os.open('../outside', os.O_CREAT | os.O_RDWR)\n"
        self.assertEqual(self.outcomes(SYNCED + outside + "os.dup2(g, f)\nos.write(f, b'two')\n"), [{"a": b"one"}])
        with open(os.path.join(self._place, "0", "outside"), "rb") as file:
            self.assertEqual(file.read(), b"two")

    def test_a_descriptor_may_have_a_twin(self):
        self.assertIn({"a": b"one"}, self.outcomes(SYNCED + "os.pwrite(os.dup(f), b'two', 0)\n"))

    def test_a_file_may_be_written_to_after_it_lost_its_name(self):
        for change in ("os.unlink('a')", "os.rename('a', 'b')"):
            with self.subTest(change), tempfile.TemporaryDirectory() as self._place:
                found = self.outcomes(SYNCED + change + "\nos.pwrite(f, b'two', 0)\n")
                self.assertIn({"a": b"one"}, found)
                self.assertIn({"a": b"two"}, found)

    def test_the_rest_of_a_write_that_was_cut_short_fails_and_no_other_write(self):
        program = SYNCED + SHORT
        found = self.outcomes(program, said="short of .*/a fails", FAULTY_DISK_FAULT="short:a:2:ENOSPC:1")
        self.assertEqual(found, [{"a": b"onetw", "b": b"new"}])


FAILING = """
{}
try:
  os.fsync({})
except OSError:
  pass
"""
SHORT = """
g = os.open('b', os.O_CREAT | os.O_RDWR)
assert os.write(f, b'twos') == 2
os.write(g, b'new')
try:
  os.write(f, b'os')
  raise SystemExit('the rest was written')
except OSError:
  pass
for each in (f, g, d):
  os.fsync(each)
"""
STEPS_OF_SYNCED = 4  # create, write, sync, syncdir
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
