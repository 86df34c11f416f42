#!/usr/bin/env python3
"""Replays the recordings of real Nacos servers against batata and prints every difference.

    run.py [NAME...] [--server PROGRAM | --running PORT] [--only TEXT] [--jobs N] [--propose FILE]

Each recording (all of nacos/, or those named) is a story on a fresh, empty server, so each gets a process of its own on free ports;
--running plays them against one that already runs on this machine instead (gRPC on its port + 1000). --only reports the steps whose name contains
TEXT; all are sent. --propose writes the failed steps to FILE in the form of not_yet.json, to be sorted by reason.
The last line is `N passed, N failed, N skipped`; skipped are the steps in nacos/not_yet.json. Exit 1 when one failed.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import os
import sys
from pathlib import Path

import lists as step_lists
from environment import require_grpc
from player import Player
from server import GRPC_OFFSET, Server

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"


class Report:
    """What one recording gave: counts and the text to print."""

    def __init__(self, name):
        self.name, self.passed, self.skipped = name, 0, 0
        self.failures = []  # (step name, lines)

    def text(self):
        lines = [f"{self.name}: {self.passed} passed, {len(self.failures)} failed, {self.skipped} skipped"]
        for step, details in self.failures:
            lines += [f"  DIFF {self.name}: {step}", *(f"       {line}" for line in details)]
        return "\n".join(lines)


def shown(found):
    return [f"{pointer or '/'}: wanted {short(want)}, got {short(got)}" for pointer, want, got in found]


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 400 else text[:400] + "…"


def judged(scenario, step, got, lists):
    """(verdict, lines): "passed", "failed" or "skipped", and what to print for a failure."""
    key = scenario.name, step["name"]
    as_recorded = scenario.differences(step, got)
    if key in lists.skipped:
        if as_recorded:
            return "skipped", []
        return "failed", ["answered as recorded: take it out of not_yet.json"]
    if key in lists.different:
        if not as_recorded:
            return "failed", ["answered as recorded: take it out of deliberate.json"]
        entry = lists.different[key]
        found = scenario.differences(step, got, entry["ours"], entry.get("volatile", []))
        return ("failed", ["differs from deliberate.json:", *shown(found)]) if found else ("passed", [])
    return ("failed", shown(as_recorded)) if as_recorded else ("passed", [])


def replay(scenario, lists, player, only=""):
    """Plays every step, judges those whose name contains `only`."""
    report = Report(scenario.name)
    for step in scenario.steps:
        got = player.play(step["request"])
        if only in step["name"]:
            verdict, lines = judged(scenario, step, got, lists)
            if verdict == "failed":
                report.failures.append((step["name"], lines))
            else:
                setattr(report, verdict, getattr(report, verdict) + 1)
        afterwards = lists.afterwards.get((scenario.name, step["name"]))
        if afterwards and (answer := player.play(afterwards)).get("status") != 200:
            report.failures.append((step["name"], [f"what is sent after it was refused: {short(answer)}"]))
    player.close()
    return report


def settings_of(name):
    """How the recorded server was set up: flags of the command line, and the first administrator's password or None."""
    flags, administrator = {}, None
    for group in json.loads((HERE / "nacos/settings.json").read_text()):
        if any(fnmatch.fnmatch(name, pattern) for pattern in group["recordings"]):
            flags.update(flag.split("=", 1) for flag in group.get("flags", []))
            administrator = group.get("administrator", administrator)
    return [f"{key}={value}" for key, value in flags.items()], administrator


def add_administrator(player, password):
    answer = player.play({"method": "POST", "path": "/nacos/v3/auth/user/admin", "form": {"password": password}})
    if answer.get("status") != 200:
        raise RuntimeError(f"there is no first administrator: {short(answer)}")


def replay_on_own_server(scenario, lists, options):
    try:
        flags, administrator = settings_of(scenario.name)
        server = Server(options.server.resolve(), options.build / scenario.name, flags)
    except (RuntimeError, OSError) as error:
        report = Report(scenario.name)
        report.failures.append(("(start)", str(error).splitlines()))
        return report
    try:
        player = Player(server.port, server.port + GRPC_OFFSET)
        if administrator:
            add_administrator(player, administrator)
        report = replay(scenario, lists, player, options.only)
    except RuntimeError as error:
        report = Report(scenario.name)
        report.failures.append(("(administrator)", str(error).splitlines()))
    finally:
        fault = server.stop()
    if fault:
        report.failures.append(("(stop)", fault.splitlines()))
    return report


def reports(scenarios, lists, options):
    """Yields a report for each scenario as it ends."""
    if port := options.running:
        for scenario in scenarios:
            yield replay(scenario, lists, Player(port, port + GRPC_OFFSET), options.only)
        return
    # The recordings with waits first: they take longest.
    scenarios = sorted(scenarios, key=lambda item: -sum(step["request"].get("wait_ms", 0) for step in item.steps))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = [pool.submit(replay_on_own_server, scenario, lists, options) for scenario in scenarios]
        for future in concurrent.futures.as_completed(running):
            yield future.result()


def parsed():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="recordings, such as v1-config-2.5.1")
    parser.add_argument("--server", "--batata", type=Path, default=BUILD / "release/batata", metavar="PROGRAM")
    parser.add_argument("--running", type=int, metavar="PORT")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=12, help="recordings at a time; they mostly wait")
    parser.add_argument("--propose", type=Path)
    parser.add_argument("--build", type=Path, default=BUILD / "wire", help="where servers keep data and logs")
    return parser.parse_args()


def main():
    options = parsed()
    require_grpc(BUILD)
    recordings = step_lists.recordings()
    unknown = [name for name in options.names if name not in recordings]
    if unknown:
        sys.exit(f"no recording {', '.join(unknown)}; there are {', '.join(recordings)}")
    passed = skipped = 0
    failures = []
    for fault in step_lists.check():
        print(f"  LIST {fault}")
        failures.append((None, fault))
    chosen = [recordings[name] for name in options.names or recordings]
    for report in reports(chosen, step_lists.Lists.load(), options):
        print(report.text(), flush=True)
        passed, skipped = passed + report.passed, skipped + report.skipped
        failures += [(report.name, step) for step, _ in report.failures]
    if options.propose:
        steps = {}
        for name, step in failures:
            steps.setdefault(name, []).append(step)
        options.propose.write_text(json.dumps([{"reason": "?", "steps": steps}], ensure_ascii=False, indent=1) + "\n")
    print(f"{passed} passed, {len(failures)} failed, {skipped} skipped", flush=True)
    os._exit(1 if failures else 0)  # daemon threads of abandoned streams must not hold up the end


if __name__ == "__main__":
    main()
