"""More to do than there is room for: the less urgent is refused first, and official clients get over it."""

import json
import os
import subprocess
import threading
import time

import clients
import lines
import nacos_http
from fixture import GROUP, Fixture
from limit_trial import BEAT, LIVENESS, WAIT_S, Trial, check, eventually
from report import tail
from server import GRPC_OFFSET

HERE = os.path.dirname(os.path.abspath(__file__))
SDK = "python-3.2"
SURVIVORS = ("java-2.5", "java-3.1", "go-2", "python-3.2")
FLOOD_S = 6.0
ROOM = "--batata.net.max-requests-in-flight=16"  # for twelve writes


def overload_is_shed_by_priority(trial):
    """Under far more writes than there is room for, over HTTP and gRPC, writes are refused, and none that was acknowledged is lost;
    health checks, heartbeats and reads are all answered, and a client that waits costs nothing."""
    library = next(each for each in clients.ALL if each.name == SDK)
    library.prepare()
    trial.start(ROOM)
    seen, stop = [], threading.Event()
    poll = threading.Thread(target=lambda: seen.append(("poll", hold(trial, 6_000))), daemon=True)
    poll.start()
    writers = [threading.Thread(target=write_on, args=(trial, i, stop, seen), daemon=True) for i in range(32)]
    grpc = subprocess.Popen([library.python, os.path.join(HERE, "grpc_load.py"), str(trial.port + GRPC_OFFSET), "5"],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "GRPC_VERBOSITY": "NONE"})
    for writer in writers:
        writer.start()
    vital = nacos_http.Connection(trial.port)
    beats = 0
    while grpc.poll() is None:
        check(vital.request("GET", LIVENESS)[0] == 200, "the health check was refused")
        check(vital.request("PUT", nacos_http.INSTANCES + "/beat", form=BEAT)[0] == 200, "a heartbeat was refused")
        check(vital.get_raw("nobody")[0] == 404, "a read was refused")
        beats += 1
    said, trouble = grpc.communicate()
    stop.set()
    for writer in writers:
        writer.join(WAIT_S)
    check(grpc.returncode == 0, f"the gRPC clients ended with {trouble[-2000:]}")
    counts = json.loads(said)
    refused = sum(status == 503 for _, status in seen)
    written = sum(status == 200 for _, status in seen)
    others = {status for kind, status in seen if kind == "write" and status not in (200, 503)}
    check(not others, f"writes were answered {others}")
    check(written > 0 and refused > 0, f"{written} writes were done and {refused} refused over HTTP")
    check(counts["written"] > 0 and counts["refused"] > 0, f"over gRPC: {counts}")
    check(counts["health"] > 0 and not counts["failed"], f"over gRPC: {counts}")
    check(trial.metric('batata_requests_shed_total{priority="write",reason="in_flight"}') >= refused, "it was not counted")
    # Reads of configs take no place, so only what is vital could have been refused beside the writes.
    check(trial.metric('batata_requests_shed_total{priority="vital",reason="in_flight"}') == 0, "what is vital was refused")
    poll.join(WAIT_S)
    check(("poll", 200) in seen, "the poll that waited was not answered")
    eventually("nothing to be in flight", lambda: trial.metric("batata_requests_in_flight") <= 1)  # the scrape
    trial.serves()
    return f"{written} + {counts['written']} written, {refused} + {counts['refused']} refused, {beats} heartbeats"


def hold(trial, time_ms):
    connection = nacos_http.Connection(trial.port, timeout=30)
    listening = f"nobody\x02{nacos_http.GROUP}\x02\x01"
    return connection.request("POST", nacos_http.CONFIGS + "/listener", form={"Listening-Configs": listening},
                              headers={"Long-Pulling-Timeout": str(time_ms)})[0]


def write_on(trial, number, stop, seen):
    connection = nacos_http.Connection(trial.port)
    count = 0
    while not stop.is_set():
        count += 1
        status, headers, _ = connection.request("POST", nacos_http.CONFIGS, form={"dataId": f"w-{number}", "group": "g",
                                                                                "content": str(count)})
        seen.append(("write", status if status != 503 or headers["Retry-After"] == "1" else "503 without Retry-After"))


def official_clients_survive(trial):
    """Official clients whose writes are refused stay connected: they keep their instances and listeners, and write on afterwards."""
    notes = []
    for library in (each for each in clients.ALL if each.name in SURVIVORS):
        library.prepare()
        directory = os.path.join(trial.server.directory, library.name)
        os.makedirs(directory)
        log = os.path.join(directory, "client.log")
        driver = library.start(os.path.join(directory, "client"), log)
        trial.logs = lambda log=log: [("client", tail(log))]
        fixture = Fixture(library, driver, trial.server.binary, directory, settings=[ROOM])
        try:
            fixture.start()
            notes.append(f"{library.name}: {survives(fixture)}")
            fixture.close()
        finally:
            driver.kill()
            fixture.discard()
    return ", ".join(notes)


def survives(fixture):
    config, naming, other = fixture.config(), fixture.naming(), fixture.http()
    listener = config.listen("survivor")
    check(config.publish("survivor", "before"), "a publish was refused without load")
    config.wait_content(listener, "before", fixture.listen_s)
    naming.register("survivor", "10.0.0.1")
    subscriber = naming.subscribe("survivor")
    naming.wait_addresses(subscriber, ["10.0.0.1:8080"])
    stop, seen, refused = threading.Event(), [], 0
    flood = [threading.Thread(target=write_on, args=(fixture.server, i, stop, seen), daemon=True) for i in range(32)]
    for writer in flood:
        writer.start()
    end = time.monotonic() + FLOOD_S
    while time.monotonic() < end:
        try:
            refused += not config.publish("other", "under load")
        except lines.DriverError:
            refused += 1
        addresses = other.instances("survivor", GROUP)
        check(addresses == ["10.0.0.1:8080"], f"under load the instances are {addresses}")
    stop.set()
    for writer in flood:
        writer.join(WAIT_S)
    check(any(status == 503 for _, status in seen), "nothing was refused: there was no overload")
    eventually("a publish", lambda: published(config, "after"))
    config.wait_content(listener, "after")
    other_naming = fixture.naming()
    other_naming.register("survivor", "10.0.0.2")
    naming.wait_addresses(subscriber, ["10.0.0.1:8080", "10.0.0.2:8080"])
    return f"{refused} of its publishes refused"


def published(config, content):
    try:
        return config.publish("survivor", content)
    except lines.DriverError:
        return False


ALL = [overload_is_shed_by_priority, official_clients_survive]
