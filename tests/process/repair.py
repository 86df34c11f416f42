"""`batata repair DIR --drop-tail` against the real program: what it loses and what it does not, refused, out of space, killed on the way.

Whatever becomes of it, what was in the directory stays whole, in its place or under `before-repair-…`.
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import time

import wal
from backup import CONFLICT, DAMAGED, DONE, FAILED, USAGE, Trial 
from data_files import contents, flip
from some_configs import missing, publish

NAMES = [f"key-{i}" for i in range(100)]
VALUE = "x" * 3000 + "{}"  # several log files
WHOLE = "Nothing that was acknowledged is missing"
LOST = "WARNING: acknowledged writes may be lost"
REVISION_GAP = 1_000_000_000


def _fill(trial):
    """A server that was killed, with many writes behind what its state has on disk."""
    trial.start()
    publish(trial.server, NAMES, VALUE)
    trial.server.kill()


def _kept(directory):
    """What a directory, or what a repair has kept of one, has of log and state."""
    return {name: digest for name, digest in contents(directory).items() if name.split(os.sep)[0] in ("raft", "state")}


def _refused(trial):
    code, said = _start(trial)
    if code != DAMAGED:
        raise AssertionError(f"the server ended with {code}: {said}")
    trial.run("doctor", trial.server.data_directory, expect=DAMAGED)


def _start(trial):
    done = subprocess.run([trial.server.binary, "server", f"--data-dir={trial.server.data_directory}", f"--port={trial.server.port}"],
                          capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


def _repair(trial, expected):
    """Repairs, and checks that it says so, that what was there is kept, and that the server starts on the rest."""
    before = _kept(trial.server.data_directory)
    out, error = trial.run("repair", trial.server.data_directory, "--drop-tail")
    if expected not in error or "sound" not in out:
        raise AssertionError(f"repair said: {out} {error}")
    folders = [name for name in os.listdir(trial.server.data_directory) if "repair-" in name]
    if len(folders) != 1 or not folders[0].startswith("before-repair-"):
        raise AssertionError(f"beside log and state there is {folders}")
    if _kept(os.path.join(trial.server.data_directory, folders[0])) != before:
        raise AssertionError("what was kept is not what was there before")
    trial.server.start()
    return error


def loses_the_tail(trial):
    """A flipped bit in the middle of the log: refused by the server, repaired only by --drop-tail, loudly; what lies before it is there,
    and what comes after it has revisions that nobody has seen."""
    trial.start()
    publish(trial.server, NAMES)
    trial.server.kill()
    revision = trial.json("doctor", trial.server.data_directory)["revision"]
    log = wal.scan(trial.server.data_directory)
    flip(log.names[-1], wal.RECORDS_AT + (log.end - wal.RECORDS_AT) // 2)
    before = contents(trial.server.data_directory)
    trial.run("repair", trial.server.data_directory, expect=USAGE)
    if contents(trial.server.data_directory) != before:
        raise AssertionError("repair without --drop-tail changed something")
    error = _repair(trial, LOST)
    if os.path.basename(log.names[-1]) not in error:
        raise AssertionError(f"repair does not name the file: {error}")
    lost = missing(trial.server, NAMES)
    if not lost or lost != NAMES[len(NAMES) - len(lost):]:
        raise AssertionError(f"not the end of the log is missing, but {lost}")
    publish(trial.server, ["later"])
    trial.server.restart()
    if missing(trial.server, ["later"]):
        raise AssertionError("a repaired directory does not outlive kill -9")
    trial.server.stop()
    if trial.json("doctor", trial.server.data_directory)["revision"] < revision // 2 + REVISION_GAP:
        raise AssertionError("revisions are given out a second time")
    _, error = trial.run("repair", trial.server.data_directory, "--drop-tail", expect=CONFLICT)
    if "is sound" not in error:
        raise AssertionError(f"of a sound directory repair said: {error}")
    return f"{len(lost)} of {len(NAMES)} lost"


def loses_the_newest_file(trial):
    """The newest file of the log is gone: seen, and repaired to the end of the one before."""
    _fill(trial)
    log = wal.scan(trial.server.data_directory)
    os.remove(log.newest)
    _refused(trial)
    _repair(trial, LOST)
    lost = missing(trial.server, NAMES, VALUE)
    if not lost or lost != NAMES[len(NAMES) - len(lost):]:
        raise AssertionError(f"not the end of the log is missing, but {lost}")


def keeps_all_without_hard_state(trial):
    """Term and vote are gone: nothing that was acknowledged is."""
    _fill(trial)
    os.remove(os.path.join(trial.server.data_directory, "raft", "hard_state"))
    _refused(trial)
    _repair(trial, WHOLE)
    if lost := missing(trial.server, NAMES, VALUE):
        raise AssertionError(f"lost: {lost}")


def keeps_all_without_the_state(trial):
    """A damaged state is made again where the log goes back to its first entry."""
    trial.start()
    publish(trial.server, NAMES[:5])
    trial.server.stop()  # which flushes the state
    state = os.path.join(trial.server.data_directory, "state")
    for name in os.listdir(state):
        if name.endswith(".sst"):
            flip(os.path.join(state, name), 20)
    _refused(trial)
    _repair(trial, WHOLE)
    if lost := missing(trial.server, NAMES[:5]):
        raise AssertionError(f"lost: {lost}")


def keeps_all_that_the_state_has(trial):
    """The log is gone, but at the orderly stop before the state had everything."""
    trial.start()
    publish(trial.server, NAMES, VALUE)
    trial.server.stop()
    for name in wal.scan(trial.server.data_directory).names:
        os.remove(name)
    _refused(trial)
    _repair(trial, LOST)  # nobody knows what else the log had
    if lost := missing(trial.server, NAMES, VALUE):
        raise AssertionError(f"lost: {lost}")


def refused(trial):
    """Neither a state nor the log's first entry: only a backup helps, and nothing is changed."""
    _fill(trial)
    os.remove(wal.scan(trial.server.data_directory).names[0])
    shutil.rmtree(os.path.join(trial.server.data_directory, "state"))
    _unchanged(trial, DAMAGED, "only a backup helps")


def out_of_space(trial):
    """No room for the new log: nothing is changed."""
    _fill(trial)
    os.remove(os.path.join(trial.server.data_directory, "raft", "hard_state"))
    _unchanged(trial, FAILED, "nothing was changed", preexec_fn=_little_room)


def _little_room():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def _unchanged(trial, code, said, **started):
    before = contents(trial.server.data_directory)
    command, environment = trial.command("repair", trial.server.data_directory, "--drop-tail")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False, **started)
    if done.returncode != code or said not in done.stderr:
        raise AssertionError(f"repair ended with {done.returncode}: {done.stderr}")
    if contents(trial.server.data_directory) != before:
        raise AssertionError("a repair that failed has changed something")


def killed(trial):
    """kill -9 at any moment: what was in the directory is whole, and another repair ends it."""
    _fill(trial)
    revision = trial.json("doctor", trial.server.data_directory)["revision"]
    os.remove(os.path.join(trial.server.data_directory, "raft", "hard_state"))
    before = _kept(trial.server.data_directory)
    dice = random.Random(trial.server.port)
    lasts, kills = None, 0
    for number in range(20):
        copy = f"{trial.server.data_directory}-{number}"
        shutil.copytree(trial.server.data_directory, copy)
        command, environment = trial.command("repair", copy, "--drop-tail")
        begun = time.monotonic()
        repair = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if lasts is None:  # the first one is timed
            repair.wait()
            lasts = time.monotonic() - begun
        time.sleep(dice.uniform(0, lasts))
        repair.kill()
        kills += repair.wait() < 0
        beside = [os.path.join(copy, name) for name in os.listdir(copy) if "repair-" in name]
        if before not in [_kept(folder) for folder in [copy, *beside]]:
            raise AssertionError(f"what was in the directory is nowhere whole: {beside}")
        if repair.returncode != DONE and _damaged(trial, copy):
            trial.run("repair", copy, "--drop-tail")
        if trial.json("doctor", copy)["revision"] != revision:
            raise AssertionError("something is missing")
        shutil.rmtree(copy)
    if not kills:
        raise AssertionError("each repair was over before it could be killed")
    return f"killed {kills} times"


def _damaged(trial, directory):
    command, environment = trial.command("doctor", directory)
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == DAMAGED


ALL = [loses_the_tail, loses_the_newest_file, keeps_all_without_hard_state, keeps_all_without_the_state, keeps_all_that_the_state_has,
       refused, out_of_space, killed]
