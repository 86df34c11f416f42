"""kill -9 under sixteen writers, again and again on one data directory: nothing acknowledged may be lost.

Each round: sixteen connections publish over HTTP, the server is killed, restarted on the same directory and port, and what
it has is compared with what it had promised (ledger.py says by which rules). `torn_tail` also leaves the first part of
one more record at the end of the log before each restart, as a power cut in the middle of a write does.
"""

import os
import random
import re

import nacos_http
import wal
from server import Server
from writers import SETTINGS, Writers

BREACH_ROUNDS = 3
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


def finds_every_breach(trial):
    """What is changed behind the ledgers' back, as if a promise were broken, is found: of each kind of thing."""
    trial.server.start()
    for _ in range(BREACH_ROUNDS):
        trial.writers.work_until(trial.server.kill)
        trial.server.start()
        trial.writers.compare()
    http = nacos_http.Connection(trial.server.port)
    planted = []
    for kind in trial.writers.kinds:
        for what, key in _plant(kind, http):
            name = f"{what} of {kind.name}"
            if not any(sentence.startswith(f"{key}: ") for sentence in kind.compare(http)):
                raise AssertionError(f"{name}, {key}: the comparison did not notice")
            planted.append(name)
    return f"{len(planted)} breaches: {', '.join(planted)}"


def _plant(kind, http):
    """Breaks one promise after the other, each on a key of its own. Yields what was done, and the key."""
    keys = [key for key in kind.ledger.keys() if not key.startswith("shared")]
    removed = [key for key in keys if kind.ledger.promised(key)[-1:] == [None] and len(kind.ledger.promised(key)) > 1]
    there = [key for key in keys if kind.ledger.is_there(key)]
    changed = [key for key in there if len(set(kind.ledger.promised(key)) - {None}) > 1]
    if removed:
        kind.make(http, removed[0], kind.ledger.promised(removed[0])[-2])
        yield "a lost removal", removed[0]
    if changed:
        older = [value for value in kind.ledger.promised(changed[0]) if value][-2]
        kind.make(http, changed[0], older)
        kind.change(http, changed[0], older)
        yield "an older value", changed[0]
    if there and there[-1] not in changed[:1]:
        kind.remove(http, there[-1])
        yield "a lost write", there[-1]
    invented = "in" + (there + keys)[0]
    kind.make(http, invented, kind.value(invented, 1, random.Random(1)))
    yield "an invention", invented


ALL = [no_loss, torn_tail, finds_every_breach]


def _note(trial):
    return f"{trial.rounds} rounds, {trial.writers.note()}, 0 lost"
