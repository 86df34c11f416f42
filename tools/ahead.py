"""Work that is needed later, done while tests that mostly wait leave the processors idle.

The commands run one after the other and at idle priority: one of them gets a processor only when nothing else wants it,
so it does not slow the tests beside it.
"""

import concurrent.futures
import os
import signal
import subprocess
import threading

AT_IDLE_PRIORITY = ["chrt", "--idle", "0", "ionice", "-c", "3"]


class Ahead:
    """Runs commands in the order they were given. A context: leaving it ends what still runs and drops what waits."""

    def __init__(self, directory):
        self._directory = directory
        self._lane = concurrent.futures.ThreadPoolExecutor(1)
        self._lock = threading.Lock()
        self._running = None
        self._ended = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self._lock:
            self._ended = True
            if self._running:
                end_group(self._running)
        self._lane.shutdown(cancel_futures=True)

    def start(self, command):
        """Gives a future of (exit code, output); the code is None when the context ended before the command ran."""
        return self._lane.submit(self._run, command)

    def _run(self, command):
        with self._lock:
            if self._ended:
                return None, ""
            self._running = subprocess.Popen([*AT_IDLE_PRIORITY, *command], cwd=self._directory, text=True,
                                             errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                             stderr=subprocess.STDOUT, start_new_session=True)
        output, _ = self._running.communicate()
        with self._lock:
            code, self._running = self._running.returncode, None
        return code, output


def end_group(process):
    """Ends a process that leads a group, with all of the group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # nothing of it is left
