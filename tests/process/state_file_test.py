"""What changes the state's files must write what RocksDB reads: its checksums are compared with those of kept directories."""

import glob
import os
import shutil
import tempfile
import unittest

import state_file
from golden_directory import DIRECTORIES

TABLES = sorted(glob.glob(os.path.join(DIRECTORIES, "*", "state", "*.sst")))


class StateFileTest(unittest.TestCase):

    def setUp(self):
        directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, directory)
        self.path = os.path.join(directory, "table.sst")

    def test_the_version_of_the_first_record_and_a_checksum_are_all_that_changes(self):
        self.assertTrue(TABLES)
        for table in TABLES:
            shutil.copyfile(table, self.path)
            state_file.raise_version(self.path, "a")
            with open(table, "rb") as old, open(self.path, "rb") as new:
                before, after = old.read(), new.read()
            changed = [at for at, (one, other) in enumerate(zip(before, after)) if one != other]
            self.assertEqual(len(before), len(after))
            self.assertEqual((changed[0], before[changed[0]], after[changed[0]]), (12, 1, 2))
            self.assertTrue(len(changed) <= 5 and changed[-1] - changed[1] < 4, changed)
            state_file.raise_version(self.path, "a")  # which checks the checksum

    def test_a_file_that_does_not_check_or_begin_so_is_refused(self):
        with open(TABLES[0], "rb") as file:
            content = file.read()
        flipped = content[:100] + bytes([content[100] ^ 1]) + content[101:]
        for changed, name in ((flipped, "a"), (content, "b"), (content[:-1] + b"x", "a")):
            with open(self.path, "wb") as file:
                file.write(changed)
            with self.assertRaises(ValueError):
                state_file.raise_version(self.path, name)

    def test_a_hash_of_few_bytes_is_another_one(self):
        with self.assertRaises(ValueError):
            state_file.xxh3_long(bytes(240))


if __name__ == "__main__":
    unittest.main()
