import json
import unittest

import seeds


def frame(kind, flags, stream, body):
    return len(body).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + body


class Gathered:
    """Stands for what is offered."""

    def __init__(self):
        self.inputs = set()

    def __call__(self, target, *inputs):
        self.inputs.update((target, one) for one in inputs)


class SeedsTest(unittest.TestCase):
    def test_requests_of_a_connection_are_told_apart_whatever_their_bodies_lengths(self):
        stream = (b"GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"
                  b"POST /d HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
                  b"POST /e HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody")
        self.assertEqual([(first.split()[1], body) for first, _, body in seeds.requests(stream)],
                         [(b"/a?b=c", b""), (b"/d", b"abcde"), (b"/e", b"body")])

    def test_messages_are_put_together_from_frames_of_several_streams(self):
        one, other = b"\0\0\0\0\x05hello", b"\0\0\0\0\x03you"
        stream = seeds.HTTP2_START + b"".join([
            frame(4, 0, 0, b""), frame(0, 0, 1, one[:4]), frame(0, 0, 3, other), frame(0, 8, 1, b"\x02" + one[4:] + b"\0\0"), frame(1, 4, 5, b"head")])
        self.assertEqual(sorted(seeds.messages(stream)), [b"hello", b"you"])

    def test_records_of_a_log_end_where_it_is_empty(self):
        record = bytes(8) + (5).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(24) + b"first" + bytes(3)
        self.assertEqual(list(seeds.log_payloads(bytes(seeds.RECORDS_AT) + record * 2 + bytes(500))), [(1, b"first")] * 2)

    def test_puts_are_found_between_other_operations(self):
        erase, put, advance = b"\x02\x01\x03key", b"\x01\x03key\x05value\x00", b"\x07\x01\x02"
        command = b"\x01\x07" + bytes(8) + b"\x01\x01\x03key\x05" + b"\x03" + erase + put + advance
        self.assertEqual(list(seeds.puts(command * 2)), [(b"key", b"value")] * 2)

    def test_a_pattern_is_offered_with_a_name_that_it_matches(self):
        offer = Gathered()
        seeds.offer_json(json.dumps({"groupKeyPattern": "public>>g*>>*"}).encode(), offer)
        self.assertIn(("nacos_fuzzy_pattern_fuzz", b"public>>g*>>*\0ga\0a"), offer.inputs)


if __name__ == "__main__":
    unittest.main()
