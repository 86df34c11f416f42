"""Tests of what clang-tidy's memory depends on."""

import pathlib
import tempfile
import unittest

from tidy import Fingerprints


class Memory(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write(".clang-tidy", "Checks: a")
        self.write("src/base/types.h", "int one;")
        self.write("src/store/store.h", '#include "base/types.h"\n')
        self.write("src/store/store.cc", '#include <map>\n#include "store/store.h"\n')
        self.write("src/base/other.h", "int other;")
        self.before = self.fingerprint()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def fingerprint(self, command="clang++ store.cc"):
        return Fingerprints(self.root).of(self.root / "src/store/store.cc", command)

    def test_nothing_changed(self):
        self.write("src/base/other.h", "int another;")
        self.assertEqual(self.before, self.fingerprint())

    def test_a_header_reached_through_another_counts(self):
        self.write("src/base/types.h", "int two;")
        self.assertNotEqual(self.before, self.fingerprint())

    def test_the_rules_count(self):
        self.write(".clang-tidy", "Checks: b")
        self.assertNotEqual(self.before, self.fingerprint())

    def test_the_compile_command_counts(self):
        self.assertNotEqual(self.before, self.fingerprint("clang++ -DX store.cc"))


if __name__ == "__main__":
    unittest.main()
