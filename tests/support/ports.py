"""Free ports on 127.0.0.1 for the servers that the Python runners start.

They lie below the range from which Linux takes the ports of outgoing connections (32768 and up unless set otherwise), so a
server that is started again finds them free. A port that was given is never given again by this process.
"""

import random
import socket
import threading

GRPC_OFFSET = 1000  # the client libraries reach gRPC at the HTTP port + 1000
FIRST, LAST = 20000, 31000
TRIES_MAX = 1000  # ports are free nearly always; so many failures in a row are no chance

_taken = set()
_lock = threading.Lock()


def free_port(*offsets):
    """A port p such that p and each p + offset are free now; all of them count as given. Any thread.

    Errors: RuntimeError when none was found.
    """
    for _ in range(TRIES_MAX):
        port = random.randrange(FIRST, LAST)
        wanted = {port, *(port + offset for offset in offsets)}
        with _lock:
            if not wanted & _taken and all(_is_free(candidate) for candidate in wanted):
                _taken.update(wanted)
                return port
    raise RuntimeError(f"no free port found between {FIRST} and {LAST} in {TRIES_MAX} tries")


def _is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: what an ended one left is free
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False
