"""Prometheus itself against a server with work: promtool reads its metrics, a Prometheus server scrapes them, and every query of the
dashboard in deploy/grafana and of the alerts in deploy/prometheus finds data."""

import glob
import json
import math
import os
import shutil
import subprocess
import time
import urllib.parse
import urllib.request

import clients
import nacos_http
import processes
from fixture import GROUP, Fixture, check, eventually
from ports import free_port
from report import tail
from server import Server

DEPLOY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "deploy")
PAGES = ("/metrics", "/nacos/metrics", "/nacos/actuator/prometheus")
SDK = "python-3.2"
SEEDS = {  # the names of the first documents, with their labels
    "batata_http_requests_total": {"method", "path"}, "batata_grpc_requests_total": set(),
    "batata_config_publish_total": set(), "batata_config_query_total": set(), "batata_service_register_total": set(),
    "batata_service_query_total": set(), "batata_active_connections": set(), "batata_uptime_seconds": set(),
    "batata_cluster_size": set(), "batata_healthy": set(), "batata_config_count": {"namespace"},
    "batata_service_count": {"namespace"}, "batata_cluster_member_count": set()}
# What Nacos' own dashboards ask for and what has a meaning here (docs/metrics.md says what has none).
NACOS = [f'nacos_monitor{{name="{name}"}}' for name in (
    "getConfig", "publish", "longPolling", "configCount", "notifyClientTask", "serviceCount", "domCount", "ipCount",
    "subscriberCount", "maxPushCost", "avgPushCost", "leaderStatus", "failedPush", "totalPush", "pushPendingTaskCount",
    "longConnection")] + [
        "rate(nacos_timer_seconds_sum[1m]) / rate(nacos_timer_seconds_count[1m]) >= 0",
        'rate(http_server_requests_seconds_sum{uri=~".*/cs/configs|.*/ns/instance.*"}[1m])',
        "rate(grpc_server_requests_seconds_sum[1m]) / rate(grpc_server_requests_seconds_count[1m]) >= 0",
        'nacos_config_subscriber{version="v2"}', "system_cpu_usage", "system_load_average_1m"]
# What promtool would name in another way: the documents and Nacos' dashboards have named it.
NAMED_BY_OTHERS = {f'batata_{name}_count non-histogram and non-summary metrics should not have "_count" suffix'
                   for name in ("cluster_member", "config", "service")} | {
                       "grpc_server_requests_seconds label names should be written in 'snake_case' not 'camelCase'"}
SCRAPE_S, RATE = 1, "15s"
READY_S, DATA_S = 30.0, 60.0


class Trial:
    """One server."""

    def __init__(self, binary, directory):
        self.server = Server(binary, directory)


def program(name):
    """Its path. Errors: Unavailable where it is not installed."""
    found = shutil.which(name)
    if not found:
        raise clients.Unavailable(f"{name} is not installed (./x setup test, Debian's package prometheus)", True)
    return found


def run(*command, text=None, directory=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False, cwd=directory)
    check(done.returncode == 0 and not done.stderr, f"{' '.join(command)}:\n{done.stdout}{done.stderr}")


def rules_hold(_trial):
    """promtool: the alerts parse, and each is raised by what should raise it and by nothing else; each says where to look."""
    promtool, directory = program("promtool"), os.path.join(DEPLOY, "prometheus")
    run(promtool, "check", "rules", "alerts.yml", directory=directory)
    run(promtool, "check", "config", "prometheus.yml", directory=directory)
    run(promtool, "test", "rules", "alerts_test.yml", directory=directory)
    with open(os.path.join(directory, "alerts.yml"), encoding="utf-8") as file:
        alerts = file.read().split("- alert: ")[1:]
    with open(os.path.join(directory, "alerts_test.yml"), encoding="utf-8") as file:
        tests = file.read()
    for alert in alerts:
        name = alert.split("\n")[0]
        check("runbook: '" in alert, f"{name} has no runbook")
        check(f'alertname="{name}"' in tests, f"{name} has no test")


def queries_find_data(trial):
    """promtool finds no fault with any page; a Prometheus server scrapes it, and every query of dashboards and alerts finds data."""
    promtool, server = program("promtool"), program("prometheus")
    library = next(each for each in clients.ALL if each.name == SDK)
    library.prepare()
    log = os.path.join(trial.server.directory, "client.log")
    driver = library.start(os.path.join(trial.server.directory, "client"), log)
    fixture = Fixture(library, driver, trial.server.binary, os.path.join(trial.server.directory, "nacos"))
    trial.logs = lambda: [("client", tail(log))]
    prometheus = None
    try:
        fixture.start()
        work = Work(fixture)
        work.round()
        for path in PAGES:
            check_page(promtool, page(fixture.server.port, path))
        check_seeds(page(fixture.server.port, PAGES[0]))
        prometheus = Prometheus(server, trial.server.directory, fixture.server.port)
        trial.logs = lambda: [("client", tail(log)), ("prometheus", tail(prometheus.log))]
        wanted = dashboard_queries() + NACOS
        count = wait_for_data(prometheus, wanted, work)
        for selector in alert_selectors():
            check(prometheus.series(selector), f"an alert looks at {selector}, which does not exist")
        fixture.close()
        return f"{count} queries"
    finally:
        if prometheus:
            prometheus.stop()
        driver.kill()
        fixture.discard()


class Work:
    """What gives every metric something to tell, a round at a time."""

    def __init__(self, fixture):
        self._config, self._naming, self._other = fixture.config(), fixture.naming(), fixture.http()
        self._fixture, self._rounds = fixture, 0
        self._listener = self._config.listen("watched")
        self._subscriber = self._naming.subscribe("watched")

    def round(self):
        self._rounds += 1
        content, address = f"round {self._rounds}", f"10.0.0.{self._rounds % 250 + 1}"
        check(self._config.publish("watched", content), "a publish was refused")
        self._config.wait_content(self._listener, content, self._fixture.listen_s)
        self._config.get("watched")
        self._other.publish("other", content, group=GROUP)
        self._other.get("other", GROUP)
        self._naming.register("watched", address)
        self._other.instances("watched", GROUP)
        time.sleep(0.7)  # in which changes of a service become one push


class Prometheus:
    """A Prometheus server in a process of its own that scrapes ours once a second, and nothing else."""

    def __init__(self, binary, directory, port):
        """Errors: AssertionError when it does not get ready."""
        self.port, self.log = free_port(), os.path.join(directory, "prometheus.log")
        configuration = os.path.join(directory, "prometheus.yml")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(f"global: {{scrape_interval: {SCRAPE_S}s}}\nscrape_configs:\n- job_name: batata\n  metrics_path: {PAGES[1]}\n"
                       f"  static_configs: [{{targets: ['127.0.0.1:{port}']}}]\n")
        with open(self.log, "wb") as log:
            self._process = processes.start([
                binary, f"--config.file={configuration}", f"--storage.tsdb.path={os.path.join(directory, 'series')}",
                f"--web.listen-address=127.0.0.1:{self.port}", "--storage.tsdb.retention.size=64MB"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        eventually(READY_S, self._ready, "a Prometheus that is ready")

    def _ready(self):
        check(self._process.poll() is None, "Prometheus ended")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def _ask(self, path, **parameters):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]

    def finds(self, query):
        """Whether it gives a number. Errors: urllib.error.HTTPError for a query that does not parse."""
        return any(not math.isnan(float(sample["value"][1])) for sample in self._ask("query", query=query)["result"])

    def series(self, selector):
        return self._ask("series", **{"match[]": selector})

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=30)


def page(port, path):
    connection = nacos_http.Connection(port)
    status, _, body = connection.request("GET", path)
    connection.close()
    check(status == 200, f"{path} answered {status}")
    return body.decode()


def check_page(promtool, text):
    """promtool finds no fault but with names that are not ours to choose."""
    done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, timeout=60, check=False)
    faults = set((done.stdout + done.stderr).splitlines()) - NAMED_BY_OTHERS
    check(not faults, "promtool check metrics:\n" + "\n".join(faults))


def check_seeds(text):
    for name, labels in SEEDS.items():
        samples = [line for line in text.splitlines() if line.startswith((name + " ", name + "{"))]
        check(samples, f"there is no {name}")
        for sample in samples:
            for label in labels:
                check(f'{label}="' in sample, f"{sample} has no label {label}")


def dashboard_queries():
    queries = []
    for path in glob.glob(os.path.join(DEPLOY, "grafana", "*.json")):
        with open(path, encoding="utf-8") as file:
            panels = json.load(file)["panels"]
        queries += [target["expr"].replace("$instance", ".*").replace("$__rate_interval", RATE)
                    for panel in panels for target in panel.get("targets", [])]
    check(len(queries) > 40, f"there are {len(queries)} queries")
    return queries


def alert_selectors():
    """Every series that an alert looks at, by its name alone: what it looks for in its labels may never have happened."""
    with open(os.path.join(DEPLOY, "prometheus", "alerts.yml"), encoding="utf-8") as file:
        expressions = [line.split("expr: ", 1)[1] for line in file if "expr: " in line]
    words = {word for text in expressions for word in "".join(c if c.isalnum() or c == "_" else " " for c in text).split()}
    return sorted(word for word in words if word.startswith(("batata_", "process_")))


def wait_for_data(prometheus, queries, work):
    """Works on until each query has found data. Errors: AssertionError for those that never did."""
    end, missing = time.monotonic() + DATA_S, list(queries)
    while missing:
        missing = [query for query in missing if not prometheus.finds(query)]
        if missing and time.monotonic() > end:
            raise AssertionError("no data for:\n" + "\n".join(missing))
        if missing:
            work.round()
    return len(queries)


ALL = [rules_hold, queries_find_data]
