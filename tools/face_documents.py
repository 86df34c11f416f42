"""The documents about the faces, made from their own rows.

    face_documents.py parity|api|own|check [--rows PROGRAM]

`parity` prints src/faces/nacos/PARITY.md: every endpoint and request type of upstream (inventory.tsv) and what becomes
of it here. `api` prints docs/api/nacos.md: every row of that face; `own` docs/api/batata.md: those of batata's own. `check` prints what is wrong: a row that is neither
upstream's nor said to be ours, a remark (parity.tsv) about something that is not so. All need the program that
prints the rows; `./x docs` writes the documents.
"""

import argparse
import collections
import dataclasses
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FACE = ROOT / "src/faces/nacos"
ROWS = ROOT / "build/release/tests/documents/face_rows"
STATES = ("done", "partial", "refused", "missing", "older")
# What the versions of the inventory stand for, in order; v1 and v2 are answered as the one of ANSWERED, v3 as the last.
VERSIONS = ["1.4", "2.1", "2.3", "2.5", "3.0", "H"]
ANSWERED = "2.5"


@dataclasses.dataclass(frozen=True)
class Entry:
    """One row of upstream's inventory: an endpoint of HTTP or a request type of gRPC."""
    number: str
    family: str
    method: str  # of gRPC: the direction
    path: str  # of gRPC: the type
    selector: str
    versions: str

    @property
    def is_grpc(self):
        return self.number.startswith("G")

    def in_answered_version(self):
        """False for what the version that its family is answered as does not have."""
        if self.is_grpc or not re.match(r"/nacos/v[12]/", self.path):
            return True
        return any(_covers(item, ANSWERED) for item in self.versions.split(","))


@dataclasses.dataclass(frozen=True)
class Remark:
    number: str
    state: str
    text: str


def _covers(versions, wanted):
    first, _, last = versions.partition("–")
    known = [version for version in (first, last or first) if version in VERSIONS]
    if len(known) < 2:
        return False
    low, at, high = (VERSIONS.index(version) for version in (known[0], wanted, known[1]))
    return low <= at <= high


def read_table(text):
    """The lines of a table of tabs below its heading; comments begin with #."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [line.split("\t") for line in lines[1:]]


def shape(path):
    """A path whose captures have no names."""
    return re.sub(r"\{[^}]*\}", "{}", path)


class Parity:
    """Upstream's inventory and our rows, side by side."""

    def __init__(self, inventory, remarks, rows):
        self.entries = [Entry(*columns) for columns in inventory]
        self.ours = [Remark(*columns) for columns in remarks if columns[0] == "ours"]
        self.remarks = {columns[0]: Remark(*columns) for columns in remarks if columns[0] != "ours"}
        self.http = rows["http"]
        self.grpc = {row["request"]: row for row in rows["grpc"]}
        self._by_place = collections.defaultdict(list)
        for row in self.http:
            self._by_place[shape(row["path"]), row["selector"]].append(row["method"])

    def row_exists(self, entry):
        if entry.is_grpc:
            return entry.path in self.grpc
        methods = self._by_place.get((shape(entry.path), entry.selector), [])
        return bool(methods) if entry.method == "ANY" else entry.method in methods

    def state(self, entry):
        if entry.number in self.remarks:
            return self.remarks[entry.number].state
        if entry.is_grpc and self.grpc.get(entry.path, {}).get("cluster_only"):
            return "refused"
        if self.row_exists(entry):
            return "done"
        return "missing" if entry.in_answered_version() else "older"

    def remark(self, entry):
        if entry.number in self.remarks:
            return self.remarks[entry.number].text
        if entry.is_grpc and self.grpc.get(entry.path, {}).get("cluster_only"):
            return "only between servers"
        return ""

    def faults(self):
        """What is wrong, as sentences."""
        yield from self._unknown_rows()
        entries = {entry.number: entry for entry in self.entries}
        if len(entries) != len(self.entries):
            yield "inventory.tsv: a number occurs twice"
        for remark in self.remarks.values():
            entry = entries.get(remark.number)
            if entry is None:
                yield f"parity.tsv: there is no row {remark.number} in inventory.tsv"
            elif remark.state not in STATES:
                yield f"parity.tsv: {remark.number}: no state '{remark.state}'"
            elif remark.state == "partial" and not self.row_exists(entry):
                yield f"parity.tsv: {remark.number} is partial, but {entry.method} {entry.path} has no row"
            elif remark.state == "missing" and self.row_exists(entry):
                yield f"parity.tsv: {remark.number} is missing, but {entry.method} {entry.path} has a row"
            elif remark.state == "done" and not entry.is_grpc and not self._has_plain_row(entry):
                yield f"parity.tsv: {remark.number}: an endpoint is done by its row, not by a remark"

    def _has_plain_row(self, entry):
        """An endpoint with a selector whose path has a row for all requests, which then takes those too."""
        return bool(entry.selector) and any(row["method"] == entry.method and not row["selector"] and
                                            shape(row["path"]) == shape(entry.path) for row in self.http)

    def _unknown_rows(self):
        known = {(entry.method, shape(entry.path), entry.selector) for entry in self.entries if not entry.is_grpc}
        anything = {(path, selector) for method, path, selector in known if method == "ANY"}
        said = {remark.text.split(":")[0] for remark in self.ours}
        for row in self.http:
            place = (shape(row["path"]), row["selector"])
            name = f"{row['method']} {row['path']}" + (f"?{row['selector']}" if row["selector"] else "")
            if (row["method"], *place) in known or place in anything:
                if name in said:
                    yield f"parity.tsv: {name} is said to be ours, but it is in inventory.tsv"
            elif name not in said:
                yield f"{name} is neither in inventory.tsv nor said to be ours in parity.tsv"
            said.discard(name)
        types = {entry.path for entry in self.entries if entry.is_grpc}
        for request in sorted(self.grpc):
            if request not in types and request not in said:
                yield f"{request} is neither in inventory.tsv nor said to be ours in parity.tsv"
            said.discard(request)
        for name in sorted(said):
            yield f"parity.tsv: {name} is said to be ours, but there is no such row"

    def totals(self):
        """[(family, {state: count})], in the order of the inventory."""
        counts = {}
        for entry in self.entries:
            counts.setdefault(entry.family, collections.Counter())[self.state(entry)] += 1
        return list(counts.items())

    def page(self):
        out = ["# Parity with Nacos", "",
               "Made by `./x docs` from the rows of this face, `inventory.tsv` and `parity.tsv`; `./x check docs` compares.", "",
               "*Done*: a row answers as upstream, as far as recordings and tests tell. *Partial* and *refused*: the remark",
               "says why. *Older*: not in the version that its family is answered as ([README.md](README.md)). Numbers are",
               "those of the inventory of upstream's endpoints from 1.4 to 3.3.", "",
               "| family | rows | " + " | ".join(STATES) + " |", "|---" * (len(STATES) + 2) + "|"]
        total = collections.Counter()
        for family, counts in self.totals():
            total += counts
            out.append(self._total_line(family, counts))
        out.append(self._total_line("**all**", total))
        for family, _ in self.totals():
            out += ["", f"## {family}", "", "| # | what | versions | state | remark |", "|---|---|---|---|---|"]
            for entry in self.entries:
                if entry.family == family:
                    selector = f"?{entry.selector}" if entry.selector else ""
                    what = entry.path if entry.is_grpc else f"{entry.method} {entry.path}{selector}"
                    out.append(f"| {entry.number} | `{what}` | {entry.versions} | {self.state(entry)} | {self.remark(entry)} |")
        if self.ours:
            out += ["", "## Ours alone", ""] + [f"- {remark.text}" for remark in self.ours]
        return "\n".join(out) + "\n"

    @staticmethod
    def _total_line(name, counts):
        return f"| {name} | {sum(counts.values())} | " + " | ".join(str(counts[state]) for state in STATES) + " |"


def api_page(rows):
    """docs/api/nacos.md."""
    out = ["# The Nacos API as batata serves it", "",
           "Made by `./x docs` from the rows of `src/faces/nacos`. Rows are grouped by the first parts of their paths.",
           "*Right* is what a signed-in user needs: `r` to read, `w` to write; of the `config` or `naming` in the namespace and",
           "group that the request names; `identity` is anybody who has signed in; none: everybody.",
           "A parameter in bold is required. How far this is Nacos' own API: [PARITY.md](../../src/faces/nacos/PARITY.md)."]
    out += _tables(rows["http"])
    out += ["", "## gRPC", "", "| request | answer | what |", "|---|---|---|"]
    for row in rows["grpc"]:
        out.append(f"| `{row['request']}` | `{row['response']}` | {_cell(row['summary'])} |")
    return "\n".join(out) + "\n"


def own_page(rows):
    """docs/api/batata.md."""
    out = ["# batata's own API", "",
           "Made by `./x docs` from the rows of `src/faces/batata`: what operators do that no imitated product has a way for. They",
           "sign in as they do to Nacos' addresses of users, wherever anybody must sign in, with a token in the header `accessToken`;",
           "only administrators may what is not public: no permission stands for that, and no other server's header. Metrics have a",
           "permission of their own, and are guarded while clients must sign in. What is refused is answered by its status and `{\"error\":{\"code\":\"…\",\"message\":\"…\"}}`."]
    return "\n".join(out + _tables(rows["own"])) + "\n"


def _tables(rows):
    """The lines of one table for each group of addresses."""
    out, groups = [], {}
    for row in rows:
        groups.setdefault(_group(row["path"]), []).append(row)
    for group in sorted(groups):
        out += ["", f"## {group}", "", "| endpoint | right | what | parameters |", "|---|---|---|---|"]
        for row in sorted(groups[group], key=lambda each: (each["path"], each["selector"], each["method"])):
            selector = f"?{row['selector']}" if row["selector"] else ""
            out.append(f"| `{row['method']} {row['path']}{selector}` | {_cell(row['permission'])} | {_cell(row['summary'])} "
                       f"| {'; '.join(_param(param) for param in row['params'])} |")
    return out


def _group(path):
    parts = path.split("/")[1:]
    if parts[0] == "nacos" and len(parts) > 1 and re.fullmatch(r"v\d", parts[1]):
        return "/" + "/".join(parts[:4 if parts[1] == "v3" else 3])
    if re.fullmatch(r"v\d", parts[0]):
        return "/" + "/".join(parts[:3])
    return "/" + "/".join(parts[:2])


def _cell(text):
    return text.replace("|", "\\|")


def _param(param):
    name = f"**{param['name']}**" if param["required"] else param["name"]
    return f"{name}: {_cell(param['help'])}"


def load(program):
    rows = json.loads(subprocess.run([str(program)], check=True, stdout=subprocess.PIPE, text=True).stdout)
    inventory = read_table((FACE / "inventory.tsv").read_text())
    return Parity(inventory, read_table((FACE / "parity.tsv").read_text()), rows), rows


def main():
    parser = argparse.ArgumentParser(description="The documents about the faces.")
    parser.add_argument("what", choices=["parity", "api", "own", "check"])
    parser.add_argument("--rows", default=ROWS, help="the program that prints the rows")
    arguments = parser.parse_args()
    parity, rows = load(arguments.rows)
    if arguments.what == "api":
        print(api_page(rows), end="")
        return 0
    if arguments.what == "own":
        print(own_page(rows), end="")
        return 0
    faults = list(parity.faults())
    for fault in faults:
        print(fault, file=sys.stderr)
    if arguments.what == "parity":
        print(parity.page(), end="")
    else:
        for family, counts in parity.totals():
            print(f"{family}: " + ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
