"""A Debian 12 of its own, with systemd, in namespaces of this machine: what is installed there, and what it starts, stays there.

Needs root. It has no network but its own loopback and a route that leads nowhere, by which libraries find their own address; it sees neither
this machine's processes nor its devices.
"""
import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

RELEASE = "bookworm"
UP_LIMIT_S = 120
DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}
# As process 1 of the namespaces. The kernel's settings and devices are everybody's, so they can only be read.
BEGIN = """
set -e
root=$1
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --bind -o ro "$root/proc/sys" "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
mkdir "$root/sys/fs/cgroup/systemd"
mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
ip link set lo up
ip address add 192.0.2.2/32 dev lo
ip route add default dev lo src 192.0.2.2
cd "$root"
pivot_root . mnt
umount --lazy /mnt
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --log-target=journal --show-status=0
"""


def _call(*command, **more):
    return subprocess.run(command, check=True, text=True, **more)


def sources():
    """Debian's own suites of this release as this machine finds them, one line of apt's each."""
    asked = _call("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME) $(ORIGIN)", "Created-By: Packages", "Component: main",
                  capture_output=True)
    lines = []
    for line in sorted(set(asked.stdout.splitlines())):
        address, codename, origin = line.split(" ", 2)
        if origin == "Debian" and codename in (RELEASE, f"{RELEASE}-updates", f"{RELEASE}-security"):
            lines.append(f"deb {address} {codename} main\n")
    if not lines:
        raise RuntimeError(f"no apt source of this machine serves Debian {RELEASE}")
    return "".join(lines)


def make_root(root):
    """A fresh root directory: the smallest Debian with systemd, and nothing of ours."""
    shutil.rmtree(root, ignore_errors=True)
    root.parent.mkdir(parents=True, exist_ok=True)
    _call("mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--include=systemd,systemd-sysv,dbus", RELEASE, root, "-", input=sources())
    (root / "etc/hostname").write_text("package-test\n", encoding="utf-8")
    for name, (major, minor) in DEVICES.items():
        path = root / "dev" / name
        if not path.exists():
            os.mknod(path, 0o020666, os.makedev(major, minor))


class Machine:
    """A root directory that is up. A context manager; one thread."""

    def __init__(self, root):
        self.root = Path(root)
        self._process = None

    def fetch(self, *packages):
        """Downloads what these packages need, while there is a network: before it is up."""
        resolver = self.root / "etc/resolv.conf"
        with contextlib.ExitStack() as later:
            shutil.copyfile("/etc/resolv.conf", resolver)
            later.callback(resolver.unlink)
            for command in (("update",), ("install", "--yes", "--download-only", *packages)):
                _call("chroot", self.root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--quiet", *command, stdin=subprocess.DEVNULL,
                      stdout=subprocess.DEVNULL)

    def __enter__(self):
        self._process = subprocess.Popen(["unshare", "--mount", "--pid", "--fork", "--uts", "--ipc", "--net", "--cgroup", "--kill-child", "sh", "-c", BEGIN, "sh",
                                          str(self.root)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + UP_LIMIT_S
        state = ""
        while state not in ("running", "degraded"):
            if self._process.poll() is not None or time.monotonic() > end:
                said = self._process.stderr.read() if self._process.poll() is not None else f"state {state}"
                self.__exit__()
                raise RuntimeError(f"systemd did not come up: {said}")
            time.sleep(0.2)
            with contextlib.suppress(LookupError):
                state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            with contextlib.suppress(LookupError):
                os.kill(self._first(), signal.SIGKILL)  # and with it all that runs there
        self._process.kill()
        self._process.wait()
        self._process.stderr.close()

    def _first(self):
        """Process 1, by its number on this machine. LookupError: not yet, or no more."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text(encoding="utf-8").split()
        if not children:
            raise LookupError("no process in the namespaces")
        return int(children[0])

    def run(self, *command, check=True, inside=True, **more):
        """Runs a command there; with `inside` false, one of this machine on that one's network."""
        place = ["--mount", "--pid", "--uts", "--ipc", "--cgroup", "--root", "--wd=/"] if inside else []
        clean = ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"] if inside else []
        return subprocess.run(["nsenter", "--target", str(self._first()), "--net", *place, *clean, *command], check=check, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, **more)
