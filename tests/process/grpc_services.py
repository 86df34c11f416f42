"""gRPC's own services, asked by an official gRPC library: that of the Python client."""

import os
import subprocess

import clients
from server import Server

SDK = "python-3.2"
# The messages of grpc/health/v1/health.proto, written out: the library sends them as they are.
HEALTH = """
import grpc, sys
channel = grpc.insecure_channel(sys.argv[1])
health = "/grpc.health.v1.Health/"
check = channel.unary_unary(health + "Check")
for service in ("", "Request", "BiRequestStream", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"):
    asked = bytes([10, len(service)]) + service.encode() if service else b""
    print(service, check(asked, timeout=10).hex())
    watch = channel.unary_stream(health + "Watch")(asked, timeout=10)
    print("watched", service, next(watch).hex())
    watch.cancel()
for asked in (b"\\x0a\\x03who", b"\\x0a\\x7f"):
    try:
        print(check(asked, timeout=10))
    except grpc.RpcError as refused:
        print(refused.code().name, refused.details())
print(channel.unary_unary(health + "List")(b"", timeout=10).count(b"\\x12\\x02\\x08\\x01"), "serving")
"""
SERVING = "0801"
SERVICES = ("", "Request", "BiRequestStream", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection")
EXPECTED = [line for service in SERVICES for line in (f"{service} {SERVING}", f"watched {service} {SERVING}")] + [
    "NOT_FOUND unknown service", "INTERNAL the message is no HealthCheckRequest", f"{len(SERVICES) + 1} serving"]


class Trial:
    """One server."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)


def health(trial):
    """Check, Watch and List on both ports; what is not known, and what is no request, is refused as such."""
    library = next(each for each in clients.ALL if each.name == SDK)
    library.prepare()
    trial.server.start()
    for port in (trial.server.port, trial.server.port + 1000):
        done = subprocess.run([library.python, "-c", HEALTH, f"127.0.0.1:{port}"], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "GRPC_VERBOSITY": "NONE"}, check=False)
        if done.returncode != 0 or done.stdout.splitlines() != EXPECTED:
            raise AssertionError(f"port {port}: {done.stdout}\n{done.stderr[-2000:]}")


ALL = [health]
