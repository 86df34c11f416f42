"""Counts and prints the results of cases; shared by every suite and thread."""

import collections
import threading


class Report:
    """Prints one line for each case as it ends, and the sum. Any thread."""

    def __init__(self, out, chosen, strict):
        """`chosen`: the names, each of which must get one result. `strict`: a skip whose toolchain is there fails (CI)."""
        self._out = out
        self._chosen = collections.Counter(chosen)
        self._strict = strict
        self._lock = threading.Lock()
        self._passed = self._failed = self._skipped = 0
        self._results = collections.Counter()

    def passed(self, name, seconds, note=""):
        with self._lock:
            self._passed += 1
            self._results[name] += 1
            self._print(f"ok    {name} ({seconds:.1f} s){' ' + note if note else ''}")

    def failed(self, name, reason, details=()):
        """`details` are (title, text) pairs printed below, indented: the tails of logs."""
        with self._lock:
            self._results[name] += 1
            self._fail(name, reason)
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
            self._results[name] += 1
            self._print(f"SKIP  {name}: {reason}")

    def has(self, name):
        """True when the case has a result."""
        with self._lock:
            return name in self._results

    @property
    def all_passed(self):
        """False when a case has failed, or has not just one result."""
        with self._lock:
            return self._failed == 0 and self._results == self._chosen

    def finish(self):
        """Prints the last line and returns the exit code."""
        with self._lock:
            if missing := sorted(self._chosen - self._results):
                self._fail("results", f"{len(missing)} of {len(self._chosen)} cases have none: {', '.join(missing)}")
            if extra := sorted(self._results - self._chosen):
                self._fail("results", f"not chosen, or more than one: {', '.join(extra)}")
            self._print(f"{self._passed} passed, {self._failed} failed, {self._skipped} skipped")
            return 1 if self._failed else 0

    def _fail(self, name, reason):
        self._failed += 1
        self._print(f"FAIL  {name}: {reason}")

    def _print(self, line):
        print(line, file=self._out, flush=True)


def tail(path, count=40):
    """The last `count` lines of a file, for a failure report."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "\n".join(line[:300] for line in file.read().splitlines()[-count:]) or "(empty)"
    except OSError as error:
        return str(error)
