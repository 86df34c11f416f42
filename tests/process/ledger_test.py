"""The comparison of kill9 must notice what it is for: each planted breach of a promise is reported, and no kept one."""

import unittest

from ledger import REMEMBERED, Ledger


class LedgerTest(unittest.TestCase):

    def setUp(self):
        self.ledger = Ledger()

    def write(self, number, acknowledged=True, value=""):
        """`value` None: a removal."""
        value = f"v{number}" if value == "" else value
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
        self.assertEqual(self.compare("v1"), ["k: number 1 is stored, but number 2 was acknowledged"])

    def test_a_lost_key_is_reported(self):
        self.write(1)
        self.assertEqual(self.compare(None), ["k: nothing is stored, but number 1 was acknowledged"])

    def test_a_write_on_its_way_may_be_there_or_not(self):
        self.write(1)
        self.write(2, acknowledged=False)
        self.assertEqual(self.compare("v2"), [])
        self.write(3, acknowledged=False)
        self.assertEqual(self.compare("v2"), [])

    def test_a_write_on_its_way_that_did_not_come_and_comes_later_is_reported(self):
        self.write(1)
        self.write(2, acknowledged=False)
        self.write(3, value=None, acknowledged=False)
        self.assertEqual(self.compare("v1"), [])
        self.assertEqual(self.compare("v2"), ["k: 'v2' is stored, but nobody sent it"])
        self.assertEqual(self.compare(None), ["k: nothing is stored, but number 1 was acknowledged",
                                              "k: nothing is stored, but number 1 was read before"])

    def test_a_number_that_did_not_come_may_be_another_writers(self):
        self.write(1)
        self.write(2, value="by one", acknowledged=False)
        self.compare("v1")
        self.write(2, value="by two")
        self.assertEqual(self.compare("by two"), [])

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
        self.assertEqual(self.compare("v1"), ["k: number 1 is stored, but number 2 was read before"])

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

    def test_a_refused_write_that_is_stored_is_reported(self):
        self.write(1)
        self.write(2, acknowledged=False)
        self.ledger.refused("k", 2, "v2")
        self.assertEqual(self.compare("v1"), [])
        self.assertEqual(self.compare("v2"), ["k: 'v2' is stored, but it was refused"])

    def test_a_refused_write_leaves_the_winners_of_its_number(self):
        self.write(1, value="by one")
        self.write(1, value="by two", acknowledged=False)
        self.ledger.refused("k", 1, "by two")
        self.assertEqual(self.compare("by one"), [])
        self.assertEqual(self.compare("by two"), ["k: 'by two' is stored, but it was refused"])
        self.assertEqual(self.ledger.writes("k"), (1, 1))

    def test_after_a_refused_write_what_was_there_is_there(self):
        self.write(1)
        self.write(2, acknowledged=False, value=None)
        self.ledger.refused("k", 2, None)
        self.assertTrue(self.ledger.is_there("k"))
        self.assertEqual(self.compare(None), ["k: nothing is stored, but number 1 was acknowledged"])

    def test_what_was_removed_is_not_there(self):
        self.write(1)
        self.write(2, value=None)
        self.assertEqual(self.compare(None), [])

    def test_an_acknowledged_removal_that_is_lost_is_reported(self):
        self.write(1)
        self.write(2, value=None)
        self.assertEqual(self.compare("v1"), ["k: number 1 is stored, but the removal 2 was acknowledged"])

    def test_a_removal_on_its_way_may_be_done_or_not(self):
        for stored in ("v1", None):
            with self.subTest(stored=stored):
                self.setUp()
                self.write(1)
                self.write(2, acknowledged=False, value=None)
                self.assertEqual(self.compare(stored), [])

    def test_what_was_made_again_after_its_removal_must_be_there(self):
        self.write(1)
        self.write(2, value=None)
        self.write(3)
        self.assertEqual(self.compare(None), ["k: nothing is stored, but number 3 was acknowledged"])

    def test_a_write_on_its_way_after_a_removal_may_be_there_or_not(self):
        self.write(1)
        self.write(2, value=None)
        self.write(3, acknowledged=False)
        self.assertEqual(self.compare(None), [])
        self.write(4, acknowledged=False)
        self.assertEqual(self.compare("v4"), [])
        self.assertEqual(self.compare(None), ["k: nothing is stored, but number 4 was read before"])

    def test_values_that_are_all_the_same_are_told_by_their_numbers(self):
        self.write(1, value="there")
        self.write(2, value=None)
        self.write(3, value="there")
        self.assertEqual(self.compare(None), ["k: nothing is stored, but number 3 was acknowledged"])
        self.assertEqual(self.compare("there"), [])
        self.write(4, value=None)
        self.assertEqual(self.compare("there"), ["k: number 3 is stored, but the removal 4 was acknowledged"])

    def test_after_many_comparisons_all_is_reported_as_before(self):
        for number in range(1, 3 * REMEMBERED):
            self.write(number)
            self.assertEqual(self.compare(f"v{number}"), [])
        newest = 3 * REMEMBERED - 1
        self.assertEqual(self.ledger.writes("k"), (newest, newest))
        self.assertLessEqual(len(self.ledger.promised("k")), REMEMBERED)
        lost = f"but number {newest} was acknowledged"
        for stored, sentence in ((f"v{newest - 1}", f"k: number {newest - 1} is stored, {lost}"),
                                 (None, f"k: nothing is stored, {lost}"), ("v1", "k: 'v1' is stored, but nobody sent it")):
            self.assertEqual(self.compare(stored)[0], sentence)

    def test_a_key_that_nobody_sent_is_reported(self):
        self.write(1)
        self.assertEqual(self.ledger.compare_all([("k", "v1"), ("l", "v1")]), ["l: it is there, but nobody sent it"])

    def test_a_key_that_is_there_twice_is_reported(self):
        self.write(1)
        self.assertEqual(self.ledger.compare_all([("k", "v1"), ("k", "v1")]), ["k: it is there 2 times"])

    def test_a_key_is_there_when_its_newest_write_is_acknowledged_and_no_removal(self):
        found = [self.ledger.is_there("k")]
        for number, (acknowledged, value) in enumerate([(True, "v1"), (False, "v2"), (True, "v3"), (True, None)], 1):
            self.write(number, acknowledged, value)
            found.append(self.ledger.is_there("k"))
        self.assertEqual(found, [False, True, False, True, False])

    def test_a_key_may_be_there_unless_what_may_be_its_newest_write_is_a_removal(self):
        found = [self.ledger.may_be_there("k")]
        for number, (acknowledged, value) in enumerate([(False, "v1"), (True, None), (False, None), (False, "v4"), (True, "v5"),
                                                        (False, None), (True, None)], 1):
            self.write(number, acknowledged, value)
            found.append(self.ledger.may_be_there("k"))
        self.assertEqual(found, [False, True, False, False, True, True, True, False])

    def test_what_was_found_missing_may_not_be_there(self):
        self.write(1, acknowledged=False)
        self.compare(None)
        self.assertFalse(self.ledger.may_be_there("k"))

    def test_the_values_of_a_key_are_those_sent_newest_first(self):
        self.assertEqual(self.ledger.values("k"), [])
        for number, value in enumerate(["v1", None, "v3"], 1):
            self.write(number, value == "v1", value)
        self.assertEqual(self.ledger.values("k"), ["v3", "v1"])


class HistoryTest(unittest.TestCase):
    """A key with the writes 1, 2 and 3, which is a removal, 4, 5 that was on its way and came, and 6."""

    def setUp(self):
        self.ledger = Ledger()
        for number, value in enumerate(("v1", "v2", None, "v4", "v5", "v6"), 1):
            self.ledger.sending("k", number, value)
            if number != 5:
                self.ledger.acknowledge("k", number, value)

    def written(self, *values):
        return self.ledger.compare_written("k", values)

    def test_what_was_written_is_right_whole_or_its_newest_part(self):
        self.assertEqual(self.written("v6", "v5", "v4", None, "v2", "v1"), [])
        self.assertEqual(self.written("v6", "v5", "v4", None), [])
        self.assertEqual(self.written(), [])

    def test_a_write_without_an_answer_may_be_missing(self):
        self.assertEqual(self.written("v6", "v4", None, "v2"), [])

    def test_an_acknowledged_write_that_is_missing_is_reported(self):
        self.assertEqual(self.written("v6", "v5", None, "v2"), ["k: number 4 was acknowledged, but is not in the history"])
        self.assertEqual(self.written("v6", "v5", "v4", "v2"), ["k: the removal 3 was acknowledged, but is not in the history"])

    def test_a_newest_write_that_is_missing_is_reported(self):
        self.assertEqual(self.written("v5", "v4"), ["k: number 6 was acknowledged, but is not in the history"])

    def test_what_is_twice_or_out_of_order_or_of_nobody_is_reported(self):
        twice = "twice, out of order, or although nobody sent it"
        self.assertEqual(self.written("v6", "v6", "v5"), [f"k: the history has 'v6' {twice}"])
        self.assertEqual(self.written("v6", "v5", "v4", None, None), [f"k: the history has a removal {twice}"])
        self.assertEqual(self.written("v6", "v4", "v5"), [f"k: the history has 'v5' {twice}"])
        self.assertEqual(self.written("v6", "v7", "v5"), [f"k: the history has 'v7' {twice}"])

    def test_what_was_refused_is_reported(self):
        self.ledger.sending("k", 7, "by two")
        self.ledger.refused("k", 7, "by two")
        self.assertEqual(self.written("by two", "v6"),
                         ["k: the history has 'by two' twice, out of order, or although it was refused"])


if __name__ == "__main__":
    unittest.main()
