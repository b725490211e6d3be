"""Joins runs of a graph that several threads request at once: a GPU is fastest with few large ones.

No caller waits for a batch to fill: calls that arrive during a run are joined to the next one. A
single stream is therefore never delayed, and streams that share a model share its runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from engines.errors import InferenceError
from engines.session import Feeds
from engines.types import Audio

MOST_ITEMS = 16
"""Items (windows) in one run, unless a single call has more."""

Run = Callable[[str, Feeds], Audio]


class _Call:
    """One thread's request: `output` for `feeds`, then the answer or the error."""

    def __init__(self, output: str, feeds: Feeds) -> None:
        self.output, self.feeds = output, feeds
        self.items = min(len(array) for array in feeds.values())
        self.form = (output, tuple((name, feeds[name].shape[1:]) for name in sorted(feeds)))
        self.answer: Audio | None = None
        self.error: InferenceError | None = None

    @property
    def done(self) -> bool:
        return self.answer is not None or self.error is not None


class Batches:
    """`run(output, feeds)` for any thread; all feeds and the output are (items, ...) float32.

    Each thread has one call at a time, so the queue is no longer than there are threads. The oldest
    call runs first, together with those of the same shapes, up to MOST_ITEMS. If a joined run
    fails, its calls are run one by one, so that only the faulty one gets the error. `joined` counts
    calls that ran together with another.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._changed = threading.Condition()
        self._waiting: list[_Call] = []
        self._busy = False
        self.joined = 0

    def run(self, output: str, feeds: Feeds) -> Audio:
        """The output for the feeds. Raises InferenceError."""
        mine = _Call(output, feeds)
        with self._changed:
            self._waiting.append(mine)
        while not self._settled(mine):
            group = self._next_group(mine)
            if group:
                self._serve(group)
        if mine.error is not None:
            raise mine.error
        assert mine.answer is not None
        return mine.answer

    def _settled(self, mine: _Call) -> bool:
        """Wait until the call is answered, or until this thread may run the next group."""
        with self._changed:
            self._changed.wait_for(lambda: mine.done or not self._busy)
            return mine.done

    def _next_group(self, mine: _Call) -> list[_Call]:
        """The oldest call and those that can join it; none if another thread was quicker."""
        with self._changed:
            if self._busy or mine.done:
                return []
            self._busy = True
            oldest, items = self._waiting[0], 0
            group: list[_Call] = []
            for call in self._waiting:
                if call.form == oldest.form and (not group or items + call.items <= MOST_ITEMS):
                    group.append(call)
                    items += call.items
            self._waiting = [call for call in self._waiting if call not in group]
            self.joined += len(group) if len(group) > 1 else 0
            return group

    def _serve(self, group: list[_Call]) -> None:
        try:
            if not self._answer(group):
                for call in group:
                    self._answer([call])
        finally:
            with self._changed:
                self._busy = False
                for call in group:
                    if not call.done:  # this thread is ending because of an error that is not ours
                        call.error = InferenceError(
                            "the run was interrupted", "it to finish", "try again"
                        )
                self._changed.notify_all()

    def _answer(self, group: Sequence[_Call]) -> bool:
        """Run the group as one; False if that failed and there were several calls."""
        first = group[0]
        try:
            answer = self._run(first.output, _joined(group))
        except InferenceError as error:
            if len(group) > 1:
                return False
            first.error = error
            return True
        parts = np.split(answer, np.cumsum([call.items for call in group])[:-1])
        for call, part in zip(group, parts, strict=True):
            call.answer = part
        return True


def _joined(group: Sequence[_Call]) -> Feeds:
    if len(group) == 1:
        return group[0].feeds
    return {name: np.concatenate([c.feeds[name] for c in group]) for name in group[0].feeds}
