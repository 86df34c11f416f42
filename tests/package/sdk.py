"""An application that uses the official Python client: sdk.py PORT WRITTEN READ

Publishes WRITTEN, is told of it by its listener, registers an instance and finds it; then reads what stands under the name "kept", which must
be READ ("-": nothing), and publishes WRITTEN there.
"""
import asyncio
import contextlib
import sys

from v2.nacos import (ClientConfigBuilder, ConfigParam, ListInstanceParam, NacosConfigService, NacosNamingService, RegisterInstanceParam)
from v2.nacos.common.nacos_exception import NacosException

GROUP = "package"
LISTENS_S = 6  # until the library has asked for what is listened to: nothing wakes it, it looks every 5 s


async def patiently(call):
    """What `call` gives: the library refuses calls while it connects."""
    for _ in range(60):
        with contextlib.suppress(NacosException):
            return await call()
        await asyncio.sleep(0.5)
    return await call()


async def use(port, written, read):
    settings = ClientConfigBuilder().server_address(f"127.0.0.1:{port}").log_level("ERROR").build()
    configs = await NacosConfigService.create_config_service(settings)
    told = asyncio.Event()

    async def listener(_space, _group, _data_id, content):
        if content == written:
            told.set()

    await patiently(lambda: configs.publish_config(ConfigParam(data_id="told", group=GROUP, content="before")))
    await configs.add_listener("told", GROUP, listener)
    await asyncio.sleep(LISTENS_S)
    await configs.publish_config(ConfigParam(data_id="told", group=GROUP, content=written))
    await asyncio.wait_for(told.wait(), 10)

    names = await NacosNamingService.create_naming_service(settings)
    instance = RegisterInstanceParam(service_name="service", group_name=GROUP, ip="10.0.0.1", port=80)
    await patiently(lambda: names.register_instance(instance))
    found = []
    for _ in range(50):
        found = await names.list_instances(ListInstanceParam(service_name="service", group_name=GROUP, subscribe=False, healthy_only=True))
        if found:
            break
        await asyncio.sleep(0.1)
    assert [one.ip for one in found] == ["10.0.0.1"], found

    kept = ConfigParam(data_id="kept", group=GROUP)
    stands = await configs.get_config(kept)
    assert (stands or "-") == read, stands
    await configs.publish_config(ConfigParam(data_id="kept", group=GROUP, content=written))
    await configs.shutdown()
    await names.shutdown()


asyncio.run(use(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
