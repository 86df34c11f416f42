"""What the writers write: each kind of thing is a small class that makes, changes and removes one and reads all of them."""

import json
import threading

import nacos_http
from ledger import Ledger

NAMESPACES = "/nacos/v1/console/namespaces"
INSTANCES = ("/nacos/v1/ns/instance", "/nacos/v2/ns/instance")
SERVICES = "/nacos/v1/ns/service/list"
USERS = "/nacos/v1/auth/users"
ROLES = "/nacos/v1/auth/roles"
ADMIN = USERS + "/admin"
LOGIN = USERS + "/login"
HISTORY = "/nacos/v1/cs/history"
PAGE = 1000  # more than there ever are of a kind
HISTORY_KEPT = 100  # entries of a config that the server keeps at least
HISTORY_READ = 12  # of these, the newest ones with their contents; fewer than the ledger remembers
HISTORIES_READ = 6  # of configs in each comparison, in turn, beside those of the shared ones: each entry is a request
LARGE_SHARE = 0.04  # of the values of configs
LARGE_BYTES_MAX = 100_000  # longer than a page of the log's file, and some of them longer than the rest of the file
KEYS_OF_A_WRITER = 4
SIGN_IN_EVERY = 5  # comparisons: of users whose password nobody has changed since


class Kind:
    """Things of one kind on a server, and the ledger of them. Any thread. A thing is known by its key and holds a value.

    A subclass has `make`, `change` of a thing that is there, `remove`, and `read`, which returns the key and value of each. All
    take the caller's connection; what is not confirmed is an exception. `make` may find a thing that is there only when it is
    told so (`may_be_there`): an unacknowledged write may have made it already. Then it has the value of this write afterwards.
    """
    needs = None  # a kind and a key that must be there first
    changes = True  # has values to change to

    def __init__(self):
        self.ledger = Ledger()

    @property
    def name(self):
        return type(self).__name__.lower()

    def keys_of(self, writer):
        """The keys that a writer owns, by its number."""
        raise NotImplementedError

    def key_called(self, word):
        """A key that no writer owns."""
        return word

    def value(self, key, number, dice):
        """What a write sends."""
        return f"{key} {number}"

    def prepare(self, http):
        """Makes what must be there first. By one thread at a time."""
        if self.needs and not self.needs[0].ledger.is_there(self.needs[1]):
            kind, key = self.needs
            kind.write(http, key, kind.value(key, kind.ledger.next_number(key), None))

    def write(self, http, key, value):
        """One write (None: a removal of what is there) of which the ledger knows before and after."""
        is_there, may_be_there = self.ledger.is_there(key), self.ledger.may_be_there(key)
        number = self.ledger.next_number(key)
        self.ledger.sending(key, number, value)
        if value is None:
            self.remove(http, key)
        elif is_there:
            self.change(http, key, value)
        else:
            self.make(http, key, value, may_be_there)
        self.ledger.acknowledge(key, number, value)

    def compare(self, http):
        """The broken promises, as sentences."""
        return self.ledger.compare_all(self.read(http))


class Configs(Kind):
    """Configurations. A value is the first line of the content, which says how long the content is."""
    SHARED = ("shared-0", "shared-1", "shared-2")  # by all writers, who compare and set

    def __init__(self):
        super().__init__()
        self.histories_read = HISTORIES_READ
        self._turn = 0

    def keys_of(self, writer):
        return [f"writer-{writer}-{number}" for number in range(KEYS_OF_A_WRITER)]

    def value(self, key, number, dice):
        size = int(1000 * (LARGE_BYTES_MAX / 1000) ** dice.random()) if dice.random() < LARGE_SHARE else 0
        return f"{key} {number} {size}"

    @staticmethod
    def content_of(value):
        line, size = value + "\n", int(value.split()[2])
        return line * (size // len(line) + 1)

    def make(self, http, key, value, may_be_there=False):
        http.publish(key, self.content_of(value))

    change = make

    def compare_and_set(self, http, key, value, md5):
        """False when it was refused."""
        return http.publish(key, self.content_of(value), cas_md5=md5)

    def remove(self, http, key):
        _expect(http, b"true", "DELETE", nacos_http.CONFIGS, query={"dataId": key, "group": nacos_http.GROUP})

    def read(self, http):
        listed = http.ask("GET", nacos_http.CONFIGS, query={"search": "blur", "dataId": "*", "group": "", "pageNo": 1, "pageSize": PAGE})
        return [(item["dataId"], self._read_one(http, item["dataId"])) for item in listed["pageItems"]]

    def _read_one(self, http, key):
        content = http.get(key)
        return "listed, but not there" if content is None else self._value_of(content)

    def _value_of(self, content):
        value = content.partition("\n")[0]
        try:
            whole = self.content_of(value) == content
        except (IndexError, ValueError):
            whole = False
        return value if whole else f"{value[:60]}... of {len(content)} characters"

    def compare(self, http):
        """Also: each acknowledged write has its entry in the history, the newest says what became of it, and, for some keys in
        turn, the entries hold what was written, in order."""
        found = self.read(http)
        there = dict(found)
        broken = self.ledger.compare_all(found)
        in_full = self._next_in_full()
        for key in self.ledger.keys():
            broken += self._compare_history(http, key, there.get(key), key in in_full)
        return broken

    def _next_in_full(self):
        """The keys whose turn it is, and the shared ones."""
        own = [key for key in self.ledger.keys() if key not in self.SHARED]
        turn, self._turn = self._turn, self._turn + self.histories_read
        return {own[number % len(own)] for number in range(turn, self._turn) if own} | set(self.SHARED)

    def _compare_history(self, http, key, stored, in_full):
        asked = {"dataId": key, "group": nacos_http.GROUP}
        history = http.ask("GET", HISTORY, query={"search": "accurate", **asked, "pageNo": 1,
                                                  "pageSize": HISTORY_READ if in_full else 1})
        entries, newest = history["totalCount"], [item["opType"].strip() for item in history["pageItems"]]
        acknowledged, sent = self.ledger.writes(key)
        if entries < min(acknowledged, HISTORY_KEPT):
            yield f"{key}: the history has {entries} entries of {acknowledged} acknowledged writes"
        if entries > sent:
            yield f"{key}: the history has {entries} entries of {sent} writes"
        if newest and (newest[0] != "D") != (stored is not None):
            what = "there" if stored is not None else "not there"
            yield f"{key}: the history's newest entry is {newest[0]}, but the config is {what}"
        elif in_full:
            items = [http.ask("GET", HISTORY, query={**asked, "nid": item["id"]}) for item in history["pageItems"]]
            kept = [(item["opType"].strip(), self._value_of(item["content"])) for item in items]
            yield from _breaks_of(key, kept, stored)
            yield from self.ledger.compare_written(key, _written(kept, stored))


def _written(kept, stored):
    """What was written, newest first, by a history's entries: an insert's keeps the new value, the others the one before."""
    newer = [stored, *(value for _, value in kept)]
    return [{"I": value, "U": after, "D": None}[kind] for (kind, value), after in zip(kept, newer)]


def _breaks_of(key, kept, stored):
    """Where an entry cannot follow the one before: what that has written is not what this one has found."""
    written = _written(kept, stored)
    for (kind, value), before in zip(kept, written[1:]):
        if before != (None if kind == "I" else value):
            yield f"{key}: in the history {kind} of {value!r} follows {before!r}"
    if kept and written[0] != stored:
        yield f"{key}: {stored!r} is stored, but the history's newest entry is of {written[0]!r}"


class Namespaces(Kind):
    """Namespaces; the value is the description."""

    def keys_of(self, writer):
        return [f"space-{writer}"]

    def make(self, http, key, value, may_be_there=False):
        status, _, body = http.request("POST", NAMESPACES, form={"customNamespaceId": key, "namespaceName": key, "namespaceDesc": value})
        if (status, body) == (200, b"false") and may_be_there:
            self.change(http, key, value)
        elif (status, body) != (200, b"true"):
            raise nacos_http.Refused(f"making namespace {key}", status, body)

    def change(self, http, key, value):
        _expect(http, b"true", "PUT", NAMESPACES, form={"namespace": key, "namespaceShowName": key, "namespaceDesc": value})

    def remove(self, http, key):
        _expect(http, b"true", "DELETE", NAMESPACES, form={"namespaceId": key})

    def read(self, http):
        return [(space["namespace"], space["namespaceDesc"]) for space in http.ask("GET", NAMESPACES)["data"] if space["namespace"]]


class Instances(Kind):
    """Persistent instances, each by one of the two versions of the interface; the value is in the metadata.

    What an operator changes lies over what is registered, also when the instance has gone and come back: the newer of both counts.
    """

    def keys_of(self, writer):
        return [f"service-{writer} {8000 + number}" for number in range(KEYS_OF_A_WRITER)]

    def key_called(self, word):
        return f"{word} 8000"

    def make(self, http, key, value, may_be_there=False):
        self._send(http, "POST", key, {"metadata": json.dumps({"registered": value})})

    def change(self, http, key, value):
        self._send(http, "PUT", key, {"metadata": json.dumps({"changed": value})})

    def remove(self, http, key):
        self._send(http, "DELETE", key, {})

    @staticmethod
    def _send(http, method, key, more):
        service, port = key.split()
        version = int(port) % len(INSTANCES)
        _expect(http, (b"ok", b'{"code":0,"message":"success","data":"ok"}')[version], method, INSTANCES[version],
                form={"serviceName": service, "ip": "127.0.0.1", "port": port, "ephemeral": "false", **more})

    def read(self, http):
        services = http.ask("GET", SERVICES, query={"pageNo": 1, "pageSize": PAGE})["doms"]
        return [(f"{service} {host['port']}", max(host["metadata"].values(), key=lambda value: int(value.split()[-1])))
                for service in services
                for host in http.ask("GET", INSTANCES[0] + "/list", query={"serviceName": service})["hosts"]]


class Administrator:
    """The server's first administrator, whose token the requests for users and roles need; it outlives a kill. Any thread."""
    NAME = "nacos"
    PASSWORD = "of-the-administrator"

    def __init__(self):
        self._lock = threading.Lock()
        self._headers = None

    def headers(self, http):
        """Makes the administrator and signs in when that has not been done."""
        with self._lock:
            if self._headers is None:
                http.request("POST", ADMIN, form={"password": self.PASSWORD})  # or the log-in fails
                token = http.ask("POST", LOGIN, form={"username": self.NAME, "password": self.PASSWORD})["accessToken"]
                self._headers = {"Authorization": f"Bearer {token}"}
            return self._headers


class Users(Kind):
    """Users; the value is the password. These take long, so only one writer makes users, and another one that of the roles."""
    LASTING = "lasting"

    def __init__(self, administrator):
        super().__init__()
        self._administrator = administrator
        self._passwords = {}  # with which a user has signed in
        self._reads = 0

    def keys_of(self, writer):
        return ["comes-and-goes"] if writer == 0 else []

    def make(self, http, key, value, may_be_there=False):
        made = self._expect(http, b"create user ok!", "POST", form={"username": key, "password": value},
                            or_said=b"already exist" if may_be_there else None)
        if not made:
            self.change(http, key, value)

    def change(self, http, key, value):
        self._expect(http, b"update user ok!", "PUT", form={"username": key, "newPassword": value})

    def remove(self, http, key):
        self._expect(http, b"delete user ok!", "DELETE", query={"username": key})

    def _expect(self, http, said, method, **more):
        return _expect(http, said, method, USERS, headers=self._administrator.headers(http), **more)

    def read(self, http):
        self._reads += 1
        listed = http.ask("GET", USERS, query={"pageNo": 1, "pageSize": PAGE}, headers=self._administrator.headers(http))
        names = [user["username"] for user in listed["pageItems"]]
        return [(name, self._password_of(http, name)) for name in names if name != Administrator.NAME]

    def _password_of(self, http, name):
        """Signs in with what was sent, the newest first. Not every time: a sign-in is a tenth of a second of work."""
        sent = self.ledger.values(name)
        if not sent or sent[0] != self._passwords.get(name) or self._reads % SIGN_IN_EVERY == 0:
            self._passwords[name] = next((value for value in sent if _signs_in(http, name, value)), "another password")
        return self._passwords[name]


class Roles(Kind):
    """Roles of one user, which are there or not."""
    changes = False

    def __init__(self, users, administrator):
        super().__init__()
        self.needs = (users, Users.LASTING)
        self._administrator = administrator

    def keys_of(self, writer):
        return [f"role-{number}" for number in range(KEYS_OF_A_WRITER)] if writer == 1 else []

    def value(self, key, number, dice):
        return "there"

    def make(self, http, key, value, may_be_there=False):
        _expect(http, b"add role ok!", "POST", ROLES, form={"username": Users.LASTING, "role": key},
                headers=self._administrator.headers(http), or_said=b"already bound" if may_be_there else None)

    def remove(self, http, key):
        _expect(http, b"delete role of user", "DELETE", ROLES, query={"username": Users.LASTING, "role": key},
                headers=self._administrator.headers(http))

    def read(self, http):
        listed = http.ask("GET", ROLES, query={"pageNo": 1, "pageSize": PAGE, "username": Users.LASTING},
                          headers=self._administrator.headers(http))
        return [(role["role"], "there") for role in listed["pageItems"]]


def _expect(http, said, method, path, query=None, form=None, headers=None, or_said=None):
    """False: the server refused it with `or_said`. Errors: Refused for any other answer than that and success with `said`."""
    status, _, body = http.request(method, path, query, form, headers)
    if or_said and status == 400 and or_said in body:
        return False
    if status != 200 or said not in body:
        raise nacos_http.Refused(f"{method} {path} {query or form}", status, body)
    return True


def _signs_in(http, name, password):
    status, _, body = http.request("POST", LOGIN, form={"username": name, "password": password})
    if status not in (200, 403):
        raise nacos_http.Refused(f"log-in of {name}", status, body)
    return status == 200
