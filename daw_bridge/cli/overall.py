"""How far many songs are of which several are made at a time: for one bar, or one line."""

from __future__ import annotations

from daw_bridge.cli.terminal import clock
from daw_bridge.files.places import Place
from daw_bridge.files.types import WORKING, Done, Failed, JobEvent, Notice, Progress


class Overall:
    """The state of `total` songs, from their events.

    The time left is what songs have taken up to now, for those that are still to come; songs that
    were skipped or refused took none, and say nothing about the others.
    """

    def __init__(self, total: int, now_s: float) -> None:
        self._total, self._began_s = total, now_s
        self._running: dict[Place, float] = {}
        self._skipped: set[Place] = set()
        self._worked = self._ended = self._failed = 0

    def take(self, source: Place, event: JobEvent) -> None:
        """One event of one song."""
        match event:
            case Progress(fraction=fraction, stage=stage):
                self._running[source] = fraction if stage in WORKING else 0.0
            case Notice(code="skipped"):
                self._skipped.add(source)
            case Done() | Failed():
                begun = self._running.pop(source, None) is not None
                self._ended += 1
                self._failed += isinstance(event, Failed)
                self._worked += begun and source not in self._skipped
            case _:
                pass

    @property
    def fraction(self) -> float:
        """Of all songs, 0 to 1."""
        return (self._ended + sum(self._running.values())) / max(1, self._total)

    def words(self, now_s: float) -> str:
        """`3 of 12 songs, 2 at work, 4:10 left`."""
        parts = [f"{self._ended} of {self._total} songs", f"{len(self._running)} at work"]
        if self._failed:
            parts.insert(1, f"{self._failed} failed")
        left_s = self._left_s(now_s)
        return ", ".join(parts if left_s is None else [*parts, f"{clock(left_s)} left"])

    def _left_s(self, now_s: float) -> float | None:
        done = self._worked + sum(self._running.values())
        left = self._total - self._ended - sum(self._running.values())
        return (now_s - self._began_s) * left / done if done > 0 else None
