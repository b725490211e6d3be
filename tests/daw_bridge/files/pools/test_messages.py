"""Requests and events keep all that they say on their way between a pool and its workers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from daw_bridge.errors import BadMessage
from daw_bridge.files.pools.messages import event_of, event_text, request_of, request_text
from daw_bridge.files.request import request_from
from daw_bridge.files.types import Done, Failed, JobEvent, Notice, Progress, StemWritten


def test_a_request_comes_as_it_went() -> None:
    options = [("known", "drums=kit.wav"), ("known", "vocals=@band"), ("refine/steps", 3),
               ("start", "0:01.5"), ("name", "{song} {stem}")]  # fmt: skip
    request = request_from(Path("a\udce9 b.wav"), Path("out"), options, "sóng")
    line = request_text(request)
    assert line.isascii() and "\n" not in line
    assert request_of(line) == request


@pytest.mark.parametrize(
    "event",
    [
        Progress(0, 0.25, "separate", None), Progress(0, 1.0, "write", 2.5),
        Notice(0, "clipped", "two\nlines"), StemWritten(0, "drums", Path("x/drums.wav"), 1, 5),
        Done(0), Failed(0, "bad_file", "no"),
    ],
)  # fmt: skip
def test_an_event_comes_with_the_number_it_has_here(event: JobEvent) -> None:
    line = event_text(event)
    assert "\n" not in line
    fields = {**vars(event), "req": 7}
    assert event_of(line, 7) == type(event)(**fields)


@pytest.mark.parametrize("line", ["", "3", "{}", "Traceback", '{"event": "Done", "more": 1}',
                                  '{"event": "Exploded", "req": 1}', "[1]"])  # fmt: skip
def test_what_is_no_event(line: str) -> None:
    with pytest.raises(BadMessage, match="an event"):
        event_of(line, 1)


def test_what_is_no_request() -> None:
    good = json.loads(request_text(request_from(Path("a.wav"), Path("out"))))
    for bad in ("", "{}", json.dumps(good | {"song": ".."}), json.dumps(good | {"known": [1]})):
        with pytest.raises(BadMessage, match="a request"):
            request_of(bad)
