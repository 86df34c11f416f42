"""Benchmarks of TLS. As those of cases.py."""
import subprocess

from cases import RATE_COLUMNS, VALUE_BYTES, Goal, Table, metered
from subjects import Batata, Nginx

THREADS = 8


def certificate(directory):
    """The files of a new certificate that signs itself, and of its key: ECDSA on P-256."""
    directory.mkdir(parents=True, exist_ok=True)
    files = directory / "certificate.pem", directory / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-keyout", files[1], "-out", files[0]], check=True, capture_output=True)
    return files


def tls_handshake(plan):
    table = Table("tls-handshake", f"Connections over TLS 1.3 with an ECDSA certificate on P-256: each a handshake, a request (batata: of a path "
                  f"that is not there) and its end; {THREADS} at a time. The yardstick is nginx with `return 200`, one worker",
                  RATE_COLUMNS, "per_cpu_s", "nginx")
    files = certificate(plan.directory / "tls")
    settings = "--batata.tls.enabled=true", f"--batata.tls.certificate={files[0]}", f"--batata.tls.key={files[1]}"
    with Nginx(plan.directory / "nginx", "v" * VALUE_BYTES, files) as nginx, Batata(plan.directory / "batata", plan.batata, *settings) as batata:
        for _ in range(plan.rounds):
            for kind in ("full", "resumed"):
                for subject in (nginx, batata):
                    table.add(f"{kind} handshakes", subject.name,
                              metered(subject, lambda: plan.load("tls_load", subject.port, THREADS, plan.seconds, kind)))
    for kind in ("full", "resumed"):
        table.goal(f"{kind} handshakes", "batata", Goal("ratio", at_least=0.9))
    return table


ALL = {"tls-handshake": tls_handshake}
