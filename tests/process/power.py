"""What a disk has after the power went, made from the journal of faulty_disk: the directory is changed to it.

No kinder than a file system may be:
  - of the writes and truncations of a file behind its last sync any may be on the disk and any may not, whatever their
    order and whatever those of other files; one of them may be there in part, in sectors;
  - a file may have grown without what was written to it (zeros);
  - of the names made, changed and removed in a directory that no sync of it covers, those up to some point are there;
    a rename is one step, also when it takes the place of another file;
  - what a sync that failed was to bring is gone, also when a later sync succeeds: writes to a file, names in a directory.
What a finished sync covers is there. The journal may be that of several lives of a program between which the power stayed.
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
    """One step of the journal; `place` is where it begins there. `old` and `new` are bytes of a file, or paths."""
    place: int
    step: int
    inode: int
    directory: int  # that a name is in; of a sync the place in the journal up to which it covers
    offset: int  # of a write; the new size of a truncation; the inode number that a rename replaced
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

    @property
    def of_data(self):
        return self.step in (WRITE, TRUNCATE)

    @property
    def home(self):
        """The inode number of the file or directory that must be synced to keep the step."""
        return self.directory if self.of_names else self.inode


def read_journal(path):
    """All whole entries: the program may have been ended while it wrote the last one."""
    with open(path, "rb") as file:
        data = file.read()
    entries, at = [], 0
    while at + HEAD.size <= len(data):
        magic, step, inode, directory, offset, old_size, old_bytes, new_bytes, zeros = HEAD.unpack_from(data, at)
        if magic != MAGIC:
            raise ValueError(f"{path} is no journal at {at}")
        old_at = at + HEAD.size
        new_at = old_at + old_bytes
        if new_at + new_bytes > len(data):
            break
        entries.append(Entry(at, step, inode, directory, offset, old_size, data[old_at:new_at], data[new_at:new_at + new_bytes], zeros))
        at = new_at + new_bytes
    return entries


class Loss:
    """The loss of power after `entries`. `attic` holds the files that were removed, by inode number."""

    def __init__(self, entries, root, attic):
        self._root = root
        self._attic = attic
        self._settle(entries)
        self._look_around()

    def _settle(self, entries):
        """Parts the changes: `_sure` to be there, `_doomed`, and those that may be there.

        `_open` are all changes of a file or directory from its first one on that is not sure: they are undone, and those that
        are there are done again, so that a change that is gone leaves alone what came after it.
        """
        changes = [entry for entry in entries if entry.of_names or entry.of_data]
        covered, self._doomed = {}, set()
        for entry in entries:
            done = covered.get(entry.inode, 0)
            if entry.step == FAILED_SYNC:
                self._doomed.update(change.place for change in changes
                                    if change.home == entry.inode and done <= change.place < entry.directory)
            elif entry.step in (SYNC, SYNC_DIRECTORY):
                covered[entry.inode] = max(done, entry.directory)
        self._sure = {change.place for change in changes
                      if change.place < covered.get(change.home, 0) and change.place not in self._doomed}
        first = {}
        for change in changes:
            if change.place not in self._sure:
                first.setdefault(change.home, change.place)
        self._open = [change for change in changes if change.place >= first.get(change.home, change.place + 1)]

    def _look_around(self):
        """Learns where each file lies, by its inode number."""
        self._files = {}
        for directory in (self._root, self._attic):
            for parent, _, names in os.walk(directory):
                for name in names:
                    path = os.path.join(parent, name)
                    self._files[os.stat(path).st_ino] = path

    def strike(self, random):
        """Changes the directory. Returns what was lost, in a few words."""
        for entry in reversed(self._open):
            self._undo(entry)
        names = [entry for entry in self._open if entry.of_names]
        kept_names = self._first_of_each_directory(names, random)
        for entry in kept_names:
            self._redo_name(entry)
        writes = [entry for entry in self._open if entry.of_data]
        share = random.choice((0.0, 0.5, 1.0))
        kept = [entry for entry in writes if entry.place in self._sure or self._may_be_there(entry) and random.random() < share]
        unsure = [entry for entry in kept if entry.place not in self._sure]
        torn = random.choice(unsure) if unsure and random.random() < 0.7 else None
        for entry in kept:
            self._redo_write(entry, random if entry is torn else None)
        if random.random() < 0.2 and (grown := [entry for entry in writes if self._may_be_there(entry)]):
            self._grow_only(random.choice(grown))
        return f"{len(names) - len(kept_names)} of {len(names)} names, {len(writes) - len(kept)} of {len(writes)} writes lost"

    def _may_be_there(self, entry):
        return entry.place not in self._sure and entry.place not in self._doomed

    def _first_of_each_directory(self, names, random):
        """The names that are there: the sure ones, and of the others in each directory those up to some point."""
        of_directory = {}
        for entry in names:
            if self._may_be_there(entry):
                of_directory.setdefault(entry.directory, []).append(entry.place)
        kept = set(self._sure)
        for places in of_directory.values():
            kept.update(places[:random.randint(0, len(places))])
        return [entry for entry in names if entry.place in kept]

    def _undo(self, entry):
        if entry.of_data:
            self._undo_write(entry)
        elif entry.step in (CREATE, LINK):
            self._take_away(os.fsdecode(entry.new), entry.inode)
        elif entry.step == MAKE_DIRECTORY:
            if self._is(os.fsdecode(entry.new), entry.inode):
                os.rename(os.fsdecode(entry.new), self._kept(entry.inode))
                self._look_around()
        elif entry.step == RENAME:
            source, target = os.fsdecode(entry.old), os.fsdecode(entry.new)
            if self._is(target, entry.inode) and not os.path.exists(source):
                os.rename(target, source)
                self._files[entry.inode] = source
                self._bring_back(target, entry.offset)
        elif entry.step == REMOVE:
            self._bring_back(os.fsdecode(entry.old), entry.inode)

    def _undo_write(self, entry):
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

    def _redo_name(self, entry):
        old, new = os.fsdecode(entry.old), os.fsdecode(entry.new)
        if not os.path.isdir(os.path.dirname(new or old)):
            return  # its directory is lost, and all that is in it
        if entry.step in (CREATE, LINK):
            self._bring_back(new, entry.inode)
        elif entry.step == MAKE_DIRECTORY:
            if os.path.exists(self._kept(entry.inode)) and not os.path.exists(new):
                os.rename(self._kept(entry.inode), new)
                self._look_around()
        elif entry.step == RENAME and self._is(old, entry.inode):
            self._take_away(new, entry.offset)
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
            for at, piece in [(entry.offset, new)] if torn is None else _sectors(entry.offset, new):
                if torn is None or torn.random() < 0.5:
                    _put(file, at, piece, len(piece))

    def _grow_only(self, entry):
        path = self._files.get(entry.inode)
        if path is not None and entry.step == WRITE and os.path.getsize(path) < entry.offset + entry.size:
            os.truncate(path, entry.offset + entry.size)

    def _kept(self, inode):
        return os.path.join(self._attic, str(inode))

    def _take_away(self, path, inode):
        """Removes a name, and keeps its file."""
        if not self._is(path, inode):
            return
        if os.path.exists(self._kept(inode)):
            os.unlink(path)
        else:
            os.rename(path, self._kept(inode))
        self._files[inode] = self._kept(inode)

    def _bring_back(self, path, inode):
        """Gives a file that was kept a name again, unless another one has it."""
        if os.path.exists(self._kept(inode)) and not os.path.exists(path):
            os.link(self._kept(inode), path)
            self._files[inode] = path

    @staticmethod
    def _is(path, inode):
        return os.path.exists(path) and os.stat(path).st_ino == inode


def _sectors(offset, data):
    """The parts of a write that the disk takes one by one, with their places."""
    at, end = offset, offset + len(data)
    while at < end:
        upto = min(at - at % SECTOR + SECTOR, end)
        yield at, data[at - offset:upto - offset]
        at = upto


def _put(file, offset, data, size):
    """Writes `size` bytes: `data`, or zeros where the journal left them out."""
    file.seek(offset)
    if data:
        file.write(data[:size])
        size -= len(data[:size])
    while size > 0:
        file.write(ZEROS[:min(size, len(ZEROS))])
        size -= len(ZEROS[:min(size, len(ZEROS))])
