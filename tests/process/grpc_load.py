"""Writes over gRPC from many connections at once for a while, with one that reads and beats beside them; prints what was answered.

    grpc_load.py PORT SECONDS

For a Python that has grpc. Prints {"written", "refused", "health", "read", "failed": [what should not have been answered]}.
"""

import json
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "wire"))
from clients import GrpcConnection

CONNECTIONS, THREADS_EACH = 4, 8
OVER_THRESHOLD = 503
SET_UP = {"clientVersion": "Nacos-Java-Client:v2.5.1", "tenant": "", "labels": {"source": "sdk", "module": "config"}}


def connect(port):
    connection = GrpcConnection(port)
    connection.call("ServerCheckRequest", {}, {}, 10)
    connection.send("ConnectionSetupRequest", {}, SET_UP)
    deadline = time.monotonic() + 10
    while connection.call("HealthCheckRequest", {}, {}, 10).get("type") != "HealthCheckResponse":
        if time.monotonic() > deadline:
            raise TimeoutError("the connection was not set up")
        time.sleep(0.05)
    return connection


def main(port, seconds):
    counts, lock = {"written": 0, "refused": 0, "health": 0, "read": 0, "failed": []}, threading.Lock()
    end = time.monotonic() + seconds

    def note(what, answer=None):
        with lock:
            if answer is None:
                counts[what] += 1
            elif len(counts["failed"]) < 10:
                counts["failed"].append((what, answer))

    def write(connection, name):
        while time.monotonic() < end:
            answer = connection.call("ConfigPublishRequest", {}, {"dataId": name, "group": "g", "tenant": "", "content": "c"}, 10)
            body = answer.get("json") or {}
            if body.get("success"):
                note("written")
            elif answer.get("type") == "ConfigPublishResponse" and body.get("errorCode") == OVER_THRESHOLD:
                note("refused")
            else:
                note("write", answer)

    def look(connection):
        while time.monotonic() < end:
            answer = connection.call("HealthCheckRequest", {}, {}, 10)
            if answer.get("type") == "HealthCheckResponse":
                note("health")
            else:
                note("health", answer)
            answer = connection.call("ConfigQueryRequest", {}, {"dataId": "nobody", "group": "g", "tenant": ""}, 10)
            if (answer.get("json") or {}).get("errorCode") == 300:  # there is none
                note("read")
            else:
                note("read", answer)

    connections = [connect(port) for _ in range(CONNECTIONS)]
    threads = [threading.Thread(target=write, args=(connection, f"g-{i}-{j}"))
               for i, connection in enumerate(connections) for j in range(THREADS_EACH)]
    threads.append(threading.Thread(target=look, args=(connect(port),)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(counts))
    sys.stdout.flush()
    os._exit(0)  # the library's threads may wait for streams that nobody ends


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
