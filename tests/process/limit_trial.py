"""A server whose limits are reached, its metrics, what its process holds; and what the cases of limits are written with."""

import contextlib
import json
import os
import resource
import socket
import struct
import time

import nacos_http
from server import Server

LIVENESS = "/nacos/v1/console/health/liveness"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS, HEADERS, RST_STREAM, GOAWAY = 4, 1, 3, 7
WAIT_S = 10.0
GROWTH_MAX_BYTES = 32 << 20  # what allocators keep of a burst; a leak of what the cases send is ten times that
BEAT = {"serviceName": "s", "ip": "10.0.0.1", "port": "80",
        "beat": json.dumps({"ip": "10.0.0.1", "port": 80, "serviceName": "DEFAULT_GROUP@@s"})}
LARGE = "x" * (9 << 20)


class Trial:
    """One server, its metrics, and what its process holds."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)

    def start(self, *settings):
        self.server.settings = list(settings)
        self.server.start()

    @property
    def port(self):
        return self.server.port

    @property
    def pid(self):
        return self.server.pid

    def metric(self, name):
        """The value of one series ("batata_active_connections", 'name{label="x"}')."""
        for line in self.page().splitlines():
            if line.rsplit(" ", 1)[0] == name:
                return float(line.rsplit(" ", 1)[1])
        raise AssertionError(f"there is no metric {name}")

    def page(self):
        status, _, body = nacos_http.Connection(self.port).request("GET", "/metrics")
        check(status == 200, f"the metrics answered {status}")
        return body.decode()

    def reached(self, setting):
        return self.metric(f'batata_limit_reached_total{{limit="{setting}"}}')

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def memory(self):
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()

    @contextlib.contextmanager
    def no_growth(self):
        """What happens inside leaves the process as large as it was, and with the descriptors that it had."""
        descriptors, memory = self.settled(self.descriptors), self.memory()
        yield
        eventually("descriptors to be as before", lambda: self.descriptors() <= descriptors + 1)
        grown = self.memory() - memory
        check(grown < GROWTH_MAX_BYTES, f"the process has grown by {grown} bytes")

    @staticmethod
    def settled(value, still_s=0.5):
        """What `value` gives once it has given it for a while: connections of before have ended."""
        last, since = value(), time.monotonic()
        while time.monotonic() - since < still_s:
            time.sleep(0.05)
            if (now := value()) != last:
                last, since = now, time.monotonic()
        return last

    def connect(self, port=None, source=None):
        return socket.create_connection(("127.0.0.1", port or self.port), timeout=WAIT_S,
                                        source_address=(source, 0) if source else None)

    def serves(self):
        """A new client is served, and what it writes is written."""
        connection = nacos_http.Connection(self.port)
        check(connection.publish("served", "yes"), "a publish was refused")
        check(connection.get("served") == "yes", "what was published is not there")


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def eventually(what, condition, limit_s=WAIT_S):
    deadline = time.monotonic() + limit_s
    while not condition():
        check(time.monotonic() < deadline, f"waited in vain for {what}")
        time.sleep(0.05)


def all_of(client):
    """Everything until the server hangs up."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := client.recv(65536):
            received += chunk
    return received


def frame(kind, payload, stream=0, flags=0):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def frames_of(received):
    """(kind, stream, payload) of each whole frame."""
    at = 0
    while at + 9 <= len(received):
        length = int.from_bytes(received[at:at + 3], "big")
        yield received[at + 3], int.from_bytes(received[at + 5:at + 9], "big"), received[at + 9:at + 9 + length]
        at += 9 + length


def fields(*pairs):
    """A header block of literal fields that nothing has to remember (RFC 7541, 6.2.2)."""
    block = b""
    for name, value in pairs:
        block += b"\x00" + b"".join(_length(len(text)) + text for text in (name.encode(), value.encode()))
    return block


def _length(number):
    if number < 127:
        return bytes([number])
    out, number = b"\x7f", number - 127
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def get_block(path, *more):
    return fields((":method", "GET"), (":scheme", "http"), (":authority", "x"), (":path", path), *more)
