"""A program in plain Python, and one line of curl, put events on the timeline of a running AudioTab."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
import uuid
from pathlib import Path

from produce_events import WAYS
from programs import AUDIOTAB

RATE_HZ = 48_000
# How far back the events lie that are sent: far more than any delay on the way, so that a frame taken from the moment of
# arrival is told from the right one.
BACK_S = 3


class Server:
    """`audiotab serve` with a journal and a runtime directory of its own, for as long as the `with` block lasts."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.environment = {**os.environ, "XDG_RUNTIME_DIR": self.folder.name}
        os.chmod(self.folder.name, 0o700)
        command = [AUDIOTAB, "serve", "--port", "0", "--no-open", "--input", f"signal:sine?rate={RATE_HZ}&channels=2"]
        command += ["--data", str(Path(self.folder.name) / "journal")]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environment
        )
        ready = self.process.stdout.readline()
        found = re.search(r"http://([^/]+)/", ready)
        if not found:
            raise AssertionError(f"no address in {ready!r}: {self.process.stderr.read()}")
        self.address = found.group(1)
        self.token = self.audiotab("token").strip()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=20)
        self.folder.cleanup()

    def audiotab(self, *arguments):
        return subprocess.run(
            [AUDIOTAB, *arguments], capture_output=True, text=True, env=self.environment, check=True, timeout=60
        ).stdout

    def get(self, path):
        request = urllib.request.Request(f"http://{self.address}{path}")
        request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.load(reply)

    def running(self):
        """Waits until the sound is older than the events that will be sent; an event of now."""
        for _ in range(400):
            (answer,) = WAYS["http"](self.address, self.token, [{"kind": "test.probe", "source": "probe"}])
            if (answer["event"]["frame"] or 0) > (BACK_S + 1) * RATE_HZ:
                return answer["event"]
            time.sleep(0.1)
        raise AssertionError("no event got a late enough frame")


class OutsideProducers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def events(self, source):
        return [event for event in self.server.get("/api/events")["events"] if event["source"] == source]

    def produce(self, way):
        before = self.server.running()
        token = self.server.audiotab("token", "--for", way).strip()
        sent_ms = int(time.time() * 1000) - BACK_S * 1000
        event = {"id": str(uuid.uuid4()), "kind": "door.opened", "ts": sent_ms, "source": "engine", "payload": {"n": 1}}
        other = {**event, "payload": {"n": 2}}
        answers = list(WAYS[way](self.server.address, token, [event, {"kind": 5}, event, other]))
        statuses = [answer.get("status", "refused") for answer in answers]
        self.assertEqual(statuses, ["recorded", "refused", "duplicate", "refused"])
        self.assertEqual([answers[1]["code"], answers[3]["code"]], [400, 409])
        self.assertEqual(answers[0]["seq"], answers[2]["seq"])
        (stored,) = self.events(f"external:{way}")
        self.assertEqual((stored["seq"], stored["id"]), (answers[0]["seq"], event["id"]))
        # Frames and times of two events differ alike: both lie on one clock.
        elapsed_s = (sent_ms - before["ts_ns"] / 1e6) / 1e3
        expected = before["frame"] + elapsed_s * RATE_HZ
        self.assertLess(abs(stored["frame"] - expected), RATE_HZ)
        self.assertTrue(answers[0]["durable"])

    def test_http(self):
        self.produce("http")

    def test_websocket(self):
        self.produce("websocket")

    def test_grpc(self):
        self.produce("grpc")

    @unittest.skipUnless(hasattr(os, "getuid"), "the socket is there on Unix")
    def test_the_socket_of_this_user_knows_who_asks(self):
        private = f"unix:{self.server.folder.name}/audiotab/events.sock"
        for way, produce in WAYS.items():
            with self.subTest(way):
                (answer,) = produce(private, "none", [{"kind": "door.opened", "source": "engine"}])
                self.assertEqual(answer["status"], "recorded")
                stored = next(event for event in self.server.get("/api/events")["events"] if event["seq"] == answer["seq"])
                self.assertEqual(stored["source"], f"external:uid:{os.getuid()}:pid:{os.getpid()}")
                self.assertIsNotNone(stored["frame"])

    @unittest.skipUnless(shutil.which("curl"), "this machine has no curl")
    def test_one_line_of_curl(self):
        self.server.running()
        command = ["curl", "-sS", f"http://{self.server.address}/api/event"]
        command += ["-H", f"Authorization: Bearer {self.server.token}", "--json", '{"kind":"door.opened","source":"curl"}']
        answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        self.assertEqual(answer["status"], "recorded")
        (stored,) = self.events("external:curl")
        self.assertIsNotNone(stored["frame"])

    def test_the_program_reads_lines_and_prints_places(self):
        script = Path(__file__).with_name("produce_events.py")
        command = [sys.executable, str(script), "websocket", self.server.address, self.server.token]
        lines = '{"kind": "a.b", "source": "lines"}\n{"kind": 5}\n'
        printed = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
        self.assertEqual(int(printed[0]), self.events("external:lines")[0]["seq"])
        self.assertTrue(printed[1].startswith("refused: kind of an event must be a text"))


if __name__ == "__main__":
    unittest.main()
