"""Each limit on what clients may cost, reached: the right answer, the metric counts it, and memory and descriptors stay as they were."""

import contextlib
import json
import os
import re
import resource
import stat
import struct
import subprocess
import time

import nacos_http
from held_bytes import reader_of_nothing
from limit_trial import (GOAWAY, HEADERS, LARGE, LIVENESS, PREFACE, RST_STREAM, SETTINGS, Trial, check, eventually, fields, frame,
                         frames_of, all_of, get_block)
from server import GRPC_OFFSET

HERE = os.path.dirname(os.path.abspath(__file__))
GET = b"GET /nacos/v1/console/health/liveness HTTP/1.1\r\nHost: x\r\n\r\n"
ENHANCE_YOUR_CALM = 0xB


# ---------------------------------------------------------------- connections and descriptors (S35)
def s35_connections_in_total(trial):
    """Above the total a client is told 503 or GOAWAY, those within go on, and a place that is free is given again."""
    trial.start("--batata.net.max-connections=40", "--batata.net.max-connections-per-address=100")
    with trial.no_growth():
        with contextlib.ExitStack() as stack:
            inside = [stack.enter_context(trial.connect(trial.port + (GRPC_OFFSET if i % 2 else 0))) for i in range(39)]
            for client in inside:
                client.sendall(GET)
                check(client.recv(4096).startswith(b"HTTP/1.1 200 "), "a client within the limit was not served")
            check(trial.metric("batata_active_connections") == 40, "39 and the scraper are not 40")
            eventually("the place of the scraper", lambda: enter(trial, stack))
            for _ in range(300):
                said = told(trial)
                check(not said or (said.startswith(b"HTTP/1.1 503 ") and b"Retry-After: 1" in said), f"told {said!r}")
            with trial.connect() as refused:
                refused.sendall(PREFACE + frame(SETTINGS, b""))
                kinds = {kind: payload for kind, _, payload in frames_of(all_of(refused))}
                check(struct.unpack(">I", kinds[GOAWAY][4:8])[0] == ENHANCE_YOUR_CALM, f"told {kinds}")
            for client in inside:
                client.sendall(GET)
                check(client.recv(4096).startswith(b"HTTP/1.1 200 "), "a client within the limit is no longer served")
        eventually("the places to be free", lambda: answers(trial))
        check(trial.reached("batata.net.max-connections") >= 301, "refusals were not counted")
        trial.serves()
    check(trial.server.log().count("connections refused") <= 2, "refusals fill the log")


def told(trial, source=None):
    """What a new client hears until the server hangs up; nothing when so many are refused that it is done without a word."""
    with trial.connect(source=source) as client, contextlib.suppress(ConnectionResetError, BrokenPipeError):
        client.sendall(GET)
        return all_of(client)
    return b""


def enter(trial, stack, source=None):
    """Whether a connection that stays is served: it is in then, and not only in the kernel's queue."""
    client = stack.enter_context(trial.connect(source=source))
    client.sendall(GET)
    return client.recv(4096).startswith(b"HTTP/1.1 200 ")


def answers(trial):
    """Whether a new client is served now."""
    try:
        return nacos_http.Connection(trial.port).request("GET", LIVENESS)[0] == 200
    except OSError:
        return False


def s35_connections_of_one_address(trial):
    """One address cannot take the places of the others."""
    trial.start("--batata.net.max-connections-per-address=8")
    with trial.no_growth():
        with contextlib.ExitStack() as stack:
            for _ in range(8):
                check(enter(trial, stack, "127.0.0.2"), "a client within the limit was not served")
            for _ in range(100):
                said = told(trial, "127.0.0.2")
                check(not said or said.startswith(b"HTTP/1.1 503 "), f"told {said!r}")
            trial.serves()  # from another address
        check(trial.reached("batata.net.max-connections-per-address") == 100, "refusals were not counted")


def limited(trial, descriptors):
    """The server's program under a hard limit of descriptors."""
    path = os.path.join(trial.server.directory, "batata-limited")
    with open(path, "w", encoding="utf-8") as script:
        script.write(f'#!/bin/sh\nulimit -S -n 64\nulimit -H -n {descriptors}\nexec "{trial.server.binary}" "$@"\n')
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)
    trial.server.binary = path


def s35_descriptors_are_kept_for_files(trial):
    """Clients can take all places and none of the descriptors that the server needs itself: it goes on writing."""
    limited(trial, 300)
    trial.start("--batata.net.max-connections-per-address=1000", "--batata.raft.segment-size=64KiB",
                "--batata.state.flush-after=64KiB")
    check(resource.prlimit(trial.pid, resource.RLIMIT_NOFILE)[0] == 300, "the limit was not raised to the hard one")
    writer = nacos_http.Connection(trial.port)
    check(writer.publish("first", "1"), "a publish was refused")
    with contextlib.ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(trial.connect())
        for i in range(200):  # which makes files of the log and of the state
            check(writer.publish(f"key-{i}", "y" * 10_000), "a publish was refused")
        for name in ("batata_accept_pauses_total", "batata_accept_short_of_descriptors"):
            status, _, body = writer.request("GET", "/metrics")
            check(status == 200 and f"\n{name} 0\n" in body.decode(), f"{name} is not 0")
    eventually("new clients to be served", lambda: answers(trial))
    trial.serves()
    trial.server.restart()
    check(nacos_http.Connection(trial.port).get("key-199") == "y" * 10_000, "what was written is not there")


def s35_descriptors_used_up(trial):
    """Without a free descriptor new clients wait, the log says so once, and all goes on by itself when there are some again."""
    trial.start()
    scraper = nacos_http.Connection(trial.port)
    soft, hard = resource.prlimit(trial.pid, resource.RLIMIT_NOFILE)
    scraper.request("GET", "/metrics")

    def metric(name):
        body = scraper.request("GET", "/metrics")[2].decode()
        return float(re.search(rf"^{name} (\S+)$", body, re.MULTILINE).group(1))
    highest = max(int(name) for name in os.listdir(f"/proc/{trial.pid}/fd"))
    resource.prlimit(trial.pid, resource.RLIMIT_NOFILE, (highest + 1, hard))
    with contextlib.ExitStack() as stack:
        waiting = [stack.enter_context(trial.connect()) for _ in range(20)]
        for client in waiting:
            client.sendall(GET)
        time.sleep(1.0)
        check(metric("batata_accept_pauses_total") > 0, "the pause was not counted")
        check(metric("batata_accept_short_of_descriptors") == 1, "the shortage is not told")
        resource.prlimit(trial.pid, resource.RLIMIT_NOFILE, (soft, hard))
        for client in waiting:
            check(client.recv(4096).startswith(b"HTTP/1.1 200 "), "a client that had waited was not served")
    eventually("the end of the shortage", lambda: metric("batata_accept_short_of_descriptors") == 0, 15)
    log = trial.server.log()
    check(log.count("none can be accepted") == 1, "the shortage was not logged once")
    check(log.count("connections are accepted again") == 1, "its end was not logged once")
    trial.serves()


# ---------------------------------------------------------------- sizes and numbers
def sizes_of_requests(trial):
    """Heads, headers and bodies above their limits: 431, 431 and 413, over HTTP/1 and HTTP/2, a thousand times without growth."""
    trial.start("--batata.net.max-header-size=4KiB", "--batata.net.max-headers=20", "--batata.net.max-body-size=64KiB")
    many = [(f"h{i}", "1") for i in range(30)]
    heads = {"max-header-size": ([("big", "x" * 5000)], b"HTTP/1.1 431 "), "max-headers": (many, b"HTTP/1.1 431 "),
             "max-body-size": ([("Content-Length", "70000")], b"HTTP/1.1 413 ")}
    with trial.no_growth():
        for limit, (lines, status) in heads.items():
            head = "".join(f"{name}: {value}\r\n" for name, value in lines)
            request = f"POST /nacos/v1/cs/configs HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode()
            for _ in range(300):
                with trial.connect() as client:
                    client.sendall(request)
                    said = all_of(client)
                    check(said.startswith(status), f"{limit} was answered {said[:100]!r}")
            check(trial.reached(f"batata.net.{limit}") == 300, f"{limit} was not counted")
        with trial.connect() as client:
            client.sendall(PREFACE + frame(SETTINGS, b"") + frame(HEADERS, get_block(LIVENESS, *many), 1, 5))
            eventually("the headers to be counted", lambda: trial.reached("batata.net.max-headers") == 301)
            # The connection lives on: 431 was for the one request.
            client.sendall(frame(HEADERS, get_block(LIVENESS), 3, 5))
            eventually("an answer", lambda: any(stream == 3 for _, stream, _ in frames_of(client.recv(65536))))
    trial.serves()


def streams_of_one_connection(trial):
    """More streams than announced end the connection with GOAWAY; the server announced how many there may be."""
    trial.start("--batata.net.max-streams=10")
    with trial.no_growth():
        for _ in range(50):
            with trial.connect(trial.port + GRPC_OFFSET) as client:
                client.sendall(PREFACE + frame(SETTINGS, b""))
                client.recv(65536)
                client.sendall(frame(SETTINGS, b"", 0, 1))  # we have read that there may be ten
                post = fields((":method", "POST"), (":scheme", "http"), (":authority", "x"), (":path", "/nacos/v1/cs/configs"))
                client.sendall(b"".join(frame(HEADERS, post, 2 * i + 1, 4) for i in range(11)))
                kinds = [kind for kind, _, _ in frames_of(all_of(client))]
                check(GOAWAY in kinds or RST_STREAM in kinds, f"told {kinds}")
        check(trial.reached("batata.net.max-streams") == 50, "they were not counted")
    trial.serves()


# ---------------------------------------------------------------- time
def times(trial):
    """Silence, half a head, an idle connection and a reader that takes nothing each end in their time and are counted."""
    trial.start("--batata.net.header-timeout=500ms", "--batata.net.idle-timeout=1s", "--batata.net.stall-timeout=5s")
    check(nacos_http.Connection(trial.port).publish("large", LARGE), "a publish was refused")
    with trial.no_growth():
        with trial.connect() as silent, trial.connect() as partial, trial.connect() as idle:
            partial.sendall(b"GET / HTTP/1.1\r\n")
            idle.sendall(GET)
            check(idle.recv(4096).startswith(b"HTTP/1.1 200 "), "not served")
            check(all_of(silent) == b"", "who said nothing was told something")
            check(all_of(partial).startswith(b"HTTP/1.1 408 "), "half a head was not refused for its time")
            check(all_of(idle) == b"", "an idle client was told something")
        check(trial.reached("batata.net.header-timeout") == 2, "the time of heads was not counted")
        check(trial.reached("batata.net.idle-timeout") >= 1, "the time of idle connections was not counted")
        with reader_of_nothing(trial):
            eventually("the reader to be dropped", lambda: trial.reached("batata.net.stall-timeout") == 1, 15)
    trial.serves()


def time_of_handshakes(trial):
    """Who connects to a port of TLS and does not shake hands is dropped in its time."""
    made = {}
    for words in (["ca", "create"], ["cert", "create", "server", "--ca", "batata-ca.pem", "--ca-key", "batata-ca-key.pem"]):
        done = subprocess.run([trial.server.binary, "tls", *words, "-o", "json"], cwd=trial.server.directory, capture_output=True,
                              text=True, timeout=30, check=True)
        made = json.loads(done.stdout)
    paths = [os.path.join(trial.server.directory, os.path.basename(made[each])) for each in ("certificate", "key")]
    trial.start("--batata.tls.enabled=true", "--batata.tls.compatible=true", f"--batata.tls.certificate={paths[0]}",
                f"--batata.tls.key={paths[1]}", "--batata.net.handshake-timeout=500ms")
    with trial.no_growth():
        with trial.connect() as silent, trial.connect() as half:
            half.sendall(b"\x16\x03\x01\x02\x00\x01")
            check(all_of(silent) == b"" and all_of(half) == b"", "somebody was told something")
        check(trial.reached("batata.net.handshake-timeout") == 2, "they were not counted")
    trial.serves()


# ---------------------------------------------------------------- metrics
def metrics_are_those_of_the_document(trial):
    """docs/metrics.md has every metric that is served, with its type, and no other; the same at all three addresses."""
    trial.start()
    trial.serves()
    with open(os.path.join(HERE, "..", "..", "docs", "metrics.md"), encoding="utf-8") as document:
        listed = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", document.read(), re.MULTILINE))
    served = dict(re.findall(r"^# TYPE (\w+) (\w+)$", trial.page(), re.MULTILINE))
    check(listed == served, f"they differ in {set(listed.items()) ^ set(served.items())}")
    for path in ("/metrics", "/nacos/metrics", "/nacos/actuator/prometheus"):
        status, headers, body = nacos_http.Connection(trial.port).request("GET", path)
        check(status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4"), f"{path} answered {status}")
        check(b'batata_http_requests_total{method="POST",path="/nacos/v1/cs/configs"} 1\n' in body, f"{path}: {body[-2000:]!r}")
        for line in body.decode().splitlines():
            check(re.fullmatch(r'# (HELP|TYPE) .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [0-9.e+-]+|\w+ (\+Inf|NaN)', line), line)


def metrics_ask_for_a_right(trial):
    """While clients must sign in, metrics are for administrators and who has the permission; a setting leaves them to anybody."""
    settings = ["--nacos.core.auth.enabled=true"]
    trial.start(*settings)
    connection = nacos_http.Connection(trial.port)
    connection.ask("POST", "/nacos/v3/auth/user/admin", form={"password": "a password of the test"})
    check(connection.request("GET", "/metrics")[0] == 403, "metrics were given to nobody in particular")
    connection.log_in("nacos", "a password of the test")
    check(connection.request("GET", "/metrics")[0] == 200, "metrics were refused to the administrator")
    connection.ask("POST", "/nacos/v3/auth/user", form={"username": "joe", "password": "another password"})
    connection.ask("POST", "/nacos/v3/auth/role", form={"username": "joe", "role": "scraper"})
    signed_in = {"username": "joe", "password": "another password"}
    other = nacos_http.Connection(trial.port)
    check(other.request("GET", "/metrics", signed_in)[0] == 403, "metrics were given to a user without the right")
    connection.ask("POST", "/nacos/v3/auth/permission", form={"role": "scraper", "resource": "metrics", "action": "r"})
    eventually("the right to hold", lambda: other.request("GET", "/metrics", signed_in)[0] == 200)
    trial.server.stop()
    trial.start(*settings, "--batata.metrics.public=true")
    check(nacos_http.Connection(trial.port).request("GET", "/metrics")[0] == 200, "metrics for anybody were refused")


ALL = [s35_connections_in_total, s35_connections_of_one_address, s35_descriptors_are_kept_for_files, s35_descriptors_used_up,
       sizes_of_requests, streams_of_one_connection, times, time_of_handshakes,
       metrics_are_those_of_the_document, metrics_ask_for_a_right]
