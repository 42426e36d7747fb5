#!/usr/bin/env python3
"""Compares `audiotab stft` with scipy's ShortTimeFFT, live, over many signals and settings.

Usage: compare_stft.py PATH_TO_AUDIOTAB [--quick]. Exits 0 when every level above -120 dBFS agrees within 1e-3 dB,
1 when one does not (naming the case), 2 when the program cannot be run. Needs numpy and scipy.
"""

import argparse
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from scipy.io import wavfile

from make_golden import WINDOWS, levels_dbfs

RATE_HZ = 48_000
FRAMES = 40_000
# size, hop, pad: small and large, hops that do and do not divide the size, every padding
GRIDS = [
    (256, 16, 1),
    (256, 100, 8),
    (512, 512, 4),
    (1024, 300, 2),
    (2048, 512, 1),
    (2048, 512, 4),
    (4096, 1024, 2),
    (8192, 999, 1),
    (16_384, 4096, 8),
    (32_768, 5000, 1),
    (32_768, 7232, 8),
]
QUICK_GRIDS = [(256, 100, 8), (2048, 512, 1), (4096, 1000, 2), (32_768, 7232, 1)]
LIMIT_DB = 1e-3
ABOVE_DBFS = -120.0


def signals():
    """float32 [frames, channels] with the channel names: what a WAV file stores, so both sides see the same bits."""
    n = np.arange(FRAMES)
    t = n / RATE_HZ
    generator = np.random.default_rng(7)
    channels = {
        "noise": generator.normal(0.0, 0.1, FRAMES),
        "sine": np.sin(2 * np.pi * 997.0 * t),
        "two sines 110 dB apart": np.sin(2 * np.pi * 1000.0 * t) + 3.2e-6 * np.sin(2 * np.pi * 7000.0 * t),
        "chirp": 0.5 * np.sin(np.pi * (RATE_HZ / 2) * t * t / (FRAMES / RATE_HZ)),
        "click and DC": np.where(n == 20_000, 1.0, 0.25),
    }
    return list(channels), np.stack(list(channels.values()), axis=1).astype(np.float32)


def run_stft(binary, wav, channel, window, size, hop, pad, out):
    command = [binary, "stft", wav, "--channel", channel, "--window", window, "--size", size, "--hop", hop]
    command += ["--pad", pad, "--out", out]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{' '.join(map(str, command))} failed: {done.stderr.strip()}", file=sys.stderr)
        sys.exit(1)
    return np.load(out)


def worst_difference_db(actual, expected):
    if actual.dtype != np.dtype("<f4") or actual.shape != expected.shape:
        return float("inf"), f"got {actual.dtype} {actual.shape}, expected float32 {expected.shape}"
    loud = expected > ABOVE_DBFS
    if np.isnan(actual).any():
        return float("inf"), "NaN in a signal without a gap"
    if not loud.any():
        return 0.0, ""
    difference = np.where(loud, np.abs(actual.astype(float) - expected), 0.0)
    column, bin_ = np.unravel_index(difference.argmax(), difference.shape)
    return float(difference.max()), f"column {column}, bin {bin_}, at {expected[column, bin_]:.2f} dBFS"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("audiotab", help="path of the audiotab program")
    parser.add_argument("--quick", action="store_true", help="fewer settings")
    arguments = parser.parse_args()
    binary = pathlib.Path(arguments.audiotab)
    if not binary.is_file():
        print(f"There is no program at {binary}; build it or give the right path.", file=sys.stderr)
        return 2
    names, samples = signals()
    grids = QUICK_GRIDS if arguments.quick else GRIDS
    worst = (0.0, "")
    failures = []
    levels_compared = 0
    with tempfile.TemporaryDirectory() as folder:
        wav = pathlib.Path(folder) / "signals.wav"
        out = pathlib.Path(folder) / "out.npy"
        wavfile.write(wav, RATE_HZ, samples)
        for (channel, name), window, (size, hop, pad) in itertools.product(enumerate(names), WINDOWS, grids):
            actual = run_stft(binary, wav, channel, window, size, hop, pad, out)
            expected = levels_dbfs(samples[:, channel].astype(float), WINDOWS[window], size, hop, pad)
            difference, where = worst_difference_db(actual, expected)
            levels_compared += int((expected > ABOVE_DBFS).sum())
            case = f"{name}, {window} {size}/{hop} x{pad}: {difference:.2g} dB ({where})"
            worst = max(worst, (difference, case))
            if difference > LIMIT_DB:
                failures.append(case)
    for failure in failures:
        print(f"too far from scipy: {failure}", file=sys.stderr)
    cases = len(names) * len(WINDOWS) * len(grids)
    print(json.dumps({"cases": cases, "levels": levels_compared, "worst_db": worst[0], "worst_case": worst[1]}))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
