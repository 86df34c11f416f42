"""The Python package that the gRPC steps need, in a virtual environment of its own under build/."""
import hashlib
import os
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"


def require_grpc(build):
    """Returns when `import grpc` works in this process; otherwise makes the environment once and starts this program again in it."""
    home = Path(build) / "wire-venv"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    stamp = home / "requirements.sha256"
    if Path(sys.prefix) == home.resolve() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        pip = [home / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]
        subprocess.run(pip, check=True)
        stamp.write_text(wanted)
    os.execv(home / "bin/python", [home / "bin/python", *sys.argv])
