"""Scenarios: stories of requests with the answers that a real server gave, and the comparison of another server's answers.

A scenario file is JSON: {"product", "version", "about", "steps", "volatile"?, "unordered"?}. A step is {"name", "request", "response",
"volatile"?, "unordered"?}. `request` is one of

  HTTP   {"method"?, "path", "server"?, "headers"?, "form"? | "json"? | "text"? | "multipart"?, "timeout_s"?}
  gRPC   {"grpc": "open"|"call"|"send"|"expect"|"close", "connection", "type"?, "headers"?, "body"?, "ack"?, "timeout_s"?}

(`server` is "main" or "console": one port here; for gRPC: Nacos Payloads; a string as body is sent as it is) and any of {"wait_ms": N (before it), "background": ID (do not wait for the
answer), "join": ID (collect that answer), "capture": {VARIABLE: "/json/pointer" | "headers/NAME"}}. ${VARIABLE} is replaced in every
string of a request.

`volatile` lists JSON pointers into the response (`*` is any element): the values there may differ, their kind may not. `unordered` lists
pointers of lists whose order means nothing. `raw` is for people who read the file and is not compared.
"""
import copy
import json
import re
from pathlib import Path

ABSENT = "(absent)"

# What the recorded server's web framework adds to every answer; no client depends on it.
FRAMEWORK_HEADERS = {"pragma", "expires", "cache-control", "vary", "x-xss-protection", "x-frame-options", "x-content-type-options",
                     "content-security-policy", "content-language", "accept-patch", "accept-ranges"}

_REQUEST_KEYS = {"method", "path", "server", "headers", "form", "json", "text", "multipart", "timeout_s", "grpc", "connection", "type", "body", "ack",
                 "wait_ms", "background", "join", "capture"}
_STEP_KEYS = {"name", "request", "response", "volatile", "unordered"}


class Scenario:
    """One scenario file. Immutable after load."""

    def __init__(self, document, name):
        self.name = name
        self.steps = document["steps"]
        self.volatile = document.get("volatile", [])
        self.unordered = document.get("unordered", [])
        self.headers_sent = {header for step in self.steps for header in step["response"].get("headers", {})}

    @staticmethod
    def load(path):
        """Of steps of one name the second gets " (2)" behind it, and so on.

        Raises ValueError for a key that this runner does not know: a step that is not fully understood proves nothing."""
        scenario = Scenario(json.loads(Path(path).read_text()), Path(path).stem)
        names = {}
        for step in scenario.steps:
            if unknown := (set(step) - _STEP_KEYS) | (set(step["request"]) - _REQUEST_KEYS):
                raise ValueError(f"{path}: step '{step['name']}': unknown {sorted(unknown)}")
            number = names[step["name"]] = names.get(step["name"], 0) + 1
            if number > 1:
                step["name"] += f" ({number})"
        return scenario

    def differences(self, step, got, ours=None, volatile=()):
        """List of (pointer, wanted, got). `ours` maps pointers to what is wanted there instead of the recorded value; an empty
        pointer is the whole answer."""
        patterns = [*self.volatile, *step.get("volatile", []), *volatile]
        unordered = [*self.unordered, *step.get("unordered", [])]
        want = sorted_lists(patched(step["response"], ours or {}), unordered)
        found = [item for item in _walk(want, sorted_lists(got, unordered)) if not _is_volatile(*item, patterns)]
        return [item for item in found if not self._harmless_header(*item)]

    def _harmless_header(self, pointer, wanted, _got):
        """A header of the framework, or one that the recorded product never sends in this scenario: no client can depend on it."""
        header = pointer.removeprefix("/headers/")
        if header == pointer:
            return False
        return header in FRAMEWORK_HEADERS or (wanted == ABSENT and header not in self.headers_sent)


def at_pointer(document, pointer):
    """The value at a JSON pointer. Raises KeyError, IndexError, TypeError or ValueError where there is none."""
    for part in [part for part in pointer.split("/") if part]:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def patched(document, changes):
    """A copy of `document` with the values of {pointer: value} in place; ABSENT removes."""
    document = copy.deepcopy(document)
    for pointer, value in changes.items():
        if not pointer:
            document = copy.deepcopy(value)
            continue
        above, _, last = pointer.rpartition("/")
        parent = at_pointer(document, above)
        if isinstance(parent, list):
            parent[int(last)] = value
        elif value == ABSENT:
            parent.pop(last, None)
        else:
            parent[last] = value
    return document


def substituted(value, variables):
    """`value` with ${NAME} replaced in every string, dictionary keys included. Unknown names stay as they are."""
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)\}", lambda match: str(variables.get(match[1], match[0])), value)
    if isinstance(value, dict):
        return {substituted(key, variables): substituted(item, variables) for key, item in value.items()}
    return [substituted(item, variables) for item in value] if isinstance(value, list) else value


def sorted_lists(document, patterns):
    """A copy of `document` whose lists at the given pointers are sorted."""
    document = copy.deepcopy(document)
    _sort_in_place(document, [re.compile(_expression(pattern)) for pattern in patterns], "")
    return document


def _sort_in_place(document, patterns, at):
    if isinstance(document, (dict, list)):
        for key, value in document.items() if isinstance(document, dict) else enumerate(document):
            _sort_in_place(value, patterns, f"{at}/{key}")
    if isinstance(document, list) and any(pattern.fullmatch(at) for pattern in patterns):
        document.sort(key=lambda item: json.dumps(item, sort_keys=True))


def _expression(pattern):
    return "[^/]+".join(re.escape(part) for part in pattern.split("*"))


def _walk(want, got, at=""):
    if isinstance(want, dict) and isinstance(got, dict):
        for key in sorted(set(want) | set(got)):
            if at == "" and key == "raw":
                continue
            if key not in got or key not in want:
                yield f"{at}/{key}", want.get(key, ABSENT), got.get(key, ABSENT)
            else:
                yield from _walk(want[key], got[key], f"{at}/{key}")
    elif isinstance(want, list) and isinstance(got, list):
        if len(want) != len(got):
            yield at, f"{len(want)} elements", f"{len(got)} elements"
        for index, (left, right) in enumerate(zip(want, got)):
            yield from _walk(left, right, f"{at}/{index}")
    elif type(want) is not type(got) or want != got:
        yield at, want, got


def _kind(value):
    if isinstance(value, str):
        return "digits" if value.isdigit() else "string"
    return {bool: "boolean", int: "number", float: "number", type(None): "null", list: "list", dict: "object"}[type(value)]


def _is_volatile(pointer, wanted, got, patterns):
    for pattern in patterns:
        expression = _expression(pattern)
        if re.fullmatch(expression, pointer):
            kinds = _kind(wanted), _kind(got)
            # A recorded string that is not a number may happen to consist of digits in another run.
            return ABSENT in (wanted, got) or kinds[0] == kinds[1] or kinds == ("string", "digits")
        if re.match(expression + "/", pointer):
            return True
    return False
