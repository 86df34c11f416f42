"""The case of a server that is killed under load: what a client library must find again, without the program's doing."""

import threading
import time

import lines
from fixture import FORGETFUL_S, GROUP, check_equal, eventually
from ledger import Ledger

WRITERS = 4
ACKNOWLEDGED_MIN = 100  # before the kill; fewer would prove nothing
LOAD_MAX_S = 30.0


class Load:
    """Writers that publish growing values through one client library until the server is gone."""

    def __init__(self, config):
        self.ledger = Ledger()
        self._config = config
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(f"load-{number}",), daemon=True)
                         for number in range(WRITERS)]

    def start(self):
        for thread in self._threads:
            thread.start()

    def stop(self):
        """Lets the writers finish the call they are in."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _write(self, key):
        number = 0
        while not self._stopped.is_set():
            number += 1
            value = f"{key} value {number}"
            self.ledger.sending(key, number, value)
            try:
                if self._config.publish(key, value):
                    self.ledger.acknowledge(key, number, value)
            except (lines.DriverError, TimeoutError):
                time.sleep(0.1)  # the server is gone; the write may be stored or not


def kill_under_load(t):
    """kill -9 under load and a restart lose no acknowledged publish; the clients reconnect and redo on their own."""
    config, load = t.config(), Load(t.config())
    owner, subscriber = t.naming(), t.naming()
    config_listener = config.listen("watched")
    t.http().publish("watched", "before", group=GROUP)
    config.wait_content(config_listener, "before", t.listen_s)
    service_listener = subscriber.subscribe("service")
    owner.register("service", "10.0.0.1")
    subscriber.wait_addresses(service_listener, ["10.0.0.1:8080"])

    load.start()
    eventually(LOAD_MAX_S, lambda: load.ledger.acknowledged >= ACKNOWLEDGED_MIN, "publishes to be acknowledged")
    t.server.kill()
    load.stop()
    t.server.start()

    _nothing_lost(t, load.ledger)
    _listeners_go_on(t, config, config_listener)
    _clients_read_again(t, config, load.ledger)
    _registrations_redone(t, subscriber, service_listener)


def _nothing_lost(t, ledger):
    http = t.http()
    check_equal(ledger.compare(lambda key: http.get(key, GROUP)), [], "promises broken by the kill")


def _listeners_go_on(t, config, listener):
    """The listener is told what it may have missed, and then, connected again, a change as it happens."""
    http = t.http()
    if t.client.forgets_pushes:  # also one that comes while it listens again
        eventually(t.client.relisten_s, lambda: http.listening_address("watched", GROUP), "the client to listen again")
        time.sleep(FORGETFUL_S)
    http.publish("watched", "after the restart", group=GROUP)
    config.wait_content(listener, "after the restart", t.client.relisten_s)
    http.publish("watched", "connected again", group=GROUP)
    config.wait_content(listener, "connected again")


def _clients_read_again(t, config, ledger):
    http = t.http()
    for key in ledger.keys():
        stored = http.get(key, GROUP)
        eventually(t.client.relisten_s, lambda: config.get(key) == stored, f"the client to read {key} as stored")


def _registrations_redone(t, subscriber, listener):
    bound = t.client.redo_bound_s
    eventually(bound, lambda: t.http().instances("service", GROUP) == ["10.0.0.1:8080"],
               "the client to register its instance again")
    if not t.client.subscription_survives:
        subscriber = t.naming()
        listener = subscriber.subscribe("service")
    t.naming().register("service", "10.0.0.2")
    subscriber.wait_addresses(listener, ["10.0.0.1:8080", "10.0.0.2:8080"], bound)
