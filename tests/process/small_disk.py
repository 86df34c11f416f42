"""A file system of a few megabytes in memory, for tests that fill it."""

import errno
import os
import subprocess
import tempfile

import clients
import processes

BLOCK = 4096


class SmallDisk:
    """Mounted where nobody else sees it; `path` leads there all the same, through the process that holds it. `close` ends it."""

    def __init__(self, directory, mib):
        """Errors: Unavailable where nobody may mount."""
        place = tempfile.mkdtemp(prefix="disk-", dir=directory)
        self._holder = processes.start(
            ["unshare", "--mount", *(() if os.geteuid() == 0 else ("--map-root-user",)), "sh", "-ec",
             f"mount -t tmpfs -o size={mib}m tmpfs '{place}'; echo mounted; exec sleep 3600"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self._holder.stdout.readline() != "mounted\n":
            raise clients.Unavailable(f"this system lets nobody mount: {self._holder.stderr.read().strip()}", True)
        self.path = f"/proc/{self._holder.pid}/root{place}"
        self._filler = os.path.join(self.path, "filler")

    def fill(self, free_blocks=0):
        """Takes all space but so many blocks."""
        with open(self._filler, "ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(BLOCK))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
            file.truncate(file.tell() - free_blocks * BLOCK)

    def empty(self):
        """Gives the space back."""
        os.unlink(self._filler)

    def close(self):
        """Ends it, with all that is on it."""
        self._holder.kill()
        self._holder.wait()
