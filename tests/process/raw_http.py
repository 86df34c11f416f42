"""HTTP/1.1 as bytes: requests as they stand, answers taken apart by a strict reader of our own."""

import dataclasses
import socket

PATIENCE_S = 10.0


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict  # lower-case names; of several the last
    body: bytes
    interim: list  # statuses of 1xx that came before


class Closed(Exception):
    """The server has closed the connection before the answer was whole; `said` is what there was of it."""

    def __init__(self, said):
        super().__init__(f"closed after {said[:200]!r}")
        self.said = said


class Connection:
    """One connection to a server; used by one thread."""

    def __init__(self, port, timeout=PATIENCE_S):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self._rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def send(self, data):
        self._socket.sendall(data)

    def half_close(self):
        self._socket.shutdown(socket.SHUT_WR)

    def answer(self, head_only=False):
        """The next answer. Errors: Closed, TimeoutError."""
        interim = []
        while True:
            head = self._until(b"\r\n\r\n")
            status_line, *lines = head[:-4].decode("latin-1").split("\r\n")
            version, status, _ = status_line.split(" ", 2)
            if version != "HTTP/1.1":
                raise AssertionError(f"an answer of {version}")
            headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
            if int(status) >= 200:
                break
            interim.append(int(status))
        length = 0 if head_only or int(status) in (204, 304) else int(headers["content-length"])
        return Answer(int(status), headers, self._bytes(length), interim)

    def is_silent(self, seconds=0.3):
        """Whether nothing comes for so long, and the connection stays."""
        if self._rest:
            return False
        self._socket.settimeout(seconds)
        try:
            self._rest = self._socket.recv(65536)
            return False
        except TimeoutError:
            return True
        finally:
            self._socket.settimeout(PATIENCE_S)

    def is_ended(self):
        """Whether the server closes the connection, without another word."""
        try:
            return self._rest == b"" and self._socket.recv(65536) == b""
        except ConnectionError:
            return True

    def _more(self):
        try:
            data = self._socket.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            raise Closed(self._rest)
        self._rest += data

    def _until(self, end):
        while end not in self._rest:
            self._more()
        at = self._rest.index(end) + len(end)
        taken, self._rest = self._rest[:at], self._rest[at:]
        return taken

    def _bytes(self, length):
        while len(self._rest) < length:
            self._more()
        taken, self._rest = self._rest[:length], self._rest[length:]
        return taken


def request(line, *headers, body=b"", host="x"):
    """The bytes of a request: its line, a Host unless that is None, the headers as they stand, the body."""
    lines = [line, *([f"Host: {host}"] if host is not None else []), *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def ask(port, data, head_only=False):
    """The answer to bytes that are sent alone on a connection."""
    with Connection(port) as connection:
        connection.send(data)
        return connection.answer(head_only)
