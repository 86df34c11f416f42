"""Benchmarks of services: registering instances and asking for them. As those of cases.py."""
import http.client
import json

from cases import RATE_COLUMNS, Clients, Goal, Table, metered, wrk
from measure import cpu_seconds, resident_kb
from subjects import Batata, GrpcBaseline, Nginx

INSTANCES = 10  # of the service that is asked for; the yardstick's answer has as many
LIST = "/nacos/v1/ns/instance/list?serviceName=bench@@bench-service&healthyOnly=false"


def baseline(plan, *wishes):
    return GrpcBaseline(plan.directory / "grpc", plan.programs, 1, 1, *wishes)


def register(plan):
    count, connections = (5_000 if plan.quick else 100_000), 64
    table = Table("register", f"{count:,} ephemeral instances, each of a service of its own, registered over gRPC on {connections} connections "
                  "of a server that has none yet; afterwards batata is asked for each of them and must know it. The yardstick is a callback server on grpc++ that only answers", RATE_COLUMNS, "per_cpu_s", "grpc++")
    depths = (1, 8, 32)

    def case_of(in_flight):
        return f"{in_flight} in flight on each of {connections} connections"

    for _ in range(plan.rounds):
        for in_flight in depths:
            for make in (lambda: baseline(plan), lambda: Batata(plan.directory / "batata", plan.batata)):
                with make() as subject, Clients(plan, "naming_load", "register", subject.grpc_port, connections, in_flight, count) as clients:
                    figures = metered(subject, clients.next_line)
                    if subject.name == Batata.name:
                        demand_all(clients.next_line()["visible"], count)
                table.add(case_of(in_flight), subject.name, figures)
    table.goal(case_of(32), "batata", Goal("per_s", at_least=60_000))
    return table


def demand_all(visible, count):
    """Ends the run when an acknowledged register is not seen: its rate would mean nothing."""
    if visible != count:
        raise SystemExit(f"register: of {count:,} acknowledged instances queries see {visible:,}")


def service_query(plan):
    table = Table("service-query", f"A service with {INSTANCES} instances: ServiceQueryRequest over gRPC, beside a callback server on grpc++ "
                  "that answers the same bytes each time; its list over HTTP v1 (wrk, one thread), beside nginx with `return 200` of equal "
                  "size, one worker", RATE_COLUMNS, "per_cpu_s", ("grpc++", "nginx"))
    grpc_shapes = ((64, 1), (16, 32))
    with baseline(plan) as grpc, Batata(plan.directory / "batata", plan.batata) as batata, \
            Clients(plan, "naming_load", "provide", batata.grpc_port, INSTANCES):
        with Nginx(plan.directory / "nginx", "v" * len(listed(batata.port))) as nginx:
            for _ in range(plan.rounds):
                for connections, in_flight in grpc_shapes:
                    for subject in (grpc, batata):
                        table.add(f"gRPC, {in_flight} in flight on each of {connections} connections", subject.name, metered(
                            subject, lambda: plan.load("naming_load", "query", subject.grpc_port, connections, in_flight, plan.seconds,
                                                       INSTANCES)))
                for subject in (nginx, batata):
                    table.add("HTTP v1, 64 connections", subject.name, metered(subject, lambda: wrk(plan, subject.port, 64, LIST)))
            listed(batata.port)
    return table


def listed(port):
    """The bytes of the list over HTTP. Ends the run when it is not the whole service."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", LIST)
        body = connection.getresponse().read()
    finally:
        connection.close()
    if len(json.loads(body).get("hosts", ())) != INSTANCES:
        raise SystemExit(f"service-query: the list is not the service: {body.decode(errors='replace')}")
    return body


def reconnect_storm(plan):
    count = 500 if plan.quick else 10_000
    table = Table("reconnect-storm", f"{count:,} clients come at the same time, as after a restart of their server: each connects, is set up, registers "
                  "an instance and subscribes to one of 100 services, whose changes are pushed meanwhile. The yardstick is a callback server on grpc++ that only answers",
                  {"all_s": "s until all are there", "p50_ms": "half, ms", "cpu_us": "CPU µs per client", "rss_mb": "RSS MB"}, "all_s", "grpc++",
                  higher_is_better=False)
    case = f"{count:,} clients"
    for _ in range(plan.rounds):
        for make in (lambda: baseline(plan, "no-pushes"), lambda: Batata(plan.directory / "batata", plan.batata)):
            with make() as subject, Clients(plan, "naming_load", "storm", subject.grpc_port, count) as clients:
                before = cpu_seconds(subject.pid)
                figures = clients.next_line()
                table.add(case, subject.name, {
                    "all_s": figures["seconds"], "p50_ms": figures["p50_us"] / 1000, "cpu_us": (cpu_seconds(subject.pid) - before) / count * 1e6,
                    "rss_mb": resident_kb(subject.pid) / 1024, "errors": figures["errors"]})
    table.goal(case, "batata", Goal("all_s", at_most=5))
    return table


ALL = {"register": register, "service-query": service_query, "reconnect-storm": reconnect_storm}
