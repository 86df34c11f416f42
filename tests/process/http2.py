"""HTTP/2 as the server speaks it, in frames of our own: cases are named by the section of RFC 9113, or the S number, that they are about.

What a rule broken by a client must lead to stands beside each: the connection's end with a code, or that of a stream.
"""

import socket
import struct
import urllib.parse

import h2_frames as h2
import http1
from h2_frames import (CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PADDED, PING, PRIORITY,
                       PUSH_PROMISE, RST_STREAM, SETTINGS, WINDOW_UPDATE, WITH_PRIORITY, Connection, block, frame, head, request,
                       settings, window_update)
from http1 import CONFIGS, expect
from http2_security import (s03_no_spelling_of_a_path_goes_around, s30_a_large_head_is_refused_alone, s30_floods, s30_shut_windows, s31_slow_bodies,
                            s36_a_packed_body_is_bounded)

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


ALL = [rfc9113_3_4_prefaces, rfc9113_4_1_what_is_unknown_is_ignored, rfc9113_4_2_sizes_of_frames, rfc9113_4_3_header_blocks, rfc9113_5_1_states_of_streams,
       rfc9113_5_1_1_numbers_of_streams, rfc9113_5_1_2_streams_at_once, rfc9113_6_1_data, rfc9113_6_2_headers, rfc9113_6_5_settings, rfc9113_6_7_ping,
       rfc9113_6_8_goaway, rfc9113_6_9_windows, rfc9113_8_1_requests_are_whole, rfc9113_8_1_1_an_early_answer_spares_the_rest, rfc9113_8_2_fields,
       rfc9113_8_3_pseudo_headers, s03_no_spelling_of_a_path_goes_around, s30_floods, s30_a_large_head_is_refused_alone, s30_shut_windows,
       s31_slow_bodies, s36_a_packed_body_is_bounded]
