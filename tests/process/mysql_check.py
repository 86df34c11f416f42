"""The MYSQL health check against a real MariaDB server, which the case starts and ends itself."""

import json
import os
import shutil
import socket
import subprocess
import time

import nacos_http
import processes
from clients import Unavailable
from report import tail
from server import Server
from ports import free_port

CLUSTER = "/nacos/v1/ns/cluster"
USER, PASSWORD = "checker", "right-password"
MASTER_COMMAND = "show global variables where variable_name='read_only'"
DATABASE_READY_S = 60.0
# Checks come every 2 to 3 s, the first within 7 s; three in a row make an instance well, and one refusal makes it sick.
TURN_LIMIT_S = 30.0


def health_follows_the_database(trial):
    """Sick with a wrong password, well with the right one, sick when the database has gone."""
    database = Database(trial.server.directory)
    nacos = None
    try:
        trial.server.start()
        nacos = nacos_http.Connection(trial.server.port)
        _register(nacos, database.port)
        _set_checker(nacos, database.port, "wrong-password")
        _wait_for_health(nacos, database.port, False)
        _set_checker(nacos, database.port, PASSWORD)
        _wait_for_health(nacos, database.port, True)
        database.stop()
        _wait_for_health(nacos, database.port, False)
    finally:
        database.stop()
        if nacos:
            nacos.close()


def _register(nacos, port):
    _expect_ok(nacos.request("POST", nacos_http.INSTANCES, form={
        "serviceName": "database", "ip": "127.0.0.1", "port": port, "ephemeral": "false"}))


def _set_checker(nacos, port, password):
    checker = {"type": "MYSQL", "user": USER, "pwd": password, "cmd": MASTER_COMMAND}
    _expect_ok(nacos.request("PUT", CLUSTER, form={
        "serviceName": "database", "clusterName": "DEFAULT", "checkPort": port, "useInstancePort4Check": "true",
        "healthChecker": json.dumps(checker)}))


def _expect_ok(answer):
    status, _, body = answer
    if (status, body.strip()) != (200, b"ok"):
        raise AssertionError(f"answered {status} {body[:200]!r}")


def _wait_for_health(nacos, port, wanted):
    deadline = time.monotonic() + TURN_LIMIT_S
    while _health(nacos, port) != wanted:
        if time.monotonic() > deadline:
            raise AssertionError(f"the instance is not {'well' if wanted else 'sick'} after {TURN_LIMIT_S:g} s")
        time.sleep(0.1)


def _health(nacos, port):
    """As it is stored: lists show every instance of a protected service as healthy."""
    status, _, body = nacos.request("GET", nacos_http.INSTANCES,
                                    query={"serviceName": "database", "ip": "127.0.0.1", "port": port})
    if status != 200:
        raise AssertionError(f"the instance is answered {status} {body[:200]!r}")
    return json.loads(body)["healthy"]


class Database:
    """A MariaDB server on a free port with a data directory of its own and one user."""

    def __init__(self, directory):
        """Starts it and waits until it takes connections. Errors: Unavailable, AssertionError."""
        program, install = _program("mariadbd"), _program("mariadb-install-db")
        self.port = free_port()
        self._directory = directory
        data = os.path.join(directory, "database")
        os.makedirs(data)
        self._log = os.path.join(directory, "database.log")
        me = ["--user=root"] if os.geteuid() == 0 else []
        with open(self._log, "wb") as log:
            subprocess.run([install, "--no-defaults", f"--datadir={data}", "--skip-test-db",
                            "--auth-root-authentication-method=normal", *me], stdout=log, stderr=log, check=True)
        start = os.path.join(directory, "start.sql")
        with open(start, "w", encoding="utf-8") as out:
            out.write(f"CREATE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n")
        with open(self._log, "ab") as log:
            self._process = processes.start(
                [program, "--no-defaults", f"--datadir={data}", f"--port={self.port}", "--bind-address=127.0.0.1",
                 "--skip-name-resolve", f"--socket={os.path.join(data, 's')}", f"--init-file={start}", *me],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self._wait()

    def _wait(self):
        deadline = time.monotonic() + DATABASE_READY_S
        while True:
            if self._process.poll() is not None:
                raise AssertionError(f"the database ended with {self._process.returncode}: {tail(self._log, 5)}")
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                if time.monotonic() > deadline:
                    raise AssertionError(f"no database after {DATABASE_READY_S:g} s: {tail(self._log, 5)}") from None
                time.sleep(0.1)

    def stop(self):
        """kill -9; nothing happens when it has ended."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def _program(name):
    """The path of a program of MariaDB; Debian keeps the server where only root looks."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        raise Unavailable(f"{name} is not installed", toolchain_missing=True)
    return path


class Trial:
    """One server that is not up yet."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)


ALL = [health_follows_the_database]
