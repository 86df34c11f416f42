"""What a container's engine does before the image's command: inside.py ROOT DATA CONF FOLDER USER:GROUP COMMAND...

As process 1 of namespaces of its own, as root. The root cannot be written but for the volume; the command has no rights but its user's.
"""
import ctypes
import os
import subprocess
import sys
from pathlib import Path

NO_NEW_PRIVILEGES, DROP_FROM_BOUNDING_SET = 38, 24  # of prctl


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def main(root, data, conf, folder, user, *command):
    mount("--make-rprivate", "/")
    mount("--bind", root, root)
    mount("-t", "proc", "proc", f"{root}/proc")
    mount("--bind", data, f"{root}/var/lib/batata")
    mount("--bind", conf, f"{root}/app/conf")
    mount("-o", "remount,ro,bind", root)
    os.chroot(root)
    os.chdir(folder)
    libc = ctypes.CDLL(None, use_errno=True)
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text(encoding="utf-8"))
    for capability in range(last + 1):
        libc.prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    uid, gid = map(int, user.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    os.execve(command[0], command, dict(os.environ))


main(*sys.argv[1:])
