"""Sixteen connections that publish over HTTP until their server is gone, and the comparison of what it has after that."""

import hashlib
import http.client
import random
import threading
import time

import nacos_http
from ledger import Ledger

COUNT = 16
KEYS_OF_A_WRITER = 4
SHARED_KEYS = ["shared-0", "shared-1", "shared-2"]
SHARED_EVERY = 4  # each n-th write of a writer is a compare-and-set on a shared key
LOAD_S = (0.3, 0.7)  # a round's load lasts a random time between these
ACKNOWLEDGED_MIN = 16  # in each round; fewer would prove nothing


class Writers:
    """Rounds of load on one server, and one ledger over all rounds. Used by one thread."""

    def __init__(self, server):
        self.ledger = Ledger()
        self.random = random.Random(20)
        self.server = server
        self._numbers = {}  # writer's own key -> newest number sent

    def work_until(self, end):
        """Writes for a random time and goes on while `end()` ends the server. Errors: AssertionError for a failure before."""
        before = self.ledger.acknowledged
        self._work(end, threading.Event())
        if self.ledger.acknowledged - before < ACKNOWLEDGED_MIN:
            raise AssertionError(f"only {self.ledger.acknowledged - before} writes were acknowledged in a round")

    def work_while(self, end):
        """The same with a server that may end on its own at any time."""
        ending = threading.Event()
        ending.set()
        self._work(end, ending)

    def _work(self, end, ending):
        writers = [_Writer(number, self, ending) for number in range(COUNT)]
        for writer in writers:
            writer.start()
        time.sleep(self.random.uniform(*LOAD_S))
        ending.set()
        end()
        for writer in writers:
            writer.join()
        failures = [writer.failure for writer in writers if writer.failure]
        if failures:
            raise AssertionError(f"{len(failures)} writers failed before the end, one with: {failures[0]}")

    def compare(self):
        """Reads all from the server, which runs again. Errors: AssertionError with every broken promise."""
        connection = nacos_http.Connection(self.server.port)
        broken = self.ledger.compare(connection.get)
        connection.close()
        if broken:
            raise AssertionError(f"{len(broken)} promises broken: " + "; ".join(broken[:5]))

    def next_number(self, key):
        """The next number of a key that one writer owns."""
        self._numbers[key] = self._numbers.get(key, 0) + 1
        return self._numbers[key]


class _Writer(threading.Thread):
    """One connection that publishes until the server is gone."""

    def __init__(self, number, writers, ending):
        super().__init__(daemon=True)
        self.failure = None
        self._number = number
        self._writers = writers
        self._ledger = writers.ledger
        self._ending = ending
        self._http = None
        self._random = random.Random(writers.random.random())

    def run(self):
        writes = 0
        try:
            self._http = nacos_http.Connection(self._writers.server.port)
            while True:
                writes += 1
                if writes % SHARED_EVERY == 0:
                    self._compare_and_set(self._random.choice(SHARED_KEYS))
                else:
                    self._publish(f"writer-{self._number}-{writes % KEYS_OF_A_WRITER}")
        except (OSError, RuntimeError, http.client.HTTPException) as error:
            # At the server's end this is what must happen; the write on its way may be stored or not.
            if not self._ending.is_set():
                self.failure = repr(error)
        except Exception as error:  # no server's end gives this
            self.failure = repr(error)

    def _publish(self, key):
        number = self._writers.next_number(key)
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
