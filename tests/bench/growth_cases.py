"""Benchmarks of a store that has grown: how long it takes to open, what a key costs, and what cleaning up behind the writes costs them."""
import base64
import json
import os
import re
import time

from cases import VALUE_BYTES, Goal, Table, answered
from measure import resident_kb
from subjects import Batata, Etcd

WRITES_BEFORE_KILL_S = 5
SNAPSHOT_LINES = {"batata": b"log files removed", "etcd": b"saved snapshot"}


def filled(plan, subject, keys, value_bytes=VALUE_BYTES, connections=256):
    """Writes each key once; the server runs. What it holds is checked: no other figure of it would mean anything."""
    if isinstance(subject, Etcd):
        figures = plan.load("grpc_load", "unary", subject.grpc_port, "put", 16, 64, 0, keys, value_bytes)
    else:
        figures = plan.load("http_load", subject.port, connections, 0, keys, value_bytes)
    if figures["errors"] or figures["done"] != keys:
        raise SystemExit(f"{subject.name}: writing {keys} keys failed: {figures}")


def last_key_read(subject, keys, value_bytes=VALUE_BYTES):
    """The request for the key that is found last in the order of keys, and which answer is right: a whole value."""
    name = f"app-{max(range(keys), key=str)}"
    if isinstance(subject, Etcd):
        key = base64.b64encode(f"bench/{name}".encode()).decode()
        return "POST", "/v3/kv/range", json.dumps({"key": key}), 200, lambda text: is_value(
            base64.b64decode(json.loads(text)["kvs"][0]["value"]).decode(), value_bytes)
    return "GET", f"/nacos/v1/cs/configs?dataId={name}&group=bench", None, 200, lambda text: is_value(text, value_bytes)


def is_value(text, value_bytes):
    """Whether a text is one that the load generators write (value_of in payload.cc), whole."""
    return len(text) == value_bytes and re.fullmatch(r"\d+\.v*", text) is not None


def disk_bytes(directory):
    """What the files below the directory take up on the disk."""
    return sum(os.stat(os.path.join(parent, name)).st_blocks * 512 for parent, _, names in os.walk(directory) for name in names)


def restart(plan):
    keys, rounds = (20_000, 1) if plan.quick else (1_000_000, 5)
    table = Table("restart", f"{keys:,} keys (batata: configs, each with its first row of history) of {VALUE_BYTES} bytes, written once each. From exec "
                  f"to the value of the last one, after a stop, and after kill -9 behind {WRITES_BEFORE_KILL_S} s of writes; and what a key takes of memory, after that answer, and of the disk",
                  {"ready_ms": "ms", "rss_mb": "RSS MB", "key_bytes": "memory bytes a key", "disk_mb": "disk MB", "key_disk": "disk bytes a key"},
                  "ready_ms", "etcd", higher_is_better=False)
    subjects = Etcd(plan.directory / "etcd"), Batata(plan.directory / "batata", plan.batata)
    try:
        for subject in subjects:
            with subject:
                filled(plan, subject, keys)
        for case in ("stopped", "killed"):
            for _ in range(rounds):
                for subject in subjects:
                    if case == "killed":
                        killed_while_written_to(plan, subject, keys)
                    table.add(case, subject.name, reopened(subject, keys))
            table.goal(case, "batata", Goal("ready_ms", at_most=3000))
    finally:
        for subject in subjects:
            subject.clear()
    return table


def killed_while_written_to(plan, subject, keys):
    """Leaves what a start finds after a crash: a log that the state behind it does not have yet."""
    subject.launch()
    try:
        answered(subject.port, *last_key_read(subject, keys))
        plan.load(*write_load(subject, WRITES_BEFORE_KILL_S, keys))
    finally:
        subject.kill()


def write_load(subject, seconds, keys):
    """The command that writes to keys that are there, 64 in flight."""
    if isinstance(subject, Etcd):
        return "grpc_load", "unary", subject.grpc_port, "put", 16, 4, seconds, keys, VALUE_BYTES
    return "http_load", subject.port, 64, seconds, keys, VALUE_BYTES


def reopened(subject, keys, value_bytes=VALUE_BYTES):
    begin = time.monotonic()
    subject.launch()
    try:
        answered(subject.port, *last_key_read(subject, keys, value_bytes))
        ready = time.monotonic() - begin
        resident = resident_kb(subject.pid) * 1024
    finally:
        subject.stop()
    disk = disk_bytes(subject.directory)
    return {"ready_ms": ready * 1000, "rss_mb": resident / 2**20, "key_bytes": resident / keys, "disk_mb": disk / 2**20, "key_disk": disk / keys}


def large_store(plan):
    keys, content_bytes, rounds = (500, 64 << 10, 1) if plan.quick else (80_000, 64 << 10, 3)
    stored = 2 * content_bytes  # the first row of history has the content, too
    table = Table("large-store", f"{keys:,} configs of {content_bytes >> 10} KiB, each with its first row of history, which has the content once more: "
                  f"{keys * stored / 2**30:.1f} GiB. From exec to the right value of the last one, after a stop; memory after that answer, "
                  "which everything lies in, and disk (the contents compress well), as multiples of what is stored",
                  {"ready_ms": "ms", "rss_mb": "RSS MB", "memory": "memory × stored", "disk": "disk × stored"}, "ready_ms", "none",
                  higher_is_better=False)
    batata = Batata(plan.directory / "batata", plan.batata)
    try:
        with batata:
            filled(plan, batata, keys, content_bytes, connections=16)
        for _ in range(rounds):
            figures = reopened(batata, keys, content_bytes)
            table.add("stopped", batata.name, {"ready_ms": figures["ready_ms"], "rss_mb": figures["rss_mb"],
                                               "memory": figures["key_bytes"] / stored, "disk": figures["key_disk"] / stored})
    finally:
        batata.clear()
    if not plan.quick:
        table.goal("stopped", "batata", Goal("memory", at_most=1.2))
    return table


def snapshot_pause(plan):
    keys, seconds, rounds = (20_000, 3, 1) if plan.quick else (1_000_000, 20, 3)
    table = Table("snapshot-pause", f"Writes to a store of {keys:,} keys of {VALUE_BYTES} bytes, 64 in flight, for {seconds} s, while the servers make snapshots of "
                  "their state and remove the log behind them; `snapshots` is how often they did. batata over HTTP, etcd over gRPC",
                  {"p999_us": "p99.9 µs", "p50_us": "p50 µs", "p99_us": "p99 µs", "max_us": "last µs", "per_s": "per second", "snapshots": "snapshots"},
                  "p999_us", "etcd", higher_is_better=False)
    case = f"{keys:,} keys"
    etcd, batata = Etcd(plan.directory / "etcd"), Batata(plan.directory / "batata", plan.batata)
    try:
        for subject in etcd, batata:
            with subject:
                filled(plan, subject, keys)
        for _ in range(rounds):
            for subject in etcd, batata:
                table.add(case, subject.name, paused(plan, subject, keys, write_load(subject, seconds, keys)))
    finally:
        etcd.clear()
        batata.clear()
    table.goal(case, "batata", Goal("p999_us", at_most=50_000))
    return table


def paused(plan, subject, keys, command):
    """Figures of a load on a server that is opened for it, so that neither measures while the other one tidies up."""
    log = subject.directory / "log"
    subject.launch()
    try:
        answered(subject.port, *last_key_read(subject, keys))
        before = log.read_bytes().count(SNAPSHOT_LINES[subject.name])
        figures = plan.load(*command)
        snapshots = log.read_bytes().count(SNAPSHOT_LINES[subject.name]) - before
    finally:
        subject.stop()
    if not plan.quick and snapshots == 0:
        raise SystemExit(f"snapshot-pause: {subject.name} made no snapshot: nothing was measured")
    return {**figures, "per_s": figures["done"] / figures["seconds"], "snapshots": snapshots}


ALL = {"restart": restart, "large-store": large_store, "snapshot-pause": snapshot_pause}
