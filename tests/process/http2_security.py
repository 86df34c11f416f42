"""What a client of HTTP/2 could do to the server or get out of it, by S numbers: part of http2.py."""

import gzip
import time
import urllib.parse

import h2_frames as h2
import security
from h2_frames import (CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, PRIORITY, PROTOCOL_ERROR, RST_STREAM,
                       Connection, block, frame, head, request, settings, window_update)
from http1 import CONFIGS, expect, resident_kib
from spellings import OTHER, QUESTION, SAME, TAILS

FORM = ("content-type", "application/x-www-form-urlencoded")


def s03_no_spelling_of_a_path_goes_around(trial):
    """Each spelling of a guarded path is refused over HTTP/2, too; with a token the same spellings are answered."""
    guarded = security.Trial(trial.server.binary, trial.server.directory + "-guarded")
    try:
        guarded.start()
        guarded.expect(200, "POST", security.CONFIG + "&content=secret", token=guarded.admin)
        for number, path in enumerate(SAME):
            with Connection(guarded.server.port) as connection:
                targets = [path + QUESTION] + [path + QUESTION + tail for tail in TAILS]
                for stream, target in enumerate(targets):
                    connection.send(request(2 * stream + 1, head(target)))
                for stream, target in enumerate(targets):
                    expect(f"{target} ({number})", is_refused(connection, 2 * stream + 1, (403, 400)), True)
                connection.send(request(99, head(f"{path}{QUESTION}&accessToken={guarded.admin}")))
                expect(f"{path} with a token", (connection.status(99), connection.bodies.get(99)), (200, b"secret"))
        for path in [*OTHER, "/nacos/v1/cs/configs ", "/nacos/v1/cs/configs\t"]:
            with Connection(guarded.server.port) as connection:
                connection.send(request(1, head(path + QUESTION)))
                expect(path, is_refused(connection, 1, (400, 403, 404)), True)
    finally:
        guarded.server.discard()


def is_refused(connection, stream, statuses):
    """Whether the answer is one of those, or the stream was reset for what HTTP/2 does not allow. Silence is no refusal."""
    status = connection.status(stream)
    refused = status in statuses or (status is None and connection.resets.get(stream) == PROTOCOL_ERROR)
    return refused and b"secret" not in connection.bodies.get(stream, b"")


def s36_a_packed_body_is_bounded(trial):
    """What is packed is unpacked within its limits; the bomb's stream alone is refused."""
    trial.start()
    form = urllib.parse.urlencode({"dataId": "packed2", "group": "g", "content": "c" * 3000}).encode()
    packed_head = head(CONFIGS, "POST", [FORM, ("content-encoding", "gzip")])
    with Connection(trial.port) as connection:
        for stream, body, status in ((1, gzip.compress(form), 200), (3, gzip.compress(b"x" * (16 << 20)), 413), (5, b"no gzip", 400), (7, gzip.compress(form), 200)):
            connection.send(request(stream, packed_head, end=False))
            for at in range(0, len(body), 16000):
                connection.send(frame(DATA, END_STREAM if at + 16000 >= len(body) else 0, stream, body[at:at + 16000]))
            expect(f"stream {stream}", connection.status(stream), status)
    expect("content", trial.content("packed2"), b"c" * 3000)


def s30_floods(trial):
    """Each is answered with ENHANCE_YOUR_CALM; the server's memory stays, and others are served meanwhile."""
    trial.start()
    trial.publish("much", "m" * (1 << 20))
    before = resident_kib(trial)
    large = head(f"{CONFIGS}?dataId=much&group=g")
    open_post = request(1, head(CONFIGS, "POST", [FORM]), end=False)
    bomb = b"\x40" + h2.text("x") + h2.text("v" * 3900) + b"\xbe" * 12_000
    waits = head(f"{CONFIGS}?dataId=nobody&group=nobody")

    def streams(count):
        return range(1, 2 * count, 2)

    floods = {
        "rapid reset": [request(stream, waits) + frame(RST_STREAM, 0, stream, b"\0\0\0\x08") for stream in streams(20_000)],
        "MadeYouReset by windows": [settings((4, 10))] + [request(stream, large) + window_update(stream, 0x7fffffff) for stream in streams(20_000)],
        "MadeYouReset by lengths": [request(stream, head(more=[("content-length", "1")])) for stream in streams(20_000)],
        "CONTINUATION": [frame(HEADERS, END_STREAM, 1, block(head()))] + [frame(CONTINUATION, 0, 1, b"\x00\x01a\x01b")] * 20_000,
        "empty CONTINUATION": [frame(HEADERS, END_STREAM, 1, block(head()))] + [frame(CONTINUATION, 0, 1)] * 20_000,
        "PING": [frame(PING, 0, 0, b"12345678")] * 200_000,
        "SETTINGS": [settings()] * 20_000,
        "SETTINGS with much in them": [settings(*[(0xfa, 1)] * 33)] * 200,
        "HPACK bomb": [frame(HEADERS, END_STREAM | END_HEADERS, 1, block(head()) + bomb)],
        "HPACK bomb in trailers": [open_post, frame(HEADERS, END_STREAM | END_HEADERS, 1, bomb)],
        "empty DATA": [open_post] + [frame(DATA, 0, 1)] * 200_000,
        "PRIORITY": [frame(PRIORITY, 0, 1, b"\0\0\0\0\0")] * 200_000,
        "unknown frames": [frame(0xfa)] * 200_000,
        "windows byte by byte": [settings((4, 0)), request(1, large)] + [window_update(1, 1)] * 200_000,
    }
    for name, frames in floods.items():
        with Connection(trial.port) as connection, Connection(trial.port) as other:
            for at in range(0, len(frames), 500):
                connection.send(*frames[at:at + 500])
                connection.read(lambda: connection.ended, 0.001)
                if connection.ended:
                    break
            expect(name, connection.end(), h2.ENHANCE_YOUR_CALM)
            other.send(request(1))
            expect(f"{name}: others", other.status(1), 200)
    grown = resident_kib(trial) - before
    if grown > 64 << 10:
        raise AssertionError(f"the server has grown by {grown} KiB")
    return f"{len(floods)} floods, grown by {grown} KiB"


def s30_a_large_head_is_refused_alone(trial):
    """431, or the status of gRPC for it; the connection and its other streams stay."""
    trial.start()
    with Connection(trial.port) as connection:
        large = [(f"x-{number}", "v" * 1000) for number in range(40)]
        whole = block(head(more=large))
        connection.send(frame(HEADERS, END_STREAM, 1, whole[:16000]), frame(CONTINUATION, 0, 1, whole[16000:32000]),
                        frame(CONTINUATION, END_HEADERS, 1, whole[32000:]), request(3), request(5, head(more=[("a", "b")] * 200)))
        expect("many bytes", connection.status(1), 431)
        expect("many fields", connection.status(5), 431)
        expect("the next", connection.status(3), 200)
        expect("it stays", connection.lives(), True)


def s30_shut_windows(trial):
    """Answers that are asked for and not taken end with the connection after the stall timeout; a stream alone where others go on."""
    trial.start("--batata.net.stall-timeout=5s")
    trial.publish("stalled", "s" * (1 << 20))
    large = head(f"{CONFIGS}?dataId=stalled&group=g")
    with Connection(trial.port) as shut, Connection(trial.port) as partly, Connection(trial.port) as creeping:
        shut.send(settings((4, 0)), *(request(stream, large) for stream in range(1, 201, 2)))
        partly.send(settings((4, 0)), request(1, large), request(3, large))
        creeping.send(settings((4, 0)), request(1, large), request(3, large))
        started = time.monotonic()
        while 1 not in partly.resets and time.monotonic() < started + 15:
            partly.send(window_update(0, 5000), window_update(3, 5000))
            creeping.send(window_update(1, 10), window_update(3, 10))  # which is as good as nothing
            partly.read(lambda: 1 in partly.resets, 0.5)
        expect("the stalled stream", partly.resets.get(1), h2.ENHANCE_YOUR_CALM)
        expect("the other one", (partly.lives(), 3 in partly.resets), (True, False))
        expect("the connection", (shut.end(), creeping.end()), (h2.ENHANCE_YOUR_CALM, h2.ENHANCE_YOUR_CALM))
        expect("time", 4 < time.monotonic() - started < 16, True)


def s31_slow_bodies(trial):
    """A body slower than the least rate is answered 408, its connection stays; one that keeps the rate may take its time."""
    trial.start("--batata.net.header-timeout=1s")
    form = urllib.parse.urlencode({"dataId": "slow2", "group": "g", "content": "z" * 50_000}).encode()
    post = head(CONFIGS, "POST", [FORM])
    with Connection(trial.port) as connection:
        connection.send(request(1, post, end=False), request(3, post, end=False), request(5, post, end=False))
        for at in range(0, len(form), 5000):  # in 2 s
            last = at + 5000 >= len(form)
            connection.send(frame(DATA, END_STREAM if last else 0, 3, form[at:at + 5000]), frame(DATA, 0, 5, b"z"))
            connection.read(lambda: False, 0.2)
        expect("nothing", connection.status(1), 408)
        expect("drops", connection.status(5), 408)
        expect("at its rate", connection.status(3), 200)
        expect("it stays", connection.lives(), True)
