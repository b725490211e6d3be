"""Which live streams fit on the CPU together, and how they share it.

A stream needs the cores that its least work takes: one Gibbs step per window, or as many as it is
told to make. One more is refused where all together would need more than `load_target` of the
cores there are; the first one never is, as nothing else would run. Streams that choose their steps
by the deadline share evenly what the others leave. GPUs are not counted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from daw_bridge.errors import NoRoom

Admit = Callable[[float, bool], None]
"""Told, before a model begins, which part of its time a thread needs for it at the least, and
whether it takes more if there is more; raises where it may not begin."""


def admit_all(need: float, anytime: bool) -> None:
    """Admits."""


@dataclass(frozen=True)
class Need:
    """What a stream takes of the CPU: `cores` at the least; `anytime`: more if there is more."""

    cores: float
    anytime: bool


class Admission:
    """Counts what streams need, by their numbers. Thread-safe."""

    def __init__(self, cores: int, load_target: float) -> None:
        self._cores, self._load_target = cores, load_target
        self._needs: dict[int, Need] = {}
        self._lock = threading.Lock()

    @property
    def capacity(self) -> float:
        """Cores that all streams together may need."""
        return self._cores * self._load_target

    def enter(self, stream: int, need: Need) -> None:
        """Count a stream, or count it anew as it changes. Raises NoRoom; then all is as it was."""
        with self._lock:
            others = [one.cores for number, one in self._needs.items() if number != stream]
            if others and sum(others) + need.cores > self.capacity:
                raise NoRoom(
                    f"{need.cores:.2f} cores needed beside {sum(others):.2f} of "
                    f"{len(others)} other streams",
                    f"at most {self.capacity:.2f} together ({self._load_target:g} of "
                    f"{self._cores} cores)",
                    "Choose fewer steps, a larger hop or a smaller model, or close a stream.",
                )
            self._needs[stream] = need

    def note(self, stream: int, need: Need) -> None:
        """A stream that is counted needs something else now; whoever asked for it has it."""
        with self._lock:
            if stream in self._needs:
                self._needs[stream] = need

    def leave(self, stream: int) -> None:
        """A stream has ended, or was never begun."""
        with self._lock:
            self._needs.pop(stream, None)

    def shares(self) -> dict[int, float]:
        """Cores for each stream that chooses its steps by the deadline; at most `load_target`."""
        with self._lock:
            eager = [number for number, one in self._needs.items() if one.anytime]
            fixed = sum(one.cores for one in self._needs.values() if not one.anytime)
            if not eager:
                return {}
            each = max(0.0, self.capacity - fixed) / len(eager)
            return dict.fromkeys(eager, min(self._load_target, each))
