#!/usr/bin/env python3
"""Benchmarks of batata, each beside a yardstick in the same run.

    bench.py NAME... [--quick] [--publish] [--batata PATH]
    bench.py compare OLD NEW NAME...
    bench.py report [--check]

NAME is config-read, grpc-unary, push, config-publish, memory, start, register, service-query, reconnect-storm, subscribe-fanout, long-poll-fanout, restart,
large-store, snapshot-pause, tls-handshake or all.
Prints a table and writes build/bench/NAME.json; --publish writes docs/bench/NAME.json too. --quick only shows that everything works: one
short round, figures not to be quoted (and not published).
compare runs two programs in turn on the same benchmarks, and gives the ratio of the new one's first figure to the old one's.
report makes the figures in docs/performance.md from docs/bench; with --check it only says whether they are fresh.

The first figure is the server's CPU time per operation, because the load generator shares the machine. A goal that is missed is
marked in the table; it does not fail the run: benchmarks are not tests.
"""
import argparse
import dataclasses
import json
import resource
import subprocess
import sys
from pathlib import Path

import cases
import compare
import fanout_cases
import growth_cases
import naming_cases
import tls_cases
from measure import machine
from subjects import ROOT

BUILD = ROOT / "build"
OUT = BUILD / "bench"
PUBLISHED = ROOT / "docs/bench"
PAGE = ROOT / "docs/performance.md"
ALL = {**cases.ALL, **naming_cases.ALL, **fanout_cases.ALL, **growth_cases.ALL, **tls_cases.ALL}
FILES_MIN = 10_500  # a server's or a load generator's 10,000 connections, and what else it has open
BEGIN, END = "<!-- figures: made by ./x bench report -->", "<!-- end of figures -->"


def number(value):
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def cells(document):
    """The table of a benchmark as rows of text; the first is the title."""
    columns, yardstick = document["columns"], document["ratio_to"]
    table = [["case", "server", *columns.values(), f"{columns[document['first']]}: × {yardstick}", "goal"]]
    for row in document["rows"]:
        values = [number(row["values"][key]) if key in row["values"] else "–" for key in columns]
        goals = "; ".join(f"{'×' if goal['figure'] == 'ratio' else columns[goal['figure']]} {goal['text']} "
                          f"{'met' if goal['met'] else '**missed**'}" for goal in row["goals"])
        table.append([row["case"], row["subject"], *values, number(row["ratio"]) if "ratio" in row else "", goals])
    return table


def printed(document):
    table = cells(document)
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = ["  ".join(cell.ljust(width) if column < 2 or column == len(widths) - 1 else cell.rjust(width)
                       for column, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in table]
    return "\n".join([f"== {document['name']}: {document['about']}", described(document), *lines])


def described(document):
    what = document["machine"]
    return (f"commit {what['commit']} on {what['cores']} cores of {what['processor']}, {what['memory_gb']} GB, {what['system']}, Linux {what['kernel']}, "
            f"{what['file_system']} with fdatasync of 4 KB in {what['fdatasync_p50_us']} µs (p50); load average before the run "
            f"{what['load_average_before']}; medians of {document['rounds']} interleaved rounds, load generator on the same machine")


def figures():
    """The text between the marks of docs/performance.md."""
    documents = [json.loads((PUBLISHED / f"{name}.json").read_text()) for name in ALL if (PUBLISHED / f"{name}.json").exists()]
    out = []
    for document in documents:
        table = cells(document)
        out += [f"## {document['name']}", "", f"{document['about']}.", "", "| " + " | ".join(table[0]) + " |",
                "|---" * 2 + "|--:" * (len(table[0]) - 3) + "|---|", *("| " + " | ".join(row) + " |" for row in table[1:]), "",
                f"Measured on: {described(document)}.", ""]
    return "\n".join(out) if out else "No figures are published yet.\n"


def report(check):
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    text = f"{before}{BEGIN}\n\n{figures()}\n{END}{after}"
    if check and text != PAGE.read_text():
        sys.exit("docs/performance.md is stale: run ./x bench report")
    if not check:
        PAGE.write_text(text)


def build_programs():
    """Builds the load generators and the grpc++ yardstick beside the release build; returns their directory."""
    OUT.mkdir(parents=True, exist_ok=True)
    with open(OUT / "build.log", "wb") as log:
        for command in (["cmake", "--preset", "release", "-DBATATA_BENCH=ON"],
                        ["cmake", "--build", BUILD / "release", "--target", "bench_programs"]):
            if subprocess.run(command, cwd=ROOT, stdout=log, stderr=log).returncode != 0:
                sys.exit(f"the load generators could not be built: see {OUT / 'build.log'}")
    return BUILD / "release/tests/bench"


def prepared(options):
    """Where and with what is measured, and on which machine."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if not options.quick and hard != resource.RLIM_INFINITY and hard < FILES_MIN:
        sys.exit(f"a process may have {hard:,} open files and needs {FILES_MIN:,}: raise the hard limit (ulimit -Hn)")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # 10,000 connections have two ends
    plan = cases.Plan(options.batata.resolve(), build_programs(), OUT / "run", options.quick)
    plan.directory.mkdir(parents=True, exist_ok=True)
    return plan, machine(plan.directory)


def run(names, options):
    plan, about_machine = prepared(options)
    for name in names:
        table = ALL[name](plan)
        rounds = len(table.rows()[0]["samples"])
        document = table.document(about_machine, rounds)
        print(printed(document), flush=True)
        for directory in (OUT, PUBLISHED) if options.publish else (OUT,):
            directory.mkdir(parents=True, exist_ok=True)
            (directory / f"{name}.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def run_both(old, new, names, options):
    plan, about_machine = prepared(options)
    programs = {compare.BEFORE: Path(old).resolve(), compare.NOW: Path(new).resolve()}
    for name in names:
        def measured(which):
            once = dataclasses.replace(plan, batata=programs[which], rounds_wanted=1)
            return ALL[name](once).document(about_machine, 1)
        print(printed(compare.compared(name, measured).document(about_machine, compare.ROUNDS)), flush=True)


def main():
    if sys.argv[1:2] == ["compare"]:
        parser = argparse.ArgumentParser(prog="bench.py compare")
        parser.add_argument("old")
        parser.add_argument("new")
        parser.add_argument("names", nargs="+", choices=ALL, metavar="NAME")
        options = parser.parse_args(sys.argv[2:])
        run_both(options.old, options.new, options.names, argparse.Namespace(quick=False, batata=Path(options.new)))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", choices=[*ALL, "all", "report"], metavar="NAME")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--publish", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--batata", type=Path, default=BUILD / "release/batata")
    options = parser.parse_args()
    if options.names == ["report"]:
        report(options.check)
        return
    if options.quick and options.publish:
        sys.exit("figures of a quick run are not for publishing")
    if not options.batata.exists():
        sys.exit(f"there is no {options.batata}: run ./x build")
    run(list(ALL) if "all" in options.names else options.names, options)
    if options.publish:
        report(check=False)


if __name__ == "__main__":
    main()
