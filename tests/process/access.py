"""Users over HTTP against the real program: the first administrator, the token key's file, lock-out, an LDAP directory."""

import base64
import json
import os
import stat
import threading

import nacos_http
from directory import ADMIN_DN, ADMIN_PASSWORD, BASE, Directory
from server import Server

LOGIN = "/nacos/v1/auth/users/login"
ADMIN = "/nacos/v1/auth/users/admin"
PASSWORD = "the-first-one"
PARALLEL = 100
SIGN_IN = ("--nacos.core.auth.enabled=true",)


def first_administrator(trial):
    """Of a hundred who want to be the first administrator at once, one is; the others are told that there is one."""
    trial.server.settings = SIGN_IN
    trial.server.start()
    answers, start = [], threading.Barrier(PARALLEL)
    threads = [threading.Thread(target=_claim, args=(trial.server.port, f"password-{i}", start, answers), daemon=True)
               for i in range(PARALLEL)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [answer for answer in answers if "username" in answer]
    losers = [answer for answer in answers if answer.get("code") == 409]
    if len(winners) != 1 or len(losers) != PARALLEL - 1:
        raise AssertionError(f"{len(winners)} won and {len(losers)} lost: {answers[:3]}")
    _check_login(trial, "nacos", winners[0]["password"], True)
    trial.server.restart()
    _check_login(trial, "nacos", winners[0]["password"], True)


def token_key(trial):
    """Without a key in the settings the server makes one, for its owner's eyes alone, and its tokens outlive it."""
    trial.server.settings = SIGN_IN
    trial.server.start()
    _make_administrator(trial)
    token = _check_login(trial, "nacos", PASSWORD, True)
    path = os.path.join(trial.server.data_directory, "token-key")
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode != 0o600:
        raise AssertionError(f"{path} has mode {mode:o}")
    with open(path, "rb") as file:
        key = file.read().strip()
    if len(base64.b64decode(key, validate=True)) < 32:
        raise AssertionError("the key is short")
    trial.server.restart()
    status, _, body = _http(trial).request("GET", "/nacos/v1/auth/users/search", {"username": "n", "accessToken": token})
    if (status, body) != (200, b'["nacos"]'):
        raise AssertionError(f"the token of before the restart was answered {status} {body!r}")
    for planted in (key, PASSWORD.encode()):
        if planted in trial.server.log().encode():
            raise AssertionError("the log shows a secret")


def lock_out(trial):
    """After five failures the right password is refused, too, until the lock ends."""
    trial.server.settings = SIGN_IN + ("--batata.auth.lockout.first-time=2s",)
    trial.server.start()
    _make_administrator(trial)
    answers = {_login(trial, name, "wrong")[:2] for name in ("nacos", "nobody", "nacos", "nacos", "nacos")}
    if len(answers) != 1 or answers.pop()[0] != 403:
        raise AssertionError("a wrong password and an unknown user are told apart")
    status, _ = _login(trial, "nacos", PASSWORD)
    if status == 200:
        raise AssertionError("five failures lock nothing")
    if "sign-in locked" not in trial.server.log():
        raise AssertionError("the lock is not in the log")
    trial.wait(2.5)
    _check_login(trial, "nacos", PASSWORD, True)


def ldap(trial):
    """People of an LDAP directory sign in with its passwords, and with nothing else."""
    trial.directory = directory = Directory(os.path.join(trial.server.directory, "ldap"),
                                            [("joe", "joe-secret"), ("twin", "twin-secret"), ("twin", "twin-secret")])
    trial.server.settings = SIGN_IN + (
        "--nacos.core.auth.system.type=ldap", f"--nacos.core.auth.ldap.url={directory.url}",
        f"--nacos.core.auth.ldap.basedc={BASE}", f"--nacos.core.auth.ldap.userDn={ADMIN_DN}",
        f"--nacos.core.auth.ldap.password={ADMIN_PASSWORD}", "--batata.auth.lockout.failures=0")
    trial.server.start()
    _make_administrator(trial)
    _check_login(trial, "nacos", PASSWORD, True)  # who is known here needs no directory
    _check_login(trial, "joe", "joe-secret", False, as_user="LDAP_joe")
    for user, password in (("joe", "wrong"), ("joe", ""), ("nobody", "x"), ("*", "joe-secret"), ("jo*", "joe-secret"),
                           ("joe)(uid=*", "joe-secret"), ("twin", "twin-secret"), ("LDAP_joe", "joe-secret"),
                           ("LDAP_joe", ""), ("LDAP_joe", "nacos")):
        status, body = _login(trial, user, password)
        if status == 200:
            raise AssertionError(f"{user!r} signed in with {password!r}: {body[:200]!r}")
    directory.close()
    status, body = _login(trial, "joe", "joe-secret")
    if status == 200:
        raise AssertionError("a directory that is not there let somebody in")
    _check_login(trial, "nacos", PASSWORD, True)
    directory.start()
    _check_login(trial, "joe", "joe-secret", False, as_user="LDAP_joe")


def ldap_pattern(trial):
    """With a pattern of people's entries nothing is searched, and the name cannot leave its place in it."""
    trial.directory = directory = Directory(os.path.join(trial.server.directory, "ldap"), [("joe", "joe-secret")])
    trial.server.settings = SIGN_IN + (
        "--nacos.core.auth.system.type=ldap", f"--nacos.core.auth.ldap.url={directory.url}",
        f"--nacos.core.auth.ldap.userDn=cn={{0}}-0,{BASE}", "--batata.auth.lockout.failures=0")
    trial.server.start()
    _check_login(trial, "joe", "joe-secret", False, as_user="LDAP_joe")
    for user in ("joe-0,dc=example,dc=org", "joe-0", "*"):
        status, body = _login(trial, user, "joe-secret")
        if status == 200:
            raise AssertionError(f"{user!r} signed in: {body[:200]!r}")


def _claim(port, password, start, answers):
    connection = nacos_http.Connection(port, timeout=30.0)
    start.wait()
    _, _, body = connection.request("POST", ADMIN, form={"password": password})
    answers.append(json.loads(body))


def _make_administrator(trial):
    status, _, body = _http(trial).request("POST", ADMIN, form={"password": PASSWORD})
    if status != 200 or json.loads(body).get("username") != "nacos":
        raise AssertionError(f"the first administrator was answered {status} {body!r}")


def _login(trial, user, password):
    status, _, body = _http(trial).request("POST", LOGIN, form={"username": user, "password": password})
    return status, body


def _check_login(trial, user, password, is_admin, as_user=None):
    """The token."""
    status, body = _login(trial, user, password)
    if status != 200:
        raise AssertionError(f"{user} was answered {status} {body[:200]!r}")
    answer = json.loads(body)
    found = (answer["username"], answer["globalAdmin"])
    if found != (as_user or user, is_admin):
        raise AssertionError(f"{user} signed in as {found}")
    return answer["accessToken"]


def _http(trial):
    return nacos_http.Connection(trial.server.port)


class Trial:
    """A server that is not running yet, and the directory that a case may start beside it."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)
        self.directory = None

    def wait(self, seconds):
        """Lets time pass that only the server's own clock can tell."""
        threading.Event().wait(seconds)

    def close(self):
        """Ends what runs beside the server. Never fails."""
        if self.directory is not None:
            self.directory.close()


ALL = [first_administrator, token_key, lock_out, ldap, ldap_pattern]
