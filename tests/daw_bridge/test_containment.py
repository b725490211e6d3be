"""daw_bridge.containment: a defect costs one answer, and its trace is in the log."""

from __future__ import annotations

import logging
import re
import threading
from pathlib import Path

import pytest

import daw_bridge
from daw_bridge.containment import FAULTS, LimitedLog, contained, watched
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


# Threads.


def joined(thread: threading.Thread) -> None:
    thread.start()
    thread.join(20.0)
    assert not thread.is_alive()


def test_a_thread_goes_on_after_what_nobody_foresaw_and_it_is_counted() -> None:
    before, seen, errors = FAULTS.count, [], []

    def work() -> None:
        seen.append(1)
        if len(seen) < 3:
            raise OSError(105, "No buffer space available")

    joined(watched("daw-bridge test", work, failed=errors.append))
    assert len(seen) == 3 and FAULTS.count == before + 2
    assert all(isinstance(one, Internal) and "No buffer space" in str(one) for one in errors)
    assert len(errors) == 2


def test_a_thread_that_always_fails_is_given_up_and_all_are_told() -> None:
    lost: list[Internal] = []
    FAULTS.listen(lost.append)
    try:
        joined(watched("daw-bridge test", fails))
    finally:
        FAULTS.leave(lost.append)
    assert len(lost) == 1 and "daw-bridge test" in str(lost[0])


def test_a_thread_that_must_not_begin_anew_says_so_once() -> None:
    lost: list[Internal] = []
    failed: list[Internal] = []
    FAULTS.listen(lost.append)
    try:
        joined(watched("daw-bridge test", fails, again=False, failed=failed.append))
        assert len(failed) == 1 and not lost
        joined(watched("daw-bridge test", fails, again=False))
    finally:
        FAULTS.leave(lost.append)
    assert len(lost) == 1


def test_what_deals_with_an_error_may_fail_itself() -> None:
    def worse(error: Internal) -> None:
        raise KeyError("on purpose")

    joined(watched("daw-bridge test", fails, again=False, failed=worse))


def test_every_thread_of_ours_is_watched() -> None:
    folder = Path(daw_bridge.__file__).parent
    made = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"\b(Thread|Timer)\(", path.read_text(encoding="utf-8"))
    }
    assert made == {"containment.py"}


# Logs.


def test_a_kind_is_logged_once_in_a_while_with_the_count_of_those_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    now_s = [0.0]
    quiet = LimitedLog(logging.getLogger("test"), 1.0, lambda: now_s[0])
    for k in range(5):
        quiet.warning("errors", "error %d", k)
    quiet.warning("others", "another")
    now_s[0] = 1.0
    quiet.warning("errors", "error %d", 5)
    assert caplog.messages == [
        "error 0", "another", "error 5", "4 more of errors were left out of this log"
    ]  # fmt: skip
    quiet.warning("errors", "error %d", 6)
    quiet.catch_up()
    assert len(caplog.messages) == 4
    now_s[0] = 2.0
    quiet.catch_up()
    quiet.catch_up()
    assert caplog.messages[4:] == ["1 more of errors were left out of this log"]


def test_what_is_usual_is_limited_too_and_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    now_s = [0.0]
    quiet = LimitedLog(logging.getLogger("test"), 1.0, lambda: now_s[0])
    with caplog.at_level(logging.INFO):
        for k in range(3):
            quiet.log(logging.INFO, "peers", "peer %d", k)
        now_s[0] = 1.0
        quiet.catch_up()
    assert caplog.messages == ["peer 0", "2 more of peers were left out of this log"]
    assert {one.levelname for one in caplog.records} == {"INFO"}
