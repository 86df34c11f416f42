"""Data directories of released formats: each version of batata must open them and find what its maker had acknowledged.

`data/directories/NAME/` holds the folders raft and state of a server that was killed, and `content.json`, what was in it.

    tests/process/golden_directory.py --batata PROGRAM NAME     # makes one, with a program of that version

NAME is a version and what is in it (CONTENTS): `v1-first` configs with their history and a gray release, namespaces and
instances; `v1-access` users, roles, permissions, a release for a tag, and what an operator has changed of a service and its
instances. Locks are in none, for they are made over gRPC alone and end with their lease.

A directory is never made again under its name: when a format changes, one of the new version comes beside it.
"""

import argparse
import dataclasses
import json
import os
import shutil
import sys
import tempfile

import nacos_http
from server import Server

HERE = os.path.dirname(os.path.abspath(__file__))
DIRECTORIES = os.path.join(HERE, "data", "directories")
# Small files, so that the directory holds a state, and a log whose first files are gone; a history that outlives the years.
SETTINGS = ("--batata.raft.segment-size=64KiB", "--batata.state.flush-after=64KiB", "--nacos.config.retention.days=36500",
            "--nacos.core.auth.admin.enabled=false", "--nacos.core.auth.console.enabled=false")
SIGN_IN = ("--batata.raft.segment-size=64KiB", "--nacos.core.auth.enabled=true", "--batata.auth.lockout.failures=0")
PASSWORD = "of-the-administrator"
KEYS = 60
ROUNDS = 5
VALUE_BYTES = 120
HISTORY = "/nacos/v1/cs/history"
NAMESPACES = "/nacos/v1/console/namespaces"
USERS = "/nacos/v1/auth/users"
ROLES = "/nacos/v1/auth/roles"
PERMISSIONS = "/nacos/v1/auth/permissions"
SERVICES = "/nacos/v1/ns/service"
CATALOG = "/nacos/v1/ns/catalog/instances"
NOT_COPIED = ("LOCK", "LOG", "LOG.old*", "prepared", "unprepared")


class Trial:
    """A server on a copy of a kept directory."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)

    def use(self, name):
        """Puts the kept directory in the place of the server's; what was in it."""
        self.server.settings = list(_contents_of(name).settings)
        shutil.rmtree(self.server.data_directory, ignore_errors=True)
        kept = os.path.join(DIRECTORIES, name)
        os.makedirs(self.server.data_directory)
        for folder in ("raft", "state"):
            shutil.copytree(os.path.join(kept, folder), os.path.join(self.server.data_directory, folder))
        with open(os.path.join(kept, "content.json"), encoding="utf-8") as file:
            return json.load(file)


def opens(trial):
    """Every kept directory opens, has what was acknowledged, takes writes, and opens again."""
    names = sorted(os.listdir(DIRECTORIES))
    for name in names:
        wanted, contents = trial.use(name), _contents_of(name)
        for _ in range(2):
            trial.server.start()
            http = contents.connect(trial.server.port)
            found = contents.read(http)
            if found != wanted:
                different = [part for part in wanted if found.get(part) != wanted[part]]
                raise AssertionError(f"{name}: {different} differ, for instance {str(found.get(different[0]))[:300]}")
            http.publish("written-later", "1", group="later")
            trial.server.stop()
    if {name.partition("-")[2] for name in names} != set(CONTENTS):
        raise AssertionError(f"there are {names} of {list(CONTENTS)}")
    return ", ".join(names)


def _fill_first(http):
    _must(http.request("POST", NAMESPACES, form={"customNamespaceId": "space", "namespaceName": "a space", "namespaceDesc": "of tests"}))
    for number in range(ROUNDS):
        for key in range(KEYS):
            http.publish(f"key-{key}", f"{number} of {key} ".ljust(VALUE_BYTES, "x"))
    _must(http.request("POST", nacos_http.CONFIGS, form={"dataId": "typed", "group": "g", "tenant": "space", "content": "a: 1",
                                                         "type": "yaml", "desc": "described", "config_tags": "one,two", "appName": "app"}))
    _must(http.request("POST", nacos_http.CONFIGS, headers={"betaIps": "10.1.2.3"},
                       form={"dataId": "key-0", "group": nacos_http.GROUP, "content": "gray"}))
    http.publish("deleted", "1")
    _must(http.request("DELETE", nacos_http.CONFIGS, query={"dataId": "deleted", "group": nacos_http.GROUP}))
    for port_of_instance in (8080, 8081):
        _must(http.request("POST", nacos_http.INSTANCES, form={"serviceName": "lasting", "ip": "10.0.0.1", "port": port_of_instance,
                                                               "ephemeral": "false", "metadata": "zone=a", "weight": "2.5"}))


def _read_first(http):
    found = {"configs": {f"key-{key}": http.get(f"key-{key}") for key in range(KEYS)}, "deleted": http.get("deleted")}
    status, headers, body = http.request("GET", nacos_http.CONFIGS, query={"dataId": "typed", "group": "g", "tenant": "space"})
    found["typed"] = [status, headers["Config-Type"], headers["Content-MD5"], body.decode()]
    details = json.loads(_must(http.request("GET", nacos_http.CONFIGS, query={"dataId": "typed", "group": "g", "tenant": "space", "show": "all"})))
    found["details"] = {name: details[name] for name in ("type", "desc", "configTags", "appName", "createTime", "modifyTime")}
    found["gray"] = json.loads(_must(http.request("GET", nacos_http.CONFIGS, query={"dataId": "key-0", "group": nacos_http.GROUP,
                                                                                  "beta": "true"})))["data"]["content"]
    history = json.loads(_must(http.request("GET", HISTORY, query={"search": "accurate", "dataId": "key-1", "group": nacos_http.GROUP,
                                                                   "pageNo": 1, "pageSize": 100})))
    found["history"] = [[item["opType"].strip(), item["createdTime"]] for item in history["pageItems"]]
    found["namespaces"] = sorted(item["namespace"] for item in json.loads(_must(http.request("GET", NAMESPACES)))["data"])
    hosts = json.loads(_must(http.request("GET", nacos_http.INSTANCES + "/list", query={"serviceName": "lasting"})))["hosts"]
    found["instances"] = sorted([host["ip"], host["port"], host["weight"], host["metadata"]] for host in hosts)
    return found


def _administrate(port):
    """A connection of the first administrator, who is made when there is none."""
    http = nacos_http.Connection(port)
    http.request("POST", USERS + "/admin", form={"password": PASSWORD})
    http.log_in("nacos", PASSWORD)
    return http


def _fill_access(http):
    for name in ("reader", "gone"):
        _must(http.request("POST", USERS, form={"username": name, "password": f"first of {name}"}))
        _must(http.request("POST", ROLES, form={"username": name, "role": "readers"}))
    _must(http.request("POST", ROLES, form={"username": "reader", "role": "gone-role"}))
    for action, resource in (("r", "public:open:*"), ("rw", "public:gone:*")):
        _must(http.request("POST", PERMISSIONS, form={"role": "readers", "resource": resource, "action": action}))
    http.publish("released", "for all", group="open")
    http.publish("hidden", "1", group="closed")
    _must(http.request("POST", nacos_http.CONFIGS,
                       form={"dataId": "released", "group": "open", "content": "for blue ones", "tag": "blue"}))
    _must(http.request("POST", SERVICES, form={"serviceName": "changed", "protectThreshold": "0.5", "metadata": "made=1"}))
    for port in (8080, 8081):
        _must(http.request("POST", nacos_http.INSTANCES, form={"serviceName": "changed", "ip": "10.0.0.1", "port": port,
                                                               "ephemeral": "false", "metadata": "registered=1"}))


def _change_access(http):
    """After a stop, so that the state has the first and the log the last word."""
    _must(http.request("PUT", USERS, form={"username": "reader", "newPassword": "second of reader"}))
    _must(http.request("DELETE", USERS, query={"username": "gone"}))
    _must(http.request("DELETE", ROLES, query={"username": "reader", "role": "gone-role"}))
    _must(http.request("DELETE", PERMISSIONS, query={"role": "readers", "resource": "public:gone:*", "action": "rw"}))
    _must(http.request("PUT", SERVICES, form={"serviceName": "changed", "protectThreshold": "0.25", "metadata": "changed=1"}))
    _must(http.request("PUT", nacos_http.INSTANCES, form={"serviceName": "changed", "ip": "10.0.0.1", "port": 8080,
                                                          "ephemeral": "false", "enabled": "false", "weight": "3",
                                                          "metadata": "changed=1"}))


def _read_access(http):
    page = {"pageNo": 1, "pageSize": 100}
    found = {"users": sorted(item["username"] for item in http.ask("GET", USERS, query=page)["pageItems"]),
             "roles": sorted([item["username"], item["role"]] for item in http.ask("GET", ROLES, query=page)["pageItems"]),
             "permissions": sorted([item["role"], item["resource"], item["action"]]
                                   for item in http.ask("GET", PERMISSIONS, query={"search": "accurate", **page})["pageItems"])}
    reader = nacos_http.Connection(http.port)
    passwords = (("reader", "first of reader"), ("gone", "first of gone"), ("reader", "second of reader"))
    found["sign-ins"] = [[name, password, _status(reader, "POST", USERS + "/login", username=name, password=password)]
                         for name, password in passwords]
    reader.log_in(*passwords[-1])
    asked = (("GET", "released", "open"), ("POST", "released", "open"), ("GET", "hidden", "closed"))
    found["rights"] = [[method, name, group, _status(reader, method, nacos_http.CONFIGS, dataId=name, group=group, content="x")]
                       for method, name, group in asked]
    of_the_tag = _must(http.request("GET", nacos_http.CONFIGS, {"dataId": "released", "group": "open", "tag": "blue"}))
    found["releases"] = [http.get("released", "open"), of_the_tag.decode()]
    service = http.ask("GET", SERVICES, {"serviceName": "changed"})
    found["service"] = [service["protectThreshold"], service["metadata"]]
    catalog = http.ask("GET", CATALOG, {"serviceName": "changed", "clusterName": "DEFAULT", **page})["list"]
    members = ("ip", "port", "enabled", "weight", "metadata")
    found["instances"] = sorted([host[member] for member in members] for host in catalog)
    return found


def _status(http, method, path, **query):
    return http.request(method, path, query)[0]


@dataclasses.dataclass(frozen=True)
class Contents:
    """What a kept directory has: how it is written, the server being stopped between two parts, and read."""
    settings: tuple
    connect: callable  # the port's connection, with the rights that it needs
    parts: tuple
    read: callable  # without what changes by itself


CONTENTS = {
    "first": Contents(SETTINGS, nacos_http.Connection, (_fill_first,), _read_first),
    "access": Contents(SIGN_IN, _administrate, (_fill_access, _change_access), _read_access),
}


def _contents_of(name):
    """Errors: KeyError."""
    return CONTENTS[name.partition("-")[2]]


def _must(answer):
    status, _, body = answer
    if status != 200:
        raise AssertionError(f"answered {status}: {body[:300]!r}")
    return body


def make(binary, name):
    """Makes the directory `name` of the program's formats."""
    kept = os.path.join(DIRECTORIES, name)
    if os.path.exists(kept):
        sys.exit(f"{kept} is there: a kept directory never changes")
    contents = _contents_of(name)
    with tempfile.TemporaryDirectory() as directory:
        server = Server(binary, directory, contents.settings)
        try:
            for part in contents.parts:
                if server.starts:
                    server.stop()
                server.start()
                part(contents.connect(server.port))
            content = contents.read(contents.connect(server.port))
            server.kill()
        finally:
            server.discard()
        for folder in ("raft", "state"):
            shutil.copytree(os.path.join(server.data_directory, folder), os.path.join(kept, folder),
                            ignore=shutil.ignore_patterns(*NOT_COPIED))
    with open(os.path.join(kept, "content.json"), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, sort_keys=True)
        file.write("\n")


ALL = [opens]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batata", required=True, metavar="PROGRAM")
    parser.add_argument("name", metavar="NAME")
    options = parser.parse_args()
    make(os.path.abspath(options.batata), options.name)
