"""SIGTERM while clients are there: none can hold the server up for its drain time, and none loses what it was promised."""

import contextlib
import http.client
import socket
import threading
import urllib.parse

import nacos_http
from server import GRPC_OFFSET, Server
from writers import SETTINGS, Writers

STOP_LIMIT_S = 8.0  # below the drain time of 10 s, above the 3 s that a client is waited for
POLL_HOLD_MS = 60_000
IDLE_CLIENTS = 8
STOPS_UNDER_LOAD = 5


def held_poll(trial):
    """A held long poll is answered "nothing has changed" at once."""
    trial.server.start()
    answers, asked = [], threading.Event()
    poller = threading.Thread(target=lambda: answers.append(_poll(trial.server.port, asked)), daemon=True)
    poller.start()
    if not asked.wait(STOP_LIMIT_S):
        raise AssertionError("the poll was not sent")
    poller.join(timeout=0.2)
    if not poller.is_alive():
        raise AssertionError(f"the poll did not wait: {answers}")
    trial.server.stop(STOP_LIMIT_S)
    poller.join(timeout=1.0)
    if answers != [(200, b"")]:
        raise AssertionError(f"the poll was answered {answers or 'nothing'}")


def half_sent_request(trial):
    """A client that never sends the rest of its request is told so and dropped."""
    trial.server.start()
    with socket.create_connection(("127.0.0.1", trial.server.port), timeout=STOP_LIMIT_S) as client:
        client.sendall(b"POST /nacos/v1/cs/configs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
                       b"Expect: 100-continue\r\n\r\n")
        said = client.recv(4096)  # so the server has begun with it: what it has not read at its end it owes no answer
        if not said.startswith(b"HTTP/1.1 100 "):
            raise AssertionError(f"the client was told {said!r} at the request's head")
        client.sendall(b"half")
        trial.server.stop(STOP_LIMIT_S)
        said = client.recv(4096)
    if not said.startswith(b"HTTP/1.1 408 "):
        raise AssertionError(f"the client was told {said!r}")


def requests_just_sent(trial):
    """Requests that were sent before the signal are answered, on connections that are new or were used before."""
    trial.server.start()
    port = trial.server.port
    request = f"GET {nacos_http.CONFIGS}?dataId=nobody&group=nobody HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with contextlib.ExitStack() as connections:
        clients = [connections.enter_context(_kept_alive(port)) for _ in range(IDLE_CLIENTS)]
        trial.server.freeze()
        clients += [connections.enter_context(_silent(port)) for _ in range(IDLE_CLIENTS)]
        for client in clients:
            client.sendall(request)
        trial.server.stop(STOP_LIMIT_S)
        said = [_last_words(client) for client in clients]
    unanswered = [words for words in said if not words.startswith(b"HTTP/1.1 404 ")]
    if unanswered:
        raise AssertionError(f"{len(unanswered)} of {len(said)} requests were not answered, one with {unanswered[0]!r}")


def idle_clients(trial):
    """Clients that had their answer and stay, and clients that never said a word, are hung up on and not waited for."""
    trial.server.start()
    port = trial.server.port
    with contextlib.ExitStack() as connections:
        idle = [connections.enter_context(_silent(port)) for port in (port, port + GRPC_OFFSET)]
        idle += [connections.enter_context(_kept_alive(port)) for _ in range(IDLE_CLIENTS)]
        trial.server.stop(STOP_LIMIT_S)
        said = [_last_words(client) for client in idle]
    if any(said):
        raise AssertionError(f"they were told {said}, though they had asked nothing")


def writers_at_work(trial):
    """Sixteen writers that go on all the while do not hold it up, and what they were promised is there after a restart."""
    trial.server.start()
    writers = Writers(trial.server)
    for _ in range(STOPS_UNDER_LOAD):
        writers.work_until(lambda: trial.server.stop(STOP_LIMIT_S))
        trial.server.start()
        writers.compare()
    return f"{STOPS_UNDER_LOAD} stops, {writers.acknowledged} acknowledged, 0 lost"


def _poll(port, asked):
    connection = nacos_http.Connection(port, timeout=STOP_LIMIT_S + 5)
    listening = urllib.parse.quote("nobody\x02DEFAULT_GROUP\x02\x01")
    try:
        status, _, body = connection.request(
            "POST", nacos_http.CONFIGS + "/listener", form={"Listening-Configs": listening},
            headers={"Long-Pulling-Timeout": str(POLL_HOLD_MS)}, on_sent=asked.set)
        return status, body
    finally:
        connection.close()


def _kept_alive(port):
    """The socket of a connection that had one answer and was not closed by either side."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STOP_LIMIT_S)
    connection.request("GET", nacos_http.CONFIGS + "?dataId=nobody&group=nobody")
    connection.getresponse().read()
    if connection.sock is None:
        raise AssertionError("the server did not keep the connection")
    return connection.sock


def _silent(port):
    return socket.create_connection(("127.0.0.1", port), timeout=STOP_LIMIT_S)


def _last_words(client):
    """What the server says before it hangs up, however it does that."""
    try:
        return client.recv(4096)
    except ConnectionResetError:
        return b""


class Trial:
    """One server that is not up yet."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory, SETTINGS)


ALL = [held_poll, half_sent_request, requests_just_sent, idle_clients, writers_at_work]
