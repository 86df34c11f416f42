#!/usr/bin/env python3
"""A batata that writes down what its clients send: stands in for the program where tests start it.

    BATATA=PROGRAM TAP=DIR tests/fuzz/tap.py server --port=P …

Runs PROGRAM on ports of its own, and in front of it P and P + 1000, from which all is passed on. What each connection has sent becomes a
file of DIR/http or DIR/http2; the data directory, when the server has ended, a folder of DIR/data. tests/fuzz/seeds.py makes the corpus of
each fuzz target of them.
"""
import ctypes
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import uuid
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "support"))
from ports import GRPC_OFFSET, free_port

CONNECTION_BYTES = 256 << 10  # of one connection that are kept
HTTP2_START = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


class Tap:
    """The way from one port to another. Threads of the process, which ends them."""

    _numbers = itertools.count(1)

    def __init__(self, port, to, directory):
        self._to, self._directory, self._run = to, directory, uuid.uuid4().hex[:8]
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            client, _ = self._listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self._to))
            except OSError:
                client.close()
                continue
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pass_on, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(server, client, False), daemon=True).start()

    def _pass_on(self, source, to, kept):
        said = bytearray()
        try:
            while data := source.recv(65536):
                if kept and len(said) < CONNECTION_BYTES:
                    said += data
                to.sendall(data)
            to.shutdown(socket.SHUT_WR)
        except OSError:
            for side in (source, to):
                side.close()
        if said:
            folder = self._directory / ("http2" if said.startswith(HTTP2_START) else "http")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{self._run}-{next(self._numbers)}").write_bytes(said[:CONNECTION_BYTES])


def end_with_parent():
    """Tests kill what they take for the server."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def main():
    program, directory = os.environ["BATATA"], Path(os.environ["TAP"])
    arguments = sys.argv[1:]
    asked = [i for i, argument in enumerate(arguments) if re.fullmatch(r"--port=\d+", argument)]
    if arguments[:1] != ["server"] or not asked:
        os.execv(program, [program, *arguments])  # a command of the CLI, or a server on ports that nobody told
    port, behind = int(arguments[asked[0]].partition("=")[2]), free_port(GRPC_OFFSET)
    arguments[asked[0]] = f"--port={behind}"
    arguments = [argument for argument in arguments if not argument.startswith("--nacos.sdk.port=")]  # P + 1000 there, too
    process = subprocess.Popen([program, *arguments], preexec_fn=end_with_parent)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: process.send_signal(number))
    for offset in (0, GRPC_OFFSET):
        Tap(port + offset, behind + offset, directory)
    code = process.wait()
    for data in (argument.partition("=")[2] for argument in arguments if argument.startswith("--data-dir=")):
        if os.path.isdir(data):
            shutil.copytree(data, directory / "data" / uuid.uuid4().hex[:8])
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
