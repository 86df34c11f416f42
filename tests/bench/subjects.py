"""The servers that are measured: batata and its yardsticks. Each runs on loopback, on free ports, in a directory of its own."""
import functools
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "support"))
from ports import GRPC_OFFSET, free_port

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
READY_LIMIT_S = 30
STOP_LIMIT_S = 20


def program(name):
    """The path of an installed program; servers live where an ordinary user's PATH does not look."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
    if not found:
        raise SystemExit(f"{name} is not installed: run ./x setup bench")
    return found


class Subject:
    """A server process. Use it as a context manager, or call `start` and `stop`."""

    name = ""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.process = None

    def command(self):
        raise NotImplementedError

    def ports(self):
        """The ports that answer when the server is ready."""
        raise NotImplementedError

    @property
    def pid(self):
        return self.process.pid

    def clear(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def launch(self):
        """Starts the process without waiting for it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with open(self.directory / "log", "ab") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start(self):
        self.clear()
        self.launch()
        end = time.monotonic() + READY_LIMIT_S
        for port in self.ports():
            while not self._accepts(port):
                if self.process.poll() is not None or time.monotonic() > end:
                    self.stop()
                    raise SystemExit(f"{self.name} did not start: see {self.directory / 'log'}")
                time.sleep(0.01)
        return self

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self):
        self.process.kill()
        self.process.wait()

    @staticmethod
    def _accepts(port):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        except OSError:
            return False

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


# Thousands of clients share one address here, and that is bounded (by half of the descriptors, if nothing is set).
PER_ADDRESS = "batata.net.max-connections-per-address"


@functools.cache
def settings_of(batata):
    """The page of a program's settings: one of an earlier commit has fewer."""
    return subprocess.run([batata, "server", "--print-settings-markdown"], capture_output=True, text=True, timeout=10).stdout


class Batata(Subject):
    """With its default settings, but for PER_ADDRESS and those that are given (`--key=value`)."""

    name = "batata"

    def __init__(self, directory, batata, *settings):
        super().__init__(directory)
        self._batata = batata
        self._settings = settings
        self.port = free_port(GRPC_OFFSET)
        self.grpc_port = self.port + GRPC_OFFSET

    def command(self):
        return [self._batata, "server", f"--data-dir={self.directory / 'data'}", f"--port={self.port}", *self._per_address(), *self._settings]

    def _per_address(self):
        return (f"--{PER_ADDRESS}=100000",) if PER_ADDRESS in settings_of(self._batata) else ()

    def ports(self):
        return self.port, self.grpc_port


class Etcd(Subject):
    """One member with etcd's defaults, which sync before they answer."""

    name = "etcd"

    def __init__(self, directory):
        super().__init__(directory)
        self.port = self.grpc_port = free_port(1)

    def command(self):
        client, peer = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.port + 1}"
        return [program("etcd"), "--data-dir", str(self.directory / "data"), "--listen-client-urls", client,
                "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", f"default={peer}"]

    def ports(self):
        return (self.port,)


class Nginx(Subject):
    """One worker that answers every request with the same bytes from its configuration: no lookup, no log."""

    name = "nginx"

    def __init__(self, directory, body, certificate=None):
        """`certificate`: the files of one and of its key, for TLS."""
        super().__init__(directory)
        self._body = body
        self._certificate = certificate
        self.port = free_port()

    def command(self):
        text = (HERE / "nginx.conf.in").read_text()
        tls = "ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {}; ssl_certificate_key {};".format(*self._certificate) if self._certificate else ""
        for name, value in {"DIR": self.directory, "PORT": self.port, "BODY": self._body, "SSL": "ssl" if tls else "", "TLS": tls}.items():
            text = text.replace(f"@{name}@", str(value))
        (self.directory / "nginx.conf").write_text(text)
        return [program("nginx"), "-p", str(self.directory), "-c", str(self.directory / "nginx.conf"), "-e",
                str(self.directory / "error.log")]

    def ports(self):
        return (self.port,)


class GrpcBaseline(Subject):
    """grpc_baseline.cc: the least that answers the same calls with grpc++'s callback API."""

    name = "grpc++"

    def __init__(self, directory, programs, keys, value_bytes, *wishes):
        super().__init__(directory)
        self._command = [programs / "grpc_baseline", "", str(keys), str(value_bytes), *wishes]
        self.grpc_port = free_port()

    def command(self):
        self._command[1] = str(self.grpc_port)
        return self._command

    def ports(self):
        return (self.grpc_port,)


class RawWrites(Subject):
    """raw_writes.cc: sockets, and the same bytes written to each."""

    name = "raw writes"

    def __init__(self, directory, programs):
        super().__init__(directory)
        self._program = programs / "raw_writes"
        self.port = free_port()

    def command(self):
        return [self._program, str(self.port)]

    def ports(self):
        return (self.port,)
