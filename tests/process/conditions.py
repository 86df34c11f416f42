"""Directories and clocks that a server cannot work with, or that it must: a sentence each, and nothing lost."""

import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

import clients
import nacos_http
import state_file
import wal
from data_files import contents
from server import Server
from some_configs import expect, publish

HERE = os.path.dirname(os.path.abspath(__file__))
NOBODY = 65534
DAY_S = 86_400
FAILED, DAMAGED = 1, 7
LIMIT_S = 30
SLOTS, SLOT_BYTES = (0, 4096), 40  # of the hard state
HISTORY = "/nacos/v1/cs/history"


class Trial:
    """A server, and starts of it that must be refused."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)
        self.directory = directory

    def fill(self, count=50):
        """Publishes some configurations; their names."""
        names = [f"key-{i}" for i in range(count)]
        publish(self.server, names)
        return names

    def expect(self, names):
        expect(self.server, names)

    def refused(self, sentence, wrapped=(), binary=None, directory=None, port=None, code=FAILED, **options):
        """A start that must be refused in one line, with this in it, another with what to do, and this exit code."""
        command = [*wrapped, binary or self.server.binary, "server", f"--data-dir={directory or self.server.data_directory}",
                   f"--port={port or self.server.port}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, **options)
        said = [line for line in (done.stdout + done.stderr).splitlines() if sentence in line]
        if done.returncode != code or not said or len(re.findall("^next: .", done.stderr, re.MULTILINE)) != 1:
            raise AssertionError(f"the start ended with {done.returncode} and said: {done.stdout} {done.stderr}")
        return said[0]


def unwritable(trial):
    """A directory that the server's user may not write to."""
    trial.server.start()
    names = trial.fill()
    trial.server.stop()
    with tempfile.TemporaryDirectory(prefix="batata-unwritable-") as place:
        os.chmod(place, 0o755)
        binary = shutil.copy(trial.server.binary, place)  # where nobody may go, too
        directory = shutil.copytree(trial.server.data_directory, os.path.join(place, "data"))
        for parent, _, files in os.walk(directory):
            for name in files:
                os.chmod(os.path.join(parent, name), 0o444)
            os.chmod(parent, 0o555)
        _give_away(os.path.join(directory, "token-key"))
        before = contents(directory)
        # Permissions mean nothing to root.
        as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        said = trial.refused("Permission denied", binary=binary, directory=directory, **as_nobody)
        if contents(directory) != before:
            raise AssertionError("a refused start changed something")
        for parent, _, _ in os.walk(directory):
            os.chmod(parent, 0o755)
    trial.server.start()
    trial.expect(names)
    return said


def _give_away(key):
    """The key of tokens is for the server's user alone, or the start is refused for that."""
    os.chmod(key, 0o400)
    if os.geteuid() == 0:
        os.chown(key, NOBODY, NOBODY)


def second_process(trial):
    """A second server on the same directory: refused with the first one's process id, and the first one goes on."""
    trial.server.start()
    names = trial.fill()
    other = Server(trial.server.binary, os.path.join(trial.directory, "other"))
    key = os.path.join(trial.server.data_directory, "token-key")
    os.unlink(key)
    said = trial.refused("in use by another process (pid ", port=other.port)
    if os.path.exists(key):
        raise AssertionError("a server that does not have the directory made a key in it")
    trial.expect(names + trial.fill())
    trial.server.restart()
    trial.expect(names)
    return said


def newer_version(trial):
    """A log, a term and vote, and a state of formats that this program does not know: each is refused, and left as it was."""
    trial.server.start()
    names = trial.fill()
    trial.server.stop()  # which writes the state
    directory = trial.server.data_directory
    newer = [(wal.scan(directory).newest, _raise_header, "log format 2 is not known here"),
             (os.path.join(directory, "raft", "hard_state"), _raise_slots, "hard_state has a format that is not known here"),
             (_newest_table(directory), lambda path: state_file.raise_version(path, "a"),
              "the state's position has a format that is not known here")]
    for path, raise_version, sentence in newer:
        with open(path, "rb") as file:
            before = file.read()
        raise_version(path)
        found = _kept(directory)
        trial.refused(sentence)
        if _kept(directory) != found:
            raise AssertionError(f"a start that was refused, for {sentence}, changed something")
        with open(path, "wb") as file:
            file.write(before)
    trial.server.start()
    trial.expect(names)


def _raise_header(path, offsets=(0,), size=wal.HEADER.size):
    """Of a log file: magic, version and checksum, in 16 bytes, and what follows."""
    with open(path, "r+b") as file:
        for offset in offsets:
            file.seek(offset)
            header = file.read(size)
            newer = header[:8] + (int.from_bytes(header[8:12], "little") + 1).to_bytes(4, "little")
            file.seek(offset)
            file.write(newer + wal.crc32c(header[16:], wal.crc32c(newer)).to_bytes(4, "little") + header[16:])


def _raise_slots(path):
    """The hard state's begin as a log file's header does."""
    _raise_header(path, SLOTS, SLOT_BYTES)


def _newest_table(directory):
    return max(glob.glob(os.path.join(directory, "state", "*.sst")))


def _kept(directory):
    """`contents` but for what every start makes anew before it knows the rest (docs/formats.md): RocksDB's own lists of files,
    and the next file of the log."""
    return {name: digest for name, digest in contents(directory).items()
            if not re.fullmatch(r"raft/(un)?prepared|state/(CURRENT|MANIFEST-.*|OPTIONS-.*|.*\.log)", name)}


def missing_parts(trial):
    """A directory without its state and its term and vote, and a state without the list of its tables: a start is refused, and makes
    nothing in the place of what is missing."""
    trial.server.start()
    names = trial.fill()
    trial.server.stop()  # which writes the state
    directory = trial.server.data_directory
    aside = os.path.join(trial.directory, "aside")
    for parts, sentence in ((["raft/hard_state", "state"], "hard_state is missing"), (["state/CURRENT"], "CURRENT is missing")):
        os.mkdir(aside)
        for part in parts:
            os.rename(os.path.join(directory, part), os.path.join(aside, os.path.basename(part)))
        before = _kept(directory)
        trial.refused(sentence, code=DAMAGED)
        if _kept(directory) != before or os.path.exists(os.path.join(directory, "state")) != ("state" not in parts):
            raise AssertionError(f"a start that was refused, for {sentence}, made something")
        for part in parts:
            os.rename(os.path.join(aside, os.path.basename(part)), os.path.join(directory, part))
        os.rmdir(aside)
    trial.server.start()
    trial.expect(names)


def read_only_mount(trial):
    """A directory on a file system that is mounted for reading: refused; doctor can look at it all the same."""
    trial.server.start()
    names = trial.fill()
    trial.server.stop()
    directory = trial.server.data_directory
    inside = ("unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",)), "sh", "-ec",
              f"mount --bind '{directory}' '{directory}'; mount -o remount,bind,ro '{directory}'; exec \"$@\"", "sh")
    probe = subprocess.run([*inside, "true"], capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if probe.returncode != 0:
        raise clients.Unavailable(f"this system lets nobody mount: {probe.stderr.strip()}", True)
    before = contents(directory)
    said = trial.refused("Read-only file system", inside)
    done = subprocess.run([*inside, trial.server.binary, "doctor", directory], capture_output=True, text=True, timeout=LIMIT_S,
                          check=False)
    if done.returncode != 0 or not re.search(r"verdict\s+sound", done.stdout):
        raise AssertionError(f"doctor ended with {done.returncode}: {done.stdout} {done.stderr}")
    if contents(directory) != before:
        raise AssertionError("something was changed")
    trial.server.start()
    trial.expect(names)
    return said


def build_clock_back(directory):
    """The path of a library that, preloaded, sets a process' clock back by CLOCK_BACK_S."""
    library = os.path.join(directory, "clock_back.so")
    subprocess.run(["clang-19", "-O1", "-fPIC", "-shared", "-o", library, os.path.join(HERE, "clock_back", "clock_back.c")], check=True)
    return library


def clock_set_back(trial):
    """A start with a clock of the day before: everything is there, and what is written then is the newest, also when the
    clock is right again."""
    library = build_clock_back(tempfile.mkdtemp(prefix="clock-", dir=trial.directory))
    trial.server.start()
    names = trial.fill()
    trial.server.stop()
    trial.server.environment = {"LD_PRELOAD": library, "CLOCK_BACK_S": str(DAY_S)}
    trial.server.start()
    logged = re.search(r"^(\d{4}-\d\d-\d\d)T", trial.server.log(), re.MULTILINE).group(1)
    if logged == time.strftime("%Y-%m-%d", time.gmtime()):
        raise AssertionError("the server's clock was not set back")
    trial.expect(names)
    connection = nacos_http.Connection(trial.server.port)
    for content in ("the first of that day", "the second of that day"):
        connection.publish(names[0], content)
    status, _, body = connection.request("GET", HISTORY, {"search": "accurate", "dataId": names[0], "group": nacos_http.GROUP,
                                                          "pageNo": "1", "pageSize": "10"})
    rows = json.loads(body)["pageItems"] if status == 200 else []
    if len(rows) != 3 or [row["opType"].strip() for row in rows] != ["U", "U", "I"]:
        raise AssertionError(f"the history is answered {status} {body[:500]!r}")
    trial.server.kill()
    trial.server.environment = {}
    trial.server.start()
    trial.expect(names[1:])
    if nacos_http.Connection(trial.server.port).get(names[0]) != "the second of that day":
        raise AssertionError("what was written with the clock set back is lost")


ALL = [unwritable, second_process, newer_version, missing_parts, read_only_mount, clock_set_back]
