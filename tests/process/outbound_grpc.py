"""Calls of gRPC that our own client makes: to a server on grpc++ (outbound_grpc/grpc_server.cc), and to batata itself.

The product makes no such calls yet, so the caller is outbound_grpc/grpc_caller.cc: the client as it is, told what to call line by line.
"""

import os
import shutil
import signal
import subprocess
import threading
import time

import clients
import interop
import processes
import tls
from fixture import check, check_equal, eventually
from server import Server, free_port

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "outbound_grpc")
OK, CANCELLED, DEADLINE_EXCEEDED, NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNIMPLEMENTED, UNAVAILABLE = 0, 1, 4, 5, 7, 8, 12, 14
LONG_MS = 20_000
WAIT_S = 30.0

_building = threading.Lock()


class Caller:
    """Our client in a process of its own, with one channel."""

    def __init__(self, trial, port, *options, host="127.0.0.1"):
        program = os.path.join(os.path.dirname(trial.binary), "tests", "process", "outbound_grpc", "grpc_caller")
        self._process = processes.start([program, f"{host}:{port}", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def begin(self, kind, path, *messages, encoding="identity", timeout_ms=LONG_MS):
        texts = ",".join(message.hex() for message in messages) or "-"
        self._process.stdin.write(f"{kind} {path} {texts} {encoding} {timeout_ms}\n")
        self._process.stdin.flush()

    def end(self):
        """(code, messages, details, whether the call may be made again)"""
        code, messages, details, safe = self._process.stdout.readline().rstrip("\n").split(" ")
        return (int(code), [bytes.fromhex(one) for one in messages.split(",")] if messages != "none" else [],
                bytes.fromhex(details).decode(), safe == "1")

    def call(self, *words, **options):
        self.begin(*words, **options)
        return self.end()

    def stop(self):
        """Its calls are cancelled; it must end well."""
        self._process.stdin.close()
        check_equal(self._process.wait(WAIT_S), 0, "the caller's end")


class Trial:
    """A server on grpc++ and certificates; batata's own server where a case starts it."""

    def __init__(self, binary, directory):
        self.binary, self.directory = binary, directory
        self.server = Server(binary, directory)
        self.port = free_port()
        self._process = None

    def prepare(self):
        """The path of the server on grpc++. Errors: clients.Unavailable."""
        found = subprocess.run(["pkg-config", "--cflags", "--libs", "grpc++"], capture_output=True, text=True, check=False) if shutil.which("pkg-config") else None
        compiler = shutil.which("clang++-19")
        if found is None or found.returncode != 0 or compiler is None:
            raise clients.Unavailable("grpc++ is not installed (Debian: libgrpc++-dev)", toolchain_missing=True)
        build, source = os.path.join(clients.BUILD, "outbound-grpc"), os.path.join(HERE, "grpc_server.cc")
        program = os.path.join(build, "grpc_server")
        with _building:
            os.makedirs(build, exist_ok=True)
            clients.build_once(build, [source], [compiler, "-std=c++20", "-O1", source, "-o", program, *found.stdout.split(), "-lpthread"])
        return program

    def start(self, *certificates):
        self._process = processes.start([self.prepare(), str(self.port), *certificates], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                                        env={**os.environ, "GRPC_VERBOSITY": "NONE"})
        check_equal(self._process.stdout.readline(), "ready\n", "the server's first word")

    def wait_for_end(self):
        return self._process.wait(WAIT_S)

    def signal(self, number):
        self._process.send_signal(number)


def calls_of_every_kind(trial):
    """Unary and streams both ways, large, packed and refused ones; errors with their words."""
    trial.start()
    caller = Caller(trial, trial.port)
    check_equal(caller.call("unary", "/echo", b"hello"), (OK, [b"hello"], "", False), "unary")
    check_equal(caller.call("unary", "/echo", b""), (OK, [b""], "", False), "an empty message")
    check_equal(caller.call("stream", "/echo", b"a", b"bb", b""), (OK, [b"a", b"bb", b""], "", False), "a stream both ways")
    code, messages, _, _ = caller.call("stream", "/many", b"3000")
    check_equal((code, len(messages), messages[-1][:4]), (OK, 3000, b"2999"), "many messages")
    check_equal(caller.call("unary", "/fail", b"x"), (NOT_FOUND, [], "nö: 100%\nof it", False), "an error")
    check_equal(caller.call("unary", "/unknown", b"x"), (UNIMPLEMENTED, [], "no such method", False), "an error without messages")
    large = os.urandom(1 << 20) * 3
    check_equal(caller.call("unary", "/echo", large)[:2], (OK, [large]), "a large message")
    text = b"packs well " * 80_000
    check_equal(caller.call("unary", "/packed", text, encoding="gzip")[:2], (OK, [text]), "packed both ways")
    code, messages, _, _ = caller.call("unary", "/large", b"%d" % (10 << 20))
    check_equal((code, len(messages[0])), (OK, 10 << 20), "10 MiB")
    check_equal(caller.call("unary", "/large", b"%d" % (11 << 20))[:2], (RESOURCE_EXHAUSTED, []), "11 MiB")
    check_equal(caller.call("unary", "/many", b"2")[2], "more than one message answers a unary call", "two answers")
    check_equal(caller.call("unary", "/many", b"0")[2], "no message answers a unary call", "no answer")
    caller.stop()


def deadlines_and_cancellation(trial):
    """The deadline reaches the server and is kept without it; a call that is dropped ends there, too."""
    trial.start()
    caller = Caller(trial, trial.port)
    left = int(caller.call("unary", "/left", b"?", timeout_ms=5000)[1][0])
    check(4000 < left <= 5000, f"the server was given {left} ms, not 5000")
    begun = time.monotonic()
    code, _, details, _ = caller.call("unary", "/silent", b"x", timeout_ms=300)
    check_equal(code, DEADLINE_EXCEEDED, details)
    check(0.3 <= time.monotonic() - begun < 3, "the deadline was not kept")
    check_equal(caller.call("break", "/echo", b"x")[:2], (OK, [b"x"]), "a call that is dropped")
    eventually(10, lambda: caller.call("unary", "/cancelled", b"?")[1] == [b"2"], "the server hears of both")
    caller.stop()


def a_server_that_dies(trial):
    """What was under way may have been done; what comes then certainly was not; its heir is found."""
    trial.start()
    caller = Caller(trial, trial.port)
    check_equal(caller.call("unary", "/echo", b"x")[0], OK, "before")
    caller.begin("unary", "/die", b"now")
    check_equal(trial.wait_for_end(), 1, "the server's end")
    code, _, details, safe = caller.end()
    check_equal((code, safe), (UNAVAILABLE, False), f"under way ({details})")
    code, _, details, safe = caller.call("unary", "/echo", b"x")
    check_equal((code, safe), (UNAVAILABLE, True), f"when nobody listens ({details})")
    trial.start()
    eventually(10, lambda: caller.call("unary", "/echo", b"x")[0] == OK, "the next server is found")
    caller.stop()


def a_server_that_goes_away(trial):
    """GOAWAY: streams go on to their end, new calls find another connection."""
    trial.start()
    caller = Caller(trial, trial.port)
    check_equal(caller.call("stream", "/stop", *[b"%d" % i for i in range(200)])[:2], (OK, [b"%d" % i for i in range(200)]), "a stream that goes on")
    code, _, details, safe = caller.call("unary", "/echo", b"x")
    check_equal((code, safe), (UNAVAILABLE, True), f"no server any more ({details})")
    check_equal(trial.wait_for_end(), 0, "the server's end")
    trial.start()
    eventually(10, lambda: caller.call("unary", "/echo", b"x")[0] == OK, "the next server is found")
    caller.stop()


def a_server_that_freezes(trial):
    """A stream without a word is pinged, and lost when there is no answer."""
    trial.start()
    caller = Caller(trial, trial.port, "ping-ms=500")
    caller.begin("open", "/silent", b"x", timeout_ms=600_000)
    time.sleep(2)  # a few pings are answered
    trial.signal(signal.SIGSTOP)
    code, _, details, safe = caller.end()
    trial.signal(signal.SIGCONT)
    check_equal((code, safe), (UNAVAILABLE, False), details)
    check("does not answer" in details, details)
    caller.stop()


def addresses_that_are_denied(trial):
    """The egress policy is asked behind the look-up."""
    trial.start()
    for host in ("127.0.0.1", "localhost"):
        caller = Caller(trial, trial.port, "denied=127.0.0.0/8,::1", host=host)
        check_equal(caller.call("unary", "/echo", b"x")[0], PERMISSION_DENIED, host)
        caller.stop()


def over_tls(trial):
    """Servers are checked: their authority, their name; and they may ask for a certificate."""
    made = tls.Trial(trial.binary, trial.directory)
    theirs = made.certificate("client", "--use", "client")
    trial.start(made.path("server.pem"), made.path("server-key.pem"))
    answer = (OK, [b"over TLS"], "", False)
    for host in ("localhost", "127.0.0.1"):
        caller = Caller(trial, trial.port, f"ca={made.authority}", host=host)
        check_equal(caller.call("unary", "/echo", b"over TLS"), answer, host)
        caller.stop()
    other = os.path.join(trial.directory, "other")
    os.makedirs(other)
    made.make("ca", "create", directory=other)
    for options, word in ((f"ca={other}/batata-ca.pem",), "certificate verify failed"), ((f"ca={made.authority}", "name=node.example"), "ostname mismatch"), ((), "has closed the connection"):
        caller = Caller(trial, trial.port, *options)
        code, _, details, safe = caller.call("unary", "/echo", b"x", timeout_ms=8000)
        check_equal((code, safe), (UNAVAILABLE, True), f"{options}: {details}")
        check(word in details, f"{options}: {details}")
        caller.stop()
    trial.port = free_port()
    trial.start(made.path("server.pem"), made.path("server-key.pem"), made.authority)
    caller = Caller(trial, trial.port, f"ca={made.authority}", f"certificate={theirs[0]}", f"key={theirs[1]}")
    check_equal(caller.call("unary", "/echo", b"over TLS"), answer, "mutual TLS")
    caller.stop()
    caller = Caller(trial, trial.port, f"ca={made.authority}")
    code, _, details, _ = caller.call("unary", "/echo", b"x")
    check_equal(code, UNAVAILABLE, f"without a certificate: {details}")
    caller.stop()


def our_own_server(trial):
    """What other makers' clients are asked in interop, on both ports."""
    trial.server.start()
    for port in (trial.server.port, trial.server.port + interop.GRPC_OFFSET):
        caller = Caller(trial, port)
        for feature, (kind, path, messages, encoding, timeout_ms), code, test in interop.FEATURES:
            got = caller.call(kind, path, *messages, encoding=encoding, timeout_ms=timeout_ms)
            check(got[0] == code and (test is None or test(got[1], got[2])), f"{feature}: {got}")
        caller.stop()


ALL = [calls_of_every_kind, deadlines_and_cancellation, a_server_that_dies, a_server_that_goes_away, a_server_that_freezes, addresses_that_are_denied,
       over_tls, our_own_server]
