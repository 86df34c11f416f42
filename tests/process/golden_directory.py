"""Data directories of released formats: each version of batata must open them and find what its maker had acknowledged.

`data/directories/NAME/` holds the folders raft and state of a server that was killed, and `content.json`, what was in it.

    tests/process/golden_directory.py --batata PROGRAM NAME     # makes one, with a program of that version

A directory is never made again under its name: when a format changes, one of the new version comes beside it.
"""

import argparse
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
KEYS = 60
ROUNDS = 5
VALUE_BYTES = 120
HISTORY = "/nacos/v1/cs/history"
NAMESPACES = "/nacos/v1/console/namespaces"
NOT_COPIED = ("LOCK", "LOG", "LOG.old*", "prepared", "unprepared")


class Trial:
    """A server on a copy of a kept directory."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory, SETTINGS)

    def use(self, name):
        """Puts the kept directory in the place of the server's; what was in it."""
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
        wanted = trial.use(name)
        for _ in range(2):
            trial.server.start()
            found = read(trial.server.port)
            if found != wanted:
                different = [part for part in wanted if found[part] != wanted[part]]
                raise AssertionError(f"{name}: {different} differ, for instance {str(found[different[0]])[:300]}")
            nacos_http.Connection(trial.server.port).publish("written-later", "1", group="later")
            trial.server.stop()
    if not names:
        raise AssertionError("there is no kept directory")
    return ", ".join(names)


def fill(port):
    """Writes of every kind that the store keeps."""
    http = nacos_http.Connection(port)
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


def read(port):
    """What the server has, without what changes by itself."""
    http = nacos_http.Connection(port)
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
    with tempfile.TemporaryDirectory() as directory:
        server = Server(binary, directory, SETTINGS)
        try:
            server.start()
            fill(server.port)
            content = read(server.port)
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
