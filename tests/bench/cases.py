"""The benchmarks: which servers, which load, which figures, which goals.

Each function takes a Plan and returns a Table. Within a benchmark every round measures every server in turn, so that whatever else the
machine does falls on all alike; figures are medians over the rounds, ratios are medians of the ratios within a round.
"""
import base64
import dataclasses
import http.client
import json
import resource
import statistics
import subprocess
import time
from pathlib import Path

from measure import cpu_seconds, resident_kb
from subjects import Batata, Etcd, GrpcBaseline, Nginx, HERE, program

KEYS = 10_000
VALUE_BYTES = 200


@dataclasses.dataclass
class Plan:
    """How thoroughly to measure, and with what."""
    batata: Path      # the program
    programs: Path    # directory of the load generators
    directory: Path   # for the servers' data
    quick: bool
    rounds_wanted: int = 5

    @property
    def rounds(self):
        return 1 if self.quick else self.rounds_wanted

    @property
    def seconds(self):
        return 0.5 if self.quick else 2.0

    def load(self, *command):
        """Runs a load generator; its one line of figures."""
        done = subprocess.run([self.programs / command[0], *map(str, command[1:])], capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise SystemExit(f"{command[0]} failed: {done.stderr.strip()}")
        return json.loads(done.stdout)


@dataclasses.dataclass
class Goal:
    figure: str        # a column's name, or "ratio"
    at_least: float = None
    at_most: float = None

    def met(self, value):
        return value >= self.at_least if self.at_least is not None else value <= self.at_most

    def text(self):
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"


class Table:
    """Samples by case and server, and what is made of them."""

    def __init__(self, name, about, columns, first, ratio_to, higher_is_better=True):
        """`columns` maps figure names to titles; `first` is the figure that ratios are made of, `ratio_to` the yardstick's name, or
        names, of which each case has one."""
        self.name, self.about, self.columns = name, about, columns
        self._first, self._higher = first, higher_is_better
        self._ratio_to = (ratio_to,) if isinstance(ratio_to, str) else ratio_to
        self._samples, self._goals = {}, {}

    @classmethod
    def like(cls, document, ratio_to):
        """An empty one of the same figures."""
        return cls(document["name"], document["about"], document["columns"], document["first"], ratio_to, document["higher_is_better"])

    def add(self, case, subject, figures):
        if figures.get("errors"):
            raise SystemExit(f"{self.name}: {case}: {subject}: {figures['errors']} wrong answers; such a figure means nothing")
        self._samples.setdefault((case, subject), []).append({key: figures[key] for key in self.columns if key in figures})

    def goal(self, case, subject, goal):
        self._goals.setdefault((case, subject), []).append(goal)

    def rows(self):
        return [self._row(case, subject, samples) for (case, subject), samples in self._samples.items()]

    def _row(self, case, subject, samples):
        values = {key: statistics.median(sample[key] for sample in samples) for key in samples[0]}
        row = {"case": case, "subject": subject, "values": values, "samples": samples}
        first = [sample[self._first] for sample in samples if self._first in sample]
        if first:
            row["spread"] = [min(first), max(first)]
        yardstick = next((self._samples[case, name] for name in self._ratio_to if (case, name) in self._samples), None)
        if yardstick and subject not in self._ratio_to and first:
            row["ratio"] = statistics.median(ours / theirs[self._first] for ours, theirs in zip(first, yardstick))
        row["goals"] = [{"figure": goal.figure, "text": goal.text(), "met": goal.met(row["ratio"] if goal.figure == "ratio" else
                                                                                     values[goal.figure])}
                        for goal in self._goals.get((case, subject), [])]
        return row

    def document(self, machine, rounds):
        return {"name": self.name, "about": self.about, "machine": machine, "rounds": rounds, "columns": self.columns,
                "first": self._first, "ratio_to": " or ".join(self._ratio_to), "higher_is_better": self._higher, "rows": self.rows()}


RATE_COLUMNS = {"per_cpu_s": "per CPU-second of the server", "per_s": "per second", "p50_us": "p50 µs", "p99_us": "p99 µs",
                "cores": "cores used", "rss_mb": "RSS MB"}


def metered(subject, load):
    """Figures of a load that ran against a server: `load()` gives done, seconds, p50_us, p99_us, errors."""
    cpu, start = cpu_seconds(subject.pid), time.monotonic()
    figures = load()
    cpu, wall = cpu_seconds(subject.pid) - cpu, time.monotonic() - start
    return {"per_cpu_s": figures["done"] / cpu, "per_s": figures["done"] / figures["seconds"], "p50_us": figures["p50_us"],
            "p99_us": figures["p99_us"], "cores": cpu / wall, "rss_mb": resident_kb(subject.pid) / 1024, "errors": figures["errors"]}


def filled(plan, batata):
    """Publishes the configs that are read later."""
    figures = plan.load("http_load", batata.port, 64, 0, KEYS, VALUE_BYTES)
    if figures["errors"] or figures["done"] != KEYS:
        raise SystemExit(f"publishing {KEYS} configs failed: {figures}")


def config_read(plan):
    table = Table("config-read", f"GET of {KEYS:,} configs of {VALUE_BYTES} bytes in turn over HTTP/1.1 with keep-alive (wrk, one "
                  "thread); the yardstick is nginx with `return 200` of equal size, one worker", RATE_COLUMNS, "per_cpu_s", "nginx")
    with Nginx(plan.directory / "nginx", "v" * VALUE_BYTES) as nginx, Batata(plan.directory / "batata", plan.batata) as batata:
        filled(plan, batata)
        for _ in range(plan.rounds):
            for connections in (64, 512):
                for subject in (nginx, batata):
                    table.add(f"{connections} connections", subject.name, metered(subject, lambda: wrk(plan, subject.port, connections)))
    table.goal("64 connections", "batata", Goal("ratio", at_least=0.9))
    return table


def wrk(plan, port, connections, path=None):
    """Reads the configs in turn, or one path."""
    command = [program("wrk"), "-t1", f"-c{connections}", f"-d{max(1, round(plan.seconds))}s", "-s", HERE / "reads.lua",
               f"http://127.0.0.1:{port}/", *(("--", path) if path else ())]
    text = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    line = next(line for line in text.splitlines() if line.startswith("RES "))
    done, micros, p50, p99, status_errors, other_errors = map(int, line.split()[1:])
    return {"done": done, "seconds": micros / 1e6, "p50_us": p50, "p99_us": p99, "errors": status_errors + other_errors}


def grpc_unary(plan):
    table = Table("grpc-unary", f"ConfigQueryRequest over {KEYS:,} configs of {VALUE_BYTES} bytes; the yardstick is a callback server "
                  "on grpc++ that only looks up a map", RATE_COLUMNS, "per_cpu_s", "grpc++")
    shapes = ((64, 1), (16, 32))

    def case_of(connections, in_flight):
        return f"{in_flight} in flight on each of {connections} connections"

    with GrpcBaseline(plan.directory / "grpc", plan.programs, KEYS, VALUE_BYTES) as baseline, \
            Batata(plan.directory / "batata", plan.batata) as batata:
        filled(plan, batata)
        for _ in range(plan.rounds):
            for connections, in_flight in shapes:
                for subject in (baseline, batata):
                    table.add(case_of(connections, in_flight), subject.name, metered(subject, lambda: plan.load(
                        "grpc_load", "unary", subject.grpc_port, "query", connections, in_flight, plan.seconds, KEYS, VALUE_BYTES)))
    for connections, in_flight in shapes:
        table.goal(case_of(connections, in_flight), "batata", Goal("ratio", at_least=3))
    return table


class Clients:
    """A running load generator that waits to be told: many clients, set up."""

    def __init__(self, plan, program_name, *arguments):
        self._name = program_name
        self._process = subprocess.Popen([plan.programs / program_name, *map(str, arguments)], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
        self.read_line()

    def read_line(self):
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._name} failed with {self._process.wait()}")
        return json.loads(line)

    def next_line(self):
        """What it says to being told to go on."""
        self.go_on()
        return self.read_line()

    def go_on(self):
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


def push(plan):
    count, publishes = (200, 3) if plan.quick else (2000, 10)
    table = Table("push", f"{count:,} clients on a connection each listen to one config; each of {publishes} publishes is pushed to all of "
                  "them and acknowledged by all. Latency: from sending the publish to receiving the push, the whole fan-out included",
                  {"cpu_us": "CPU µs per push and acknowledgement", "per_s": "pushes per second", "p50_us": "p50 µs", "p99_us": "p99 µs",
                   "max_us": "last µs", "connect_us": "CPU µs to connect", "rss_mb": "RSS MB"}, "cpu_us", "grpc++", higher_is_better=False)
    case = f"{count:,} clients"
    for _ in range(plan.rounds):
        for make in (lambda: GrpcBaseline(plan.directory / "grpc", plan.programs, 1, VALUE_BYTES),
                     lambda: Batata(plan.directory / "batata", plan.batata)):
            with make() as subject:
                start = cpu_seconds(subject.pid)
                with Clients(plan, "grpc_load", "push", subject.grpc_port, count, publishes) as clients:
                    connected = cpu_seconds(subject.pid)
                    clients.go_on()
                    figures = clients.read_line()
                    time.sleep(0.2)  # the last acknowledgements are on their way
                    cpu = cpu_seconds(subject.pid) - connected
                    table.add(case, subject.name, {
                        "cpu_us": cpu / figures["done"] * 1e6, "per_s": figures["done"] / figures["seconds"], "p50_us": figures["p50_us"],
                        "p99_us": figures["p99_us"], "max_us": figures["max_us"], "connect_us": (connected - start) / count * 1e6,
                        "rss_mb": resident_kb(subject.pid) / 1024, "errors": figures["errors"]})
    table.goal(case, "batata", Goal("cpu_us", at_most=20))
    return table


def config_publish(plan):
    table = Table("config-publish", f"Values of {VALUE_BYTES} bytes over {KEYS:,} keys, each synced to disk before it is acknowledged. "
                  "batata: HTTP POST, one request a connection; `batata (gRPC)` and etcd 3.4 (one member): multiplexed on up to 16 "
                  "connections", RATE_COLUMNS, "per_s", "etcd")
    goals = {1: 2, 16: 3, 128: 4, 1024: 5}
    seconds = plan.seconds / 2
    with Etcd(plan.directory / "etcd") as etcd, Batata(plan.directory / "batata", plan.batata) as batata:
        for _ in range(plan.rounds):
            for in_flight in (1, 16, 64, 128, 1024):
                connections = min(in_flight, 16)
                shape = connections, in_flight // connections, seconds, KEYS, VALUE_BYTES
                loads = ((etcd, "etcd", ("grpc_load", "unary", etcd.grpc_port, "put", *shape)),
                         (batata, "batata", ("http_load", batata.port, in_flight, seconds, KEYS, VALUE_BYTES)),
                         (batata, "batata (gRPC)", ("grpc_load", "unary", batata.grpc_port, "publish", *shape)))
                for subject, name, command in loads:
                    table.add(f"{in_flight:,} in flight", name, metered(subject, lambda: plan.load(*command)))
    for in_flight, ratio in goals.items():
        table.goal(f"{in_flight:,} in flight", "batata", Goal("ratio", at_least=ratio))
    table.goal("64 in flight", "batata", Goal("per_cpu_s", at_least=30_000))
    return table


def polls_held(plan):
    """How many long polls can be held: as many as this machine lets a server have connections."""
    _, descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 500 if plan.quick else min(50_000, descriptors * 3 // 4)


def memory(plan):
    count, polls = 500 if plan.quick else 10_000, polls_held(plan)
    table = Table("memory", f"Resident memory of the server process: idle, 1 s after the start; what each of {count:,} gRPC clients adds, "
                  f"connected and set up; and what each of {polls:,} long polls of 1.x clients adds, held on a connection of its own over HTTP/1",
                  {"idle_mb": "idle MB", "client_kb": "KB per client"}, "client_kb", "grpc++", higher_is_better=False)
    held = f"{polls:,} long polls"
    case = f"{count:,} clients"
    for _ in range(plan.rounds):
        with Etcd(plan.directory / "etcd") as etcd:
            time.sleep(1)
            table.add(case, etcd.name, {"idle_mb": resident_kb(etcd.pid) / 1024})
        for make in (lambda: GrpcBaseline(plan.directory / "grpc", plan.programs, 1, VALUE_BYTES),
                     lambda: Batata(plan.directory / "batata", plan.batata)):
            with make() as subject:
                time.sleep(1)
                idle = resident_kb(subject.pid)
                with Clients(plan, "grpc_load", "hold", subject.grpc_port, count):
                    time.sleep(1)
                    table.add(case, subject.name, {"idle_mb": idle / 1024, "client_kb": (resident_kb(subject.pid) - idle) / count})
        with Batata(plan.directory / "batata", plan.batata) as subject:
            time.sleep(1)
            idle = resident_kb(subject.pid)
            with Clients(plan, "poll_load", subject.port, polls, 0):
                time.sleep(1)
                table.add(held, subject.name, {"idle_mb": idle / 1024, "client_kb": (resident_kb(subject.pid) - idle) / polls})
    table.goal(case, "batata", Goal("idle_mb", at_most=20))
    table.goal(case, "batata", Goal("client_kb", at_most=20))
    table.goal(held, "batata", Goal("client_kb", at_most=10))
    return table


def start(plan):
    rounds = 3 if plan.quick else 20
    table = Table("start", "From exec to the first right answer, on an empty directory (the answer that there is no such entry) and on one that "
                  "holds an entry (its value); etcd elects itself first in the second case", {"ready_ms": "ms"}, "ready_ms", "etcd",
                  higher_is_better=False)
    key, value = base64.b64encode(b"k").decode(), base64.b64encode(b"v").decode()
    config, etcd_range = "/nacos/v1/cs/configs?dataId=k&group=bench", ("POST", "/v3/kv/range", json.dumps({"key": key}))
    etcd, batata = Etcd(plan.directory / "etcd"), Batata(plan.directory / "batata", plan.batata)
    empty, stored = "empty directory", "directory with an entry"
    reads = {(empty, "etcd"): (*etcd_range, 200, '"revision"'), (empty, "batata"): ("GET", config, None, 404, "config data not exist"),
             (stored, "etcd"): (*etcd_range, 200, f'"value":"{value}"'), (stored, "batata"): ("GET", config, None, 200, "v")}
    for _ in range(rounds):
        for subject in (etcd, batata):
            subject.clear()
            table.add(empty, subject.name, {"ready_ms": started(subject, reads[empty, subject.name])})
    with etcd:
        answered(etcd.port, "POST", "/v3/kv/put", json.dumps({"key": key, "value": value}), 200, "revision")
    with batata:
        answered(batata.port, "POST", config + "&content=v", None, 200, "true")
    for _ in range(rounds):
        for subject in (etcd, batata):
            table.add(stored, subject.name, {"ready_ms": started(subject, reads[stored, subject.name])})
    for case in (empty, stored):
        table.goal(case, "batata", Goal("ready_ms", at_most=100))
    return table


def started(subject, read):
    """Milliseconds from starting the subject to the right answer; it is stopped again."""
    begin = time.monotonic()
    subject.launch()
    try:
        answered(subject.port, *read)
        return (time.monotonic() - begin) * 1000
    finally:
        subject.stop()


def answered(port, method, path, body, status, wanted, limit_s=30):
    """Asks until the answer has this status and is right: it contains the text `wanted`, or the function `wanted` says so."""
    end = time.monotonic() + limit_s
    last = "nothing"
    while time.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            if answer.status == status and (wanted(text) if callable(wanted) else wanted in text):
                return
            last = f"{answer.status} {text}"
        except (OSError, http.client.HTTPException, LookupError, ValueError) as error:
            last = repr(error)
        finally:
            connection.close()
        time.sleep(0.0005)
    raise SystemExit(f"{method} {path} on port {port}: no right answer, last: {last}")


ALL = {"config-read": config_read, "grpc-unary": grpc_unary, "push": push, "config-publish": config_publish, "memory": memory,
       "start": start}
