"""Tests of the documents about the Nacos face: each plants one difference."""

import unittest

from face_documents import FACE, Entry, Parity, api_page, read_table

INVENTORY = [
    ["1", "A Old", "GET", "/nacos/v1/a", "", "1.4–H"],
    ["2", "A Old", "GET", "/nacos/v1/a", "show=all", "1.4–H"],
    ["3", "A Old", "ANY", "/nacos/v1/b", "", "1.4–2.1"],
    ["4", "B New", "GET", "/nacos/v3/c/{id}", "", "3.0–H"],
    ["G1", "gRPC", "unary", "OneRequest", "", "2.0"],
    ["G2", "gRPC", "push", "TwoRequest", "", "2.0"],
    ["G3", "gRPC", "unary", "ThreeRequest", "", "2.0"],
]


def http(method, path, selector=""):
    return {"method": method, "path": path, "selector": selector, "permission": "config:r", "summary": "Reads.",
            "source": "", "params": [{"name": "x", "required": True, "help": "A | b"}]}


def rows(*http_rows, grpc=()):
    return {"http": list(http_rows),
            "grpc": [{"request": name, "response": "R", "cluster_only": cluster, "summary": "S"} for name, cluster in grpc]}


def states(parity):
    return {entry.number: parity.state(entry) for entry in parity.entries}


class States(unittest.TestCase):
    def test_a_row_makes_an_entry_done_whatever_its_captures_are_called(self):
        parity = Parity(INVENTORY, [], rows(http("GET", "/nacos/v3/c/{name}"), http("PUT", "/nacos/v1/b")))
        self.assertEqual(states(parity)["4"], "done")
        self.assertEqual(states(parity)["3"], "done")

    def test_selectors_and_methods_count(self):
        parity = Parity(INVENTORY, [], rows(http("GET", "/nacos/v1/a"), http("POST", "/nacos/v1/a", "show=all")))
        self.assertEqual((states(parity)["1"], states(parity)["2"]), ("done", "missing"))

    def test_what_the_answered_version_does_not_have_is_older(self):
        self.assertEqual(states(Parity(INVENTORY, [], rows()))["3"], "older")
        for versions, expected in (("2.5–H", True), ("1.4,2.5,3.0,H", True), ("1.4", False), ("1.4–2.3", False),
                                   ("1.4–2.5", True), ("2.5", True), ("3.0–H", False)):
            entry = Entry("9", "A", "GET", "/nacos/v2/x", "", versions)
            self.assertEqual(entry.in_answered_version(), expected, versions)
        self.assertTrue(Entry("9", "B", "GET", "/nacos/v3/x", "", "3.3?").in_answered_version())

    def test_types_of_grpc_are_done_refused_or_missing(self):
        parity = Parity(INVENTORY, [], rows(grpc=[("OneRequest", False), ("ThreeRequest", True)]))
        self.assertEqual([states(parity)[number] for number in ("G1", "G2", "G3")], ["done", "missing", "refused"])

    def test_a_remark_decides(self):
        parity = Parity(INVENTORY, [["1", "partial", "why"], ["G2", "done", "push"]], rows(http("GET", "/nacos/v1/a")))
        self.assertEqual((states(parity)["1"], states(parity)["G2"]), ("partial", "done"))
        self.assertIn("| 1 | `GET /nacos/v1/a` | 1.4–H | partial | why |", parity.page())


class Faults(unittest.TestCase):
    def fault(self, remarks, given):
        return list(Parity(INVENTORY, remarks, given).faults())

    def test_none_when_all_is_known(self):
        self.assertEqual(self.fault([["ours", "done", "OPTIONS /nacos/v1/a: ours"]],
                                    rows(http("GET", "/nacos/v1/a"), http("OPTIONS", "/nacos/v1/a"))), [])

    def test_a_row_that_nobody_knows(self):
        self.assertEqual(self.fault([], rows(http("GET", "/nacos/v1/z", "s=1"))),
                         ["GET /nacos/v1/z?s=1 is neither in inventory.tsv nor said to be ours in parity.tsv"])
        self.assertEqual(self.fault([], rows(grpc=[("NewRequest", False)])),
                         ["NewRequest is neither in inventory.tsv nor said to be ours in parity.tsv"])

    def test_a_row_said_to_be_ours_that_is_not_there_or_not_ours(self):
        self.assertEqual(self.fault([["ours", "done", "GET /nacos/v1/z: x"]], rows()),
                         ["parity.tsv: GET /nacos/v1/z is said to be ours, but there is no such row"])
        self.assertEqual(self.fault([["ours", "done", "GET /nacos/v1/a: x"]], rows(http("GET", "/nacos/v1/a"))),
                         ["parity.tsv: GET /nacos/v1/a is said to be ours, but it is in inventory.tsv"])

    def test_remarks_about_what_is_not_so(self):
        for remark, given in ((["9", "partial", ""], rows()), (["1", "partial", ""], rows()), (["1", "fine", ""], rows()),
                              (["1", "missing", ""], rows(http("GET", "/nacos/v1/a"))),
                              (["1", "done", ""], rows(http("GET", "/nacos/v1/a")))):
            self.assertEqual(len(self.fault([remark], given)), 1, remark)


class Pages(unittest.TestCase):
    def test_totals_are_those_of_the_states(self):
        page = Parity(INVENTORY, [], rows(http("GET", "/nacos/v1/a"))).page()
        self.assertIn("| A Old | 3 | 1 | 0 | 0 | 1 | 1 |", page)
        self.assertIn("| **all** | 7 | 1 | 0 | 0 | 5 | 1 |", page)

    def test_the_api_shows_rights_and_parameters(self):
        page = api_page(rows(http("GET", "/nacos/v1/cs/configs", "show=all"), http("GET", "/v3/console/cs/x"),
                             grpc=[("OneRequest", False)]))
        self.assertIn("## /nacos/v1/cs\n", page)
        self.assertIn("## /v3/console/cs\n", page)
        self.assertIn("| `GET /nacos/v1/cs/configs?show=all` | config:r | Reads. | **x**: A \\| b |", page)
        self.assertIn("| `OneRequest` | `R` | S |", page)


class Inventory(unittest.TestCase):
    def test_is_whole(self):
        table = read_table((FACE / "inventory.tsv").read_text())
        self.assertTrue(all(len(columns) == 6 for columns in table))
        numbers = [columns[0] for columns in table]
        self.assertEqual(numbers, [str(number) for number in range(1, 481)] + [f"G{number}" for number in range(1, 46)])

    def test_remarks_have_three_columns(self):
        self.assertTrue(all(len(columns) == 3 for columns in read_table((FACE / "parity.tsv").read_text())))


if __name__ == "__main__":
    unittest.main()
