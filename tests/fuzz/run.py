#!/usr/bin/env python3
"""Runs the fuzz targets of build/fuzz, each from its corpus for some seconds, as many at a time as there are processors.

    tests/fuzz/run.py [--seconds N] [--jobs N] [--publish] [TARGET...]
    tests/fuzz/run.py report --seconds N

Inputs with which a target failed are kept in build/fuzz/findings, those that reached something new in build/fuzz/corpus. --publish writes
docs/fuzzing.md of the last run of each target, which must have been good and of N seconds at least. The last line is "N passed, N failed, N
skipped".
"""
import argparse
import concurrent.futures
import contextlib
import dataclasses
import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "support"))
import sanitizers

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = ROOT / "build/fuzz"
FINDINGS, LEARNED, RUNS = BUILD / "findings", BUILD / "corpus", BUILD / "runs"
DOCUMENT = ROOT / "docs/fuzzing.md"
SPARE_S = 120  # to read a corpus, and to end
STATISTIC = re.compile(r"^stat::(\w+):\s+(\d+)$", re.MULTILINE)


@dataclasses.dataclass
class Run:
    target: str
    seconds: int
    seeds: int
    code: int | None  # None: it did not end
    executions: int = 0
    per_second: int = 0
    day: str = ""
    output: str = ""

    @property
    def ended_well(self):
        return self.code == 0 and self.executions > 0


def programs(names):
    """The targets that are built, by name. Raises SystemExit for a name that is none."""
    found = {path.name: path for path in sorted(BUILD.rglob("*_fuzz")) if path.is_file() and (HERE / f"{path.name}.cc").exists()}
    unknown = [name for name in names if name not in found]
    if unknown or not found:
        raise SystemExit(f"not built: {', '.join(unknown) or 'any fuzz target'}; ./x build fuzz batata_fuzzers builds them")
    return {name: found[name] for name in names or found}


def run(name, program, seconds):
    learned, seeds = LEARNED / name, HERE / "corpus" / name
    learned.mkdir(parents=True, exist_ok=True)
    command = [program, f"-max_total_time={seconds}", "-rss_limit_mb=1024", "-timeout=10", "-verbosity=0", "-print_final_stats=1",
               f"-artifact_prefix={FINDINGS}/{name}-", learned, *([seeds] if seeds.is_dir() else [])]
    count = len(list(seeds.iterdir())) if seeds.is_dir() else 0
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              timeout=seconds + SPARE_S, env={**os.environ, **sanitizers.ENVIRONMENT}, check=False)
    except subprocess.TimeoutExpired as late:
        return Run(name, seconds, count, None, output=(late.stdout or b"").decode("utf-8", "replace"))
    told = {key: int(value) for key, value in STATISTIC.findall(done.stdout)}
    return Run(name, seconds, count, done.returncode, told.get("number_of_executed_units", 0), told.get("average_exec_per_sec", 0),
               str(datetime.date.today()), done.stdout)


def keep(one):
    RUNS.mkdir(exist_ok=True)
    (RUNS / f"{one.target}.json").write_text(json.dumps({**dataclasses.asdict(one), "output": ""}), encoding="utf-8")


def last_runs(names, seconds):
    """The last run of each target. Raises SystemExit when one was not good, or too short."""
    runs = []
    for name in names:
        path = RUNS / f"{name}.json"
        one = Run(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
        if one is None or not one.ended_well or one.seconds < seconds:
            raise SystemExit(f"not published: {name} has not run for {seconds} s without a finding")
        runs.append(one)
    return runs


def what_it_reads(name):
    """The sentences at the head of the target's source."""
    lines = []
    for line in (HERE / f"{name}.cc").read_text(encoding="utf-8").splitlines():
        if not line.startswith("//"):
            break
        lines.append(line.removeprefix("//").strip())
    return " ".join(lines).replace("|", "\\|")


def document(runs, seconds):
    rows = "\n".join(f"| `{one.target}` | {what_it_reads(one.target)} | {one.seeds:,} | {one.day} | {one.executions:,} | {one.per_second:,} |" for one in runs)
    return f"""# Fuzzing

Each decoder of bytes that come from outside, or from a disk, has a target of libFuzzer in `tests/fuzz`, built with AddressSanitizer and
UndefinedBehaviorSanitizer. Its corpus in `tests/fuzz/corpus` was chosen (`tests/fuzz/seeds.py`) from what clients of the tests sent, the
official ones among them, and what servers stored (`tests/fuzz/tap.py`); that of `web_socket_fuzz` from the cases of its unit tests, that
of `grpc_client_fuzz` from what servers on grpc++ and of ours answered; those of `outbound_target_fuzz` and `log_filter_fuzz` were thought up;
all four by hand.

Written by `./x test fuzz --seconds {seconds} --publish`; the last run of each, without a finding. Rates are those of machines that had other
work at the same time.

| target | what it says of any input | seeds | day | executions | per second |
|---|---|--:|---|--:|--:|
{rows}
"""


def publish(seconds):
    DOCUMENT.write_text(document(last_runs(programs([]), seconds), seconds), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--publish", action="store_true")
    arguments = parser.parse_args()
    if arguments.targets == ["report"]:  # of runs that were
        publish(arguments.seconds)
        return 0
    chosen = programs(arguments.targets)
    FINDINGS.mkdir(exist_ok=True)
    runs = []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool, contextlib.ExitStack() as on_the_way_out:
        on_the_way_out.callback(pool.shutdown, cancel_futures=True)  # of an interrupted run no further target begins
        for one in pool.map(lambda name: run(name, chosen[name], arguments.seconds), chosen):
            runs.append(one)
            keep(one)
            state = "ok  " if one.ended_well else "FAIL"
            print(f"{state}  {one.target:<28} {one.executions:>12,} executions  {one.per_second:>8,} per second  {one.seeds:>4} seeds", flush=True)
            if not one.ended_well:
                print(one.output[-4000:] + f"\nsee {FINDINGS}", flush=True)
    failed = sum(not one.ended_well for one in runs)
    if arguments.publish:
        publish(arguments.seconds)
    print(f"{len(runs) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
