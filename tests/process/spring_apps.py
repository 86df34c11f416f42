"""Spring Cloud Alibaba applications: configured by the server, registered there, and calling each other by name.

There are two applications, one on Spring Boot 2.7 and one on 3.3 (spring/), and two instances of each. They need so long to
start that one case does it all, once with everything open and once with sign-in and a namespace of its own.
"""

import glob
import http.client
import os
import signal
import subprocess
import time

import clients
import nacos_http
import processes
from fixture import APP, GUARD, add_users, check, check_equal, eventually
from ports import free_port
from report import tail
from server import Server

PROJECT = os.path.join(clients.HERE, "spring")
GENERATIONS = ("boot2", "boot3")  # also the names of their services
START_LIMIT_S = 90.0  # four JVMs on two cores, which are not the only processes there
REFRESH_S = 5.0
# A registration is pushed to who knows the service, and the load balancer keeps a list for 2 s, as application.yml says.
CALLS_S = 6.0
# The same for an instance that dies: the server sees the end of its connection at once. (Not so where a machine dies without
# a word: after 20 s of silence the server asks, and gives it 5 s to answer.)
GONE_S = 5.0
# After a reconnect the client registers again within 3 s, and asks for what it listens to within 20 s, or sooner when the
# server pushes; before it, it tries to connect with pauses that grow to 5 s.
REDO_S = 15.0
RELISTEN_S = 25.0
DEREGISTERED_S = 3.0
EXIT_LIMIT_S = 20.0  # Spring Boot 3 goes on for 4 s after deregistering, as application.yml says
AFTER_EXIT_S = 3.0  # so long a list of before the exit could still be in use
CALLS = 10


def open_to_all(trial):
    """Nobody signs in, everything is in the public namespace."""
    return all_checks(trial)


def guarded(trial):
    """The applications must sign in; their configurations and services are in a namespace of their own."""
    trial.guard("spring-apps")
    return all_checks(trial)


def all_checks(trial):
    trial.start_server()
    trial.publish("first")
    trial.start_apps()
    trial.wait_values("first", REFRESH_S)
    trial.publish("second")
    refreshed = trial.wait_values("second", REFRESH_S)
    everybody_calls_everybody(trial)
    again = restart(trial)
    graceful_shutdown(trial)
    gone = sudden_death(trial)
    last_shutdown(trial)
    return (f"refresh {refreshed:.1f} s, after kill -9 of the server all back in {again:.1f} s, last call to a dead "
            f"instance {gone:.1f} s after its end")


def everybody_calls_everybody(trial):
    """Each instance calls both services by name, and the load balancer spreads the calls over both instances of each."""
    for app in trial.apps:
        for service in GENERATIONS:
            everyone = trial.ports(service)
            eventually(CALLS_S, lambda: app.known(service) == everyone, f"{app.name} to know {everyone} of {service}")
            eventually(CALLS_S, lambda: {app.called(service) for _ in everyone} == set(everyone),
                       f"{app.name} to be answered by {everyone} of {service}")
            answered = [app.called(service) for _ in range(CALLS)]
            check_equal(sorted(set(answered)), everyone, f"who answered {CALLS} calls of {app.name} to {service}")


def restart(trial):
    """The server dies and comes back: calls go on without it, then everybody registers and listens again on their own."""
    trial.server.kill()
    for app in trial.apps:
        for service in GENERATIONS:
            check(app.called(service) in trial.ports(service), f"{app.name} calls {service} without the server")
    started = time.monotonic()
    trial.start_server()
    for service in GENERATIONS:
        eventually(REDO_S, lambda: trial.registered(service) == trial.ports(service), f"{service} to be registered again")
    trial.publish("third")
    trial.wait_values("third", RELISTEN_S)
    back = time.monotonic() - started
    trial.publish("fourth")
    trial.wait_values("fourth", REFRESH_S)
    everybody_calls_everybody(trial)
    return back


def graceful_shutdown(trial):
    """SIGTERM: Spring Boot 3 deregisters, then serves on for a while: no call is lost."""
    leaving, staying = trial.instances("boot3")
    leaving.terminate()
    eventually(DEREGISTERED_S, lambda: trial.registered("boot3") == [staying.port], "the instance to be deregistered")
    check(leaving.runs(), "the instance has ended before it could be seen to deregister")
    ended = None
    while ended is None or time.monotonic() < ended + AFTER_EXIT_S:
        for consumer in trial.instances("boot2"):
            answered = consumer.called("boot3")
            check(answered == staying.port or not ended and answered == leaving.port,
                  f"{consumer.name} was answered {answered!r}")
        if ended is None and not leaving.runs():
            ended = time.monotonic()
        time.sleep(0.05)
    leaving.check_ended_by_signal()


def sudden_death(trial):
    """kill -9: the server's list is right at once, and both generations stop calling the instance. Returns when they did."""
    dead, alive = trial.instances("boot2")
    consumers = [alive, trial.instances("boot3")[1]]
    died = time.monotonic()
    dead.kill()
    last = 0.0
    while (now := time.monotonic() - died) < GONE_S + 1:
        for consumer in consumers:
            if consumer.called("boot2") != alive.port:
                last = now
        time.sleep(0.05)
        check(now < DEREGISTERED_S or trial.registered("boot2") == [alive.port], "the server lists the dead instance")
    check(last < GONE_S, f"the dead instance was called {last:.1f} s after its end")
    for consumer in consumers:
        check_equal({consumer.called("boot2") for _ in range(CALLS)}, {alive.port}, f"who answered {consumer.name}")
    return last


def last_shutdown(trial):
    """SIGTERM for the last of each: both are deregistered, and nothing is left in the lists."""
    leaving = [trial.instances(service)[1] for service in GENERATIONS]
    for last in leaving:
        last.terminate()
    for service in GENERATIONS:
        eventually(DEREGISTERED_S, lambda: trial.registered(service) == [], f"the last {service} to be deregistered")
    for last in leaving:
        last.check_ended_by_signal()
        check("De-registration finished" in last.log(), f"{last.name} did not deregister, its connection just ended")


class App:
    """One instance of an application. Used by one thread."""

    def __init__(self, generation, directory, flags):
        """Starts it; `flags` go to Spring."""
        self.port = free_port()
        self.name = f"{generation} at {self.port}"
        self._log_path = os.path.join(directory, f"{generation}-{self.port}.log")
        home = os.path.join(directory, f"{generation}-{self.port}")
        os.makedirs(home)
        # The compiler flag and the collector make the start quick; the tests put no load on the JVM.
        command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", f"-Duser.home={home}",
                   f"-DJM.LOG.PATH={home}/log", f"-DJM.SNAPSHOT.PATH={home}/snapshot",
                   "-cp", clients.maven_classpath(_build(generation)), "batata.spring.App",
                   f"--server.port={self.port}", "--spring.cloud.nacos.discovery.ip=127.0.0.1", *flags]
        with open(self._log_path, "wb") as log:
            self._process = processes.start(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=home)

    def values(self):
        return self._get("/values")

    def known(self, service):
        """The ports of a service as the discovery client has them, sorted."""
        return [int(port) for port in self._get(f"/known?service={service}").split()]

    def called(self, service):
        """The port of the instance that answered a call, or why there was no answer."""
        answer = self._get(f"/call?service={service}")
        return int(answer) if answer.isdigit() else answer

    def runs(self):
        return self._process.poll() is None

    def kill(self):
        """kill -9, and waits until it is gone. Nothing happens when it has ended."""
        if self.runs():
            self._process.kill()
            self._process.wait()

    def terminate(self):
        self._process.send_signal(signal.SIGTERM)

    def check_ended_by_signal(self):
        """After `terminate`: it ends in time, as a JVM does that was told to."""
        check_equal(self._process.wait(timeout=EXIT_LIMIT_S), 128 + signal.SIGTERM, f"the exit code of {self.name}")

    def log(self):
        with open(self._log_path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def log_tail(self):
        return tail(self._log_path)

    def _get(self, target):
        if not self.runs():
            raise AssertionError(f"{self.name} has ended with {self._process.returncode}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", target)
            return connection.getresponse().read().decode("utf-8")
        finally:
            connection.close()


class Trial:
    """A server and four instances; nothing is up yet. Errors: Unavailable when the applications cannot be built."""

    def __init__(self, binary, directory):
        for generation in GENERATIONS:
            sources = [path for root in (".", generation) for path in _files(os.path.join(PROJECT, root))]
            clients.build_with_maven(os.path.join(PROJECT, generation), _build(generation), sources)
        self.server = Server(binary, directory)
        self.apps = []
        self._namespace = ""
        self._guarded = False
        self._nacos = None

    def guard(self, namespace):
        """Switches sign-in on and puts everything into a namespace. Before the server is started."""
        self._namespace = namespace
        self._guarded = True
        self.server.settings = GUARD

    def start_server(self):
        """The first time it gets its users, too; the later times it must still know them."""
        self.server.start()
        if self._guarded and self.server.starts == 1:
            add_users(self.server.port)
        self._nacos = nacos_http.Connection(self.server.port)
        if self._guarded:
            self._nacos.log_in(*APP)

    def publish(self, word):
        """Publishes configurations with `word` in all values of both applications."""
        for service in GENERATIONS:
            self._publish(f"{service}.yaml", nacos_http.GROUP, f"test:\n  greeting: {word} of {service}\n")
        self._publish("shared.yaml", "SHARED", f"test:\n  colour: {word}\n")

    def start_apps(self):
        """Starts two instances of each at once and waits until they are up and registered."""
        flags = [f"--spring.cloud.nacos.server-addr={self.server.address}",
                 f"--spring.cloud.nacos.config.namespace={self._namespace}",
                 f"--spring.cloud.nacos.discovery.namespace={self._namespace}"]
        if self._guarded:
            flags += [f"--spring.cloud.nacos.username={APP[0]}", f"--spring.cloud.nacos.password={APP[1]}"]
        for generation in GENERATIONS * 2:
            self.apps.append(App(generation, self.server.directory, flags))
        for app in self.apps:
            eventually(START_LIMIT_S, app.values, f"{app.name} to start")
        for service in GENERATIONS:
            eventually(REFRESH_S, lambda: self.registered(service) == self.ports(service), f"{service} to be registered")

    def wait_values(self, word, limit_s):
        """Waits until all instances show the values of `publish(word)`. Returns the seconds it took."""
        started = time.monotonic()
        for app in self.apps:
            generation = app.name.split()[0]
            left = limit_s - (time.monotonic() - started)
            eventually(max(left, 0.1), lambda: app.values() == f"{word} of {generation} {word}", f"{app.name} to show {word}")
        return time.monotonic() - started

    def instances(self, service):
        return [app for app in self.apps if app.name.startswith(service)]

    def ports(self, service):
        return sorted(app.port for app in self.instances(service))

    def registered(self, service):
        """The ports that the server lists, sorted."""
        listed = self._nacos.ask("GET", nacos_http.INSTANCES + "/list",
                                 query={"serviceName": service, "namespaceId": self._namespace})
        return sorted(host["port"] for host in listed["hosts"])

    def logs(self):
        """The ends of all applications' logs, for a failure report."""
        return [(app.name, app.log_tail()) for app in self.apps]

    def close(self):
        for app in self.apps:
            app.kill()

    def _publish(self, data_id, group, content):
        answer = self._nacos.ask("POST", nacos_http.CONFIGS, form={
            "dataId": data_id, "group": group, "content": content, "type": "yaml", "tenant": self._namespace})
        check_equal(answer, True, f"the answer to a publish of {data_id}")


def _build(generation):
    return os.path.join(clients.BUILD, f"spring-{generation}")


def _files(directory):
    found = (glob.glob(os.path.join(directory, folder, "**", "*.*"), recursive=True) for folder in ("src", "resources"))
    return sorted(path for paths in found for path in paths)


ALL = [open_to_all, guarded]
