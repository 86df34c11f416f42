"""The official client libraries under test: how each is fetched, built and started as a driver process."""

import collections
import contextlib
import fcntl
import glob
import hashlib
import os
import shutil
import subprocess
import sys
import threading

import lines

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "support"))
from ports import free_port
BUILD = os.path.normpath(os.path.join(HERE, "..", "..", "build"))
PREPARE_TIMEOUT_S = 600  # the first run downloads the library and all it needs


class Unavailable(Exception):
    """The client cannot be tested here. `toolchain_missing` tells a missing program from a preparation that failed."""

    def __init__(self, reason, toolchain_missing):
        super().__init__(reason)
        self.toolchain_missing = toolchain_missing


class Client:
    """What all libraries have in common, as most of them do it. Others say what they do in another way."""

    # It is for administrators, with cases of its own (maintainer_cases.py).
    is_maintainer = False
    # Verbs that the library has no function for: cases that need one of them are not for it.
    lacks = frozenset()
    # What the library gives for a configuration that does not exist.
    missing = None
    # After a reconnect the library repeats registrations and subscriptions on a timer.
    redo_bound_s = 15.0
    # After a reconnect the library listens again, and asks for what it may have missed, within this.
    relisten_s = 20.0
    # A new listener is known to the server this much later.
    listen_lag_s = 0.0
    # The library tells the server of a new listener behind its answer, and does not look at what it is told then.
    listen_settles_s = 0.0
    # Whether a listener of a configuration that does not exist yet is told its first publish.
    tells_first_publish = True
    # The library keeps the server's reason for a refusal over HTTP to itself.
    hides_reasons = False
    # Whether subscribers go on when the server could not be reached for a moment.
    subscription_survives = True
    # A change that comes while the library reads the one before may be forgotten for minutes: what says "read" overwrites what
    # the push has said.
    forgets_pushes = False
    # Each change is told in a thread of its own, so two that come at once may be told in either order.
    tells_in_any_order = False
    # The library looks no more often than this whether its token is about to expire.
    token_look_s = 5.0
    # Whether an instance may have the weight 0; the library makes it 1 otherwise.
    has_zero_weight = True
    # The instance of a client whose process has died leaves every list after this: at once over gRPC.
    gone_s = 5.0


class HttpClient(Client):
    """A library of 1.x: long polls, beats and UDP pushes."""

    lacks = frozenset({"publish_cas", "register_batch", "fuzzy_watch", "lock"})
    # Gone after 30 s without a beat; the server looks when it is time, the subscriber is told by a push.
    gone_s = 40.0
    # The next beat registers again.
    redo_bound_s = 15.0


class JavaClient(Client):
    """com.alibaba.nacos:nacos-client of one version."""

    def __init__(self, version, name, generation):
        self.version = version
        self.name = name
        self._generation = generation
        self._folder = "java"
        if generation == "v1":
            self.lacks, self.gone_s = HttpClient.lacks, HttpClient.gone_s
        elif generation == "v2":
            self.lacks = frozenset({"fuzzy_watch", "lock", "publish_beta"})
        self._build = os.path.join(BUILD, "sdk-java", version)

    def prepare(self):
        """Builds the driver unless nothing changed since the last time. Errors: Unavailable."""
        project = os.path.join(HERE, self._folder)
        sources = []
        for root in ("../java/src/shared", "src/main", f"src/{self._generation}"):
            sources += sorted(glob.glob(os.path.join(project, root, "java", "batata", "driver", "*.java")))
        build_with_maven(project, self._build, sources, self.version,
                         [f"-Dnacos.version={self.version}", f"-Ddriver.generation={self._generation}"])

    def start(self, state_directory, log_path, properties=()):
        """A new driver process; `state_directory` takes all that the library writes to disk. `properties` are the JVM's."""
        classpath = maven_classpath(self._build)
        os.makedirs(state_directory, exist_ok=True)
        # The compiler flag and the collector make the start quick; the tests put no load on the JVM.
        command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m",
                   f"-Duser.home={state_directory}", f"-DJM.LOG.PATH={state_directory}/log",
                   f"-DJM.SNAPSHOT.PATH={state_directory}/snapshot", "-Dnacos.logging.default.config.enabled=false",
                   "-Dorg.slf4j.simpleLogger.showDateTime=true", *(f"-D{each}" for each in properties), "-cp", classpath, "batata.driver.Driver"]
        return lines.Driver(command, log_path)


class MaintainerClient(JavaClient):
    """com.alibaba.nacos:nacos-maintainer-client."""

    is_maintainer = True

    def __init__(self, version, name):
        super().__init__(version, name, "v3")
        self._folder = "java_maintainer"
        self._build = os.path.join(BUILD, "sdk-java", "maintainer")


class PythonClient(Client):
    """nacos-sdk-python of one version, its asynchronous v2 module."""

    lacks = frozenset({"register_persistent", "fuzzy_watch", "lock"})
    missing = ""
    # Nothing in the library wakes its redo task, so it runs when its 30 s wait times out.
    redo_bound_s = 45.0
    # Nothing wakes its listening task either when a listener is added: it looks every 5 s.
    listen_lag_s = 5.0
    forgets_pushes = True

    def __init__(self, version, name, folder="python_sdk"):
        self.name = name
        self._version = version
        self._folder = folder
        self._venv = os.path.join(BUILD, "sdk-python", version)
        self.python = os.path.join(self._venv, "bin", "python")

    def is_prepared(self):
        """True when `start` needs no `prepare` before it."""
        return self._stamp()[1]

    def prepare(self):
        """Makes the virtual environment unless it is there already. Errors: Unavailable."""
        python_with(f"nacos-sdk-python=={self._version}", self._venv)

    def start(self, state_directory, log_path):
        """A new driver process; `state_directory` takes all that the library writes to disk."""
        os.makedirs(state_directory, exist_ok=True)
        driver = os.path.join(HERE, self._folder, "driver.py")
        environment = {**os.environ, "HOME": state_directory, "PYTHONDONTWRITEBYTECODE": "1"}
        return lines.Driver([self.python, driver, state_directory], log_path, environment)

    def _stamp(self):
        return _stamp(self._venv, [], sys.version + f"nacos-sdk-python=={self._version}")


class OldPythonClient(PythonClient):
    """The v2 module of 2.0: its reconnection ends for good at the first refused attempt."""

    lacks = PythonClient.lacks | {"reconnect"}


class PythonThreadsClient(PythonClient, HttpClient):
    """nacos-sdk-python, its older module `nacos` with threads and HTTP."""

    lacks = HttpClient.lacks | {"services", "publish_beta"}
    missing = None
    hides_reasons = True
    # Its timer ends for good with the first look at a service that fails.
    subscription_survives = False
    forgets_pushes = False
    listen_lag_s = 0.0
    gone_s = HttpClient.gone_s
    redo_bound_s = HttpClient.redo_bound_s


class GoClient(Client):
    """nacos-sdk-go of one generation; the version is in its go.mod."""

    lacks = frozenset({"fuzzy_watch", "lock"})
    missing = ""
    hides_reasons = True
    forgets_pushes = True
    # The library's listening task looks every 5 s.
    listen_lag_s = 5.0
    tells_in_any_order = True  # `go listener(...)`

    def __init__(self, name, generation):
        self.name = name
        self._project = os.path.join(HERE, "go", generation)
        self._build = os.path.join(BUILD, "sdk-go", generation)

    def prepare(self):
        """Builds the driver unless nothing changed since the last time. Errors: Unavailable."""
        if shutil.which("go") is None:
            raise Unavailable("go is not installed", toolchain_missing=True)
        sources = [os.path.join(self._project, name) for name in ("go.mod", "go.sum", "main.go")]
        sources.append(os.path.join(self._project, "..", "driver", "driver.go"))
        stamp, fresh = _stamp(self._build, sources, "go")
        if not fresh:
            _run(["go", "build", "-C", self._project, "-o", os.path.join(self._build, "driver"), "."])
            _write_stamp(self._build, stamp)

    def start(self, state_directory, log_path):
        """A new driver process; `state_directory` takes all that the library writes to disk."""
        os.makedirs(state_directory, exist_ok=True)
        environment = {**os.environ, "HOME": state_directory}
        return lines.Driver([os.path.join(self._build, "driver"), state_directory], log_path, environment)


class GoHttpClient(GoClient, HttpClient):
    """nacos-sdk-go of the first generation."""

    lacks = HttpClient.lacks | {"publish_beta"}
    forgets_pushes = False
    listen_lag_s = 0.0
    gone_s = HttpClient.gone_s


class NodeClient(HttpClient):
    """nacos of the version in node/package.json."""

    lacks = HttpClient.lacks | {"services", "publish_beta"}
    has_zero_weight = False
    hides_reasons = True
    # A listener beside others joins when the long poll that is under way has ended.
    listen_lag_s = 30.0

    def __init__(self, name):
        self.name = name
        self._build = os.path.join(BUILD, "sdk-node")

    def prepare(self):
        """Installs the library unless it is there already. Errors: Unavailable."""
        for program in ("node", "npm"):
            if shutil.which(program) is None:
                raise Unavailable(f"{program} is not installed", toolchain_missing=True)
        project = os.path.join(HERE, "node")
        sources = [os.path.join(project, name) for name in ("package.json", "package-lock.json", "driver.js")]
        stamp, fresh = _stamp(self._build, sources, "node")
        if not fresh:
            os.makedirs(self._build, exist_ok=True)
            for source in sources:
                shutil.copy(source, self._build)
            _run(["npm", "ci", "--prefix", self._build, "--no-audit", "--no-fund", "--ignore-scripts"])
            _write_stamp(self._build, stamp)

    def start(self, state_directory, log_path):
        """A new driver process; `state_directory` takes all that the library writes to disk."""
        os.makedirs(state_directory, exist_ok=True)
        # Else the first process that has a client of configurations would do the work of all on this machine.
        environment = {**os.environ, "HOME": state_directory, "NODE_CLUSTER_CLIENT_PORT": str(free_port())}
        return lines.Driver(["node", os.path.join(self._build, "driver.js"), state_directory], log_path, environment)


class RustClient(Client):
    """nacos-sdk of the version in rust/Cargo.toml."""

    lacks = frozenset({"fuzzy_watch", "lock"})
    tells_first_publish = False
    listen_settles_s = 0.5
    # Its list of listened configurations is sent every 60 s only.
    relisten_s = 65.0
    token_look_s = 30.0

    def __init__(self, name):
        self.name = name
        self._build = os.path.join(BUILD, "sdk-rust")

    def prepare(self):
        """Builds the driver unless nothing changed since the last time. Errors: Unavailable."""
        if shutil.which("cargo") is None:
            raise Unavailable("cargo is not installed", toolchain_missing=True)
        project = os.path.join(HERE, "rust")
        sources = [os.path.join(project, name) for name in ("Cargo.toml", "Cargo.lock", "src/main.rs")]
        stamp, fresh = _stamp(self._build, sources, "rust")
        if not fresh:
            _run(["cargo", "build", "--release", "--locked", "-q", "--manifest-path", sources[0], "--target-dir",
                  self._build])
            _write_stamp(self._build, stamp)

    def start(self, state_directory, log_path):
        """A new driver process; `state_directory` takes all that the library writes to disk."""
        os.makedirs(state_directory, exist_ok=True)
        environment = {**os.environ, "HOME": state_directory}
        return lines.Driver([os.path.join(self._build, "release", "batata-driver"), state_directory], log_path,
                            environment)


_venv_locks = collections.defaultdict(threading.Lock)


def python_with(requirement, folder):
    """The Python of a virtual environment with one package, which is made unless it is there already. Errors: Unavailable."""
    try:
        _run([sys.executable, "-c", "import venv, ensurepip"])
    except Unavailable:
        raise Unavailable("python3 has no venv or no pip (Debian: python3-venv)", toolchain_missing=True) from None
    python = os.path.join(folder, "bin", "python")
    with _venv_locks[folder]:  # two clients may be of one version
        stamp, fresh = _stamp(folder, [], sys.version + requirement)
        if not fresh:
            _run([sys.executable, "-m", "venv", "--clear", folder])
            _run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", requirement])
            _write_stamp(folder, stamp)
    return python


ALL = [JavaClient("1.4.8", "java-1.4", "v1"), JavaClient("2.5.1", "java-2.5", "v2"), JavaClient("3.1.1", "java-3.1", "v3"),
       JavaClient("3.2.1-2026.03.30", "java-3.2", "v3"), GoHttpClient("go-1", "v1"), GoClient("go-2", "v2"),
       PythonThreadsClient("2.0.11", "python-2.0-http", "python_v1"), OldPythonClient("2.0.11", "python-2.0"),
       PythonClient("3.2.0", "python-3.2"), NodeClient("node"), RustClient("rust"), MaintainerClient("3.1.0", "java-maintainer")]


def build_with_maven(project, directory, sources, version="", options=()):
    """Compiles a project into `directory`, where its pom.xml puts all it makes, unless it was made from just these files.

    `sources`: what the result depends on beside the pom.xml; so does `version`. Errors: Unavailable.
    """
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise Unavailable(f"{program} is not installed", toolchain_missing=True)
    stamp, fresh = _stamp(directory, [os.path.join(project, "pom.xml"), *sources], version)
    if not fresh:
        with _maven_alone():
            _run(["mvn", "-B", "-q", "-f", project, *options, "compile", "dependency:build-classpath"])
        _write_stamp(directory, stamp)


@contextlib.contextmanager
def _maven_alone():
    """One Maven at a time for this user: they share a repository and break each other's downloads."""
    repository = os.path.expanduser("~/.m2")
    os.makedirs(repository, exist_ok=True)
    with open(os.path.join(repository, "batata-tests.lock"), "a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build_once(directory, sources, command):
    """Runs `command`, which makes something in `directory`, unless it was made from just these files. Errors: Unavailable."""
    stamp, fresh = _stamp(directory, sources, " ".join(command))
    if not fresh:
        _run(command)
        _write_stamp(directory, stamp)


def maven_classpath(directory):
    """The class path of what `build_with_maven` made."""
    with open(os.path.join(directory, "classpath.txt"), encoding="utf-8") as file:
        return os.path.join(directory, "classes") + ":" + file.read().strip()


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
