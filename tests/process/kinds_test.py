"""The kinds of things that are written: what their reading notices beside what the ledger does."""

import random
import unittest

import nacos_http
from kinds import (ADMIN, HISTORIES_READ, HISTORY_READ, LOGIN, ROLES, SIGN_IN_EVERY, USERS, Administrator, Configs, Instances,
                   Roles, Users)


class Answers:
    """In the place of a connection: what a server that has these configs and histories answers."""

    def __init__(self, configs, histories):
        self.configs = configs
        self.histories = histories  # key -> entries, newest first: their kind, and the value that they keep
        self.asked = []  # the keys of entries that were read

    def get(self, key):
        return self.configs[key]

    def ask(self, method, path, query):
        if not path.endswith("/history"):
            return {"pageItems": [{"dataId": key} for key in self.configs]}
        entries = self.histories.get(query["dataId"], [])
        if "nid" in query:
            self.asked.append(query["dataId"])
            kind, value = entries[-int(query["nid"])]
            return {"opType": kind.ljust(10), "content": Configs.content_of(value)}
        items = [{"id": str(len(entries) - i), "opType": kind.ljust(10)} for i, (kind, _) in enumerate(entries)]
        return {"totalCount": len(entries), "pageItems": items[:query["pageSize"]]}


class ConfigsTest(unittest.TestCase):

    def setUp(self):
        self.configs = Configs()
        self.write(1, "k 1 0")

    def write(self, number, value, acknowledged=True):
        self.configs.ledger.sending("k", number, value)
        if acknowledged:
            self.configs.ledger.acknowledge("k", number, value)

    def compare(self, content, *history):
        """With entries of the history, newest first: the kind and the value that it keeps."""
        entries = [(entry[0], entry[1:]) for entry in history]
        return self.configs.compare(Answers({} if content is None else {"k": content}, {"k": entries}))

    def test_a_content_is_its_value_as_long_as_the_value_says(self):
        self.assertEqual(Configs.content_of("k 1 0"), "k 1 0\n")
        self.assertEqual(Configs.content_of("k 1 14"), "k 1 14\n" * 3)
        self.assertEqual(self.compare("k 1 0\n", "Ik 1 0"), [])

    def test_values_are_of_all_sizes(self):
        dice = random.Random(1)
        sizes = [len(Configs.content_of(self.configs.value("k", 1, dice))) for _ in range(1000)]
        self.assertGreater(sum(size < 100 for size in sizes), 900)
        self.assertGreater(max(sizes), 70_000)

    def test_a_content_that_is_not_whole_is_reported(self):
        self.write(2, "k 2 50")
        whole = Configs.content_of("k 2 50")
        self.assertEqual(self.compare(whole, "Uk 1 0", "Ik 1 0"), [])
        for content in (whole[:-1], whole[:-8], whole.replace("2", "3", 1), "", "k", whole[:7] + "\0" * 49):
            with self.subTest(content=content):
                self.assertIn("but nobody sent it", self.compare(content, "Uk 1 0", "Ik 1 0")[0])

    def test_a_config_that_is_listed_and_cannot_be_read_is_reported(self):
        self.write(2, None)
        found = self.configs.compare(Answers({"k": None}, {"k": [("D", "k 1 0"), ("I", "k 1 0")]}))
        self.assertIn("k: 'listed, but not there' is stored, but nobody sent it", found)

    def test_an_acknowledged_write_without_its_entry_in_the_history_is_reported(self):
        self.write(2, "k 2 0")
        self.assertIn("k: the history has 1 entries of 2 acknowledged writes", self.compare("k 2 0\n", "Ik 1 0"))

    def test_an_entry_of_the_history_that_is_there_twice_is_reported(self):
        self.write(2, "k 2 0", acknowledged=False)
        self.assertEqual(self.compare("k 2 0\n", "Uk 1 0", "Ik 1 0"), [])
        self.assertIn("k: the history has 3 entries of 2 writes", self.compare("k 2 0\n", "Uk 1 0", "Uk 1 0", "Ik 1 0"))

    def test_a_history_that_does_not_end_as_the_config_did_is_reported(self):
        self.write(2, None, acknowledged=False)
        self.assertEqual(self.compare("k 1 0\n", "Dk 1 0", "Ik 1 0"),
                         ["k: the history's newest entry is D, but the config is there"])
        self.setUp()
        self.write(2, None, acknowledged=False)
        self.assertEqual(self.compare(None, "Ik 1 0"), ["k: the history's newest entry is I, but the config is not there"])

    def test_what_the_history_says_was_written_is_compared(self):
        self.write(2, "k 2 0")
        self.write(3, None)
        self.write(4, "k 4 0")
        self.write(5, "k 5 0")
        right = ["Uk 4 0", "Ik 4 0", "Dk 2 0", "Uk 1 0", "Ik 1 0"]
        self.assertEqual(self.compare("k 5 0\n", *right), [])
        for at, entry, said in ((0, "Uk 2 0", "k: in the history U of 'k 2 0' follows 'k 4 0'"),
                                (1, "Uk 2 0", "k: in the history U of 'k 2 0' follows None"),
                                (2, "Uk 2 0", "k: the removal 3 was acknowledged, but is not in the history"),
                                (3, "Uk 2 0", "k: in the history U of 'k 2 0' follows 'k 1 0'"),
                                (4, "Ik 3 0", "k: in the history U of 'k 1 0' follows 'k 3 0'")):
            with self.subTest(at=at):
                self.assertIn(said, self.compare("k 5 0\n", *right[:at], entry, *right[at + 1:]))

    def test_an_insert_that_is_not_what_is_stored_is_reported(self):
        self.write(2, "k 2 0", acknowledged=False)
        self.assertEqual(self.compare("k 2 0\n", "Ik 1 0"),
                         ["k: 'k 2 0' is stored, but the history's newest entry is of 'k 1 0'"])

    def test_after_many_writes_the_newest_are_compared(self):
        newest = 5 * HISTORY_READ
        for number in range(2, newest + 1):
            self.write(number, f"k {number} 0")
        right = [f"Uk {number - 1} 0" for number in range(newest, 1, -1)] + ["Ik 1 0"]
        self.assertEqual(self.compare(f"k {newest} 0\n", *right), [])
        self.assertIn(f"k: number {newest - 3} was acknowledged, but is not in the history",
                      self.compare(f"k {newest} 0\n", *right[:2], *right[3:], "Ik 1 0"))

    def test_the_histories_of_all_are_read_in_turn_and_of_shared_ones_always(self):
        configs, answers = Configs(), Answers({}, {})
        keys = [f"k{number}" for number in range(HISTORIES_READ + 1)] + list(Configs.SHARED)
        for key in keys:
            value = f"{key} 1 0"
            configs.ledger.sending(key, 1, value)
            configs.ledger.acknowledge(key, 1, value)
            answers.configs[key], answers.histories[key] = f"{value}\n", [("I", value)]
        read = set()
        for _ in range(2):
            answers.asked = []
            self.assertEqual(configs.compare(answers), [])
            self.assertEqual(answers.asked.count(Configs.SHARED[0]), 1)
            read.update(answers.asked)
        self.assertEqual(read, set(keys))


class InstancesTest(unittest.TestCase):

    def test_of_what_was_registered_and_what_was_changed_the_newer_counts(self):
        for registered, changed, newer in ((9, 10, 10), (11, 10, 11)):
            found = Instances().read(_Instances({"registered": f"s 80 {registered}", "changed": f"s 80 {changed}"}))
            self.assertEqual(found, [("s 80", f"s 80 {newer}")])


class _Instances:
    def __init__(self, metadata):
        self._metadata = metadata

    def ask(self, method, path, query):
        return {"doms": ["s"], "hosts": [{"port": 80, "metadata": self._metadata}]}


class Accounts:
    """In the place of a connection: users with their passwords, and the roles of one."""

    def __init__(self):
        self.passwords = {}
        self.roles = set()
        self.sign_ins = 0
        self.forgets_changes = False

    def request(self, method, path, query=None, form=None, headers=None):
        if path == ADMIN:
            self.passwords[Administrator.NAME] = form["password"]
            return 200, {}, b""
        if path == LOGIN:
            self.sign_ins += 1
            return (200 if self.passwords[form["username"]] == form["password"] else 403), {}, b'{"accessToken":"t"}'
        if headers != {"Authorization": "Bearer t"}:
            return 403, {}, b"authorization failed!"
        return {USERS: self._user, ROLES: self._role}[path](method, query or form)

    def _user(self, method, asked):
        name = asked["username"]
        if method == "POST" and name in self.passwords:
            return 400, {}, b"caused: user 'x' already exist!;"
        if method == "DELETE":
            del self.passwords[name]
        elif method == "POST" or not self.forgets_changes:
            self.passwords[name] = asked.get("password") or asked["newPassword"]
        return 200, {}, {"POST": b"create user ok!", "PUT": b"update user ok!", "DELETE": b"delete user ok!"}[method]

    def _role(self, method, asked):
        if method == "POST" and asked["role"] in self.roles:
            return 400, {}, b"caused: user 'x' already bound to the role 'y'!;"
        (self.roles.add if method == "POST" else self.roles.remove)(asked["role"])
        return 200, {}, b"add role ok!" if method == "POST" else b"delete role of user x ok!"

    def ask(self, method, path, query=None, form=None, headers=None):
        if path == LOGIN:
            return {"accessToken": "t"}
        return {"pageItems": [{"username": name} for name in self.passwords] if path == USERS else
                             [{"role": role} for role in self.roles]}


class AccountsTest(unittest.TestCase):

    def setUp(self):
        self.http = Accounts()
        administrator = Administrator()
        self.users, self.roles = Users(administrator), Roles(Users(administrator), administrator)

    def test_a_password_is_read_by_signing_in(self):
        for value in ("u 1", "u 2", None, "u 4"):
            self.users.write(self.http, "u", value)
            self.assertEqual(self.users.compare(self.http), [])

    def test_a_lost_change_of_a_password_is_reported(self):
        self.users.write(self.http, "u", "u 1")
        self.assertEqual(self.users.compare(self.http), [])
        self.http.forgets_changes = True
        self.users.write(self.http, "u", "u 2")
        self.assertEqual(self.users.compare(self.http), ["u: number 1 is stored, but number 2 was acknowledged"])

    def test_a_password_that_nobody_set_is_reported(self):
        self.users.write(self.http, "u", "u 1")
        self.http.passwords["u"] = "mixed up"
        self.assertEqual(self.users.compare(self.http), ["u: 'another password' is stored, but nobody sent it"])

    def test_few_sign_in_and_everybody_now_and_then(self):
        self.users.write(self.http, "u", "u 1")
        self.users.write(self.http, "v", "v 1")
        found = []
        for _ in range(SIGN_IN_EVERY):
            self.http.sign_ins = 0
            self.users.compare(self.http)
            found.append(self.http.sign_ins)
        self.assertEqual(found, [2] + [0] * (SIGN_IN_EVERY - 2) + [2])

    def test_what_is_there_is_made_only_after_a_make_that_was_not_acknowledged(self):
        made = lambda key: self.http.passwords.setdefault(key, "k 1")
        for kind, there in ((self.users, made), (self.roles, self.http.roles.add)):
            for on_its_way in (True, False):
                with self.subTest(kind=kind.name, on_its_way=on_its_way):
                    key = f"k{on_its_way}"
                    there(key)
                    if on_its_way:
                        kind.ledger.sending(key, 1, kind.value(key, 1, None))
                        kind.write(self.http, key, kind.value(key, 2, None))
                        self.assertEqual(kind.compare(self.http), [])
                    else:
                        with self.assertRaises(nacos_http.Refused):
                            kind.write(self.http, key, kind.value(key, 1, None))


if __name__ == "__main__":
    unittest.main()
