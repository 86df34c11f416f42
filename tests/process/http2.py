"""HTTP/2 as the server speaks it, in frames of our own: cases are named by the section of RFC 9113, or the S number, that they are about.

What a rule broken by a client must lead to stands beside each: the connection's end with a code, or that of a stream.
"""

import gzip
import socket
import struct
import time
import urllib.parse

import h2_frames as h2
import http1
import security
from h2_frames import (CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PADDED, PING, PRIORITY, PROTOCOL_ERROR, PUSH_PROMISE,
                       RST_STREAM, SETTINGS, WINDOW_UPDATE, WITH_PRIORITY, Connection, block, frame, head, request, settings, window_update)
from http1 import CONFIGS, expect, resident_kib
from spellings import OTHER, QUESTION, SAME, TAILS

Trial = http1.Trial
FORM = ("content-type", "application/x-www-form-urlencoded")


def ends_with(trial, code, *data, what=""):
    """The connection ends with that code; one of them where there are several."""
    with Connection(trial.port) as connection:
        connection.send(*data)
        got = connection.end()
        wanted = code if isinstance(code, tuple) else (code,)
        if got not in wanted:
            raise AssertionError(f"{what or data}: ended with {got}, not {wanted}")


def resets_with(trial, code, *data, stream=1, what=""):
    """The stream ends with that code, and another one beside it is answered; a server may also end the connection (5.4.2)."""
    with Connection(trial.port) as connection:
        connection.send(*data)
        connection.read(lambda: stream in connection.resets or connection.ended)
        got = connection.resets.get(stream, connection.goaway)
        expect(what or f"{data}", got, code)
        if not connection.ended:
            connection.send(request(101))
            expect(f"{what}: the next one", connection.status(101), 200)


def is_answered(trial, *data, stream=1, status=200, what=""):
    with Connection(trial.port) as connection:
        connection.send(*data)
        expect(what or f"{data}", connection.status(stream), status)


def rfc9113_3_4_prefaces(trial):
    """The connection begins with the preface and SETTINGS, whoever sends them how; anything else ends it."""
    trial.start()
    is_answered(trial, request(1))
    with socket.create_connection(("127.0.0.1", trial.port), timeout=5) as client:
        client.sendall(h2.PREFACE[:-1] + b"X" + settings())
        said = b""
        while data := client.recv(4096):
            said += data
    expect("a wrong preface", frame(HEADERS, END_HEADERS | END_STREAM, 1)[3:4] in said[:0], False)
    with Connection(trial.port, hello=h2.PREFACE + frame(PING, 0, 0, b"12345678")) as connection:
        expect("no SETTINGS first", connection.end(), h2.PROTOCOL_ERROR)


def rfc9113_4_1_what_is_unknown_is_ignored(trial):
    """Types of frames, flags and the reserved bit that nobody knows change nothing."""
    trial.start()
    is_answered(trial, frame(0xfa, 0xff, 0, b"payload"), frame(0x10, 0, 1), request(1))
    is_answered(trial, frame(HEADERS, 0xc0 | END_STREAM | END_HEADERS, 1, block(head())))
    is_answered(trial, frame(HEADERS, END_STREAM | END_HEADERS, 0x80000001, block(head())))
    is_answered(trial, settings((0xfafa, 7)), request(1))


def rfc9113_4_2_sizes_of_frames(trial):
    """Too large, or not of the size that its type has: FRAME_SIZE_ERROR, of the stream where only that is concerned."""
    trial.start()
    ends_with(trial, h2.FRAME_SIZE_ERROR, request(1, end=False), frame(DATA, 0, 1, b"x" * 16385), what="DATA")
    ends_with(trial, h2.FRAME_SIZE_ERROR, frame(HEADERS, END_HEADERS, 1, b"x" * 16385), what="HEADERS")
    for kind, stream, size in ((PING, 0, 7), (PING, 0, 9), (SETTINGS, 0, 5), (RST_STREAM, 1, 3), (WINDOW_UPDATE, 0, 3), (GOAWAY, 0, 7)):
        start = [request(1, end=False)] if stream else []
        ends_with(trial, h2.FRAME_SIZE_ERROR, *start, frame(kind, 0, stream, b"\0" * size), what=f"type {kind}")
    ends_with(trial, h2.FRAME_SIZE_ERROR, frame(SETTINGS, h2.ACK, 0, b"\0" * 6), what="an ACK with a payload")
    largest = head(f"{CONFIGS}?dataId=frame&group=g&content=c", "POST", [FORM])
    is_answered(trial, request(1, largest, end=False), frame(DATA, END_STREAM, 1, b"x=" + b"y" * 16382), what="the largest")


def rfc9113_4_3_header_blocks(trial):
    """A block that cannot be unpacked ends the connection with COMPRESSION_ERROR; nothing may stand within one."""
    trial.start()
    for broken in (b"\xff\xff\xff\xff\xff\xff", b"\x80", b"\xbe", b"\x00\x7f", b"\x3f\xe1\xff\x7f"):
        ends_with(trial, h2.COMPRESSION_ERROR, frame(HEADERS, END_STREAM | END_HEADERS, 1, broken), what=f"{broken}")
    whole = block(head())
    is_answered(trial, frame(HEADERS, END_STREAM, 1, whole[:10]), frame(CONTINUATION, 0, 1, whole[10:20]), frame(CONTINUATION, END_HEADERS, 1, whole[20:]))
    open_block = frame(HEADERS, END_STREAM, 1, whole)
    for between in (frame(PING, 0, 0, b"12345678"), frame(CONTINUATION, END_HEADERS, 3), request(3), frame(0xfa), frame(DATA, 0, 1, b"x")):
        ends_with(trial, h2.PROTOCOL_ERROR, open_block, between, what=f"{between}")
    ends_with(trial, h2.PROTOCOL_ERROR, request(1, end=False), frame(CONTINUATION, END_HEADERS, 1), what="nothing to continue")


def rfc9113_5_1_states_of_streams(trial):
    """Frames that a stream's state does not allow."""
    trial.start()
    for kind, payload in ((DATA, b"x"), (RST_STREAM, b"\0\0\0\x08"), (WINDOW_UPDATE, b"\0\0\0\x01"), (CONTINUATION, b"")):
        ends_with(trial, h2.PROTOCOL_ERROR, frame(kind, 0, 1, payload), what=f"type {kind} on an idle stream")
    waits = head(f"{CONFIGS}/listener", "POST", [FORM, ("long-pulling-timeout", "30000")])
    poll = urllib.parse.urlencode({"Listening-Configs": "h2\x02g\x02\x01"}).encode()
    half_closed = request(1, waits, end=False), frame(DATA, END_STREAM, 1, poll)
    resets_with(trial, h2.STREAM_CLOSED, *half_closed, frame(DATA, 0, 1, b"x"), what="DATA on a half-closed stream")
    resets_with(trial, h2.STREAM_CLOSED, *half_closed, request(1), what="HEADERS on a half-closed stream")
    with Connection(trial.port) as connection:
        connection.send(request(1))
        expect("answered", connection.status(1), 200)
        connection.send(window_update(1, 1), frame(RST_STREAM, 0, 1, b"\0\0\0\x08"), frame(PRIORITY, 0, 1, b"\0\0\0\0\0"), request(3))
        expect("what may follow a closed stream", connection.status(3), 200)


def rfc9113_5_1_1_numbers_of_streams(trial):
    """A client's are odd, and rise; one that is too low is never answered: it may be the trailers of a stream that has been reset."""
    trial.start()
    ends_with(trial, h2.PROTOCOL_ERROR, request(2), what="an even one")
    ends_with(trial, h2.PROTOCOL_ERROR, request(0), what="none")
    with Connection(trial.port) as connection:
        connection.send(request(5), request(3), request(7))
        expect("above and below", (connection.status(5), connection.status(7), connection.statuses.get(3)), (200, 200, None))
    is_answered(trial, request(0x7fffffff), stream=0x7fffffff)


def rfc9113_5_1_2_streams_at_once(trial):
    """More than are allowed: refused, or the end where the limit had been acknowledged."""
    trial.start("--batata.net.max-streams=5")
    with Connection(trial.port) as connection:
        opened = [request(stream, head(CONFIGS, "POST", [FORM]), end=False) for stream in range(1, 13, 2)]
        connection.send(*opened)
        connection.read(lambda: 11 in connection.resets or connection.ended)
        code = connection.resets.get(11, connection.goaway)
        expect("the sixth", code in (h2.REFUSED_STREAM, h2.PROTOCOL_ERROR), True)
    is_answered(trial, request(1))


def rfc9113_6_1_data(trial):
    """On a stream, and not padded beyond its end."""
    trial.start()
    post = request(1, head(CONFIGS, "POST", [FORM]), end=False)
    ends_with(trial, h2.PROTOCOL_ERROR, frame(DATA, 0, 0, b"x"), what="on no stream")
    ends_with(trial, h2.PROTOCOL_ERROR, post, frame(DATA, PADDED, 1, b"\x05abc"), what="padding")
    body = urllib.parse.urlencode({"dataId": "padded", "group": "g", "content": "inside"}).encode()
    is_answered(trial, post, frame(DATA, PADDED | END_STREAM, 1, b"\x09" + body + b"\0" * 9))
    expect("content", trial.content("padded"), b"inside")


def rfc9113_6_2_headers(trial):
    """Padding and priority are taken off; not beyond the end."""
    trial.start()
    whole = block(head())
    is_answered(trial, frame(HEADERS, END_STREAM | END_HEADERS | PADDED | WITH_PRIORITY, 1, b"\x04" + b"\0\0\0\0\x10" + whole + b"\0" * 4))
    ends_with(trial, h2.PROTOCOL_ERROR, frame(HEADERS, END_STREAM | END_HEADERS | PADDED, 1, b"\xff" + whole[:20]), what="padding")
    for what, data in (("itself", frame(HEADERS, END_STREAM | END_HEADERS | WITH_PRIORITY, 1, b"\0\0\0\x01\x10" + whole)),):
        with Connection(trial.port) as connection:
            connection.send(data)
            connection.read(lambda: connection.ended or 1 in connection.done or 1 in connection.resets)
            seen = connection.goaway or connection.resets.get(1) or connection.statuses.get(1)
            expect(f"a stream that depends on {what}", seen in (h2.PROTOCOL_ERROR, 200), True)  # 5.3.2: deprecated


def rfc9113_6_5_settings(trial):
    """Acknowledged; on no stream; values in their ranges; windows follow."""
    trial.start()
    ends_with(trial, h2.PROTOCOL_ERROR, frame(SETTINGS, 0, 1), what="on a stream")
    ends_with(trial, h2.PROTOCOL_ERROR, settings((2, 2)), what="ENABLE_PUSH 2")
    ends_with(trial, h2.FLOW_CONTROL_ERROR, settings((4, 1 << 31)), what="INITIAL_WINDOW_SIZE 2^31")
    for size in (16383, 1 << 24):
        ends_with(trial, h2.PROTOCOL_ERROR, settings((5, size)), what=f"MAX_FRAME_SIZE {size}")
    trial.publish("window", "w" * 3000)
    with Connection(trial.port) as connection:
        connection.send(settings((4, 0)), request(1, head(f"{CONFIGS}?dataId=window&group=g")))
        expect("with a window of nothing", connection.read(lambda: 1 in connection.bodies, 0.5), False)
        connection.send(settings((4, 100)))
        expect("with one of 100", connection.read(lambda: len(connection.bodies.get(1, b"")) == 100, 5), True)
        connection.send(settings((4, 5000)))
        expect("with one of 5000", connection.status(1), 200)
        expect("the body", connection.bodies[1], b"w" * 3000)


def rfc9113_6_7_ping(trial):
    """Answered with the same eight bytes, never an answer; on no stream."""
    trial.start()
    with Connection(trial.port) as connection:
        expect("answered", connection.lives(), True)
        connection.send(frame(PING, h2.ACK, 0, b"12345678"))
        expect("an answer is not answered", connection.read(lambda: connection.pongs > 1, 0.3), False)
    ends_with(trial, h2.PROTOCOL_ERROR, frame(PING, 0, 1, b"12345678"), what="on a stream")


def rfc9113_6_8_goaway(trial):
    """Of a client: what it has asked is still answered. On no stream."""
    trial.start()
    ends_with(trial, h2.PROTOCOL_ERROR, frame(GOAWAY, 0, 1, b"\0" * 8), what="on a stream")
    with Connection(trial.port) as connection:
        connection.send(request(1), frame(GOAWAY, 0, 0, b"\0" * 8))
        expect("asked before", connection.status(1), 200)


def rfc9113_6_9_windows(trial):
    """Grow by something, and not over 2^31 - 1; what is larger than ours ends the connection."""
    trial.start()
    trial.publish("flow", "f" * 200_000)
    asked = request(1, head(f"{CONFIGS}?dataId=flow&group=g"))
    ends_with(trial, h2.PROTOCOL_ERROR, window_update(0, 0), what="by nothing")
    ends_with(trial, h2.FLOW_CONTROL_ERROR, window_update(0, 0x7fffffff), what="the connection's over its end")
    resets_with(trial, h2.PROTOCOL_ERROR, settings((4, 10)), asked, window_update(1, 0), what="a stream's by nothing")
    resets_with(trial, h2.FLOW_CONTROL_ERROR, settings((4, 10)), asked, window_update(1, 0x7fffffff), what="a stream's over its end")
    with Connection(trial.port) as connection:
        connection.send(asked)
        expect("as far as the window", connection.read(lambda: len(connection.bodies.get(1, b"")) == 65535, 5), True)
        expect("no further", connection.read(lambda: len(connection.bodies[1]) > 65535, 0.3), False)
        connection.send(window_update(0, 200_000), window_update(1, 200_000))
        expect("then all", (connection.status(1), len(connection.bodies[1])), (200, 200_000))


def rfc9113_8_1_requests_are_whole(trial):
    """As long as they say; trailers end them; pushes and answers are no requests."""
    trial.start()
    form = urllib.parse.urlencode({"dataId": "whole", "group": "g", "content": "c"}).encode()
    for length, what in ((len(form) - 1, "too short"), (len(form) + 1, "too long")):
        resets_with(trial, h2.PROTOCOL_ERROR, request(1, head(CONFIGS, "POST", [FORM, ("content-length", str(length))]), end=False),
                    frame(DATA, END_STREAM, 1, form), what=f"a length that is {what}")
    resets_with(trial, h2.PROTOCOL_ERROR, request(1, head(more=[("content-length", "1")])), what="a length without a body")
    post = request(1, head(CONFIGS, "POST", [FORM]), end=False), frame(DATA, 0, 1, form)
    is_answered(trial, *post, request(1, [("x-trailer", "1"), ("grpc-status", "0")]))
    expect("content", trial.content("whole"), b"c")
    resets_with(trial, h2.PROTOCOL_ERROR, *post, request(1, [(":path", "/")]), what="a pseudo-header in trailers")
    resets_with(trial, h2.PROTOCOL_ERROR, *post, request(1, [("x-trailer", "1")], end=False), what="trailers that do not end it")
    ends_with(trial, h2.PROTOCOL_ERROR, frame(PUSH_PROMISE, END_HEADERS, 1, struct.pack(">I", 2) + block(head())), what="a push")


def rfc9113_8_2_fields(trial):
    """Names in lower case, nothing of HTTP/1's connections, no line ends in values."""
    trial.start()
    for more in ([("X-Upper", "1")], [("connection", "close")], [("keep-alive", "1")], [("proxy-connection", "close")], [("transfer-encoding", "chunked")],
                 [("upgrade", "h2c")], [("te", "gzip")], [("x y", "1")], [("x", "a\r\nb: c")], [("x", "a\nb")], [("x", "a\0b")], [("", "x")],
                 [("content-length", "1"), ("content-length", "2")], [("content-length", "+1")]):
        resets_with(trial, h2.PROTOCOL_ERROR, request(1, head(more=more)), what=f"{more}")
    is_answered(trial, request(1, head(more=[("te", "trailers"), ("x-ok", "1")])))


def rfc9113_8_3_pseudo_headers(trial):
    """Each of them once, before the others, known, and complete; one host."""
    trial.start()
    good = head()
    for fields in ([*good, (":path", "/")], [*good, (":status", "200")], [*good, (":unknown", "x")], [("x", "y"), *good],
                   *([pair for pair in good if pair[0] != missing] for missing in (":method", ":scheme", ":path")), head(path=""), head(path="nacos"),
                   [*good, (":method", "GET")], head(path="*"), head(path="/a b"), head(authority="a b")):
        resets_with(trial, h2.PROTOCOL_ERROR, request(1, fields), what=f"{fields}")
    is_answered(trial, request(1, [*good, ("host", "x")]))
    is_answered(trial, request(1, [pair for pair in good if pair[0] != ":authority"] + [("host", "x")]))
    for fields in ([*good, ("host", "y")], head(authority="a@b")):
        with Connection(trial.port) as connection:
            connection.send(request(1, fields))
            seen = connection.status(1) or connection.resets.get(1)
            expect(f"{fields[3:]}", seen in (400, h2.PROTOCOL_ERROR), True)
    is_answered(trial, request(1, head("*", "OPTIONS")))


def rfc9113_8_1_1_an_early_answer_spares_the_rest(trial):
    """A body that is refused before its end is not waited for: the answer, then NO_ERROR; the connection stays."""
    trial.start()
    with Connection(trial.port) as connection:
        connection.send(request(1, head(CONFIGS, "POST", [FORM, ("content-length", "99999999")]), end=False))
        expect("the answer", connection.status(1), 413)
        connection.read(lambda: 1 in connection.resets, 2)
        expect("the rest", connection.resets.get(1), h2.NO_ERROR)
        connection.send(request(3, head(CONFIGS, "POST", [FORM, ("content-encoding", "br")]), end=False), request(5))
        expect("another coding", connection.status(3), 415)
        expect("the next", connection.status(5), 200)


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


ALL = [rfc9113_3_4_prefaces, rfc9113_4_1_what_is_unknown_is_ignored, rfc9113_4_2_sizes_of_frames, rfc9113_4_3_header_blocks, rfc9113_5_1_states_of_streams,
       rfc9113_5_1_1_numbers_of_streams, rfc9113_5_1_2_streams_at_once, rfc9113_6_1_data, rfc9113_6_2_headers, rfc9113_6_5_settings, rfc9113_6_7_ping,
       rfc9113_6_8_goaway, rfc9113_6_9_windows, rfc9113_8_1_requests_are_whole, rfc9113_8_1_1_an_early_answer_spares_the_rest, rfc9113_8_2_fields,
       rfc9113_8_3_pseudo_headers, s03_no_spelling_of_a_path_goes_around, s30_floods, s30_a_large_head_is_refused_alone, s30_shut_windows,
       s31_slow_bodies, s36_a_packed_body_is_bounded]
