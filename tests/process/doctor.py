"""`batata doctor`: what it says of directories of every state of health, and that it leaves them as they are."""

import json
import os
import re
import shutil
import subprocess

import wal
from data_files import contents, flip
from server import Server
from writers import SETTINGS, Writers

DAMAGED, NOT_FOUND, FAILED = 7, 3, 1
LIMIT_S = 30


class Trial:
    """A server that was written to and killed."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory, SETTINGS)
        self._binary = binary

    def fill(self):
        self.server.start()
        writers = Writers(self.server)
        writers.work_until(self.server.kill)
        return writers

    def doctor(self, directory=None, *options):
        """(exit code, what it printed, its error)."""
        done = subprocess.run([self._binary, "doctor", directory or self.server.data_directory, *options], capture_output=True,
                              text=True, timeout=LIMIT_S, check=False)
        return done.returncode, done.stdout, done.stderr

    def examine(self, *options):
        """As `doctor`, which must leave everything as it was."""
        before = contents(self.server.data_directory, with_lock=True)
        answer = self.doctor(None, *options)
        if contents(self.server.data_directory, with_lock=True) != before:
            raise AssertionError("doctor changed the directory")
        return answer


def sound(trial):
    """After kill -9, and after an orderly stop: what is there, and that it is sound."""
    writers = trial.fill()
    code, said, _ = trial.examine()
    if code != 0 or not re.search(r"verdict\s+sound", said):
        raise AssertionError(f"doctor ended with {code}: {said}")
    trial.server.start()
    writers.compare()
    trial.server.stop()
    code, said, _ = trial.examine("-o", "json")
    answer = json.loads(said)
    if code != 0 or answer["keys"] < len(writers.configs.ledger.keys()) or answer["warnings"]:
        raise AssertionError(f"doctor ended with {code}: {answer}")


def half_a_write(trial):
    """A last write that is not whole: it says what a start would cut off, and does not."""
    trial.fill()
    log = wal.scan(trial.server.data_directory)
    wal.write_at_end(log, wal.torn_record(log, 0))
    code, said, _ = trial.examine()
    if code != 0 or f"offset={log.end}" not in said:
        raise AssertionError(f"doctor ended with {code}: {said}")


def damage(trial):
    """A flipped bit, a missing file: file and place, the same exit code as of the server's start, and a start that is refused."""
    trial.fill()
    log = wal.scan(trial.server.data_directory)
    flip(log.newest, wal.RECORDS_AT + 60)
    _expect_damage(trial, f"{os.path.basename(log.newest)} offset {wal.RECORDS_AT}")
    flip(log.newest, wal.RECORDS_AT + 60)
    os.unlink(os.path.join(trial.server.data_directory, "raft", "hard_state"))
    _expect_damage(trial, "hard_state")


def _expect_damage(trial, place):
    code, _, error = trial.examine()
    if code != DAMAGED or place not in error or "next: " not in error:
        raise AssertionError(f"doctor ended with {code}: {error}")
    before = contents(trial.server.data_directory)
    done = subprocess.run([trial.server.binary, "server", f"--data-dir={trial.server.data_directory}",
                           f"--port={trial.server.port}"], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode != DAMAGED or place not in done.stderr:
        raise AssertionError(f"the server ended with {done.returncode}: {done.stderr}")
    logs = {name: digest for name, digest in before.items() if "log-" in name}
    after = contents(trial.server.data_directory)
    if any(after.get(name) != digest for name, digest in logs.items()):
        raise AssertionError("a refused start changed the log")


def nothing_to_look_at(trial):
    """A directory that a server has, one that is none, and one that belongs to nobody yet."""
    trial.server.start()
    code, _, error = trial.doctor()
    if code != FAILED or "in use by another process" not in error or "next: stop that server" not in error:
        raise AssertionError(f"beside a server doctor ended with {code}: {error}")
    trial.server.stop()
    code, _, error = trial.doctor("/nonexistent")
    if code != NOT_FOUND or "no folder raft" not in error:
        raise AssertionError(f"without a directory doctor ended with {code}: {error}")
    shutil.rmtree(os.path.join(trial.server.data_directory, "state"))
    code, _, error = trial.doctor()
    if code != 0:  # so young that the log has everything
        raise AssertionError(f"without a state doctor ended with {code}: {error}")
    for name in os.listdir(os.path.join(trial.server.data_directory, "raft")):
        os.unlink(os.path.join(trial.server.data_directory, "raft", name))
    code, _, error = trial.doctor()
    if code != NOT_FOUND or "holds nothing" not in error:
        raise AssertionError(f"of an emptied directory doctor ended with {code}: {error}")
    os.mkdir(os.path.join(trial.server.data_directory, "state"))
    with open(os.path.join(trial.server.data_directory, "state", "000001.sst"), "wb"):
        pass
    code, _, error = trial.doctor()
    if code != DAMAGED or "CURRENT is missing" not in error:
        raise AssertionError(f"of tables without their list doctor ended with {code}: {error}")


ALL = [sound, half_a_write, damage, nothing_to_look_at]
