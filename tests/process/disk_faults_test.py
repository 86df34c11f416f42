"""What a server says of a fault must name the file: a word that only looks like it is none."""

import unittest

from disk_faults import Fault, is_named


class DiskFaultsTest(unittest.TestCase):

    def assert_named(self, wanted, step, file, said):
        self.assertEqual(is_named(Fault(step, file, 1, "EIO", "working"), said, "/d/data"), wanted, said)

    def test_the_path_of_the_file_names_it(self):
        self.assert_named(True, "write", "log-*", 'reason="log-1-1: write /d/data/raft/log-1-1: Input/output error"')
        self.assert_named(True, "syncdir", "raft", "batata: sync /d/data/raft: Input/output error")
        self.assert_named(True, "write", "token-key*", "batata: /d/data/token-key: the key file cannot be written")

    def test_a_path_of_another_file_does_not(self):
        self.assert_named(False, "write", "log-*", "batata: write /d/data/raft/hard_state: Input/output error")
        self.assert_named(False, "syncdir", "raft", "batata: sync /d/data/raft/log-1-1: Input/output error")

    def test_a_word_beside_no_path_does_not(self):
        self.assert_named(False, "syncdir", "state", "flush the state: IO error: While fsync: a directory: Input/output error")
        self.assert_named(False, "write", "log-*", "log-1-1: Input/output error")

    def test_a_new_name_names_what_is_renamed(self):
        self.assert_named(True, "rename", "log-*", 'reason="log-3-1: rename /d/data/raft/unprepared: Input/output error"')
        self.assert_named(False, "rename", "hard_state", "batata: rename /d/data/raft/hard_state.new: Input/output error")


if __name__ == "__main__":
    unittest.main()
