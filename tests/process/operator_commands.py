"""The commands of an operator against a real server: what they print, how they end, and that they outlive a restart."""

import json
import os
import pty
import shutil
import signal
import subprocess
import threading

import nacos_http
import processes
from fixture import ADMIN_PASSWORD, GUARD, add_users, check, check_equal, eventually
from server import Server

try:
    import yaml
except ImportError:  # a second reader, where there is one
    yaml = None

COMMAND_S = 30
RESTART_S = 20.0


class Running:
    """A command that goes on until it is told to stop, and what it has printed so far."""

    def __init__(self, command, environment):
        self.process = processes.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        self.out, self.error = [], []
        self._readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                         for pair in ((self.process.stdout, self.out), (self.process.stderr, self.error))]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream, lines):
        for line in stream:
            lines.append(line.rstrip("\n"))

    def wait_for(self, lines, text, timeout=10.0):
        eventually(timeout, lambda: any(text in line for line in lines), f"'{text}' from {self.process.args}: {self.out} {self.error}")

    def interrupt(self):
        """Sends what Ctrl-C does; the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(5)
        for reader in self._readers:
            reader.join(5)
        return code


class Trial:
    """One server, and commands against it."""

    def __init__(self, binary, directory):
        self.binary = binary
        self.directory = directory
        self.server = Server(binary, directory)
        self.environment = {}

    def path(self, name):
        return os.path.join(self.directory, name)

    def surroundings(self):
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("BATATA_", "XDG_"))}
        return {**plain, "XDG_CONFIG_HOME": self.path("config"), "BATATA_ADDR": self.server.address, **self.environment}

    def run(self, *words, stdin=None):
        """(exit code, standard output, standard error)."""
        done = subprocess.run([self.binary, *words], capture_output=True, text=True, timeout=COMMAND_S, check=False, input=stdin,
                              env=self.surroundings())
        return done.returncode, done.stdout, done.stderr

    def done(self, *words, stdin=None):
        """Standard output of a command that must be done."""
        code, out, error = self.run(*words, stdin=stdin)
        check_equal((code, error), (0, ""), " ".join(words))
        return out

    def start(self, *words):
        return Running([self.binary, *words], self.surroundings())


def watch(trial):
    """`config watch` tells each change, waits for a server that is killed and started again, and ends with 0 at Ctrl-C."""
    trial.server.start()
    watching = trial.start("config", "watch", "a", "b", "-o", "json")
    watching.wait_for(watching.error, "watching b in group DEFAULT_GROUP of namespace public: it is not there")
    trial.done("config", "set", "a", "1")
    watching.wait_for(watching.out, '"content":"1"')
    trial.server.kill()
    watching.wait_for(watching.error, "it is asked again each second")
    trial.server.start()
    trial.done("config", "set", "b", "2")
    watching.wait_for(watching.error, "the server is back", RESTART_S)
    watching.wait_for(watching.out, '"content":"2"')
    trial.done("config", "delete", "a")
    watching.wait_for(watching.out, '"event":"deleted","dataId":"a"')
    check_equal(watching.interrupt(), 0, "the end of a watch")
    check_equal([json.loads(line)["event"] for line in watching.out], ["created", "created", "deleted"], "what was told")
    trial.server.stop()


def history(trial):
    """What was published wrongly is found in the history, compared and rolled back; what was deleted comes back with its type."""
    trial.server.start()
    trial.done("config", "set", "app.yml", "a: 1\nb: 2\n", "--type", "yaml")
    trial.done("config", "set", "app.yml", "a: 1\nb: wrong\n", "--type", "yaml")
    rows = json.loads(trial.done("config", "history", "app.yml", "-o", "json"))["history"]
    check_equal([row["change"] for row in rows], ["changed", "created"], "the history")
    newest = rows[0]["id"]
    check_equal(trial.done("config", "diff", "app.yml", newest),
                f"--- app.yml (history {newest})\n+++ app.yml (current)\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: wrong\n", "the difference")
    code, _, error = trial.run("config", "rollback", "app.yml", newest, "--cas-md5", "0" * 32)
    check_equal((code, "--cas-md5" in error), (4, True), "a rollback over something else")
    trial.done("config", "rollback", "app.yml", newest)
    check_equal(trial.done("config", "get", "app.yml"), "a: 1\nb: 2\n", "what is there then")
    trial.done("config", "delete", "app.yml")
    deletion = json.loads(trial.done("config", "history", "app.yml", "-o", "json"))["history"][0]
    check_equal(deletion["change"], "deleted", "the newest change")
    trial.done("config", "rollback", "app.yml", deletion["id"])
    found = json.loads(trial.done("config", "get", "app.yml", "-o", "json"))
    check_equal((found["content"], found["type"]), ("a: 1\nb: 2\n", "yaml"), "what came back")
    trial.server.stop()


def transfer(trial):
    """An export of one namespace is imported into another; what is there already ends it, is kept, or is replaced."""
    trial.server.start()
    for name in ("a", "b"):
        trial.done("config", "set", name, f"value of {name}")
    archive = trial.path("all.zip")
    trial.done("config", "export", archive)
    check_equal(trial.run("config", "export", archive)[0], 4, "an export over a file")
    trial.done("config", "set", "a", "changed")
    check_equal(trial.run("config", "import", archive)[0], 4, "an import that meets something")
    check_equal(trial.done("config", "get", "a"), "changed", "what it met")
    check("skipped" in trial.done("config", "import", archive, "--policy", "skip"), "nothing was skipped")
    check_equal(trial.done("config", "get", "a"), "changed", "what was skipped")
    trial.done("config", "import", archive, "--policy", "overwrite")
    check_equal(trial.done("config", "get", "a"), "value of a", "what was replaced")
    code, _, error = trial.run("config", "import", trial.binary, "--namespace", "nowhere")
    check_equal((code, "next: " in error), (3 if "namespace" in error else 2, True), "an import of nothing")
    trial.server.stop()


def services(trial):
    """A persistent instance stays; one that the command keeps outlives the server's memory and goes with the command."""
    trial.server.start()
    trial.done("service", "register", "db", "10.0.0.1:5432", "--metadata", "role=primary")
    watching = trial.start("service", "watch", "web")
    watching.wait_for(watching.error, "watching web")
    keeping = trial.start("service", "register", "web", "10.0.0.2:80", "--ephemeral")
    watching.wait_for(watching.out, "added  10.0.0.2:80")
    trial.server.kill()
    keeping.wait_for(keeping.error, "it is asked again each second")
    trial.server.start()
    keeping.wait_for(keeping.error, "the server is back", RESTART_S)
    eventually(RESTART_S, lambda: trial.run("service", "show", "web")[0] == 0, "the instance that beats keep")
    check_equal(keeping.interrupt(), 0, "the end of a registration")
    watching.wait_for(watching.out, "removed  10.0.0.2:80", RESTART_S)
    check_equal(watching.interrupt(), 0, "the end of a watch")
    shown = json.loads(trial.done("service", "show", "db", "-o", "json"))
    check_equal([(each["ip"], each["ephemeral"], each["metadata"]) for each in shown["instances"]],
                [("10.0.0.1", False, {"role": "primary"})], "what stays")
    trial.done("service", "deregister", "db", "10.0.0.1:5432")
    check_equal(trial.run("service", "deregister", "db", "10.0.0.1:5432")[0], 3, "a second time")
    trial.server.stop()


def type_on_terminal(trial, words, *typed):
    """(exit code, what the terminal showed) of a command whose standard input and error are a terminal on which is typed."""
    leader, follower = pty.openpty()
    process = processes.start([trial.binary, *words], stdin=follower, stdout=follower, stderr=follower, env=trial.surroundings())
    os.close(follower)
    shown = b""
    for prompt, text in typed:
        while prompt.encode() not in shown:
            shown += os.read(leader, 4096)
        os.write(leader, text.encode())
    try:
        while chunk := os.read(leader, 4096):
            shown += chunk
    except OSError:  # how a terminal says that nobody has it open any more
        pass
    code = process.wait(COMMAND_S)
    os.close(leader)
    return code, shown.decode()


def access(trial):
    """Users, roles and permissions are made and removed; passwords come from standard input or a terminal that does not show them."""
    trial.server.settings = GUARD
    trial.server.start()
    add_users(trial.server.port)
    check_equal(trial.run("user", "list")[0], 5, "somebody who has not signed in")
    trial.environment = {"BATATA_USERNAME": "nacos", "BATATA_PASSWORD": ADMIN_PASSWORD}
    trial.done("user", "create", "ann", stdin="secret of ann\n")
    check_equal(trial.run("user", "create", "ann", stdin="secret of ann\n")[0], 4, "a second time")
    check_equal(trial.run("user", "create", "bob", stdin="")[0], 2, "no password")
    code, shown = type_on_terminal(trial, ["user", "create", "bob"], ("password of bob: ", "wrong\x15secrex\x7ft\r"), ("again: ", "secret\r"))
    check_equal((code, "secre" in shown, "created user bob" in shown), (0, False, True), f"a password that is typed: {shown}")
    code, shown = type_on_terminal(trial, ["user", "password", "bob"], ("password of bob: ", "one\r"), ("again: ", "two\r"))
    check_equal((code, "differ" in shown), (2, True), "two passwords")
    check_equal(type_on_terminal(trial, ["user", "password", "bob"], ("password of bob: ", "one\x03"))[0], 2, "Ctrl-C")
    trial.done("role", "create", "dev", "ann")
    trial.done("permission", "create", "dev", "public:*:*", "r")
    trial.done("config", "set", "a", "1")
    trial.environment = {"BATATA_USERNAME": "ann", "BATATA_PASSWORD": "secret of ann"}
    check_equal(trial.done("config", "get", "a"), "1", "what ann may read")
    check_equal(trial.run("config", "set", "a", "2")[0], 5, "what ann may not write")
    trial.environment = {"BATATA_USERNAME": "nacos", "BATATA_PASSWORD": ADMIN_PASSWORD}
    check("dev   public:*:*  r" in trial.done("permission", "list", "--role", "dev"), "the permission is not listed")
    trial.done("permission", "delete", "dev", "public:*:*", "r")
    trial.done("role", "delete", "dev", "ann")
    trial.done("user", "delete", "ann")
    check("ann" not in trial.done("user", "list"), "ann is still there")
    trial.done("namespace", "create", "dev", "--name", "Development")
    trial.done("config", "set", "a", "of dev", "--namespace", "dev")
    check("dev     Development" in trial.done("namespace", "list"), "the namespace is not listed")
    trial.done("namespace", "delete", "dev")
    check_equal(trial.run("namespace", "delete", "dev")[0], 3, "a second time")
    trial.server.stop()


def profiles(trial):
    """A profile says where a server is and who asks; its token's file is not shown, and goes to no other server. YAML is what JSON is."""
    trial.server.settings = GUARD
    trial.server.start()
    add_users(trial.server.port)
    address, trial.environment = trial.server.address, {"BATATA_ADDR": ""}
    token, secret = trial.path("token"), nacos_http.Connection(trial.server.port).log_in("nacos", ADMIN_PASSWORD)
    with open(os.open(token, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as out:
        out.write(secret + "\n")
    trial.done("profile", "add", "here", "--server", address, "--token-file", token, "--group", "shop")
    kept = trial.path("config/batata/profiles.json")
    check_equal(os.stat(kept).st_mode & 0o777, 0o600, "who may read the profiles")
    check(secret not in open(kept, encoding="utf-8").read(), "the token is among the profiles")
    content = "a: 1\nb: ' x'\n\n\tc: no\n"
    trial.done("config", "set", "app.yml", content, "--type", "yaml", "--profile", "here")
    check_equal(trial.run("config", "get", "app.yml", "--server", address)[0], 5, "another way to the server")
    trial.done("profile", "use", "here")
    as_json, as_yaml = (trial.done("config", "get", "app.yml", "-o", form) for form in ("json", "yaml"))
    check_equal(json.loads(as_json)["group"], "shop", "the group of the profile")
    check_equal(as_yaml.splitlines()[-5:], ["content: |", "  a: 1", "  b: ' x'", "", "  \tc: no"], "the content as YAML")
    if yaml is not None:
        check_equal(yaml.safe_load(as_yaml), json.loads(as_json), "YAML and JSON")
    check("here" in trial.done("profile", "list"), "the profile is not listed")
    trial.done("profile", "remove", "here")
    check_equal(trial.run("config", "get", "app.yml", "--profile", "here")[0], 3, "a profile that is gone")
    trial.server.stop()


def completed(trial, line):
    """What bash offers behind `line`, with the script that the program prints."""
    words = line.split(" ")
    script = ('source <("$1" completion bash); COMP_WORDS=("${@:2}"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _batata; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "--norc", "-c", script, "bash", trial.binary, *words], capture_output=True, text=True, timeout=COMMAND_S,
                          check=False, cwd=trial.directory)
    check_equal(done.stderr, "", f"what bash says to '{line}'")
    return done.stdout.split()


def completion(trial):
    """A real bash completes commands, options, their values and files, and passes over the values of options."""
    with open(trial.path("all.zip"), "w", encoding="utf-8"):
        pass
    for line, expected in (("batata conf", ["config"]), ("batata config ro", ["rollback"]), ("batata -o js", ["json"]),
                           ("batata --namespace config service dereg", ["deregister"]), ("batata config import al", ["all.zip"]),
                           ("batata config import x --policy ", ["abort", "skip", "overwrite"]), ("batata tls cert create n --us", ["--use"]),
                           ("batata completion ", ["bash", "zsh", "fish"]), ("batata status --ca-file al", ["all.zip"]),
                           ("batata config watch --di", ["--diff"]), ("batata config nonsense ", completed(trial, "batata config "))):
        check_equal(completed(trial, line), expected, f"'{line}'")
    check("get" in completed(trial, "batata config "), "get is not offered")


def manual(trial):
    """man shows the page without a warning; a page for every command."""
    page = trial.path("batata.1")
    with open(page, "w", encoding="utf-8") as out:
        out.write(trial.done("help", "--man"))
    if shutil.which("man") is None:
        return
    shown = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True, timeout=COMMAND_S, check=False,
                           env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8", "MANPAGER": "cat"})
    check_equal((shown.returncode, shown.stderr), (0, ""), "what man says")
    check("batata config rollback DATA_ID ID" in shown.stdout, "the page does not have `config rollback`")


def top(trial):
    """One frame where there is no terminal; on a terminal one each second, until Ctrl-C."""
    trial.server.start()
    frame = json.loads(trial.done("top", "-o", "json"))
    check(frame["memoryBytes"] > 1 << 20 and frame["httpPerSecond"] > 0, f"an odd frame: {frame}")
    leader, follower = pty.openpty()
    process = processes.start([trial.binary, "top"], stdin=follower, stdout=follower, stderr=follower, env=trial.surroundings())
    os.close(follower)
    shown = b""
    while shown.count(b"\x1b[2J") < 2:
        shown += os.read(leader, 4096)
    process.send_signal(signal.SIGINT)
    check_equal(process.wait(5), 0, "the end of top")
    check(b"HTTP requests" in shown, f"no frame: {shown}")
    os.close(leader)
    trial.server.stop()


ALL = [watch, history, transfer, services, access, profiles, completion, manual, top]
