"""The golden ring, decoded by what the layout says and nothing else: header fields, gaps, frames after the wrap."""

import math
import struct
import unittest

from programs import ROOT

GOLDEN = ROOT / "crates" / "audiotab-ring" / "tests" / "golden" / "ring_v1.bin"
HEADER_LEN_BYTES = 4096
FIELDS = (
    "version rate_hz channels capacity sequence block claim start_time_ns stream_id lost state heartbeat_ns end_frame"
).split()


class GoldenRing(unittest.TestCase):
    def setUp(self):
        self.data = GOLDEN.read_bytes()
        self.assertEqual(self.data[:8], b"AUDITAB!")
        self.head = dict(zip(FIELDS, struct.unpack_from("<13Q", self.data, 8)))

    def frame(self, channel, number):
        capacity = self.head["capacity"]
        return struct.unpack_from("<d", self.data, HEADER_LEN_BYTES + 8 * (channel * capacity + number % capacity))[0]

    def test_header(self):
        expected = dict(zip(FIELDS, (1, 1000, 2, 1000, 21, 64, 21, 1_700_000_000_000_000_000)))
        expected |= {"stream_id": 0x0123456789ABCDEF, "lost": 10, "state": 2, "heartbeat_ns": 5_000_000_000}
        self.assertEqual(self.head, expected | {"end_frame": 1300})
        self.assertEqual(len(self.data), HEADER_LEN_BYTES + 2 * 1000 * 8)

    def test_every_frame_that_can_be_read(self):
        head = self.head
        first = (head["sequence"] + 1) * head["block"] - head["capacity"]
        self.assertEqual(first, 408)
        for channel in range(head["channels"]):
            for number in range(first, head["end_frame"]):
                value = self.frame(channel, number)
                if 1100 <= number < 1110:
                    self.assertTrue(math.isnan(value), number)
                else:
                    self.assertEqual(value, channel + number / 4096, number)
            # The last block of an ended stream is filled up with lost frames.
            for number in range(head["end_frame"], head["sequence"] * head["block"]):
                self.assertTrue(math.isnan(self.frame(channel, number)), number)


if __name__ == "__main__":
    unittest.main()
