"""Which live streams fit on the CPU together, and how they share it.

A stream needs the cores that its least work takes: one step per window, or the number of steps set.
A stream is refused if all together would need more than `load_target` of the cores; the first one
never is. Streams that choose their steps by the deadline share evenly what the others leave. GPUs
are not counted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from daw_bridge.errors import NoRoom

Admit = Callable[[float, bool], None]
"""Called before a model begins, with the cores that it needs at the least and whether it can use
more; raises if there is no room for it."""


def admit_all(need: float, anytime: bool) -> None:
    """There is always room."""


@dataclass(frozen=True)
class Need:
    """What a stream takes of the CPU: at least `cores`; with `anytime` it can use more."""

    cores: float
    anytime: bool


class Admission:
    """Adds up what streams need; each has a number. Thread-safe."""

    def __init__(self, cores: int, load_target: float) -> None:
        self._cores, self._load_target = cores, load_target
        self._needs: dict[int, Need] = {}
        self._lock = threading.Lock()

    @property
    def capacity(self) -> float:
        """Cores that all streams together may need."""
        return self._cores * self._load_target

    def enter(self, stream: int, need: Need) -> None:
        """Count a new or changed stream. Raises NoRoom, and then leaves everything as it was."""
        with self._lock:
            others = [one.cores for number, one in self._needs.items() if number != stream]
            if others and sum(others) + need.cores > self.capacity:
                raise NoRoom(
                    f"{need.cores:.2f} cores needed, and {sum(others):.2f} taken by "
                    f"{len(others)} other streams",
                    f"at most {self.capacity:.2f} together ({self._load_target:g} of "
                    f"{self._cores} cores)",
                    "Choose fewer steps, a larger hop or a smaller model, or close a stream.",
                )
            self._needs[stream] = need

    def note(self, stream: int, need: Need) -> None:
        """The need of a stream has changed already; nothing is refused."""
        with self._lock:
            if stream in self._needs:
                self._needs[stream] = need

    def leave(self, stream: int) -> None:
        """A stream has ended, or failed to start."""
        with self._lock:
            self._needs.pop(stream, None)

    def shares(self) -> dict[int, float]:
        """Cores for each stream that chooses its steps by the deadline, at most `load_target`."""
        with self._lock:
            eager = [number for number, one in self._needs.items() if one.anytime]
            fixed = sum(one.cores for one in self._needs.values() if not one.anytime)
            if not eager:
                return {}
            each = max(0.0, self.capacity - fixed) / len(eager)
            return dict.fromkeys(eager, min(self._load_target, each))
