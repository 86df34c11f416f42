#!/usr/bin/env python3
"""Makes the corpus of each fuzz target of what real clients have sent and real servers have stored (see tap.py).

    tests/fuzz/seeds.py DIR [TARGET...]     needs `./x build fuzz batata_fuzzers`

Everything that may be an input is offered to the target, which keeps the fewest that reach all that they reach together. What the folder
tests/fuzz/corpus/TARGET held before is offered, too.
"""
import argparse
import base64
import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEED_BYTES = 4096  # of one input at most
OFFERED = 4000  # inputs that a target is offered at most, of all lengths
HTTP2_START = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
RECORDS_AT, RECORD_HEADER = 4096, 40  # of a log's file; see docs/formats.md


class Reader:
    """Numbers and strings as the store writes them. Raises IndexError at the end."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def take(self, size):
        if self.at + size > len(self.data):
            raise IndexError
        self.at += size
        return self.data[self.at - size:self.at]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def string(self):
        return self.take(self.varint())


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def string(value):
    return varint(len(value)) + value


# --- What was stored ------------------------------------------------------------------------------------------------

def log_payloads(data):
    """(type, payload) of each record of a log's file, up to the first that is not whole."""
    at = RECORDS_AT
    while at + RECORD_HEADER <= len(data):
        size, kind = (int.from_bytes(data[at + i:at + i + 4], "little") for i in (8, 12))
        if kind == 0:
            return
        yield kind, data[at + RECORD_HEADER:at + RECORD_HEADER + size]
        at += (RECORD_HEADER + size + 7) // 8 * 8


def skip_range(reader):
    if reader.byte() == 0:
        reader.string()
    reader.string()


def puts(payload):
    """(key, value) of each put of an entry's commands."""
    reader = Reader(payload)
    while reader.at < len(payload):
        reader.byte(), reader.varint(), reader.take(8)
        for _ in range(reader.varint()):
            skip_range(reader), reader.varint()
        for _ in range(reader.varint()):
            kind = reader.byte()
            if kind == 1:
                yield reader.string(), reader.string()
                reader.varint()
            elif kind == 2:
                skip_range(reader)
            elif kind == 6:
                key, head, _ = reader.string(), reader.string(), reader.string()
                yield key, head
            else:
                for _ in range({3: 2, 4: 1, 5: 1, 7: 2}[kind]):
                    reader.varint()


def state_of(stored, whole):
    """Records as a state has them, the first of each kind of key; `whole` with the one that ends it."""
    kinds = {key[:4]: (key, value) for key, value in reversed(stored) if len(value) < 600}
    records = [(b"k" + key, varint(i + 1) + varint(i + 1) + varint(0) + value) for i, (key, value) in enumerate(sorted(kinds.values()))]
    if whole:
        records.append((b"z", b"\x01" + varint(len(records) + 1) + (1_795_269_000_000).to_bytes(8, "little") + varint(0) + varint(0)))
    return b"".join(string(name) + string(value) for name, value in records)


RECORD_TARGETS = [f"{name}_fuzz" for name in ("config_record", "config_history", "config_grays", "namespace_record", "lock_record",
                                              "access_record", "discovery_record", "config_import")]


def offer_data(folder, offer):
    for path in sorted((folder / "raft").glob("log-*")):
        data = path.read_bytes()
        filled = data[RECORDS_AT:].rstrip(b"\0")
        offer("log_fuzz", filled, filled[:1000], b"r" + data[:RECORDS_AT + 200])
        stored = []
        for kind, payload in log_payloads(data):
            offer("log_fuzz", payload)
            if kind == 1:
                offer("command_fuzz", payload)
                stored += puts(payload)
        for key, value in stored:
            for target in RECORD_TARGETS:
                offer(target, key, value)
        offer("state_record_fuzz", state_of(stored, True))
        offer("backup_fuzz", b"r" + state_of(stored, False))
    for path in (folder / "raft").glob("hard_state"):
        offer("log_fuzz", path.read_bytes()[:40])


# --- What was sent over HTTP/1 --------------------------------------------------------------------------------------

def requests(stream):
    """(first line, headers by lower-case name, body) of each whole request of a connection."""
    while b"\r\n\r\n" in stream:
        head, _, stream = stream.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        if headers.get(b"transfer-encoding") == b"chunked":
            body, stream = unchunked(stream)
        else:
            size = int(headers.get(b"content-length") or 0)
            body, stream = stream[:size], stream[size:]
        yield first, headers, body


def unchunked(stream):
    body = b""
    while b"\r\n" in stream:
        size, _, stream = stream.partition(b"\r\n")
        size = int(size.partition(b";")[0], 16)
        body, stream = body + stream[:size], stream[size + 2:]
        if size == 0:
            break
    return body, stream


def offer_value(name, raw, offer):
    """A parameter's value, as it stands in a query or a form."""
    value = urllib.parse.unquote_to_bytes(raw.replace(b"+", b" "))
    if name.lower() == b"listening-configs":
        offer("nacos_listening_fuzz", raw)
    offer("nacos_instance_fuzz", value)
    offer("nacos_naming_forms_fuzz", value)
    offer("config_grays_fuzz", value)
    offer("config_import_fuzz", value)
    if name == b"accessToken" and value.count(b".") == 2:
        claims = value.split(b".")[1]
        offer("nacos_token_fuzz", value, base64.urlsafe_b64decode(claims + b"=" * (-len(claims) % 4)))


def offer_http(stream, offer):
    offer("http1_fuzz", stream[:SEED_BYTES - 97])
    for first, headers, body in requests(stream):
        target = (first.split(b" ") + [b""])[1]
        path, _, query = target.partition(b"?")
        kind = headers.get(b"content-type", b"")
        offer("http1_fuzz", first + b"\r\n" + b"".join(b"%s: %s\r\n" % pair for pair in headers.items()) + b"\r\n" + body)
        offer("http_text_fuzz", path, target, query + body, *headers.values())
        offer("content_coding_fuzz", headers.get(b"accept-encoding", b""), headers.get(b"host", b""), body, gzip.compress(body, mtime=0))
        offer("probe_fuzz", path + b"".join(b"%s:%s|" % pair for pair in headers.items()))
        if kind.startswith(b"multipart/"):
            offer("multipart_fuzz", kind + b"\n" + body)
            offer_archive(body, offer)
        elif kind.startswith(b"application/json"):
            offer_json(body, offer)
        form = body if kind.startswith(b"application/x-www-form-urlencoded") else b""
        for text in (query, form):
            for name, _, raw in (pair.partition(b"=") for pair in text.split(b"&") if pair):
                offer_value(name, raw, offer)


def offer_archive(body, offer):
    begin, end = body.find(b"PK\x03\x04"), body.rfind(b"PK\x05\x06")
    if begin < 0 or end < begin:
        return
    archive = body[begin:end + 22]
    offer("archive_fuzz", archive)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "zip").write_bytes(archive)
        unpacked = subprocess.run([sys.executable, "-m", "zipfile", "-e", "zip", "out"], cwd=folder, capture_output=True, check=False)
        if unpacked.returncode == 0:
            for path in Path(folder, "out").rglob(".meta*"):
                offer("config_import_fuzz", path.read_bytes())
                offer("yaml_list_fuzz", path.read_bytes())


# --- What was sent over HTTP/2 --------------------------------------------------------------------------------------

def messages(stream):
    """The messages of gRPC in a connection's frames."""
    streams = defaultdict(bytes)
    at = len(HTTP2_START)
    while at + 9 <= len(stream):
        size, kind, flags = int.from_bytes(stream[at:at + 3], "big"), stream[at + 3], stream[at + 4]
        number = int.from_bytes(stream[at + 5:at + 9], "big")
        body = stream[at + 9:at + 9 + size]
        if kind == 0:
            streams[number] += body[1:len(body) - body[0]] if flags & 8 else body
        at += 9 + size
    for data in streams.values():
        while len(data) >= 5:
            size = int.from_bytes(data[1:5], "big")
            yield data[5:5 + size]
            data = data[5 + size:]


def fields(message):
    """(number, bytes) of each field of a protobuf message that has bytes; none when it is not one."""
    reader, found = Reader(message), []
    try:
        while reader.at < len(message):
            tag = reader.varint()
            if tag & 7 == 2:
                found.append((tag >> 3, reader.string()))
            elif tag & 7 == 0:
                reader.varint()
            else:
                return []
    except IndexError:
        return []
    return found


def offer_http2(stream, offer):
    offer("http2_fuzz", stream[len(HTTP2_START):][:SEED_BYTES])
    for message in messages(stream):
        for target in ("nacos_payload_fuzz", "grpc_health_fuzz", "grpc_reflection_fuzz"):
            offer(target, message)
        for number, part in fields(message):
            for inner, body in fields(part) if number == 3 else []:
                if inner == 2:
                    offer_json(body, offer)


def offer_json(body, offer):
    """The body of a request of Nacos."""
    for target in ("json_fuzz", "nacos_instance_fuzz", "nacos_naming_forms_fuzz"):
        offer(target, body)
    try:
        said = json.loads(body)
    except ValueError:
        return
    instances = [said.get("instance"), *(said.get("instances") or [])] if isinstance(said, dict) else []
    for instance in instances:
        offer("nacos_instance_fuzz", json.dumps(instance).encode())
    pattern = said.get("groupKeyPattern") if isinstance(said, dict) else None
    if pattern:
        offer("nacos_fuzzy_pattern_fuzz", pattern.encode(), "\0".join([pattern, *pattern.replace("*", "a").split(">>")[1:]]).encode())


# --- What is in the repository --------------------------------------------------------------------------------------

def offer_files(offer):
    for path in [ROOT / "conf/application.yml", *sorted((ROOT / "tests").rglob("*.properties"))]:
        text = path.read_bytes()
        offer("settings_fuzz", text[:SEED_BYTES])
        for part in text.split(b"\n\n"):
            offer("settings_fuzz", part)
    for folder in sorted((ROOT / "tests/process/data/directories").glob("*")):
        offer_data(folder, offer)
    offer("nacos_udp_ack_fuzz", b'{"type":"push-ack","lastRefTime":"1795269000000123","data":""}',
          b'{"type": "push-ack", "lastRefTime": 1795269000000123, "data": ""}')
    offer("outbound_target_fuzz", b"http://127.0.0.1:8848/nacos?a=b#c\n/other", b"https://[::1]:8443/\n../up?x=%20y", b"http://host/a/b\nhttps://u:p@other/",
          b"http://2130706433/\n//169.254.169.254/latest", b"http://xn--fsq.example/\nfile:///etc/passwd")
    offer("log_filter_fuzz", b"info", b"batata=debug,sea_orm=warn", b"batata::net=trace,info", b" Warn , faces.nacos = OFF ,", b"net=",
          b"net=info=debug", b"a/b", b"=,inof")
    offer("probe_fuzz", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.0 503 Service Unavailable\r\n\r\n",
          b"10.0.0.0/8,fe80::/10,192.0.2.1")


# --- The choice -----------------------------------------------------------------------------------------------------

def gather(directory):
    """Inputs by target."""
    offered = defaultdict(set)

    def offer(target, *inputs):
        offered[target].update(bytes(one) for one in inputs if 0 < len(one) <= SEED_BYTES)

    offer_files(offer)
    for path in sorted(directory.glob("http/*")):
        offer_http(path.read_bytes(), offer)
    for path in sorted(directory.glob("http2/*")):
        offer_http2(path.read_bytes(), offer)
    for folder in sorted(directory.glob("data/*")):
        offer_data(folder, offer)
    return offered


def choose(program, inputs, corpus):
    with tempfile.TemporaryDirectory() as scratch:
        all_of_them, chosen = Path(scratch, "offered"), Path(scratch, "chosen")
        for folder in (all_of_them, chosen):
            folder.mkdir()
        for one in sorted(inputs, key=len)[::len(inputs) // OFFERED + 1]:
            (all_of_them / hashlib.sha1(one).hexdigest()).write_bytes(one)
        known = [corpus] if corpus.is_dir() else []
        subprocess.run([program, "-set_cover_merge=1", f"-max_len={SEED_BYTES}", "-rss_limit_mb=2048", chosen, all_of_them, *known],
                       check=True, capture_output=True, env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        corpus.mkdir(parents=True, exist_ok=True)
        have = {path.read_bytes() for path in corpus.iterdir()}
        for path in chosen.iterdir():
            if path.read_bytes() not in have:
                (corpus / path.name[:12]).write_bytes(path.read_bytes())
    return len(list(corpus.iterdir()))


def main():
    parser = argparse.ArgumentParser(prog="seeds.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("targets", nargs="*")
    arguments = parser.parse_args()
    offered = gather(arguments.directory)
    for target in arguments.targets or sorted(offered):
        program = next((ROOT / "build/fuzz").rglob(target), None)
        if program is None:
            sys.exit(f"seeds.py: {target} is not built")
        print(f"{target}: {len(offered[target])} offered, {choose(program, offered[target], HERE / 'corpus' / target)} in the corpus", flush=True)


if __name__ == "__main__":
    main()
