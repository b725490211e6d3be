"""A comparison in words: tables with what they mean, and JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict

from daw_bridge.cli.models.comparing.figures import OTHER as OTHER_STEM
from daw_bridge.cli.models.comparing.figures import REST_ROW, SongFigures
from daw_bridge.cli.models.comparing.lanes import LANES
from daw_bridge.cli.models.comparing.summary import LEAST_SONGS, StemScore, Summary
from daw_bridge.cli.tables import table

WIDTH = 100
TRUTH = (
    "Plain SDR in dB, 10 log10 of the true stem's energy over the error's, higher is better: "
    "medians over songs. Difference: {a} less {b}, mean over the songs that both have, with its "
    "95 % interval by bootstrap over songs. Silent true stems (below -60 dBFS) are left out. "
    "Songs that a model was trained on flatter it."
)
REST = (
    "All but ...: the sum of the other true stems, against the sum of all other outputs of either "
    "model, the residual among them."
)
OTHER = (
    "A stem called other is compared by itself only where all further stems are the same, as it is "
    "what they leave."
)
BESIDE = (
    "Agreement: the SDR in dB of {a}'s stem with {b}'s in the place of the truth. Share: a stem's "
    "energy in percent of the mix's; they need not add up to 100. Leakage: percent of a stem's "
    "energy that is a copy (one gain for the song) of another stem of the other model and not of "
    "its own stem; the largest is shown. No truth is known here: two models may agree and both be "
    "wrong, and what is called the leakage of one may be an error of the other. Sounds that leak "
    "filtered or smeared count in part."
)


def text(found: Summary, labels: Sequence[str]) -> str:
    """What people read; `labels` are the two models' names."""
    parts = []
    names = {one.stem for one in found.scores} | {one.stem for one in found.beside}
    if found.scores:
        rest = any(name.startswith(REST_ROW) for name in names)
        parts += [_scores(found.scores, labels), _words(TRUTH + " " + REST * rest, labels)]
    parts += [_beside(found, labels), _words(BESIDE, labels)]
    if OTHER_STEM in names:
        parts.append(_words(OTHER, labels))
    return "\n\n".join([*parts, _computing(found, labels)])


def _words(words: str, labels: Sequence[str]) -> str:
    a, b = labels
    return textwrap.fill(words.format(a=a, b=b), WIDTH)


def _scores(rows: Sequence[StemScore], labels: Sequence[str]) -> str:
    a, b = labels
    header = ("true stem", "songs", a, b, "difference", "95 % from", "to", "better")
    names = dict(zip(LANES, labels, strict=True))
    lines = []
    for one in rows:
        gap = one.difference
        numbers = (gap.mean, gap.low, gap.high) if gap else (None, None, None)
        verdict = names.get(gap.better, "undecided") if gap else None
        if gap and gap.songs < LEAST_SONGS:
            verdict = "too few songs"
        cells = map(_db, (one.a, one.b, *numbers))
        lines.append((one.stem, one.songs, *cells, verdict))
    return table(header, lines)


def _beside(found: Summary, labels: Sequence[str]) -> str:
    a, b = labels
    header = ("stem", "agreement", f"share {a}", f"share {b}", f"leakage {a}", f"leakage {b}")
    lines = [
        (one.stem, _db(one.agreement_db), _percent(one.a_share), _percent(one.b_share),
         _leak(one.a_leakage), _leak(one.b_leakage))
        for one in found.beside
    ]  # fmt: skip
    return table(header, lines)


def _computing(found: Summary, labels: Sequence[str]) -> str:
    took = ", ".join(
        f"{label} {found.computing[who]:.1f} s" for who, label in zip(LANES, labels, strict=True)
    )
    songs = f"{found.songs} song{'s' * (found.songs != 1)}, {found.with_truth} with true stems"
    return f"{songs}, {found.seconds:.1f} s of audio; computing: {took}"


def _db(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _leak(found: tuple[str, float] | None) -> str:
    return "-" if found is None else f"{_percent(found[1])} {found[0]}"


def as_json(
    found: Summary, songs: Sequence[SongFigures], labels: Sequence[str], failed: Sequence[str]
) -> str:
    """The same with every song as one JSON object; dB as plain SDR, shares from 0 to 1."""
    value = {
        "models": dict(zip(LANES, labels, strict=True)),
        "summary": asdict(found),
        "songs": [asdict(song) for song in songs],
        "failed": list(failed),
    }
    return json.dumps(value, indent=2, ensure_ascii=False)
