"""The writers must tell a server that is gone from one that fails them: only the first may go without a word."""

import time
import unittest
from unittest import mock

import nacos_http
import writers
from kinds import Configs
from writers import Writers

REFUSED = nacos_http.Refused("a publish", 503, b"closing")
CUT_OFF = ConnectionResetError("cut off")


class Server:
    """In the place of a server, and of all connections to it."""
    port = 0

    def __init__(self, now=None, at_the_end=None, is_gone=False):
        """What a request raises, before the end and after it; whether the server is gone before the end."""
        self._now = now
        self._at_the_end = at_the_end
        self._is_gone = is_gone

    def end(self):
        self._now = self._at_the_end

    def wait(self, _):
        return self._is_gone

    def publish(self, *_, **__):
        time.sleep(0.001)
        if self._now:
            raise self._now
        return True

    def request(self, *_, **__):
        self.publish()
        return 200, {}, b"true"

    def get(self, *_):
        return None


class Refusing(Server):
    """One that has each shared config and refuses every compare-and-set."""

    def publish(self, *_, cas_md5=None):
        super().publish()
        return cas_md5 is None

    def get(self, key):
        return f"{key} 7 0\n"


class WritersTest(unittest.TestCase):

    def work(self, server, how):
        """What the failure says; empty: there was none."""
        self.load = load = Writers(server)
        load.kinds = {load.configs: 1.0}
        with mock.patch.object(nacos_http, "Connection", lambda port: server), mock.patch.object(writers, "LOAD_S", (0.1, 0.1)):
            try:
                getattr(load, how)(server.end)
            except AssertionError as failure:
                return str(failure)
        return ""

    def test_a_server_that_ends_when_it_is_told_to_fails_nobody(self):
        for how in ("work_until", "work_while"):
            self.assertEqual(self.work(Server(at_the_end=CUT_OFF), how), "")

    def test_a_server_that_is_gone_before_fails_nobody_where_it_may(self):
        server = Server(now=CUT_OFF, at_the_end=CUT_OFF, is_gone=True)
        self.assertEqual(self.work(server, "work_while"), "")
        self.assertIn("cut off", self.work(Server(now=CUT_OFF, at_the_end=CUT_OFF, is_gone=True), "work_until"))

    def test_a_connection_that_is_lost_while_the_server_runs_is_a_failure(self):
        self.assertIn("cut off", self.work(Server(now=CUT_OFF, at_the_end=CUT_OFF), "work_while"))

    def test_an_answer_that_is_no_success_is_a_failure(self):
        for is_gone in (False, True):
            for server in (Server(now=REFUSED, at_the_end=CUT_OFF, is_gone=is_gone), Server(at_the_end=REFUSED, is_gone=is_gone)):
                self.assertIn("answered 503 b'closing'", self.work(server, "work_while"))

    def test_a_mistake_of_the_writers_is_a_failure(self):
        self.assertIn("KeyError", self.work(Server(at_the_end=KeyError("mine")), "work_while"))

    def test_a_compare_and_set_that_was_refused_is_one_that_nobody_sent(self):
        self.assertEqual(self.work(Refusing(at_the_end=CUT_OFF), "work_while"), "")
        for key in Configs.SHARED:
            acknowledged, sent = self.load.configs.ledger.writes(key)
            self.assertEqual(acknowledged, 0)
            self.assertLessEqual(sent, writers.COUNT)  # on its way at the end

    def test_a_kind_that_cannot_be_read_is_a_broken_promise(self):
        load = Writers(Server())
        load.kinds = {mock.Mock(compare=mock.Mock(side_effect=REFUSED)): 1.0}
        with self.assertRaisesRegex(AssertionError, "1 promises broken: .* cannot be read: .*closing"):
            load.compare()


if __name__ == "__main__":
    unittest.main()
