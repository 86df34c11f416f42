"""The driver of Python's grpcio: one call a line, one line of what came of it (tests/process/interop.py has the protocol)."""

import sys

import grpc

ENCODINGS = {"identity": grpc.Compression.NoCompression, "gzip": grpc.Compression.Gzip}


def call(channel, kind, path, messages, encoding, timeout_ms):
    more = {"timeout": int(timeout_ms) / 1000, "compression": ENCODINGS[encoding]}
    got = []
    try:
        if kind == "unary":
            got.append(channel.unary_unary(path)(messages[0], **more))
        else:
            asked = iter(messages) if kind == "stream" else _never_ending(messages)
            for message in channel.stream_stream(path)(asked, **more):
                got.append(message)
        return 0, got, ""
    except grpc.RpcError as error:
        return error.code().value[0], got, error.details() or ""


def _never_ending(messages):
    import threading
    yield from messages
    threading.Event().wait(2)


def main():
    channel = grpc.insecure_channel(sys.argv[1], options=[("grpc.max_send_message_length", -1)])
    for line in sys.stdin:
        kind, path, messages, encoding, timeout_ms = line.split()
        code, got, details = call(channel, kind, path, [bytes.fromhex(one) for one in messages.strip("-").split(",")], encoding, timeout_ms)
        print(code, ",".join(one.hex() for one in got) or "-", details.encode().hex() or "-", flush=True)


main()
