"""A batata process of its own for one scenario: fresh directory, free ports, started and ended."""
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "support"))
from ports import GRPC_OFFSET, free_port

READY_LIMIT_S = 60  # a sanitized build on a busy machine
STOP_LIMIT_S = 30


class Server:
    """A running server. `stop` must be called."""

    def __init__(self, program, directory, flags=()):
        """Starts it with settings ("key=value") and waits for its ready line.

        Raises RuntimeError with the end of its log when it does not come."""
        self.port = free_port(GRPC_OFFSET)
        self._directory = Path(directory)
        shutil.rmtree(self._directory, ignore_errors=True)
        self._directory.mkdir(parents=True)
        self._out, self._err = self._directory / "stdout", self._directory / "stderr"
        command = [program, "server", f"--data-dir={self._directory / 'data'}", f"--port={self.port}",
                   *(f"--{flag}" for flag in flags)]
        with open(self._out, "wb") as out, open(self._err, "wb") as err:
            self._process = subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL)
        self._wait_ready()

    def _wait_ready(self):
        end = time.monotonic() + READY_LIMIT_S
        while b"\n" not in self._out.read_bytes():
            code = self._process.poll()
            if code is not None:
                raise RuntimeError(f"the server ended with {code} before it was ready:\n{self.log_tail()}")
            if time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"the server was not ready within {READY_LIMIT_S} s:\n{self.log_tail()}")
            time.sleep(0.01)

    def stop(self):
        """Ends it as an operator would. Returns None, or what was wrong about how it ended."""
        early = self._process.poll()
        if early is not None:
            return f"the server ended by itself with {early}:\n{self.log_tail()}"
        self._process.terminate()
        try:
            code = self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return f"the server did not end within {STOP_LIMIT_S} s of SIGTERM:\n{self.log_tail()}"
        return None if code == 0 else f"the server ended with {code} on SIGTERM:\n{self.log_tail()}"

    def log_tail(self, size=3000):
        return self._err.read_bytes()[-size:].decode("utf-8", "replace")
