"""The logs of a server on which everybody must sign in: which requests are told of, who changed what, and that no secret is in any of it."""

import json
import os
import re
import signal
import time

import security

SECRETS = {name: f"planted-{name}-4711" for name in ("password", "changed-password", "wrong-password", "content", "parameter")}
ACCESS_LINE = re.compile(r'^\S+ - \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "[^"]*" \d{3} \d+ "[^"]*" "[^"]*" \d+\.\d{3}$')
WAIT_S = 15.0


def no_secret_is_in_any_log(trial):
    """A session of everything that is audited, at level trace: each step is an event, and no secret is in any file."""
    trial.start(level="trace")
    steps = session(trial)
    secrets = [*SECRETS.values(), security.PASSWORD, trial.admin, trial.user_token, *trial.more_secrets()]
    events = trial.events(len(steps))
    got = [(event["action"], event["result"], event["user"]) for event in events]
    for step in steps:
        if step not in got:
            raise AssertionError(f"{step} is not among the events: {got}")
    for event in events:
        if event["client"] != "127.0.0.1":
            raise AssertionError(f"not from here: {event}")
    trial.server.stop()
    for path in trial.log_files():
        with open(path, "rb") as file:
            text = file.read()
        if not text:
            raise AssertionError(f"{path} is empty")
        for secret in secrets:
            if secret.encode() in text:
                raise AssertionError(f"{path} shows {secret}")


def session(trial):
    """Does what is audited, and gives the events that it should be."""
    admin, done = trial.admin, []

    def step(event, status, method, target, token=admin, who="nacos", **more):
        trial.expect(status, method, target, token=token, **more)
        done.append((event, "done" if status == 200 else "refused", who if status == 200 else ""))

    secret = SECRETS
    step("user.create", 200, "POST", "/nacos/v3/auth/user", form={"username": "ann", "password": secret["password"]})
    step("role.grant", 200, "POST", "/nacos/v3/auth/role", form={"role": "dev", "username": "ann"})
    step("permission.grant", 200, "POST", "/nacos/v3/auth/permission", form={"role": "dev", "resource": "public:*:*", "action": "r"})
    step("sign-in", 403, "POST", "/nacos/v1/auth/users/login", token=None, form={"username": "ann", "password": secret["wrong-password"]})
    trial.user_token = json.loads(trial.log_in("ann", secret["password"])[1])["accessToken"]
    done.append(("sign-in", "done", ""))
    step("config.publish", 403, "POST", "/nacos/v1/cs/configs", token=trial.user_token,
         form={"dataId": "a", "group": "g", "content": secret["content"]})
    step("config.publish", 200, "POST", "/nacos/v1/cs/configs", form={"dataId": "a", "group": "g", "content": secret["content"]})
    step("config.publish", 200, "POST", "/nacos/v3/admin/cs/config", form={"dataId": "b", "groupName": "g", "content": secret["content"]})
    trial.expect(200, "GET", f"/nacos/v1/cs/configs?dataId=a&group=g&accessToken={admin}&tomorrow={secret['parameter']}")
    step("config.delete", 200, "DELETE", "/nacos/v1/cs/configs?dataId=a&group=g")
    step("namespace.create", 200, "POST", "/nacos/v3/admin/core/namespace", form={"namespaceId": "n", "namespaceName": "n"})
    step("namespace.delete", 200, "DELETE", "/nacos/v3/admin/core/namespace?namespaceId=n")
    step("user.password", 200, "PUT", "/nacos/v3/auth/user", form={"username": "ann", "newPassword": secret["changed-password"]})
    step("backup.begin", 200, "POST", "/batata/v1/backups")
    step("log.level", 200, "PUT", "/batata/v1/log/level?level=trace")
    step("permission.revoke", 200, "DELETE", "/nacos/v3/auth/permission?role=dev&resource=public:*:*&action=r")
    step("role.revoke", 200, "DELETE", "/nacos/v3/auth/role?role=dev&username=ann")
    step("user.delete", 200, "DELETE", "/nacos/v3/auth/user?username=ann")
    return done


def access_lines_have_their_form(trial):
    """Each request is one line of the combined format, with the user and without the values of what names nothing."""
    trial.start()
    trial.expect(200, "GET", f"/nacos/v1/cs/configs?search=accurate&dataId=&group=&pageNo=1&pageSize=1&secret={SECRETS['parameter']}", token=trial.admin)
    lines = trial.wait_lines(trial.access, 3)
    for line in lines:
        if not ACCESS_LINE.match(line):
            raise AssertionError(f"not a line of the format: {line}")
    if not re.match(r'^127\.0\.0\.1 - nacos \[.*\] "GET /nacos/v1/cs/configs\?search=accurate&.*&secret=\*\*\* HTTP/1\.1" 200 ', lines[-1]):
        raise AssertionError(lines[-1])


def files_that_are_put_aside_are_begun_anew(trial):
    """SIGHUP opens all three files anew: none of them loses a line, and the server goes on."""
    trial.start()
    counts = {path: len(trial.wait_lines(path, 1)) for path in (trial.access, trial.audit)}
    for path in trial.log_files():
        os.rename(path, path + ".old")
    os.kill(trial.server.pid, signal.SIGHUP)
    limit = time.monotonic() + WAIT_S
    while not all(os.path.exists(path) for path in trial.log_files()):
        if time.monotonic() > limit:
            raise AssertionError("the files were not opened anew")
        time.sleep(0.05)
    trial.expect(200, "PUT", "/batata/v1/log/level?level=info", token=trial.admin)
    for path in trial.log_files():
        trial.wait_lines(path, 1)
    for path, count in counts.items():
        if len(trial.wait_lines(path + ".old", count)) < count:
            raise AssertionError(f"{path} has lost lines")


class Trial(security.Trial):
    """One server with all its logs in files; it is not up yet."""

    def __init__(self, binary, directory):
        super().__init__(binary, directory)
        self.text, self.access, self.audit = (os.path.join(directory, name) for name in ("text.log", "access.log", "audit.log"))
        self.user_token = None

    def start(self, level="info"):
        self.server.settings += (f"--batata.log.file={self.text}", f"--batata.log.access={self.access}", f"--batata.log.audit={self.audit}",
                                 f"--batata.log.level={level}")
        super().start()

    def log_files(self):
        return self.text, self.access, self.audit

    def more_secrets(self):
        """The token key and the identity's value."""
        with open(self.key_path(), encoding="ascii") as file:
            return file.read().strip(), security.IDENTITY[1]

    def events(self, at_least):
        return [json.loads(line) for line in self.wait_lines(self.audit, at_least)]

    @staticmethod
    def wait_lines(path, at_least):
        """The whole lines of a file, once there are so many."""
        limit = time.monotonic() + WAIT_S
        while True:
            lines = []
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    lines = [line[:-1] for line in file if line.endswith("\n")]
            if len(lines) >= at_least:
                return lines
            if time.monotonic() > limit:
                raise AssertionError(f"{path} has {len(lines)} lines, not {at_least}")
            time.sleep(0.05)


ALL = [no_secret_is_in_any_log, access_lines_have_their_form, files_that_are_put_aside_are_begun_anew]
