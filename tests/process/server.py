"""Starts, stops and kills one batata server process on a free pair of ports with a data directory of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import processes
from report import tail

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from ports import GRPC_OFFSET, free_port

READY_TIMEOUT_S = 15.0
STOP_TIMEOUT_S = 10.0
READY = re.compile(r"\bready\b", re.IGNORECASE)


class ServerFailed(Exception):
    """The server did not start, stop or stay up as it must."""


class Server:
    """One server process and its data directory. Used by one thread at a time; `kill` may come from any."""

    def __init__(self, binary, directory, settings=()):
        """Nothing runs yet. `directory` is made; it will hold `data/` and one log for each start.

        `settings`: further flags of the command line ("--nacos.core.auth.enabled=true").
        """
        self.binary = binary
        self.directory = directory
        self.data_directory = os.path.join(directory, "data")
        self.port = free_port(GRPC_OFFSET)
        self.address = f"127.0.0.1:{self.port}"
        self.settings = list(settings)
        self.environment = {}  # added to that of the next start
        self.starts = 0
        self._process = None
        os.makedirs(self.data_directory, exist_ok=True)

    @property
    def log_path(self):
        """Where the current (or last) process writes what it prints."""
        return os.path.join(self.directory, f"server-{self.starts}.log")

    def start(self):
        """Starts the process on the same ports and directory as ever and waits until it serves. Errors: ServerFailed."""
        self.starts += 1
        command = [self.binary, "server", f"--data-dir={self.data_directory}", f"--port={self.port}",
                   f"--nacos.sdk.port={self.port + GRPC_OFFSET}", *self.settings]
        with open(self.log_path, "wb") as log:
            self._process = processes.start(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                            env={**os.environ, **self.environment})
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not READY.search(self.log()):
            if self._process.poll() is not None:
                raise ServerFailed(f"the server ended with {self._process.returncode} before it was ready")
            if time.monotonic() > deadline:
                raise ServerFailed(f"the server printed no ready line in {READY_TIMEOUT_S:g} s")
            time.sleep(0.005)
        for port in (self.port, self.port + GRPC_OFFSET):
            with socket.create_connection(("127.0.0.1", port), timeout=2):
                pass

    def kill(self):
        """kill -9, and waits until the process is gone."""
        if self._process is None or self._process.poll() is not None:
            raise ServerFailed("there is no running server to kill: it ended on its own")
        self._process.kill()
        self._process.wait()

    @property
    def pid(self):
        """Of the last process."""
        return self._process.pid

    @property
    def ended_with(self):
        """The exit code of the last process, negative for a signal; None while it runs."""
        return self._process.poll()

    def wait(self, limit_s):
        """Waits until the process ends on its own. False: it did not."""
        try:
            self._process.wait(timeout=limit_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def restart(self):
        """kill -9, then start again on the same ports and directory."""
        self.kill()
        self.start()

    def freeze(self):
        """Lets the process do nothing until `stop`: what is sent to it meanwhile lies unread when the signal comes."""
        self._process.send_signal(signal.SIGSTOP)

    def stop(self, limit_s=STOP_TIMEOUT_S):
        """SIGTERM; the server must drain and end with 0 within the limit. Errors: ServerFailed."""
        if self._process.poll() is not None:
            raise ServerFailed(f"the server had ended on its own with {self._process.returncode}")
        self._process.send_signal(signal.SIGTERM)
        self._process.send_signal(signal.SIGCONT)  # should it be frozen
        try:
            code = self._process.wait(timeout=limit_s)
        except subprocess.TimeoutExpired:
            raise ServerFailed(f"the server did not end in {limit_s:g} s after SIGTERM") from None
        if code != 0:
            raise ServerFailed(f"the server ended with {code} after SIGTERM")

    def memory_mib(self):
        """What the process has of its memory in the machine's, in MiB."""
        with open(f"/proc/{self._process.pid}/status", encoding="ascii", errors="replace") as status:
            line = next(line for line in status if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def discard(self):
        """Ends whatever still runs, however the test went. Never fails."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def log(self):
        """What the current process printed so far."""
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def log_tail(self):
        """The last lines of the newest log, for a failure report. Never fails."""
        return tail(self.log_path) if self.starts else "(never started)"
