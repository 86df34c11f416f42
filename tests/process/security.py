"""Sign-in switched on: what comes without proof is refused, and beside each refusal stands what is let in."""

import base64
import concurrent.futures
import hmac
import http.client
import json
import os
import socket
import stat
import time
import urllib.parse

from server import Server
from spellings import GUARDED, OTHER, QUESTION, SAME, TAILS

IDENTITY = ("x-process-test", "not-a-default")
PASSWORD = "a password of the test"
CONFIG = "/nacos/v1/cs/configs?dataId=guarded&group=g"
TIMEOUT_S = 15.0
FAILURES_MAX = 5  # the server's default
RACERS = 100

# What upstream says where its database is an external one, so that it cannot be asked here.
NO_DATABASE = ('"message":"The current storage mode is not Derby","data":null}',
               '"message":"Limited to embedded storage mode","data":null}')

# Keys that products were once delivered with, as text and decoded.
OLD_KEYS = (b"SecretKey012345678901234567890123456789012345678901234567890123456789",
            b"VGhpc0lzTXlDdXN0b21TZWNyZXRLZXkwMTIzNDU2Nzg=",
            base64.b64decode("VGhpc0lzTXlDdXN0b21TZWNyZXRLZXkwMTIzNDU2Nzg="),
            b"NzViOWFlZjQtYTg5MS00OTQ2LWE1NzktZjE5NzIxNGM0NTQ2", b"", b"\0" * 32)


def s01_a_user_agent_opens_nothing(trial):
    """Every write that calls itself a server is refused; the same with a token is done."""
    trial.start()
    agent = {"User-Agent": "Nacos-Server"}
    for method, target in writes():
        trial.expect(403, method, target, headers=agent)
        trial.expect(200, method, target, token=trial.admin, headers=agent)


def s02_no_default_server_identity_exists(trial):
    """Forged identities are refused, also the one that was published; the configured one is let in."""
    trial.start()
    for name, value in (("serverIdentity", "security"), ("default-server-key", "default-server-value"),
                        ("nacos", "nacos"), (IDENTITY[0], ""), (IDENTITY[0], "x"), (IDENTITY[0], IDENTITY[1] + "x")):
        for method, target in writes():
            trial.expect(403, method, target, headers={name: value})
    for method, target in writes():
        trial.expect(200, method, target, headers={IDENTITY[0]: IDENTITY[1]})
    trial.expect(403, "GET", "/nacos/v3/auth/user/list?pageNo=1&pageSize=10", headers={IDENTITY[0]: IDENTITY[1]})


def s03_no_spelling_of_a_path_goes_around(trial):
    """Each spelling of a guarded path is refused, or is no path of ours; with a token the same spellings are answered."""
    trial.start()
    trial.expect(200, "POST", CONFIG + "&content=secret", token=trial.admin)
    host = f"http://127.0.0.1:{trial.server.port}"
    for path in SAME:
        for version in ("1.0", "1.1"):
            for before in ("", host):
                refused, body = trial.raw(f"GET {before}{path}{QUESTION} HTTP/{version}")
                check(refused == 403 and b"secret" not in body, f"{before}{path} with HTTP/{version}: {refused}")
        for tail in TAILS:
            refused, body = trial.raw(f"GET {path}{QUESTION}{tail} HTTP/1.1")
            check(refused in (400, 403) and b"secret" not in body, f"{path} with {tail}: {refused}")
        let_in, body = trial.raw(f"GET {path}{QUESTION}&accessToken={trial.admin} HTTP/1.1")
        check((let_in, body) == (200, b"secret"), f"{path} with a token: {let_in} {body!r}")
    for path in OTHER:
        refused, body = trial.raw(f"GET {path}{QUESTION} HTTP/1.1")
        check(refused in (400, 403, 404) and b"secret" not in body, f"{path}: {refused} {body!r}")
    for blank in (" ", "\t"):
        refused, body = trial.raw(f"GET {GUARDED}{blank}{QUESTION} HTTP/1.1")
        check(refused == 400, f"a blank behind the path: {refused} {body!r}")


def s04_tokens_of_others_are_refused(trial):
    """Tokens by old public keys, without a signature, out of date or huge are refused; one by this server's key is not."""
    trial.start()
    with open(trial.key_path(), "rb") as file:
        key = base64.b64decode(file.read().strip())
    now = int(time.time())
    good = {"sub": "nacos", "exp": now + 3600}
    bad = [token(old, good) for old in OLD_KEYS]
    bad += [token(key, good, {"alg": "none"}), token(key, good, {"alg": "none"}).rsplit(".", 1)[0] + ".",
            token(key, good, {"alg": "RS256"}), token(key, good, {"alg": "HS256", "typ": "JWT"}),
            token(key, {"sub": "nacos", "exp": now - 10}), token(key, {"sub": "nacos"}),
            token(key, {**good, "nbf": now + 3600}), token(key, {"sub": "nobody", "exp": now + 3600}),
            token(key, {**good, "pad": "x" * 6000}), "AUTH_DISABLED", "a.b.c", "x" * 20_000]
    for one in bad:
        status, _ = trial.call("GET", CONFIG, headers={"accessToken": one})
        check(status in (403, 431), f"{one[:60]} answered {status}")
    trial.expect(404, "GET", CONFIG, headers={"accessToken": token(key, good)})


def s05_each_installation_makes_its_own_key(trial):
    """Without a key in the settings one is made, kept to its owner, and kept over a restart."""
    trial.start()
    mode = stat.S_IMODE(os.stat(trial.key_path()).st_mode)
    check(mode == 0o600, f"the key's file has mode {mode:o}")
    other = Trial(trial.server.binary, trial.server.directory + "-other")
    try:
        other.start()
        trial.expect(403, "GET", CONFIG, token=other.admin)
        other.expect(403, "GET", CONFIG, token=trial.admin)
    finally:
        other.server.discard()
    trial.server.stop()
    trial.server.start()
    trial.expect(404, "GET", CONFIG, token=trial.admin)


def s06_no_database_shell_answers(trial):
    """Upstream's ways to its database run nothing, not even for the administrator: there is none, and they say so."""
    trial.start()
    for path in ("/nacos/v1/cs/ops/derby?sql=select+1", "/nacos/v1/cs/ops/derby/import", "/nacos/v1/cs/ops/data/removal",
                 "/nacos/v3/admin/cs/ops/derby?sql=select+1", "/nacos/v3/admin/cs/ops/derby/import"):
        for method in ("GET", "POST"):
            status, text = trial.call(method, path)
            check(status >= 400, f"{method} {path} answered {status}")
            status, text = trial.call(method, path, token=trial.admin)
            there_is_none = any(said in text for said in NO_DATABASE)
            check(status >= 400 or there_is_none, f"{method} {path} answered the administrator {status} {text}")


def s09_guessing_is_stopped(trial):
    """Five wrong passwords lock the account, known or not, with one text; who has signed in from here goes on."""
    trial.start()
    trial.expect(200, "POST", "/nacos/v3/auth/user", token=trial.admin, form={"username": "joe", "password": PASSWORD})
    seen = set()
    for _ in range(FAILURES_MAX):
        seen.add(trial.log_in("joe", "wrong"))
    check(len(seen) == 1 and seen.pop()[0] == 403, f"wrong passwords were told apart: {seen}")
    locked, unknown = trial.log_in("joe", PASSWORD), trial.log_in("nobody-of-that-name", "x")
    check(locked == unknown and locked[0] == 429, f"after {FAILURES_MAX} failures: {locked}, somebody unknown: {unknown}")
    check("sign-in locked" in trial.server.log(), "the lock was not logged")
    check(PASSWORD not in trial.server.log(), "a password was logged")
    check(trial.log_in("nacos", PASSWORD)[0] == 200, "the administrator was locked out by a stranger")


def s11_the_first_administrator_is_made_once(trial):
    """Of a hundred who want to be the first administrator at once one is; afterwards nobody."""
    trial.server.start()
    with concurrent.futures.ThreadPoolExecutor(RACERS) as racers:
        passwords = [f"password {number}" for number in range(RACERS)]
        answers = list(racers.map(lambda password: trial.call("POST", "/nacos/v3/auth/user/admin",
                                                              form={"password": password}), passwords))
    made = [password for password, (status, text) in zip(passwords, answers)
            if status == 200 and json.loads(text).get("code") == 0]
    check(len(made) == 1, f"{len(made)} were made: {answers[:3]}")
    status, text = trial.call("POST", "/nacos/v3/auth/user/admin", form={"password": "late"})
    check(json.loads(text)["code"] == 409, f"a later one was answered {status} {text}")
    check(trial.log_in("nacos", made[0])[0] == 200, "the winner cannot sign in")
    check(trial.log_in("nacos", "late")[0] == 403, "the late one can sign in")


def s12_nothing_is_told_without_proof(trial):
    """Configs and services of v1, v2 and v3 are refused to nobody and to a user without rights, and given to the administrator."""
    trial.start()
    trial.expect(200, "POST", "/nacos/v3/auth/user", token=trial.admin, form={"username": "joe", "password": PASSWORD})
    joe = json.loads(trial.log_in("joe", PASSWORD)[1])["accessToken"]
    reads = [("GET", target) for target in (
        CONFIG, "/nacos/v1/cs/configs?search=blur&dataId=&group=&pageNo=1&pageSize=10", "/nacos/v2/cs/config?dataId=d&group=g",
        "/nacos/v3/client/cs/config?dataId=d&groupName=g", "/nacos/v1/ns/instance/list?serviceName=s",
        "/nacos/v1/ns/service/list?pageNo=1&pageSize=10", "/nacos/v3/client/ns/instance/list?serviceName=s",
        "/nacos/v1/auth/users?search=accurate&pageNo=1&pageSize=10", "/nacos/v3/auth/user/list?pageNo=1&pageSize=10",
        "/v3/auth/user/list?pageNo=1&pageSize=10")]
    for method, target in reads + writes():
        trial.expect(403, method, target)
        trial.expect(403, method, target, token=joe)
        status, text = trial.call(method, target, token=trial.admin)
        check(status in (200, 404), f"{method} {target} answered the administrator {status} {text}")
    trial.expect(200, "GET", "/nacos/v1/console/server/state")


def s12_a_right_to_one_thing_reaches_no_further(trial):
    """No name, spelling or encoding beside it leads a user with a right to one config and one service to others."""
    trial.start()
    trial.expect(200, "POST", "/nacos/v3/auth/user", token=trial.admin, form={"username": "joe", "password": PASSWORD})
    trial.expect(200, "POST", "/nacos/v3/auth/role", token=trial.admin, form={"username": "joe", "role": "reader"})
    for resource in ("public:mine:config/*", "public:DEFAULT_GROUP:naming/mine*"):
        trial.expect(200, "POST", "/nacos/v3/auth/permission", token=trial.admin,
                     form={"role": "reader", "resource": resource, "action": "rw"})
    joe = json.loads(trial.log_in("joe", PASSWORD)[1])["accessToken"]
    trial.expect(200, "POST", "/nacos/v1/cs/configs?dataId=d&group=mine&content=1", token=joe)
    trial.expect(200, "GET", "/nacos/v1/ns/instance/list?serviceName=mine", token=joe)
    config, service = "group=mine&groupName=mine&dataId=d", "serviceName=mine&groupName=DEFAULT_GROUP&pageNo=1&pageSize=10"
    around = [("GET", "/nacos/v1/cs/history/configs?tenant=&" + config), ("POST", "/nacos/v1/cs/capacity?quota=1&" + config),
              ("POST", "/nacos/v1/cs/configs?import=true&namespace=&" + config),
              ("GET", "/nacos/v1/cs/communication/watcherConfigs?ip=127.0.0.1&" + config),
              ("GET", "/nacos/v1/ns/service/list?" + service), ("GET", "/nacos/v1/ns/service/names?" + service),
              ("GET", "/nacos/v1/ns/catalog/services?" + service), ("GET", "/nacos/v1/ns/service/subscribers?" + service),
              ("GET", "/nacos/v2/ns/service/list?" + service),
              ("GET", "/nacos/v1/ns/instance/list?serviceName=mine%2540%2540x&encoding=utf-8"),
              ("POST", "/nacos/v1/ns/instance?serviceName=mine%2540%2540x&encoding=latin1&ip=10.1.0.1&port=1")]
    for method, target in around:
        trial.expect(403, method, target, token=joe)
        status, text = trial.call(method, target, token=trial.admin)
        check(status != 403, f"{method} {target} was refused to the administrator: {text[:200]}")


def s43_nobody_writes_lines_into_the_log(trial):
    """Line ends and terminal codes in a name are written as such."""
    trial.start()
    trial.log_in("a\r\n2026-01-01 INFO forged\x1b[31m\0", "x")
    log = trial.server.log()
    check("sign-in failed" in log, "the failure was not logged")
    check("\n2026-01-01 INFO forged" not in log and "\x1b" not in log and "\0" not in log, "the log shows what was sent")


def s13_stored_text_is_no_page_that_runs(trial):
    """Every answer forbids guessing its type, and a config that is a page of HTML may run nothing and lie in no frame."""
    trial.start()
    page = "<script>fetch('/nacos/v3/auth/user/list')</script>"
    for kind in ("html", "xml", "json", "text"):
        trial.expect(200, "POST", "/nacos/v1/cs/configs", token=trial.admin,
                     form={"dataId": kind, "group": "g", "content": page, "type": kind})
        status, text, headers = trial.answer("GET", f"/nacos/v1/cs/configs?dataId={kind}&group=g", token=trial.admin)
        check((status, text) == (200, page), f"the config is answered {status} {text}")
        check(headers["X-Content-Type-Options"] == "nosniff", f"{kind} may be guessed at: {headers}")
        media_type, policy = headers["Content-Type"] or "", headers["Content-Security-Policy"] or ""
        inert = media_type.startswith(("text/plain", "application/json"))
        strict = all(part in policy for part in ("default-src 'none'", "frame-ancestors 'none'", "sandbox"))
        check(inert or strict, f"a browser would run {media_type} under '{policy}'")
    for target in ("/", "/nacos/v1/cs/configs", "/nacos/v3/admin/core/state", "/nacos/nosuch", "/v3/console/server/state"):
        _, _, headers = trial.answer("GET", target)
        check(headers["X-Content-Type-Options"] == "nosniff", f"{target} may be guessed at: {headers}")


def s17_the_last_administrator_stays(trial):
    """Neither the administrator nor its role can be removed, nor the role be given away; other users can go."""
    trial.start()
    for method, target in (("DELETE", "/nacos/v3/auth/user?username=nacos"), ("DELETE", "/nacos/v1/auth/users?username=nacos"),
                           ("DELETE", "/nacos/v3/auth/role?role=ROLE_ADMIN"),
                           ("DELETE", "/nacos/v1/auth/roles?role=ROLE_ADMIN&username=nacos"),
                           ("POST", "/v3/auth/role?role=ROLE_ADMIN&username=nacos")):
        trial.expect(400, method, target, token=trial.admin)
    trial.expect(200, "POST", "/nacos/v3/auth/user", token=trial.admin, form={"username": "joe", "password": PASSWORD})
    trial.expect(200, "DELETE", "/nacos/v3/auth/user?username=joe", token=trial.admin)
    trial.expect(200, "GET", "/nacos/v3/auth/user/list?pageNo=1&pageSize=10", token=trial.admin)


def writes():
    """Writes that the server does at once for who may."""
    return [("POST", CONFIG + "&content=1"), ("DELETE", CONFIG), ("POST", "/nacos/v2/cs/config?dataId=d&group=g&content=1"),
            ("POST", "/nacos/v1/ns/instance?serviceName=s&ip=10.1.0.1&port=1"),
            ("DELETE", "/nacos/v1/ns/instance?serviceName=s&ip=10.1.0.1&port=1"),
            ("POST", "/nacos/v3/client/ns/instance?serviceName=s&ip=10.1.0.1&port=1")]


def token(key, claims, header=None):
    """A JWT signed with HMAC-SHA-256, whatever its header says."""
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")
    text = part(json.dumps(header or {"alg": "HS256"}, separators=(",", ":")).encode()) + b"."
    text += part(json.dumps(claims, separators=(",", ":")).encode())
    return (text + b"." + part(hmac.digest(key, text, "sha256"))).decode()


def check(right, complaint):
    if not right:
        raise AssertionError(complaint)


class Trial:
    """One server on which everybody must sign in; it is not up yet."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)
        self.server.settings = ("--nacos.core.auth.enabled=true",
                                f"--nacos.core.auth.server.identity.key={IDENTITY[0]}",
                                f"--nacos.core.auth.server.identity.value={IDENTITY[1]}")
        self.admin = None  # a token

    def start(self):
        """Starts the server, makes its administrator and signs in."""
        self.server.start()
        self.expect(200, "POST", "/nacos/v3/auth/user/admin", form={"password": PASSWORD})
        self.admin = json.loads(self.log_in("nacos", PASSWORD)[1])["accessToken"]

    def key_path(self):
        return os.path.join(self.server.data_directory, "token-key")

    def log_in(self, user, password):
        """(status, body) of a login of 1.x, whose refusals have no time in them."""
        return self.call("POST", "/nacos/v1/auth/users/login", form={"username": user, "password": password})

    def call(self, method, target, **more):
        """(status, body text) of one request on a connection of its own."""
        return self.answer(method, target, **more)[:2]

    def answer(self, method, target, token=None, form=None, headers=None):
        """(status, body text, headers) of one."""
        sent = dict(headers or {})
        if token:
            sent["accessToken"] = token
        body = urllib.parse.urlencode(form) if form else None
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, target, body=body, headers=sent)
            response = connection.getresponse()
            return response.status, response.read().decode("utf-8"), response.headers
        finally:
            connection.close()

    def expect(self, status, method, target, **more):
        got, text = self.call(method, target, **more)
        check(got == status, f"{method} {target} answered {got} instead of {status}: {text[:200]}")

    def raw(self, line):
        """(status, body) of a request line as it stands."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=TIMEOUT_S) as client:
            client.sendall(line.encode("latin-1") + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
            response = http.client.HTTPResponse(client)
            response.begin()
            return response.status, response.read()


ALL = [s01_a_user_agent_opens_nothing, s02_no_default_server_identity_exists, s03_no_spelling_of_a_path_goes_around,
       s04_tokens_of_others_are_refused, s05_each_installation_makes_its_own_key, s06_no_database_shell_answers,
       s09_guessing_is_stopped, s11_the_first_administrator_is_made_once, s12_nothing_is_told_without_proof,
       s12_a_right_to_one_thing_reaches_no_further, s13_stored_text_is_no_page_that_runs, s17_the_last_administrator_stays,
       s43_nobody_writes_lines_into_the_log]
