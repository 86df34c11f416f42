"""Pushes over UDP to clients of 1.x: who asks for a service's instances and names a port is told of its changes."""

import contextlib
import gzip
import json
import socket
import time

import nacos_http
from server import Server

JAVA_1 = "Nacos-Java-Client:v1.4.6"
UNKNOWN_AGENTS = ("curl/8.5.0", "Nacos-Python-Client:1.0.0", "Nacos-Java-Client", "Nacos-Go-Client:v0.0.9")
SOON_S = 2.0  # a push comes 500 ms after the change that it tells
REPEATED_AFTER_S = 10.0
GZIP = b"\x1f\x8b"
PACKET_MAX = 65_536  # the buffer of the Java client


def changes_are_pushed(trial):
    """The first packet follows the question, the next ones the changes; each is what a list over HTTP says then."""
    with trial.clients() as new:
        client = new()
        _expect_hosts(trial, client, [])
        trial.register("10.0.0.1")
        _expect_hosts(trial, client, ["10.0.0.1:80"])
        trial.register("10.0.0.2")
        _expect_hosts(trial, client, ["10.0.0.1:80", "10.0.0.2:80"])
        trial.deregister("10.0.0.1")
        _expect_hosts(trial, client, ["10.0.0.2:80"])
        client.expect_silence(SOON_S)


def large_packets_are_compressed(trial):
    """One instance is told in plain JSON, six are told in a packet that is gzip as a whole."""
    with trial.clients() as new:
        trial.register("10.0.0.1")
        client = new()
        if client.receive(SOON_S).packed:
            raise AssertionError("a small packet is compressed")
        for last in range(2, 7):
            trial.register(f"10.0.0.{last}")
        packet = client.receive_until(lambda packet: len(packet.hosts) == 6)
        if not packet.packed:
            raise AssertionError("a packet with six instances is not compressed")


def unacknowledged_packets_come_once_more(trial):
    """An acknowledgement ends it, with the reference as a string (Java) or a number (Node); else one repetition follows."""
    with trial.clients() as new:
        java, node, silent = new(), new(), new()
        packet = java.receive(SOON_S)
        java.acknowledge(packet, str(packet.reference))
        packet = node.receive(SOON_S)
        node.acknowledge(packet, packet.reference)
        first, received_at = silent.receive(SOON_S), time.monotonic()
        again = silent.receive(REPEATED_AFTER_S + SOON_S)
        waited = time.monotonic() - received_at
        if again.bytes != first.bytes:
            raise AssertionError(f"{again.bytes!r} repeats {first.bytes!r}")
        if waited < REPEATED_AFTER_S - 1:
            raise AssertionError(f"it was repeated after {waited:.1f} s")
        silent.expect_silence(REPEATED_AFTER_S + SOON_S)
        java.expect_silence(0)
        node.expect_silence(0)


def unknown_clients_get_nothing(trial):
    """Clients of other kinds or versions do not listen, and those that name no port have said so."""
    with trial.clients() as new:
        known = new()
        others = [new(agent=agent) for agent in UNKNOWN_AGENTS]
        portless = new(port=0)
        trial.register("10.0.0.1")
        known.receive_until(lambda packet: packet.hosts)
        for other in [*others, portless]:
            other.expect_silence(0.1)


def packets_go_to_who_asked(trial):
    """Whatever address `clientIP` names: nobody can turn packets on somebody else."""
    with trial.clients() as new:
        client = new(client_ip="127.0.0.2")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as victim:
            victim.bind(("127.0.0.2", client.port))
            trial.register("10.0.0.1")
            client.receive_until(lambda packet: packet.hosts)
            victim.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                raise AssertionError(f"127.0.0.2 got {victim.recv(PACKET_MAX)!r}")


def _expect_hosts(trial, client, hosts):
    packet = client.receive(SOON_S)
    if packet.hosts != hosts:
        raise AssertionError(f"told of {packet.hosts}, not of {hosts}")
    if packet.hosts != trial.http.instances(trial.service):
        raise AssertionError("a list over HTTP says something else")
    if packet.reference >= 2**53:
        raise AssertionError(f"Node cannot repeat the reference {packet.reference}")
    client.acknowledge(packet, str(packet.reference))


class Packet:
    """One datagram of the server. Errors: AssertionError when it does not have the form of a push."""

    def __init__(self, data, sender):
        self.bytes, self.sender = data, sender
        self.packed = data[:2] == GZIP
        pushed = json.loads(gzip.decompress(data) if self.packed else data)
        if set(pushed) != {"type", "data", "lastRefTime"} or pushed["type"] != "dom":
            raise AssertionError(f"a client cannot read {pushed}")
        service = json.loads(pushed["data"])
        self.name = service["name"]
        self.hosts = sorted(f"{host['ip']}:{host['port']}" for host in service["hosts"])
        self.reference = pushed["lastRefTime"]


class Client:
    """A UDP socket and the question that named its port."""

    def __init__(self, trial, agent=JAVA_1, client_ip="127.0.0.1", port=None):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._service = f"{nacos_http.GROUP}@@{trial.service}"
        named = self.port if port is None else port
        trial.http.ask("GET", nacos_http.INSTANCES + "/list", headers={"User-Agent": agent},
                       query={"serviceName": self._service, "clusters": "", "udpPort": named, "clientIP": client_ip})

    def receive(self, limit_s):
        """The next packet. Errors: AssertionError when none comes in time."""
        self._socket.settimeout(limit_s)
        try:
            packet = Packet(*self._socket.recvfrom(PACKET_MAX))
        except TimeoutError:
            raise AssertionError(f"no packet within {limit_s:g} s") from None
        if packet.name != self._service:
            raise AssertionError(f"told of {packet.name}")
        return packet

    def receive_until(self, wanted):
        """The first packet that is wanted; those before it are acknowledged, too."""
        end = time.monotonic() + SOON_S
        while True:
            packet = self.receive(max(end - time.monotonic(), 0.001))
            self.acknowledge(packet, str(packet.reference))
            if wanted(packet):
                return packet

    def acknowledge(self, packet, reference):
        said = {"type": "push-ack", "lastRefTime": reference, "data": ""}
        self._socket.sendto(json.dumps(said).encode(), packet.sender)

    def expect_silence(self, limit_s):
        """Nothing has come, nor comes within the limit. Errors: AssertionError."""
        self._socket.settimeout(limit_s)
        with contextlib.suppress(TimeoutError, BlockingIOError):
            raise AssertionError(f"got {self._socket.recv(PACKET_MAX)!r}")

    def close(self):
        self._socket.close()


class Trial:
    """One server that is up, and a service."""

    service = "pushed"

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)
        self.server.start()
        self.http = nacos_http.Connection(self.server.port)

    @contextlib.contextmanager
    def clients(self):
        """Gives a function that makes clients, which are closed in the end."""
        with contextlib.ExitStack() as open_clients:
            yield lambda **said: open_clients.enter_context(contextlib.closing(Client(self, **said)))

    def register(self, ip):
        self._instance("POST", ip)

    def deregister(self, ip):
        self._instance("DELETE", ip)

    def _instance(self, method, ip):
        status, _, body = self.http.request(method, nacos_http.INSTANCES,
                                            query={"serviceName": self.service, "ip": ip, "port": 80})
        if (status, body) != (200, b"ok"):
            raise AssertionError(f"{method} of {ip} was answered {status} {body[:200]!r}")

    def close(self):
        self.http.close()


ALL = [changes_are_pushed, large_packets_are_compressed, unacknowledged_packets_come_once_more,
       unknown_clients_get_nothing, packets_go_to_who_asked]
