"""HTTP/1.1 as the server speaks it, in bytes: each case is named by the section of RFC 9110 or 9112, or the S number, that it is about."""

import gzip
import random
import time
import urllib.parse
import zlib

from raw_http import Closed, Connection, ask, request
from server import Server

CONFIGS = "/nacos/v1/cs/configs"
STATE = "/nacos/v1/console/health/liveness"
MISSING = f"GET {CONFIGS}?dataId=nobody&group=nobody HTTP/1.1"
FORM = "Content-Type: application/x-www-form-urlencoded"


class Trial:
    """One server."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)

    @property
    def port(self):
        return self.server.port

    def start(self, *settings):
        self.server.settings = list(settings)
        self.server.start()

    def content(self, data_id):
        """What is stored; None when nothing is."""
        answer = ask(self.port, request(f"GET {CONFIGS}?dataId={data_id}&group=g HTTP/1.1"))
        return answer.body if answer.status == 200 else None

    def publish(self, data_id, content):
        answer = ask(self.port, publishing(data_id, content))
        expect("a publish", (answer.status, answer.body), (200, b"true"))


def publishing(data_id, content):
    body = urllib.parse.urlencode({"dataId": data_id, "group": "g", "content": content}).encode()
    return request(f"POST {CONFIGS} HTTP/1.1", FORM, f"Content-Length: {len(body)}", body=body)


def expect(what, seen, wanted):
    if seen != wanted:
        raise AssertionError(f"{what}: {seen!r}, not {wanted!r}")


def rfc9112_2_2_request_lines(trial):
    """A line is what the grammar says: one space, a known version, CR LF; an empty line before it does no harm."""
    trial.start()
    expect("good", ask(trial.port, request(MISSING)).status, 404)
    expect("behind an empty line", ask(trial.port, b"\r\n" + request(MISSING)).status, 404)
    for line, status in ((MISSING.replace("HTTP/1.1", "HTTP/1.2"), 505), (MISSING.replace("HTTP/1.1", "HTTP/2.0"), 505),
                         (MISSING.replace("HTTP/1.1", "http/1.1"), 400), (MISSING.replace("GET ", "GET  "), 400),
                         (MISSING.replace(" HTTP", "  HTTP"), 400), (MISSING.replace("GET ", "GET\t"), 400), (" " + MISSING, 400),
                         (MISSING + " ", 400), (MISSING.replace("GET", "G(T"), 400), (MISSING.split(" HTTP")[0], 400), ("GET", 400),
                         ("GET nacos HTTP/1.1", 400), ("CONNECT x:80 HTTP/1.1", 400), ("GET * HTTP/1.1", 400)):
        expect(line, ask(trial.port, request(line)).status, status)


def rfc9112_3_2_one_host(trial):
    """Exactly one Host in 1.1, and one that can be one; none needs to be in 1.0."""
    trial.start()
    for host in ("x", "x:8848", "127.0.0.1", "[::1]:80", ""):
        expect(f"Host {host!r}", ask(trial.port, request(MISSING, host=host)).status, 404)
    for host in ("x y", "a@b", "x/y", "x?y", "x:y", "x:123456", "[::1", "::1", "http://x", "b\xfccher"):
        expect(f"Host {host!r}", ask(trial.port, request(MISSING, host=host)).status, 400)
    expect("no Host", ask(trial.port, request(MISSING, host=None)).status, 400)
    expect("two Hosts", ask(trial.port, request(MISSING, "Host: x")).status, 400)
    old = MISSING.replace("1.1", "1.0")
    expect("no Host in 1.0", ask(trial.port, request(old, host=None)).status, 404)
    expect("two Hosts in 1.0", ask(trial.port, request(old, "Host: x")).status, 400)


def rfc9112_3_2_2_absolute_form(trial):
    """A target with its host is the same request; what is no host in it is refused."""
    trial.start()
    trial.publish("absolute", "found")
    path = f"{CONFIGS}?dataId=absolute&group=g"
    for before in (f"http://127.0.0.1:{trial.port}", "http://x", "HTTP://x", "https://other.example:81"):
        for version in ("1.1", "1.0"):
            answer = ask(trial.port, request(f"GET {before}{path} HTTP/{version}"))
            expect(before, (answer.status, answer.body), (200, b"found"))
    for before in ("http://a@x", "http://", "http://:80", "http:/", "ftp://x", "//x:y", "http://x:y", "http://[::1"):
        status = ask(trial.port, request(f"GET {before}{path} HTTP/1.1")).status
        expect(before, status in (400, 404), True)


def rfc9112_6_bodies_end_where_they_say(trial):
    """Two requests back to back, cut at every byte: by length, in chunks with extensions, trailers that change nothing."""
    trial.start()
    body = urllib.parse.urlencode({"dataId": "chunked", "group": "g", "content": "of the body"}).encode()
    chunks = b"".join(b"%x;ext=\"a b\"\r\n%b\r\n" % (len(part), part) for part in (body[:1], body[1:20], body[20:]))
    trailers = b"0\r\nHost: other\r\nContent-Length: 5\r\nX-Trailer: 1\r\nContent-Type: text/plain\r\n\r\n"
    whole = request(f"POST {CONFIGS} HTTP/1.1", FORM, "Transfer-Encoding: chunked", body=chunks + trailers) + request(MISSING)
    for at in range(0, len(whole), 7):
        with Connection(trial.port) as connection:
            connection.send(whole[:at])
            time.sleep(0.001)
            connection.send(whole[at:])
            expect(f"cut at {at}", [connection.answer().status for _ in range(2)], [200, 404])
            expect("silent", connection.is_silent(0.01), True)
    expect("content", trial.content("chunked"), b"of the body")


def rfc9112_9_3_2_pipelining(trial):
    """Hundreds of requests of all kinds in one go, cut anywhere, are answered in their order; a slow one holds the others back."""
    trial.start()
    rng = random.Random(7)
    kinds = [(request(MISSING), 404, False), (request(f"GET {STATE} HTTP/1.1"), 200, False),
             (request(f"HEAD {STATE} HTTP/1.1"), 200, True), (publishing("piped", "x" * 500), 200, False),
             (request("OPTIONS * HTTP/1.1"), 200, False)]
    chosen = [rng.choice(kinds) for _ in range(300)]
    data = b"".join(sent for sent, _, _ in chosen)
    with Connection(trial.port) as connection:
        at = 0
        while at < len(data):
            size = rng.randint(1, 4000)
            connection.send(data[at:at + size])
            at += size
        for number, (_, status, head_only) in enumerate(chosen):
            expect(f"answer {number}", connection.answer(head_only).status, status)
        listening = urllib.parse.urlencode({"Listening-Configs": "slow\x02g\x02\x01"}).encode()
        connection.send(request(f"POST {CONFIGS}/listener HTTP/1.1", FORM, "Long-Pulling-Timeout: 60000",
                                f"Content-Length: {len(listening)}", body=listening) + request(MISSING))
        expect("a poll that waits", connection.is_silent(), True)
        trial.publish("slow", "changed")
        expect("the poll", b"slow" in connection.answer().body, True)
        expect("behind it", connection.answer().status, 404)


def rfc9112_9_6_the_last_answer_says_so(trial):
    """Who asks for it, and a client of 1.0 that does not ask for more, gets one answer and the end."""
    trial.start()
    old = MISSING.replace("1.1", "1.0")
    for data, stays in ((request(MISSING), True), (request(MISSING, "Connection: close"), False),
                        (request(MISSING, "Connection: keep-alive, Close"), False), (request(old), False),
                        (request(old, "Connection: keep-alive"), True), (request(MISSING, "Connection: upgrade", "Upgrade: h2c"), True)):
        with Connection(trial.port) as connection:
            connection.send(data)
            answer = connection.answer()
            expect(f"{data!r}", (answer.status, answer.headers.get("connection", "") == "close"), (404, not stays))
            expect(f"{data!r} stays", connection.is_silent(0.05) if stays else not connection.is_ended(), stays)


def rfc9110_9_3_2_head_is_get_without_its_body(trial):
    """HEAD gets the head that GET gets."""
    trial.start()
    trial.publish("head", "y" * 5000)
    for accepted in ("identity", "gzip"):
        asked = f"{CONFIGS}?dataId=head&group=g HTTP/1.1", f"Accept-Encoding: {accepted}"
        with Connection(trial.port) as connection:
            connection.send(request("HEAD " + asked[0], asked[1]) + request("GET " + asked[0], asked[1]))
            head, get = connection.answer(head_only=True), connection.answer()
        for answer in (head, get):
            answer.headers.pop("date")
        expect(accepted, (head.status, head.headers), (get.status, get.headers))


def rfc9110_9_3_7_options(trial):
    """The methods of a path, and of the server."""
    trial.start()
    for target, allowed in (("*", "GET,POST,PUT,DELETE,HEAD,OPTIONS"), (f"http://127.0.0.1:{trial.port}", "GET,POST,PUT,DELETE,HEAD,OPTIONS"),
                            ("/nacos/v3/admin/core/state", "GET,HEAD,OPTIONS"), ("/nacos/v1/ns/instance", "GET,POST,PUT,DELETE,PATCH,HEAD,OPTIONS")):
        answer = ask(trial.port, request(f"OPTIONS {target} HTTP/1.1"))
        expect(target, (answer.status, answer.headers.get("allow"), answer.body), (200, allowed, b""))
    expect("nowhere", ask(trial.port, request("OPTIONS /nowhere HTTP/1.1")).status, 404)


def rfc9110_10_1_1_expect_continue(trial):
    """The body is asked for when it will be read, and not when it is refused."""
    trial.start()
    with Connection(trial.port) as connection:
        whole = publishing("expected", "content")
        head, body = whole.split(b"\r\n\r\n", 1)
        connection.send(head + b"\r\nExpect: 100-continue\r\n\r\n")
        time.sleep(0.1)
        connection.send(body)
        answer = connection.answer()
        expect("asked for", (answer.interim, answer.status), ([100], 200))
    for line, status in (("Content-Length: 99999999", 413), ("Content-Length: 5\r\nContent-Encoding: br", 415),
                         ("Content-Length: 1\r\nContent-Length: 1", 400)):
        answer = ask(trial.port, request(f"POST {CONFIGS} HTTP/1.1", line, "Expect: 100-continue"))
        expect(line, (answer.interim, answer.status), ([], status))
    expect("a miracle", ask(trial.port, request(MISSING, "Expect: a-miracle")).status, 417)


def rfc9110_12_5_3_answers_are_packed_for_who_takes_it(trial):
    """gzip or as it is, by weights, from 2 KiB on; the answer says which, and that it varies."""
    trial.start()
    large, small = "line of a config\n" * 500, "small"
    trial.publish("large", large)
    trial.publish("small", small)

    def read(data_id, accepted):
        asked = [] if accepted is None else [f"Accept-Encoding: {accepted}"]
        answer = ask(trial.port, request(f"GET {CONFIGS}?dataId={data_id}&group=g HTTP/1.1", *asked))
        packed = answer.headers.get("content-encoding") == "gzip"
        expect("content", gzip.decompress(answer.body) if packed else answer.body, (large if data_id == "large" else small).encode())
        return packed, answer.headers.get("vary", "")

    for accepted, packed in ((None, False), ("gzip", True), ("gzip, deflate, br", True), ("x-gzip", True), ("gzip;q=0", False), ("br", False),
                             ("identity, gzip;q=0.5", False), ("identity;q=0.5, gzip", True), ("*", True), ("*;q=0", False),
                             ("gzip;q=0.001", True), ("gzip;q=1.5", False)):
        expect(f"{accepted}", read("large", accepted), (packed, "Accept-Encoding"))
        expect(f"{accepted} of a small one", read("small", accepted), (False, ""))
    expect("nothing else", read("small", "identity;q=0, gzip"), (True, "Accept-Encoding"))


def rfc9110_8_4_packed_bodies(trial):
    """A gzip body is what it unpacks to; other codings, and two, are refused with what would be taken."""
    trial.start()
    form = urllib.parse.urlencode({"dataId": "packed", "group": "g", "content": "c" * 3000}).encode()
    for coding in ("gzip", "x-gzip", "GZIP"):
        packed = gzip.compress(form)
        answer = ask(trial.port, request(f"POST {CONFIGS} HTTP/1.1", FORM, f"Content-Encoding: {coding}", f"Content-Length: {len(packed)}", body=packed))
        expect(coding, (answer.status, answer.body), (200, b"true"))
    expect("content", trial.content("packed"), b"c" * 3000)
    for coding in ("br", "deflate", "gzip, gzip", "compress"):
        answer = ask(trial.port, request(f"POST {CONFIGS} HTTP/1.1", FORM, f"Content-Encoding: {coding}", "Content-Length: 3", body=b"abc"))
        expect(coding, (answer.status, answer.headers.get("accept-encoding")), (415, "gzip"))
    for damaged in (b"abc", gzip.compress(form)[:-1], gzip.compress(form) + b"x", zlib.compress(form)):
        answer = ask(trial.port, request(f"POST {CONFIGS} HTTP/1.1", FORM, "Content-Encoding: gzip", f"Content-Length: {len(damaged)}", body=damaged))
        expect(f"{damaged[:4]}", answer.status, 400)


def s36_a_packed_body_is_bounded(trial):
    """In its size and, over a mebibyte, in its ratio: a bomb is refused after a small part of it, and the server has not grown."""
    trial.start("--batata.net.max-body-size=64MiB")
    before = resident_kib(trial)
    for unpacked, byte in ((2 << 20, b"x"), (256 << 20, b"\0")):
        packer = zlib.compressobj(9, wbits=31)
        bomb = b"".join(packer.compress(byte * (1 << 20)) for _ in range(unpacked >> 20)) + packer.flush()
        for _ in range(20):
            answer = ask(trial.port, request(f"POST {CONFIGS} HTTP/1.1", FORM, "Content-Encoding: gzip", f"Content-Length: {len(bomb)}", body=bomb))
            expect(f"{unpacked} in {len(bomb)}", answer.status, 413)
    grown = resident_kib(trial) - before
    if grown > 96 << 10:
        raise AssertionError(f"the server has grown by {grown} KiB")
    return f"grown by {grown} KiB"


def resident_kib(trial):
    with open(f"/proc/{trial.server.pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def s31_smuggling(trial):
    """Whatever two servers could read in two ways is refused, and nothing behind it is carried out; what it is a change of is done."""
    trial.start()
    smuggled = publishing("smuggled", "by nobody")
    good = f"POST {CONFIGS}?dataId=good&group=g&content=x HTTP/1.1"
    chunked = "Transfer-Encoding: chunked"
    end = b"0\r\n\r\n"
    for headers, body in (([chunked], end), (["Content-Length: 5"], b"abcde"), ([chunked.replace("chunked", "Chunked")], end)):
        with Connection(trial.port) as connection:
            connection.send(request(good, *headers, body=body) + request(MISSING))
            expect(f"{headers}", [connection.answer().status for _ in range(2)], [200, 404])
    refused = [
        (["Content-Length: 5", chunked], end), ([chunked, "Content-Length: 5"], end), ([chunked, chunked], end), ([chunked + ", chunked"], end),
        (["Content-Length: 0", "Content-Length: 0"], b""), (["Content-Length: 5", "Content-Length: 6"], b"abcde"), (["Content-Length: 5, 5"], b"abcde"),
        (["Content-Length: +5"], b"abcde"), (["Content-Length: 0x5"], b"abcde"), (["Content-Length: -1"], b""), (["Content-Length: 5 5"], b"abcde"),
        (["Content-Length: "], b""), (["Content-Length: 99999999999999999999"], b""), (["Content-Length : 5"], b"abcde"), ([" Content-Length: 5"], b"abcde"),
        (["Content-Length: 5\r\n "], b"abcde"), (["Transfer-Encoding : chunked"], end), (["X: a\r\n Transfer-Encoding: chunked"], end),
        (["X: a\r\n\tb"], b""), (["Transfer-Encoding: xchunked"], end), (["Transfer-Encoding: identity"], b""), (["Transfer-Encoding: chunked, identity"], end),
        (["Transfer-Encoding: gzip, chunked"], end), (["Transfer-Encoding: \x0bchunked"], end), (["Transfer-Encoding: chunked\n"], end),
        (["X: a\nContent-Length: 5"], b"abcde"), (["X: a\rContent-Length: 5"], b"abcde"), (["X: a\0b"], b""), (["X\0: a"], b""), ([": a"], b""), (["X"], b""),
        (["X(y): a"], b""), (["X: a\x7f"], b""), ([chunked], b"5 \r\nabcde\r\n" + end), ([chunked], b" 5\r\nabcde\r\n" + end), ([chunked], b"0x5\r\nabcde\r\n" + end),
        ([chunked], b"+5\r\nabcde\r\n" + end), ([chunked], b"-1\r\n" + end), ([chunked], b"5\nabcde\r\n" + end), ([chunked], b"5\r\nabcdef\r\n" + end),
        ([chunked], b"5\r\nabcde" + end), ([chunked], b"5\r\nabcde\n" + end), ([chunked], b"5;a\rb\r\nabcde\r\n" + end), ([chunked], b"5;a\0\r\nabcde\r\n" + end),
        ([chunked], b"ffffffffffffffff1\r\nabcde\r\n" + end), ([chunked], b"\r\n" + end), ([chunked], b"g\r\n" + end), ([chunked], b"5;" + b"x" * 5000 + b"\r\nabcde\r\n" + end)]
    for headers, body in refused:
        with Connection(trial.port) as connection:
            connection.send(request(good, *headers, body=body) + smuggled)
            status = connection.answer().status
            expect(f"{headers} {body[:40]!r}: {status}", status in (400, 413, 501), True)
            expect(f"{headers} {body[:40]!r} ends", connection.is_ended(), True)
    expect("in 1.0", ask(trial.port, request(good.replace("1.1", "1.0"), chunked, body=end)).status, 400)
    expect("what was smuggled", trial.content("smuggled"), None)
    trial.publish("smuggled", "by somebody")


def s31_heads_are_bounded(trial):
    """A megabyte of one header, ten thousand headers, an endless request line and endless trailers: 431 each."""
    trial.start()
    for data in (request(MISSING, "X: " + "a" * (1 << 20)), request(MISSING, *(["a: b"] * 10_000)), b"GET /" + b"a" * (1 << 20),
                 request(f"POST {CONFIGS} HTTP/1.1", "Transfer-Encoding: chunked", body=b"0\r\n" + b"a: b\r\n" * 10_000)):
        expect(f"{data[:40]!r}", _refusal_of(trial, data), 431)
    expect("a large one that is allowed", ask(trial.port, request(MISSING, "X: " + "a" * (20 << 10))).status, 404)


def _refusal_of(trial, data):
    with Connection(trial.port) as connection:
        try:
            connection.send(data)
        except ConnectionError:
            pass  # it was refused before all of it was sent
        return connection.answer().status


def s31_slow_heads_and_bodies(trial):
    """Drops of a head, or of a body slower than the least rate, buy no time: 408; a body that keeps the rate may take longer."""
    trial.start("--batata.net.header-timeout=1s")
    body = urllib.parse.urlencode({"dataId": "slow", "group": "g", "content": "z" * 60_000}).encode()
    head = request(f"POST {CONFIGS} HTTP/1.1", FORM, f"Content-Length: {len(body)}")
    for start, piece in ((b"GET / HTTP/1.1\r\n", b"X: y\r\n"), (head, b"z")):
        with Connection(trial.port) as connection:
            connection.send(start)
            started = time.monotonic()
            while connection.is_silent(0.1) and time.monotonic() < started + 5:
                connection.send(piece)
            expect(f"{start[:20]!r}", connection.answer().status, 408)
            expect("time", 0.8 < time.monotonic() - started < 3, True)
    with Connection(trial.port) as connection:
        connection.send(head)
        for at in range(0, len(body), 5000):  # in 2.4 s
            time.sleep(0.2)
            connection.send(body[at:at + 5000])
        expect("at its rate", connection.answer().status, 200)


def answers_that_are_not_taken(trial):
    """A client that asks and does not read is hung up on after the stall timeout; others do not notice."""
    trial.start("--batata.net.stall-timeout=5s")
    trial.publish("heavy", "h" * (2 << 20))
    with Connection(trial.port, timeout=20) as greedy:
        greedy.send(request(f"GET {CONFIGS}?dataId=heavy&group=g HTTP/1.1") * 30)
        started = time.monotonic()
        while time.monotonic() < started + 8:
            expect("others", ask(trial.port, request(MISSING)).status, 404)
            time.sleep(0.5)
        answered = 0
        try:
            while answered < 30:
                greedy.answer()
                answered += 1
        except Closed:
            pass
    expect("hung up on", answered < 30, True)


def rfc7578_forms_are_bounded(trial):
    """A form of parts is read as one of pairs; too many parts, or endless headers of one, are no form."""
    trial.start()

    def post(parts, header=""):
        body = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n{header}\r\n{value}\r\n' for name, value in parts) + "--b--\r\n"
        return ask(trial.port, request(f"POST {CONFIGS} HTTP/1.1", "Content-Type: multipart/form-data; boundary=b", f"Content-Length: {len(body)}", body=body.encode())).status

    good = [("dataId", "parts"), ("group", "g"), ("content", "of parts")]
    expect("a form", post(good), 200)
    expect("content", trial.content("parts"), b"of parts")
    expect("too many parts", post(good + [("x", "y")] * 200) >= 400, True)
    expect("endless headers", post(good, "X: " + "a" * 9000 + "\r\n") >= 400, True)


def half_closed_and_reset(trial):
    """A client that ends its side has its answers; one that goes in the middle of anything harms nobody."""
    trial.start()
    with Connection(trial.port) as connection:
        connection.send(request(MISSING))
        expect("before", connection.answer().status, 404)
        connection.half_close()
        expect("the end", connection.is_ended(), True)
    whole = publishing("gone", "x" * 5000)
    for at in range(0, len(whole), 97):
        with Connection(trial.port) as connection:
            connection.send(whole[:at])
    expect("others", ask(trial.port, request(f"GET {STATE} HTTP/1.1")).status, 200)


ALL = [rfc9112_2_2_request_lines, rfc9112_3_2_one_host, rfc9112_3_2_2_absolute_form, rfc9112_6_bodies_end_where_they_say, rfc9112_9_3_2_pipelining,
       rfc9112_9_6_the_last_answer_says_so, rfc9110_9_3_2_head_is_get_without_its_body, rfc9110_9_3_7_options, rfc9110_10_1_1_expect_continue,
       rfc9110_12_5_3_answers_are_packed_for_who_takes_it, rfc9110_8_4_packed_bodies, s36_a_packed_body_is_bounded, s31_smuggling, s31_heads_are_bounded,
       s31_slow_heads_and_bodies, answers_that_are_not_taken, rfc7578_forms_are_bounded, half_closed_and_reset]
