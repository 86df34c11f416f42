#!/usr/bin/env python3
"""Installs the Debian package on a fresh Debian 12 with systemd, uses it, and removes it: what `./x test package` runs.

    tests/package/run.py PACKAGE.deb

Needs root and mmdebstrap (./x setup package). The last line is "N passed, N failed, N skipped".
"""
import json
import os
import shutil
import sys
import time
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.append(str(ROOT / "tests/process"))
import clients
from machine import Machine, make_root

PORT = 8848
WAIT_S = 20
UNIT = "batata.service"
SDK = "3.2.0"
METRICS = "/nacos/v1/ns/operator/metrics?onlyStatus=false"


def property_of(machine, name):
    return machine.run("systemctl", "show", "--property", name, "--value", UNIT).stdout.strip()


def eventually(what, look):
    end = time.monotonic() + WAIT_S
    while not look():
        if time.monotonic() > end:
            raise AssertionError(f"waited {WAIT_S} s for {what}")
        time.sleep(0.1)


def is_active(machine):
    return machine.run("systemctl", "is-active", UNIT, check=False).stdout.strip() == "active"


def files_of_ours(root):
    """What lies in the root by a name of ours, but for what the system writes of every unit and package."""
    skipped = {root / "proc", root / "sys", root / "dev", root / "var/log", root / "var/cache", root / "run", root / "tmp"}
    found, folders = [], [root]
    while folders:
        for path in folders.pop().iterdir():
            if path in skipped:
                continue
            if "batata" in path.name:
                found.append(str(path.relative_to(root)))
            elif path.is_dir() and not path.is_symlink():
                folders.append(path)
    return sorted(found)


class Story:
    """The steps, in their order. Each stands on those before it."""

    def __init__(self, machine, package, python):
        self.machine, self.package, self.python = machine, package, python
        self.before = files_of_ours(machine.root)

    def use(self, written, read):
        self.machine.run(self.python, HERE / "sdk.py", str(PORT), written, read, inside=False, cwd=HERE, timeout=120,
                         env={"PATH": os.environ["PATH"], "HOME": str(ROOT / "build/package"), "PYTHONDONTWRITEBYTECODE": "1"})

    def installs_and_is_up(self):
        self.machine.run("apt-get", "install", "--yes", "--quiet", self.package)
        assert is_active(self.machine), self.machine.run("journalctl", "--no-pager", "--unit", UNIT).stdout[-3000:]
        assert str(PORT) in property_of(self.machine, "StatusText"), property_of(self.machine, "StatusText")
        assert self.machine.run("systemctl", "is-enabled", UNIT).stdout.strip() == "enabled"

    def sees_the_machines_load(self):
        page = self.machine.run(sys.executable, "-c", f"import urllib.request as u; print(u.urlopen('http://127.0.0.1:{PORT}{METRICS}').read().decode())",
                                inside=False).stdout
        assert json.loads(page)["load"] >= 0, page

    def runs_as_nobody_else(self):
        status = self.machine.run("cat", f"/proc/{property_of(self.machine, 'MainPID')}/status").stdout
        batata = self.machine.run("id", "--user", "batata").stdout.strip()
        assert f"Uid:\t{batata}\t" in status and batata != "0", status
        capabilities = {line.split("\t")[1] for line in status.splitlines() if line.startswith(("CapEff", "CapPrm", "CapBnd"))}
        assert capabilities == {"0" * 16}, capabilities
        for path, wanted in {"/var/lib/batata": "700 batata batata", "/etc/batata/application.yml": "640 root batata"}.items():
            found = self.machine.run("stat", "--format", "%a %U %G", path).stdout.strip()
            assert found == wanted, (path, found)

    def has_its_manual_page_and_completes_words(self):
        page = self.machine.run("zcat", "/usr/share/man/man1/batata.1.gz").stdout
        assert page.startswith(".TH BATATA 1") and "rollback" in page, page[:200]
        for script in ("bash-completion/completions/batata", "zsh/vendor-completions/_batata", "fish/vendor_completions.d/batata.fish"):
            assert "rollback" in self.machine.run("cat", f"/usr/share/{script}").stdout, script

    def serves_an_official_client(self):
        self.use("first", "-")

    def comes_back_after_a_crash_with_all_it_had(self):
        killed = property_of(self.machine, "MainPID")
        self.machine.run("systemctl", "kill", "--signal", "KILL", UNIT)
        eventually("another process", lambda: is_active(self.machine) and property_of(self.machine, "MainPID") not in (killed, "0"))
        self.use("second", "first")

    def takes_settings_from_its_file(self):
        self.machine.run("sed", "-i", "s/port: 8848 /port: 8858 /", "/etc/batata/application.yml")
        self.machine.run("systemctl", "restart", UNIT)
        assert "8858" in property_of(self.machine, "StatusText"), property_of(self.machine, "StatusText")

    def stays_as_it_was_through_another_installation(self):
        self.machine.run("apt-get", "install", "--yes", "--quiet", "--reinstall", self.package)
        assert is_active(self.machine)
        assert "8858" in property_of(self.machine, "StatusText"), "the settings file was replaced"
        self.machine.run("sed", "-i", "s/port: 8858 /port: 8848 /", "/etc/batata/application.yml")
        self.machine.run("systemctl", "restart", UNIT)
        self.use("third", "second")

    def stops_in_order(self):
        self.machine.run("systemctl", "stop", UNIT)
        assert property_of(self.machine, "Result") == "success", property_of(self.machine, "Result")
        assert property_of(self.machine, "ExecMainStatus") == "0"

    def keeps_its_data_when_removed(self):
        self.machine.run("systemctl", "start", UNIT)
        self.machine.run("apt-get", "remove", "--yes", "--quiet", "batata")
        assert not is_active(self.machine)
        assert (self.machine.root / "var/lib/batata/raft/hard_state").exists()
        self.machine.run("apt-get", "install", "--yes", "--quiet", self.package)
        assert is_active(self.machine)
        self.use("fourth", "third")

    def leaves_nothing_when_purged(self):
        self.machine.run("apt-get", "purge", "--yes", "--quiet", "batata")
        left = [path for path in files_of_ours(self.machine.root) if path not in self.before]
        assert not left, left
        assert self.machine.run("getent", "passwd", "batata", check=False).returncode != 0
        assert "batata" not in self.machine.run("systemctl", "list-unit-files", "--no-pager").stdout

    STEPS = (installs_and_is_up, sees_the_machines_load, runs_as_nobody_else, has_its_manual_page_and_completes_words,
             serves_an_official_client, comes_back_after_a_crash_with_all_it_had,
             takes_settings_from_its_file, stays_as_it_was_through_another_installation, stops_in_order, keeps_its_data_when_removed,
             leaves_nothing_when_purged)


def run(story):
    """How many steps passed: all, or those before the first that did not."""
    for done, step in enumerate(Story.STEPS):
        start = time.monotonic()
        try:
            step(story)
        except Exception as error:  # whatever it was, it is what this step has to say
            said = getattr(error, "stderr", None) or getattr(error, "stdout", None) or ""
            print(f"FAIL  package/{step.__name__}: {''.join(traceback.format_exception(error))}{said[-3000:]}", flush=True)
            return done
        print(f"ok    package/{step.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
    return len(Story.STEPS)


def main():
    if os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
        print("package: not run: it needs root, and mmdebstrap (./x setup package)\n0 passed, 1 failed, 0 skipped")
        return 1
    package = Path(sys.argv[1]).resolve()
    sdk = clients.PythonClient(SDK, "package")
    sdk.prepare()
    root = ROOT / "build/package/root"
    make_root(root)
    inside = root / "root" / package.name
    shutil.copyfile(package, inside)
    machine = Machine(root)
    machine.fetch(f"/root/{package.name}")
    try:
        with machine:
            passed = run(Story(machine, f"/root/{package.name}", sdk.python))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    failed = len(Story.STEPS) - passed
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
