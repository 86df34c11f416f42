"""Clients of other makers against what the server serves, feature by feature: HTTP of curl and nghttp2, gRPC of five libraries.

A driver of gRPC (grpc_clients/) gets lines "KIND PATH MESSAGES ENCODING TIMEOUT_MS": KIND is `unary`, `stream` (sends its messages and ends
its side) or `open` (does not); MESSAGES is hex, with commas between; ENCODING is how they are packed. It answers each with a line "CODE
MESSAGES DETAILS", the last two in hex, `-` for nothing. With --publish the last case writes docs/interop.md from what has run.
"""

import json
import os
import re
import shutil
import subprocess

import clients
from http1 import CONFIGS, expect
from raw_http import ask, request
from server import GRPC_OFFSET, Server

HERE = os.path.dirname(os.path.abspath(__file__))
DRIVERS = os.path.join(HERE, "grpc_clients")
PAGE = os.path.normpath(os.path.join(HERE, "..", "..", "docs", "interop.md"))
HEALTH, REFLECTION = "/grpc.health.v1.Health/", "/grpc.reflection.{}.ServerReflection/ServerReflectionInfo"
SERVICES = ["BiRequestStream", "Request", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"]
OK, DEADLINE_EXCEEDED, NOT_FOUND, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL = 0, 4, 5, 8, 12, 13
SERVING = b"\x08\x01"
LONG_MS, SHORT_MS = 20_000, 700
COUNT = 2000  # requests of h2load

# What a client cannot do, whatever the server: it is not asked, and the page says why.
NOT_ASKED = {
    ("grpc-js", "message over the limit"): "Node.js does not tell of an answer that comes while it waits to send the rest of a body, and then "
                                           "refuses all further streams of the connection itself",
    ("curl HTTP/2", "keep-alive"): "curl 7.88 that knows of HTTP/2 beforehand closes the connection itself when it is to send a second request on it",
}

_matrix = {}  # client -> (its version, {feature: "yes" or what is wrong})


class Trial:
    """One server with a config in it, small enough for every client and large enough to be packed."""

    CONTENT = "line of a config\n" * 1000

    def __init__(self, binary, directory, publish=False):
        self.server = Server(binary, directory)
        self.publish = publish

    def start(self):
        self.server.start()
        body = f"dataId=interop&group=g&content={self.CONTENT}".replace("\n", "%0A").replace(" ", "%20").encode()
        answer = ask(self.server.port, request(f"POST {CONFIGS} HTTP/1.1", "Content-Type: application/x-www-form-urlencoded",
                                               f"Content-Length: {len(body)}", body=body))
        expect("the config", answer.body, b"true")

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.port}{CONFIGS}?dataId=interop&group=g"

    def path(self, name):
        return os.path.join(self.server.directory, name)


def field(number, data):
    """A field of a protobuf message that carries bytes."""
    return bytes([number << 3 | 2]) + _varint(len(data)) + data


def _varint(value):
    out = b""
    while value >= 128:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def payload(kind, body):
    """A message of Nacos."""
    return field(2, field(3, kind.encode())) + field(3, field(2, json.dumps(body).encode()))


SETUP = {"clientVersion": "Nacos-Java-Client:v3.1.0", "tenant": "", "labels": {"source": "sdk", "module": "config"}, "abilityTable": {"fuzzyWatch": False}}

# Of each feature: the call, and what must come of it: the code, and a test of the messages and the details.
FEATURES = [
    ("unary", ("unary", HEALTH + "Check", [b""], "identity", LONG_MS), OK, lambda got, _: got == [SERVING]),
    ("unary, gzip", ("unary", HEALTH + "Check", [field(1, b"Request") + field(15, b"x" * 5000)], "gzip", LONG_MS), OK, lambda got, _: got == [SERVING]),
    ("status and details", ("unary", HEALTH + "Check", [field(1, b"who")], "identity", LONG_MS), NOT_FOUND, lambda _, details: details == "unknown service"),
    ("unknown method, encoded details", ("unary", "/no.such.Service/100%", [b""], "identity", LONG_MS), UNIMPLEMENTED, lambda _, details: details.endswith(" /no.such.Service/100%")),
    ("malformed message", ("unary", HEALTH + "Check", [b"\x0a\x7f"], "identity", LONG_MS), INTERNAL, None),
    ("message over the limit", ("unary", HEALTH + "Check", [field(15, b"x" * (11 << 20))], "identity", LONG_MS), RESOURCE_EXHAUSTED, None),
    ("gzip over the limit", ("unary", HEALTH + "Check", [field(15, b"x" * (11 << 20))], "gzip", LONG_MS), RESOURCE_EXHAUSTED, None),
    ("server streaming, deadline", ("stream", HEALTH + "Watch", [b""], "identity", SHORT_MS), DEADLINE_EXCEEDED, lambda got, _: got == [SERVING]),
    ("reflection v1", ("stream", REFLECTION.format("v1"), [field(7, b""), field(4, b"Request"), field(4, b"nothing")], "identity", LONG_MS), OK,
     lambda got, _: services_in(got[0]) == SERVICES and len(got) == 3),
    ("reflection v1alpha, gzip", ("stream", REFLECTION.format("v1alpha"), [field(7, b"")], "gzip", LONG_MS), OK, lambda got, _: services_in(got[0]) == SERVICES),
    ("Nacos request", ("unary", "/Request/request", [payload("ServerCheckRequest", {})], "identity", LONG_MS), OK, lambda got, _: b"ServerCheckResponse" in got[0]),
    ("Nacos stream", ("open", "/BiRequestStream/requestBiStream", [payload("ConnectionSetupRequest", SETUP)], "identity", SHORT_MS), DEADLINE_EXCEEDED,
     lambda got, _: any(b"SetupAckRequest" in one for one in got)),
]


def services_in(answer):
    """The names in a ServerReflectionResponse's list."""
    return [name.decode() for name in re.findall(rb"\x0a.\x0a.([A-Za-z0-9.]+)", answer[answer.index(b"\x32"):])]


def _line(call):
    kind, path, messages, encoding, timeout_ms = call
    return f"{kind} {path} {','.join(one.hex() for one in messages) or '-'} {encoding} {timeout_ms}"


def grpc_client(trial, name, version, command):
    """Runs every feature with one driver, on both ports; fails with all that went wrong."""
    trial.start()
    results = {}
    features = [feature for feature in FEATURES if (name, feature[0]) not in NOT_ASKED]
    for port in (trial.server.port, trial.server.port + GRPC_OFFSET):
        done = subprocess.run([*command, f"127.0.0.1:{port}"], input="".join(_line(call) + "\n" for _, call, _, _ in features), text=True,
                              capture_output=True, timeout=120, check=False, env={**os.environ, "GRPC_VERBOSITY": "NONE"})
        lines = done.stdout.splitlines()
        for number, (feature, _, code, test) in enumerate(features):
            if number >= len(lines):
                results[feature] = f"no answer: {done.stderr[-500:]}"
                continue
            got_code, messages, details = lines[number].split(" ")
            messages = [bytes.fromhex(one) for one in messages.strip("-").split(",")] if messages != "-" else []
            details = bytes.fromhex(details.strip("-")).decode("utf-8", "replace")
            good = int(got_code) == code and (test is None or test(messages, details))
            if results.get(feature, "yes") == "yes":
                results[feature] = "yes" if good else f"{got_code} {messages!r} {details!r}"[:300]
    return conclude(name, version, results)


def conclude(name, version, results):
    _matrix[name] = (version, results)
    wrong = {feature: what for feature, what in results.items() if what != "yes"}
    if wrong:
        raise AssertionError(f"{name} {version}: {wrong}")
    return f"{version}: {len(results)} features"


def missing(name, program, package):
    """Skips loudly, and notes it in the matrix."""
    _matrix[name] = ("", f"skipped: {program} is not installed")
    raise clients.Unavailable(f"{program} is not installed (Debian: {package})", toolchain_missing=True)


def prepare(name, work):
    """What `work` gives. Errors: clients.Unavailable, noted in the matrix."""
    try:
        return work()
    except clients.Unavailable as error:
        _matrix[name] = ("", f"skipped: {str(error).splitlines()[0]}")
        raise


def grpcio(trial):
    """Python's grpcio; and its protobuf reads the schemas that reflection gives."""
    library = next(each for each in clients.ALL if each.name == "python-3.2")
    prepare("grpcio", library.prepare)
    version = _output([library.python, "-c", "import grpc; print(grpc.__version__)"])
    note = grpc_client(trial, "grpcio", version, [library.python, os.path.join(DRIVERS, "driver.py")])
    done = subprocess.run([library.python, "-c", SCHEMAS, trial.server.address], capture_output=True, text=True, timeout=60, check=False)
    expect("the schemas", (done.returncode, done.stdout.split(), done.stderr[-1000:]), (0, SERVICES, ""))
    return note


# Loads each service's files into protobuf's own pool, which checks them, and prints those that it then knows.
SCHEMAS = """
import grpc, sys
from google.protobuf import descriptor_pb2, descriptor_pool
def fields(data):
    at = 0
    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte, at = data[at], at + 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128: return value
    while at < len(data):
        tag = varint()
        if tag & 7 == 0: varint(); continue
        size = varint()
        yield tag >> 3, data[at:at + size]
        at += size
call = grpc.insecure_channel(sys.argv[1]).stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
def ask(number, text): return next(dict(fields(one)) for one in call(iter([bytes([number << 3 | 2, len(text)]) + text])))
pool, known = descriptor_pool.DescriptorPool(), {}
names = [dict(fields(entry))[1] for _, entry in fields(ask(7, b"")[6])]
for name in names:
    for _, file in fields(ask(4, name)[4]):
        parsed = descriptor_pb2.FileDescriptorProto.FromString(file)
        known[parsed.name] = parsed
def add(file):
    if file is not None:
        for other in file.dependency: add(known.pop(other, None))
        pool.Add(file)
for file in list(known): add(known.pop(file, None))
for name in names: print(pool.FindServiceByName(name.decode()).full_name)
assert pool.FindMessageTypeByName("Payload").fields_by_name["body"].message_type.full_name == "google.protobuf.Any"
assert pool.FindMethodByName("grpc.health.v1.Health.Watch").server_streaming
assert pool.FindMessageTypeByName("Metadata").fields_by_name["headers"].message_type.GetOptions().map_entry
"""


def grpc_go(trial):
    """grpc-go."""
    if shutil.which("go") is None:
        missing("grpc-go", "go", "golang")
    project, build = os.path.join(DRIVERS, "go"), os.path.join(clients.BUILD, "interop-go")
    program = os.path.join(build, "driver")
    prepare("grpc-go", lambda: clients.build_once(build, [os.path.join(project, name) for name in ("go.mod", "go.sum", "main.go")],
                                                  ["go", "build", "-C", project, "-o", program, "."]))
    with open(os.path.join(project, "go.mod"), encoding="utf-8") as file:
        version = re.search(r"google.golang.org/grpc v(\S+)", file.read()).group(1)
    return grpc_client(trial, "grpc-go", version, [program])


def grpc_java(trial):
    """grpc-java, on Netty."""
    project, build = os.path.join(DRIVERS, "java"), os.path.join(clients.BUILD, "interop-java")
    source = os.path.join(project, "src", "main", "java", "batata", "interop", "Driver.java")
    prepare("grpc-java", lambda: clients.build_with_maven(project, build, [source]))
    with open(os.path.join(project, "pom.xml"), encoding="utf-8") as file:
        version = re.search(r"<grpc.version>(.*?)<", file.read()).group(1)
    return grpc_client(trial, "grpc-java", version, ["java", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-cp", clients.maven_classpath(build), "batata.interop.Driver"])


def grpc_js(trial):
    """grpc-js."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            missing("grpc-js", program, "nodejs, npm")
    project, build = os.path.join(DRIVERS, "node"), os.path.join(clients.BUILD, "interop-node")

    def install():
        os.makedirs(build, exist_ok=True)
        sources = [os.path.join(project, name) for name in ("package.json", "package-lock.json", "driver.js")]
        for source in sources:
            shutil.copy(source, build)
        clients.build_once(build, sources, ["npm", "ci", "--prefix", build, "--no-audit", "--no-fund", "--ignore-scripts"])

    prepare("grpc-js", install)
    with open(os.path.join(project, "package.json"), encoding="utf-8") as file:
        version = json.load(file)["dependencies"]["@grpc/grpc-js"]
    return grpc_client(trial, "grpc-js", version, ["node", os.path.join(build, "driver.js")])


def grpc_cpp(trial):
    """grpc++, of Debian."""
    found = subprocess.run(["pkg-config", "--cflags", "--libs", "grpc++"], capture_output=True, text=True, check=False) if shutil.which("pkg-config") else None
    compiler = shutil.which("clang++-19")
    if found is None or found.returncode != 0 or compiler is None:
        missing("grpc++", "grpc++", "libgrpc++-dev")
    build, source = os.path.join(clients.BUILD, "interop-cpp"), os.path.join(DRIVERS, "driver.cc")
    program = os.path.join(build, "driver")
    os.makedirs(build, exist_ok=True)
    prepare("grpc++", lambda: clients.build_once(build, [source], [compiler, "-std=c++20", "-O1", source, "-o", program, *found.stdout.split()]))
    return grpc_client(trial, "grpc++", _output(["pkg-config", "--modversion", "grpc++"]), [program])


def _output(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.strip()


def curl(trial):
    """curl over both versions of HTTP."""
    if shutil.which("curl") is None:
        missing("curl HTTP/1.1", "curl", "curl")
    version = _output(["curl", "--version"]).split()[1]
    trial.start()
    with open(trial.path("form"), "w", encoding="ascii") as file:
        file.write("dataId=uploaded&group=g&content=" + "u" * (2 << 20))
    notes = []
    for name, option, spoken in (("curl HTTP/1.1", "--http1.1", "1.1"), ("curl HTTP/1.0", "--http1.0", "1.1"), ("curl HTTP/2", "--http2-prior-knowledge", "2")):
        results = {}

        def fetch(feature, wanted, *words, target=trial.url, results=results, option=option):
            done = subprocess.run(["curl", "-sS", option, "-o", trial.path("body"), "-D", trial.path("head"), "-w", "%{http_version} %{http_code}", *words, target],
                                  capture_output=True, text=True, timeout=30, check=False)
            with open(trial.path("head"), encoding="latin-1") as head, open(trial.path("body"), "a+", encoding="latin-1") as body:
                body.seek(0)
                seen = done.stdout, head.read().lower(), body.read()
            good = done.returncode == 0 and wanted(*seen)
            results[feature] = "yes" if good else f"{done.returncode} {seen[0]} {seen[1][:200]!r} {done.stderr}"
            os.remove(trial.path("body"))

        fetch("GET", lambda said, _, body, spoken=spoken: said == f"{spoken} 200" and body == trial.CONTENT)
        fetch("HEAD", lambda said, head, _: said.endswith(" 200") and f"content-length: {len(trial.CONTENT)}" in head, "-I")
        fetch("OPTIONS", lambda said, head, _: said.endswith(" 200") and "allow: get" in head, "-X", "OPTIONS")
        fetch("gzip answer", lambda _, head, body: "content-encoding: gzip" in head and body == trial.CONTENT, "--compressed")
        fetch("POST of 2 MiB", lambda said, _, body: said.endswith(" 200") and body == "true", "--data-binary", f"@{trial.path('form')}", target=trial.url.split("?")[0])
        fetch("multipart", lambda said, _, body: said.endswith(" 200") and body == "true", "-F", "dataId=parts", "-F", "group=g", "-F", "content=c", target=trial.url.split("?")[0])
        if (name, "keep-alive") not in NOT_ASKED:
            fetch("keep-alive", lambda said, _, body: body == trial.CONTENT, "-o", trial.path("second"), trial.url)
        if option == "--http1.1":
            fetch("chunked upload", lambda said, _, body: said.endswith(" 200") and body == "true", "-H", "Transfer-Encoding: chunked", "--data-binary",
                  f"@{trial.path('form')}", target=trial.url.split("?")[0])
            fetch("Upgrade: h2c is ignored", lambda said, _, body: said == "1.1 200" and body == trial.CONTENT, "-H", "Connection: Upgrade, HTTP2-Settings",
                  "-H", "Upgrade: h2c", "-H", "HTTP2-Settings: AAMAAABkAAQAAP__")
        notes.append(conclude(name, version, results))
    return "; ".join(notes)


def nghttp2(trial):
    """nghttp and h2load, of nghttp2."""
    for program in ("nghttp", "h2load"):
        if shutil.which(program) is None:
            missing(program, program, "nghttp2-client")
    trial.start()
    version = _output(["nghttp", "--version"]).split("/")[-1]
    got = subprocess.run(["nghttp", "-v", "--no-dep", "-H", "accept-encoding: identity", trial.url, trial.url + "&again=1"], capture_output=True, text=True,
                         timeout=30, check=False)
    posted = subprocess.run(["nghttp", "-d", trial.path("form"), "-H", "content-type: application/x-www-form-urlencoded", trial.url.split("?")[0]],
                            capture_output=True, text=True, timeout=30, check=False) if _form(trial) else None
    conclude("nghttp", version, {"GET": "yes" if got.stdout.count(":status: 200") == 2 else got.stdout[-300:],
                                 "POST of 2 MiB": "yes" if posted.stdout.strip() == "true" else posted.stdout[-300:] + posted.stderr})
    for name, words in (("h2load HTTP/2", []), ("h2load HTTP/1.1", ["--h1"])):
        done = subprocess.run(["h2load", "-n", str(COUNT), "-c", "10", "-m", "50", *words, trial.url], capture_output=True, text=True, timeout=120, check=False)
        counted = re.search(r"requests: (\d+) total.* (\d+) succeeded, (\d+) failed", done.stdout)
        good = counted is not None and counted.groups() == (str(COUNT), str(COUNT), "0")
        conclude(name, version, {"GET": "yes" if good else done.stdout[-500:] + done.stderr})
    return version


def _form(trial):
    with open(trial.path("form"), "w", encoding="ascii") as file:
        return file.write("dataId=uploaded&group=g&content=" + "u" * (2 << 20))


def matrix(trial):
    """What has run, as a page; with --publish it becomes docs/interop.md. It is the last case."""
    page = _page()
    print(page)
    if trial.publish:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(page)
    return f"{len(_matrix)} clients"


def _page():
    lines = ["# Clients of other makers", "",
             "What `tests/process/run.py interop --publish` has seen work, against the server's health service, reflection, Nacos' gRPC and a config over HTTP.",
             "A client that is not installed is skipped, and says so here.", ""]
    http_clients = {name: seen for name, seen in _matrix.items() if not name.startswith("grpc")}
    grpc_clients = {name: seen for name, seen in _matrix.items() if name.startswith("grpc")}
    for title, group in (("gRPC", grpc_clients), ("HTTP", http_clients)):
        features = []
        for _, results in group.values():
            features += [each for each in (results if isinstance(results, dict) else {}) if each not in features]
        lines += [f"## {title}", "", "| feature | " + " | ".join(f"{name} {version}".strip() for name, (version, _) in group.items()) + " |",
                  "|---|" + "---|" * len(group)]
        for feature in features:
            cells = [results.get(feature, "") if isinstance(results, dict) else "skipped" for _, results in group.values()]
            lines.append(f"| {feature} | " + " | ".join(cell if cell in ("yes", "", "skipped") else "no" for cell in cells) + " |")
        lines.append("")
        lines += [f"- {name}: {results}." for name, (_, results) in group.items() if isinstance(results, str)]
        lines += [f"- {name}, {feature}: not asked. {why}." for (name, feature), why in NOT_ASKED.items() if name in group]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


ALL = [grpcio, grpc_go, grpc_java, grpc_js, grpc_cpp, curl, nghttp2, matrix]
