"""Scores of systems that separate by tags, one window a song: what is run, kept and summed up.

For each song and tag that is there: plain SDR, SI-SDRi, and where it is asked for museval's SDR,
dB. For each tag that is not there: how loud the answer is against the mix, dB. Every finished song
of a system is a line of a file beside the results, from which the same command goes on.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engines.types import Audio
from export.common.metrics import sdr, si_sdr
from export.common.tags import LEAF_NAMES
from export.data.clip_cache import RATE_HZ
from export.data.tag_windows import TagWindow
from export.scores.evaluation.clip_scores import frame_sdr
from export.scores.evaluation.summary import Summary, Values, paired, summarise
from export.scores.tagged_systems import BEST_GAIN, EQUALISER, System, truth

METRICS = ("sdr", "si_sdri", "museval")
#: What is quieter than this against its mix is as good as silence.
LEAST_DB = -80.0
Key = tuple[str, str]


@dataclass(frozen=True)
class Score:
    """Of one answer, dB; None where it is not defined. `leakage`: of a tag that is absent."""

    system: str
    song: str
    tag: str
    sdr: float | None = None
    si_sdri: float | None = None
    museval: float | None = None
    leakage: float | None = None


@dataclass(frozen=True)
class Done:
    """A system's answers to a song, and the seconds that they took for a second of music."""

    system: str
    song: str
    seconds: float
    scores: tuple[Score, ...]


def requests(window: TagWindow, together: bool) -> list[tuple[str, ...]]:
    """The tags that are asked for at once: each alone; or `together`, all that are no groups in one
    request, and each group in its own."""
    every = (*window.present, *window.absent)
    if not together:
        return [(tag,) for tag in every]
    leaves = tuple(tag for tag in every if tag in LEAF_NAMES)
    groups = [(tag,) for tag in every if tag not in LEAF_NAMES]
    return [one for one in (leaves, *groups) if one]


def run(system: System, window: TagWindow, together: bool, museval: bool) -> Done:
    """Raises EngineError, PeerError, ScoreError."""
    begun = time.perf_counter()
    answers: dict[str, Audio] = {}
    for tags in requests(window, together):
        answers |= system.separate(window, tags)
    took = (time.perf_counter() - begun) / (window.mix.shape[-1] / RATE_HZ)
    scores = [
        _score(system.name, window, tag, answers[tag], museval)
        for tag in (*window.present, *window.absent)
        if tag in answers
    ]
    return Done(system.name, window.song, took, tuple(scores))


def _score(system: str, window: TagWindow, tag: str, made: Audio, museval: bool) -> Score:
    mix, own = window.mix, truth(window, tag)
    if tag not in window.present:
        power = np.square(made.astype(np.float64)).sum() / np.square(mix.astype(np.float64)).sum()
        leakage = max(LEAST_DB, 10 * float(np.log10(power + 1e-12)))
        return Score(system, window.song, tag, leakage=leakage)
    gained = float(si_sdr(made, own) - si_sdr(mix, own)) if made.any() else None
    framed = _framed(made, own, mix) if museval else None
    return Score(system, window.song, tag, float(sdr(made, own)), gained, framed)


def _framed(made: Audio, own: Audio, mix: Audio) -> float | None:
    """museval's: the median over its frames, those left out in which a part is silent."""
    frames = frame_sdr(np.stack([made, mix - made]), np.stack([own, mix - own]), RATE_HZ)[0]
    kept = frames[~np.isnan(frames)]
    return float(np.median(kept)) if len(kept) else None


class Kept:
    """Finished songs of systems, a line of JSON each; a line that was cut off is left out."""

    def __init__(self, path: Path, how: str) -> None:
        self._path, self._how = path, how
        self._found: dict[tuple[str, str, str], Done] = {}
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        for line in lines:
            try:
                row = json.loads(line)
                scores = tuple(Score(**one) for one in row["scores"])
                done = Done(row["system"], row["song"], row["seconds"], scores)
                self._found[row["how"], row["identity"], done.song] = done
            except (ValueError, KeyError, TypeError):
                continue

    def get(self, system: System, song: str) -> Done | None:
        """What is known."""
        return self._found.get((self._how, f"{system.name} {system.identity}", song))

    def add(self, system: System, done: Done) -> None:
        """Keeps it."""
        row = {"how": self._how, "identity": f"{system.name} {system.identity}",
               "system": done.system, "song": done.song, "seconds": done.seconds,
               "scores": [vars(one) for one in done.scores]}  # fmt: skip
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def values(found: Iterable[Done], system: str, metric: str, tag: str | None = None) -> Values:
    """(song, tag) -> dB, of one tag or of all."""
    return {
        (one.song, one.tag): value
        for done in found
        for one in done.scores
        if one.system == system and tag in (None, one.tag)
        and (value := getattr(one, metric)) is not None
    }  # fmt: skip


def by_song(every: Values) -> Values:
    """The mean over a song's tags: songs with many count as much as those with few."""
    songs: dict[str, list[float]] = {}
    for (song, _), value in every.items():
        songs.setdefault(song, []).append(value)
    return {(song, "all"): float(np.mean(some)) for song, some in songs.items()}


def overall(found: Sequence[Done], system: str, against: Sequence[str]) -> dict[str, Any]:
    """A system's row: means over songs with their intervals, differences to others on the same
    questions, leakage over all absent tags, time."""
    mine = [one for one in found if one.system == system]
    row: dict[str, Any] = {"system": system, "songs": len({one.song for one in mine})}
    for metric in METRICS:
        row[metric] = _said(summarise(by_song(values(found, system, metric))))
    for other in against:
        if other != system:
            row[f"over {other}"] = {
                metric: _said(summarise(by_song(_apart(found, system, other, metric))))
                for metric in METRICS[:2]
            }
    leaked = list(values(found, system, "leakage").values())
    row["absent"] = len(leaked)
    row["leakage"] = _said(summarise(by_song(values(found, system, "leakage"))))
    row["leakage_worst"] = round(max(leaked), 2) if leaked else None
    row["seconds_per_second"] = round(float(np.mean([one.seconds for one in mine])), 4)
    return row


def of_tag(found: Sequence[Done], system: str, tag: str, against: Sequence[str]) -> dict[str, Any]:
    """The same of one tag: in how many songs it was, and whether the system is better than all of
    `against` that answered it, each by the interval of the SDR's difference."""
    row: dict[str, Any] = {"system": system, "tag": tag}
    found_here = values(found, system, "sdr", tag)
    row["songs"] = len(found_here)
    for metric in METRICS:
        row[metric] = _said(summarise(values(found, system, metric, tag)))
    apart = {
        other: summarise(_apart(found, system, other, "sdr", tag))
        for other in against
        if other != system
    }
    row |= {f"over {other}": {"sdr": _said(one)} for other, one in apart.items()}
    lows = [one.mean_low for one in apart.values() if one is not None]
    row["above"] = bool(lows) and all(low is not None and low > 0 for low in lows)
    row["leakage"] = _said(summarise(values(found, system, "leakage", tag)))
    return row


def _apart(
    found: Sequence[Done], system: str, other: str, metric: str, tag: str | None = None
) -> dict[Key, float]:
    own, its = (values(found, one, metric, tag) for one in (system, other))
    return paired(own, its)


Said = list[float | None]


def _said(one: Summary | None) -> Said | None:
    """Mean and interval."""
    if one is None:
        return None
    numbers = (one.mean, one.mean_low, one.mean_high)
    return [None if number is None else round(number, 3) for number in numbers]


def report(
    found: Sequence[Done], against: Sequence[str] = (BEST_GAIN, EQUALISER),
    models: Sequence[str] = (), name: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Everything, as plain values: rows of systems, rows of systems and tags, and those of `models`
    for a card, whose set is called `name`."""
    systems = list(dict.fromkeys(one.system for one in found))
    against = [one for one in against if one in systems]
    tags = list(dict.fromkeys(one.tag for done in found for one in done.scores))
    rows = [of_tag(found, system, tag, against) for system in systems for tag in sorted(tags)]
    asked = [row for row in rows if row["songs"] or row["leakage"] is not None]
    rows_of_systems = [overall(found, system, against) for system in systems]
    return {
        "against": against,
        "systems": rows_of_systems,
        "tags": asked,
        "figures": card_rows(rows_of_systems, asked, models, name),
    }


CARD_HEADER = ("set", "system", "tag", "songs", "SDR", "from", "to", "SI-SDRi", "leakage")


def card_rows(
    systems: Sequence[dict[str, Any]], tags: Sequence[dict[str, Any]], models: Sequence[str],
    name: str,
) -> list[list[str | float | None]]:  # fmt: skip
    """A header, then each of `models` and each tag that is there, and all systems over all tags,
    the models first: SDR is the mean over songs with its 95 % interval, dB."""
    rows: list[list[str | float | None]] = [list(CARD_HEADER)]
    for row in sorted(systems, key=lambda row: row["system"] not in models):
        rows.append([name, row["system"], "all", row["songs"], *_card(row)])
    there = [row for row in tags if row["songs"] and row["system"] in models]
    rows += [[name, row["system"], row["tag"], row["songs"], *_card(row)] for row in there]
    return rows


def _card(row: dict[str, Any]) -> list[float | None]:
    sdr = row["sdr"] or (None, None, None)
    means = [(row[metric] or (None,))[0] for metric in ("si_sdri", "leakage")]
    return [None if one is None else round(one, 2) + 0.0 for one in (*sdr, *means)]
