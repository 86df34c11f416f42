"""Configs move as archives: those of real Nacos servers into batata, and batata's own into another server."""

import io
import json
import os
import zipfile

import clients
import nacos_http
from fixture import check, check_equal
from server import Server

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
OPEN = ["--nacos.core.auth.admin.enabled=false", "--nacos.core.auth.console.enabled=false"]  # for operators without signing in
SPACE = "moved"
LINES, LIST = ".meta.yml", ".metadata.yml"
SDK = "python-3.2"
DEFLATED_WITH_DESCRIPTOR = (8, zipfile.ZIP_DEFLATED)
TYPES = {"properties": "properties", "json": "json", "yaml": "yaml", "xml": "xml", "html": "html", "toml": "toml"}

# What a form, an archive, or its metadata could spoil: (group, dataId, type, application, description, content).
OURS = [
    ("DEFAULT_GROUP", "app.yaml", "yaml", "shop-1", "größe: 'ä' # 😀", "größe: \"ä\"\r\nlist:\r\n- 😀\r\n\r\n"),
    ("DEFAULT_GROUP", "a.b.properties", "properties", "shop.2", "yes", "k=1\nk2=%20+&=\n"),
    ("g_2", "no-ending", "text", "", "- 1.5", " \t leading and trailing \n\n"),
    ("g_2", "app.yaml", "yaml", "123", "null", "same: name, other group"),
    ("g-3", "type:by.hand", "xml", "", "two: \"quotes\" and \\ ", "<a b='c'>]]></a>"),
    ("g-3", "page.html", "html", "true", "", "<p>&amp;</p>"),
    ("g-3", "long.json", "json", "", "@", json.dumps([str(number) for number in range(60_000)])),
]


def archives_of_2x(trial):
    """Both layouts of 2.5.1 come in over v1; what is exported then is what 2.5.1 had exported."""
    trial.server.start()
    read = 0
    for number, (name, param) in enumerate([("export-2.5.1-lines.zip", "export"), ("export-2.5.1-list.zip", "exportV2")]):
        site = Site(trial.server, f"{SPACE}-{number}")
        archive = data(name)
        check_equal(site.import_v1(archive), {"succCount": 3, "skipCount": 0}, f"import of {name}")
        read += check_configs(trial, site, configs_of(archive))
        check_equal(entries_of(site.export_v1(param)), entries_of(archive), f"export after {name}")
    for name, recorded in [("import-2.5.1-lines.zip", {"succCount": 1, "skipCount": 0}),
                           ("import-2.5.1-list.zip", {"succCount": 1, "skipCount": 0, "unrecognizedCount": 1, "unrecognizedData":
                                                      [{"itemName": "未在元数据中找到: gi/i2"}]})]:
        site = Site(trial.server, name.replace(".", "-"))
        check_equal(site.import_v1(data(name)), recorded, f"import of {name}")
        read += check_configs(trial, site, configs_of(data(name)))
    return noted(read)


def archives_of_3x(trial):
    """Those of 3.1 come in over v3, and so does the new layout of 2.5.1; what is exported then is what had been exported."""
    trial.server.start()
    read = 0
    for number, (name, count) in enumerate([("export-3.1.zip", 4), ("export-2.5.1-list.zip", 3), ("import-3.1.zip", 2)]):
        site = Site(trial.server, f"{SPACE}-{number}")
        archive = data(name)
        check_equal(site.import_v3(archive), {"succCount": count, "skipCount": 0}, f"import of {name}")
        read += check_configs(trial, site, configs_of(archive))
        if name.startswith("export"):
            check_equal(entries_of(site.export_v3()), entries_of(archive), f"export after {name}")
        check_equal(configs_of(site.export_v3()), configs_of(archive), f"configs exported after {name}")
    return noted(read)


def ours_travel(trial):
    """What one server exports, in both layouts and over both APIs, is the same in another one, and exported from there again."""
    trial.server.start()
    trial.second.start()
    source = Site(trial.server, SPACE)
    for config in OURS:
        source.publish(*config)
    wanted = {(group, data_id): rest for group, data_id, *rest in map(tuple, OURS)}
    as_list = {name: (content, kind, app, about) for name, (kind, app, about, content) in wanted.items()}
    as_lines = {name: (content, type_of(name[1]), app, "") for name, (_, app, _, content) in wanted.items()}
    read = check_configs(trial, source, as_list)
    archives = [("exportV2", source.export_v1("exportV2"), as_list), ("v3", source.export_v3(), as_list),
                ("export", source.export_v1("export"), as_lines)]
    for number, (how, archive, expected) in enumerate(archives):
        check_streamable(archive)
        check_equal(configs_of(archive), expected, f"the archive of {how}")
        target = Site(trial.second, f"{SPACE}-{number}")
        outcome = target.import_v3(archive) if how == "v3" else target.import_v1(archive)
        check_equal(outcome, {"succCount": len(OURS), "skipCount": 0}, f"import of {how}")
        read += check_configs(trial, target, expected)
        again = target.export_v3() if how == "v3" else target.export_v1(how)
        check_equal(entries_of(again), entries_of(archive), f"{how}, exported once more")
    return noted(read)


class Site:
    """A namespace of a server, which is made."""

    def __init__(self, server, space):
        self.server = server
        self.space = space
        self._http = nacos_http.Connection(server.port)
        self._http.ask("POST", "/nacos/v1/console/namespaces",
                       form={"customNamespaceId": space, "namespaceName": space, "namespaceDesc": ""})

    def publish(self, group, data_id, kind, app, about, content):
        form = {"dataId": data_id, "group": group, "tenant": self.space, "type": kind, "appName": app, "desc": about,
                "content": content}
        check_equal(self._http.ask("POST", nacos_http.CONFIGS, form=form), True, f"publish of {data_id}")

    def import_v1(self, archive):
        return self._import(nacos_http.CONFIGS, {"import": "true", "namespace": self.space, "policy": "ABORT"}, archive, 200)

    def import_v3(self, archive):
        return self._import("/nacos/v3/admin/cs/config/import", {"namespaceId": self.space}, archive, 0)

    def export_v1(self, layout):
        """`layout`: "export" or "exportV2"."""
        return self._export(nacos_http.CONFIGS, {layout: "true", "tenant": self.space, "group": "", "dataId": "", "ids": ""})

    def export_v3(self):
        return self._export("/nacos/v3/admin/cs/config/export", {"namespaceId": self.space, "ids": ""})

    def detail(self, group, data_id):
        """(content, type, application, description), which v1 and v3 must say alike."""
        v1 = self._http.ask("GET", nacos_http.CONFIGS,
                            {"show": "all", "dataId": data_id, "group": group, "tenant": self.space})
        v3 = self._http.ask("GET", "/nacos/v3/admin/cs/config",
                            {"dataId": data_id, "groupName": group, "namespaceId": self.space})["data"]
        details = [(it["content"], it["type"], it["appName"] or "", it["desc"] or "") for it in (v1, v3)]
        check_equal(details[0], details[1], f"v1 and v3 about {group}/{data_id}")
        return details[0]

    def value(self, group, data_id):
        """(content, type), as clients of 1.x read them."""
        status, headers, body = self._http.request("GET", nacos_http.CONFIGS,
                                                   {"dataId": data_id, "group": group, "tenant": self.space})
        check_equal(status, 200, f"read of {group}/{data_id}")
        return body.decode("utf-8"), headers["config-type"]

    def names(self):
        page = self._http.ask("GET", nacos_http.CONFIGS, {"search": "blur", "dataId": "", "group": "", "tenant": self.space,
                                                          "pageNo": 1, "pageSize": 100})
        return sorted((item["group"], item["dataId"]) for item in page["pageItems"])

    def _import(self, path, query, archive, success):
        status, _, body = self._http.upload(path, query, "file", "configs.zip", archive)
        check_equal(status, 200, f"import answered {body[:300]!r}")
        answer = json.loads(body)
        check_equal(answer["code"], success, f"import answered {body[:300]!r}")
        return answer["data"]

    def _export(self, path, query):
        status, headers, body = self._http.request("GET", path, query)
        check_equal(status, 200, f"export answered {body[:300]!r}")
        check(headers["Content-Disposition"].startswith("attachment;filename="), "an export is a file to be saved")
        return body


def check_configs(trial, site, expected):
    """Compares all that is in a namespace with {(group, dataId): (content, type, application, description)}.

    Returns how many configs the client library has read, too: none where it has not been prepared.
    """
    check_equal(site.names(), sorted(expected), "the configs that are there")
    for (group, data_id), detail in expected.items():
        check_equal(site.detail(group, data_id), detail, f"{group}/{data_id}")
        check_equal(site.value(group, data_id), detail[:2], f"{group}/{data_id} as clients read it")
    driver = trial.driver()
    if driver is None:
        return 0
    name = f"config-{site.server.port}-{site.space}"
    driver.call("open", name, "config", site.server.address, site.space, "", "")
    for (group, data_id), detail in expected.items():
        check_equal(driver.call("get", name, data_id, group), [detail[0]], f"{group}/{data_id} by the library")
    driver.call("close", name)
    return len(expected)


def check_streamable(archive):
    """Nacos unpacks an archive from its beginning: each entry must say where it ends, itself or by its compression."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        for entry in file.infolist():
            described = entry.flag_bits & 8
            check(not described or (described, entry.compress_type) == DEFLATED_WITH_DESCRIPTOR,
                  f"{entry.filename} cannot be read without the directory at the archive's end")
        check(archive.startswith(b"PK\x03\x04"), "the archive does not begin with an entry")


def data(name):
    with open(os.path.join(DATA, name), "rb") as file:
        return file.read()


def entries_of(archive):
    """{name: text} of an archive, each name once."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        check_equal(file.testzip(), None, "damaged entry")
        names = file.namelist()
        check_equal(len(names), len(set(names)), "names")
        return {name: file.read(name).decode("utf-8") for name in names}


def configs_of(archive):
    """What an archive says: {(group, dataId): (content, type, application, description)}.

    Where there is a list, configs that it does not have are none; else a config has the type of its ending.
    """
    entries = entries_of(archive)
    files = {tuple(name.split("/")): text for name, text in entries.items() if name not in (LINES, LIST)}
    if LIST in entries:
        about = {(item["group"], item["dataId"]): item for item in items_of(entries[LIST])}
        return {name: (files[name], item["type"], item.get("appName", ""), item.get("desc", "")) for name, item in about.items()}
    apps = dict(line.split("=") for line in entries.get(LINES, "").splitlines())
    return {(group, data_id): (text, type_of(data_id), apps.get(line_key(group, data_id), ""), "")
            for (group, data_id), text in files.items()}


def items_of(text):
    """The elements of a ".metadata.yml": as much of YAML as one line for each member needs."""
    first, *lines = text.splitlines()
    check_equal(first, "metadata:", "the first line of the metadata")
    items = []
    for line in lines:
        if line.startswith("- "):
            items.append({})
        key, _, value = line[2:].partition(": ")
        items[-1][key] = plain(value)
    return items


def plain(value):
    """A scalar without its quotes."""
    if value.startswith("'"):
        return value[1:-1].replace("''", "'")
    return json.loads(escapes_of_json(value)) if value.startswith('"') else value


def escapes_of_json(value):
    """A double-quoted scalar of YAML as JSON: characters beyond the first plane have eight digits there."""
    parts = value.split("\\U")
    return parts[0] + "".join(json.dumps(chr(int(part[:8], 16)))[1:-1] + part[8:] for part in parts[1:])


def line_key(group, data_id):
    """How ".meta.yml" names a config: the last dot is a tilde."""
    stem, dot, ending = data_id.rpartition(".")
    return f"{group}.{stem}~{ending}.app" if dot else f"{group}.{data_id}.app"


def type_of(data_id):
    return TYPES.get(data_id.rpartition(".")[2], "text")


def noted(read):
    return f"{read} configs read by {SDK}, too" if read else f"({SDK} is not prepared: HTTP alone)"


class Trial:
    """Two servers that are not up yet, and the driver of a client library."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory, OPEN)
        self.second = Server(binary, os.path.join(directory, "second"), OPEN)
        self._directory = directory
        self._driver = None

    def driver(self):
        """The client library's driver, started when it is asked for first; None where the library has not been prepared."""
        client = next(client for client in clients.ALL if client.name == SDK)
        if self._driver is None and client.is_prepared():
            self._driver = client.start(os.path.join(self._directory, "client"), os.path.join(self._directory, "client.log"))
        return self._driver

    def close(self):
        """Ends the driver and the second server, however the test went."""
        if self._driver:
            self._driver.close()
        self.second.discard()


ALL = [archives_of_2x, archives_of_3x, ours_travel]
