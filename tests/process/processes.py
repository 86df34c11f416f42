"""The processes that this run started, so that it can end them, and no others, when it is interrupted."""

import os
import signal
import subprocess
import threading

_lock = threading.Lock()
_started = []


def start(command, **options):
    """subprocess.Popen, remembered."""
    process = subprocess.Popen(command, **options)
    with _lock:
        _started.append(process)
    return process


def start_group(command, **options):
    """As `start`, as the leader of a group of its own: what it starts itself ends with it by `end_group`."""
    return start(command, start_new_session=True, **options)


def end_group(process):
    """kill -9 for a process of `start_group` and all that it has started. Also when it has ended on its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def end_all():
    """kill -9 for each that still runs. What ended was waited for, so no process id can have passed to another."""
    with _lock:
        for process in _started:
            if process.poll() is None:
                process.kill()
                process.wait()
