"""./x test [SUITE...]: builds what the suites need, runs each, and sums them up.

A suite is one row of SUITES. Each reports how many cases passed, failed and were skipped; the last line printed is the
sum. One failing suite does not keep the others from running. The exit code is 0 only when nothing failed and every
suite ran something. With CI=true a skipped case counts as failed, unless the suite's runner judges that itself (a
missing toolchain, a reviewed list of what is not built yet).
"""

import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree

from ahead import Ahead, end_group

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests" / "support"))
import sanitizers
from ci import in_ci

IN_CI = in_ci()
SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")


@dataclasses.dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    note: str = ""

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclasses.dataclass
class Suite:
    name: str
    preset: str  # the build flavour it runs on; "" needs no build
    # What runs: the ctests of a label; or a script that gets --batata PROGRAM and ends with the summary line; or, with
    # neither, the tests of the tools and runners themselves.
    label: str = ""
    runner: str = ""
    judges_skips: bool = False  # the runner itself fails what may not be skipped in CI: it knows its lists and toolchains
    arguments: tuple = ()  # further ones for the runner
    limit_s: int = 900  # a hanging suite is ended after this; several times what it takes on two cores


def flavour(preset):
    """The suites that run once more under a sanitizer."""
    sim = [] if preset == "tsan" else [Suite(f"{preset}-sim", preset, label="sim")]  # a simulator has one thread
    return [
        Suite(f"{preset}-unit", preset, label="unit"),
        *sim,
        Suite(f"{preset}-wire", preset, runner="tests/wire/run.py", judges_skips=True),
    ]


SUITES = [
    Suite("tools", ""),
    Suite("unit", "release", label="unit"),
    Suite("sim", "release", label="sim"),
    Suite("wire", "release", runner="tests/wire/run.py", judges_skips=True),
    Suite("process", "release", runner="tests/process/run.py", judges_skips=True, limit_s=1500),
    *flavour("asan"),
    *flavour("tsan"),
]
GROUPS = {
    "all": [suite.name for suite in SUITES],
    "asan": [suite.name for suite in flavour("asan")],
    "tsan": [suite.name for suite in flavour("tsan")],
}


STARTED = time.monotonic()


def say(text):
    print(f"== {text} (at {time.monotonic() - STARTED:.0f} s)", flush=True)


def run_limited(command, limit_s, env=None, shown=True):
    """Runs a command, showing its output unless told otherwise. Gives its exit code (None when it was ended at the limit), last line, output.

    The command gets a process group of its own, which is ended with it, so that no server of a test stays behind.
    """
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(env or {})}, text=True, errors="replace",
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               start_new_session=True)
    expired = threading.Event()

    def expire():
        expired.set()
        end_group(process)

    timer = threading.Timer(limit_s, expire)
    timer.start()
    output = []
    try:
        for line in process.stdout:
            if shown:
                print(line, end="", flush=True)
            output.append(line)
        code = process.wait()
    finally:  # also when this program is interrupted: the group would not hear of it
        timer.cancel()
        end_group(process)
        process.wait()
        process.stdout.close()
    text = "".join(output)
    last = (text.rstrip().splitlines() or [""])[-1].strip()
    return (None if expired.is_set() else code), last, text


def build_command(preset):
    # A sanitizer flavour is a third of CI's time: it gets the server and its tests, no benchmark, no tool.
    return [ROOT / "x", "build", preset, *([] if preset == "release" else ["batata_tests"])]


def build(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0


def server_of(preset):
    return ROOT / "build" / preset / "batata"


def run_ctest(suite):
    """Counts come from ctest's JUnit file: its printed summary calls a skipped case passed."""
    report = ROOT / "build" / suite.preset / f"{suite.label}.junit.xml"
    report.unlink(missing_ok=True)
    command = ["ctest", "--test-dir", f"build/{suite.preset}", "--label-regex", f"^{suite.label}$", "--quiet",
               "--output-log", str(report.with_suffix(".log")), "--parallel", str(os.cpu_count()),
               "--timeout", "300", "--output-junit", str(report)]
    code, _, _ = run_limited(command, suite.limit_s, sanitizers.ENVIRONMENT)
    if code is None or not report.exists():
        return Counts(failed=1, note=f"ctest did not finish, see {report.with_suffix('.log')}")
    root = ElementTree.parse(report).getroot()
    for case in root.iter("testcase"):
        if case.get("status") == "fail":
            print(f"FAILED {case.get('name')}\n{case.findtext('system-out', '')[-8000:]}", flush=True)
    total, failed, skipped = (int(root.get(key, "0")) for key in ("tests", "failures", "skipped"))
    skipped += int(root.get("disabled", "0"))
    if code != 0 and failed == 0:
        return Counts(total - skipped, 1, skipped, f"ctest ended with {code}")
    return Counts(total - failed - skipped, failed, skipped)


def run_script(suite):
    command = [sys.executable, suite.runner, "--batata", str(server_of(suite.preset)), *suite.arguments]
    code, last, _ = run_limited(command, suite.limit_s, sanitizers.ENVIRONMENT)
    found = SUMMARY.match(last)
    if code is None:
        return Counts(failed=1, note=f"ended after {suite.limit_s} s")
    if not found:
        return Counts(failed=1, note=f"no summary in its last line (exit code {code})")
    counts = Counts(*map(int, found.groups()))
    if code != 0 and counts.failed == 0:
        return dataclasses.replace(counts, failed=1, note=f"ended with {code} although nothing failed")
    return counts


def run_tool_tests(suite):
    """Runs each Python file of unit tests as a program, because some start again in an environment of their own."""
    total = Counts()
    paths = sorted([*ROOT.glob("tools/*_test.py"), *ROOT.glob("tests/*/*_test.py")])
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        ended = list(pool.map(lambda path: run_limited([sys.executable, str(path)], suite.limit_s, shown=False), paths))
    for path, (code, last, text) in zip(paths, ended):
        print(text, end="", flush=True)
        found = re.search(r"^Ran (\d+) tests?", text, re.MULTILINE)
        ran = int(found.group(1)) if found else 0
        others = {key: int(count) for key, count in re.findall(r"(failures|errors|skipped)=(\d+)", last)}
        failed, skipped = others.get("failures", 0) + others.get("errors", 0), others.get("skipped", 0)
        if ran == 0 or (code != 0 and failed == 0):
            failed += 1
            total.note += f"{path.name} ended with {code} after {ran} tests. "
        total.passed += max(0, ran - failed - skipped)
        total.failed += failed
        total.skipped += skipped
    return total


def run_suite(suite):
    if suite.runner and not (ROOT / suite.runner).exists():
        return Counts(failed=1, note=f"there is no {suite.runner}")
    if suite.runner and not server_of(suite.preset).exists():
        return Counts(failed=1, note=f"no program at {server_of(suite.preset)}")
    run = run_ctest if suite.label else run_script if suite.runner else run_tool_tests
    counts = run(suite)
    if IN_CI and counts.skipped and not suite.judges_skips:
        counts = dataclasses.replace(counts, failed=counts.failed + counts.skipped, skipped=0,
                                     note=f"{counts.skipped} skipped: failed in CI")
    if counts.passed + counts.failed + counts.skipped == 0:
        counts = Counts(failed=1, note="ran nothing")
    return counts


class Builds:
    """The flavours that suites need: the first is built at once, the others while suites run."""

    def __init__(self, presets, ahead):
        self._done = {}
        self._coming = {}
        for preset in presets:
            if not self._done:
                say(f"building {preset}")
                self._done[preset] = build(build_command(preset))
            else:
                self._coming[preset] = ahead.start(build_command(preset))

    def finished(self, preset):
        """Whether a flavour's build succeeded; waits for it, and shows what it said."""
        if preset in self._coming:
            say(f"waiting for the build of {preset}")
            code, output = self._coming.pop(preset).result()
            print(output, end="", flush=True)
            self._done[preset] = code == 0
        return self._done[preset]


def run_all(suites):
    """Runs the suites in order. Yields (suite, counts, seconds)."""
    with Ahead(ROOT) as ahead:
        builds = Builds(dict.fromkeys(suite.preset for suite in suites if suite.preset), ahead)
        if IN_CI:  # the check that follows finds what is clean remembered
            ahead.start([sys.executable, "tools/check.py", "check", "tidy", "--budget", "3600"])
        for suite in suites:
            built = not suite.preset or builds.finished(suite.preset)
            say(f"suite {suite.name}")
            start = time.monotonic()
            counts = run_suite(suite) if built else Counts(failed=1, note="not run: the build failed")
            yield suite, counts, time.monotonic() - start


def report(results):
    total = Counts()
    print()
    for name, counts, seconds in results:
        print(f"{name:<12} {counts}  {seconds:.0f} s  {counts.note}".rstrip())
        total.passed += counts.passed
        total.failed += counts.failed
        total.skipped += counts.skipped
    print(total, flush=True)
    return 0 if total.failed == 0 and total.passed + total.skipped > 0 else 1


def run_fuzz(seconds, publish):
    """Each fuzz target for some seconds: tests/fuzz/run.py, which prints the sum."""
    say("building fuzz")
    if not build([ROOT / "x", "build", "fuzz", "batata_fuzzers"]):
        return report([("fuzz", Counts(failed=1, note="not run: the build failed"), 0)])
    command = [sys.executable, ROOT / "tests/fuzz/run.py", f"--seconds={seconds}", *(["--publish"] if publish else [])]
    code, _, _ = run_limited(command, 100 * (seconds + 120))  # with all the targets that it has started
    return 1 if code is None else code


def run_package():
    """The Debian package on a Debian of its own: tests/package/run.py, which prints the sum."""
    for command in ([ROOT / "x", "setup", "build", "test", "package"], [ROOT / "x", "package"]):
        if not build(command):
            return report([("package", Counts(failed=1, note="not run: there is no package"), 0)])
    newest = max((ROOT / "build/release").glob("batata_*.deb"), key=lambda path: path.stat().st_mtime)
    return subprocess.run([sys.executable, ROOT / "tests/package/run.py", newest], check=False).returncode


def run_image():
    """The image of deploy/Dockerfile, built and used: tests/image/run.py, which prints the sum."""
    if not build([ROOT / "x", "setup", "test", "image"]):
        return report([("image", Counts(failed=1, note="not run: what it needs could not be installed"), 0)])
    return subprocess.run([sys.executable, ROOT / "tests/image/run.py"], check=False).returncode


def repeated(name, option, times):
    """A part of the process suite that repeats itself, alone, as often as is said."""
    return Suite(name, "release", runner="tests/process/run.py", judges_skips=True, arguments=(name, option, str(times)),
                 limit_s=300 + 5 * times)


ALONE = ("fuzz", "power-cut", "kill9", "soak", "planted", "package", "image")  # never with others


def selected(names):
    wanted = []
    for name in names or ["all"]:
        wanted += GROUPS.get(name, [name])
    for name in set(wanted) & set(ALONE):
        sys.exit(f"x test: {name} runs alone: ./x test {name}")
    unknown = set(wanted) - {suite.name for suite in SUITES}
    if unknown:
        sys.exit(f"x test: no suite {', '.join(sorted(unknown))}; there are: "
                 f"{' '.join([*GROUPS, *GROUPS['all'], *ALONE])}")
    return [suite for suite in SUITES if suite.name in wanted]


def main():
    parser = argparse.ArgumentParser(prog="./x test", description="Builds and runs test suites.")
    parser.add_argument("suites", nargs="*", help="suites or groups; all by default; fuzz only when named")
    parser.add_argument("--list", action="store_true", help="print the suites and groups")
    parser.add_argument("--seconds", type=int, default=30, help="how long each fuzz target runs, or soak")
    parser.add_argument("--publish", action="store_true", help="of fuzz: writes what was done to docs/fuzzing.md")
    parser.add_argument("--cycles", type=int, metavar="N", help="of power-cut, alone")
    parser.add_argument("--rounds", type=int, metavar="N", help="of kill9, alone")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # through the ends of all contexts
    if arguments.list:
        print("\n".join([*GROUPS, *GROUPS["all"], *ALONE]))
        return 0
    if arguments.suites == ["fuzz"]:
        return run_fuzz(arguments.seconds, arguments.publish)
    if arguments.suites == ["package"]:
        return run_package()
    if arguments.suites == ["image"]:
        return run_image()
    if arguments.suites == ["planted"]:  # builds by itself, and prints the sum
        return subprocess.run([sys.executable, ROOT / "tests/planted/run.py"], check=False).returncode
    if arguments.suites == ["power-cut"]:
        suites = [repeated("power-cut", "--cycles", arguments.cycles or 30)]
    elif arguments.suites == ["soak"]:
        suites = [repeated("soak", "--seconds", arguments.seconds)]
    elif arguments.suites == ["kill9"]:
        suites = [repeated("kill9", "--rounds", arguments.rounds or 20)]
    else:
        suites = selected(arguments.suites)
    return report([(suite.name, counts, seconds) for suite, counts, seconds in run_all(suites)])


if __name__ == "__main__":
    sys.exit(main())
