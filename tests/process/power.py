"""What a disk has after the power went, made from the journal of faulty_disk: the directory is changed to it.

No kinder than a file system may be:
  - of the writes and truncations of a file behind its last sync any may be on the disk and any may not, whatever their
    order and whatever those of other files; one of them may be there in part, in sectors;
  - a file may have grown without what was written to it (zeros);
  - of the names made, changed and removed in a directory that no sync of it covers, those up to some point are there;
  - what a sync that failed was to bring is gone, also when a later sync succeeds.
What a finished sync covers is there.
"""

import dataclasses
import os
import struct

HEAD = struct.Struct("<IIQQQQIIQ")
MAGIC = 0x4B534446
WRITE, TRUNCATE, SYNC, CREATE, MAKE_DIRECTORY, RENAME, REMOVE, LINK, SYNC_DIRECTORY, FAILED_SYNC = range(1, 11)
SECTOR = 512
ZEROS = bytes(1 << 20)


@dataclasses.dataclass
class Entry:
    """One step of the journal; `number` counts from 1. `old` and `new` are bytes of a file, or paths."""
    number: int
    step: int
    inode: int
    directory: int
    offset: int
    old_size: int
    old: bytes
    new: bytes
    zeros: int

    @property
    def size(self):
        """Bytes that a write wrote."""
        return self.zeros or len(self.new)

    @property
    def of_names(self):
        return self.step in (CREATE, MAKE_DIRECTORY, RENAME, REMOVE, LINK)


def read_journal(path):
    """All whole entries: the program may have been ended while it wrote the last one."""
    with open(path, "rb") as file:
        data = file.read()
    entries, at = [], 0
    while at + HEAD.size <= len(data):
        magic, step, inode, directory, offset, old_size, old_bytes, new_bytes, zeros = HEAD.unpack_from(data, at)
        if magic != MAGIC:
            raise ValueError(f"{path} is no journal at {at}")
        at += HEAD.size
        if at + old_bytes + new_bytes > len(data):
            break
        old, new = data[at:at + old_bytes], data[at + old_bytes:at + old_bytes + new_bytes]
        entries.append(Entry(len(entries) + 1, step, inode, directory, offset, old_size, old, new, zeros))
        at += old_bytes + new_bytes
    return entries


class Loss:
    """The loss of power after `entries`. `attic` holds the files that were removed, by inode number."""

    def __init__(self, entries, root, attic):
        self._entries = entries
        self._attic = attic
        self._unsynced = [entry for entry in entries if entry.step <= TRUNCATE or entry.of_names]
        self._settle(entries)
        self._root = root
        self._look_around()

    def _look_around(self):
        """Learns where each file lies, by its inode number."""
        self._files = {}
        for directory in (self._root, self._attic):
            for parent, _, names in os.walk(directory):
                for name in names:
                    path = os.path.join(parent, name)
                    self._files[os.stat(path).st_ino] = path

    def _settle(self, entries):
        """Leaves in `_unsynced` what no sync covers, and in `_doomed` what none can cover any more."""
        covered, doomed = {}, set()
        for entry in entries:
            if entry.step == FAILED_SYNC:
                doomed.update(other.number for other in self._unsynced if other.inode == entry.inode
                              and other.number < entry.number and other.number > covered.get(entry.inode, 0))
            elif entry.step in (SYNC, SYNC_DIRECTORY):
                covered[entry.inode] = max(covered.get(entry.inode, 0), entry.directory)
        self._doomed = doomed

        def is_covered(entry):
            return entry.number <= covered.get(entry.directory if entry.of_names else entry.inode, 0) and entry.number not in doomed
        self._unsynced = [entry for entry in self._unsynced if not is_covered(entry)]

    def strike(self, random):
        """Changes the directory. Returns what was lost, in a few words."""
        for entry in reversed(self._unsynced):
            self._undo(entry)
        names = [entry for entry in self._unsynced if entry.of_names]
        kept_names = self._first_of_each_directory(names, random)
        for entry in kept_names:
            self._redo_name(entry)
        writes = [entry for entry in self._unsynced if not entry.of_names and entry.number not in self._doomed]
        share = random.choice((0.0, 0.5, 1.0))
        kept = [entry for entry in writes if random.random() < share]
        torn = random.choice(kept) if kept and random.random() < 0.7 else None
        for entry in kept:
            self._redo_write(entry, random if entry is torn else None)
        if random.random() < 0.2 and writes:
            self._grow_only(random.choice(writes))
        return f"{len(names) - len(kept_names)} of {len(names)} names, {len(writes) - len(kept)} of {len(writes)} writes lost"

    @staticmethod
    def _first_of_each_directory(names, random):
        of_directory = {}
        for entry in names:
            of_directory.setdefault(entry.directory, []).append(entry.number)
        kept = set()
        for numbers in of_directory.values():
            kept.update(numbers[:random.randint(0, len(numbers))])
        return [entry for entry in names if entry.number in kept]

    def _undo(self, entry):
        if entry.step in (WRITE, TRUNCATE):
            path = self._files.get(entry.inode)
            if path is None:
                return
            with open(path, "r+b") as file:
                if entry.step == WRITE:
                    end = min(entry.offset + entry.size, entry.old_size)
                    _put(file, entry.offset, entry.old, end - entry.offset)
                else:
                    _put(file, entry.offset, entry.old, max(entry.old_size - entry.offset, 0))
                file.truncate(entry.old_size)
        elif entry.step in (CREATE, LINK):
            self._take_away(os.fsdecode(entry.new), entry.inode)
        elif entry.step == MAKE_DIRECTORY:
            if self._is(os.fsdecode(entry.new), entry.inode):
                os.rename(os.fsdecode(entry.new), os.path.join(self._attic, str(entry.inode)))
                self._look_around()
        elif entry.step == RENAME:
            source, target = os.fsdecode(entry.old), os.fsdecode(entry.new)
            if self._is(target, entry.inode) and not os.path.exists(source):
                os.rename(target, source)
                self._files[entry.inode] = source
        elif entry.step == REMOVE:
            path, kept = os.fsdecode(entry.old), os.path.join(self._attic, str(entry.inode))
            if not os.path.exists(path) and os.path.exists(kept):
                os.link(kept, path)
                self._files[entry.inode] = path

    def _redo_name(self, entry):
        old, new = os.fsdecode(entry.old), os.fsdecode(entry.new)
        if not os.path.isdir(os.path.dirname(new or old)):
            return  # its directory is lost, and all that is in it
        if entry.step in (CREATE, LINK):
            kept = os.path.join(self._attic, str(entry.inode))
            if os.path.exists(kept) and not os.path.exists(new):
                os.link(kept, new)
                self._files[entry.inode] = new
        elif entry.step == MAKE_DIRECTORY:
            kept = os.path.join(self._attic, str(entry.inode))
            if os.path.exists(kept) and not os.path.exists(new):
                os.rename(kept, new)
                self._look_around()
        elif entry.step == RENAME and self._is(old, entry.inode):
            os.rename(old, new)
            self._files[entry.inode] = new
        elif entry.step == REMOVE and self._is(old, entry.inode):
            self._take_away(old, entry.inode)

    def _redo_write(self, entry, torn):
        path = self._files.get(entry.inode)
        if path is None:
            return
        with open(path, "r+b") as file:
            if entry.step == TRUNCATE:
                file.truncate(entry.offset)
                return
            new = entry.new or bytes(entry.zeros)
            if torn is None:
                _put(file, entry.offset, new, len(new))
                return
            for at in range(0, len(new), SECTOR):
                if torn.random() < 0.5:
                    _put(file, entry.offset + at, new[at:at + SECTOR], len(new[at:at + SECTOR]))

    def _grow_only(self, entry):
        path = self._files.get(entry.inode)
        if path is not None and entry.step == WRITE and os.path.getsize(path) < entry.offset + entry.size:
            os.truncate(path, entry.offset + entry.size)

    def _take_away(self, path, inode):
        """Removes a name, and keeps its file."""
        if not self._is(path, inode):
            return
        kept = os.path.join(self._attic, str(inode))
        if os.path.exists(kept):
            os.unlink(path)
        else:
            os.rename(path, kept)
        self._files[inode] = kept

    @staticmethod
    def _is(path, inode):
        return os.path.exists(path) and os.stat(path).st_ino == inode


def _put(file, offset, data, size):
    """Writes `size` bytes: `data`, or zeros where the journal left them out."""
    file.seek(offset)
    if data:
        file.write(data[:size])
        size -= len(data[:size])
    while size > 0:
        file.write(ZEROS[:min(size, len(ZEROS))])
        size -= len(ZEROS[:min(size, len(ZEROS))])
