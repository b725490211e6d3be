"""Calls that come together: joined, bounded, and each with its own answer or error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from daw_bridge.errors import Busy, Internal, Stopped
from daw_bridge.remote.serving.joined import Joined
from engines.errors import InferenceError

BUG = 14


def wanted() -> bool:
    return True


class Held:
    """A run that waits for its turn; `groups` are what was run together."""

    def __init__(self, most_items: int, most_waiting: int = 8, workers: int = 1) -> None:
        self.groups: list[list[int]] = []
        self.go, self.began = threading.Event(), threading.Event()
        self.joined: Joined[int, int] = Joined(self.run, workers, most_items, most_waiting)
        self.answers: dict[int, object] = {}
        self._threads: list[threading.Thread] = []

    def run(self, questions: Sequence[int]) -> list[int]:
        self.began.set()
        assert self.go.wait(10)
        self.groups.append(list(questions))
        if 13 in questions:
            raise InferenceError("13", "another number", "choose one")
        if BUG in questions:
            raise ZeroDivisionError
        return [2 * one for one in questions]

    def ask(self, question: int, form: str = "one", wanted: Callable[[], bool] = wanted) -> None:
        def work() -> None:
            try:
                self.answers[question] = self.joined.ask(form, question, 1, wanted)
            except (Busy, Stopped, InferenceError, Internal) as error:
                self.answers[question] = error

        before = list(self.joined._waiting)
        self._threads.append(threading.Thread(target=work))
        self._threads[-1].start()
        if question == 0:
            assert self.began.wait(10)
        else:
            while list(self.joined._waiting) == before and question not in self.answers:
                pass

    def finish(self) -> dict[int, object]:
        self.go.set()
        for thread in self._threads:
            thread.join()
        self.joined.close()
        return self.answers


def test_what_waits_and_agrees_runs_together() -> None:
    held = Held(most_items=3)
    for question in range(6):
        held.ask(question)
    assert held.finish() == {k: 2 * k for k in range(6)}
    assert held.groups == [[0], [1, 2, 3], [4, 5]]
    assert held.joined.joined == 5


def test_other_forms_wait_their_turn() -> None:
    held = Held(most_items=8)
    for question, form in ((0, "a"), (1, "a"), (2, "b"), (3, "a")):
        held.ask(question, form)
    held.finish()
    assert held.groups == [[0], [1, 3], [2]]


def test_only_the_faulty_one_fails() -> None:
    held = Held(most_items=8)
    for question in (0, 1, 13, 2):
        held.ask(question)
    found = held.finish()
    assert isinstance(found.pop(13), InferenceError) and found == {0: 0, 1: 2, 2: 4}


def test_one_too_many_is_refused() -> None:
    held = Held(most_items=1, most_waiting=2)
    for question in range(4):
        held.ask(question)
    found = held.finish()
    assert isinstance(found[3], Busy) and found[2] == 4


def test_nobody_computes_for_callers_that_have_gone() -> None:
    held = Held(most_items=1)
    held.ask(0)
    held.ask(1, wanted=lambda: False)
    held.ask(2)
    found = held.finish()
    assert isinstance(found[1], Stopped) and held.groups == [[0], [2]]


def test_callers_that_have_gone_take_no_place() -> None:
    held, there = Held(most_items=4, most_waiting=2), threading.Event()
    there.set()
    held.ask(0)
    held.ask(1, wanted=there.is_set)
    held.ask(2)
    there.clear()
    held.ask(3)  # in the place of 1
    found = held.finish()
    assert isinstance(found[1], Stopped) and held.groups == [[0], [2, 3]]


def test_a_bug_is_an_answer_and_the_next_call_runs(caplog: pytest.LogCaptureFixture) -> None:
    def run(questions: Sequence[int]) -> list[int]:
        return [1 // one for one in questions]

    joined: Joined[int, int] = Joined(run, 1, 1)
    with pytest.raises(Internal, match="ZeroDivisionError"):
        joined.ask("one", 0, 1, wanted)
    assert joined.ask("one", 1, 1, wanted) == 1
    joined.close()
    with pytest.raises(Stopped):
        joined.ask("one", 1, 1, wanted)
    assert "running a call failed" in caplog.text


def test_a_bug_costs_only_the_call_that_has_it(caplog: pytest.LogCaptureFixture) -> None:
    held = Held(most_items=8)
    for question in (0, 1, BUG, 2):
        held.ask(question)
    found = held.finish()
    assert isinstance(found.pop(BUG), Internal) and found == {0: 0, 1: 2, 2: 4}
    assert held.groups[:2] == [[0], [1, BUG, 2]]
    assert "running a call failed" in caplog.text


def test_what_waits_at_the_end_fails() -> None:
    held = Held(most_items=1)
    held.ask(0)
    held.ask(1)
    closer = threading.Thread(target=held.joined.close)
    closer.start()
    while 1 not in held.answers:
        pass
    held.go.set()
    closer.join()
    assert isinstance(held.finish()[1], Stopped) and held.answers[0] == 0
