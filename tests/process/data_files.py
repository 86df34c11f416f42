"""The files of a data directory, from outside: what is in them, and damage to them."""

import hashlib
import os


def contents(directory, with_lock=False):
    """A digest of each file, but for what RocksDB notes for people and, unless it is asked for, the lock's."""
    found = {}
    for parent, _, names in os.walk(directory):
        for name in names:
            if name != "LOG" and not name.startswith("LOG.old") and (with_lock or name != "LOCK"):
                path = os.path.join(parent, name)
                with open(path, "rb") as file:
                    found[os.path.relpath(path, directory)] = hashlib.sha256(file.read()).hexdigest()
    return found


def flip(path, offset):
    """Changes a bit of the byte there; once more, and it is as it was."""
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)
        file.seek(offset)
        file.write(bytes([byte[0] ^ 0x10]))
