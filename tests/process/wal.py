"""Reads the server's log files and leaves half-written records at their end, as docs/formats.md describes them (version 1).

A scanner of its own, so that what the server says about its log is compared with a second opinion. A log file is
`log-<sequence>-<first index>` somewhere below the data directory: a header, records from byte 4096 on, then zeros.
"""

import copy
import os
import re
import struct
import time
from dataclasses import dataclass, field

MAGIC = b"BATATALG"
VERSION = 1
HEADER = struct.Struct("<8sIIQQI")  # magic, version, crc of the other fields, sequence, first index, seed
RECORDS_AT = 4096
RECORD = struct.Struct("<IIIIQQQ")  # crc, check, length, type, index, term, write
ALIGN = 8
FILE_NAME = re.compile(r"log-\d{10}-\d{20}")
COMMAND = 1
SEAL = 4  # no entry: says that another file continues this one
KINDS_OF_DAMAGE = 5
SETTLE_S = 2.0


def _crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


def crc32c(data, before=0):
    """The checksum of `data`, continued from the checksum `before`."""
    crc = before ^ 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


@dataclass
class Log:
    """The log as a scan found it."""

    names: list  # of every file, oldest first; full paths
    salt: int = 0  # of the newest file
    end: int = RECORDS_AT  # where the next write to the newest file goes
    chain: int = 0  # crc of the last record
    index: int = 0  # of the last record
    term: int = 0
    payload: bytes = b""  # of the last command
    records: int = 0
    contents: dict = field(default_factory=dict)  # full path -> bytes up to the logical end

    @property
    def newest(self):
        return self.names[-1]


def scan(directory, since=None):
    """Reads the log below `directory` up to the first place where no intact record lies.

    `since`: an earlier scan of the same log; what it has read is not read again, which saves the slow checksums.
    Errors: ValueError for a log that could not end there: none at all, a bad header, a file that does not continue the one
    before.
    """
    names = sorted((os.path.join(folder, name) for folder, _, files in os.walk(directory) for name in files
                    if FILE_NAME.fullmatch(name)), key=os.path.basename)
    if not names:
        raise ValueError(f"no log file below {directory}")
    log = Log(names)
    if since is not None and since.newest in names:
        log = copy.copy(since)
        log.names, log.contents = names, dict(since.contents)
    for position, name in enumerate(names):
        with open(name, "rb") as file:
            if name == getattr(since, "newest", None):
                _scan_records(log, name, file.read())
            elif name not in log.contents:
                _scan_file(log, name, file.read(), continues=position > 0)
    return log


def encode_header(sequence, first_index, seed):
    """The first bytes of a log file."""
    fields = MAGIC + struct.pack("<I", VERSION)
    rest = struct.pack("<QQI", sequence, first_index, seed)
    return fields + struct.pack("<I", crc32c(rest, crc32c(fields))) + rest


def encode_record(log, payload, index, write, chain):
    """One record of a command, and its crc, to which the next record is chained."""
    fields = struct.pack("<IIQQQ", len(payload), COMMAND, index, log.term, write)
    record = struct.pack("<I", crc32c(fields, log.salt)) + fields + payload
    record += bytes(-(len(record) + 4) % ALIGN)
    crc = crc32c(record, chain)
    return struct.pack("<I", crc) + record, crc


def torn_record(log, number):
    """What a write that was cut short may leave behind the last record; `number` picks one of KINDS_OF_DAMAGE.

    The record would be the next one: right index, term, checksums. Only it is not all there.
    """
    payload = (log.payload or b"payload") + b"|end"  # an end that is not zero, or the padding would complete it
    record, crc = encode_record(log, payload, log.index + 1, log.end, log.chain)
    follower, _ = encode_record(log, payload, log.index + 2, log.end, crc)
    middle = (RECORD.size + len(payload) // 2) // ALIGN * ALIGN
    while not any(record[middle:middle + ALIGN]):  # a hole where nothing but zeros belongs would be none; the end is not zero
        middle += ALIGN
    return [
        record[:20],  # half a header
        record[:middle],  # half a payload
        record[:-2 * ALIGN],  # all but the end
        record[:middle] + bytes(ALIGN) + record[middle + ALIGN:],  # a hole: the disk wrote what follows it first
        bytes(middle) + record[middle:] + follower,  # the second record of the write is whole, the first is not
    ][number % KINDS_OF_DAMAGE]


def write_at_end(log, torn):
    """Puts `torn` where the next write would have gone. The server must not run. Errors: ValueError if it reads as whole."""
    with open(log.newest, "r+b") as file:
        file.seek(log.end)
        file.write(torn)
    again = scan(_directory(log), since=log)
    if again.end != log.end or again.index != log.index:
        raise ValueError("the torn record reads as a whole one")


def check_cut_off(log, torn):
    """Checks that a server which started on `log` with `torn` at its end removed that and touched no byte before it.

    The server may run and may have written since. Errors: AssertionError.
    """
    deadline = time.monotonic() + SETTLE_S
    while True:
        wrong = _difference(log, torn)
        if not wrong:
            return
        if time.monotonic() > deadline:  # a write may be going on while the file is read
            raise AssertionError(wrong)
        time.sleep(0.05)


def _difference(log, torn):
    for name in log.names:
        try:
            with open(name, "rb") as file:
                now = file.read(len(log.contents[name]))
        except FileNotFoundError:
            if name == log.newest:
                return f"the newest log file {name} is gone"
            continue  # an old file may be removed when the state it led to is on disk
        if now != log.contents[name]:
            return f"bytes before the end of {name} were changed"
    after = scan(_directory(log), since=log)
    with open(log.newest, "rb") as file:
        file.seek(log.end)
        tail = file.read(len(torn))
    behind = max(after.end - log.end, 0) if after.newest == log.newest else len(torn)
    if any(tail[behind:]):
        return f"the half-written record is still in {log.newest} at {log.end}"
    return ""


def _directory(log):
    return os.path.dirname(log.newest)


def _scan_file(log, name, data, continues):
    magic, version, crc, _, _, seed = HEADER.unpack_from(data)
    if magic != MAGIC or version != VERSION or crc32c(data[16:HEADER.size], crc32c(data[:12])) != crc:
        raise ValueError(f"{name} does not begin as a log file of version {VERSION} does")
    if continues and seed != log.chain:
        raise ValueError(f"{name} does not continue the file before it")
    log.salt = crc32c(data[:HEADER.size])
    log.chain = seed
    log.end = RECORDS_AT
    _scan_records(log, name, data)


def _scan_records(log, name, data):
    """Goes on from the end of `log`, which lies in the file `name` whose bytes are `data`."""
    while _accept(log, data):
        pass
    log.contents[name] = data[:log.end]


def _accept(log, data):
    """Steps over the record at the end of `log`; False when no intact one lies there."""
    if len(data) < log.end + RECORD.size:
        return False
    crc, check, length, kind, index, term, _ = RECORD.unpack_from(data, log.end)
    size = (RECORD.size + length + ALIGN - 1) // ALIGN * ALIGN
    if index == 0 or crc32c(data[log.end + 8:log.end + RECORD.size], log.salt) != check:
        return False
    if log.end + size > len(data) or crc32c(data[log.end + 4:log.end + size], log.chain) != crc:
        return False
    if kind == SEAL:
        return False
    if kind == COMMAND:
        log.payload = data[log.end + RECORD.size:log.end + RECORD.size + length]
    log.end += size
    log.chain, log.index, log.term = crc, index, term
    log.records += 1
    return True
