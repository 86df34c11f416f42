"""The processes that this run started, so that it can end them, and no others, when it is interrupted."""

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


def end_all():
    """kill -9 for each that still runs. What ended was waited for, so no process id can have passed to another."""
    with _lock:
        for process in _started:
            if process.poll() is None:
                process.kill()
                process.wait()
