"""A program that knows nothing of AudioTab but the layout reads the right samples from a ring that is being written."""

import math
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from programs import LiveRing, audiotab

READER = Path(__file__).with_name("read_ring.py")
RATE_HZ = 48_000
FREQUENCY_HZ = 440.0
LEVEL_DBFS = -6.0


def read(path, channel, frames):
    """What the ten-line reader prints: (first frame, samples). It may meet the writer; then it is asked again."""
    for _ in range(5):
        command = [sys.executable, str(READER), str(path), str(channel), str(frames)]
        head, first, *samples = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        if head != "overwritten":
            return int(head), int(first), [float(sample) for sample in samples]
    raise AssertionError("five reads were overwritten one after another")


class TenLineReader(unittest.TestCase):
    def test_live_ring_gives_the_right_samples(self):
        address = f"signal:sine?freq={FREQUENCY_HZ:g}&level={LEVEL_DBFS:g}&channels=2&rate={RATE_HZ}"
        with tempfile.TemporaryDirectory() as folder:
            # One second of history: the ring has wrapped long before the second read.
            with LiveRing(Path(folder) / "live", address, "--history", 1) as ring:
                ring.wait_for_frames(4096)
                _, early, _ = self.check(ring.path, 0)
                ring.wait_for_frames(3 * RATE_HZ)
                _, late, _ = self.check(ring.path, 1)
        self.assertGreater(late, early + RATE_HZ)

    def check(self, path, channel):
        rate, first, samples = read(path, channel, 4096)
        self.assertEqual(rate, RATE_HZ)
        self.assertEqual(len(samples), 4096)
        amplitude = 10 ** (LEVEL_DBFS / 20)
        for offset, sample in enumerate(samples):
            expected = amplitude * math.sin(2 * math.pi * ((FREQUENCY_HZ * (first + offset) / RATE_HZ) % 1.0))
            self.assertAlmostEqual(sample, expected, delta=1e-9)
        return rate, first, samples

    def test_a_finished_ring_reads_as_ring_dump_does(self):
        with tempfile.TemporaryDirectory() as folder:
            path, dumped = Path(folder) / "ended", Path(folder) / "out.npy"
            audiotab("capture", "--input", "signal:white?seed=7&channels=3", "--ring", path, "--duration", 2, "--fast")
            _, first, samples = read(path, 2, 1024 * 10)
            frames = 2 * RATE_HZ - first
            audiotab("ring", "dump", path, "--channel", 2, "--start", first, "--frames", frames, "--out", dumped)
            self.assertGreater(frames, 1024 * 8)
            self.assertEqual(npy_f64(dumped), samples[:frames])
            # The last block is filled up with lost frames.
            self.assertTrue(all(map(math.isnan, samples[frames:])))


def npy_f64(path):
    """The numbers of an NPY file of 64-bit floats, with struct alone."""
    data = path.read_bytes()
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    (length,) = struct.unpack_from("<H", data, 8)
    assert b"'descr': '<f8'" in data[10 : 10 + length], data[10 : 10 + length]
    body = data[10 + length :]
    return list(struct.unpack(f"<{len(body) // 8}d", body))


if __name__ == "__main__":
    unittest.main()
