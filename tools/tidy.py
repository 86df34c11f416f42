"""Runs clang-tidy over what changed since it was last clean.

A file is remembered as clean by a hash of what its verdict depends on: itself, the headers of ours it reaches, its compile
command and .clang-tidy. So a second run is quick, and a changed header brings back every file that includes it.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import time

QUOTED = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
OURS = ("src", "sim", "tests")
FILE_LIMIT_S = 300  # one file; Asio's headers take about twenty seconds


class Fingerprints:
    """Hashes of sources together with the headers of ours they include."""

    def __init__(self, root):
        self.root = root
        self._reached = {}

    def reached(self, path):
        """Every file of ours that a file includes, itself among them."""
        todo, found = [path], {path}
        while todo:
            for header in self._includes(todo.pop()):
                if header not in found:
                    found.add(header)
                    todo.append(header)
        return found

    def _includes(self, path):
        if path not in self._reached:
            names = QUOTED.findall(path.read_text(errors="replace"))
            candidates = [base / name for name in names for base in (self.root / "src", self.root, path.parent)]
            self._reached[path] = [candidate for candidate in candidates if candidate.is_file()]
        return self._reached[path]

    def of(self, path, command):
        digest = hashlib.sha256(command.encode())
        digest.update((self.root / ".clang-tidy").read_bytes())
        for part in sorted(self.reached(path)):
            digest.update(str(part.relative_to(self.root)).encode() + b"\0" + part.read_bytes())
        return digest.hexdigest()


def compiled_files(root):
    """{source: its compile command} of our own C++ files in the release build."""
    entries = json.loads((root / "build/release/compile_commands.json").read_text())
    ours = {}
    for entry in entries:
        path = pathlib.Path(entry["file"])
        if path.suffix == ".cc" and path.is_relative_to(root) and path.relative_to(root).parts[0] in OURS:
            ours[path] = entry["command"]
    return ours


def is_clean(root, path):
    command = ["clang-tidy-19", "-p", "build/release", "--quiet", str(path)]
    if path.name.endswith("_test.cc"):
        # A test that only sets the stage may drop a result; what it is about, it expects.
        command.insert(1, "--checks=-bugprone-unused-return-value")
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          timeout=FILE_LIMIT_S)
    if done.returncode != 0:
        # stderr repeats how many warnings system headers have; it matters only when clang-tidy itself breaks down.
        print(done.stdout or done.stderr, flush=True)
    return done.returncode == 0


def run(root, budget_s):
    """Gives how many files are clean, how many have findings, and how many the budget left out."""
    fingerprints = Fingerprints(root)
    cache = root / "build/tidy"
    cache.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + budget_s
    marks = {path: cache / fingerprints.of(path, command) for path, command in compiled_files(root).items()}
    waiting = [path for path, mark in marks.items() if not mark.exists()]
    waiting.sort(key=lambda path: path.stat().st_mtime, reverse=True)  # what was edited last is looked at first

    def look_at(path):
        if time.monotonic() > deadline:
            return None
        clean = is_clean(root, path)
        if clean:
            marks[path].touch()
        return clean

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = list(pool.map(look_at, waiting))
    return len(marks) - len(waiting) + verdicts.count(True), verdicts.count(False), verdicts.count(None)
