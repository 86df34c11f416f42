"""The line protocol between the test runner and the drivers of client libraries, and the runner's end of it.

A line is fields divided by tabs, each percent-encoded, with `\\N` for a null:

    request  ID VERB ARGUMENT...
    answer   ID ok FIELD...   or   ID error TEXT
    event    event LISTENER FIELD...

Requests run side by side in the driver and are answered in any order. The drivers are java/ and python_sdk/.
"""

import itertools
import subprocess
import threading
import time
import urllib.parse

import processes

NULL = "\\N"


def join(fields):
    """Encodes one line, without its newline. A field is text or None."""
    return "\t".join(NULL if field is None else urllib.parse.quote_plus(field) for field in fields)


def split(line):
    """Decodes what `join` made."""
    fields = line.rstrip("\n").split("\t")
    return [None if field == NULL else urllib.parse.unquote_plus(field) for field in fields]


class DriverError(Exception):
    """The client library refused or failed; the text is the library's."""


class Driver:
    """One driver process. Any thread may call; owned by whoever must `close` or `kill` it."""

    def __init__(self, command, log_path, environment=None):
        """Starts `command`; its standard error goes to `log_path`."""
        self.log_path = log_path
        with open(log_path, "ab") as log:
            self.process = processes.start_group(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                                           text=True, encoding="utf-8", env=environment)
        self._ids = itertools.count(1)
        self._changed = threading.Condition()
        self._answers = {}
        self._events = {}
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def call(self, *request, timeout=20.0):
        """Sends a verb with its arguments and returns the fields of the answer.

        Errors: DriverError (the library's error), TimeoutError (no answer in `timeout` seconds), EOFError (driver ended).
        """
        request_id = str(next(self._ids))
        with self._changed:
            if self._ended:
                raise EOFError("the driver has ended")
            self.process.stdin.write(join([request_id, *request]) + "\n")
            self.process.stdin.flush()
        answer = self._wait(lambda: self._answers.pop(request_id, None), timeout, f"an answer to {request[:3]}")
        if answer[0] != "ok":
            raise DriverError(answer[1])
        return answer[1:]

    def events(self, listener):
        """All that `listener` was told so far, oldest first; each a list of fields."""
        with self._changed:
            return list(self._events.get(listener, []))

    def wait_event(self, listener, accept, timeout, what):
        """Waits until some event of `listener` satisfies `accept(fields)` and returns it. Errors: TimeoutError."""
        def found():
            return next((event for event in self._events.get(listener, []) if accept(event)), None)
        try:
            return self._wait(found, timeout, what)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; events so far: {shorten(self.events(listener))}") from None

    def close(self):
        """Ends the driver by ending its input; kills it when that does not help."""
        try:
            self.process.stdin.close()
            self.process.wait(timeout=5)
        except (OSError, subprocess.TimeoutExpired):
            pass
        self.kill()

    def kill(self):
        """Ends the driver, and what the library has started, as `kill -9` does."""
        processes.end_group(self.process)

    def _read(self):
        for line in self.process.stdout:
            fields = split(line)
            with self._changed:
                if fields[0] == "event":
                    self._events.setdefault(fields[1], []).append(fields[2:])
                else:
                    self._answers[fields[0]] = fields[1:]
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _wait(self, poll, timeout, what):
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                value = poll()
                if value is not None:
                    return value
                if self._ended:
                    raise EOFError(f"the driver ended while the test waited for {what}")
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"waited {timeout:g} s for {what}")
                self._changed.wait(left)


def shorten(value, limit=400):
    """Text of `value` for a failure message, cut to `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[:limit] + "…"
