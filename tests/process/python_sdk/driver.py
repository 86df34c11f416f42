"""Runs the official Python client (its asynchronous v2 module) for the test runner; the protocol is in ../lines.py.

The twin of the Java driver in ../java: same verbs, same answers. Usage: driver.py STATE_DIRECTORY
"""

import asyncio
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import lines  # noqa: E402
from v2.nacos import (BatchRegisterInstanceParam, ClientConfigBuilder, ConfigParam, DeregisterInstanceParam, ListInstanceParam,  # noqa: E402
                      ListServiceParam, NacosConfigService, NacosNamingService, RegisterInstanceParam,
                      SubscribeServiceParam)

LINE_MAX = 64 * 1024 * 1024  # bytes; a value of 1 MB of three-byte characters is 9 MB when percent-encoded
PAGE_SIZE = 100


def instance_text(instance):
    pairs = ",".join(f"{key}={value}" for key, value in sorted(instance.metadata.items()))
    return f"{instance.ip}:{instance.port};{instance.weight};{str(instance.healthy).lower()};{pairs}"


class ConfigVerbs:
    """The verbs of one configuration client."""

    def __init__(self, service, emit):
        self._service = service
        self._emit = emit
        self._listeners = {}

    async def publish(self, data_id, group, content, kind):
        return await self._publish(ConfigParam(data_id=data_id, group=group, content=content, type=kind))

    async def publish_cas(self, data_id, group, content, cas_md5):
        return await self._publish(ConfigParam(data_id=data_id, group=group, content=content, cas_md5=cas_md5))

    async def get(self, data_id, group):
        return [await self._service.get_config(ConfigParam(data_id=data_id, group=group))]

    async def remove(self, data_id, group):
        done = await self._service.remove_config(ConfigParam(data_id=data_id, group=group))
        return [str(done).lower()]

    async def listen(self, data_id, group, listener):
        async def told(_namespace, _group, _data_id, content):
            self._emit(listener, [content])
        self._listeners[listener] = told
        await self._service.add_listener(data_id, group, told)
        return []

    async def unlisten(self, data_id, group, listener):
        await self._service.remove_listener(data_id, group, self._listeners.pop(listener))
        return []

    async def close(self):
        await self._service.shutdown()

    async def _publish(self, param):
        return [str(await self._service.publish_config(param)).lower()]


class NamingVerbs:
    """The verbs of one naming client."""

    def __init__(self, service, namespace, emit):
        self._service = service
        self._namespace = namespace
        self._emit = emit
        self._listeners = {}

    async def register(self, service, group, ip, port, weight, metadata):
        pairs = dict(pair.split("=", 1) for pair in metadata.split(",") if pair)
        await self._service.register_instance(RegisterInstanceParam(
            service_name=service, group_name=group, ip=ip, port=int(port), weight=float(weight), metadata=pairs))
        return []

    async def register_batch(self, service, group, *addresses):
        instances = [RegisterInstanceParam(service_name=service, group_name=group, ip=ip, port=int(port))
                     for ip, port in (address.split(":") for address in addresses)]
        await self._service.batch_register_instances(BatchRegisterInstanceParam(
            service_name=service, group_name=group, instances=instances))
        return []

    async def deregister(self, service, group, ip, port):
        await self._service.deregister_instance(DeregisterInstanceParam(
            service_name=service, group_name=group, ip=ip, port=int(port)))
        return []

    async def instances(self, service, group):
        return await self._list(service, group, None)

    async def select(self, service, group):
        return await self._list(service, group, True)

    async def subscribe(self, service, group, listener):
        async def told(instances):
            self._emit(listener, [instance_text(instance) for instance in instances])
        self._listeners[listener] = told
        await self._service.subscribe(SubscribeServiceParam(
            service_name=service, group_name=group, subscribe_callback=told))
        return []

    async def unsubscribe(self, service, group, listener):
        await self._service.unsubscribe(SubscribeServiceParam(
            service_name=service, group_name=group, subscribe_callback=self._listeners.pop(listener)))
        return []

    async def services(self, group):
        # Left out, the library asks for the namespace "", in which nothing is registered.
        page = await self._service.list_services(ListServiceParam(
            namespace_id=self._namespace or "public", group_name=group, page_no=1, page_size=PAGE_SIZE))
        return page.services

    async def close(self):
        await self._service.shutdown()

    async def _list(self, service, group, healthy_only):
        found = await self._service.list_instances(ListInstanceParam(
            service_name=service, group_name=group, subscribe=False, healthy_only=healthy_only))
        return [instance_text(instance) for instance in found]


class Driver:
    """Reads requests, runs each in a task of its own, writes answers and events."""

    def __init__(self, state_directory):
        self._state = state_directory
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)  # What a library prints must not look like an answer.
        self._clients = {}
        self._tasks = set()

    async def run(self):
        reader = asyncio.StreamReader(limit=LINE_MAX)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            self._start(self._answer(*self._parse(line)))

    def _start(self, coroutine):
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @staticmethod
    def _parse(line):
        request_id, verb, *arguments = lines.split(line.decode("utf-8"))
        return request_id, verb, arguments

    async def _answer(self, request_id, verb, arguments):
        try:
            self._write([request_id, "ok", *await self._perform(verb, arguments)])
        except Exception as error:  # whatever the library throws is the test's business
            self._write([request_id, "error", f"{type(error).__name__}: {error}"])

    async def _perform(self, verb, arguments):
        if verb == "open":
            return await self._open(*arguments)
        client = self._clients[arguments[0]]
        if verb == "close":
            # The library's shutdown may wait 5 s for its listening task, so it goes on behind the answer.
            self._start(self._clients.pop(arguments[0]).close())
            return []
        return await getattr(client, verb)(*arguments[1:])

    async def _open(self, name, kind, address, namespace, user, password):
        builder = (ClientConfigBuilder().server_address(address).namespace_id(namespace)
                   .log_dir(os.path.join(self._state, "log")).cache_dir(os.path.join(self._state, "cache", name)))
        if user:
            builder = builder.username(user).password(password)
        config = builder.build()
        # Without this the library keeps the last instance of a service for ever.
        config.set_update_cache_when_empty(True)
        if kind == "config":
            self._clients[name] = ConfigVerbs(await NacosConfigService.create_config_service(config), self._emit)
        else:
            service = await NacosNamingService.create_naming_service(config)
            self._clients[name] = NamingVerbs(service, namespace, self._emit)
        return []

    def _emit(self, listener, fields):
        self._write(["event", listener, *fields])

    def _write(self, fields):
        self._out.write(lines.join(fields) + "\n")
        self._out.flush()


if __name__ == "__main__":
    asyncio.run(Driver(sys.argv[1]).run())
    os._exit(0)  # The library leaves tasks behind that never end.
