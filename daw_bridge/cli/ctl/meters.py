"""Meters as bars of letters, and how streams do, in lines that fit a terminal."""

from __future__ import annotations

from daw_bridge.cli.ctl import texts
from daw_bridge.wire.replies import Level, StatusReply, StreamHealth

FLOOR_DB = -60.0
HOLD_S = 1.5
"""How long a peak stays."""
MAX_BAR = 60
SILENCE_DB = -119.0


class Peaks:
    """The highest peak of each output, for HOLD_S."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, str], tuple[float, float]] = {}

    def take(self, health: StreamHealth, now_s: float) -> None:
        """Hear a stream's levels."""
        for one in health.levels:
            key = (health.stream, one.name)
            peak_db, since_s = self._held.get(key, (FLOOR_DB, now_s))
            if one.peak_db >= peak_db or now_s - since_s > HOLD_S:
                self._held[key] = (one.peak_db, now_s)

    def of(self, stream: int, level: Level) -> float:
        """The held peak in dB; the level's own where nothing is held."""
        return self._held.get((stream, level.name), (level.peak_db, 0.0))[0]


def bar(rms_db: float, peak_db: float, width: int) -> str:
    """`width` letters from FLOOR_DB to 0 dB: the mean power filled, the peak a stroke."""
    filled, peak = (round(_share(db) * width) for db in (rms_db, peak_db))
    letters = ["#"] * filled + ["-"] * (width - filled)
    if peak:
        letters[peak - 1] = "|"
    return "".join(letters)


def _share(level_db: float) -> float:
    return min(1.0, max(0.0, 1.0 - level_db / FLOOR_DB))


def level_text(peak_db: float) -> str:
    """`-12.3 dB`; above full scale with a mark."""
    if peak_db <= SILENCE_DB:
        return "silent"
    return f"{peak_db:.1f} dB" + (" over" if peak_db > 0 else "")


def screen(status: StatusReply, peaks: Peaks, columns: int) -> list[str]:
    """The lines of a display: the server, and each stream with a bar for each output."""
    lines = [texts.server(status)]
    health = {one.stream: one for one in status.health}
    for info in status.streams:
        one = health.get(info.stream)
        lines += ["", texts.stream(info, one)]
        if one is not None:
            lines += [*_bars(one, peaks, columns), *_faults(one)]
    return lines if status.streams else [*lines, "", "no stream is open"]


def _bars(health: StreamHealth, peaks: Peaks, columns: int) -> list[str]:
    names = max((len(one.name) for one in health.levels), default=0)
    width = max(10, min(MAX_BAR, columns - names - 20))
    rows = [(one, peaks.of(health.stream, one)) for one in health.levels]
    return [
        f"  {one.name:{names}} [{bar(one.rms_db, peak_db, width)}] {level_text(peak_db)}"
        for one, peak_db in rows
    ]


def _faults(health: StreamHealth) -> list[str]:
    counts = {
        "xruns": health.xruns,
        "windows that failed": health.failures,
        "windows that the engine missed": health.engine_missed,
        "gaps": health.discontinuities,
        "packets refused": health.refused_packets,
        "samples that were no audio": health.nonfinite_samples,
    }
    said = [f"{words} {count}" for words, count in counts.items() if count]
    return [f"  {', '.join(said)}"] if said else []


def line(health: StreamHealth, peaks: Peaks) -> str:
    """A stream's line for a pipe or a log."""
    levels = [f"{one.name} {level_text(peaks.of(health.stream, one))}" for one in health.levels]
    parts = [f"load {health.load:.0%}", f"late {health.late}", *levels]
    faults = [one.strip() for one in _faults(health)]
    return f"stream {health.stream}: {', '.join([*parts, *faults])}"
