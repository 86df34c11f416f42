"""Counts and prints the results of cases; shared by every suite and thread."""

import threading


class Report:
    """Prints one line for each case as it ends, and the sum. Any thread."""

    def __init__(self, out, strict):
        """`strict`: a skip whose toolchain is there counts as a failure (CI)."""
        self._out = out
        self._strict = strict
        self._lock = threading.Lock()
        self._passed = self._failed = self._skipped = 0

    def passed(self, name, seconds, note=""):
        with self._lock:
            self._passed += 1
            self._print(f"ok    {name} ({seconds:.1f} s){' ' + note if note else ''}")

    def failed(self, name, reason, details=()):
        """`details` are (title, text) pairs printed below, indented: the tails of logs."""
        with self._lock:
            self._failed += 1
            self._print(f"FAIL  {name}: {reason}")
            for title, text in details:
                self._print(f"      --- {title}")
                for line in text.splitlines():
                    self._print(f"      | {line}")

    def skipped(self, name, reason, excusable):
        """`excusable`: the toolchain is missing, which is no failure even when strict."""
        if self._strict and not excusable:
            self.failed(name, f"may not be skipped here: {reason}")
            return
        with self._lock:
            self._skipped += 1
            self._print(f"SKIP  {name}: {reason}")

    @property
    def all_passed(self):
        """False as soon as a case has failed."""
        with self._lock:
            return self._failed == 0

    def finish(self):
        """Prints the last line and returns the exit code."""
        with self._lock:
            self._print(f"{self._passed} passed, {self._failed} failed, {self._skipped} skipped")
            return 1 if self._failed else 0

    def _print(self, line):
        print(line, file=self._out, flush=True)


def tail(path, count=40):
    """The last `count` lines of a file, for a failure report."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "\n".join(line[:300] for line in file.read().splitlines()[-count:]) or "(empty)"
    except OSError as error:
        return str(error)
