#!/usr/bin/env python3
"""Plants bugs, one at a time, and lets the simulator find each.

    tests/planted/run.py [--seeds N] [NAME...]

A bug is a patch beside this file, against the sources as they are: it must apply, the simulator must build with it, and must
fail within N seeds. One that is not found is a gap of the simulator. The sources stay as they are; what is built lies in
build/planted. The last line is "N passed, N failed, N skipped".
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TREE = ROOT / "build" / "planted"
COPIED = ("CMakeLists.txt", "CMakePresets.json", "cmake", "conf", "proto", "sim", "src", "tests")
TARGET = "batata_simulator"
BUILD_LIMIT_S, RUN_LIMIT_S = 1500, 600
FAILED = re.compile(r"seed (\d+) FAILED: (.*)")


def copy_sources():
    """Brings the tree up to the sources, without touching what has not changed: it is built in place."""
    for name in COPIED:
        source, target = ROOT / name, TREE / name
        wanted = _files(source)
        for path in _files(target) - wanted:
            (target / path).unlink()
        for path in wanted:
            here, there = source / path, target / path
            if not there.exists() or there.read_bytes() != here.read_bytes():
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(here, there)


def _files(root):
    """Every file below a folder, as paths from it; of a file itself the empty path. CMake finds the sources by their names."""
    if not root.is_dir():
        return {pathlib.Path()} if root.exists() else set()
    return {path.relative_to(root) for path in root.rglob("*") if not path.is_dir() and "__pycache__" not in path.parts}


def build():
    """Errors: RuntimeError with what the compiler said, or that it took too long."""
    if not (TREE / "build" / "release" / "build.ninja").exists():
        _run(["cmake", "--preset", "release"])
    _run(["ninja", "-C", "build/release", TARGET])


def _run(command):
    with subprocess.Popen(command, cwd=TREE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          start_new_session=True) as process:
        try:
            said, _ = process.communicate(timeout=BUILD_LIMIT_S)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"{command[0]} did not end in {BUILD_LIMIT_S} s") from None
        finally:
            if process.poll() is None:  # also when the run is interrupted; with the compilers that it has started
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode != 0:
        raise RuntimeError(said[-2000:])


def simulate(seeds):
    """(whether it failed, what it said last)."""
    try:
        done = subprocess.run([TREE / "build" / "release" / "sim" / "batata_sim", "--seeds", str(seeds)], capture_output=True,
                              text=True, timeout=RUN_LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return False, f"no failure in {RUN_LIMIT_S} s"
    found = FAILED.search(done.stdout)
    if found:
        return True, f"seed {found[1]}: {found[2]}"
    return done.returncode != 0, "; ".join((done.stdout + done.stderr).strip().splitlines())[-500:]


def plant(patch, seeds):
    """(whether the bug was found, a note). The tree is the sources' again afterwards."""
    try:
        _run(["patch", "-p1", "--forward", "--silent", "-i", str(patch)])
        build()
        start = time.monotonic()
        found, said = simulate(seeds)
        return found, f"{said} ({time.monotonic() - start:.1f} s)"
    except RuntimeError as error:
        return False, f"cannot be planted: {error}"
    finally:
        copy_sources()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=2000, help="that the simulator has for each (default 2000)")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    patches = select(options.names)
    results = []

    def note(name, good, said):
        results.append(good)
        print(f"{'ok  ' if good else 'FAIL'}  planted/{name}: {said}", flush=True)

    note("nothing", *without_a_bug())
    for patch in patches if results[0] else []:
        note(patch.stem, *plant(patch, options.seeds))
    unplanted = len(patches) + 1 - len(results)
    print(f"{sum(results)} passed, {len(results) - sum(results) + unplanted} failed, 0 skipped")
    return 0 if all(results) and not unplanted else 1


def select(names):
    """The patches that are meant. Errors: SystemExit for a name that no patch has."""
    patches = sorted(HERE.glob("*.patch"))
    if unknown := set(names) - {patch.stem for patch in patches}:
        sys.exit(f"planted: there is no {', '.join(sorted(unknown))}; there are: {' '.join(patch.stem for patch in patches)}")
    return [patch for patch in patches if not names or patch.stem in names]


def without_a_bug():
    """(whether the simulator finds nothing then, what it said)."""
    try:
        copy_sources()
        build()
    except RuntimeError as error:
        return False, f"cannot be built: {error}"
    failed, said = simulate(100)
    return not failed, said


if __name__ == "__main__":
    sys.exit(main())
