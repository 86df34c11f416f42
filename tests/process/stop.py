"""SIGTERM while clients are at work: each gets its answer, and none of them can hold the server up for its drain time."""

import socket
import threading
import urllib.parse

import nacos_http
from server import Server

STOP_LIMIT_S = 8.0  # below the drain time of 10 s, above the 3 s that a client is waited for
POLL_HOLD_MS = 60_000


def held_poll(trial):
    """A held long poll is answered "nothing has changed" at once."""
    answers = []
    poller = threading.Thread(target=lambda: answers.append(_poll(trial.server.port)), daemon=True)
    poller.start()
    # Its answer to a later request on another connection says nothing of the poll, so the poll shows itself: it waits.
    poller.join(timeout=0.5)
    if not poller.is_alive():
        raise AssertionError(f"the poll did not wait: {answers}")
    trial.server.stop(STOP_LIMIT_S)
    poller.join(timeout=1.0)
    if answers != [(200, b"")]:
        raise AssertionError(f"the poll was answered {answers or 'nothing'}")


def half_sent_request(trial):
    """A client that never sends the rest of its request is told so and dropped."""
    with socket.create_connection(("127.0.0.1", trial.server.port), timeout=STOP_LIMIT_S) as client:
        client.sendall(b"POST /nacos/v1/cs/configs HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
        trial.server.stop(STOP_LIMIT_S)
        said = client.recv(4096)
    if not said.startswith(b"HTTP/1.1 408 "):
        raise AssertionError(f"the client was told {said!r}")


def _poll(port):
    connection = nacos_http.Connection(port, timeout=STOP_LIMIT_S + 5)
    listening = urllib.parse.quote("nobody\x02DEFAULT_GROUP\x02\x01")
    try:
        status, _, body = connection.request(
            "POST", nacos_http.CONFIGS + "/listener", form={"Listening-Configs": listening},
            headers={"Long-Pulling-Timeout": str(POLL_HOLD_MS)})
        return status, body
    finally:
        connection.close()


class Trial:
    """One server that is up."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)
        self.server.start()


ALL = [held_poll, half_sent_request]
