"""A real LDAP directory: slapd in a process of its own, on a free port, with the people a test names."""

import os
import shutil
import socket
import subprocess
import sys
import time

import processes
from clients import Unavailable
from report import tail

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from ports import free_port

BASE = "dc=example,dc=org"
ADMIN_DN = f"cn=admin,{BASE}"
ADMIN_PASSWORD = "directory-admin"
READY_TIMEOUT_S = 10.0
SCHEMAS = "/etc/ldap/schema"
MODULES = "/usr/lib/ldap"

CONFIGURATION = """
include {schemas}/core.schema
include {schemas}/cosine.schema
include {schemas}/inetorgperson.schema
modulepath {modules}
moduleload back_mdb
database mdb
maxsize 16777216
suffix "{base}"
rootdn "{admin}"
rootpw {password}
directory {directory}/people
"""

ROOT = f"""dn: {BASE}
objectClass: dcObject
objectClass: organization
dc: example
o: example

"""


def _person(uid, password, place=0):
    return (f"dn: cn={uid}-{place},{BASE}\nobjectClass: inetOrgPerson\ncn: {uid}-{place}\nsn: {uid}\nuid: {uid}\n"
            f"userPassword: {password}\n\n")


class Directory:
    """slapd and its data; `people` are pairs of uid and password, and a uid may come twice. `close` ends it."""

    def __init__(self, directory, people):
        """Errors: Unavailable when slapd is not installed; RuntimeError when it does not start."""
        self._slapd = self._program("slapd")
        self.port = free_port()
        self.url = f"ldap://127.0.0.1:{self.port}"
        self._directory = directory
        os.makedirs(os.path.join(directory, "people"))
        self._configuration = os.path.join(directory, "slapd.conf")
        with open(self._configuration, "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(schemas=SCHEMAS, modules=MODULES, base=BASE, admin=ADMIN_DN,
                                            password=ADMIN_PASSWORD, directory=directory))
        self._fill(people)
        self._log = os.path.join(directory, "slapd.log")
        self._process = None
        self.start()

    def start(self):
        """Starts slapd on its port, again if need be, and waits until it listens."""
        with open(self._log, "ab") as log:
            self._process = processes.start([self._slapd, "-d", "0", "-h", self.url, "-f", self._configuration],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + READY_TIMEOUT_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"slapd did not start: {tail(self._log)}") from None
                time.sleep(0.02)

    def close(self):
        """Ends slapd. Never fails."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _fill(self, people):
        ldif = os.path.join(self._directory, "people.ldif")
        places = {}
        with open(ldif, "w", encoding="utf-8") as file:
            file.write(ROOT)
            for uid, password in people:
                places[uid] = places.get(uid, -1) + 1
                file.write(_person(uid, password, places[uid]))
        done = subprocess.run([self._program("slapadd"), "-f", self._configuration, "-l", ldif],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"slapadd: {done.stderr.strip()}")

    @staticmethod
    def _program(name):
        # Debian keeps them out of users' paths.
        found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if found is None:
            raise Unavailable(f"{name} is not installed", toolchain_missing=True)
        return found
