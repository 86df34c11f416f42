"""Cases of the order in which the listeners of a configuration are told its changes.

As in cases.py, each function is one case. The changes are numbers, published over raw HTTP by one writer, so that their order is known,
and told to two clients in processes of their own.
"""

import itertools
import socket
import time
import urllib.parse

import nacos_http
from fixture import GROUP, check, check_equal

CHANGES = 10_000
UNDER_WAY = 16  # publishes that are sent before the first of them is answered
CHANGES_TOLD_MIN = 3  # of those; fewer would prove nothing, and libraries that poll are told few
QUIET_S = 1.0
ANSWER_S = 10.0
START_S = 15.0  # the library may only begin to connect when it has its first listener, in a process that has just begun
PAUSED_CHANGES = 50
PAUSE_S = 0.1


def changes_in_order(t):
    """Of 10,000 changes in a row the listeners are told some in order, none twice in a row, and in the end the last."""
    listeners = _listeners(t)
    last = CHANGES
    _publish_in_a_row(t.server.port, range(1, last + 1))
    if t.client.forgets_pushes:
        _wait_until_quiet(listeners)
        last += 1
        t.http().publish("counted", str(last), group=GROUP)
    for config, listener in listeners:
        config.wait_content(listener, str(last), t.listen_s)
    told = [_told(*listener) for listener in listeners]
    for numbers in told:
        if t.client.tells_in_any_order:
            check_equal(len(set(numbers)), len(numbers), "changes told once")
            numbers.sort()
        falls = [pair for pair in itertools.pairwise(numbers) if pair[0] >= pair[1]]
        check(not falls, f"{len(falls)} of {len(numbers)} changes told were no newer than the one before: {falls[:5]}")
        check_equal(numbers[-1], last, "the last change told")
        check(len(numbers) >= CHANGES_TOLD_MIN, f"only {len(numbers)} changes were told: {numbers}")
    return f"told {' and '.join(str(len(numbers)) for numbers in told)}"


changes_in_order.loads_machine = True


def every_change_arrives(t):
    """Of changes with a pause between them every single one is told, once."""
    listeners, http = _listeners(t), t.http()
    for number in range(1, PAUSED_CHANGES + 1):
        time.sleep(PAUSE_S)
        http.publish("counted", str(number), group=GROUP)
        for config, listener in listeners:
            config.wait_content(listener, str(number), t.listen_s)
    for listener in listeners:
        check_equal(_told(*listener), list(range(PAUSED_CHANGES + 1)), "the changes told")


ALL = [changes_in_order, every_change_arrives]


def _publish_in_a_row(port, numbers):
    """Publishes on one connection, on which the server takes requests in order, and is a few of them ahead of the answers."""
    answers_due = 0
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S) as connection, connection.makefile("rb") as answers:
        for number in numbers:
            connection.sendall(_request(number))
            answers_due += 1
            if answers_due == UNDER_WAY:
                _read_answer(answers)
                answers_due -= 1
        for _ in range(answers_due):
            _read_answer(answers)


def _request(number):
    form = urllib.parse.urlencode({"dataId": "counted", "group": GROUP, "content": number}).encode()
    head = (f"POST {nacos_http.CONFIGS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(form)}\r\n\r\n")
    return head.encode() + form


def _read_answer(answers):
    head = list(itertools.takewhile(lambda line: line not in (b"\r\n", b""), answers))
    length = next(int(line.split(b":")[1]) for line in head if line.lower().startswith(b"content-length:"))
    body = answers.read(length)
    check(head[0].startswith(b"HTTP/1.1 200 ") and body == b"true", f"a publish was answered {head[0]!r} {body!r}")


def _listeners(t):
    """Two clients with a listener each that has been told the number 0."""
    clients = [t.config(), t.config(driver=t.second_driver())]
    listeners = [(config, config.listen("counted")) for config in clients]
    t.http().publish("counted", "0", group=GROUP)
    for config, listener in listeners:
        config.wait_content(listener, "0", t.listen_s + START_S)
    return listeners


def _wait_until_quiet(listeners):
    """Waits until no listener is told anything any more."""
    told, before = [], None
    while told != before:
        time.sleep(QUIET_S)
        told, before = [len(config.driver.events(listener)) for config, listener in listeners], told


def _told(config, listener):
    """The numbers that `listener` was told, oldest first, from 0 on."""
    contents = [event[0] for event in config.driver.events(listener)]
    return [int(content) for content in contents[contents.index("0"):]]
