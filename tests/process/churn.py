"""A thousand subscribers while instances come and go and their clients are killed: in the end all have the same lists."""

import concurrent.futures
import itertools
import os
import random
import threading
import time

import clients
import lines
import nacos_http
from fixture import CALL_S, GROUP, Naming, addresses_of, check, check_equal, eventually
from server import Server

SUBSCRIBERS = 1000  # each a client with a gRPC connection of its own
OPENED_AT_ONCE = 32
SERVICES = [f"service-{number}" for number in range(5)]
PUBLISHERS = 3  # processes at a time
CLIENTS_OF_A_PUBLISHER = 6
CHANGE_EVERY_S = 0.02  # each client
CHURN_S = 10.0
KILL_EVERY_S = 2.0
SETTLE_S = 10.0
CHANGES_MIN = 1000  # fewer changes, and fewer lists told to each subscriber, would prove nothing
TOLD_MIN = 5


def equal_lists(trial):
    """Instances that come, go and lose their processes for 10 s leave 1,000 subscribers with the lists that HTTP has."""
    trial.start()
    subscribers = trial.subscribe()
    publishers = [Publisher(trial) for _ in range(PUBLISHERS)]
    end = time.monotonic() + CHURN_S
    while time.monotonic() < end:
        time.sleep(KILL_EVERY_S)
        publishers.pop(0).kill()
        publishers.append(Publisher(trial))
    for publisher in publishers:
        publisher.stop()
    trial.compare(subscribers)
    told = [len(trial.told(listener)) for _, listener in subscribers]
    check(trial.changes >= CHANGES_MIN, f"only {trial.changes} changes were made")
    check(min(told) >= TOLD_MIN, f"a subscriber was told only {min(told)} lists")
    return f"{len(subscribers)} subscribers, {trial.changes} changes, {sum(told)} lists told"


class Publisher:
    """A process of the library, some clients of which register and deregister all the time. Used by one thread."""

    def __init__(self, trial):
        self._trial = trial
        self._driver = trial.new_driver()
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(trial.new_address(),), daemon=True)
                         for _ in range(CLIENTS_OF_A_PUBLISHER)]
        for thread in self._threads:
            thread.start()

    def kill(self):
        """kill -9 while the clients are at work."""
        self._driver.kill()
        self.stop()

    def stop(self):
        """Lets the clients finish the call that they are in; what they have registered stays."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _work(self, ip):
        has, choice = set(), random.Random(ip)
        try:
            naming = self._trial.naming(self._driver)
            while not self._stopped.wait(CHANGE_EVERY_S):
                service = choice.choice(SERVICES)
                (naming.deregister if service in has else naming.register)(service, ip)
                has ^= {service}
                self._trial.count_change()
        except (EOFError, OSError):
            pass  # it was killed
        except (lines.DriverError, TimeoutError) as error:
            self._trial.failures.append(repr(error))


class Trial:
    """One server and processes of the Go library, of which one can have a thousand clients."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)
        self.changes = 0
        self.failures = []
        self._directory = directory
        self._library = next(client for client in clients.ALL if client.name == "go-2")
        self._drivers = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()  # guards changes

    def start(self):
        """Errors: clients.Unavailable."""
        self._library.prepare()
        self.server.start()

    def subscribe(self):
        """(service, listener) of each subscriber; all of them in one process, the first one made."""
        driver = self.new_driver()

        def open_one(number):
            service = SERVICES[number % len(SERVICES)]
            return service, self.naming(driver).subscribe(service)
        with concurrent.futures.ThreadPoolExecutor(OPENED_AT_ONCE) as workers:
            return list(workers.map(open_one, range(SUBSCRIBERS)))

    def compare(self, subscribers):
        """Waits until each has been told, last, what HTTP answers. Errors: AssertionError, TimeoutError."""
        check_equal(self.failures, [], "calls that failed without a kill")
        http = nacos_http.Connection(self.server.port)

        def others():
            lists = {service: http.instances(service, GROUP) for service in SERVICES}
            return [(service, listener) for service, listener in subscribers
                    if not self.told(listener) or addresses_of(self.told(listener)[-1]) != lists[service]]
        eventually(SETTLE_S, lambda: not others(), "all subscribers to have the list of HTTP")
        check(any(http.instances(service, GROUP) for service in SERVICES), "there are no instances to compare")

    def told(self, listener):
        """All the lists that a subscriber was told."""
        return self._drivers[0].events(listener)

    def new_driver(self):
        directory = os.path.join(self._directory, f"client-{len(self._drivers)}")
        driver = self._library.start(directory, directory + ".log")
        self._drivers.append(driver)
        return driver

    def new_address(self):
        number = next(self._numbers)
        return f"10.0.{number // 250}.{number % 250}"

    def naming(self, driver):
        """A new client in `driver`."""
        name = f"naming-{next(self._numbers)}"
        driver.call("open", name, "naming", self.server.address, "", "", "", timeout=CALL_S)
        return Naming(driver, name)

    def count_change(self):
        with self._lock:
            self.changes += 1

    def close(self):
        """Ends every process of the library."""
        for driver in self._drivers:
            driver.kill()


ALL = [equal_lists]
