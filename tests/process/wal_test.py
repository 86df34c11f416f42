"""The scanner of log files: it must find the end, and see each kind of wrong handling of a half-written record."""

import os
import shutil
import tempfile
import unittest

import wal

FILE_BYTES = 64 * 1024


class WalTest(unittest.TestCase):

    def setUp(self):
        self.directory = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.directory)
        os.mkdir(os.path.join(self.directory, "log"))

    def make(self, records, sequence=1, first_index=1, seed=0, payload=b"value %d"):
        """A log file with that many records, each in a write of its own; returns the crc of the last. `payload` may take its number."""
        log = wal.Log([], term=3)
        header = wal.encode_header(sequence, first_index, seed)
        log.salt = wal.crc32c(header)
        data = header + bytes(wal.RECORDS_AT - len(header))
        for number in range(records):
            record, seed = wal.encode_record(log, payload % number if b"%d" in payload else payload, first_index + number, len(data), seed)
            data += record
        path = os.path.join(self.directory, "log", f"log-{sequence:010}-{first_index:020}")
        with open(path, "wb") as file:
            file.write(data + bytes(FILE_BYTES - len(data)))
        return seed

    def poke(self, log, offset, data):
        with open(log.newest, "r+b") as file:
            file.seek(offset)
            file.write(data)

    def test_the_checksum_is_crc32c(self):
        self.assertEqual(wal.crc32c(b"123456789"), 0xE3069283)
        self.assertEqual(wal.crc32c(b"6789", wal.crc32c(b"12345")), 0xE3069283)

    def test_the_scan_stops_behind_the_last_record(self):
        self.make(5)
        log = wal.scan(self.directory)
        self.assertEqual((log.records, log.index, log.term, log.payload), (5, 5, 3, b"value 4"))
        self.assertEqual(log.end, wal.RECORDS_AT + 5 * 48)

    def test_the_scan_goes_on_in_the_next_file(self):
        self.make(2, sequence=2, first_index=4, seed=self.make(3))
        log = wal.scan(self.directory)
        self.assertEqual((log.records, log.index, len(log.names)), (5, 5, 2))

    def test_a_scan_since_an_earlier_one_finds_the_same(self):
        seed = self.make(3)
        earlier = wal.scan(self.directory)
        self.poke(earlier, earlier.end, wal.encode_record(earlier, b"more", 4, earlier.end, seed)[0])
        self.assertEqual(wal.scan(self.directory, since=earlier), wal.scan(self.directory))
        self.make(2, sequence=2, first_index=5, seed=wal.scan(self.directory).chain)
        self.assertEqual(wal.scan(self.directory, since=earlier), wal.scan(self.directory))

    def test_a_file_that_does_not_continue_the_one_before_is_refused(self):
        self.make(3)
        self.make(2, sequence=2, first_index=4, seed=7)
        with self.assertRaisesRegex(ValueError, "does not continue"):
            wal.scan(self.directory)

    def test_no_kind_of_torn_record_reads_as_a_whole_one(self):
        for payload in b"value %d", bytes(100):  # zeros in a record are what a hole in it looks like
            for number in range(wal.KINDS_OF_DAMAGE):
                self.make(3, payload=payload)
                log = wal.scan(self.directory)
                wal.write_at_end(log, wal.torn_record(log, number))
                self.assertEqual(wal.scan(self.directory).end, log.end)

    def test_a_tail_that_was_cut_off_passes_also_when_a_record_follows(self):
        self.make(3)
        log = wal.scan(self.directory)
        torn = wal.torn_record(log, 1)
        wal.write_at_end(log, torn)
        self.poke(log, log.end, bytes(len(torn)))
        wal.check_cut_off(log, torn)
        self.poke(log, log.end, wal.encode_record(log, b"", log.index + 1, log.end, log.chain)[0])
        wal.check_cut_off(log, torn)

    def test_a_tail_left_in_place_is_noticed(self):
        wal.SETTLE_S = 0
        self.make(3)
        log = wal.scan(self.directory)
        torn = wal.torn_record(log, 1)
        wal.write_at_end(log, torn)
        with self.assertRaisesRegex(AssertionError, "still in"):
            wal.check_cut_off(log, torn)

    def test_a_change_before_the_end_is_noticed(self):
        wal.SETTLE_S = 0
        self.make(3)
        log = wal.scan(self.directory)
        torn = wal.torn_record(log, 1)
        self.poke(log, log.end - 1, b"x")
        with self.assertRaisesRegex(AssertionError, "were changed"):
            wal.check_cut_off(log, torn)

    def test_a_log_cut_too_far_is_noticed(self):
        wal.SETTLE_S = 0
        self.make(3)
        log = wal.scan(self.directory)
        torn = wal.torn_record(log, 1)
        self.poke(log, log.end - 48, bytes(48 + len(torn)))
        with self.assertRaisesRegex(AssertionError, "were changed"):
            wal.check_cut_off(log, torn)


if __name__ == "__main__":
    unittest.main()
