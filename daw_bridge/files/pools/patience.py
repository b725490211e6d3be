"""How long a worker may say nothing of its song until it is taken for hung."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from daw_bridge.files.types import Notice

QUIET_S = 60.0
"""After so long without a word the user is told."""
CANCEL_S = 20.0
"""So long a worker may take to stop its song once it is told to."""


class Patience:
    """With one worker and one song. `most_s`: so long it may say nothing, 0: for ever."""

    def __init__(self, most_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most_s, self._clock = most_s, clock
        self._heard_s = clock()
        self._told = self._hurries = False

    def heard(self) -> None:
        """It has said something, or got on."""
        self._heard_s, self._told = self._clock(), False

    def hurry(self) -> None:
        """It was told to stop: from now on it has CANCEL_S. May be called again."""
        if not self._hurries:
            self._most_s, self._hurries = CANCEL_S, True
            self.heard()

    @property
    def over(self) -> str:
        """Why it is not waited for any more; "" while it is."""
        if not self._most_s or self._silent_s < self._most_s:
            return ""
        why = "after it was told to stop" if self._hurries else "so it was ended (--hung-after)"
        return f"no progress for {self._silent_s:.0f} s, {why}"

    def notice(self, req: int, worker: str) -> Iterator[Notice]:
        """What the user should know, once for each silence; `worker` in words."""
        if self._told or self._hurries or self._silent_s < QUIET_S:
            return
        self._told = True
        then = (
            f"after {self._most_s:.0f} s (--hung-after) it is ended, and the song tried once more"
            if self._most_s else "end it (kill), and the song is tried once more"
        )  # fmt: skip
        yield Notice(req, "quiet", f"{worker} has made no progress for {QUIET_S:.0f} s; {then}")

    @property
    def _silent_s(self) -> float:
        return self._clock() - self._heard_s
