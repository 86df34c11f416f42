#!/usr/bin/env python3
"""Tests of the runner itself: a server that plays a recording back passes, a planted difference fails, the lists are held to the truth."""
import concurrent.futures
import copy
import json
import unittest

import lists as step_lists
import run
from environment import require_grpc
from player import Player
from scenario import Scenario, patched
from server import Server

RECORDINGS = step_lists.recordings()
NOTHING_LISTED = step_lists.Lists([], [])


def replayed(name, planted=None, lists=NOTHING_LISTED):
    """The report of recording `name` against its own playback; `planted` maps step names to changes of what is played back."""
    from playback import Playback
    recording = RECORDINGS[name]
    steps = copy.deepcopy(recording.steps)
    for step in steps:
        step["response"] = patched(step["response"], (planted or {}).get(step["name"], {}))
    server = Playback(steps)
    try:
        return run.replay(recording, lists, Player(server.http_port, server.grpc_port, keep_waits=False))
    finally:
        server.stop()


class PlaybackTest(unittest.TestCase):
    def assert_only_failures(self, report, names):
        self.assertEqual([name for name, _ in report.failures], names, report.text())

    def test_equal_answers_pass_in_every_recording(self):
        with concurrent.futures.ThreadPoolExecutor(len(RECORDINGS)) as pool:  # they spend their time waiting for what must not come
            for name, report in zip(RECORDINGS, pool.map(replayed, RECORDINGS)):
                with self.subTest(name):
                    self.assert_only_failures(report, [])
                    self.assertEqual(report.passed, len(RECORDINGS[name].steps))

    def test_a_changed_status_fails(self):
        report = replayed("v1-config-2.5.1", {"get": {"/status": 201}})
        self.assert_only_failures(report, ["get"])
        self.assertIn("/status: wanted 200, got 201", report.text())

    def test_a_changed_header_fails(self):
        report = replayed("v1-config-2.5.1", {"get": {"/headers/content-md5": "0"}})
        self.assert_only_failures(report, ["get"])

    def test_a_changed_body_of_a_joined_answer_fails(self):
        name = "waits for a change: the answer names that key only"
        self.assert_only_failures(replayed("v1-config-listener-2.5.1", {name: {"/text": "x"}}), [name])

    def test_a_member_that_is_missing_from_a_grpc_answer_fails(self):
        report = replayed("grpc-connection-3.1", {"server check before anything else": {"/json/connectionId": "(absent)"},
                                                  "health check": {"/json/resultCode": "(absent)"}})
        self.assert_only_failures(report, ["health check"])  # the connection id is volatile: it may be absent, as in the recordings

    def test_a_changed_push_fails(self):
        name = "push: one host"
        self.assert_only_failures(replayed("grpc-naming-3.1", {name: {"/json/serviceInfo/hosts/0/port": 1}}), [name])


class CompareTest(unittest.TestCase):
    @staticmethod
    def differences(want, got, **step):
        scenario = Scenario({"steps": [{"name": "s", "request": {}, "response": want, **step}]}, "f")
        return [pointer for pointer, _, _ in scenario.differences(scenario.steps[0], got)]

    def test_a_volatile_value_may_differ_but_not_its_kind(self):
        want = {"json": {"id": 7, "name": "x"}}
        self.assertEqual(self.differences(want, {"json": {"id": 8, "name": "x"}}, volatile=["/json/id"]), [])
        self.assertEqual(self.differences(want, {"json": {"id": "8", "name": "x"}}, volatile=["/json/id"]), ["/json/id"])

    def test_a_star_stands_for_one_element_of_a_pointer(self):
        want, got = {"json": [{"t": 1}]}, {"json": [{"t": 2}]}
        self.assertEqual(self.differences(want, got, volatile=["/json/*/t"]), [])
        self.assertEqual(self.differences(want, got, volatile=["/*/t"]), ["/json/0/t"])

    def test_true_is_not_one(self):
        self.assertEqual(self.differences({"json": True}, {"json": 1}), ["/json"])

    def test_order_counts_unless_the_list_is_unordered(self):
        want, got = {"json": {"l": [1, 2]}}, {"json": {"l": [2, 1]}}
        self.assertEqual(self.differences(want, got), ["/json/l/0", "/json/l/1"])
        self.assertEqual(self.differences(want, got, unordered=["/json/l"]), [])

    def test_headers_of_the_framework_and_headers_never_recorded_do_not_count(self):
        want = {"headers": {"content-type": "a", "vary": "Origin"}}
        self.assertEqual(self.differences(want, {"headers": {"content-type": "a", "x-own": "1"}}), [])
        self.assertEqual(self.differences(want, {"headers": {"vary": "Origin"}}), ["/headers/content-type"])

    def test_a_key_that_the_runner_does_not_know_is_refused(self):
        path = run.BUILD / "wire-unknown-key.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"steps": [{"name": "s", "request": {"dns": "x"}, "response": {}}]}))
        with self.assertRaises(ValueError):
            Scenario.load(path)


class ListsTest(unittest.TestCase):
    STEP = {"name": "s", "request": {}, "response": {"status": 200, "text": "a"}}
    SCENARIO = Scenario({"steps": [STEP]}, "f")
    NOT_YET = step_lists.Lists([{"reason": "r", "steps": {"f": ["s"]}}], [])
    OURS = step_lists.Lists([], [{"reason": "r", "steps": [{"file": "f", "step": "s", "ours": {"/text": "b"}}]}])

    def verdict(self, got, lists):
        return run.judged(self.SCENARIO, self.STEP, got, lists)[0]

    def test_a_step_that_is_not_yet_implemented_is_skipped_until_it_is(self):
        self.assertEqual(self.verdict({"status": 404, "text": ""}, self.NOT_YET), "skipped")
        self.assertEqual(self.verdict(self.STEP["response"], self.NOT_YET), "failed")

    def test_a_deliberate_difference_is_exactly_what_the_list_says(self):
        self.assertEqual(self.verdict({"status": 200, "text": "b"}, self.OURS), "passed")
        self.assertEqual(self.verdict({"status": 200, "text": "c"}, self.OURS), "failed")
        self.assertEqual(self.verdict(self.STEP["response"], self.OURS), "failed")

    def test_the_lists_may_only_name_steps_that_exist_and_each_once(self):
        both = step_lists.Lists(self.NOT_YET._not_yet, self.OURS._deliberate)
        self.assertEqual(list(self.NOT_YET.faults({("f", "s")})), [])
        self.assertEqual(list(both.faults({("f", "s")})), ["f: step 's' is listed twice"])
        self.assertEqual(list(self.NOT_YET.faults({("f", "t")})), ["f: there is no step 's'"])

    def test_what_is_sent_after_a_step_is_sent_whatever_is_reported_and_must_succeed(self):
        class Player:
            def __init__(self, status):
                self.status, self.played = status, []

            def play(self, request):
                self.played.append(request)
                return {"status": 200, "text": "b"} if request == {} else {"status": self.status}

            def close(self):
                pass

        entry = {"file": "f", "step": "s", "ours": {"/text": "b"}, "then": {"path": "/undo"}}
        lists = step_lists.Lists([], [{"reason": "r", "steps": [entry]}])
        for status, failures in ((200, 0), (403, 1)):
            player = Player(status)
            self.assertEqual(len(run.replay(self.SCENARIO, lists, player, only="x").failures), failures)
            self.assertEqual(player.played, [{}, {"path": "/undo"}])

    def test_the_lists_of_the_project_and_their_page_are_sound(self):
        self.assertEqual(step_lists.check(), [])


class ServerTest(unittest.TestCase):
    @staticmethod
    def started(script):
        home = run.BUILD / "wire-server-test"
        home.mkdir(parents=True, exist_ok=True)
        program = home / "program"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return Server(program, home / "run")

    def test_a_server_is_ready_with_its_first_line_and_ends_with_0_on_sigterm(self):
        self.assertIsNone(self.started("trap 'exit 0' TERM; echo ready; while :; do sleep 0.01; done").stop())

    def test_a_server_that_ends_before_it_is_ready_shows_its_log(self):
        with self.assertRaisesRegex(RuntimeError, "ended with 3 .*\n.*no disk"):
            self.started("echo no disk >&2; exit 3")

    def test_a_server_that_crashed_or_ends_badly_is_a_fault(self):
        crashed = self.started("echo ready; echo assertion >&2; exec kill -9 $$")
        crashed._process.wait()
        self.assertIn("assertion", crashed.stop())
        self.assertIn("ended with 7 on SIGTERM", self.started("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done").stop())


if __name__ == "__main__":
    require_grpc(run.BUILD)
    unittest.main()
