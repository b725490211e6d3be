"""A worker does one song after another, and stops when told, or when nobody listens any more."""

from __future__ import annotations

import io
import json
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from daw_bridge.files.pools.messages import CANCEL, request_text
from daw_bridge.files.pools.worker import serve
from daw_bridge.files.request import SeparateRequest, request_from
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import make_model


@pytest.fixture
def request_long(tmp_path: Path) -> SeparateRequest:
    """A song that takes as long as nobody stops it."""
    make_model(tmp_path / "tiny.onnx", conditional=True)
    save(tmp_path / "song.wav", noise(2, 50_000))
    options = [("model", str(tmp_path / "tiny.onnx")), ("steps", 4096), ("threads", 1)]
    return request_from(tmp_path / "song.wav", tmp_path / "out", options)


class Worker:
    """A worker in a thread, between two pipes."""

    def __init__(self) -> None:
        lines, self._to = os.pipe()
        back, out = os.pipe()
        self.to: BinaryIO = os.fdopen(self._to, "wb", buffering=0)
        self.back: BinaryIO = os.fdopen(back, "rb")
        self._ends = os.fdopen(lines, "rb"), os.fdopen(out, "wb")
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        serve(*self._ends)
        for one in self._ends:
            with suppress(OSError):
                one.close()

    def say(self, text: str) -> None:
        self.to.write(text.encode() + b"\n")

    def heard(self) -> Any:
        return json.loads(self.back.readline())

    def until(self, kind: str, stage: str = "") -> Any:
        while True:
            event = self.heard()
            if event["event"] == kind and stage in event.get("stage", ""):
                return event


def test_songs_are_done_until_the_input_ends(request_long: SeparateRequest) -> None:
    short = request_long.changed({"refine/steps": 1})
    again = request_text(short.changed({"resume": 1}))
    out = io.BytesIO()
    kept = out.getvalue

    class Lines(io.BytesIO):
        """The second song comes when the first is done: a pool gives one at a time."""

        def __iter__(self) -> Any:
            yield request_text(short).encode()
            while kept().count(b'"Done"') < 1:
                pass
            yield again.encode()
            while kept().count(b'"Done"') < 2:
                pass

    serve(Lines(), out)
    events = [json.loads(line) for line in out.getvalue().splitlines()]
    assert events[0] == "ready"
    kinds = [one["event"] for one in events[1:]]
    assert kinds.count("Done") == 2 and "Failed" not in kinds
    assert kinds.count("StemWritten") == 10
    assert [one["code"] for one in events[1:] if one["event"] == "Notice"][-1] == "skipped"


def test_a_song_is_cancelled_and_leaves_nothing(request_long: SeparateRequest) -> None:
    worker = Worker()
    assert worker.heard() == "ready"
    worker.say(request_text(request_long))
    worker.until("Progress", "separate")
    worker.say(CANCEL)
    assert worker.until("Failed")["code"] == "cancelled"
    worker.say(request_text(request_long))  # was on its way
    assert worker.until("Failed")["code"] == "cancelled"
    worker.to.close()
    worker.thread.join(30)
    worker.back.close()
    assert not request_long.out_dir.exists()


@pytest.mark.parametrize("end", ["to", "back"])
def test_the_end_of_the_pool_is_the_end_of_the_song(
    request_long: SeparateRequest, end: str
) -> None:
    worker = Worker()
    worker.say(request_text(request_long))
    assert worker.heard() == "ready"
    worker.until("Progress", "separate")
    assert list(request_long.out_dir.iterdir())
    getattr(worker, end).close()
    if end == "back":  # the song ends by itself; its input is open still
        for _ in range(3000):
            if not request_long.out_dir.exists():
                break
            threading.Event().wait(0.01)
        assert not request_long.out_dir.exists()
        worker.to.close()
    worker.thread.join(30)
    assert not worker.thread.is_alive() and not request_long.out_dir.exists()
    worker.to.close()
    worker.back.close()
