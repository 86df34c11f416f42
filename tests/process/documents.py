"""What the server tells about itself: its addresses as OpenAPI, judged by the validator that others use, and every one of them asked for."""

import json
import os
import re
import subprocess

import clients
from fixture import check, check_equal
from nacos_http import Connection
from server import Server

VALIDATOR = "openapi-spec-validator==0.7.1"
UNKNOWN = ("No message available", "No endpoint ", "there is nothing at ", "not found\n")
VALIDATE = """
import json, sys
from openapi_spec_validator import OpenAPIV31SpecValidator
for fault in OpenAPIV31SpecValidator(json.load(sys.stdin)).iter_errors():
    print(fault.message)
"""


class Trial:
    """One server."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)


def validator():
    """The Python that has it, in an environment made once. Errors: clients.Unavailable."""
    return clients.python_with(VALIDATOR, os.path.join(clients.BUILD, "openapi-venv"))


def ask(port, method, path):
    """Status and text of an answer."""
    connection = Connection(port)
    try:
        status, _, body = connection.request(method, path)
        return status, body.decode(errors="replace")
    finally:
        connection.close()


def is_unknown(status, body):
    """Whether that is how the server answers for an address that it does not have."""
    return status == 404 and any(words in body for words in UNKNOWN)


def is_valid_openapi(trial):
    """No fault in the whole document."""
    python = validator()
    trial.server.start()
    status, body = ask(trial.server.port, "GET", "/openapi.json")
    check_equal(status, 200, "status")
    check_equal(json.loads(body)["openapi"], "3.1.0", "version")
    done = subprocess.run([python, "-c", VALIDATE], input=body, capture_output=True, text=True, timeout=120, check=True)
    check_equal(done.stdout, "", "faults")


def names_only_what_is_there(trial):
    """Each operation of the document is one that the server knows: none is answered as an unknown address or method."""
    trial.server.start()
    paths = json.loads(ask(trial.server.port, "GET", "/openapi.json")[1])["paths"]
    check(len(paths) > 200, f"{len(paths)} paths")
    for path in ("/nacos/v1/cs/none", "/nacos/v3/admin/none", "/batata/v1/none", "/none"):
        check(is_unknown(*ask(trial.server.port, "GET", path)), path)
    for path, operations in paths.items():
        for method in operations:
            status, body = ask(trial.server.port, method.upper(), re.sub(r"\\{[^}]*\\}", "x", path))
            check(status != 405 and not is_unknown(status, body), f"{method} {path}: {status} {body[:200]}")


ALL = [is_valid_openapi, names_only_what_is_there]
