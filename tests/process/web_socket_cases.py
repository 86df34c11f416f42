"""What a server of WebSockets must do with frames, as tables: what a client sends, and what it is told.

The numbers are those of the public cases of the Autobahn test suite, which these follow. Each row is a name, the
frames of the client, and what comes back: messages, pongs and the code of the close frame.
"""

import itertools
import os

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xa
NORMAL, PROTOCOL_ERROR, INVALID_PAYLOAD, TOO_BIG = 1000, 1002, 1007, 1009
NO_STATUS = None  # a close frame without a code


def frame(opcode, payload=b"", fin=True, reserved=0, masked=True, length=None):
    """One frame, of a client unless `masked` is false. `length`: what its head says, if not the truth."""
    length = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    mask_bit = 0x80 if masked else 0
    if length < 126:
        head += bytes([mask_bit | length])
    elif length < 1 << 16:
        head += bytes([mask_bit | 126]) + length.to_bytes(2, "big")
    else:
        head += bytes([mask_bit | 127]) + length.to_bytes(8, "big")
    if not masked:
        return head + payload
    mask = os.urandom(4)
    key = (mask * (len(payload) // 4 + 1))[:len(payload)]
    return head + mask + (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(len(payload), "big")


def close_frame(code=NORMAL, reason=b""):
    return frame(CLOSE, (b"" if code is None else code.to_bytes(2, "big")) + reason)


def fragments(opcode, *pieces):
    """A message in pieces."""
    last = len(pieces) - 1
    return b"".join(frame(opcode if i == 0 else CONTINUATION, piece, fin=i == last) for i, piece in enumerate(pieces))


def _echoed(number, opcode, payloads):
    for i, payload in enumerate(payloads, 1):
        yield f"{number}.{i}", frame(opcode, payload) + close_frame(), [(opcode, payload)], NORMAL


def _refused(number, frames, code=PROTOCOL_ERROR, first=()):
    yield number, frames, list(first), code


SIZES = (0, 125, 126, 127, 128, 65535, 65536)
HELLO = "Hello-µ@ßöäüàá-UTF-8!!".encode()
VALID_UTF8 = (HELLO, "κόσμε".encode(), b"\x00", b"\xc2\x80", b"\xe0\xa0\x80", b"\xf0\x90\x80\x80", b"\x7f", b"\xdf\xbf",
              b"\xef\xbf\xbf", b"\xf4\x8f\xbf\xbf", b"\xed\x9f\xbf", b"\xee\x80\x80", b"\xef\xbf\xbd", b"\xef\xbf\xbe")
INVALID_UTF8 = (b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xf7\xbf\xbf\xbf", b"\xf4\x90\x80\x80", b"\x80", b"\xbf",
                b"\x80\xbf\x80", b"\xc0 \xc1 ", b"\xe0 ", b"\xf0 ", b"\xc0", b"\xe0\x80", b"\xf0\x80\x80", b"\xdf", b"\xef\xbf",
                b"\xfe", b"\xff", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf", b"\xed\xa0\x80", b"\xed\xaf\xbf",
                b"\xed\xbf\xbf", b"\xed\xa0\x80\xed\xb0\x80", HELLO[:12] + b"\xce\xba\xe1\xbd\xb9\xf4\x90\x80\x80")
GOOD_CODES = (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
BAD_CODES = (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535)


def all_cases():
    """name, the client's bytes, the messages and pongs that come back, and the code of the server's close frame."""
    yield from _echoed("1.1", TEXT, [b"*" * size for size in SIZES])
    yield from _echoed("1.2", BINARY, [b"\xfe" * size for size in SIZES])
    for i, payload in enumerate((b"", b"Hello", b"\x00\xff\xfe\xfd", b"\xfe" * 125), 1):
        yield f"2.{i}", frame(PING, payload) + close_frame(), [(PONG, payload)], NORMAL
    yield from _refused("2.5", frame(PING, b"\xfe" * 126))
    yield "2.7", frame(PONG) + close_frame(), [], NORMAL
    yield "2.8", frame(PONG, b"unsolicited") + frame(PING, b"p") + close_frame(), [(PONG, b"p")], NORMAL
    pings = [b"ping %d" % i for i in range(10)]
    yield "2.10", b"".join(frame(PING, p) for p in pings) + close_frame(), [(PONG, p) for p in pings], NORMAL
    for i in range(1, 8):
        yield from _refused(f"3.{i}", frame(TEXT, b"first") + frame(TEXT, b"x", reserved=i), first=[(TEXT, b"first")])
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        yield from _refused(f"4.{opcode}", frame(TEXT, b"first") + frame(opcode, b"x"), first=[(TEXT, b"first")])
    yield from _refused("5.1", frame(PING, b"a", fin=False) + frame(CONTINUATION, b"b"))
    yield from _refused("5.2", frame(PONG, b"a", fin=False) + frame(CONTINUATION, b"b"))
    yield "5.3", fragments(TEXT, b"frag", b"ment") + close_frame(), [(TEXT, b"fragment")], NORMAL
    yield ("5.6", frame(TEXT, b"frag", fin=False) + frame(PING, b"p") + frame(CONTINUATION, b"ment") + close_frame(),
           [(PONG, b"p"), (TEXT, b"fragment")], NORMAL)
    yield from _refused("5.9", frame(CONTINUATION, b"x") + frame(TEXT, b"y"))
    yield from _refused("5.12", frame(CONTINUATION, b"x", fin=False) + frame(TEXT, b"y"))
    yield from _refused("5.18", frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"))
    yield ("5.19", frame(TEXT, b"a", fin=False) + frame(CONTINUATION, b"b", fin=False) + frame(PING, b"1") +
           frame(CONTINUATION, b"c", fin=False) + frame(PING, b"2") + frame(CONTINUATION, b"d") + close_frame(),
           [(PONG, b"1"), (PONG, b"2"), (TEXT, b"abcd")], NORMAL)
    yield "6.1.1", fragments(TEXT, b"", b"", b"") + close_frame(), [(TEXT, b"")], NORMAL
    yield "6.2.3", fragments(TEXT, *(bytes([b]) for b in HELLO)) + close_frame(), [(TEXT, HELLO)], NORMAL
    yield from _echoed("6.5", TEXT, VALID_UTF8)
    for i, text in enumerate(INVALID_UTF8, 1):
        yield from _refused(f"6.6.{i}", frame(TEXT, text), INVALID_PAYLOAD)
        yield from _refused(f"6.7.{i}", fragments(TEXT, *(bytes([b]) for b in text)), INVALID_PAYLOAD)
    # Refused before the message has ended: what has come cannot become text any more.
    yield from _refused("6.4.1", frame(TEXT, HELLO + b"\xf4\x90\x80\x80", fin=False), INVALID_PAYLOAD)
    yield "7.1.1", frame(TEXT, b"Hello") + close_frame() + frame(TEXT, b"late"), [(TEXT, b"Hello")], NORMAL
    yield "7.1.4", close_frame() + frame(PING, b"late"), [], NORMAL
    yield "7.1.5", frame(TEXT, b"a", fin=False) + close_frame() + frame(CONTINUATION, b"b"), [], NORMAL
    yield "7.3.1", frame(CLOSE), [], NO_STATUS
    yield from _refused("7.3.2", frame(CLOSE, b"a"))
    yield "7.3.4", close_frame(NORMAL, b"Hello World!"), [], NORMAL
    yield "7.3.5", close_frame(NORMAL, b"*" * 123), [], NORMAL
    yield from _refused("7.3.6", frame(CLOSE, b"\x03\xe8" + b"*" * 124))
    yield from _refused("7.5.1", close_frame(NORMAL, b"\xce\xba\xf4\x90\x80\x80"), INVALID_PAYLOAD)
    for code in GOOD_CODES:
        yield f"7.7.{code}", close_frame(code), [], code
    for code in BAD_CODES:
        yield from _refused(f"7.9.{code}", close_frame(code))
    for exponent, opcode in itertools.product((16, 18, 20, 22), (TEXT, BINARY)):
        payload = b"*" * (1 << exponent)
        yield f"9.{opcode}.{exponent}", frame(opcode, payload) + close_frame(), [(opcode, payload)], NORMAL
    megabyte = b"*" * (1 << 20)
    for piece in (64, 4096, 1 << 18):
        pieces = [megabyte[i:i + piece] for i in range(0, len(megabyte), piece)]
        yield f"9.3.{piece}", fragments(BINARY, *pieces) + close_frame(), [(BINARY, megabyte)], NORMAL
    yield "10.1", frame(TEXT, b"*" * 65536) + close_frame(), [(TEXT, b"*" * 65536)], NORMAL
    # Beside theirs: no mask, lengths that need fewer bytes, and more than the limit, said or gathered.
    yield from _refused("mask", frame(TEXT, b"x", masked=False))
    yield from _refused("length-16", b"\x81\xfe\x00\x05" + os.urandom(4))
    yield from _refused("length-64", b"\x81\xff" + (5).to_bytes(8, "big") + os.urandom(4))
    yield from _refused("too-big", frame(BINARY, length=1 << 62), TOO_BIG)
    yield from _refused("too-big-gathered", frame(BINARY, b"*" * (8 << 20), fin=False) + frame(CONTINUATION, length=8 << 20), TOO_BIG)
