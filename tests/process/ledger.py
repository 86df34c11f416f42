"""Compares what writers were promised with what a server that was killed still has.

The rules, for each key and its growing sequence of values:
  - the stored value is not older than the newest acknowledged one (nothing acknowledged is lost);
  - the stored value is one that was sent (nothing is invented or mixed);
  - it is not older than one that was read earlier (values never go backwards);
  - a compare-and-set on one number is acknowledged to one writer at most, and its value is the one stored.
A write whose answer never came may be there or not.
"""

import threading


class Ledger:
    """What was sent, acknowledged and read of a set of keys. Any thread."""

    def __init__(self):
        self._lock = threading.Lock()
        self._keys = {}
        self.acknowledged = 0  # in all, over all keys

    def sending(self, key, number, value):
        """Notes before a write leaves: `value` is the one of `number`, which grows by the key."""
        with self._lock:
            self._keys.setdefault(key, _Key()).sent.setdefault(number, set()).add(value)

    def acknowledge(self, key, number, value):
        """Notes that the server confirmed the write."""
        with self._lock:
            self.acknowledged += 1
            self._keys[key].acknowledged.setdefault(number, []).append(value)

    def keys(self):
        with self._lock:
            return sorted(self._keys)

    def compare(self, read):
        """Reads every key by `read(key)` (None: not there) and returns the broken rules as sentences.

        What was read becomes the floor of the next comparison. No writer may be at work.
        """
        return [sentence for key in self.keys() for sentence in self._keys[key].compare(key, read(key))]


class _Key:
    def __init__(self):
        self.sent = {}  # number -> values; more than one when writers raced for the number
        self.acknowledged = {}  # number -> values confirmed
        self.seen = 0  # the newest number ever read back; numbers start at 1

    def compare(self, key, stored):
        broken = [f"{key}: number {number} was acknowledged to {len(values)} writers: {sorted(values)}"
                  for number, values in sorted(self.acknowledged.items()) if len(values) > 1]
        newest = max(self.acknowledged, default=0)
        number = next((number for number, values in self.sent.items() if stored in values), None)
        if stored is None:
            if newest:
                broken.append(f"{key}: nothing is stored, but number {newest} was acknowledged")
            elif self.seen:
                broken.append(f"{key}: nothing is stored, but number {self.seen} was read before")
            return broken
        if number is None:
            return broken + [f"{key}: {stored!r} is stored, but nobody sent it"]
        if number < newest:
            broken.append(f"{key}: number {number} is stored, but {newest} was acknowledged")
        if number < self.seen:
            broken.append(f"{key}: number {number} is stored, but {self.seen} was read before")
        if number in self.acknowledged and stored not in self.acknowledged[number]:
            broken.append(f"{key}: {stored!r} is stored, but {self.acknowledged[number][0]!r} was acknowledged")
        self.seen = max(self.seen, number)
        return broken
