"""daw_bridge.containment: a defect costs one answer, and its trace is in the log."""

from __future__ import annotations

import logging

import pytest

from daw_bridge.containment import contained
from daw_bridge.errors import Internal


def fails() -> None:
    raise ValueError("on purpose")


def test_work_that_goes_well_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []
    assert contained("audio of %s", lambda: done.append(1), "a peer") is None
    assert done == [1] and not caplog.records


def test_a_defect_is_named_logged_and_returned(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        problem = contained("%s of stream %d", fails, "audio", 3)
    assert isinstance(problem, Internal)
    assert "audio of stream 3 failed: ValueError: on purpose" in str(problem)
    assert "audio of stream 3 failed" in caplog.text and "Traceback" in caplog.text


def test_what_ends_the_process_passes() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        contained("work", interrupted)
