"""WebSockets and streams of server-sent events, spoken by libraries of others and by sockets that break the rules.

The product has no address of its own for them yet, so the server is transports/transport_server.cc: the same transports
with rows that say everything again. S32 of the security tests.
"""

import base64
import hashlib
import json
import os
import socket
import subprocess
import time

import clients
import web_socket_cases as frames
from fixture import check, check_equal
from server import Server

SDK = "python-3.2"  # whose environment has aiohttp, websocket-client and httpx-sse
WAIT_S = 20.0
FLOOD_MIB = 256
GROWTH_MAX_MIB = 48  # what a client that does not read may cost: what its limit allows, copied at most twice
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Trial:
    """One server of transports."""

    def __init__(self, binary, directory):
        folder = os.path.join(os.path.dirname(binary), "tests", "process", "transports")
        self.server = Server(os.path.join(folder, "transport_server"), directory)


class RawSocket:
    """A WebSocket without a library: it sends what it is told to, and reads whole frames."""

    def __init__(self, port, path="/socket", headers=()):
        self.socket = socket.create_connection(("127.0.0.1", port), WAIT_S)
        key = base64.b64encode(os.urandom(16))
        lines = [f"GET {path} HTTP/1.1", "Host: x", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                 f"Sec-WebSocket-Key: {key.decode()}", *headers]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._bytes = b""
        while b"\r\n\r\n" not in self._bytes and self._receive():
            pass
        self.head, _, self._bytes = self._bytes.partition(b"\r\n\r\n")
        self.accepted = base64.b64encode(hashlib.sha1(key + GUID).digest()) in self.head

    def read(self):
        """Every frame up to the close frame: (opcode, payload)."""
        read = []
        while not read or read[-1][0] != frames.CLOSE:
            one = self._frame()
            if one is None:
                break
            read.append(one)
        return read

    def ends(self):
        """Whether the server has closed the connection, and nothing more has come."""
        try:
            return self._bytes == b"" and not self._receive()
        except ConnectionResetError:
            return True

    def close(self):
        self.socket.close()

    def _frame(self):
        if not self._need(2):
            return None
        size, head = self._bytes[1] & 0x7f, 2
        if extra := {126: 2, 127: 8}.get(size, 0):
            if not self._need(head + extra):
                return None
            size, head = int.from_bytes(self._bytes[head:head + extra], "big"), head + extra
        if not self._need(head + size):
            return None
        opcode, payload = self._bytes[0] & 0x0f, self._bytes[head:head + size]
        self._bytes = self._bytes[head + size:]
        return opcode, payload

    def _need(self, size):
        while len(self._bytes) < size:
            if not self._receive():
                return False
        return True

    def _receive(self):
        more = self.socket.recv(1 << 20)
        self._bytes += more
        return more != b""


def s32_every_frame_case(trial):
    """Frames of every kind, good and bad, each on a connection of its own, whole and byte by byte."""
    trial.server.start()
    wrong, cases = [], list(frames.all_cases())
    for name, sent, expected, code in cases:
        for pieces in (1, 2) if len(sent) > 4096 else (1, len(sent)):
            told = _conversation(trial.server.port, sent, pieces)
            closes = (frames.CLOSE, _code(told[-1][1])) if told and told[-1][0] == frames.CLOSE else None
            if told[:-1] != expected or closes != (frames.CLOSE, code):
                wrong.append(f"{name} in {pieces}: {_shown(told)}")
    check_equal(wrong, [], "cases that were answered otherwise")
    return f"{len(cases)} cases"


def _conversation(port, sent, pieces):
    client = RawSocket(port)
    check(client.accepted, f"the handshake was answered with {client.head!r}")
    client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    size = -(-len(sent) // pieces)
    try:
        for at in range(0, len(sent), size):
            client.socket.sendall(sent[at:at + size])
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has said its last word already
    told = client.read()
    check(client.ends(), "the connection goes on behind a close frame")
    client.close()
    return told


def _code(payload):
    return int.from_bytes(payload[:2], "big") if payload else frames.NO_STATUS


def _shown(told):
    return [(opcode, payload[:40]) for opcode, payload in told]


HANDSHAKES = (  # what is wrong, the lines that differ, the status
    ("another version", {"Sec-WebSocket-Version": "8"}, 426),
    ("no upgrade", {"Upgrade": "h2c"}, 426),
    ("no connection", {"Connection": "keep-alive"}, 426),
    ("a short key", {"Sec-WebSocket-Key": "c2hvcnQ="}, 400),
    ("no key", {"Sec-WebSocket-Key": None}, 400),
    ("another origin", {"Origin": "https://evil.example"}, 403),
    ("the own origin", {"Origin": "http://batata.example"}, 101),
)


def s32_handshakes(trial):
    """What is no proper handshake is refused with the status that says why."""
    trial.server.start()
    for what, changed, status in HANDSHAKES:
        headers = {"Host": "batata.example", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
                   "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), **changed}
        lines = ["GET /socket HTTP/1.1"] + [f"{name}: {value}" for name, value in headers.items() if value is not None]
        with socket.create_connection(("127.0.0.1", trial.server.port), WAIT_S) as client:
            client.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            check_equal(client.recv(4096).split(b" ")[1], str(status).encode(), what)


AIOHTTP = """
import aiohttp, asyncio, sys
async def main():
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(sys.argv[1], protocols=("batata.v1",), max_msg_size=0, compress=15) as ws:
            print(ws.protocol, ws.compress)
            for size in (0, 1, 125, 126, 65535, 65536, 3_000_000):
                await ws.send_str("x" * size)
                assert (await ws.receive_str()) == "x" * size
                await ws.send_bytes(b"y" * size)
                assert (await ws.receive_bytes()) == b"y" * size
            await ws.ping(b"hello")
            await ws.send_str("close 4001 good bye")
            last = await ws.receive()
            print(last.type.name, last.data, last.extra)
        async with session.ws_connect(sys.argv[1]) as ws:
            await ws.close(code=3001, message=b"we go")
            print(ws.close_code)
asyncio.run(main())
"""
AIOHTTP_SAYS = ["batata.v1 0", "CLOSE 4001 good bye", "3001"]
THREADS = """
import sys, websocket
ws = websocket.create_connection(sys.argv[1], subprotocols=["batata.v2"], timeout=20)
ws.send("h\\u00e9")
print(ws.recv() == "h\\u00e9", ws.getsubprotocol())
ws.ping("p")
ws.send_binary(bytes(200_000))
print(len(ws.recv()))
ws.close(status=1001, reason=b"away")
"""
NODE = """
const ws = new WebSocket(process.argv[1], ["nothing", "batata.v2"]);
const told = [];
ws.onmessage = (event) => { told.push(event.data); if (told.length === 2) ws.close(3333, "bye"); };
ws.onopen = () => { ws.send("one"); ws.send("zwei \\u00fc"); };
ws.onclose = (event) => console.log(JSON.stringify([told, ws.protocol, event.code, event.wasClean]));
ws.onerror = (event) => console.log(JSON.stringify(["error", String(event.error)]));
"""


def _prepared(name):
    library = next(each for each in clients.ALL if each.name == name)
    library.prepare()
    return library


def _says(command, what):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    check(done.returncode == 0, f"{what} failed: {done.stdout[-500:]}{done.stderr[-2000:]}")
    return done.stdout.splitlines()


def web_socket_libraries(trial):
    """aiohttp, websocket-client and Node's own: messages of all sizes, subprotocols, pings, and the end from either side."""
    trial.server.start()
    address = f"ws://127.0.0.1:{trial.server.port}/socket"
    check_equal(_says([_prepared(SDK).python, "-c", AIOHTTP, address], "aiohttp"), AIOHTTP_SAYS, "aiohttp")
    check_equal(_says([_prepared(SDK).python, "-c", THREADS, address], "websocket-client"), ["True batata.v2", "200000"],
                "websocket-client")
    _prepared("node")
    node = _says(["node", "--experimental-websocket", "--no-warnings", "-e", NODE, address], "node")
    check_equal(json.loads(node[0]), [["one", "zwei ü"], "batata.v2", 3333, True], "node")


def s32_a_web_socket_that_is_not_read_is_told_and_cut(trial):
    """Its server keeps no more than the limit, tells why it ends, and does not wait for ever."""
    trial.server.start()
    before = trial.server.memory_mib()
    client = RawSocket(trial.server.port, f"/flood?messages={FLOOD_MIB}&size={1 << 20}")
    growth = _peak(trial) - before  # it sends, and nothing is read
    check(growth < GROWTH_MAX_MIB, f"a client that does not read has cost {growth:.0f} MiB")
    told = client.read()
    check(len(told) < FLOOD_MIB, "everything was kept")
    check_equal(told[-1], (frames.CLOSE, (1008).to_bytes(2, "big") + b"messages are not read"), "the last word")
    check(client.ends(), "the connection goes on")
    return f"{growth:.0f} MiB"


def a_web_socket_that_reads_gets_all(trial):
    """A fast sender's messages all arrive at a client that reads, in order and whole."""
    trial.server.start()
    client = RawSocket(trial.server.port, "/flood?messages=2000&size=1000")
    told = client.read()
    check_equal((len(told), told[-1]), (2001, (frames.CLOSE, (1000).to_bytes(2, "big") + b"that was all")), "what came")
    client.close()


def web_sockets_are_told_that_the_server_stops(trial):
    """kGoingAway, and the stop does not wait for those that do not answer."""
    trial.server.start()
    client = RawSocket(trial.server.port)
    started = time.monotonic()
    trial.server.stop()
    check_equal([(opcode, _code(payload)) for opcode, payload in client.read()], [(frames.CLOSE, 1001)], "the last word")
    check(time.monotonic() - started < 8, "the stop waited for the client")


EVENTS = """
import httpx, httpx_sse, json, sys
last, seen = "", []
with httpx.Client() as client:
    for _ in range(3):
        headers = {"Last-Event-ID": last} if last else {}
        with httpx_sse.connect_sse(client, "GET", sys.argv[1], headers=headers) as source:
            for event in source.iter_sse():
                last = event.id
                seen.append([event.id, event.event, event.data.split("\\n")[0], event.retry])
print(json.dumps(seen))
"""


def events_resume_where_they_were_cut(trial):
    """httpx-sse reads each stream to its end and comes back with the last id: nothing twice, nothing missing."""
    trial.server.start()
    address = f"http://127.0.0.1:{trial.server.port}/events?each=4"
    seen = json.loads(_says([_prepared(SDK).python, "-c", EVENTS, address], "httpx-sse")[0])
    check_equal(seen, [[str(i), "counted", f"number {i}", 10] for i in range(1, 13)], "the events")


def events_over_each_version_of_http(trial):
    """curl reads the same events in chunks, up to the end of the connection, and in frames of HTTP/2."""
    trial.server.start()
    address = f"http://127.0.0.1:{trial.server.port}/events?each=50"
    bodies = {}
    for version in ("--http1.1", "--http1.0", "--http2-prior-knowledge"):
        head, _, body = "\n".join(_says(["curl", "-sSNi", "--max-time", "20", version, address], "curl")).partition("\n\n")
        bodies[version] = body
        check("content-type: text/event-stream" in head.lower(), f"{version}: {head}")
        check(("transfer-encoding: chunked" in head.lower()) == (version == "--http1.1"), f"{version}: {head}")
        check_equal(body.count("event: counted"), 50, version)
    check(len(set(bodies.values())) == 1, "the versions differ")


def _peak(trial, still_s=1.0):
    """The most memory that the server has had, in MiB, once it has not had more for a while."""
    peak, since = trial.server.memory_mib(), time.monotonic()
    while time.monotonic() - since < still_s:
        time.sleep(0.01)
        if (now := trial.server.memory_mib()) > peak + 0.5:
            peak, since = now, time.monotonic()
    return peak


def _all_of(client):
    """How much comes, its last bytes, and whether the connection was reset."""
    size, tail = 0, b""
    try:
        while more := client.recv(1 << 20):
            size, tail = size + len(more), (tail + more)[-16:]
    except ConnectionResetError:
        return size, tail, True
    return size, tail, False


def s32_events_that_are_not_read_are_cut(trial):
    """Over HTTP/1 and HTTP/2: the server keeps no more than the limit, and the body has no proper end."""
    trial.server.start()
    before = trial.server.memory_mib()
    with socket.create_connection(("127.0.0.1", trial.server.port), WAIT_S) as client:
        client.sendall(b"GET /events?each=256&size=1048576 HTTP/1.1\r\nHost: x\r\n\r\n")
        growth = _peak(trial) - before
        check(growth < GROWTH_MAX_MIB, f"a client that does not read has cost {growth:.0f} MiB")
        size, tail, _ = _all_of(client)
    check(size < 64 << 20 and not tail.endswith(b"0\r\n\r\n"), f"{size} bytes, which end with {tail!r}")
    with socket.create_connection(("127.0.0.1", trial.server.port), WAIT_S) as client:
        client.sendall(b"GET /events?each=256&size=1048576 HTTP/1.0\r\nHost: x\r\n\r\n")
        check(_peak(trial) - before < GROWTH_MAX_MIB, "a client of HTTP/1.0 costs more")
        size, _, is_reset = _all_of(client)
    check(size < 64 << 20 and is_reset, f"{size} bytes without an end of their own, and the connection ends well")
    address = f"http://127.0.0.1:{trial.server.port}/events?each=256&size=1048576"
    done = subprocess.run(["curl", "-sSN", "--http2-prior-knowledge", "-o", "/dev/null", "--limit-rate", "1M", "--max-time", "30", address],
                          capture_output=True, text=True, timeout=60, check=False)
    check(done.returncode in (18, 92), f"curl ends with {done.returncode}: {done.stderr}")  # partial file, stream not closed cleanly
    return f"{growth:.0f} MiB"


ALL = [s32_every_frame_case, s32_handshakes, web_socket_libraries, s32_a_web_socket_that_is_not_read_is_told_and_cut,
       a_web_socket_that_reads_gets_all, web_sockets_are_told_that_the_server_stops, events_resume_where_they_were_cut,
       events_over_each_version_of_http, s32_events_that_are_not_read_are_cut]
