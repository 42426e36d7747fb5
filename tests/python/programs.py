"""The programs under test, and calling them."""

import json
import os
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AUDIOTAB = os.environ.get("AUDIOTAB") or str(ROOT / "target" / "debug" / "audiotab")


def audiotab(*arguments, check=True):
    """Runs `audiotab` to its end and returns the finished process."""
    done = subprocess.run([AUDIOTAB, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    if check and done.returncode != 0:
        raise AssertionError(f"audiotab {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stderr}")
    return done


class LiveRing:
    """`audiotab capture` into a ring at PATH for as long as the `with` block lasts."""

    def __init__(self, path, address, *options):
        self.path = path
        self.command = [AUDIOTAB, "capture", "--input", address, "--ring", str(path), *map(str, options)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=10)

    def wait_for_frames(self, frames, timeout_s=20.0):
        """Waits until the ring holds this many frames; the header as JSON."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError(f"the capture ended: {self.process.stderr.read()}")
            if self.path.exists():
                info = json.loads(audiotab("ring", "info", self.path, "--json").stdout)
                if info["write_sequence"] * info["samples_per_write"] >= frames:
                    return info
            time.sleep(0.05)
        raise AssertionError(f"no {frames} frames within {timeout_s} s")
