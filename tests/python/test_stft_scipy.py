"""`audiotab stft` against scipy's ShortTimeFFT: the same decibels, for every window, several sizes, hops and paddings."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
from scipy import signal
from scipy.io import wavfile

from programs import audiotab

RATE_HZ = 48_000
FRAMES = 48_000
TOLERANCE_DB = 1e-3
FLOOR_DBFS = -120.0
WINDOWS = {
    "hann": "hann",
    "hamming": "hamming",
    "blackman": "blackman",
    "blackman-harris": "blackmanharris",
    "nuttall": "nuttall",
    "flat-top": "flattop",
    "kaiser:8.6": ("kaiser", 8.6),
    "kaiser:14": ("kaiser", 14.0),
    "rectangular": "boxcar",
}
# (size, hop, pad): hop below, at and above the usual part of the window, odd ones too.
SHAPES = [(256, 16, 1), (512, 200, 4), (2048, 512, 1), (2048, 2048, 2), (4096, 1000, 8), (32768, 4096, 1)]


def sounds():
    """Noise, sines on and off the bins, and a chirp, exactly as a 64-bit float file holds them."""
    time_s = np.arange(FRAMES) / RATE_HZ
    noise = np.random.default_rng(3).normal(0.0, 0.1, FRAMES)
    sines = 0.5 * np.sin(2 * np.pi * 996.09375 * time_s) + 1e-4 * np.sin(2 * np.pi * 7_777.7 * time_s)
    chirp = signal.chirp(time_s, 20.0, time_s[-1], 23_000.0)
    return {"noise": noise, "sines": sines, "chirp": chirp}


def scipy_dbfs(samples, window, size, hop, pad):
    """Peak amplitude of a full-scale sine is 0 dBFS; DC and Nyquist are not doubled; whole windows only."""
    taps = signal.get_window(window, size, fftbins=True)
    transform = signal.ShortTimeFFT(
        taps, hop, RATE_HZ, fft_mode="onesided", mfft=size * pad, scale_to="magnitude", phase_shift=None
    )
    # scipy's slice p is centred on frame p * hop; ours begins at frame k * hop, so each column is taken by itself.
    columns = (len(samples) - size) // hop + 1
    centre = size // 2
    amplitudes = np.empty((columns, size * pad // 2 + 1))
    for k in range(columns):
        part = samples[k * hop : k * hop + size]
        shifted = transform.stft(part, p0=0, p1=1, k_offset=centre)
        amplitudes[k] = np.abs(shifted[:, 0])
    amplitudes[:, 1:-1] *= 2.0
    return 20.0 * np.log10(np.maximum(amplitudes, 1e-15))


class AgainstScipy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.files = {}
        for name, samples in sounds().items():
            path = Path(cls.folder.name) / f"{name}.wav"
            wavfile.write(path, RATE_HZ, samples)
            cls.files[name] = (path, samples)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def compare(self, sound, window, size, hop, pad):
        path, samples = self.files[sound]
        out = Path(self.folder.name) / "out.npy"
        audiotab(
            "stft", path, "--channel", 0, "--window", window, "--size", size, "--hop", hop, "--pad", pad, "--out", out
        )
        ours = np.load(out)
        theirs = scipy_dbfs(samples, WINDOWS[window], size, hop, pad)
        self.assertEqual(ours.dtype, np.dtype("<f4"))
        self.assertEqual(ours.shape, theirs.shape)
        heard = theirs > FLOOR_DBFS
        self.assertTrue(heard.any())
        worst = np.abs(ours - theirs)[heard].max()
        self.assertLess(worst, TOLERANCE_DB, f"{sound}, {window}, size {size}, hop {hop}, pad {pad}")
        # What scipy calls silence must not be sound here.
        self.assertLess(ours[~heard].max(initial=-300.0), FLOOR_DBFS + 0.1)

    def test_every_window(self):
        for sound in self.files:
            for window in WINDOWS:
                with self.subTest(sound=sound, window=window):
                    self.compare(sound, window, 2048, 512, 1)

    def test_sizes_hops_and_paddings(self):
        for sound in self.files:
            for window in ("hann", "blackman-harris"):
                for size, hop, pad in SHAPES:
                    with self.subTest(sound=sound, window=window, size=size, hop=hop, pad=pad):
                        self.compare(sound, window, size, hop, pad)


if __name__ == "__main__":
    unittest.main()
