"""A disk that fails: each kind of step, on each kind of file, with each error.

The server must end with the code of an input/output error and say which file it was, or refuse to start and say so; it goes on where
what failed was to spare time and nothing else. Of a rename it says both names. RocksDB names no file where the sync of its directory fails ("While fsync: a directory"), nor does the
server then. In each case nothing that was acknowledged may be missing afterwards, also when the power goes as well.

`run.py faults --publish` writes docs/faults.md, the table of the rows below and of what happened at each.
"""

import dataclasses
import fnmatch
import os
import random
import re
import signal
import subprocess
import time

import nacos_http
import power_cut
from ledger import Ledger
from server import Server, ServerFailed
from writers import Writers

IO_ERROR = 74  # EX_IOERR of sysexits.h
REFUSED = 1
FLOOR = 64 << 20
PATIENCE_S = 10.0
LOAD_S = 5.0  # at most: a fault comes much sooner
PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "faults.md")
OUTCOMES = {"ends": f"ends with status {IO_ERROR}", "refuses": f"does not start, status {REFUSED}",
            "goes on": "warns, and does without it"}
HEAD = """# What happens when the disk fails

Made by `tests/process/run.py faults --publish`: each row is one run of the real server, in which the step of the disk that it names failed
once, so that trying again would have succeeded. Sixteen writers were at work where the server was up. Afterwards the power went as
well (see [reliability.md](reliability.md)), the server started again, and everything acknowledged was there.

| step | file | error | the server was | the server | it said | acknowledged before |
|---|---|---|---|---|---|--:|
"""


@dataclasses.dataclass(frozen=True)
class Fault:
    """The nth step of a kind on a file fails once: what is retried would succeed, and must not be."""
    step: str
    file: str
    nth: int
    error: str
    when: str  # what the server is at, for people
    outcome: str = "ends"  # or "refuses" to start, or "goes on"
    is_named: bool = True  # in what the server says

    @property
    def name(self):
        return f"{self.step} {self.file} {self.nth} {self.error}"


FAULTS = [
    Fault("write", "log-*", 20, "EIO", "appending to the log"),
    Fault("write", "log-*", 20, "ENOSPC", "appending to the log"),
    Fault("short", "log-*", 20, "ENOSPC", "appending to the log, half of it written"),
    Fault("sync", "log-*", 20, "EIO", "syncing the log; the next sync would succeed"),
    Fault("sync", "log-*", 20, "ENOSPC", "syncing the log; the next sync would succeed"),
    Fault("rename", "log-*", 3, "EIO", "giving a file of the log its name"),
    Fault("remove", "log-*", 1, "EIO", "removing a file of the log"),
    Fault("create", "prepared", 1, "ENOSPC", "making a file of the log ahead", "goes on"),
    Fault("write", "prepared", 1, "ENOSPC", "making a file of the log ahead", "goes on"),
    Fault("sync", "prepared", 1, "EIO", "making a file of the log ahead", "goes on"),
    Fault("syncdir", "raft", 5, "EIO", "syncing the log's directory"),
    Fault("create", "*.sst", 1, "ENOSPC", "writing the state"),
    Fault("write", "*.sst", 1, "EIO", "writing the state"),
    Fault("write", "*.sst", 1, "ENOSPC", "writing the state"),
    Fault("short", "*.sst", 1, "ENOSPC", "writing the state, half of it written"),
    Fault("sync", "*.sst", 1, "EIO", "syncing the state; the next sync would succeed"),
    Fault("write", "MANIFEST-*", 6, "EIO", "noting what the state's files are"),
    Fault("sync", "MANIFEST-*", 3, "EIO", "noting what the state's files are"),
    Fault("syncdir", "state", 6, "EIO", "syncing the state's directory", is_named=False),
    Fault("create", "hard_state.new", 1, "ENOSPC", "founding", "refuses"),
    Fault("write", "hard_state*", 1, "EIO", "founding", "refuses"),
    Fault("sync", "hard_state*", 1, "EIO", "founding", "refuses"),
    Fault("rename", "hard_state", 1, "EIO", "founding", "refuses"),
    Fault("syncdir", "raft", 2, "EIO", "founding", "refuses"),
    Fault("create", "unprepared", 1, "ENOSPC", "founding", "refuses"),
    Fault("create", "LOCK", 1, "ENOSPC", "taking the directory", "refuses"),
    Fault("write", "token-key*", 1, "ENOSPC", "making the key of tokens", "refuses"),
    Fault("sync", "token-key*", 1, "EIO", "making the key of tokens", "refuses"),
    Fault("create", "*.dbtmp", 2, "EIO", "making the state", "refuses"),
    Fault("rename", "CURRENT", 1, "EIO", "making the state", "refuses"),
]


class Trial:
    """One server on a directory of its own for each fault, and what happened at each."""

    def __init__(self, binary, directory, publish=False):
        self.publish = publish
        self._binary = binary
        self._directory = directory
        self.server = Server(binary, os.path.join(directory, "first"), power_cut.SETTINGS)
        self.found = []

    def run(self, fault, number):
        """Errors: AssertionError for another outcome than the row's, or a broken promise."""
        self.server = Server(self._binary, os.path.join(self._directory, str(number)), power_cut.SETTINGS)
        disk = power_cut.Disk(self.server)
        writers = Writers(self.server)
        disk.begin(fault=f"{fault.step}:{fault.file}:{fault.nth}:{fault.error}:1")
        outcome = self._provoke(writers)
        said = self._reason()
        if outcome != fault.outcome:
            raise AssertionError(f"{fault.name}: the server {outcome}, it was to be that it {fault.outcome}; it said {said!r}")
        if not said:
            raise AssertionError(f"{fault.name}: the server said no reason")
        if is_named(fault, said, self.server.data_directory) != fault.is_named:
            wanted = "was" if fault.is_named else "was not"
            raise AssertionError(f"{fault.name}: the server {wanted} to say which file it was; it said {said!r}")
        disk.lose_power(random.Random(number))
        disk.end()
        self.server.start()
        writers.compare()
        self.server.stop()
        self.found.append({**dataclasses.asdict(fault), "said": said.replace(self.server.data_directory, "DATA"),
                           "acknowledged": writers.acknowledged})

    def _provoke(self, writers):
        try:
            self.server.start()
        except ServerFailed:
            return {REFUSED: "refuses", IO_ERROR: "ends"}.get(self.server.ended_with, f"ended with {self.server.ended_with}")
        writers.work_while(lambda: self.server.wait(LOAD_S) or self.server.kill())
        return {IO_ERROR: "ends", -signal.SIGKILL: "goes on"}.get(self.server.ended_with, f"ended with {self.server.ended_with}")

    def _reason(self):
        lines = [line for line in self.server.log().splitlines() if not line.startswith("faulty disk")
                 and ("Input/output error" in line or "No space left" in line or "IO error" in line)]
        return re.sub(r"^\S+Z (ERROR|WARN) \S+: ", "", lines[-1]) if lines else ""


def is_named(fault, said, directory):
    """Whether a path below the directory is that of the fault's file; what is renamed may be called by its new name alone."""
    names = [os.path.basename(path) for path in re.findall(re.escape(directory) + r'[^\s:"]*', said)]
    if fault.step == "rename":
        names += re.findall(r'[^\s:"=]+', said)
    return any(fnmatch.fnmatchcase(name, fault.file) for name in names)


def each_fault(trial):
    """Every row of FAULTS. Returns a note for the report."""
    for number, fault in enumerate(FAULTS):
        trial.run(fault, number)
    acknowledged = sum(row["acknowledged"] for row in trial.found)
    if trial.publish:
        _write_page(trial.found)
    return f"{len(FAULTS)} faults, {acknowledged} acknowledged, 0 lost"


def nearly_full(trial):
    """With less free space than there must be, writes are refused and reads go on; both without a restart. What was refused is
    not there, then and after kill -9."""
    disk, ledger = power_cut.Disk(trial.server), Ledger()
    disk.say_free(FLOOR)
    disk.begin()
    trial.server.settings += [f"--batata.disk.min-free={FLOOR}"]
    trial.server.start()
    http = nacos_http.Connection(trial.server.port)
    if _refusal(http, ledger, "before"):
        raise AssertionError("a publish was refused although there was space")
    disk.say_free(FLOOR - 4096)
    refusal = _until(lambda: _refusal(http, ledger, "refused"), "no publish was refused when the disk was nearly full")
    if "free on the disk" not in refusal or "free on the disk" not in _refusal(http, ledger, "never"):
        raise AssertionError(f"a publish was refused with {refusal!r}")
    _expect(http, ledger, "while the disk was nearly full")
    shown = _status(trial.server)
    if "writes are refused: the disk is nearly full" not in shown:
        raise AssertionError(f"status says: {shown}")
    disk.say_free(FLOOR + FLOOR // 16)
    _until(lambda: _refusal(http, ledger, "after") == "", "publishes were still refused when there was space again")
    _expect(http, ledger, "when there was space again")
    trial.server.restart()
    _expect(nacos_http.Connection(trial.server.port), ledger, "after kill -9")
    trial.server.stop()


def starts_again_after_a_failed_sync(trial):
    """A sync of the log fails and the server ends; it is started again while the power stays, reads what never came to the disk, takes
    more writes, and then the power goes."""
    trial.server.settings = list(power_cut.SMALL_FILES)  # the state is not flushed meanwhile: all of the log is needed
    disk, writers = power_cut.Disk(trial.server), Writers(trial.server)
    disk.begin(fault="sync:log-*:20:EIO:1")
    trial.server.start()
    writers.work_while(lambda: trial.server.wait(LOAD_S) or trial.server.kill())
    if trial.server.ended_with != IO_ERROR:
        raise AssertionError(f"the server ended with {trial.server.ended_with}")
    disk.begin()
    trial.server.start()
    writers.work_until(trial.server.kill)
    disk.lose_power(random.Random(1))
    disk.end()
    trial.server.start()
    writers.compare()
    return f"{writers.acknowledged} acknowledged"


def _status(server):
    done = subprocess.run([server.binary, "status", "--server", server.address], capture_output=True, text=True,
                          timeout=PATIENCE_S, check=False)
    return done.stdout + done.stderr


def _until(question, complaint):
    """The first answer that is true."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(complaint)


def _refusal(http, ledger, key):
    """What a publish of a new value is refused with; empty when it is taken."""
    number = ledger.next_number(key)
    value = f"{key} {number}"
    ledger.sending(key, number, value)
    status, _, body = http.request("POST", nacos_http.CONFIGS,
                                   form={"dataId": key, "group": nacos_http.GROUP, "content": value})
    if status == 200:
        ledger.acknowledge(key, number, value)
        return ""
    ledger.refused(key, number, value)
    return body.decode()


def _expect(http, ledger, when):
    if broken := ledger.compare(http.get):
        raise AssertionError(f"{when}: {'; '.join(broken)}")


def _write_page(found):
    with open(PAGE, "w", encoding="utf-8") as page:
        page.write(HEAD)
        for row in found:
            unnamed = "" if row["is_named"] else " (RocksDB does not say which)"
            page.write(f"| {row['step']} | `{row['file']}` | {row['error']} | {row['when']} | {OUTCOMES[row['outcome']]} | "
                       f"{row['said'].replace('|', '/')}{unnamed} | {row['acknowledged']} |\n")


ALL = [each_fault, nearly_full, starts_again_after_a_failed_sync]
