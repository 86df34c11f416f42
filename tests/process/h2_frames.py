"""HTTP/2 in frames of our own, also such as no library would send. Heads are written without Huffman codes and without the table;
of the server's heads only :status is read."""

import socket
import struct
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, WITH_PRIORITY = 1, 1, 4, 8, 32
(NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR, REFUSED_STREAM, CANCEL,
 COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM) = range(12)
PATIENCE_S = 10.0

_STATIC_STATUS = {8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500}
_STATIC_TABLE = 61
_HUFFMAN_DIGITS = {"00000": "0", "00001": "1", "00010": "2", "011001": "3", "011010": "4", "011011": "5", "011100": "6", "011101": "7",
                   "011110": "8", "011111": "9"}


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def text(value):
    """A string of HPACK, as it stands."""
    value = value if isinstance(value, bytes) else value.encode("latin-1")
    return integer(len(value), 7) + value


def integer(value, bits, first=0):
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    out, value = bytes([first | most]), value - most
    while value >= 128:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def block(fields):
    """A header block of (name, value) pairs, each a literal that enters no table."""
    return b"".join(b"\x00" + text(name) + text(value) for name, value in fields)


def head(path="/nacos/v1/console/health/liveness", method="GET", more=(), authority="x", scheme="http"):
    return [(":method", method), (":scheme", scheme), (":path", path), (":authority", authority), *more]


def request(stream, fields=None, end=True, end_headers=True):
    flags = (END_STREAM if end else 0) | (END_HEADERS if end_headers else 0)
    return frame(HEADERS, flags, stream, block(fields if fields is not None else head()))


def window_update(stream, increment):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in pairs))


class Frame:
    def __init__(self, kind, flags, stream, payload):
        self.kind, self.flags, self.stream, self.payload = kind, flags, stream, payload

    @property
    def code(self):
        """Of RST_STREAM and GOAWAY."""
        return struct.unpack(">I", self.payload[4:8] if self.kind == GOAWAY else self.payload)[0]

    @property
    def ends(self):
        return self.kind in (DATA, HEADERS) and bool(self.flags & END_STREAM)


class Connection:
    """One connection; used by one thread. What the server says is taken apart by `read`; its SETTINGS are acknowledged."""

    def __init__(self, port, hello=PREFACE + settings(), timeout=PATIENCE_S):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self._rest = b""
        self._table = []  # of HPACK: of each entry its status, or None
        self.ended = False  # the server has closed the connection
        self.goaway = None  # its code
        self.statuses, self.resets, self.bodies, self.done = {}, {}, {}, set()
        self.send(hello)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def send(self, *data):
        """Errors are the server's right: it may have had enough."""
        try:
            self._socket.sendall(b"".join(data))
        except ConnectionError:
            pass

    def read(self, until, seconds=PATIENCE_S):
        """Takes frames until `until()`; False when the time is up or the connection ends before."""
        deadline = time.monotonic() + seconds
        while not until():
            left = deadline - time.monotonic()
            if left <= 0 or self.ended:
                return until()
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(1 << 18)
            except TimeoutError:
                continue
            except ConnectionError:
                data = b""
            self.ended = not data
            self._rest += data
            self._take()
        return True

    def status(self, stream, seconds=PATIENCE_S):
        """The answer's status, when the stream is done; None when there is none."""
        self.read(lambda: stream in self.done or stream in self.resets, seconds)
        return self.statuses.get(stream)

    def end(self, seconds=PATIENCE_S):
        """The code of the GOAWAY with which the server closes the connection; None when it says nothing."""
        if not self.read(lambda: self.ended, seconds):
            raise AssertionError("the connection stays open")
        return self.goaway

    def lives(self):
        """Whether a ping is answered."""
        before = self.pongs
        self.send(frame(PING, 0, 0, b"areyouth"))
        return self.read(lambda: self.pongs > before or self.ended, 5.0) and not self.ended

    pongs = 0

    def _take(self):
        while len(self._rest) >= 9:
            size = int.from_bytes(self._rest[:3], "big")
            if len(self._rest) < 9 + size:
                return
            one = Frame(self._rest[3], self._rest[4], int.from_bytes(self._rest[5:9], "big"), self._rest[9:9 + size])
            self._rest = self._rest[9 + size:]
            self._note(one)

    def _note(self, one):
        if one.kind == SETTINGS and not one.flags & ACK:
            self.send(frame(SETTINGS, ACK))
        elif one.kind == PING and one.flags & ACK:
            self.pongs += 1
        elif one.kind == GOAWAY:
            self.goaway = one.code
        elif one.kind == RST_STREAM:
            self.resets.setdefault(one.stream, one.code)
        elif one.kind == DATA:
            self.bodies[one.stream] = self.bodies.get(one.stream, b"") + one.payload
        elif one.kind == HEADERS:
            status = self._status_of(one.payload)
            if status is not None:
                self.statuses[one.stream] = status
        if one.ends:
            self.done.add(one.stream)

    def _status_of(self, data):
        found, at = None, 0
        while at < len(data):
            first = data[at]
            if first & 0x80:  # an entry of the tables
                index, at = _read_integer(data, at, 7)
                value = _STATIC_STATUS.get(index) if index <= _STATIC_TABLE else self._table[index - _STATIC_TABLE - 1]
            elif first & 0xe0 == 0x20:  # the table's size
                _, at = _read_integer(data, at, 5)
                continue
            else:
                enters = bool(first & 0x40)
                name, at = _read_integer(data, at, 6 if enters else 4)
                if name == 0:
                    _, at = _read_text(data, at)
                raw, at = _read_text(data, at)
                is_status = name in _STATIC_STATUS or (name > _STATIC_TABLE and self._table[name - _STATIC_TABLE - 1] is not None)
                value = int(_digits(raw)) if is_status else None
                if enters:
                    self._table.insert(0, value)
            found = value if value is not None else found
        return found


def _read_integer(data, at, bits):
    most = (1 << bits) - 1
    value, at, shift = data[at] & most, at + 1, 0
    if value < most:
        return value, at
    while True:
        value, shift, at = value + ((data[at] & 127) << shift), shift + 7, at + 1
        if not data[at - 1] & 128:
            return value, at


def _read_text(data, at):
    """((is Huffman coded, bytes), where it ends)."""
    coded = bool(data[at] & 0x80)
    size, at = _read_integer(data, at, 7)
    return (coded, data[at:at + size]), at + size


def _digits(raw):
    coded, data = raw
    if not coded:
        return data.decode("ascii")
    bits, out = "".join(f"{byte:08b}" for byte in data), ""
    while len(bits) >= 5:
        size = next((size for size in (5, 6) if bits[:size] in _HUFFMAN_DIGITS), None)
        if size is None:
            break  # the padding
        out, bits = out + _HUFFMAN_DIGITS[bits[:size]], bits[size:]
    return out
