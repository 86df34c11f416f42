"""Tests of check_translation."""

import unittest

from check_translation import faults

ENGLISH = """# Title

See [that](a.md) and `batata status`.

```sh
./x run    # starts it
```

| a | b |
|---|---|
| 1 | 2 |
"""
CHINESE = ENGLISH.replace("See", "参见").replace("and", "和").replace("starts it", "启动").replace("| a | b |", "| 甲 | 乙 |")


class TranslationTest(unittest.TestCase):
    def test_words_may_differ(self):
        self.assertEqual(list(faults(ENGLISH, CHINESE)), [])

    def test_nothing_else_may(self):
        for was, becomes, told in (("# Title", "## Title", "headings"), ("./x run", "./x test", "fenced blocks"), ("| 1 | 2 |\n", "", "tables"),
                                   ("(a.md)", "(b.md)", "links"), ("`batata status`", "`batata top`", "names in code"),
                                   ("```sh", "text\n\n```sh", "names in code")):
            with self.subTest(told):
                found = " ".join(faults(ENGLISH, CHINESE.replace(was, becomes)))
                self.assertIn(told, found)


if __name__ == "__main__":
    unittest.main()
