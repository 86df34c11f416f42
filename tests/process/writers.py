"""Sixteen connections that write things of every kind until their server is gone, and the comparison of what it has after that."""

import hashlib
import http.client
import random
import threading
import time

import nacos_http
from kinds import Administrator, Configs, Instances, Namespaces, Roles, Users

# For the server: namespaces are for everybody here, users and roles for the administrator, whose token lasts for the longest
# run; and a wrong password locks nobody out.
SETTINGS = ("--nacos.core.auth.console.enabled=false", "--nacos.core.auth.plugin.nacos.token.expire.seconds=604800",
            "--batata.auth.lockout.failures=0")
COUNT = 16
SHARED_SHARE = 0.25  # of the writes: compare-and-set on a shared config
REMOVED_SHARE = 0.2  # of the writes to what is there
LOAD_S = (0.3, 0.7)  # a round's load lasts a random time between these
END_S = 5.0  # in which a server that ends is gone
ACKNOWLEDGED_MIN = 16  # in each round; fewer would prove nothing
EVERY_KIND_FROM = 5000  # so many writes cannot be without one of a kind


class Writers:
    """Rounds of load on one server, and one ledger for each kind over all rounds. Used by one thread."""

    def __init__(self, server):
        self.random = random.Random(20)
        self.server = server
        administrator = Administrator()
        self.configs, users = Configs(), Users(administrator)
        # Each with how often it is written.
        self.kinds = {self.configs: 0.6, Instances(): 0.25, Namespaces(): 0.1, Roles(users, administrator): 0.03, users: 0.02}

    @property
    def acknowledged(self):
        """How many writes, in all."""
        return sum(kind.ledger.acknowledged for kind in self.kinds)

    def note(self):
        """How many writes of each kind were acknowledged, for a report. Errors: AssertionError for a long load that is not of all."""
        counts = [f"{kind.ledger.acknowledged} of {kind.name}" for kind in self.kinds]
        if self.acknowledged >= EVERY_KIND_FROM and not all(kind.ledger.acknowledged for kind in self.kinds):
            raise AssertionError(f"the load was not of every kind: {', '.join(counts)}")
        return f"{self.acknowledged} acknowledged ({', '.join(counts)})"

    def work_until(self, end):
        """Writes for a random time and goes on while `end()` ends the server. Errors: AssertionError for a failure before."""
        before = self.acknowledged
        self._work(end, may_end=False)
        if self.acknowledged - before < ACKNOWLEDGED_MIN:
            raise AssertionError(f"only {self.acknowledged - before} writes were acknowledged in a round")

    def work_while(self, end):
        """The same with a server that may end on its own at any time."""
        self._work(end, may_end=True)

    def _work(self, end, may_end):
        writers = [_Writer(number, self) for number in range(COUNT)]
        for writer in writers:
            writer.start()
        time.sleep(self.random.uniform(*LOAD_S))
        early = [writer for writer in writers if writer.cut_off]
        if may_end and early and self.server.wait(END_S):
            early = []
        end()
        for writer in writers:
            writer.join()
        failures = [writer.cut_off for writer in early] + [writer.failure for writer in writers if writer.failure]
        if failures:
            raise AssertionError(f"{len(failures)} writers failed before the end, one with: {failures[0]}")

    def compare(self):
        """Reads all from the server, which runs again. Errors: AssertionError with every broken promise."""
        connection = nacos_http.Connection(self.server.port)
        broken = [sentence for kind in self.kinds for sentence in _broken(kind, connection)]
        connection.close()
        if broken:
            raise AssertionError(f"{len(broken)} promises broken: " + "; ".join(broken[:5]))


def _broken(kind, http):
    try:
        return kind.compare(http)
    except nacos_http.Refused as refused:
        return [f"{kind.name} cannot be read: {refused}"]


class _Writer(threading.Thread):
    """One connection that writes until the server is gone."""

    def __init__(self, number, writers):
        super().__init__(daemon=True)
        self.cut_off = None  # how the connection was lost
        self.failure = None  # what no server's end gives
        self._number = number
        self._writers = writers
        self._http = None
        self._random = random.Random(writers.random.random())
        self._kinds = {kind: share for kind, share in writers.kinds.items() if kind.keys_of(number)}

    def run(self):
        try:
            self._http = nacos_http.Connection(self._writers.server.port)
            while True:
                if self._random.random() < SHARED_SHARE:
                    self._compare_and_set(self._random.choice(Configs.SHARED))
                else:
                    self._write_any()
        except (OSError, http.client.HTTPException) as error:
            # At the server's end this is what must happen; the write on its way may be stored or not.
            self.cut_off = repr(error)
        except Exception as error:
            self.failure = repr(error)

    def _write_any(self):
        kind, = self._random.choices(list(self._kinds), self._kinds.values())
        kind.prepare(self._http)
        self._write(kind, self._random.choice(kind.keys_of(self._number)))

    def _write(self, kind, key):
        """Removes only what was promised to be there, so that each acknowledged write is a change."""
        removes = kind.ledger.is_there(key) and (not kind.changes or self._random.random() < REMOVED_SHARE)
        value = None if removes else kind.value(key, kind.ledger.next_number(key), self._random)
        kind.write(self._http, key, value)

    def _compare_and_set(self, key):
        """Moves a shared key one number on, or finds that another writer was faster."""
        configs = self._writers.configs
        stored = self._http.get(key)
        # A compare-and-set on a key that is not there is not compared, so the first write of a key has one sender.
        if stored is None and self._number != 0:
            return
        number = int(stored.split()[1]) + 1 if stored else 1
        value = f"{configs.value(key, number, self._random)} by {self._number} {self._random.random()}"
        configs.ledger.sending(key, number, value)
        cas_md5 = hashlib.md5(stored.encode("utf-8")).hexdigest() if stored else None
        taken = configs.compare_and_set(self._http, key, value, cas_md5)
        (configs.ledger.acknowledge if taken else configs.ledger.refused)(key, number, value)
