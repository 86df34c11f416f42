#!/usr/bin/env python3
"""Runs the process tests: official client libraries and kill -9 against the real batata program.

    tests/process/run.py [--batata PROGRAM] [--rounds N] [--cycles N] [--seconds N] [--publish] [--list] [NAME...]

A NAME is a suite ("java-3.1", "kill9", "unit"), a case ("python-3.2/listen") or a pattern ("*/subscribe"); none means all.
The last line is "N passed, N failed, N skipped". With CI in the environment (not 0, not false), only a missing toolchain may be
skipped.
"""

import argparse
import contextlib
import dataclasses
import fnmatch
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
import types
import unittest

import access
import backup
import cases
import churn
import clients
import command_line
import conditions
import disk_faults
import doctor
import documents
import golden_directory
import grpc_services
import held_bytes
import http1
import http2
import interop
import kill9
import limits
import logs
import migration
import mysql_check
import operator_commands
import outbound_grpc
import overload
import power_cut
import processes
import prometheus
import refusals
import repair
import security
import soak
import spring_apps
import stop
import tls
import transports
import udp_push
from fixture import Fixture
from report import Report, tail
from unit_tests import Unit, unit_name, unit_tests

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "support"))
from ci import in_ci

CASE_LIMIT_S = 200.0  # some take over a minute where the machine is also building
TRIAL_LIMIT_S = 400.0  # some make as many rounds as the options say, or build what they need
END_S = 10.0  # in which a case whose processes were ended goes on to its own end
ROUNDS, CYCLES, SECONDS = 20, 30, 30
REPEAT_S = 5.0  # of the limit, for each round, cycle or second beyond these


@dataclasses.dataclass(frozen=True)
class TrialSuite:
    """A module whose `ALL` are cases without a client library, each on a `Trial` of its own."""
    name: str
    module: types.ModuleType
    alone: bool = False  # has the machine to itself
    option: str = ""  # a further argument of its trials
    repeats: int = 0  # what that option is by default, where it says how often

    def name_of(self, case):
        return f"{self.name}/{case.__name__}"

    def trial(self, binary, path, options):
        return self.module.Trial(binary, path, *([getattr(options, self.option)] if self.option else []))

    def limit_s(self, options):
        return TRIAL_LIMIT_S + REPEAT_S * (max(0, getattr(options, self.option) - self.repeats) if self.repeats else 0)


SUITES = [
    TrialSuite("access", access),
    TrialSuite("migration", migration),
    TrialSuite("udp", udp_push),
    TrialSuite("security", security),
    TrialSuite("logs", logs),
    TrialSuite("doctor", doctor),
    TrialSuite("backup", backup),
    TrialSuite("repair", repair),
    TrialSuite("conditions", conditions),
    TrialSuite("refusals", refusals),
    TrialSuite("tls", tls),
    TrialSuite("command-line", command_line),
    TrialSuite("documents", documents),
    TrialSuite("operator", operator_commands),
    TrialSuite("http1", http1),
    TrialSuite("http2", http2),
    TrialSuite("interop", interop, option="publish"),
    TrialSuite("limits", limits),
    TrialSuite("held", held_bytes),
    TrialSuite("grpc", grpc_services),
    TrialSuite("outbound-grpc", outbound_grpc),
    TrialSuite("transports", transports),
    TrialSuite("golden", golden_directory),
    TrialSuite("mysql", mysql_check),
    TrialSuite("prometheus", prometheus),
    TrialSuite("spring", spring_apps, alone=True),
    TrialSuite("stop", stop, alone=True),
    TrialSuite("overload", overload, alone=True),
    TrialSuite("churn", churn, alone=True),
    TrialSuite("soak", soak, alone=True, option="seconds", repeats=SECONDS),
    TrialSuite("kill9", kill9, alone=True, option="rounds", repeats=ROUNDS),
    TrialSuite("faults", disk_faults, alone=True, option="publish"),
    TrialSuite("power-cut", power_cut, alone=True, option="cycles", repeats=CYCLES),
]


def all_names():
    names = [unit_name(test) for test in unit_tests()]
    names += [suite.name_of(case) for suite in SUITES for case in suite.module.ALL]
    return names + [cases.name_of(client, *case) for client in clients.ALL for case in cases.cases_for(client)]


def select(patterns):
    """The chosen names, as a set. Errors: SystemExit when a pattern matches nothing."""
    if not patterns:
        return set(all_names())
    chosen = set()
    for pattern in patterns:
        matching = [name for name in all_names() if fnmatch.fnmatch(name, pattern) or name.startswith(pattern + "/")]
        if not matching:
            sys.exit(f"run.py: nothing is called {pattern}; --list shows all names")
        chosen.update(matching)
    return chosen


class ClientSuite:
    """Cases of one client library, one after the other in one driver process, each with its own server.

    Few of the cases that load the machine run at once, whatever their suites.

    `guarded`: only those with sign-in, or only those without; None means both. Suites of one library share `preparing`.
    """

    _loads = threading.Semaphore(2)

    def __init__(self, client, chosen, binary, directory, report, guarded=None, preparing=None):
        self._client = client
        self._cases = [case for case in cases.cases_for(client)
                       if self._name(case) in chosen and guarded in (None, case[1])]
        self._binary = binary
        self._directory = os.path.join(directory, client.name + ("-guarded" if guarded else ""))
        self._report = report
        self._preparing = preparing or threading.Lock()
        self._driver = None

    def run(self):
        """Gives every chosen case a result, also when what surrounds the cases breaks down."""
        if not self._cases:
            return
        try:
            with self._preparing:
                self._client.prepare()
            self._run_cases()
        except clients.Unavailable as missing:
            for case in self._cases:
                self._report.skipped(self._name(case), str(missing), missing.toolchain_missing)
        except Exception as error:  # the thread ends here: whatever it is, the cases that are left have failed
            for case in self._cases:
                if not self._report.has(self._name(case)):
                    self._report.failed(self._name(case), f"not finished: {failure_of(error)}")

    def _run_cases(self):
        os.makedirs(self._directory, exist_ok=True)
        try:
            for case in self._cases:
                with self._loads if getattr(case[0], "loads_machine", False) else contextlib.nullcontext():
                    self._run_case(case)
        finally:
            if self._driver:
                self._driver.close()

    def _name(self, case):
        return cases.name_of(self._client, *case)

    def _run_case(self, case):
        started = time.monotonic()
        if self._driver is None:
            self._driver = self._client.start(os.path.join(self._directory, "client"), self._driver_log())
        function, guarded = case
        directory = os.path.join(self._directory, ("guarded-" if guarded else "") + function.__name__)
        fixture = Fixture(self._client, self._driver, self._binary, directory, guarded, getattr(function, "settings", ()))
        watchdog = threading.Timer(CASE_LIMIT_S, self._end_all, [self._driver, fixture])
        watchdog.daemon = True
        watchdog.start()
        try:
            fixture.start()
            note = function(fixture)
            fixture.close()
            self._report.passed(self._name(case), time.monotonic() - started, note)
        except Exception as error:  # whatever goes wrong in a case is its failure
            self._fail(case, fixture, error, time.monotonic() - started)
        finally:
            watchdog.cancel()
            fixture.discard()

    def _fail(self, case, fixture, error, seconds):
        late = f" (ended by the limit of {CASE_LIMIT_S:g} s)" if seconds >= CASE_LIMIT_S else ""
        self._report.failed(self._name(case), f"{failure_of(error)}{late}",
                            [("server", fixture.server.log_tail()), ("client", tail(self._driver_log()))])
        # What a failed case left in the library must not disturb the next one.
        self._driver.kill()
        self._driver = None

    def _driver_log(self):
        return os.path.join(self._directory, "client.log")

    @staticmethod
    def _end_all(driver, fixture):
        driver.kill()
        fixture.discard()


def failure_of(error):
    """An exception in one line: kind, text and where it was raised."""
    places = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(places[-1].filename)}:{places[-1].lineno}" if places else ""
    return f"{type(error).__name__}: {error}{place}"


def run_units(chosen, report):
    suite = unittest.TestSuite(test for test in unit_tests() if unit_name(test) in chosen)
    suite.run(Unit(report))


def run_trials(suite, chosen, binary, directory, options, report):
    """The chosen cases of a suite of SUITES: each on a trial of its own, which has a server."""
    for case in suite.module.ALL:
        name = suite.name_of(case)
        if name in chosen:
            path = os.path.join(directory, name.replace("/", "-"))
            run_trial(name, case, lambda: suite.trial(binary, path, options), report, suite.limit_s(options))


def run_trial(name, case, make_trial, report, limit_s=TRIAL_LIMIT_S):
    """Gives the case its result, also when it hangs: then its processes are ended, and should it go on all the same it is left.

    What makes a trial has limits of its own: it may have to build something.
    """
    started = time.monotonic()
    run = _Run(case, make_trial)
    if run.make():
        run.start()
        run.join(limit_s)
    late = ""
    if run.is_alive():
        late = f" (ended by the limit of {limit_s:g} s)"
        run.end_processes()
        run.join(END_S)
    error = TimeoutError("it goes on") if run.is_alive() else run.error or (TimeoutError("it took too long") if late else None)
    if error is None:
        report.passed(name, time.monotonic() - started, run.note)
    elif isinstance(error, clients.Unavailable):
        report.skipped(name, str(error), error.toolchain_missing)
    else:
        report.failed(name, failure_of(error) + late, run.logs())


class _Run(threading.Thread):
    """A case on its trial, whose processes end with it."""

    def __init__(self, case, make_trial):
        super().__init__(daemon=True)
        self.note = ""
        self.error = None
        self._trial = None
        self._case = case
        self._make_trial = make_trial

    def make(self):
        """False: there is no trial, and `error` is why."""
        try:
            self._trial = self._make_trial()
        except Exception as error:  # is the case's failure
            self.error = error
        return self.error is None

    def run(self):
        try:
            self.note = self._case(self._trial)
        except Exception as error:  # whatever goes wrong in a trial is its failure
            self.error = error
        finally:
            self.end_processes()

    def end_processes(self):
        """Any thread, also while the case runs."""
        try:
            self._trial.server.discard()
            getattr(self._trial, "close", lambda: None)()
        except Exception as error:  # as above
            self.error = self.error or error

    def logs(self):
        return [("server", self._trial.server.log_tail()), *getattr(self._trial, "logs", list)()] if self._trial else []


def run_suites(chosen, binary, directory, options, report):
    """What mostly waits runs side by side; what loads the machine, or is about times, has it to itself afterwards."""
    def side_by_side(runs):
        threads = [threading.Thread(target=each, daemon=True) for each in runs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def trials(suite):
        return lambda: run_trials(suite, chosen, binary, directory, options, report)

    suites = []
    for client in clients.ALL:
        preparing = threading.Lock()
        suites += [ClientSuite(client, chosen, binary, directory, report, guarded, preparing)
                   for guarded in (False, True)]
    side_by_side([suite.run for suite in suites])
    # Migration reads with a client library that is prepared by now.
    side_by_side([trials(suite) for suite in SUITES if not suite.alone])
    for suite in SUITES:
        if suite.alone:
            trials(suite)()


def main():
    root = os.path.normpath(os.path.join(HERE, "..", ".."))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batata", default=os.path.join(root, "build", "release", "batata"), metavar="PROGRAM")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="kills in each trial of kill9 (%(default)s)")
    parser.add_argument("--cycles", type=int, default=CYCLES, metavar="N", help="cuts in each trial of power-cut (%(default)s)")
    parser.add_argument("--seconds", type=int, default=SECONDS, metavar="N", help="how long soak lasts (%(default)s)")
    parser.add_argument("--publish", action="store_true", help="write docs/faults.md and docs/interop.md from what faults and interop find")
    parser.add_argument("--keep", action="store_true", help="keep data directories and logs of a passing run too")
    parser.add_argument("--list", action="store_true", help="print the names and end")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    if options.list:
        print("\n".join(all_names()))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return run(options)
    finally:
        processes.end_all()


def run(options):
    """Runs what the options choose and returns the exit code."""
    chosen = select(options.names)
    report = Report(sys.stdout, chosen, strict=in_ci())
    run_units(chosen, report)
    on_a_server = sorted(name for name in chosen if not name.startswith("unit/"))
    if on_a_server and not os.access(options.batata, os.X_OK):
        for name in on_a_server:
            report.failed(name, f"{options.batata} is not there; ./x build makes it")
    elif on_a_server:
        os.makedirs(clients.BUILD, exist_ok=True)
        directory = tempfile.mkdtemp(prefix="process-tests-", dir=clients.BUILD)
        run_suites(chosen, os.path.abspath(options.batata), directory, options, report)
        if report.all_passed and not options.keep:
            shutil.rmtree(directory, ignore_errors=True)
        else:
            print(f"logs and data: {directory}")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
