"""What one test case of a client library gets: its own server, and clients of the library to use against it."""

import itertools
import os
import threading
import time

import lines
import nacos_http
from server import Server

GROUP = "process-tests"
PUSH_S = 5.0  # a change reaches a connected listener within this
FORGETFUL_S = 0.3  # what some libraries work on after they have told a change; a push that comes meanwhile is forgotten
ADMIN_PASSWORD = "admin of the tests"
APP = ("app", "password of the app")  # who the clients sign in as where sign-in is needed
GUARD = ["--nacos.core.auth.enabled=true"]
CALL_S = 20.0

_numbers = itertools.count(1)


def check(condition, what):
    """Fails the case with `what` unless `condition` holds."""
    if not condition:
        raise AssertionError(what)


def check_equal(actual, expected, what):
    if actual != expected:
        raise AssertionError(f"{what}: expected {lines.shorten(expected)}, got {lines.shorten(actual)}")


def eventually(timeout, poll, what):
    """Calls `poll` until it returns a true value, which it returns. What `poll` throws counts as "not yet"."""
    deadline = time.monotonic() + timeout
    last = None
    while time.monotonic() < deadline:
        try:
            last = poll()
            if last:
                return last
        except (lines.DriverError, OSError, RuntimeError) as error:
            last = error
        time.sleep(0.05)
    raise TimeoutError(f"waited {timeout:g} s for {what}; last seen: {lines.shorten(last)}")


def add_users(port):
    """Makes the first administrator of a server where sign-in is needed, and APP, who may do everything but administer."""
    admin = nacos_http.Connection(port)
    admin.ask("POST", "/nacos/v1/auth/users/admin", form={"password": ADMIN_PASSWORD})
    admin.log_in("nacos", ADMIN_PASSWORD)
    admin.ask("POST", "/nacos/v1/auth/users", form={"username": APP[0], "password": APP[1]})
    admin.ask("POST", "/nacos/v1/auth/roles", form={"username": APP[0], "role": "apps"})
    admin.ask("POST", "/nacos/v1/auth/permissions", form={"role": "apps", "resource": "*", "action": "rw"})
    admin.close()


class Client:
    """A client inside a driver. Values and errors are the library's own."""

    def __init__(self, driver, name):
        self.driver = driver
        self.name = name

    def ask(self, verb, *arguments):
        """Performs a verb of the driver and returns the fields of its answer."""
        return self.driver.call(verb, self.name, *arguments, timeout=CALL_S)


class Config(Client):
    """A configuration client."""

    def __init__(self, driver, name, client):
        super().__init__(driver, name)
        self._client = client

    def publish(self, data_id, content, kind="text"):
        return self.ask("publish", data_id, GROUP, content, kind) == ["true"]

    def publish_cas(self, data_id, content, cas_md5):
        """False when the server refused, whether the library says so by a value (Java) or by an error (Python)."""
        try:
            return self.ask("publish_cas", data_id, GROUP, content, cas_md5) == ["true"]
        except lines.DriverError as error:
            check("cas" in str(error).lower(), f"publish_cas failed for another reason than its comparison: {error}")
            return False

    def get(self, data_id):
        return self.ask("get", data_id, GROUP)[0]

    def remove(self, data_id):
        return self.ask("remove", data_id, GROUP) == ["true"]

    def listen(self, data_id):
        """Adds a listener and returns it. Some libraries want the configuration to be there: then it reads "listened"."""
        if not self._client.tells_first_publish:
            check(self.publish(data_id, "listened"), "publish was refused")
        if self._client.forgets_pushes:
            self.get(data_id)  # connects now: else it would with the publish that follows, listen while that arrives, and forget it
        listener = f"listener-{next(_numbers)}"
        self.ask("listen", data_id, GROUP, listener)
        time.sleep(self._client.listen_settles_s)
        return listener

    def unlisten(self, data_id, listener):
        self.ask("unlisten", data_id, GROUP, listener)

    def wait_content(self, listener, content, timeout=PUSH_S):
        """Waits until `listener` is told `content`, and will not miss what comes next. The first time after `listen`, give `Fixture.listen_s` as timeout."""
        self.driver.wait_event(listener, lambda event: event == [content], timeout,
                               f"the listener to be told {lines.shorten(content, 60)}")
        if self._client.forgets_pushes:
            time.sleep(FORGETFUL_S)  # it is still at work on what it has told


class Naming(Client):
    """A naming client. Instances are the texts that the drivers make, see java/…/NamingVerbs.java."""

    def register(self, service, ip, port=8080, weight=1.0, metadata=""):
        """Registers an ephemeral instance. A client has one instance of a service: a second replaces the first."""
        self.ask("register", service, GROUP, ip, str(port), str(float(weight)), metadata)

    def deregister(self, service, ip, port=8080):
        self.ask("deregister", service, GROUP, ip, str(port))

    def instances(self, service):
        return sorted(self.ask("instances", service, GROUP))

    def select(self, service):
        return sorted(self.ask("select", service, GROUP))

    def services(self):
        return sorted(self.ask("services", GROUP))

    def subscribe(self, service):
        listener = f"listener-{next(_numbers)}"
        self.ask("subscribe", service, GROUP, listener)
        return listener

    def wait_addresses(self, listener, addresses, timeout=PUSH_S):
        """Waits until `listener` is told just the instances at `addresses` ("ip:port", any order)."""
        self.driver.wait_event(listener, lambda event: addresses_of(event) == sorted(addresses), timeout,
                               f"the subscriber to be told {sorted(addresses)}")


def addresses_of(instances):
    return sorted(instance.split(";")[0] for instance in instances)


class Fixture:
    """The world of one case."""

    def __init__(self, client, driver, binary, directory, guarded=False, settings=()):
        """`guarded`: everybody must sign in; the clients do so as APP, who may do everything but administer."""
        self.client = client
        self.driver = driver
        self.guarded = guarded
        self.server = Server(binary, directory, [*(GUARD if guarded else []), *settings])
        self.listen_s = PUSH_S + client.listen_lag_s  # a new listener is told what changed within this
        self._directory = directory
        self._opened = []
        self._drivers = []
        self._lock = threading.Lock()

    def start(self):
        """Starts the server, with its first users where sign-in is needed."""
        self.server.start()
        if self.guarded:
            add_users(self.server.port)

    def config(self, namespace="", driver=None, account=None):
        """A new configuration client, with connections of its own, in `driver` (the shared one when left out)."""
        return Config(*self._open("config", namespace, driver, account), self.client)

    def naming(self, namespace="", driver=None, account=None):
        """A new naming client, with a connection of its own."""
        return Naming(*self._open("naming", namespace, driver, account))

    def lock(self):
        """A new client of locks, with a connection of its own."""
        return Client(*self._open("lock", "", None, None))

    def close_client(self, client):
        """Closes one client as a program would that goes on without it."""
        self._opened.remove((client.driver, client.name))
        client.driver.call("close", client.name, timeout=CALL_S)

    def second_driver(self):
        """Another process of the same library, which the case may kill."""
        number = len(self._drivers) + 2
        driver = self.client.start(os.path.join(self._directory, f"client-{number}"),
                                   os.path.join(self._directory, f"client-{number}.log"))
        with self._lock:
            self._drivers.append(driver)
        return driver

    def http(self):
        """A raw HTTP connection to the server, signed in where that is needed."""
        connection = nacos_http.Connection(self.server.port)
        if self.guarded:
            connection.log_in(*APP)
        return connection

    def close(self):
        """Closes the clients of the case in the shared driver and stops the server as a person would (SIGTERM)."""
        for driver, name in self._opened:
            if driver is self.driver:
                driver.call("close", name, timeout=CALL_S)
        self._end_drivers()
        self.server.stop()

    def discard(self):
        """Ends every process of the case but the shared driver, at once. Never fails."""
        self._end_drivers()
        self.server.discard()

    def _end_drivers(self):
        with self._lock:
            drivers, self._drivers = self._drivers, []
        for driver in drivers:
            driver.kill()

    def _open(self, kind, namespace, driver, account):
        name = f"{kind}-{next(_numbers)}"
        driver = driver or self.driver
        if account is None:
            account = APP if self.guarded else ("", "")
        driver.call("open", name, kind, self.server.address, namespace, *account, timeout=CALL_S)
        self._opened.append((driver, name))
        return driver, name
