#!/usr/bin/env python3
"""The ports that servers get: free, never given twice, and out of the way of outgoing connections."""

import concurrent.futures
import socket
import unittest
from unittest import mock

import ports
from ports import GRPC_OFFSET, free_port

OUTGOING_FIRST = 32768  # where Linux begins to take ports for outgoing connections


class FreePortTest(unittest.TestCase):

    def setUp(self):
        taken = mock.patch.object(ports, "_taken", set())
        taken.start()
        self.addCleanup(taken.stop)

    @staticmethod
    def choosing(*candidates):
        """The search looks at just these, in this order."""
        return mock.patch.object(ports.random, "randrange", mock.Mock(side_effect=candidates))

    @staticmethod
    def listening(port):
        return socket.create_server(("127.0.0.1", port))

    def test_no_port_is_given_twice_whoever_asks(self):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            given = list(pool.map(lambda _: free_port(GRPC_OFFSET), range(200)))
        self.assertEqual(len({port + offset for port in given for offset in (0, GRPC_OFFSET)}), 400)

    def test_the_ports_can_be_listened_on(self):
        port = free_port(GRPC_OFFSET)
        with self.listening(port), self.listening(port + GRPC_OFFSET):
            pass

    def test_a_port_that_is_listened_on_is_passed_over(self):
        busy, free = free_port(), free_port()
        ports._taken.clear()
        with self.listening(busy), self.choosing(busy, free):
            self.assertEqual(free_port(), free)

    def test_a_port_whose_offset_is_listened_on_is_passed_over(self):
        busy, free = free_port(GRPC_OFFSET), free_port(GRPC_OFFSET)
        ports._taken.clear()
        with self.listening(busy + GRPC_OFFSET), self.choosing(busy, free):
            self.assertEqual(free_port(GRPC_OFFSET), free)

    def test_what_was_given_is_passed_over_as_port_and_as_offset(self):
        with mock.patch.object(ports, "_is_free", lambda _: True), self.choosing(20500, 20501, 20499, 20502):
            self.assertEqual(free_port(1), 20500)
            self.assertEqual(free_port(1), 20502)

    def test_an_ended_server_leaves_its_port_free(self):
        port = free_port()
        with self.listening(port) as server, socket.create_connection(("127.0.0.1", port)) as client:
            server.accept()[0].close()  # it closes first, so the connection stays behind at its port
            client.recv(1)
        ports._taken.clear()
        with self.choosing(port):
            self.assertEqual(free_port(), port)

    def test_no_port_lies_where_outgoing_connections_take_theirs(self):
        self.assertLess(ports.LAST + GRPC_OFFSET, OUTGOING_FIRST)
        with mock.patch.object(ports.random, "randrange", wraps=ports.random.randrange) as choice:
            free_port()
        choice.assert_called_with(ports.FIRST, ports.LAST)

    def test_the_search_ends(self):
        with mock.patch.object(ports, "_is_free", lambda _: False), self.assertRaisesRegex(RuntimeError, "no free port"):
            free_port()


if __name__ == "__main__":
    unittest.main()
