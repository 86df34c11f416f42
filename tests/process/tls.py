"""TLS as clients see it: on both ports, beside plain connections, with clients' certificates, renewed without a broken connection."""

import http.client
import json
import os
import socket
import ssl
import subprocess
import threading
import time

import clients
from fixture import APP, GUARD, PUSH_S, Fixture, add_users, addresses_of, check_equal, eventually
from report import tail
from server import Server

HEALTH = "/nacos/v1/console/health/liveness"
RENEWED_WITHIN_S = 15.0
JAVA = ("java-2.5", "java-3.1")
CONNECTIONS, AT_ONCE = 4000, 8  # so many that the rare order of events has its turn
PATIENCE_S = 5.0  # a connection that needs longer has been forgotten


class Trial:
    """A directory with an authority of the tests' own, and one server."""

    def __init__(self, binary, directory):
        self.binary = binary
        self.directory = directory
        self.server = Server(binary, directory)
        self.make("ca", "create")
        self.authority = self.path("batata-ca.pem")
        self.certificate("server")

    def path(self, name):
        return os.path.join(self.directory, name)

    def make(self, *words, directory=None):
        """Runs `batata tls`; the paths of the certificate and of its key."""
        done = subprocess.run([self.binary, "tls", *words, "--dir", directory or self.directory, "-o", "json"], capture_output=True,
                              text=True, timeout=30, check=False)
        if done.returncode != 0:
            raise AssertionError(f"batata tls {words} ended with {done.returncode}: {done.stderr}")
        made = json.loads(done.stdout)
        return made["certificate"], made["key"]

    def certificate(self, name, *options, authority=None, directory=None):
        authority = authority or (self.authority, self.path("batata-ca-key.pem"))
        return self.make("cert", "create", name, "--ca", authority[0], "--ca-key", authority[1], *options, directory=directory)

    def start(self, *settings):
        self.server.settings = ["--batata.tls.enabled=true", f"--batata.tls.certificate={self.path('server.pem')}",
                                f"--batata.tls.key={self.path('server-key.pem')}", *settings]
        self.server.start()

    def trusting(self, shown=None):
        """What a client of TLS trusts and shows: a certificate and its key."""
        context = ssl.create_default_context(cafile=self.authority)
        if shown:
            context.load_cert_chain(*shown)
        return context

    def ports(self):
        return self.server.port, self.server.port + 1000


def asked(port, context, host="localhost"):
    """(status, body) of a request, over TLS unless `context` is None."""
    connection = http.client.HTTPSConnection(host, port, timeout=PATIENCE_S, context=context) if context else \
        http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
    try:
        connection.request("GET", HEALTH)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def refused(port, context, host="localhost"):
    """The error of a client that cannot come in."""
    try:
        answer = asked(port, context, host)
    except (ssl.SSLError, ConnectionError, http.client.HTTPException) as error:
        return str(error)
    raise AssertionError(f"port {port} answered {answer}")


def expect(what, seen, wanted):
    if seen != wanted:
        raise AssertionError(f"{what}: {seen!r}, not {wanted!r}")


def serves_both_ports(trial):
    """S37: certificate, host name, versions and protocols, on both ports."""
    trial.start()
    for port in trial.ports():
        for host in ("localhost", "127.0.0.1"):
            expect(f"port {port} as {host}", asked(port, trial.trusting(), host), (200, "OK"))
        expect("a client that trusts others", "certificate verify failed" in refused(port, ssl.create_default_context()), True)
        for version, spoken in ((ssl.TLSVersion.TLSv1_1, None), (ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            context = trial.trusting()
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
            expect(version.name, _handshake(port, context)[0], spoken)
        for offered, chosen in ((["h2", "http/1.1"], "h2"), (["http/1.1"], "http/1.1"), (["imap"], None)):
            context = trial.trusting()
            context.set_alpn_protocols(offered)
            expect(f"offered {offered}", _handshake(port, context)[1], chosen)


def _handshake(port, context):
    """(version, protocol); (None, None) when there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as plain, \
                context.wrap_socket(plain, server_hostname="localhost") as stream:
            return stream.version(), stream.selected_alpn_protocol()
    except (ssl.SSLError, ConnectionError):
        return None, None


def plain_beside_tls(trial):
    """Who forgets TLS is told; both are served where the settings say so."""
    trial.start()
    status, body = asked(trial.server.port, None)
    expect("plain HTTP", (status, "TLS" in body), (400, True))
    with socket.create_connection(("127.0.0.1", trial.server.port), timeout=PATIENCE_S) as silent:
        silent.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        while silent.recv(4096):
            pass
    trial.server.stop()
    trial.start("--batata.tls.compatible=true")
    for port in trial.ports():
        expect("plain HTTP", asked(port, None), (200, "OK"))
        expect("TLS", asked(port, trial.trusting()), (200, "OK"))


def nacos_keys(trial):
    """The keys of Nacos make TLS on the SDKs' port alone, beside plain connections unless they say otherwise."""
    prefix = "--nacos.remote.server.rpc.tls."
    files = [f"{prefix}certChainFile={trial.path('server.pem')}", f"{prefix}certPrivateKey={trial.path('server-key.pem')}"]
    main, sdk = trial.ports()
    for compatibility in (True, False):
        trial.server.settings = [f"{prefix}enableTls=true", f"{prefix}compatibility={str(compatibility).lower()}", *files]
        trial.server.start()
        expect("the main port", asked(main, None), (200, "OK"))
        expect("the main port has no TLS", bool(refused(main, trial.trusting())), True)
        expect("TLS on the SDKs' port", asked(sdk, trial.trusting()), (200, "OK"))
        expect("plain on the SDKs' port", asked(sdk, None)[0], 200 if compatibility else 400)
        trial.server.stop()


def client_certificates(trial):
    """Required, a good one must be shown; optional, one that is shown must be good."""
    good = trial.certificate("orders", "--use", "client")
    elsewhere = trial.path("elsewhere")
    os.mkdir(elsewhere)
    strangers = trial.make("ca", "create", directory=elsewhere)
    stranger = trial.certificate("orders", "--use", "client", authority=strangers, directory=elsewhere)
    servers = trial.path("server.pem"), trial.path("server-key.pem")  # good for servers only
    for setting, without in (("required", False), ("optional", True)):
        trial.start(f"--batata.tls.client-certificates={setting}", f"--batata.tls.authorities={trial.authority}")
        for port in trial.ports():
            expect(f"{setting}: a good one", asked(port, trial.trusting(good)), (200, "OK"))
            for bad in (stranger, servers):
                expect(f"{setting}: a bad one", bool(refused(port, trial.trusting(bad))), True)
            if without:
                expect(f"{setting}: none", asked(port, trial.trusting()), (200, "OK"))
            else:
                expect(f"{setting}: none", bool(refused(port, trial.trusting())), True)
        trial.server.stop()


def certificate_users(trial):
    """A client's certificate is an account, where the settings say so, and may what that may: no more, and nothing by another name."""
    account, stranger = trial.certificate(APP[0], "--use", "client"), trial.certificate("stranger", "--use", "client")

    def may(shown):
        """The statuses of a publish, of a read and of what is for administrators."""
        found = []
        for method, target in (("POST", "/nacos/v1/cs/configs?dataId=d&group=g&content=of%20the%20certificate"),
                               ("GET", "/nacos/v1/cs/configs?dataId=d&group=g"), ("GET", "/nacos/v1/auth/users?pageNo=1&pageSize=1")):
            connection = http.client.HTTPSConnection("localhost", trial.server.port, timeout=PATIENCE_S, context=trial.trusting(shown))
            connection.request(method, target)
            found.append(connection.getresponse().status)
            connection.close()
        return found

    for name, accounts in (("common-name", [200, 200, 403]), ("alternative-name", [403, 403, 403]), ("none", [403, 403, 403])):
        trial.start("--batata.tls.compatible=true", "--batata.tls.client-certificates=optional", f"--batata.tls.client-user={name}",
                    f"--batata.tls.authorities={trial.authority}", *GUARD)
        if name == "common-name":
            add_users(trial.server.port)
        expect(f"{name}: of a user", may(account), accounts)
        expect(f"{name}: of nobody", may(stranger), [403, 403, 403])
        expect(f"{name}: without", may(None), [403, 403, 403])
        trial.server.stop()


def renewal(trial):
    """S37: a certificate that is renewed is shown to new connections; none breaks, and a damaged file changes nothing."""
    trial.start()
    kept = http.client.HTTPSConnection("localhost", trial.server.port, timeout=PATIENCE_S, context=trial.trusting())

    def still_there():
        kept.request("GET", HEALTH)
        answer = kept.getresponse()
        expect("the connection of before", (answer.status, answer.read()), (200, b"OK"))

    still_there()
    before = _shown(trial)
    with open(trial.path("server.pem"), "w", encoding="utf-8") as damaged:
        damaged.write("half a file")
    _wait("the log to tell of the damaged file", lambda: "certificate not read again" in trial.server.log())
    expect("the certificate with a damaged file", _shown(trial), before)
    os.remove(trial.path("server.pem"))
    os.remove(trial.path("server-key.pem"))
    trial.certificate("server")
    _wait("the renewed certificate", lambda: _shown(trial) != before)
    still_there()


def _shown(trial):
    with socket.create_connection(("127.0.0.1", trial.server.port), timeout=PATIENCE_S) as plain, \
            trial.trusting().wrap_socket(plain, server_hostname="localhost") as stream:
        return stream.getpeercert()["serialNumber"]


def _wait(what, condition):
    deadline = time.monotonic() + RENEWED_WITHIN_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"no sign of {what} in {RENEWED_WITHIN_S:g} s")
        time.sleep(0.05)


def many_connections(trial):
    """Thousands of connections, each with a handshake and a request behind it at once: none is forgotten."""
    trial.start()
    failures, lock, left = [], threading.Lock(), iter(range(CONNECTIONS))

    def visit():
        context = trial.trusting()
        while True:
            with lock:
                if next(left, None) is None or failures:
                    return
            try:
                expect("a request", asked(trial.server.port, context), (200, "OK"))
            except (AssertionError, OSError, http.client.HTTPException) as error:
                failures.append(error)

    visitors = [threading.Thread(target=visit) for _ in range(AT_ONCE)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    if failures:
        raise AssertionError(f"a connection failed: {failures[0]!r}")


def wrong_settings(trial):
    """A file that is missing or wrong is named, in one sentence, before anything is served."""
    key = trial.path("server-key.pem")
    for settings, sentence in (
            (["--batata.tls.enabled=true"], "batata.tls.certificate is empty"),
            (["--batata.tls.enabled=true", "--batata.tls.certificate=none.pem", f"--batata.tls.key={key}"],
             "the certificate in none.pem: No such file or directory"),
            (["--batata.tls.enabled=true", f"--batata.tls.certificate={trial.authority}", f"--batata.tls.key={key}"],
             f"the private key in {key}: it does not belong to the certificate")):
        command = [trial.binary, "server", f"--data-dir={trial.server.data_directory}", f"--port={trial.server.port}", *settings]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        expect(f"{settings}", (done.returncode, sentence in done.stderr, "ready" in done.stderr + done.stdout), (2, True, False))


def keys_are_kept(trial):
    """A key is its owner's alone, and never overwritten."""
    expect("mode of the key", oct(os.stat(trial.path("server-key.pem")).st_mode & 0o777), "0o600")
    with open(trial.path("server-key.pem"), encoding="utf-8") as file:
        before = file.read()
    for words in (("tls", "ca", "create"), ("tls", "cert", "create", "server", "--ca", trial.authority, "--ca-key", trial.path("batata-ca-key.pem"))):
        done = subprocess.run([trial.binary, *words, "--dir", trial.directory], capture_output=True, text=True, timeout=30, check=False)
        expect(f"{words} again", (done.returncode, "File exists" in done.stderr), (4, True))
    with open(trial.path("server-key.pem"), encoding="utf-8") as file:
        expect("the key", file.read(), before)


def java_clients(trial):
    """Official Java clients, each with a certificate of its own, on a port of SDKs that takes nobody else. They must sign in, and do it
    with nothing but their certificate."""
    shown = trial.certificate(APP[0], "--use", "client")
    server, client = "nacos.remote.server.rpc.tls.", "nacos.remote.client.rpc.tls."
    settings = [f"--{server}{each}" for each in (
        "enableTls=true", "compatibility=false", f"certChainFile={trial.path('server.pem')}", "mutualAuthEnable=true",
        f"certPrivateKey={trial.path('server-key.pem')}", f"trustCollectionCertFile={trial.authority}")]
    settings.append("--batata.tls.client-user=common-name")
    # The library looks for other names than these addresses on its class path.
    properties = [f"{client}{each}" for each in (
        "enable=true", "mutualAuth=true", f"certChainFile=file:{shown[0]}", f"certPrivateKey=file:{shown[1]}",
        f"trustCollectionChainPath=file:{trial.authority}")]
    for library in (each for each in clients.ALL if each.name in JAVA):
        library.prepare()
        directory = trial.path(library.name)
        os.makedirs(directory)
        driver = library.start(os.path.join(directory, "client"), os.path.join(directory, "client.log"), properties)
        trial.logs = lambda log=os.path.join(directory, "client.log"): [("client", tail(log))]
        fixture = Fixture(library, driver, trial.binary, directory, guarded=True, settings=settings)
        try:
            fixture.start()
            config, naming = fixture.config(account=("", "")), fixture.naming(account=("", ""))
            listener = config.listen("tls.yml")
            config.publish("tls.yml", "over: tls")
            config.wait_content(listener, "over: tls")
            naming.register("orders", "10.0.0.1")
            eventually(PUSH_S, lambda: addresses_of(naming.instances("orders")) == ["10.0.0.1:8080"], "the instance")
            check_equal(config.get("tls.yml"), "over: tls", f"{library.name}: the content")
            fixture.close()
        finally:
            driver.kill()
            fixture.discard()


ALL = [java_clients, serves_both_ports, plain_beside_tls, nacos_keys, client_certificates, certificate_users, renewal, many_connections, wrong_settings, keys_are_kept]
