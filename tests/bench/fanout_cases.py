"""Benchmarks of one change that reaches many clients. As those of cases.py."""
from cases import VALUE_BYTES, Clients, Goal, Table
from measure import cpu_seconds, resident_kb
from subjects import Batata, GrpcBaseline, RawWrites

LATENCIES = {"p50_us": "p50 µs", "p99_us": "p99 µs", "max_us": "last µs", "read_p99_us": "p99 µs until read"}
FOOT = "Latency: from sending the change until the news is at the client's socket, by the kernel's stamp; `until read`: until the load " \
       "generator's one thread has read it"
P99_MAX_US = {1_000: 5_000, 10_000: 50_000}  # the goals, by the number of clients


def sizes(plan):
    return (100,) if plan.quick else tuple(P99_MAX_US)


def rounds_of_change(plan):
    return 3 if plan.quick else 10


def measured(subject, clients):
    """The figures of clients that are set up: `clients.next_line()` runs all rounds of change."""
    before = cpu_seconds(subject.pid)
    figures = clients.next_line()
    cpu = cpu_seconds(subject.pid) - before
    return {**{key: figures[key] for key in LATENCIES}, "cpu_us": cpu / figures["done"] * 1e6, "rss_mb": resident_kb(subject.pid) / 1024,
            "errors": figures["errors"]}


def fanout(plan, table, noun, subjects, load):
    """Measures each of `subjects` (functions that make one) under `load(subject, count)`, which gives a Clients' arguments."""
    for _ in range(plan.rounds):
        for count in sizes(plan):
            for make in subjects:
                with make() as subject, Clients(plan, *load(subject, count)) as clients:
                    table.add(f"{count:,} {noun}", subject.name, measured(subject, clients))
    for count in sizes(plan):
        if count in P99_MAX_US:
            table.goal(f"{count:,} {noun}", "batata", Goal("p99_us", at_most=P99_MAX_US[count]))
    return table


def subscribe_fanout(plan):
    changes = rounds_of_change(plan)
    table = Table("subscribe-fanout", f"gRPC clients on a connection each subscribe to one service; {changes} times its instance is registered "
                  "anew with another port, which is pushed to all of them and acknowledged by all. batata pushes without its delay "
                  f"(`nacos.naming.push.pushTaskDelay=0`; by default it gathers changes for 500 ms). {FOOT}",
                  {**LATENCIES, "cpu_us": "CPU µs per push and acknowledgement", "rss_mb": "RSS MB"}, "p99_us", "grpc++",
                  higher_is_better=False)
    return fanout(plan, table, "subscribers",
                  (lambda: GrpcBaseline(plan.directory / "grpc", plan.programs, 1, VALUE_BYTES),
                   lambda: Batata(plan.directory / "batata", plan.batata, "--nacos.naming.push.pushTaskDelay=0")),
                  lambda subject, count: ("naming_load", "fanout", subject.grpc_port, count, changes))


def long_poll_fanout(plan):
    changes = rounds_of_change(plan)
    table = Table("long-poll-fanout", f"HTTP v1 clients on a connection each hold a long poll on one config; {changes} times it is published, "
                  "which answers all polls, and all poll again. The yardstick only writes: sockets, and the same bytes to each of them, without "
                  f"a config or a disk. {FOOT}",
                  {**LATENCIES, "cpu_us": "CPU µs per answer and new poll", "rss_mb": "RSS MB"}, "p99_us", "raw writes",
                  higher_is_better=False)
    return fanout(plan, table, "long polls",
                  (lambda: RawWrites(plan.directory / "raw", plan.programs), lambda: Batata(plan.directory / "batata", plan.batata)),
                  lambda subject, count: ("poll_load", subject.port, count, changes))


ALL = {"subscribe-fanout": subscribe_fanout, "long-poll-fanout": long_poll_fanout}
