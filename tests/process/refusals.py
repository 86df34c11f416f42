"""Starts that are refused: each says one sentence and what to do next, ends with the code of its kind, and leaves nothing behind."""

import os
import re
import shutil
import socket
import subprocess
import tempfile

import nacos_http
from data_files import contents, flip
from server import GRPC_OFFSET, Server, ServerFailed
from small_disk import SmallDisk
from some_configs import expect, publish
import wal

FAILED, USAGE, DENIED, DAMAGED = 1, 2, 5, 7
NOBODY = 65534
LIMIT_S = 30
KEY = "nacos.core.auth.plugin.nacos.token.secret.key"


class Trial:
    """A server, and a directory for each start that is to be refused."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)
        self.directory = directory

    def start(self, *settings, directory=None, **options):
        """(exit code, the sentence, what to do next, all of it) of a start that ends."""
        directory = directory or self.server.data_directory
        command = [self.server.binary, "server", f"--data-dir={directory}", f"--port={self.server.port}", *settings]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, **options)
        return done.returncode, *_parts(done.stderr), done.stdout + done.stderr

    def refused(self, code, sentence, following, *settings, **options):
        """A start that must end with this code, and with these in what it says."""
        ended, said, step, everything = self.start(*settings, **options)
        if ended != code or sentence not in said or following not in step:
            raise AssertionError(f"the start with {settings} ended with {ended} and said: {everything}")

    def doctor(self, directory, **options):
        """(exit code, the sentence, what to do next)."""
        done = subprocess.run([self.server.binary, "doctor", directory], capture_output=True, text=True, timeout=LIMIT_S,
                              check=False, **options)
        return done.returncode, *_parts(done.stderr)


def _parts(stderr):
    """The two lines that a refusal consists of; empty ones when there are others, or more."""
    said = re.findall(r"^batata: (.+)$", stderr, re.MULTILINE)
    following = re.findall(r"^next: (.+)$", stderr, re.MULTILINE)
    return (said[0], following[0]) if len(said) == len(following) == 1 else ("", "")


def settings(trial):
    """Settings that only a start can find wrong: the code of usage, and no data directory."""
    place = os.path.join(trial.directory, "never")
    wrong = [
        ("--bind=nowhere", "batata.bind", "batata server --help"),
        ("--batata.tls.enabled=true", "batata.tls.certificate is empty", "batata server --help"),
        (f"--{KEY}=c2hvcnQ=", KEY, "batata server --help"),
        ("--batata.health-check.denied-addresses=nonsense", "batata.health-check", "batata server --help"),
        ("--batata.log.file=/dev/null/batata.log", "/dev/null/batata.log", "--batata.log.file"),
        ("--port=0", "nacos.server.main.port", "batata server --help"),
    ]
    for setting, sentence, following in wrong:
        trial.refused(USAGE, sentence, following, setting, directory=place)
    if os.path.exists(place):
        raise AssertionError("a start with a wrong setting left a directory")
    return f"{len(wrong)} settings"


def ports_taken(trial):
    """A port that somebody has, and an address that is no machine's here: refused before anything is made."""
    place = os.path.join(trial.directory, "never")
    for port in (trial.server.port, trial.server.port + GRPC_OFFSET):
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", port))
            taken.listen()
            trial.refused(FAILED, f"port {port} of 0.0.0.0 is taken by another process", "--port and --nacos.sdk.port",
                          directory=place)
    trial.refused(FAILED, "this machine has no address 192.0.2.1", "--bind", "--bind=192.0.2.1", directory=place)
    if os.path.exists(place):
        raise AssertionError("a start that has no port left a directory")


def damage(trial):
    """A log that is damaged: the code of damage, the place, and doctor for more."""
    trial.server.start()
    publish(trial.server, ["a", "b"])
    trial.server.kill()
    flip(wal.scan(trial.server.data_directory).newest, wal.RECORDS_AT + 60)
    trial.refused(DAMAGED, f"offset {wal.RECORDS_AT}", f"batata doctor {trial.server.data_directory}")


def no_directory(trial):
    """A file where the directory is to be."""
    path = os.path.join(trial.directory, "file")
    with open(path, "w", encoding="utf-8"):
        pass
    trial.refused(FAILED, "Not a directory", "--data-dir", directory=path)


def token_key(trial):
    """A key that a start does not take: doctor does not either, and says the same. Both leave it as it is."""
    trial.server.start()
    trial.server.stop()
    directory = trial.server.data_directory
    path = os.path.join(directory, "token-key")
    good = _read(path)
    cases = [(good[:20] + b"\n", 0o600, "token-key holds no key", "remove ", DAMAGED, DAMAGED),
             (b"", 0o600, "token-key holds no key", "remove ", DAMAGED, DAMAGED),
             (good, 0o640, "others than its owner may use the key file", "chmod 600", FAILED, DENIED)]
    for content, mode, sentence, following, of_server, of_doctor in cases:
        _write(path, content, mode)
        before = contents(directory)
        trial.refused(of_server, sentence, following)
        code, said, step = trial.doctor(directory)
        if code != of_doctor or sentence not in said or following not in step:
            raise AssertionError(f"doctor ended with {code} and said: {said} {step}")
        if contents(directory) != before:
            raise AssertionError(f"something was changed where {sentence}")
    os.unlink(path)
    code, said, _ = trial.doctor(directory)
    if code != 0 or os.path.exists(path):
        raise AssertionError(f"doctor ended with {code} where a start makes a key: {said}")
    _write(path, good, 0o600)
    trial.server.start()


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _write(path, content, mode):
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)


def unreadable(trial):
    """A directory into which somebody may not look: doctor says that, not that it is none."""
    if os.geteuid() != 0:
        return "not root: nobody else's files"
    with tempfile.TemporaryDirectory(prefix="batata-unreadable-") as place:
        trial.server.start()
        trial.server.stop()
        os.chmod(place, 0o755)
        binary = shutil.copy(trial.server.binary, place)
        directory = shutil.copytree(trial.server.data_directory, os.path.join(place, "data"))
        nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for closed in (directory, os.path.join(directory, "raft"), os.path.join(directory, "state")):
            _open_to_all(directory)
            os.chmod(closed, 0o700)
            for verb, *more in (("doctor",), ("repair", "--drop-tail")):
                done = subprocess.run([binary, verb, directory, *more], capture_output=True, text=True, timeout=LIMIT_S,
                                      check=False, **nobody)
                said, step = _parts(done.stderr)
                if done.returncode != DENIED or "Permission denied" not in said or "the server's user" not in step:
                    raise AssertionError(f"{verb} with {closed} closed ended with {done.returncode} and said: {done.stderr}")
    return ""


def _open_to_all(directory):
    for parent, _, files in os.walk(directory):
        os.chmod(parent, 0o755)
        for name in files:
            os.chmod(os.path.join(parent, name), 0o644)
    key = os.path.join(directory, "token-key")
    os.chown(key, NOBODY, NOBODY)
    os.chmod(key, 0o600)


def full_disk(trial):
    """A start on a disk without a free byte, and on one with few: it is refused for that, or serves what is there and refuses writes.
    Everything is there when there is space again."""
    disk = SmallDisk(trial.directory, 8)
    try:
        return _fill_and_start(trial, disk)
    finally:
        trial.server.discard()
        disk.close()


def _fill_and_start(trial, disk):
    trial.server.data_directory = os.path.join(disk.path, "data")
    trial.server.settings = ["--batata.disk.min-free=0"]
    trial.server.start()
    names = [f"key-{i}" for i in range(20)]
    publish(trial.server, names)
    trial.server.kill()
    trial.server.settings = []
    disk.fill()
    trial.refused(FAILED, "No space left on device", "free some space on the disk of ")
    served = []
    for blocks in range(12):
        disk.empty()
        disk.fill(blocks)
        if _serves(trial, names):
            served.append(blocks)
    if not served:
        raise AssertionError("no start served what was there")
    disk.empty()
    trial.server.settings = ["--batata.disk.min-free=0"]
    trial.server.start()
    expect(trial.server, names)
    publish(trial.server, ["after"])
    trial.server.stop()
    return f"served from {served[0]} free blocks on"


def _serves(trial, names):
    """Whether the start was not refused for the lack of space."""
    try:
        trial.server.start()
    except ServerFailed:
        said, following = _parts(trial.server.log())
        if trial.server.ended_with != FAILED or "No space left" not in said or "free some space" not in following:
            raise AssertionError(f"the start ended with {trial.server.ended_with}: {trial.server.log()}") from None
        return False
    expect(trial.server, names)
    status, _, body = nacos_http.Connection(trial.server.port).request(
        "POST", nacos_http.CONFIGS, form={"dataId": "more", "group": nacos_http.GROUP, "content": "x"})
    if status == 200 or b"are free on the disk" not in body:
        raise AssertionError(f"a publish was answered {status} {body!r}")
    trial.server.stop()
    return True


ALL = [settings, ports_taken, damage, no_directory, token_key, unreadable, full_disk]
