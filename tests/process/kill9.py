"""kill -9 under sixteen writers, again and again on one data directory: nothing acknowledged may be lost.

Each round: sixteen connections publish over HTTP, the server is killed, restarted on the same directory and port, and what
it has is compared with what it had promised (ledger.py says by which rules). `torn_tail` also leaves the first part of
one more record at the end of the log before each restart, as a power cut in the middle of a write does.
"""

import os
import re

import wal
from server import Server
from writers import SETTINGS, Writers

CUT_OFF = re.compile(r"\blog cut file=(\S+) offset=(\d+)")


class Trial:
    """One server, one data directory, one ledger over all rounds."""

    def __init__(self, binary, directory, rounds):
        self.server = Server(binary, directory, SETTINGS)
        self.rounds = rounds
        self.writers = Writers(self.server)


def no_loss(trial):
    """Rounds of kill and restart lose nothing that was acknowledged. Returns a note for the report."""
    trial.server.start()
    for _ in range(trial.rounds):
        trial.writers.work_until(trial.server.kill)
        trial.server.start()
        trial.writers.compare()
    return _note(trial)


def torn_tail(trial):
    """The same with half a record at the log's end: it is cut off, said once, and nothing else is touched."""
    trial.server.start()
    log = None
    for number in range(trial.rounds):
        trial.writers.work_until(trial.server.kill)
        log = wal.scan(trial.server.data_directory, since=log)
        torn = wal.torn_record(log, number)
        wal.write_at_end(log, torn)
        trial.server.start()
        said = CUT_OFF.findall(trial.server.log())
        if said != [(os.path.basename(log.newest), str(log.end))]:
            raise AssertionError(f"damage {number % wal.KINDS_OF_DAMAGE}: the server was to say once that it cut "
                                 f"{os.path.basename(log.newest)} at {log.end}; it said {said}")
        trial.writers.compare()
        wal.check_cut_off(log, torn)
    return _note(trial)


ALL = [no_loss, torn_tail]


def _note(trial):
    return f"{trial.rounds} rounds, {trial.writers.note()}, 0 lost"
