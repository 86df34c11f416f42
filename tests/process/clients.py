"""The official client libraries under test: how each is fetched, built and started as a driver process."""

import glob
import hashlib
import os
import shutil
import subprocess
import sys

import lines

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.normpath(os.path.join(HERE, "..", "..", "build"))
PREPARE_TIMEOUT_S = 600  # the first run downloads the library and all it needs


class Unavailable(Exception):
    """The client cannot be tested here. `toolchain_missing` tells a missing program from a preparation that failed."""

    def __init__(self, reason, toolchain_missing):
        super().__init__(reason)
        self.toolchain_missing = toolchain_missing


class JavaClient:
    """com.alibaba.nacos:nacos-client of one version."""

    # What the library gives for a configuration that does not exist.
    missing = None
    # After a reconnect the library repeats registrations and subscriptions on a 3 s timer.
    redo_bound_s = 15.0
    # A new listener is known to the server at once.
    listen_lag_s = 0.0

    def __init__(self, version, name):
        self.version = version
        self.name = name
        self._build = os.path.join(BUILD, "sdk-java", version)

    def prepare(self):
        """Builds the driver unless nothing changed since the last time. Errors: Unavailable."""
        for program in ("java", "mvn"):
            if shutil.which(program) is None:
                raise Unavailable(f"{program} is not installed", toolchain_missing=True)
        project = os.path.join(HERE, "java")
        sources = [os.path.join(project, "pom.xml")]
        sources += sorted(glob.glob(os.path.join(project, "src", "main", "java", "batata", "driver", "*.java")))
        stamp, fresh = _stamp(self._build, sources, self.version)
        if not fresh:
            _run(["mvn", "-B", "-q", "-f", project, f"-Dnacos.version={self.version}", "compile",
                  "dependency:build-classpath"])
            _write_stamp(self._build, stamp)

    def start(self, state_directory, log_path):
        """A new driver process; `state_directory` takes all that the library writes to disk."""
        with open(os.path.join(self._build, "classpath.txt"), encoding="utf-8") as file:
            classpath = os.path.join(self._build, "classes") + ":" + file.read().strip()
        os.makedirs(state_directory, exist_ok=True)
        # The compiler flag and the collector make the start quick; the tests put no load on the JVM.
        command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m",
                   f"-Duser.home={state_directory}", f"-DJM.LOG.PATH={state_directory}/log",
                   f"-DJM.SNAPSHOT.PATH={state_directory}/snapshot", "-Dnacos.logging.default.config.enabled=false",
                   "-Dorg.slf4j.simpleLogger.showDateTime=true", "-cp", classpath, "batata.driver.Driver"]
        return lines.Driver(command, log_path)


class PythonClient:
    """nacos-sdk-python of the version in python_sdk/requirements.txt, its asynchronous v2 module."""

    missing = ""
    # Nothing in the library wakes its redo task, so it runs when its 30 s wait times out.
    redo_bound_s = 45.0
    # Nothing wakes its listening task either when a listener is added: it looks every 5 s.
    listen_lag_s = 5.0

    def __init__(self, name):
        self.name = name
        self._venv = os.path.join(BUILD, "sdk-python")
        self._python = os.path.join(self._venv, "bin", "python")

    def prepare(self):
        """Makes the virtual environment unless it is there already. Errors: Unavailable."""
        try:
            _run([sys.executable, "-c", "import venv, ensurepip"])
        except Unavailable:
            raise Unavailable("python3 has no venv or no pip (Debian: python3-venv)", toolchain_missing=True) from None
        requirements = os.path.join(HERE, "python_sdk", "requirements.txt")
        stamp, fresh = _stamp(self._venv, [requirements], sys.version)
        if not fresh:
            _run([sys.executable, "-m", "venv", "--clear", self._venv])
            _run([self._python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", requirements])
            _write_stamp(self._venv, stamp)

    def start(self, state_directory, log_path):
        """A new driver process; `state_directory` takes all that the library writes to disk."""
        os.makedirs(state_directory, exist_ok=True)
        driver = os.path.join(HERE, "python_sdk", "driver.py")
        environment = {**os.environ, "HOME": state_directory, "PYTHONDONTWRITEBYTECODE": "1"}
        return lines.Driver([self._python, driver, state_directory], log_path, environment)


ALL = [JavaClient("2.5.1", "java-2.5"), JavaClient("3.1.1", "java-3.1"), JavaClient("3.2.1-2026.03.30", "java-3.2"),
       PythonClient("python-3.2")]


def _run(command):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", timeout=PREPARE_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{' '.join(command[:4])}… took over {PREPARE_TIMEOUT_S} s", toolchain_missing=False) from None
    if done.returncode != 0:
        tail = "\n".join(done.stdout.strip().splitlines()[-12:])
        raise Unavailable(f"{' '.join(command[:4])}… failed:\n{tail}", toolchain_missing=False)


def _stamp(directory, sources, version):
    """The digest of what a preparation depends on, and whether `directory` was prepared from just that."""
    digest = hashlib.sha256(version.encode())
    for source in sources:
        with open(source, "rb") as file:
            digest.update(file.read())
    try:
        with open(os.path.join(directory, "prepared"), encoding="ascii") as file:
            fresh = file.read() == digest.hexdigest()
    except OSError:
        fresh = False
    return digest.hexdigest(), fresh


def _write_stamp(directory, stamp):
    with open(os.path.join(directory, "prepared"), "w", encoding="ascii") as file:
        file.write(stamp)
