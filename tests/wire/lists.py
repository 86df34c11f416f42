#!/usr/bin/env python3
"""The two lists of recorded steps that batata does not answer as recorded, and the page made from them.

    lists.py check     every listed step exists and is listed once, and NOT_YET.md is what `write` would write; exit 1 otherwise
    lists.py write     writes NOT_YET.md

nacos/not_yet.json: what is not implemented. A list of {"reason", "steps": {FILE: [STEP...]}, "instead"?: {FILE: {STEP: REQUEST}}}.
The requests of `instead` are sent after the listed step, so that the steps built on it can be compared all the same.

deliberate.json: where batata answers differently on purpose. A list of {"reason", "steps": [{"file", "step", "ours", "volatile"?, "then"?}]}.
`ours` maps JSON pointers into the recorded answer to what batata answers there ("(absent)": nothing; the empty pointer: the whole answer);
`volatile` lists pointers that are compared by kind only. The request `then` is sent after the step: it does or undoes what the recorded
server did not or did, so that the story goes on as recorded.

Both lists are held to the truth by run.py: a listed step that is answered as recorded fails.
"""
import json
import sys
from pathlib import Path

from scenario import Scenario

HERE = Path(__file__).resolve().parent
PAGE = HERE / "NOT_YET.md"


class Lists:
    """Both lists. Immutable after load."""

    def __init__(self, not_yet, deliberate):
        self._not_yet, self._deliberate = not_yet, deliberate
        self.skipped = {(file, step): group["reason"] for group in not_yet for file, steps in group["steps"].items() for step in steps}
        self.instead = {(file, step): request for group in not_yet for file, steps in group.get("instead", {}).items()
                        for step, request in steps.items()}
        self.different = {(entry["file"], entry["step"]): entry for group in deliberate for entry in group["steps"]}
        self.afterwards = self.instead | {key: entry["then"] for key, entry in self.different.items() if "then" in entry}

    @staticmethod
    def load():
        return Lists(json.loads((HERE / "nacos/not_yet.json").read_text()), json.loads((HERE / "deliberate.json").read_text()))

    def faults(self, known):
        """What is wrong with the lists themselves; `known` is every (file, step) of the recordings."""
        listed = [(file, step) for group in self._not_yet for file, steps in group["steps"].items() for step in steps]
        listed += [(entry["file"], entry["step"]) for group in self._deliberate for entry in group["steps"]]
        listed_once = set()
        for key in listed:
            if key not in known:
                yield f"{key[0]}: there is no step '{key[1]}'"
            if key in listed_once:
                yield f"{key[0]}: step '{key[1]}' is listed twice"
            listed_once.add(key)
        for key in self.instead:
            if key not in self.skipped:
                yield f"{key[0]}: step '{key[1]}' has an `instead` but is not listed"

    def page(self, known):
        """The text of NOT_YET.md."""
        out = ["# Recorded steps that batata does not answer yet", "",
               "Made by `tests/wire/lists.py write` from `nacos/not_yet.json` and `deliberate.json`; `./x check` compares them.", "",
               "| recording | steps | answered as recorded | differently on purpose | not yet |", "|---|---|---|---|---|"]
        rows = [self._row(file, sum(1 for name, _ in known if name == file)) for file in sorted({file for file, _ in known})]
        rows.append(("**all**", *(sum(row[column] for row in rows) for column in range(1, 5))))
        out += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
        out += ["", "## Not yet, by reason"]
        for group in self._not_yet:
            count = sum(len(steps) for steps in group["steps"].values())
            out += ["", f"### {group['reason']} ({count})"]
            out += [f"- {file}: {'; '.join(steps)}" for file, steps in sorted(group["steps"].items())]
        out += ["", "## Differently on purpose"]
        for group in self._deliberate:
            out += ["", f"### {group['reason']} ({len(group['steps'])})"]
            out += [f"- {entry['file']}: {entry['step']}" for entry in group["steps"]]
        return "\n".join(out) + "\n"

    def _row(self, file, steps):
        skipped = sum(1 for name, _ in self.skipped if name == file)
        different = sum(1 for name, _ in self.different if name == file)
        return file, steps, steps - skipped - different, different, skipped


def recordings():
    """{name: Scenario} of every recording beside this file."""
    paths = sorted(path for path in (HERE / "nacos").glob("*.json") if path.name not in ("not_yet.json", "settings.json"))
    return {path.stem: Scenario.load(path) for path in paths}


def known_steps(scenarios):
    return {(name, step["name"]) for name, scenario in scenarios.items() for step in scenario.steps}


def check():
    """What is wrong, as sentences."""
    lists, known = Lists.load(), known_steps(recordings())
    found = list(lists.faults(known))
    if not PAGE.exists() or PAGE.read_text() != lists.page(known):
        found.append("NOT_YET.md is stale: run tests/wire/lists.py write")
    return found


def main():
    if sys.argv[1:] == ["write"]:
        PAGE.write_text(Lists.load().page(known_steps(recordings())))
    elif sys.argv[1:] == ["check"]:
        found = check()
        for fault in found:
            print(fault)
        sys.exit(1 if found else 0)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
