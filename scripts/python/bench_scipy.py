#!/usr/bin/env python3
"""Columns per second of scipy's STFTs on one thread, as JSON: 30 s x 8 channels at 48 kHz, Hann 2048/512.

The counterpart of `cargo run --release -p audiotab-dsp --example stft_columns`: same amount of signal, same
settings, magnitude in dB included; each channel is timed by itself and its best of several passes counts, so that
other programs on the machine disturb little.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import time

import numpy as np
import scipy
from scipy import signal

RATE_HZ = 48_000
SECONDS = 30
CHANNELS = 8
SIZE = 2048
HOP = 512
WINDOW = signal.get_window("hann", SIZE)
FLOOR = 1e-15


def short_time_fft(samples):
    """dBFS as the product defines it: peak amplitude, whole windows only."""
    transform = signal.ShortTimeFFT(WINDOW, HOP, RATE_HZ, fft_mode="onesided2X", scale_to="magnitude", phase_shift=None)
    first = transform.lower_border_end[1]
    end = transform.upper_border_begin(len(samples))[1]
    spectrum = transform.stft(samples, p0=first, p1=end)
    return 20.0 * np.log10(np.maximum(np.abs(spectrum), FLOOR))


def classic_stft(samples):
    _, _, spectrum = signal.stft(
        samples, RATE_HZ, window=WINDOW, nperseg=SIZE, noverlap=SIZE - HOP, boundary=None, padded=False, scaling="spectrum"
    )
    return 20.0 * np.log10(np.maximum(2.0 * np.abs(spectrum), FLOOR))


def columns_per_second(function, channels, passes):
    best = [float("inf")] * len(channels)
    columns = 0
    for _ in range(passes):
        columns = 0
        for i, samples in enumerate(channels):
            start = time.perf_counter()
            columns += function(samples).shape[1]
            best[i] = min(best[i], time.perf_counter() - start)
    return columns, columns / sum(best)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passes", type=int, default=3, help="passes over the signal; the best counts")
    passes = parser.parse_args().passes
    generator = np.random.default_rng(1)
    channels = generator.uniform(-0.5, 0.5, (CHANNELS, RATE_HZ * SECONDS))
    columns, fast = columns_per_second(short_time_fft, channels, passes)
    _, classic = columns_per_second(classic_stft, channels, passes)
    print(
        json.dumps(
            {
                "columns": columns,
                "window": "hann",
                "size": SIZE,
                "hop": HOP,
                "short_time_fft_columns_per_s": round(fast),
                "scipy_stft_columns_per_s": round(classic),
                "scipy": scipy.__version__,
                "numpy": np.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
