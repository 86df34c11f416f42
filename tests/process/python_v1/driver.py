"""Runs the older module of the official Python client (`nacos`: HTTP v1, beats, threads) for the test runner.

Same verbs as the other drivers; the protocol is in ../lines.py. Usage: driver.py STATE_DIRECTORY
"""

import concurrent.futures
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import lines  # noqa: E402
import nacos  # noqa: E402
from nacos.listener import SubscribeListener  # noqa: E402

BEAT_S = 5
LOOK_S = 1  # the library asks for a subscribed service this often; its own default is 7


def instance_text(instance):
    pairs = ",".join(f"{key}={value}" for key, value in sorted(instance["metadata"].items()))
    return (f"{instance['ip']}:{instance['port']};{float(instance['weight'])};{str(instance['healthy']).lower()};{pairs}")


def pairs_of(text):
    return dict(pair.split("=", 1) for pair in text.split(",") if pair)


class ConfigVerbs:
    """The verbs of one configuration client."""

    def __init__(self, client, emit):
        self._client = client
        self._emit = emit
        self._watchers = {}

    def publish(self, data_id, group, content, kind):
        return [str(self._client.publish_config(data_id, group, content, config_type=kind)).lower()]

    def get(self, data_id, group):
        return [self._client.get_config(data_id, group, no_snapshot=True)]

    def remove(self, data_id, group):
        return [str(self._client.remove_config(data_id, group)).lower()]

    def listen(self, data_id, group, listener):
        def told(event):
            self._emit(listener, [event["content"]])
        self._watchers[listener] = told
        self._client.add_config_watcher(data_id, group, told)
        return []

    def unlisten(self, data_id, group, listener):
        self._client.remove_config_watcher(data_id, group, self._watchers.pop(listener))
        return []

    def close(self):
        pass  # the library has no way to end a client


class NamingVerbs:
    """The verbs of one naming client."""

    def __init__(self, client, emit):
        self._client = client
        self._emit = emit

    def register(self, service, group, ip, port, weight, metadata):
        self._client.add_naming_instance(service, ip, int(port), weight=float(weight), metadata=pairs_of(metadata),
                                         group_name=group, heartbeat_interval=BEAT_S)
        return []

    def register_persistent(self, service, group, ip, port, weight, metadata):
        self._client.add_naming_instance(service, ip, int(port), weight=float(weight), metadata=pairs_of(metadata),
                                         group_name=group, ephemeral=False)
        return []

    def deregister(self, service, group, ip, port):
        self._client.remove_naming_instance(service, ip, int(port), group_name=group)
        return []

    def deregister_persistent(self, service, group, ip, port):
        self._client.remove_naming_instance(service, ip, int(port), group_name=group, ephemeral=False)
        return []

    def instances(self, service, group):
        return [instance_text(one) for one in self._hosts(service, group, False)]

    def select(self, service, group):
        return [instance_text(one) for one in self._hosts(service, group, True) if one["weight"] > 0]

    def subscribe(self, service, group, listener):
        def told(_event, _instance):
            known = self._client.subscribed_local_manager.get_local_instances(service) or {}
            self._emit(listener, [instance_text(one.instance) for one in known.values()])
        self._client.subscribe(SubscribeListener(told, listener), LOOK_S, service_name=service, group_name=group)
        return []

    def close(self):
        self._client.stop_subscribe()
        for beat in self._client.heartbeats.values():
            beat.stop()

    def _hosts(self, service, group, healthy_only):
        return self._client.list_naming_instance(service, group_name=group, healthy_only=healthy_only)["hosts"]


class Driver:
    """Reads requests, runs each on a thread, writes answers and events."""

    def __init__(self, state_directory):
        self._state = state_directory
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # What a library prints must not look like an answer.
        self._lock = threading.Lock()  # guards _out
        self._clients = {}
        self._workers = concurrent.futures.ThreadPoolExecutor(32)
        # The library forks, and the child closes sys.stdin: it must not be locked by a reader then.
        self._requests = os.fdopen(os.dup(0), encoding="utf-8")
        sys.stdin = open(os.devnull, encoding="utf-8")

    def run(self):
        for line in self._requests:
            request_id, verb, *arguments = lines.split(line)
            self._workers.submit(self._answer, request_id, verb, arguments)

    def _answer(self, request_id, verb, arguments):
        try:
            self._write([request_id, "ok", *self._perform(verb, *arguments)])
        except Exception as error:  # whatever the library throws is the test's business
            self._write([request_id, "error", f"{type(error).__name__}: {error}"])

    def _perform(self, verb, name, *arguments):
        if verb == "open":
            return self._open(name, *arguments)
        client = self._clients[name]
        if verb == "close":
            del self._clients[name]
            client.close()
            return []
        return getattr(client, verb)(*arguments)

    def _open(self, name, kind, address, namespace, user, password):
        client = nacos.NacosClient(address, namespace=namespace, username=user or None, password=password or None,
                                   logDir=os.path.join(self._state, "log"))
        client.set_options(snapshot_base=os.path.join(self._state, "snapshot", name), no_snapshot=True)
        self._clients[name] = ConfigVerbs(client, self._emit) if kind == "config" else NamingVerbs(client, self._emit)
        return []

    def _emit(self, listener, fields):
        self._write(["event", listener, *fields])

    def _write(self, fields):
        with self._lock:
            self._out.write(lines.join(fields) + "\n")
            self._out.flush()


if __name__ == "__main__":
    Driver(sys.argv[1]).run()
    os._exit(0)  # The library leaves threads and processes behind.
