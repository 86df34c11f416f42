"""`batata backup` and `restore` against the real program: under load, damaged, refused, killed on the way."""

import json
import os
import shutil
import subprocess
import threading
import time

import fixture
import nacos_http
import processes
from server import Server
from some_configs import missing, publish

ADMIN = ("nacos", fixture.ADMIN_PASSWORD)
DONE, FAILED, USAGE, NOT_FOUND, CONFLICT, DENIED, DAMAGED = 0, 1, 2, 3, 4, 5, 7
LIMIT_S = 60
NEXT_BACKUP_S = 25  # behind a killed client; the server sees for 10 s that nobody asks
KILLS = 8  # of a restore, over the time it takes
# Small files, so that a log has several, and a state that is flushed now and then.
SETTINGS = ("--batata.raft.segment-size=64KiB", "--batata.state.flush-after=256KiB")


class Trial:
    """A server with an administrator, and a second one for what is restored."""

    def __init__(self, binary, directory):
        self.server = Server(binary, os.path.join(directory, "first"), SETTINGS)
        self.second = Server(binary, os.path.join(directory, "second"), SETTINGS)
        self.file = os.path.join(directory, "backup")
        self._binary = binary
        os.rmdir(self.second.data_directory)  # `restore` makes it

    def start(self):
        self.server.start()
        fixture.add_users(self.server.port)

    def command(self, *words, account=ADMIN):
        return [self._binary, *words], {**os.environ, "BATATA_ADDR": self.server.address,
                                        **(dict(zip(("BATATA_USERNAME", "BATATA_PASSWORD"), account)) if account else {})}

    def run(self, *words, expect=DONE, account=ADMIN):
        """(standard output, standard error) of a command that must end with that code. `account`: who signs in; None: nobody."""
        command, environment = self.command(*words, account=account)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        if done.returncode != expect:
            raise AssertionError(f"{' '.join(words)} ended with {done.returncode}, not {expect}: {done.stdout} {done.stderr}")
        return done.stdout, done.stderr

    def json(self, *words):
        return json.loads(self.run(*words, "-o", "json")[0])

    def close(self):
        self.second.discard()


class _Load(threading.Thread):
    """Publishes one configuration after the other until it is told to end, and keeps what went wrong."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.sent = []
        self.acknowledged = 0
        self._port = port
        self._over = threading.Event()
        self._failure = None

    def run(self):
        try:
            connection = nacos_http.Connection(self._port)
            while not self._over.is_set():
                self.sent.append(f"during-{len(self.sent)}")
                connection.publish(self.sent[-1], f"value of {self.sent[-1]}")
                self.acknowledged += 1
        except Exception as error:  # is the trial's
            self._failure = error

    def is_at_work(self, count):
        """Whether so many writes were acknowledged. Errors: AssertionError when there will be none."""
        if self._failure:
            raise AssertionError(f"a write under the backup failed: {self._failure!r}")
        return self.acknowledged >= count

    def end(self):
        """Errors: AssertionError when a write has failed."""
        self._over.set()
        self.join()
        self.is_at_work(0)


def under_load(trial):
    """A backup of a busy server has all that was acknowledged before it, nothing of after, and of what was written meanwhile a
    beginning, while the server goes on acknowledging; what is restored takes writes, under revisions that nobody has seen, and
    is still there after kill -9."""
    trial.start()
    before = [f"before-{i}" for i in range(500)]
    publish(trial.server, before, "x" * 20_000 + "{}")  # some parts
    load = _Load(trial.server.port)
    load.start()
    _wait(lambda: load.is_at_work(20), "the first writes were not acknowledged")
    surely = load.acknowledged
    backup = _begin_backup(trial, subprocess.PIPE, "-o", "json")
    begun = load.acknowledged
    taken, _ = backup.communicate(timeout=LIMIT_S)
    meanwhile = load.acknowledged - begun
    load.end()
    if backup.returncode != DONE or not meanwhile:
        raise AssertionError(f"the backup ended with {backup.returncode}, and {meanwhile} writes were acknowledged meanwhile")
    sent = load.sent
    publish(trial.server, ["after"])
    found = trial.json("restore", trial.file, "--data-dir", trial.second.data_directory)
    trial.server.stop()
    if found["revision"] <= trial.json("doctor", trial.server.data_directory)["revision"]:
        raise AssertionError(f"restored at revision {found['revision']}, which the first server has given away")
    trial.second.start()
    if missing(trial.second, before, "x" * 20_000 + "{}") or missing(trial.second, sent[:surely]):
        raise AssertionError("something that was acknowledged before the backup is not in it")
    lost = set(missing(trial.second, sent))
    kept = [name for name in sent if name not in lost]
    if kept != sent[:len(kept)]:
        raise AssertionError("of what was written meanwhile something is there without what came before it")
    if not missing(trial.second, ["after"]):
        raise AssertionError("what was written after the backup is in it")
    nacos_http.Connection(trial.second.port).publish("later", "value of later")
    trial.second.restart()
    if missing(trial.second, ["later", *kept]):
        raise AssertionError("what was restored does not outlive kill -9")
    records = json.loads(taken)["records"]
    return f"{records} records, {meanwhile} acknowledged meanwhile, {len(kept)} of {len(sent)} in the backup"


def _begin_backup(trial, stdout, *words, kept=0):
    """The process of a backup that has written more than so many bytes of its file."""
    command, environment = trial.command("backup", trial.file, *words)
    process = processes.start(command, env=environment, stdout=stdout, stderr=subprocess.DEVNULL)
    part = trial.file + ".part"
    _wait(lambda: _ended(process) or os.path.exists(part) and os.path.getsize(part) > kept, "the backup wrote nothing")
    if _ended(process):
        raise AssertionError(f"the backup ended with {process.returncode} before it was seen to write")
    return process


def _ended(process):
    return process.poll() is not None


def _wait(condition, complaint):
    """Errors: AssertionError when the condition does not become true."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{complaint} in {LIMIT_S} s")
        time.sleep(0.001)


def damaged_files(trial):
    """A backup with a flipped bit, one that was cut off, one with something behind it and what is none: refused with the offset, and
    nothing is made."""
    trial.start()
    publish(trial.server, [f"key-{i}" for i in range(50)])
    trial.run("backup", trial.file)
    with open(trial.file, "rb") as file:
        whole = file.read()
    middle = len(whole) // 2
    for content in (whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1:], whole[:-3], whole + b"x", b"no backup at all"):
        with open(trial.file, "wb") as file:
            file.write(content)
        _, error = trial.run("restore", trial.file, "--data-dir", trial.second.data_directory, expect=DAMAGED)
        if "offset" not in error or "next: use another backup" not in error:
            raise AssertionError(f"restore said: {error}")
        if os.path.exists(trial.second.data_directory) or os.path.exists(trial.second.data_directory + ".restoring"):
            raise AssertionError("something was made of a damaged backup")


def refused(trial):
    """Without an administrator's rights, over a file or a directory that is there, without a file: each with a sentence."""
    trial.start()
    _, error = trial.run("backup", trial.file, expect=DENIED, account=None)
    if "only administrators" not in error or "BATATA_USERNAME" not in error or os.path.exists(trial.file):
        raise AssertionError(f"without a name backup said: {error}")
    _, error = trial.run("backup", trial.file, expect=DENIED, account=fixture.APP)  # who may do everything but administer
    if "only administrators" not in error or os.path.exists(trial.file):
        raise AssertionError(f"as somebody who is no administrator backup said: {error}")
    trial.run("backup", trial.file)
    if os.stat(trial.file).st_mode & 0o077:
        raise AssertionError("others may read the backup")
    _, error = trial.run("backup", trial.file, expect=CONFLICT)
    if "exists already" not in error:
        raise AssertionError(f"over a file backup said: {error}")
    _, error = trial.run("restore", trial.file, "--data-dir", trial.server.data_directory, expect=CONFLICT)
    if "is not empty" not in error:
        raise AssertionError(f"over a directory restore said: {error}")
    trial.run("restore", trial.file + "-that-is-not-there", "--data-dir", trial.second.data_directory, expect=NOT_FOUND)
    trial.server.stop()
    _, error = trial.run("backup", trial.file + "-2", expect=FAILED)
    if os.path.exists(trial.file + "-2") or os.path.exists(trial.file + "-2.part"):
        raise AssertionError("a backup of no server left a file")


LARGE = "y" * 90_000 + "{}"


def _publish_large(trial, count=400):
    """Some parts of a backup; their names."""
    names = [f"large-{i}" for i in range(count)]
    publish(trial.server, names, LARGE)
    return names


def server_killed(trial):
    """A server that is killed while a backup is taken: the client leaves no file, whether it finds nobody or a server that knows
    nothing of it, and the server has lost nothing."""
    trial.start()
    names = _publish_large(trial)
    for _ in range(3):
        backup = _begin_backup(trial, subprocess.DEVNULL)
        trial.server.restart()
        if backup.wait(LIMIT_S) not in (FAILED, NOT_FOUND) or os.path.exists(trial.file) or os.path.exists(trial.file + ".part"):
            raise AssertionError(f"the backup ended with {backup.returncode}")
        if missing(trial.server, names, LARGE):
            raise AssertionError("the server has lost something")
    trial.run("backup", trial.file)


def backup_killed(trial):
    """A client that is killed while it takes a backup: nothing under the file's name, of what is left nothing passes for a backup,
    and the server lets the next one in before long."""
    trial.start()
    _publish_large(trial)
    waited = []
    for kept in (0, 5 << 20, 20 << 20):
        backup = _begin_backup(trial, subprocess.DEVNULL, kept=kept)
        backup.kill()
        backup.wait()
        if os.path.exists(trial.file):
            raise AssertionError("a killed client left a file under the backup's name")
        _, error = trial.run("restore", trial.file + ".part", "--data-dir", trial.second.data_directory, expect=DAMAGED)
        if "the file ends" not in error or os.path.exists(trial.second.data_directory):
            raise AssertionError(f"of what a killed client left restore said: {error}")
        os.unlink(trial.file + ".part")
        waited.append(_seconds_until(lambda: _succeeds(trial, "backup", trial.file)))
        trial.run("restore", trial.file, "--data-dir", trial.second.data_directory)
        shutil.rmtree(trial.second.data_directory)
        os.unlink(trial.file)
    if max(waited) > NEXT_BACKUP_S:
        raise AssertionError(f"the next backup was taken after {max(waited):.0f} s")
    return f"the next one {max(waited):.0f} s later at most"


def _succeeds(trial, *words):
    command, environment = trial.command(*words)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode == FAILED and "another backup is under way" in done.stderr:
        time.sleep(0.2)
        return False
    if done.returncode != DONE:
        raise AssertionError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr}")
    return True


def _seconds_until(condition):
    started = time.monotonic()
    _wait(condition, "another backup was under way")
    return time.monotonic() - started


def restore_killed(trial):
    """A restore that is killed, whenever that is: under the directory's name there is all or nothing that a server starts on, and the
    next restore works. Into a directory that is not there, and into one that is there and empty."""
    trial.start()
    names = _publish_large(trial)
    trial.run("backup", trial.file)
    whole = trial.json("restore", trial.file, "--data-dir", trial.second.data_directory)
    early = late = 0
    for is_there in (False, True):
        _make_room(trial, is_there)
        started = time.monotonic()
        trial.run("restore", trial.file, "--data-dir", trial.second.data_directory)
        takes_s = time.monotonic() - started
        for kill in range(KILLS):
            _make_room(trial, is_there)
            _kill_restore(trial, takes_s * (kill + 0.5) / KILLS)
            if _is_whole(trial, whole):
                late += 1
                continue
            early += 1
            trial.run("restore", trial.file, "--data-dir", trial.second.data_directory)
            if not _is_whole(trial, whole):
                raise AssertionError("the restore after a killed one made something else")
    trial.second.start()
    if missing(trial.second, names, LARGE):
        raise AssertionError("something is missing")
    if not early:
        raise AssertionError("every restore was over before it was killed")
    return f"{early} killed before the end, {late} behind it"


def _make_room(trial, is_there):
    target = trial.second.data_directory
    shutil.rmtree(target, ignore_errors=True)
    if is_there:
        os.mkdir(target)


def _kill_restore(trial, after_s):
    command, environment = trial.command("restore", trial.file, "--data-dir", trial.second.data_directory)
    restore = processes.start(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        restore.wait(after_s)
    except subprocess.TimeoutExpired:
        restore.kill()
        restore.wait()


def _is_whole(trial, whole):
    """Errors: AssertionError for a directory that a server would start on, and not all of it."""
    target = trial.second.data_directory
    command, environment = trial.command("doctor", target, "-o", "json")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode in (NOT_FOUND, DAMAGED):
        return False
    found = json.loads(done.stdout) if done.returncode == DONE else {}
    # Each restore goes on at a revision of its own, above all earlier ones.
    if found.pop("revision", 0) < whole["revision"] or found != {name: value for name, value in whole.items() if name != "revision"}:
        raise AssertionError(f"of what a killed restore left doctor ended with {done.returncode}: {done.stdout} {done.stderr}")
    return True


ALL = [under_load, damaged_files, refused, server_killed, backup_killed, restore_killed]
