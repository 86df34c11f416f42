"""The comparison of kill9 must notice what it is for: each planted breach of a promise is reported, and no kept one."""

import unittest

from ledger import Ledger


class LedgerTest(unittest.TestCase):

    def setUp(self):
        self.ledger = Ledger()

    def write(self, number, acknowledged=True, value=None):
        value = value or f"v{number}"
        self.ledger.sending("k", number, value)
        if acknowledged:
            self.ledger.acknowledge("k", number, value)

    def compare(self, stored):
        return self.ledger.compare({"k": stored}.get)

    def test_the_newest_acknowledged_value_is_right(self):
        self.write(1)
        self.write(2)
        self.assertEqual(self.compare("v2"), [])

    def test_a_lost_acknowledged_write_is_reported(self):
        self.write(1)
        self.write(2)
        self.assertEqual(self.compare("v1"), ["k: number 1 is stored, but 2 was acknowledged"])

    def test_a_lost_key_is_reported(self):
        self.write(1)
        self.assertEqual(self.compare(None), ["k: nothing is stored, but number 1 was acknowledged"])

    def test_a_write_on_its_way_may_be_there_or_not(self):
        self.write(1)
        self.write(2, acknowledged=False)
        self.assertEqual(self.compare("v1"), [])
        self.assertEqual(self.compare("v2"), [])

    def test_a_key_whose_only_write_was_on_its_way_may_be_missing(self):
        self.write(1, acknowledged=False)
        self.assertEqual(self.compare(None), [])

    def test_a_value_that_nobody_sent_is_reported(self):
        self.write(1)
        self.assertEqual(self.compare("v1v2"), ["k: 'v1v2' is stored, but nobody sent it"])

    def test_a_value_that_goes_backwards_between_two_reads_is_reported(self):
        self.write(1)
        self.write(2, acknowledged=False)
        self.compare("v2")
        self.assertEqual(self.compare("v1"), ["k: number 1 is stored, but 2 was read before"])

    def test_a_key_that_disappears_between_two_reads_is_reported(self):
        self.write(1, acknowledged=False)
        self.compare("v1")
        self.assertEqual(self.compare(None), ["k: nothing is stored, but number 1 was read before"])

    def test_a_number_acknowledged_to_two_writers_is_reported(self):
        self.write(1, value="by one")
        self.write(1, value="by two")
        self.assertIn("k: number 1 was acknowledged to 2 writers: ['by one', 'by two']", self.compare("by one"))

    def test_the_loser_of_a_compare_and_set_in_the_winners_place_is_reported(self):
        self.write(1, value="by one")
        self.write(1, value="by two", acknowledged=False)
        self.assertEqual(self.compare("by two"), ["k: 'by two' is stored, but 'by one' was acknowledged"])


if __name__ == "__main__":
    unittest.main()
