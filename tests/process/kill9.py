"""kill -9 under sixteen writers, again and again on one data directory: nothing acknowledged may be lost.

Each round: sixteen connections publish over HTTP, the server is killed, restarted on the same directory and port, and what
it has is compared with what it had promised (ledger.py says by which rules). `torn_tail` also leaves the first part of
one more record at the end of the log before each restart, as a power cut in the middle of a write does.
"""

import dataclasses
import os
import random
import re

import nacos_http
import wal
from kinds import Configs
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
    """What is changed behind the ledgers' back, as if a promise were broken, is found and called what it is: each breach of
    each kind of thing, on keys that are written for it."""
    trial.server.start()
    for _ in range(BREACH_ROUNDS):
        trial.writers.work_until(trial.server.kill)
        trial.server.start()
        trial.writers.compare()
    http = nacos_http.Connection(trial.server.port)
    planned = [_Planned(kind, breach) for kind in trial.writers.kinds for breach in _breaches_of(kind)]
    if len(planned) != BREACHES_IN_ALL:
        raise AssertionError(f"{len(planned)} breaches, not {BREACHES_IN_ALL}: {', '.join(map(str, planned))}")
    for each in planned:
        each.prepare(http)
    trial.writers.compare()  # so far no promise is broken
    for each in planned:
        each.plant(http)
    trial.writers.configs.histories_read = len(trial.writers.configs.ledger.keys())
    for kind in trial.writers.kinds:
        _check_found(kind.compare(http), [each for each in planned if each.kind is kind])
    return f"{len(planned)} breaches: {', '.join(map(str, planned))}"


@dataclasses.dataclass(frozen=True)
class Breach:
    """A promise that is broken on a key with some writes, and what the comparison must say of that."""
    name: str
    writes: str  # of the key before, with the ledger: w a value, r a removal
    plant: callable  # with the kind, a connection, the key and the values of the numbers from 1 on
    said: str


BREACHES = [
    Breach("a lost write", "w", lambda kind, http, key, values: kind.remove(http, key),
           "nothing is stored, but number 1 was acknowledged"),
    Breach("a lost removal", "wr", lambda kind, http, key, values: kind.make(http, key, values[0]),
           "number 1 is stored, but the removal 2 was acknowledged"),
    Breach("an invention", "", lambda kind, http, key, values: kind.make(http, key, values[0]),
           "it is there, but nobody sent it"),
]
OF_VALUES = [
    Breach("an older value", "ww", lambda kind, http, key, values: kind.change(http, key, values[0]),
           "number 1 is stored, but number 2 was acknowledged"),
]
OF_CONFIGS = [
    Breach("a refused write", "w", lambda kind, http, key, values: _store_refused(kind, http, key, values[1]),
           "'{values[1]}' is stored, but it was refused"),
    Breach("a write that is stored twice", "ww", lambda kind, http, key, values: kind.change(http, key, values[1]),
           "the history has '{values[1]}' twice, out of order, or although nobody sent it"),
]
BREACHES_IN_ALL = 5 * len(BREACHES) + 4 * len(OF_VALUES) + len(OF_CONFIGS)  # a role has no value


def _store_refused(configs, http, key, value):
    """After the last comparison, or it would be one that did not come."""
    configs.ledger.sending(key, 2, value)
    if configs.compare_and_set(http, key, value, "0" * 32):
        raise AssertionError(f"{key}: a compare-and-set with another digest was taken")
    configs.ledger.refused(key, 2, value)
    configs.change(http, key, value)


def _breaches_of(kind):
    return BREACHES + (OF_VALUES if kind.changes else []) + (OF_CONFIGS if isinstance(kind, Configs) else [])


class _Planned:
    """A breach of a kind, on a key of its own."""

    def __init__(self, kind, breach):
        self.kind = kind
        self.key = kind.key_called(breach.name.replace(" ", "-"))
        self._breach = breach
        self._values = [kind.value(self.key, number, random.Random(number)) for number in range(1, 3)]

    def __str__(self):
        return f"{self._breach.name} of {self.kind.name}"

    def prepare(self, http):
        self.kind.prepare(http)
        for write, value in zip(self._breach.writes, self._values):
            self.kind.write(http, self.key, value if write == "w" else None)

    def plant(self, http):
        self._breach.plant(self.kind, http, self.key, self._values)

    @property
    def sentence(self):
        return f"{self.key}: {self._breach.said.format(values=self._values)}"


def _check_found(sentences, planned):
    """Each breach must be said, and nothing of a key that was left alone."""
    silent = [str(each) for each in planned if each.sentence not in sentences]
    others = [sentence for sentence in sentences if not any(sentence.startswith(f"{each.key}: ") for each in planned)]
    if silent or others:
        raise AssertionError(f"not noticed: {silent}; without a breach: {others}; said: {sentences}")


ALL = [no_loss, torn_tail, finds_every_breach]


def _note(trial):
    return f"{trial.rounds} rounds, {trial.writers.note()}, 0 lost"
