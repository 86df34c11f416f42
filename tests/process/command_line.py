"""The command line against a server that speaks TLS: whom it trusts, what it shows, and what it says otherwise."""

import http.client
import os
import subprocess
import tempfile
import urllib.parse

import conditions
from tls import Trial, expect

LONG_AGO_S = 30 * 24 * 3600


def run(trial, *words, server="https://localhost:{port}", environment=None):
    """(exit code, standard output, standard error) of a command."""
    command = [trial.binary, *words, "--server", server.format(port=trial.server.port), "--timeout", "20s"]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BATATA_")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env={**plain, **(environment or {})})
    return done.returncode, done.stdout, done.stderr


def add_administrator(trial, password):
    connection = http.client.HTTPSConnection("localhost", trial.server.port, timeout=20, context=trial.trusting())
    connection.request("POST", "/nacos/v3/auth/user/admin", urllib.parse.urlencode({"password": password}),
                       {"Content-Type": "application/x-www-form-urlencoded"})
    expect("a first administrator", connection.getresponse().status, 200)
    connection.close()


def expect_refusal(trial, what, seen, sentence, next_step):
    """Exit code 1, nothing on standard output, one sentence and what to do."""
    code, out, error = seen
    if (code, out) != (1, "") or not error.startswith(f"batata: localhost:{trial.server.port} ") or sentence not in error \
            or next_step not in error.splitlines()[-1] or len(error.splitlines()) != 2:
        raise AssertionError(f"{what}: {code} {out!r} {error!r}")


def set_and_get(trial):
    """What is published over TLS is read over TLS, with the authority as an option or in the environment; nothing goes in the clear."""
    trial.start()
    content = "über: tls\n" * 100_000  # more than one record of TLS, and a megabyte
    file = trial.path("content.yml")
    with open(file, "w", encoding="utf-8") as out:
        out.write(content)
    option, variable = ("--ca-file", trial.authority), {"BATATA_CA_FILE": trial.authority}
    expect("set", run(trial, "config", "set", "app.yml", "-f", file, *option)[0], 0)
    expect("get", run(trial, "config", "get", "app.yml", *option), (0, content, ""))
    expect("get by the environment", run(trial, "config", "get", "app.yml", environment=variable), (0, content, ""))
    expect("get without a scheme", run(trial, "config", "get", "app.yml", *option, server="localhost:{port}"), (0, content, ""))
    expect("get of an address", run(trial, "config", "get", "app.yml", *option, server="https://127.0.0.1:{port}"), (0, content, ""))
    expect("a name that is not there", run(trial, "config", "get", "other.yml", *option)[0], 3)
    code, out, _ = run(trial, "status", *option)
    expect("status", (code, "UP" in out), (0, True))
    backup, somebody = trial.path("all.backup"), {"BATATA_USERNAME": "nacos", "BATATA_PASSWORD": "a long password"}
    add_administrator(trial, somebody["BATATA_PASSWORD"])
    expect("backup", (run(trial, "backup", backup, *option, environment=somebody)[0], os.path.exists(backup)), (0, True))
    code, _, error = run(trial, "config", "get", "app.yml", server="http://localhost:{port}")
    expect("without TLS", (code, "TLS" in error), (2, True))


def who_is_trusted(trial):
    """A server whose certificate is another authority's, for another name, or of the past, is sent nothing; a flag says otherwise, aloud."""
    trial.start()
    elsewhere = trial.path("elsewhere")
    os.mkdir(elsewhere)
    stranger, _ = trial.make("ca", "create", directory=elsewhere)
    hint = "--ca-file FILE"
    expect_refusal(trial, "the system's authorities", run(trial, "status"), "is not trusted: ", hint)
    expect_refusal(trial, "another authority", run(trial, "status", "--ca-file", stranger), "is not trusted: ", hint)
    code, out, error = run(trial, "status", "--insecure-skip-verify")
    expect("unverified", (code, "UP" in out, error.startswith("warning: ")), (0, True, True))
    trial.server.stop()
    trial.certificate("for-another", "--host", "elsewhere.example")
    trial.server.settings = ["--batata.tls.enabled=true", f"--batata.tls.certificate={trial.path('for-another.pem')}",
                             f"--batata.tls.key={trial.path('for-another-key.pem')}"]
    trial.server.start()
    expect_refusal(trial, "another name", run(trial, "status", "--ca-file", trial.authority), "localhost", hint)


def expired(trial):
    """A certificate that was good when its server started, and is not any more."""
    library = conditions.build_clock_back(tempfile.mkdtemp(prefix="clock-", dir=trial.directory))
    before = {"LD_PRELOAD": library, "CLOCK_BACK_S": str(LONG_AGO_S)}
    subprocess.run([trial.binary, "tls", "cert", "create", "short", "--ca", trial.authority, "--ca-key", trial.path("batata-ca-key.pem"),
                    "--days", "1", "--dir", trial.directory], env={**os.environ, **before}, check=True, timeout=30, capture_output=True)
    trial.server.environment = before
    trial.server.settings = ["--batata.tls.enabled=true", f"--batata.tls.certificate={trial.path('short.pem')}",
                             f"--batata.tls.key={trial.path('short-key.pem')}"]
    trial.server.start()
    expect_refusal(trial, "expired", run(trial, "status", "--ca-file", trial.authority), "expired", "--ca-file FILE")


def mutual(trial):
    """Where clients must show a certificate: a good one comes in, none and a stranger's are told so before anything is done."""
    shown = trial.certificate("operator", "--use", "client")
    elsewhere = trial.path("elsewhere")
    os.mkdir(elsewhere)
    strangers = trial.make("ca", "create", directory=elsewhere)
    stranger = trial.certificate("operator", "--use", "client", authority=strangers, directory=elsewhere)
    for version in ("1.2", "1.3"):
        trial.start("--batata.tls.client-certificates=required", f"--batata.tls.authorities={trial.authority}",
                    f"--batata.tls.min-version={version}")
        option = ("--ca-file", trial.authority)
        expect("set", run(trial, "config", "set", "app.yml", "k: 1", *option, "--client-cert", shown[0], "--client-key", shown[1])[0], 0)
        by_environment = {"BATATA_CA_FILE": trial.authority, "BATATA_CLIENT_CERT": shown[0], "BATATA_CLIENT_KEY": shown[1]}
        expect("get", run(trial, "config", "get", "app.yml", environment=by_environment), (0, "k: 1", ""))
        for _ in range(20):  # the alert and the end of the connection race with the request
            expect_refusal(trial, "none", run(trial, "config", "set", "app.yml", "k: 2", *option), "certificate", "--client-cert FILE")
        expect_refusal(trial, "a stranger's", run(trial, "config", "set", "app.yml", "k: 2", *option, "--client-cert", stranger[0],
                                                  "--client-key", stranger[1]), "certificate", "--client-cert FILE")
        code, out, error = run(trial, "status", *option, "--client-cert", shown[0])
        expect("half of it", (code, out, "go together" in error), (2, "", True))
        trial.server.stop()


ALL = [set_and_get, who_is_trusted, expired, mutual]
