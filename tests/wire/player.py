"""Plays the steps of a scenario against a server, one after the other."""
import http.client
import threading
import time

from clients import GrpcConnection, http_answer
from scenario import at_pointer, substituted

BACKGROUND_LIMIT_S = 120  # longer than any recorded long poll


class Player:
    """The state of one story: open connections, captured variables, answers still awaited. One thread."""

    def __init__(self, http_port, grpc_port, keep_waits=True):
        self._http_port, self._grpc_port, self._keep_waits = http_port, grpc_port, keep_waits
        self._connections, self._background, self._variables = {}, {}, {}

    def play(self, request):
        """The answer to one request, in the form in which answers are recorded. Never raises: a refused connection or a time-out is
        an answer too ({"error": ...})."""
        request = substituted(request, self._variables)
        if self._keep_waits:
            time.sleep(request.get("wait_ms", 0) / 1000)
        if "join" in request:
            response = self._join(request["join"])
        elif "background" in request:
            response = self._start(request)
        else:
            response = self._send(request)
        for variable, path in request.get("capture", {}).items():
            self._capture(variable, path, response)
        return response

    def close(self):
        for connection in self._connections.values():
            connection.close()

    def _start(self, request):
        box = []
        thread = threading.Thread(target=lambda: box.append(self._send(request)), daemon=True)
        thread.start()
        self._background[request["background"]] = thread, box
        return {"started": True}

    def _join(self, name):
        thread, box = self._background.pop(name)
        thread.join(BACKGROUND_LIMIT_S)
        return box[0] if box else {"error": "no answer"}

    def _capture(self, variable, path, response):
        source = response if path.startswith("headers/") else response.get("json")
        try:
            self._variables[variable] = at_pointer(source, path)
        except (KeyError, IndexError, TypeError, ValueError):
            response["capture_failed"] = variable

    def _send(self, request):
        try:
            return self._grpc(request) if "grpc" in request else http_answer(self._http_port, request)
        except (OSError, http.client.HTTPException, KeyError, ValueError) as error:
            return {"error": type(error).__name__}

    def _grpc(self, request):
        verb, name, timeout_s = request["grpc"], request["connection"], request.get("timeout_s", 5)
        if verb == "open":
            self._connections[name] = GrpcConnection(self._grpc_port)
            return {"opened": True}
        connection = self._connections[name]
        if verb == "call":
            return connection.call(request["type"], request.get("headers", {}), request["body"], timeout_s)
        if verb == "expect":
            return connection.expect(request.get("type"), request.get("ack"), timeout_s)
        if verb == "send":
            connection.send(request["type"], request.get("headers", {}), request["body"])
            return {"sent": True}
        connection.close()
        return {"closed": True}
