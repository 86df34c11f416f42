"""The processes that this run started, so that it can end them, and no others, when it is interrupted."""

import os
import signal
import subprocess
import threading

_lock = threading.Lock()
_started = []  # pairs: a process, and whether it leads a group
_over = False  # nothing is started any more


def start(command, **options):
    """subprocess.Popen, remembered. Errors: RuntimeError after `end_all`, for threads that go on."""
    return _start(command, False, options)


def start_group(command, **options):
    """As `start`, as the leader of a group of its own: what it starts itself ends with it by `end_group`."""
    return _start(command, True, {"start_new_session": True, **options})


def _start(command, leads, options):
    with _lock:
        if _over:
            raise RuntimeError(f"{command[0]} is not started: the run is over")
        process = subprocess.Popen(command, **options)
        _started.append((process, leads))
        return process


def end_group(process):
    """kill -9 for a process of `start_group` and all that it has started. Also when it has ended on its own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def end_all():
    """kill -9 for each that was not waited for, with its group: what was may have passed its process id to another."""
    global _over
    with _lock:
        _over = True
        for process, leads in _started:
            if process.returncode is not None:
                continue
            if leads:
                end_group(process)
            else:
                process.kill()
                process.wait()
