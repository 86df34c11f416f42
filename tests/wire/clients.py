"""The two ways to talk to a Nacos server: plain HTTP requests, and Nacos Payloads over gRPC.

Payloads are encoded by hand (two nested messages, four fields in use), so that the tests share no code with the server and need no
generated files.
"""
import base64
import http.client
import io
import json
import queue
import threading
import time
import urllib.parse
import zipfile

# Headers that say how an answer travelled, not what it says.
TRANSPORT_HEADERS = {"date", "content-length", "transfer-encoding", "connection", "keep-alive", "server"}


def http_answer(port, request):
    """Sends one HTTP request to 127.0.0.1 and returns {"status", "headers", "json"+"raw" | "text"}."""
    body, headers = _http_body(request)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=request.get("timeout_s", 15))
    try:
        connection.request(request.get("method", "GET"), request["path"], body, headers)
        answer = connection.getresponse()
        data = answer.read()
    finally:
        connection.close()
    received = {}
    for name, value in answer.getheaders():
        name = name.lower()
        if name not in TRANSPORT_HEADERS:
            received[name] = f"{received[name]}, {value}" if name in received else value
    return {"status": answer.status, "headers": received, **_decoded(data, received.get("content-type", ""))}


def _http_body(request):
    headers = {"User-Agent": "batata-wire-test", "Connection": "close", **request.get("headers", {})}
    given = {name.lower() for name in headers}
    body, kind = None, None
    if "form" in request:
        body, kind = urllib.parse.urlencode(request["form"], doseq=True).encode(), "application/x-www-form-urlencoded"
    elif "json" in request:
        body, kind = json.dumps(request["json"], ensure_ascii=False).encode(), "application/json"
    elif "text" in request:
        body, kind = request["text"].encode(), "text/plain"
    elif "multipart" in request:
        body, kind = _multipart(request["multipart"])
    if kind and "content-type" not in given:
        headers["Content-Type"] = kind
    return body, headers


def _multipart(parts):
    boundary = "batata-wire-test-7c1f"
    body = b""
    for part in parts:
        file = f'; filename="{part["filename"]}"' if "filename" in part else ""
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{part["name"]}"{file}\r\n'.encode()
        if "type" in part:
            body += f'Content-Type: {part["type"]}\r\n'.encode()
        content = base64.b64decode(part["base64"]) if "base64" in part else part["content"].encode()
        body += b"\r\n" + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _decoded(data, content_type):
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {"zip": {name: archive.read(name).decode("utf-8", "replace") for name in sorted(archive.namelist())}}
    text = data.decode("utf-8", "backslashreplace")
    if text[:1] in ("{", "[", '"') or (text and "json" in content_type) or text in ("true", "false", "null"):
        try:
            return {"json": json.loads(text), "raw": text}
        except ValueError:
            pass
    return {"text": text}


# ---------------------------------------------------------------- Payload: the protobuf messages of the Nacos client protocol
def _varint(number):
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def _field(number, data):
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _read_varint(data, at):
    value = shift = 0
    while True:
        byte, at = data[at], at + 1
        value, shift = value | (byte & 127) << shift, shift + 7
        if byte < 128:
            return value, at


def _fields(data):
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        value, at = _read_varint(data, at)
        if key & 7 == 2:
            value, at = data[at:at + value], at + value
        yield key >> 3, value


def encode_payload(kind, headers, body):
    """Payload{metadata=2 {type=3, headers=7, clientIp=8}, body=3 {value=2}}; a string as body is sent as it is."""
    metadata = _field(3, kind.encode()) + _field(8, b"127.0.0.1")
    for name, value in headers.items():
        metadata += _field(7, _field(1, name.encode()) + _field(2, value.encode()))
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return _field(2, metadata) + _field(3, _field(2, text.encode()))


def decode_payload(data):
    """{"type", "payload_headers", "json", "raw"}; a body that is not JSON is an error of the server and raises ValueError."""
    kind, headers, text = "", {}, "null"
    for number, value in _fields(data):
        if number == 2:
            for inner, part in _fields(value):
                if inner == 3:
                    kind = part.decode()
                elif inner == 7:
                    pair = dict(_fields(part))
                    headers[pair.get(1, b"").decode()] = pair.get(2, b"").decode()
        elif number == 3:
            text = dict(_fields(value)).get(2, b"").decode() or "null"
    return {"type": kind, "payload_headers": headers, "json": json.loads(text), "raw": text}


class GrpcConnection:
    """One client connection: the bidirectional stream and the unary calls that share its transport. Any thread."""

    def __init__(self, port):
        import grpc  # here, so that scenarios without gRPC and the list checker need no third-party package
        self._grpc = grpc
        self._outgoing = queue.Queue()
        self._incoming = []
        self._changed = threading.Condition()
        self._started = False
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_http_proxy", 0)]
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=options)
        self._unary = self._channel.unary_unary("/Request/request")
        self._stream = self._channel.stream_stream("/BiRequestStream/requestBiStream")

    def call(self, kind, headers, body, timeout_s):
        try:
            return decode_payload(self._unary(encode_payload(kind, headers, body), timeout=timeout_s))
        except self._grpc.RpcError as error:
            return {"grpc_status": error.code().name, "details": error.details()}

    def send(self, kind, headers, body):
        """Sends on the stream, which opens with the first message."""
        if not self._started:
            self._started = True
            stream = self._stream(iter(self._outgoing.get, None))
            threading.Thread(target=self._read, args=(stream,), daemon=True).start()
        self._outgoing.put(encode_payload(kind, headers, body))

    def expect(self, kind, ack, timeout_s):
        """The next message of `kind` (None: any) on the stream, acknowledged with the response type `ack`; other messages are left
        in place. An ended stream answers every question."""
        end = time.monotonic() + timeout_s
        with self._changed:
            while True:
                for index, message in enumerate(self._incoming):
                    if kind in (None, message.get("type")) or "stream_ended" in message:
                        del self._incoming[index]
                        if ack and isinstance(message.get("json"), dict):
                            request_id = message["json"].get("requestId")
                            self.send(ack, {}, {"requestId": request_id, "resultCode": 200, "success": True})
                        return message
                left = end - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    return {"nothing_within_s": timeout_s}

    def close(self):
        self._outgoing.put(None)
        self._channel.close()

    def _read(self, stream):
        try:
            for data in stream:
                self._arrived(decode_payload(data))
            self._arrived({"stream_ended": "OK"})
        except self._grpc.RpcError as error:
            self._arrived({"stream_ended": error.code().name, "details": error.details()})
        except ValueError as error:
            self._arrived({"stream_ended": "bad message", "details": str(error)})

    def _arrived(self, message):
        with self._changed:
            self._incoming.append(message)
            self._changed.notify_all()
