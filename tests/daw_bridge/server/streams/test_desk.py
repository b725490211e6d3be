"""Listing models and taking jobs in, beside the session's thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from daw_bridge.errors import Busy
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.types import Done, JobEvent, Progress
from daw_bridge.server.session.events import (
    Event,
    JobNews,
    JobQueued,
    JobRefused,
    Listed,
    ListModels,
    Refused,
    SubmitJob,
)
from daw_bridge.server.streams import catalog
from daw_bridge.server.streams import desk as module
from daw_bridge.server.streams.desk import MAX_SUBMITS, Desk
from daw_bridge.server.streams.shelf import Shelf
from daw_bridge.wire.requests import Separate
from engines.errors import ModelNotFoundError
from tests.rigs.session import ZMQ

JOB = SubmitJob(ZMQ, 5, Separate(7, "in.wav", "out"))


class Runner:
    """Takes each job, which ends at once; may be held, and may refuse."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.go.set()
        self.error: Exception | None = None

    def submit(self, request: SeparateRequest, on_event: Callable[[JobEvent], None]) -> int:
        self.go.wait(20.0)
        if self.error is not None:
            raise self.error
        on_event(Progress(3, 0.0, "load", None))
        on_event(Done(3))
        return 3


class Rig:
    def __init__(self) -> None:
        self.events: queue.Queue[Event] = queue.Queue()
        self.runner = Runner()
        self.desk = Desk(self.runner, Shelf(Path()), self.events.put)  # type: ignore[arg-type]

    def next(self) -> Event:
        return self.events.get(timeout=10.0)


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_the_session_hears_of_a_job_before_its_news(rig: Rig) -> None:
    assert rig.desk.submit(JOB) is None
    assert rig.next() == JobQueued(ZMQ, 5, 7, 3)
    assert [rig.next(), rig.next()] == [JobNews(Progress(3, 0.0, "load", None)), JobNews(Done(3))]
    rig.desk.close()


def test_a_job_that_is_refused_is_told(rig: Rig) -> None:
    for error, code in ((Busy("16", "fewer", "Wait."), "busy"), (ValueError("odd"), "internal")):
        rig.runner.error = error
        assert rig.desk.submit(JOB) is None
        refused = rig.next()
        assert isinstance(refused, JobRefused) and refused.req == 7 and refused.error.code == code
    assert isinstance(rig.desk.submit(JOB), type(None))
    rig.desk.close()


def test_a_disk_that_hangs_holds_up_nothing_but_jobs(rig: Rig) -> None:
    rig.runner.go.clear()
    refused = [one for _ in range(MAX_SUBMITS + 2) if (one := rig.desk.submit(JOB)) is not None]
    assert refused and all(isinstance(one, JobRefused) for one in refused)
    assert rig.desk.list_models(ListModels(9)) is None
    listed = rig.next()
    assert isinstance(listed, Listed) and listed.ticket == 9
    rig.desk.close()
    assert rig.desk.hangs
    rig.runner.go.set()
    rig.desk.close()
    assert not rig.desk.hangs


def test_a_list_that_cannot_be_made_is_told(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.Catalog, "entries", lambda self: 1 / 0)
    rig.desk.list_models(ListModels(4))
    refused = rig.next()
    assert isinstance(refused, Refused) and (refused.ticket, refused.error.code) == (4, "internal")
    rig.desk.close()
    assert isinstance(rig.desk.list_models(ListModels(5)), Refused)


def test_models_that_cannot_be_listed_are_an_answer(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> tuple[str, ...]:
        raise ModelNotFoundError("folders that cannot be read", "those that can", "Check them.")

    monkeypatch.setattr(catalog, "list_models", refuse)
    rig.desk.list_models(ListModels(9))
    event = rig.next()
    assert isinstance(event, Refused) and event.error.code == "model_not_found"
