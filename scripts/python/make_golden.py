#!/usr/bin/env python3
"""Writes the golden data of the DSP tests with scipy: tests/golden/{stft,windows,decimate}.

The files are committed, so no test needs Python; run this again only to widen them. They are language neutral:
NPY 1.0 (little-endian, C order) for numbers, JSON for what they mean, read by the Rust tests and the wasm tests.

* stft/signals.npy   int16 [signals, frames]; a sample is value / 32768.
* stft/cases.json    one object per case: signal, window, size, hop, pad, and where its levels are.
* stft/expected.npy  float32, dBFS (peak amplitude); case by case, for each of `columns`, every `binStep`-th bin.
* windows/coefficients.json, decimate/response.json: small tables.
"""

import json
import pathlib

import numpy as np
import scipy
from scipy import signal

ROOT = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"
FRAMES = 12_288
WINDOWS = {
    "hann": "hann",
    "hamming": "hamming",
    "blackman": "blackman",
    "blackman-harris": "blackmanharris",
    "nuttall": "nuttall",
    "flat-top": "flattop",
    "kaiser:6.76": ("kaiser", 6.76),
    "kaiser:14": ("kaiser", 14.0),
    "rectangular": "boxcar",
}
# size, hop, pad, columns kept, bin step
GRIDS = [
    (256, 64, 1, [0, 1, 100], 2),
    (512, 300, 8, [0, 7, 30], 32),
    (1024, 300, 2, [0, 3, 20], 16),
    (4096, 1024, 1, [0, 1, 8], 32),
]
FLOOR = 1e-15


def signals():
    """Noise, a sine between bins and a chirp over the whole band, in 16 bits so that every reader sees the same."""
    n = np.arange(FRAMES)
    noise = np.random.default_rng(20_260_801).uniform(-0.5, 0.5, FRAMES)
    sine = 0.9 * np.sin(2 * np.pi * 0.12513 * n + 0.3)
    chirp = 0.7 * np.sin(np.pi * 0.5 * n * n / FRAMES)
    return ["noise", "sine", "chirp"], np.rint(np.stack([noise, sine, chirp]) * 32_768).astype("<i2")


def levels_dbfs(samples, window, size, hop, pad):
    """[columns, bins]: 20 log10 of 2|X|/sum(w), DC and Nyquist not doubled; column k starts at frame k * hop."""
    transform = signal.ShortTimeFFT(
        signal.get_window(window, size, fftbins=True),
        hop,
        fs=1.0,
        fft_mode="onesided2X",
        mfft=size * pad,
        scale_to="magnitude",
        phase_shift=None,
    )
    count = (len(samples) - size) // hop + 1
    spectrum = transform.stft(samples, p0=0, p1=count, k_offset=size // 2)
    # scipy doubles neither DC nor Nyquist in this mode; check it, since everything here rests on it.
    first = np.abs(np.fft.rfft(samples[:size] * transform.win, size * pad)) / transform.win.sum()
    assert np.allclose(np.abs(spectrum[[0, -1], 0]), first[[0, -1]], atol=1e-12)
    assert np.allclose(np.abs(spectrum[1:-1, 0]), 2 * first[1:-1], atol=1e-12)
    return 20 * np.log10(np.maximum(np.abs(spectrum.T), FLOOR))


def write_stft(folder):
    folder.mkdir(parents=True, exist_ok=True)
    names, integers = signals()
    np.save(folder / "signals.npy", integers)
    cases, expected, offset = [], [], 0
    for row, name in enumerate(names):
        samples = integers[row] / 32_768
        for window, scipy_window in WINDOWS.items():
            for size, hop, pad, columns, bin_step in GRIDS:
                levels = levels_dbfs(samples, scipy_window, size, hop, pad)
                kept = levels[columns, ::bin_step].astype("<f4")
                expected.append(kept.ravel())
                cases.append(
                    {
                        "signal": row,
                        "signalName": name,
                        "window": window,
                        "size": size,
                        "hop": hop,
                        "pad": pad,
                        "columns": columns,
                        "binStep": bin_step,
                        "binsPerColumn": int(kept.shape[1]),
                        "offset": offset,
                    }
                )
                offset += kept.size
    np.save(folder / "expected.npy", np.concatenate(expected))
    made_with = f"scipy {scipy.__version__} ShortTimeFFT(fft_mode='onesided2X', scale_to='magnitude')"
    write_json(folder / "cases.json", {"madeWith": made_with, "frames": FRAMES, "cases": cases}, "cases")


def write_windows(folder):
    folder.mkdir(parents=True, exist_ok=True)
    tables = []
    for window, scipy_window in WINDOWS.items():
        for size in (256, 4096):
            w = signal.get_window(scipy_window, size, fftbins=True)
            indices = [0, 1, 2, size // 8, size // 4, size // 2 - 1, size // 2, size // 2 + 1, size - 1]
            tables.append({"window": window, "size": size, "indices": indices, "values": [float(w[i]) for i in indices]})
    write_json(folder / "coefficients.json", {"tables": tables}, "tables")


def write_decimate(folder):
    """Zero-phase response of scipy.signal.decimate's default filter, dB, by frequency over the new Nyquist frequency."""
    folder.mkdir(parents=True, exist_ok=True)
    points = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0, 1.1, 1.2, 1.5]
    tables = []
    for factor in (2, 4, 8, 10):
        sos = signal.cheby1(8, 0.05, 0.8 / factor, output="sos")
        reachable = [p for p in points if p < factor]
        _, response = signal.freqz_sos(sos, worN=np.pi * np.array(reachable) / factor)
        gains = 2 * 20 * np.log10(np.abs(response))  # forward and backward
        tables.append({"factor": factor, "overNewNyquist": reachable, "gainDb": [round(float(g), 3) for g in gains]})
    write_json(folder / "response.json", {"tables": tables}, "tables")


def write_json(path, document, list_key):
    """One element of the list per line: small, and diffs stay readable."""
    lines = ",\n".join(json.dumps(element) for element in document[list_key])
    head = {key: value for key, value in document.items() if key != list_key}
    prefix = json.dumps(head)[:-1] + (", " if head else "")
    path.write_text(f'{prefix}"{list_key}": [\n{lines}\n]}}\n')
    json.loads(path.read_text())


def main():
    write_stft(ROOT / "stft")
    write_windows(ROOT / "windows")
    write_decimate(ROOT / "decimate")
    for path in sorted(ROOT.glob("*/*")):
        if path.parent.name in ("stft", "windows", "decimate"):
            print(f"{path.stat().st_size:8} {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
