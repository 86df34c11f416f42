"""./x check [NAME...], ./x fix, ./x docs: what a robot can say about the sources before a person reads them.

Each check counts as one; the last line is `N passed, N failed, N skipped`.
"""

import argparse
import pathlib
import subprocess
import sys
import time

import check_layers
import check_links
import check_translation
import tidy

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPLIT_AT_LINES = 600  # STYLE.md §1: 400 is the aim

# Documents made by a program: where each lies, and the command that prints it.
DOCUMENTS = {
    "docs/settings.md": ["build/release/batata", "server", "--print-settings-markdown"],
    "docs/metrics.md": ["build/release/batata", "server", "--print-metrics-markdown"],
    "docs/api/batata.md": [sys.executable, "tools/face_documents.py", "own"],
    "docs/api/nacos.md": [sys.executable, "tools/face_documents.py", "api"],
    "src/faces/nacos/PARITY.md": [sys.executable, "tools/face_documents.py", "parity"],
}
# The list of recorded steps that are not answered yet has a program of its own: `check` and `write`.
STEP_LISTS = [sys.executable, "tests/wire/lists.py"]


class Skipped(Exception):
    """A check could not look at everything."""


def sources(*endings):
    found = [path for top in ("src", "sim", "tests", "tools", "cmake") for path in (ROOT / top).rglob("*")]
    return sorted(path for path in found if path.suffix in endings and path.is_file())


def format_sources(fix):
    files = [str(path) for path in sources(".h", ".cc", ".c")]
    mode = ["-i"] if fix else ["--dry-run", "-Werror", "--ferror-limit=1"]
    return subprocess.run(["clang-format-19", *mode, *files], cwd=ROOT, check=False).returncode == 0


def check_format():
    return format_sources(fix=False)


def check_sizes():
    long = [(path, count) for path in sources(".h", ".cc", ".c", ".py", ".sh")
            if (count := len(path.read_text(errors="replace").splitlines())) > SPLIT_AT_LINES]
    for path, count in long:
        print(f"{path.relative_to(ROOT)}: {count} lines; files are split at {SPLIT_AT_LINES}")
    return not long


def check_layering():
    found = list(check_layers.Layers(ROOT).violations())
    for violation in found:
        print(violation)
    return not found


MAINTAINER_SCRIPTS = [ROOT / "deploy/debian" / name for name in ("postinst", "prerm", "postrm")]


def check_shell():
    scripts = [str(path) for path in (ROOT / "x", ROOT / ".ci/run", *MAINTAINER_SCRIPTS, *sources(".sh"))]
    return subprocess.run(["shellcheck", "--external-sources", *scripts], cwd=ROOT, check=False).returncode == 0


def generated(command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def check_docs():
    stale = [path for path, command in DOCUMENTS.items()
             if not (ROOT / path).exists() or (ROOT / path).read_text() != generated(command)]
    for path in stale:
        print(f"{path} is stale: run ./x docs")
    lists = subprocess.run([*STEP_LISTS, "check"], cwd=ROOT, check=False)
    return not stale and lists.returncode == 0


def write_docs():
    for path, command in DOCUMENTS.items():
        text = generated(command)  # before the file is touched: a failing generator must not empty it
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text)
        print(f"wrote {path}")
    subprocess.run([*STEP_LISTS, "write"], cwd=ROOT, check=True)


def check_markdown():
    found = list(check_links.faults(ROOT))
    found += [f"README_CN.md: {fault}" for fault in check_translation.faults(*((ROOT / name).read_text() for name in ("README.md", "README_CN.md")))]
    for fault in found:
        print(fault)
    return not found


def check_tidy(budget_s):
    clean, unclean, left = tidy.run(ROOT, budget_s)
    print(f"tidy: {clean} files clean, {unclean} with findings, {left} not looked at")
    if unclean == 0 and left:
        raise Skipped(f"the budget of {budget_s} s is spent; what was clean is remembered for the next run")
    return unclean == 0


def run_checks(names, budget_s):
    checks = {
        "format": check_format,
        "sizes": check_sizes,
        "layers": check_layering,
        "shell": check_shell,
        "links": check_markdown,
        "docs": check_docs,
        "tidy": lambda: check_tidy(budget_s),
    }
    unknown = set(names) - set(checks)
    if unknown:
        sys.exit(f"x check: no check {', '.join(sorted(unknown))}; there are: {' '.join(checks)}")
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name in names or checks:
        start = time.monotonic()
        try:
            outcome = "passed" if checks[name]() else "failed"
        except Skipped as reason:
            outcome = "skipped"
            print(f"{name}: {reason}")
        except (OSError, subprocess.SubprocessError) as error:  # a tool that is absent or breaks down
            outcome = "failed"
            print(f"{name}: {error}")
        counts[outcome] += 1
        print(f"== check {name}: {outcome} ({time.monotonic() - start:.1f} s)", flush=True)
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts), flush=True)
    return 1 if counts["failed"] else 0


def main():
    parser = argparse.ArgumentParser(prog="./x", description="Checks the sources.")
    parser.add_argument("command", choices=["check", "fix", "docs"])
    parser.add_argument("names", nargs="*", help="checks; all by default")
    parser.add_argument("--budget", type=int, default=900, help="seconds that clang-tidy may take")
    arguments = parser.parse_args()
    if arguments.command == "check":
        return run_checks(arguments.names, arguments.budget)
    if arguments.command == "fix" and not format_sources(fix=True):
        return 1
    write_docs()
    return 0


if __name__ == "__main__":
    sys.exit(main())
