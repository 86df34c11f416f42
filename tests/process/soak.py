"""Clients of every kind that come, work, break off and go, for as long as is said: memory and descriptors stay as they were."""

import json
import os
import random
import socket
import statistics
import threading
import time
import urllib.parse

import nacos_http
from limit_trial import PREFACE, SETTINGS, Trial as LimitsTrial, check, eventually, frame

KEYS, SERVICES = 40, 10  # few, so that what is kept of each is soon as much as it will be
WORKERS = 3  # of each kind
SAMPLE_S = 0.5
GROWTH_MAX = 0.05  # of memory, from the second third of the time to the last
GROWTH_FREE_BYTES = 4 << 20  # what allocators may keep beside that
DONE_MIN_PER_S = 100  # fewer requests would prove nothing
# So that what is kept by number and by time is full before the first third is over.
SETTINGS_OF_SOAK = ("--batata.history.events=1000", "--batata.state.flush-after=1MiB", "--batata.raft.segment-size=1MiB")


class Trial(LimitsTrial):
    """A server and what works on it for `seconds`."""

    def __init__(self, binary, directory, seconds):
        super().__init__(binary, directory)
        self.seconds = seconds
        self.done = 0
        self.failures = []
        self._stopped = threading.Event()
        self._lock = threading.Lock()  # guards done

    def work(self, kinds):
        """Threads of each kind for the time of the trial; the samples of memory and descriptors that were taken meanwhile."""
        threads = [threading.Thread(target=self._repeat, args=(kind, random.Random(f"{kind.__name__} {number}")), daemon=True)
                   for kind in kinds for number in range(WORKERS)]
        for thread in threads:
            thread.start()
        samples, end = [], time.monotonic() + self.seconds
        while time.monotonic() < end:
            time.sleep(SAMPLE_S)
            samples.append((self.memory(), self.descriptors()))
        self._stopped.set()
        for thread in threads:
            thread.join(30)
            check(not thread.is_alive(), "a worker does not end")
        return samples

    def _repeat(self, kind, chance):
        while not self._stopped.is_set():
            try:
                times = kind(self, chance)
            except Exception as error:  # whatever goes wrong is a finding
                self.failures.append(f"{kind.__name__}: {error!r}")
                return
            with self._lock:
                self.done += times


def writes_and_reads(trial, chance):
    """A client that publishes, reads, removes, and goes; some leave with a request half sent."""
    connection = nacos_http.Connection(trial.port)
    times = chance.randrange(1, 40)
    for _ in range(times):
        key = f"key-{chance.randrange(KEYS)}"
        what = chance.random()
        if what < 0.5:
            check(connection.publish(key, "v" * chance.randrange(1, 4000)), "a publish was refused")
        elif what < 0.95:
            connection.get(key)
        else:
            connection.ask("DELETE", nacos_http.CONFIGS, {"dataId": key, "group": nacos_http.GROUP})
    connection.close()
    return times


def broken_off(trial, chance):
    """Connections that end in the middle of a head, a body, a handshake of HTTP/2 or an answer."""
    said = (b"", b"GET /nacos/v1/cs/conf", b"POST /nacos/v1/cs/configs HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\ncontent=" + b"x" * 50_000,
            b"GET /nacos/v1/cs/configs?dataId=key-1&group=DEFAULT_GROUP HTTP/1.1\r\nHost: x\r\n\r\n" * 50, PREFACE, PREFACE + frame(SETTINGS, b""),
            b"\x16\x03\x01\x00", b"nonsense\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n")
    with trial.connect() as client:
        client.sendall(chance.choice(said))
        if chance.random() < 0.5:
            client.settimeout(0.05)
            try:
                client.recv(1000)
            except TimeoutError:
                pass
    return 1


def long_polls(trial, chance):
    """Listeners that are told a change, or leave before there is one."""
    key = f"key-{chance.randrange(KEYS)}"
    listening = urllib.parse.quote("\x02".join((key, nacos_http.GROUP, "0" * 32)) + "\x01")
    waiting = urllib.parse.quote("\x02".join((f"never-{chance.random()}", nacos_http.GROUP, "")) + "\x01")
    for text in (listening, waiting):
        body = f"Listening-Configs={text}".encode()
        with trial.connect() as client:
            client.sendall(b"POST /nacos/v1/cs/configs/listener HTTP/1.1\r\nHost: x\r\nLong-Pulling-Timeout: 30000\r\n"
                           b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            client.settimeout(0.1)
            try:
                client.recv(1000)
            except TimeoutError:
                pass
    return 2


def instances(trial, chance):
    """Instances that are registered, kept by beats, listed and deregistered."""
    connection = nacos_http.Connection(trial.port)
    service, ip = f"service-{chance.randrange(SERVICES)}", f"10.0.{chance.randrange(4)}.{chance.randrange(1, 250)}"
    instance = {"serviceName": service, "ip": ip, "port": "8080"}
    beat = {"ip": ip, "port": 8080, "serviceName": f"DEFAULT_GROUP@@{service}"}
    for method, path, query in (("POST", "", instance), ("PUT", "/beat", {**instance, "beat": json.dumps(beat)}),
                                ("GET", "/list", {"serviceName": service}), ("DELETE", "", instance)):
        status, _, body = connection.request(method, f"/nacos/v1/ns/instance{path}", query)
        check(status == 200, f"{method} {path} answered {status} {body[:200]!r}")
    connection.close()
    return 4


def flat(trial):
    """From the second third of the time to the last the process grows in neither memory nor descriptors; in the end it holds no connection."""
    trial.start(*SETTINGS_OF_SOAK)
    before = trial.settled(trial.descriptors)
    samples = trial.work((writes_and_reads, broken_off, long_polls, instances))
    check(not trial.failures, f"{trial.failures[:3]}")
    check(trial.done >= DONE_MIN_PER_S * trial.seconds, f"only {trial.done} requests in {trial.seconds} s")
    third = len(samples) // 3
    middle, last = samples[third:2 * third], samples[2 * third:]
    memory = [statistics.median(sample[0] for sample in part) for part in (middle, last)]
    check(memory[1] <= memory[0] * (1 + GROWTH_MAX) + GROWTH_FREE_BYTES, f"memory grew from {memory[0] / 2**20:.1f} to {memory[1] / 2**20:.1f} MiB")
    # Files of the log and the state come and go by a few.
    eventually("descriptors to be as before", lambda: trial.descriptors() <= before + 12, 90)
    eventually("no connection to be left but the one that asks", lambda: trial.metric("batata_active_connections") <= 2, 90)
    trial.serves()
    return f"{trial.seconds} s, {trial.done} requests, {memory[0] / 2**20:.1f} to {memory[1] / 2**20:.1f} MiB, {trial.descriptors()} descriptors"


ALL = [flat]
