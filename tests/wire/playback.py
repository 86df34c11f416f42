"""A server that answers a scenario exactly as it was recorded: the runner's own test subject.

It follows the scenario step by step: a request waits until it is the next one, and is answered with status 599 or UNIMPLEMENTED when
that does not come about.
"""
import concurrent.futures
import http.server
import io
import json
import queue
import re
import threading
import zipfile

import grpc

from clients import decode_payload, encode_payload

END_OF_STREAM = object()
STEP_LIMIT_S = 10


def is_request(step):
    """True for the steps that reach the server as a request of their own."""
    request = step["request"]
    return "join" not in request and request.get("grpc") not in ("open", "expect", "close")


class Playback:
    """HTTP on `http_port`, gRPC on `grpc_port`, both chosen by the system. `stop` must be called."""

    def __init__(self, steps):
        self._steps, self._at, self._turn, self._lost = steps, 0, threading.Condition(), False  # lost: a request came out of turn
        self._streams, self._awaited_acks = {}, []
        self._pool = concurrent.futures.ThreadPoolExecutor(64)
        self._grpc = grpc.server(self._pool)
        unary = grpc.unary_unary_rpc_method_handler(self._call)
        stream = grpc.stream_stream_rpc_method_handler(self._stream)
        self._grpc.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("Request", {"request": unary}),
                                             grpc.method_handlers_generic_handler("BiRequestStream", {"requestBiStream": stream})))
        self.grpc_port = self._grpc.add_insecure_port("127.0.0.1:0")
        self._grpc.start()
        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.http_port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self):
        self._http.shutdown()
        self._http.server_close()
        for outgoing in self._streams.values():
            outgoing.put(END_OF_STREAM)
        self._grpc.stop(0)

    def take(self, fits):
        """The next request step; None when it does not become one that `fits(request)` in time."""
        def is_next():
            index = self._next_request()
            return index is not None and fits(self._steps[index]["request"])

        with self._turn:
            if not self._turn.wait_for(is_next, 0 if self._lost else STEP_LIMIT_S):
                self._lost = True
                return None
            index = self._next_request()
            self._at = index + 1
            self._turn.notify_all()
            return self._steps[index]

    def joined(self, name):
        """Waits until the step that collects the background answer `name` is the next one; returns it."""
        index = next(i for i, step in enumerate(self._steps) if step["request"].get("join") == name)
        with self._turn:
            self._turn.wait_for(lambda: (self._next_request() or len(self._steps)) > index, STEP_LIMIT_S)
        return self._steps[index]

    def push_what_follows(self):
        """Sends what the recorded server pushed between the last request and the next one."""
        with self._turn:
            end = self._next_request()
            for step in self._steps[self._at:end]:
                if step["request"].get("grpc") == "expect":
                    self._push(step)

    def _push(self, step):
        outgoing = self._streams.get(step["request"]["connection"])
        answer = step["response"]
        if "stream_ended" in answer:
            outgoing.put(END_OF_STREAM)
        elif "type" in answer:
            if "ack" in step["request"]:
                self._awaited_acks.append(step["request"]["ack"])
            outgoing.put(encode_payload(answer["type"], answer["payload_headers"], answer["json"]))

    def _next_request(self):
        return next((i for i in range(self._at, len(self._steps)) if is_request(self._steps[i])), None)

    def _call(self, data, context):
        step = self.take(lambda request: request.get("grpc") == "call")
        if step is None:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, "not the next step")
        answer = step["response"]
        self._pool.submit(self.push_what_follows)
        return encode_payload(answer["type"], answer["payload_headers"], answer["json"])

    def _stream(self, requests, _context):
        outgoing = queue.Queue()
        threading.Thread(target=self._read_stream, args=(requests, outgoing), daemon=True).start()
        yield from iter(outgoing.get, END_OF_STREAM)

    def _read_stream(self, requests, outgoing):
        try:
            for data in requests:
                self._message(_kind(data), outgoing)
        except grpc.RpcError:
            pass  # the client went away, as scenarios do

    def _message(self, kind, outgoing):
        with self._turn:
            if kind in self._awaited_acks:
                self._awaited_acks.remove(kind)
                return
        if step := self.take(lambda request: request.get("grpc") == "send" and request["type"] == kind):
            self._streams[step["request"]["connection"]] = outgoing
            self.push_what_follows()


def _kind(data):
    try:
        return decode_payload(data)["type"]
    except ValueError:  # a malformed body on purpose; the type stands before it
        return decode_payload(data[:data.index(b"\x1a", data.index(b"127.0.0.1"))])["type"]


def _zipped(entries):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return data.getvalue()


def _is_path(recorded, path):
    """True when `path` is what the runner makes of a recorded path: anything may stand for the variables that it captured before."""
    return re.fullmatch(".*".join(map(re.escape, re.split(r"\$\{\w+\}", recorded))), path) is not None


def _handler(playback):
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            step = playback.take(lambda request: request.get("method", "GET") == self.command and _is_path(request.get("path", ""), self.path))
            if step is None:
                self.send_response(599)
                self.end_headers()
                return
            if "background" in step["request"]:
                step = playback.joined(step["request"]["background"])
            self.write(step["response"])
            playback.push_what_follows()

        def write(self, response):
            if "error" in response:  # the recorded server sent what is no HTTP
                self.wfile.write(b"?\r\n")
                return
            body = response.get("text", "").encode()
            if "json" in response:
                body = json.dumps(response["json"], ensure_ascii=False).encode()
            if "zip" in response:
                body = _zipped(response["zip"])
            self.send_response(response["status"])
            for name, value in response["headers"].items():
                self.send_header(name, value.encode().decode("latin-1"))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = answer

    return Handler
