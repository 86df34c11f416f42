"""The power goes, again and again, under sixteen writers: nothing acknowledged may be lost.

Each cycle: the server runs on a disk that keeps a journal (faulty_disk), and ends with SIGKILL around a step of that disk
that dice choose, while it starts or while it is written to. Then everything that was not synced is taken away, kept in
part or torn (power.py says by which rules), and the next cycle starts on what is left and compares. In some cycles the
power stays: the next one goes on with the same journal, and what this one did not sync may be lost then.

The files of the log and the time between two flushes of the state are small here, so that every cycle may meet a new
file of the log, a flush, or the removal of files that the state has overtaken.
"""

import http.client
import os
import random
import shutil
import signal

import power
import writers
from server import Server, ServerFailed
from writers import Writers

SMALL_FILES = (*writers.SETTINGS, "--batata.raft.segment-size=128KiB")
SETTINGS = (*SMALL_FILES, "--batata.state.flush-after=256KiB")
EARLY_STEPS = 60  # within these a server starts
STEPS_MAX = 500  # that a server does in a cycle's load, about
POWER_STAYS_SHARE = 0.25  # of the cycles
DAMAGED = 7  # the exit code of a start that is refused for it
LIES_MAX = 20
LYING = "sync:log-*:1:LIE:0"  # every sync of the log
ACKNOWLEDGED_MIN = 10  # of a cycle, in the mean


class Disk:
    """What faulty_disk needs beside a server's data directory. The next start of the server uses it after `begin`."""

    def __init__(self, server):
        self._server = server
        self._library = os.path.join(os.path.dirname(server.binary), "tests", "process", "faulty_disk", "libfaulty_disk.so")
        if not os.path.exists(self._library):
            raise FileNotFoundError(f"{self._library} is not there; ./x build makes it")
        self._journal = os.path.join(server.directory, "journal")
        self._attic = os.path.join(server.directory, "attic")
        self._free = os.path.join(server.directory, "free")

    def say_free(self, size):
        """Lets the disk say that so many bytes are free. Before `begin`, and while the server runs."""
        with open(self._free + ".new", "w", encoding="utf-8") as file:
            file.write(str(size))
        os.rename(self._free + ".new", self._free)

    def begin(self, kill_at=0, fault=""):
        os.makedirs(self._attic, exist_ok=True)
        self._server.environment = {"LD_PRELOAD": self._library, "FAULTY_DISK_ROOT": self._server.data_directory,
                                    "FAULTY_DISK_JOURNAL": self._journal, "FAULTY_DISK_ATTIC": self._attic,
                                    "FAULTY_DISK_KILL_AT": str(kill_at), "FAULTY_DISK_FAULT": fault,
                                    "FAULTY_DISK_FREE": self._free}

    def end(self):
        """The next start has an ordinary disk."""
        self._server.environment = {}

    def lose_power(self, dice):
        """After the server's end. Returns what was lost, in a few words."""
        lost = power.Loss(power.read_journal(self._journal), self._server.data_directory, self._attic).strike(dice)
        os.unlink(self._journal)
        shutil.rmtree(self._attic)
        return lost


class Trial:
    """One server, one data directory, one ledger over all cycles."""

    def __init__(self, binary, directory, cycles):
        self.server = Server(binary, directory, SETTINGS)
        self.disk = Disk(self.server)
        self.cycles = cycles
        self.writers = Writers(self.server)
        self.random = random.Random(20)
        self.early = self.in_step = self.stayed = self.compared = 0
        self.lost = ""

    def cycle(self, fault="", power_stays=None):
        """A start, a comparison, load, and a cut at a step that the dice choose; some come before the load, some before the start."""
        early = self.random.random() < 0.3
        self.disk.begin(self.random.randint(1, EARLY_STEPS if early else STEPS_MAX), fault)
        if self._starts() and self._compares():
            self.writers.work_while(self._cut)
        else:
            self.early += 1
        if power_stays is None:
            power_stays = self.random.random() < POWER_STAYS_SHARE
        self.stayed += power_stays
        self.lost = "nothing, for the power stayed" if power_stays else self.disk.lose_power(self.random)

    def _starts(self):
        """False: the cut came first."""
        try:
            self.server.start()
            return True
        except (ServerFailed, OSError):  # it may also be gone between its ready line and the first connection
            if not self._is_cut():
                raise
            return False

    def _compares(self):
        """Compares what is there with what was promised. False: the cut came first."""
        try:
            self.writers.compare()
            self.compared += 1
            return True
        except (OSError, http.client.HTTPException) as error:
            if not self._is_cut():
                raise AssertionError(f"the server cannot be asked: {error!r}") from error
            return False

    def _is_cut(self):
        return self.server.wait(writers.END_S) and self.server.ended_with == -signal.SIGKILL

    def _cut(self):
        try:
            self.server.kill()
        except ServerFailed as gone:
            if self.server.ended_with != -signal.SIGKILL:
                raise ServerFailed(f"the server ended on its own with {self.server.ended_with}") from gone
            self.in_step += 1

    def end(self):
        """A last start on a disk without faults."""
        self.disk.end()
        self.server.start()
        self.writers.compare()
        self.server.stop()

    def logs(self):
        """For a failure report."""
        return [("last cut", f"cycle {self.server.starts}: {self.lost}")]


def no_loss(trial):
    """Cycles of load, cut and restart lose nothing that was acknowledged. Returns a note for the report."""
    for _ in range(trial.cycles):
        trial.cycle()
    trial.end()
    if trial.writers.acknowledged < ACKNOWLEDGED_MIN * trial.cycles or not trial.in_step:
        raise AssertionError(f"the cycles prove nothing: {trial.writers.acknowledged} acknowledged, {trial.in_step} cut in a step")
    return (f"{trial.cycles} cycles ({trial.early} cut in a step of the start, {trial.in_step} in one of the load; after {trial.stayed} the "
            f"power stayed), {trial.writers.note()}, {trial.compared + 1} comparisons, 0 lost")


def finds_a_disk_that_lies(trial):
    """Where the log's syncs do nothing, promises are broken, and the comparison says so."""
    return _finds(trial, [lambda: trial.cycle(LYING, power_stays=False)])


def finds_what_a_killed_life_did_not_sync(trial):
    """The same where they do nothing only in a life that ends while the power stays, and it goes in the next one.

    A start syncs the newest file of the log; the state is not flushed here, so that all its other files are needed.
    """
    trial.server.settings = list(SMALL_FILES)
    return _finds(trial, [lambda: trial.cycle(LYING, power_stays=True), lambda: trial.cycle(power_stays=False)])


def _finds(trial, cycles):
    try:
        for _ in range(LIES_MAX):
            for cycle in cycles:
                cycle()
        trial.end()
    except (AssertionError, ServerFailed) as found:
        if "promises broken" not in str(found) and trial.server.ended_with != DAMAGED:
            raise
        return f"after {trial.server.starts - 1} cycles: {str(found)[:60]}"
    raise AssertionError(f"{LIES_MAX * len(cycles)} cycles without a sync broke no promise")


ALL = [no_loss, finds_a_disk_that_lies, finds_what_a_killed_life_did_not_sync]
