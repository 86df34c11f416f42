"""What clients do not take and what they do not end: bounded for each and for all of them, and whoever has the most goes first."""

import contextlib
import socket
import time

import nacos_http
from limit_trial import BEAT, HEADERS, LARGE, LIVENESS, PREFACE, SETTINGS, Trial, check, eventually, frame, get_block


def reader_of_nothing(trial, buffer=4096):
    """A connection that asks for the large config and reads none of it."""
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    client.connect(("127.0.0.1", trial.port))
    client.sendall(f"GET {nacos_http.CONFIGS}?dataId=large&group={nacos_http.GROUP} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return client


def unsent_bytes_of_all(trial):
    """While clients leave too much unread, health and heartbeats are served and the rest is told 503; then all is as before."""
    trial.start("--batata.net.max-unsent=8MiB")
    connection = nacos_http.Connection(trial.port)
    check(connection.publish("large", LARGE), "a publish was refused")
    with trial.no_growth():
        with contextlib.ExitStack() as stack:
            for _ in range(6):
                stack.enter_context(reader_of_nothing(trial))
            eventually("the shortage", lambda: trial.metric("batata_unsent_bytes") > (8 << 20))
            status, headers, _ = connection.request("GET", nacos_http.CONFIGS, {"dataId": "large", "group": nacos_http.GROUP})
            check(status == 503 and headers["Retry-After"] == "1", f"a read was answered {status}")
            status = connection.request("POST", nacos_http.CONFIGS, form={"dataId": "a", "group": "g", "content": "1"})[0]
            check(status == 503, f"a write was answered {status}")
            check(connection.request("GET", LIVENESS)[0] == 200, "the health check was refused")
            check(connection.request("PUT", nacos_http.INSTANCES + "/beat", form=BEAT)[0] == 200, "a heartbeat was refused")
            refused = 'batata_requests_shed_total{priority="%s",reason="unsent_bytes"}'
            # In a shortage a page of metrics may be a second old.
            eventually("it to be counted", lambda: trial.metric(refused % "read") >= 1 and trial.metric(refused % "write") == 1)
            check(trial.metric(refused % "vital") == 0, "something vital was refused")
            # Those who have the most go, and no more than must: the shortage ends while the readers stay.
            eventually("those with the most to go", lambda: trial.metric("batata_unsent_bytes") <= (7 << 20))
            check(1 <= trial.reached("batata.net.max-unsent") <= 6, "it was not counted who went")
            check(connection.get("large") == LARGE, "a good reader is not served again")
        eventually("all to be as before", lambda: connection.get("large") == LARGE)
        eventually("nothing to wait", lambda: trial.metric("batata_unsent_bytes") == 0)
    trial.serves()


def slow_readers(trial):
    """Who takes a little now and then of what waits is dropped as who takes nothing; who takes it slowly but surely gets all."""
    trial.start("--batata.net.stall-timeout=5s", "--batata.net.min-take-rate=64KiB")
    check(nacos_http.Connection(trial.port).publish("large", LARGE), "a publish was refused")
    with trial.no_growth():
        with reader_of_nothing(trial) as creeping, reader_of_nothing(trial, 1 << 18) as steady:
            steady.settimeout(10.0)
            dropped, taken = False, 0
            deadline = time.monotonic() + 60
            while not dropped or taken < len(LARGE):
                check(time.monotonic() < deadline, f"after {taken} bytes of the one, the other is dropped: {dropped}")
                taken += len(steady.recv(32 << 10))
                if not dropped:
                    dropped = trial.reached("batata.net.min-take-rate") == 1
                    with contextlib.suppress(ConnectionError):
                        creeping.recv(512)
                time.sleep(0.05)
        check(trial.reached("batata.net.min-take-rate") == 1, "the steady one was dropped, too")
        check(trial.reached("batata.net.stall-timeout") == 0, "it was counted as if nothing had been taken")
    trial.serves()


def unfinished_bytes_of_all(trial):
    """Who sends bodies, large or small, and does not end them cannot fill the memory: they are told 503, and whole requests go on."""
    trial.start("--batata.net.max-unfinished=8MiB")
    head = b"POST /nacos/v1/cs/configs HTTP/1.1\r\nHost: x\r\nContent-Length: 15000000\r\n\r\n"
    with trial.no_growth():
        with contextlib.ExitStack() as stack:
            senders = [stack.enter_context(trial.connect()) for _ in range(30)]
            for sender in senders:
                with contextlib.suppress(OSError):
                    sender.sendall(head + b"x" * (1 << 20))
            trial.serves()
            refused = 0
            for sender in senders[-10:]:
                sender.settimeout(2)
                with contextlib.suppress(OSError):
                    refused += sender.recv(4096).startswith(b"HTTP/1.1 503 ")
            check(refused > 0, "nobody was told 503")
            check(trial.reached("batata.net.max-unfinished") >= 15, "refusals were not counted")
            head = b"POST /nacos/v1/cs/configs HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
            before = trial.reached("batata.net.max-unfinished")
            small = [stack.enter_context(trial.connect()) for _ in range(300)]
            for sender in small:
                with contextlib.suppress(OSError):
                    sender.sendall(head + b"x" * 40_000)
            eventually("small ones to be refused", lambda: trial.reached("batata.net.max-unfinished") > before + 50)
            trial.serves()
            check(trial.metric("batata_unfinished_request_bytes") < (8 << 20), "more is held than may be")
        eventually("nothing to be held", lambda: trial.metric("batata_unfinished_request_bytes") < 1000)  # the scrape itself
    trial.serves()


def unsent_bytes_of_one_connection(trial):
    """A connection that asks for more than it takes is told so, and cannot fill the memory."""
    trial.start("--batata.net.max-unsent-per-connection=1MiB")
    connection = nacos_http.Connection(trial.port)
    check(connection.publish("large", LARGE), "a publish was refused")
    path = f"{nacos_http.CONFIGS}?dataId=large&group={nacos_http.GROUP}"
    with trial.no_growth():
        with trial.connect() as client:
            client.sendall(PREFACE + frame(SETTINGS, b""))
            client.sendall(b"".join(frame(HEADERS, get_block(path), 2 * i + 1, 5) for i in range(100)))
            limit = "batata.net.max-unsent-per-connection"
            eventually("them to be counted", lambda: trial.reached(limit) == 99)
            check(trial.metric("batata_unsent_bytes") <= len(LARGE) + (1 << 20), "more waits than may")
    trial.serves()


ALL = [unsent_bytes_of_all, slow_readers, unfinished_bytes_of_all, unsent_bytes_of_one_connection]
