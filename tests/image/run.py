#!/usr/bin/env python3
"""Builds the image of deploy/Dockerfile and uses it: what `./x test image` runs.

Needs root, podman and mmdebstrap (./x setup image). The base image is a Debian 12 made here, by the name that the Dockerfile asks for, so that
no registry is needed. Containers are made of namespaces here, with the user, the command, the environment and the folder that the image names, a
root that cannot be written and no capabilities: an image's own engine would need control groups that not every machine gives. They use this machine's
network. The last line is "N passed, N failed, N skipped".
"""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
for other in ("package", "process", "support"):
    sys.path.append(str(ROOT / "tests" / other))
import clients
from machine import RELEASE, sources
from ports import GRPC_OFFSET, free_port

WORK = ROOT / "build/image"
BASE = "docker.io/library/debian:bookworm-slim"
TAG = "localhost/batata:test"
SDK = "3.2.0"
WAIT_S = 20
LARGEST = 60 << 20


def podman(*command, **more):
    """podman with a store of its own, so that nothing of it stays on the machine."""
    store = ["--root", WORK / "store", "--runroot", WORK / "run", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"]
    return subprocess.run(["podman", *store, *command], check=True, stdin=subprocess.DEVNULL, text=True, **more)


def make_base():
    archive = WORK / "base.tar"
    subprocess.run(["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--include=ca-certificates", RELEASE, archive, "-"], check=True,
                   text=True, input=sources())
    podman("import", "--quiet", archive, BASE, stdout=subprocess.DEVNULL)
    archive.unlink()


def build():
    """Builds the image; its settings, and the directory of its files."""
    podman("build", "--quiet", "--isolation", "chroot", "--format", "docker", "--pull-never", "--tag", TAG, ROOT)
    image = json.loads(podman("image", "inspect", TAG, capture_output=True).stdout)[0]
    root = WORK / "root"
    archive = WORK / "image.tar"
    podman("create", "--name", "files", TAG, stdout=subprocess.DEVNULL)
    podman("export", "--output", archive, "files")
    root.mkdir()
    subprocess.run(["tar", "--extract", "--numeric-owner", "--same-permissions", "--file", archive, "--directory", root], check=True)
    archive.unlink()
    return image, root


class Container:
    """A running one, on a free port of this machine. A context manager."""

    def __init__(self, story, **environment):
        self.story = story
        self.port = free_port(GRPC_OFFSET)
        settings = dict(pair.split("=", 1) for pair in story.image["Config"]["Env"])
        self.environment = {**settings, "BATATA_SERVER_PORT": str(self.port), "BATATA_ADDR": f"127.0.0.1:{self.port}", **environment}
        self.process = None

    def __enter__(self):
        with open(WORK / "log", "ab") as log:
            self.process = self.begin("Cmd", stdout=log, stderr=log)
        eventually("a container that is well", lambda: self.health().returncode == 0 or self._ended())
        return self

    def _ended(self):
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}: {(WORK / 'log').read_text()[-2000:]}")
        return False

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        self.process.wait()

    def begin(self, what, **more):
        """Starts the image's command, or its health check, in namespaces; with `what` a list, that command."""
        settings = self.story.image["Config"]
        command = what if isinstance(what, list) else settings["Entrypoint"] + settings["Cmd"]
        return subprocess.Popen(["unshare", "--mount", "--pid", "--fork", "--kill-child", sys.executable, HERE / "inside.py", self.story.root, self.story.data,
                                 self.story.conf, settings["WorkingDir"], settings["User"], *command], env=self.environment, stdin=subprocess.DEVNULL,
                                text=True, **more)

    def health(self):
        command = self.story.image["HealthCheck" if "HealthCheck" in self.story.image else "Healthcheck"]["Test"]
        assert command[0] == "CMD", command
        process = self.begin(command[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said, _ = process.communicate(timeout=WAIT_S)
        return subprocess.CompletedProcess(command, process.returncode, said)

    def first(self):
        """Process 1 of the container, by its number on this machine."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8").split()
        if not children:
            raise ProcessLookupError
        return int(children[0])

    def signal(self, which):
        try:
            os.kill(self.first(), which)
        except FileNotFoundError as gone:
            raise ProcessLookupError from gone


def eventually(what, look):
    end = time.monotonic() + WAIT_S
    while not look():
        if time.monotonic() > end:
            raise AssertionError(f"waited {WAIT_S} s for {what}")
        time.sleep(0.1)


class Story:
    """The steps, in their order. Each stands on those before it."""

    def __init__(self, image, root, python):
        self.image, self.root, self.python = image, root, python
        self.data, self.conf = WORK / "data", WORK / "conf"
        self.conf.mkdir()
        # As an engine makes a volume: with the owner and the rights of the directory in the image.
        self.data.mkdir()
        was = (root / "var/lib/batata").stat()
        os.chown(self.data, was.st_uid, was.st_gid)
        self.data.chmod(was.st_mode & 0o7777)

    def use(self, port, written, read):
        subprocess.run([self.python, ROOT / "tests/package/sdk.py", str(port), written, read], check=True, cwd=HERE, timeout=120, capture_output=True, text=True,
                       env={"PATH": os.environ["PATH"], "HOME": str(WORK), "PYTHONDONTWRITEBYTECODE": "1"})

    def is_small_and_names_what_an_engine_must_know(self):
        settings = self.image["Config"]
        assert self.image["Size"] < LARGEST, self.image["Size"]
        print(f"      {self.image['Size'] / 1e6:.1f} MB", flush=True)
        user = settings["User"].split(":")
        assert len(user) == 2 and all(part.isdigit() and part != "0" for part in user), "a number, so that an engine sees that it is not root"
        assert set(settings["ExposedPorts"]) == {"8848/tcp", "9848/tcp"}, settings["ExposedPorts"]
        assert list(settings["Volumes"]) == ["/var/lib/batata"], settings["Volumes"]

    def has_no_shell_and_nothing_that_makes_root(self):
        programs = sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file() and not path.is_symlink() and
                          path.stat().st_mode & 0o111 and ".so" not in path.name)
        assert programs == ["usr/bin/batata"], programs
        assert not [path for path in self.root.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o6000]

    def serves_an_official_client_with_a_root_that_it_cannot_write(self):
        with Container(self) as container:
            status = Path(f"/proc/{container.first()}/status").read_text(encoding="utf-8")
            assert "Uid:\t10001\t10001\t10001\t10001" in status, status
            assert "CapBnd:\t0000000000000000" in status, status
            self.use(container.port, "first", "-")

    def keeps_its_data_and_stops_in_order(self):
        with Container(self) as container:
            self.use(container.port, "second", "first")
            container.signal(signal.SIGTERM)
            assert container.process.wait(WAIT_S) == 0, container.process.returncode

    def says_when_it_is_not_well(self):
        container = Container(self)
        said = container.health()
        assert said.returncode != 0, said.stdout

    def takes_settings_from_a_mounted_file(self):
        (self.conf / "application.yml").write_text("nacos:\n  core:\n    auth:\n      enabled: true\n", encoding="utf-8")
        with Container(self) as container:
            answer = subprocess.run(["curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code}",
                                     f"http://127.0.0.1:{container.port}/nacos/v1/cs/configs?dataId=kept&group=package"], check=True, capture_output=True, text=True)
            assert answer.stdout == "403", answer.stdout
            assert container.health().returncode == 0, "the health check needs no account"

    def opens_the_libraries_that_it_opens_by_name(self):
        """The command line asks by libcurl, so the health check has shown that one. The others: a directory and a database that are not there."""
        with Container(self) as container:
            maps = Path(f"/proc/{container.first()}/maps").read_text(encoding="utf-8")
            assert "libcrypto.so.3" in maps
        for name in ("libcurl.so.4", "libldap-2.5.so.0", "libmariadb.so.3"):
            found = next(self.root.rglob(name), None)
            assert found is not None, name
            missing = subprocess.run(["chroot", self.root, "/" + str(next(self.root.rglob("ld-linux*.so.*")).relative_to(self.root)), "--list",
                                      "/" + str(found.relative_to(self.root))], capture_output=True, text=True, check=False)
            assert missing.returncode == 0 and "not found" not in missing.stdout, missing.stdout + missing.stderr

    STEPS = (is_small_and_names_what_an_engine_must_know, has_no_shell_and_nothing_that_makes_root,
             serves_an_official_client_with_a_root_that_it_cannot_write, keeps_its_data_and_stops_in_order, says_when_it_is_not_well,
             takes_settings_from_a_mounted_file, opens_the_libraries_that_it_opens_by_name)


def run(story):
    """How many steps passed: all, or those before the first that did not."""
    for done, step in enumerate(Story.STEPS):
        start = time.monotonic()
        try:
            step(story)
        except Exception as error:  # whatever it was, it is what this step has to say
            said = getattr(error, "stderr", None) or getattr(error, "stdout", None) or ""
            print(f"FAIL  image/{step.__name__}: {''.join(traceback.format_exception(error))}{said[-3000:]}", flush=True)
            return done
        print(f"ok    image/{step.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
    return len(Story.STEPS)


def main():
    if os.geteuid() != 0 or not all(map(shutil.which, ("podman", "mmdebstrap"))):
        print("image: not run: it needs root, podman and mmdebstrap (./x setup image)\n0 passed, 1 failed, 0 skipped")
        return 1
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    sdk = clients.PythonClient(SDK, "package")
    sdk.prepare()
    try:
        make_base()
        image, root = build()
        passed = run(Story(image, root, sdk.python))
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    failed = len(Story.STEPS) - passed
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
