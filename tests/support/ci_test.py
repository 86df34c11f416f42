"""Every runner must take CI for the same: a skip that passes in one of them is a test that never runs."""

import unittest

from ci import in_ci


class CiTest(unittest.TestCase):

    def test_ci_is_any_value_that_does_not_deny_it(self):
        for value in ("true", "True", "1", "yes"):
            self.assertTrue(in_ci({"CI": value}), value)
        for environment in ({}, {"CI": ""}, {"CI": "0"}, {"CI": "false"}, {"CI": "False"}):
            self.assertFalse(in_ci(environment), environment)


if __name__ == "__main__":
    unittest.main()
