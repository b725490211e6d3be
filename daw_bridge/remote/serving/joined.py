"""Runs calls in a few threads, those that wait and agree in their form together.

No call waits for others to come. At most `most_waiting` wait; one more is refused with Busy
(overflow policy: nothing that was taken is dropped). A call whose caller has gone is not run.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from daw_bridge.containment import contained, watched
from daw_bridge.errors import Busy, Internal, OurError, Stopped
from engines.errors import EngineError

MOST_WAITING = 64

Q = TypeVar("Q")
A = TypeVar("A")


class _Call(Generic[Q, A]):
    def __init__(self, form: Hashable, question: Q, items: int, wanted: Callable[[], bool]) -> None:
        self.form, self.question, self.items, self.wanted = form, question, items, wanted
        self.done = threading.Event()
        self.answer: A | None = None
        self.error: OurError | None = None

    def fail(self, error: OurError) -> None:
        self.error = error
        self.done.set()


class Joined(Generic[Q, A]):
    """`run` answers one or more questions of one form in order; it raises EngineError.

    Together they have at most `most_items` items, unless one alone has more. Thread-safe.
    """

    def __init__(
        self, run: Callable[[Sequence[Q]], Sequence[A]], workers: int, most_items: int,
        most_waiting: int = MOST_WAITING,
    ) -> None:  # fmt: skip
        self._run, self._most_items, self._most = run, most_items, most_waiting
        self._changed = threading.Condition()
        self._waiting: deque[_Call[Q, A]] = deque()
        self._open = True
        self.joined = 0
        """Questions that were run together with others."""
        self._threads = [watched(f"daw-bridge engine {k + 1}", self._work) for k in range(workers)]
        for thread in self._threads:
            thread.start()

    def ask(self, form: Hashable, question: Q, items: int, wanted: Callable[[], bool]) -> A:
        """The answer. Raises EngineError, Busy, Stopped, Internal."""
        call: _Call[Q, A] = _Call(form, question, items, wanted)
        with self._changed:
            if not self._open:
                raise _stopped()
            if len(self._waiting) >= self._most:
                self._drop_gone()
            if len(self._waiting) >= self._most:
                seen = f"{len(self._waiting)} calls that wait"
                raise Busy(seen, f"at most {self._most}", "Ask again, or start another engine.")
            self._waiting.append(call)
            self._changed.notify()
        call.done.wait()
        if call.error is not None:
            raise call.error
        assert call.answer is not None
        return call.answer

    def close(self) -> None:
        """What waits fails with Stopped; what is run is waited for."""
        with self._changed:
            self._open = False
            waiting = list(self._waiting)
            self._waiting.clear()
            self._changed.notify_all()
        for call in waiting:
            call.fail(_stopped())
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while group := self._next():
            problem = contained("running a call", lambda: self._serve(group))
            for call in group:
                if not call.done.is_set():
                    call.fail(problem or Internal("no answer", "one", "Report it."))

    def _next(self) -> list[_Call[Q, A]]:
        """The oldest call and those that can join it; [] at the end."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._waiting or not self._open)
                if not self._open:
                    return []
                self._drop_gone()
                if self._waiting:
                    break
            oldest = self._waiting.popleft()
            group, items = [oldest], oldest.items
            for call in list(self._waiting):
                if call.form == oldest.form and items + call.items <= self._most_items:
                    self._waiting.remove(call)
                    group.append(call)
                    items += call.items
            self.joined += len(group) if len(group) > 1 else 0
            return group

    def _drop_gone(self) -> None:
        for call in [one for one in self._waiting if not one.wanted()]:
            self._waiting.remove(call)
            call.fail(_gone())

    def _serve(self, group: list[_Call[Q, A]]) -> None:
        """Answers all; if together they fail, one by one, so that only the faulty one fails."""
        answers: list[A] = []
        problem = self._tried(group, answers)
        if problem is None:
            for call, answer in zip(group, answers, strict=True):
                call.answer = answer
                call.done.set()
        elif len(group) == 1:
            group[0].fail(problem)
        else:
            for call in group:
                self._serve([call])

    def _tried(self, group: list[_Call[Q, A]], answers: list[A]) -> OurError | None:
        """Adds the answers; or says what went wrong, foreseen or not."""
        refused: list[EngineError] = []

        def work() -> None:
            try:
                answers.extend(self._run([call.question for call in group]))
            except EngineError as error:
                refused.append(error)

        problem = contained("running a call", work)
        return refused[0] if refused else problem


def _stopped() -> Stopped:
    return Stopped("a call of an engine that stops", "a running engine", "Start it again.")


def _gone() -> Stopped:
    return Stopped("a call whose caller has gone", "one that waits", "Ask again.")
