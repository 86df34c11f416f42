#!/usr/bin/env python3
"""Plants bugs, one at a time, and lets the simulator find each.

    tests/planted/run.py [--seeds N] [NAME...]

A bug is a patch beside this file, against the sources as they are: it must apply, the simulator must build with it, and must
fail within N seeds. One that is not found is a gap of the simulator. The sources stay as they are; what is built lies in
build/planted. The last line is "N passed, N failed, N skipped".
"""

import argparse
import pathlib
import re
import shutil
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
        for path in [source] if source.is_file() else sorted(source.rglob("*")):
            if path.is_dir() or "__pycache__" in path.parts:
                continue
            place = target if source.is_file() else target / path.relative_to(source)
            if not place.exists() or place.read_bytes() != path.read_bytes():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)


def build():
    """Errors: RuntimeError with what the compiler said."""
    if not (TREE / "build" / "release" / "build.ninja").exists():
        _run(["cmake", "--preset", "release"])
    _run(["ninja", "-C", "build/release", TARGET])


def _run(command):
    done = subprocess.run(command, cwd=TREE, capture_output=True, text=True, timeout=BUILD_LIMIT_S, check=False)
    if done.returncode != 0:
        raise RuntimeError((done.stdout + done.stderr)[-2000:])


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
    patches = [patch for patch in sorted(HERE.glob("*.patch")) if not options.names or patch.stem in options.names]
    copy_sources()
    build()
    failed, said = simulate(100)
    results = [("nothing", not failed, said)]  # without a bug it must not find one
    print(f"{'FAIL' if failed else 'ok  '}  planted/nothing: {said}", flush=True)
    for patch in patches:
        found, note = plant(patch, options.seeds)
        results.append((patch.stem, found, note))
        print(f"{'ok  ' if found else 'FAIL'}  planted/{patch.stem}: {note}", flush=True)
    passed = sum(good for _, good, _ in results)
    print(f"{passed} passed, {len(results) - passed} failed, 0 skipped")
    return 0 if passed == len(results) and len(results) == len(patches) + 1 else 1


if __name__ == "__main__":
    sys.exit(main())
