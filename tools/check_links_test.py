"""Tests of the document checker: each plants one fault."""

import pathlib
import tempfile
import unittest

from check_links import faults


def found(text, **files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "x").write_text("usage:\n\n  run [ARGS]   start\n  test   all\n")
        (root / "README.md").write_text(text)
        for name, content in files.items():
            path = root / name.replace("__", "/").replace("_DOT_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return list(faults(root))


class Links(unittest.TestCase):
    def test_good_links_pass(self):
        text = "# One two!\n[a](docs/a.md) [b](docs/a.md#some-heading) [c](#one-two) [d](https://example.org/x)"
        self.assertEqual(found(text, docs__a_DOT_md="## Some heading\n"), [])

    def test_a_link_to_nothing_is_found(self):
        self.assertEqual(found("[a](docs/a.md)"), ["README.md: link to docs/a.md, which does not exist"])

    def test_a_link_to_a_missing_heading_is_found(self):
        text = "[a](docs/a.md#other)"
        self.assertEqual(len(found(text, docs__a_DOT_md="## Some heading\n")), 1)

    def test_a_heading_inside_an_example_is_none(self):
        self.assertEqual(len(found("```\n# not this\n```\n[a](#not-this)")), 1)

    def test_a_path_that_is_gone_is_found(self):
        self.assertEqual(found("see `src/net/gone.cc`"), ["README.md: names src/net/gone.cc, which does not exist"])
        self.assertEqual(found("see `src/net/a.cc`", src__net__a_DOT_cc=""), [])

    def test_patterns_are_no_paths(self):
        self.assertEqual(found("`src/*/x.h` `tests/fuzz/<name>_fuzz.cc`"), [])

    def test_a_command_that_is_gone_is_found_even_in_an_example(self):
        self.assertEqual(found("```\n./x serve\n```"), ["README.md: names ./x serve, which is no command"])
        self.assertEqual(found("```\n./x run\n```"), [])


if __name__ == "__main__":
    unittest.main()
