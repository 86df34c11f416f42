"""Compares what writers were promised with what a server that was killed still has.

The rules, for each key and its growing sequence of values, of which None is a removal:
  - the stored value is not older than the newest acknowledged one (nothing acknowledged is lost, and what was removed
    stays removed);
  - the stored value is one that was sent (nothing is invented or mixed), under a key that was sent, and there once;
  - it is not older than one that was read earlier (values never go backwards);
  - a compare-and-set on one number is acknowledged to one writer at most, and its value is the one stored;
  - what was refused is never there.
A write whose answer never came may be there or not; one that was not there at a comparison never comes later.

Of each key the newest writes are remembered by value, so that a thousand comparisons cost a thousand times one.
"""

import collections
import threading

REMEMBERED = 64  # writes of a key; an older value that comes back is one that nobody sent


class Ledger:
    """What was sent, acknowledged and read of a set of keys. Any thread."""

    def __init__(self):
        self._lock = threading.Lock()
        self._keys = {}
        self.acknowledged = 0  # in all, over all keys

    def sending(self, key, number, value):
        """Notes before a write leaves: `value` (None: a removal) is the one of `number`, which grows by the key."""
        with self._lock:
            self._keys.setdefault(key, _Key()).send(number, value)

    def acknowledge(self, key, number, value):
        """Notes that the server confirmed the write."""
        with self._lock:
            self.acknowledged += 1
            self._keys[key].acknowledge(number, value)

    def refused(self, key, number, value):
        """Notes that the server refused the write: from now on it is one that nobody sent."""
        with self._lock:
            self._keys[key].refuse(number, value)

    def keys(self):
        with self._lock:
            return sorted(self._keys)

    def next_number(self, key):
        """The number of the next write of a key that one writer owns."""
        with self._lock:
            return self._keys[key].newest + 1 if key in self._keys else 1

    def is_there(self, key):
        """True when the newest write of a key that was not refused, nor found missing, was acknowledged and is no removal."""
        with self._lock:
            known = self._keys.get(key)
            return known is not None and known.acknowledged.get(max(known.sent, default=0), [None])[0] is not None

    def may_be_there(self, key):
        """True unless the newest acknowledged write, and each on its way behind it, is a removal."""
        with self._lock:
            known = self._keys.get(key)
            return known is not None and any(number >= max(known.acknowledged, default=0) and values - {None}
                                             for number, values in known.sent.items())

    def values(self, key):
        """What was sent of a key, of the writes that are remembered, newest first, without the removals."""
        with self._lock:
            sent = self._keys[key].sent if key in self._keys else {}
            return [value for _, values in sorted(sent.items(), reverse=True) for value in values - {None}]

    def promised(self, key):
        """What was acknowledged of a key, of the writes that are remembered, oldest first."""
        with self._lock:
            return [values[0] for _, values in sorted(self._keys[key].acknowledged.items())]

    def writes(self, key):
        """How many writes of a key were acknowledged, and how many were sent."""
        with self._lock:
            known = self._keys[key]
            return known.confirmed, known.writes

    def compare(self, read):
        """Reads every key by `read(key)` (None: not there) and returns the broken rules as sentences.

        What was read becomes the floor of the next comparison. No writer may be at work.
        """
        return [sentence for key in self.keys() for sentence in self._keys[key].compare(key, read(key))]

    def compare_written(self, key, values):
        """The broken rules of a history: `values` are those that it says were written last, newest first, None for a removal.

        To be asked after `compare`: every value was sent, none twice or out of order, and of the acknowledged ones from the
        oldest of them on none is missing.
        """
        return self._keys[key].compare_written(key, values)

    def compare_all(self, found):
        """The same with all that is there: `found` are pairs of key and value."""
        keys = set(self.keys())
        times = collections.Counter(key for key, _ in found)
        broken = [f"{key}: it is there, but nobody sent it" for key in sorted(set(times) - keys)]
        broken += [f"{key}: it is there {count} times" for key, count in sorted(times.items()) if count > 1]
        return broken + self.compare(dict(found).get)


class _Key:
    def __init__(self):
        self.sent = {}  # number -> values; more than one when writers raced for the number
        self.acknowledged = {}  # number -> values confirmed
        self.refused = {}  # number -> values refused, which are none of those sent
        self.newest = 0  # number sent
        self.writes = 0  # sent, in all
        self.confirmed = 0  # of them
        self.seen = 0  # the newest number ever read back; numbers start at 1

    def send(self, number, value):
        self.sent.setdefault(number, set()).add(value)
        self.newest = max(self.newest, number)
        self.writes += 1

    def acknowledge(self, number, value):
        self.acknowledged.setdefault(number, []).append(value)
        self.confirmed += 1

    def refuse(self, number, value):
        self.sent[number].discard(value)
        if not self.sent[number]:
            del self.sent[number]
        self.refused.setdefault(number, set()).add(value)
        self.writes -= 1

    def compare(self, key, stored):
        broken = [f"{key}: number {number} was acknowledged to {len(values)} writers: {sorted(map(str, values))}"
                  for number, values in sorted(self.acknowledged.items()) if len(values) > 1]
        newest = max(self.acknowledged, default=0)
        number = self._number_of(stored)
        if number is None:
            return broken + [f"{key}: {stored!r} is stored, but {self._why_not(stored)}"]
        what = "nothing is stored" if stored is None else f"number {number} is stored"
        if number < newest:
            broken.append(f"{key}: {what}, but {self._called(newest)} was acknowledged")
        if number < self.seen:
            broken.append(f"{key}: {what}, but {self._called(self.seen)} was read before")
        if number in self.acknowledged and stored not in self.acknowledged[number]:
            broken.append(f"{key}: {stored!r} is stored, but {self.acknowledged[number][0]!r} was acknowledged")
        self.seen = max(self.seen, number)
        self._settle(max(self.seen, newest))
        return broken

    def compare_written(self, key, values):
        broken, found, below = [], set(), max(self.sent, default=0) + 1
        for value in values:
            number = max((number for number, sent in self.sent.items() if number < below and value in sent), default=None)
            if number is None:
                called = "a removal" if value is None else repr(value)
                broken.append(f"{key}: the history has {called} twice, out of order, or although {self._why_not(value)}")
            else:
                found.add(number)
                below = number
        missing = sorted(number for number in self.acknowledged if number > below and number not in found)
        return broken + [f"{key}: {self._called(number)} was acknowledged, but is not in the history" for number in missing]

    def _number_of(self, stored):
        """The newest number whose value is stored: a key is removed more than once."""
        numbers = [number for number, values in self.sent.items() if stored in values]
        if stored is None:
            numbers.append(0)  # before the first write
        return max(numbers, default=None)

    def _why_not(self, value):
        return "it was refused" if any(value in values for values in self.refused.values()) else "nobody sent it"

    def _settle(self, number):
        """What was on its way behind `number` did not come: the server is another one now. Old writes are forgotten."""
        self.sent = {sent: values for sent, values in self.sent.items() if number - REMEMBERED < sent <= number}
        self.acknowledged = {sent: values for sent, values in self.acknowledged.items() if number - REMEMBERED < sent}
        self.refused = {sent: values for sent, values in self.refused.items() if number - REMEMBERED < sent}

    def _called(self, number):
        return f"the removal {number}" if self.sent[number] == {None} else f"number {number}"
