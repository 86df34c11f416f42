"""kill -9 under sixteen writers, again and again on one data directory: nothing acknowledged may be lost.

Each round: sixteen connections publish over HTTP, the server is killed, restarted on the same directory and port, and what
it has is compared with what it had promised (ledger.py says by which rules). `torn_tail` also leaves the first part of
one more record at the end of the log before each restart, as a power cut in the middle of a write does.
"""

import hashlib
import http.client
import os
import random
import re
import threading
import time

import nacos_http
import wal
from ledger import Ledger
from server import Server

WRITERS = 16
KEYS_OF_A_WRITER = 4
SHARED_KEYS = ["shared-0", "shared-1", "shared-2"]
SHARED_EVERY = 4  # each n-th write of a writer is a compare-and-set on a shared key
LOAD_S = (0.3, 0.7)  # a round's load lasts a random time between these
ACKNOWLEDGED_MIN = 16  # in each round; fewer would prove nothing
CUT_OFF = re.compile(r"\blog cut file=(\S+) offset=(\d+)")


class Trial:
    """One server, one data directory, one ledger over all rounds."""

    def __init__(self, binary, directory, rounds):
        self.server = Server(binary, directory)
        self.rounds = rounds
        self.ledger = Ledger()
        self.random = random.Random(20)
        self._numbers = {}  # writer's own key -> newest number sent

    def load(self):
        """Writers at work for a random time, then kill -9. Errors: AssertionError for a failure before the kill."""
        before = self.ledger.acknowledged
        killed = threading.Event()
        writers = [_Writer(number, self, killed) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(self.random.uniform(*LOAD_S))
        killed.set()
        self.server.kill()
        for writer in writers:
            writer.join()
        failures = [writer.failure for writer in writers if writer.failure]
        if failures:
            raise AssertionError(f"{len(failures)} writers failed before the kill, one with: {failures[0]}")
        if self.ledger.acknowledged - before < ACKNOWLEDGED_MIN:
            raise AssertionError(f"only {self.ledger.acknowledged - before} writes were acknowledged in a round")

    def compare(self):
        """Errors: AssertionError with every broken promise."""
        connection = nacos_http.Connection(self.server.port)
        broken = self.ledger.compare(connection.get)
        connection.close()
        if broken:
            raise AssertionError(f"{len(broken)} promises broken: " + "; ".join(broken[:5]))

    def next_number(self, key):
        """The next number of a key that one writer owns."""
        self._numbers[key] = self._numbers.get(key, 0) + 1
        return self._numbers[key]


def no_loss(trial):
    """Rounds of kill and restart lose nothing that was acknowledged. Returns a note for the report."""
    trial.server.start()
    for _ in range(trial.rounds):
        trial.load()
        trial.server.start()
        trial.compare()
    return _note(trial)


def torn_tail(trial):
    """The same with half a record at the log's end: it is cut off, said once, and nothing else is touched."""
    trial.server.start()
    log = None
    for number in range(trial.rounds):
        trial.load()
        log = wal.scan(trial.server.data_directory, since=log)
        torn = wal.torn_record(log, number)
        wal.write_at_end(log, torn)
        trial.server.start()
        said = CUT_OFF.findall(trial.server.log())
        if said != [(os.path.basename(log.newest), str(log.end))]:
            raise AssertionError(f"damage {number % wal.KINDS_OF_DAMAGE}: the server was to say once that it cut "
                                 f"{os.path.basename(log.newest)} at {log.end}; it said {said}")
        trial.compare()
        wal.check_cut_off(log, torn)
    return _note(trial)


ALL = [no_loss, torn_tail]


def _note(trial):
    return f"{trial.rounds} rounds, {trial.ledger.acknowledged} acknowledged, 0 lost"


class _Writer(threading.Thread):
    """One connection that publishes until the server is gone."""

    def __init__(self, number, trial, killed):
        super().__init__(daemon=True)
        self.failure = None
        self._number = number
        self._trial = trial
        self._ledger = trial.ledger
        self._killed = killed
        self._http = nacos_http.Connection(trial.server.port)
        self._random = random.Random(trial.random.random())

    def run(self):
        writes = 0
        try:
            while True:
                writes += 1
                if writes % SHARED_EVERY == 0:
                    self._compare_and_set(self._random.choice(SHARED_KEYS))
                else:
                    self._publish(f"writer-{self._number}-{writes % KEYS_OF_A_WRITER}")
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            # After the kill this is what must happen; the write on its way may be stored or not.
            if not self._killed.is_set():
                self.failure = repr(error)

    def _publish(self, key):
        number = self._trial.next_number(key)
        value = f"{key} {number}"
        self._ledger.sending(key, number, value)
        if not self._http.publish(key, value):
            raise RuntimeError(f"publish of {key} was refused")
        self._ledger.acknowledge(key, number, value)

    def _compare_and_set(self, key):
        """Moves a shared key one number on, or finds that another writer was faster."""
        stored = self._http.get(key)
        number = int(stored.split()[1]) + 1 if stored else 1
        value = f"{key} {number} by {self._number} {self._random.random()}"
        # A compare-and-set on a key that is not there is not compared, so the first write of a key has one sender.
        if stored is None and self._number != 0:
            return
        self._ledger.sending(key, number, value)
        cas_md5 = hashlib.md5(stored.encode("utf-8")).hexdigest() if stored else None
        if self._http.publish(key, value, cas_md5=cas_md5):
            self._ledger.acknowledge(key, number, value)
