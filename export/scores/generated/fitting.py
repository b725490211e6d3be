"""Whether new parts fit what they were made to, more than what they were not made to; and leaks.

For each piece the agreement of a new part with its given stem, less the mean of its agreement with
the given stems of all other pieces: paired, with intervals over songs. Of the real part in place of
the new one the same says what can be had. A leak is the projection of the new part on the given
stem; on others' it is what chance brings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log10
from typing import Any

import numpy as np

from export.scores.evaluation.summary import Summary, Values, summarise
from export.scores.generated.fit import beats_agree, keys_agree, onsets_agree
from export.scores.generated.likeness import Sounds, mono
from export.scores.generated.pieces import Piece

Agree = Callable[[Any, Any, int], float]
MEASURES: Mapping[str, Agree] = {"onsets": onsets_agree, "beat": beats_agree, "key": keys_agree}
NO_KEY = "drums"


def fitting(pieces: Sequence[Piece], rate_hz: int) -> list[dict[str, Any]]:
    """A row for each given stem, part and measure that both have."""
    found = []
    for given, part, some in _groups(pieces):
        for name, agree in MEASURES.items():
            if name == "key" and NO_KEY in (given, part):
                continue
            made = _against(some, part, agree, rate_hz, lambda one: one.parts)
            real = _against(some, part, agree, rate_hz, lambda one: one.window.stems)
            rows = {"own": made[0], "shuffled": made[1], "difference": made[2],
                    "real_difference": real[2]}  # fmt: skip
            said = {what: _said(summarise(values)) for what, values in rows.items()}
            found.append({"given": given, "part": part, "measure": name, "count": len(some)} | said)
    return found


def _groups(pieces: Sequence[Piece]) -> list[tuple[str, str, list[Piece]]]:
    """(given stem, new part, pieces that have both); at least two."""
    pairs = dict.fromkeys((one.given, part) for one in pieces if one.given for part in one.parts)
    groups = [
        (given, part, [one for one in pieces if one.given == given and part in one.parts])
        for given, part in pairs
    ]
    return [group for group in groups if len(group[2]) > 1]


def _against(
    pieces: Sequence[Piece], part: str, agree: Agree, rate_hz: int,
    stems: Callable[[Piece], Mapping[str, Any]],
) -> tuple[Values, Values, Values]:  # fmt: skip
    """With the own given stem, with the others', and the difference, by song and clip."""
    givens = [_sound(one.window.stems[one.given]) for one in pieces]
    own, other = {}, {}
    for number, piece in enumerate(pieces):
        key = piece.window.place.song.name, piece.window.place.name
        sound = _sound(stems(piece)[part])
        agreed = [agree(given, sound, rate_hz) for given in givens]
        own[key] = agreed.pop(number)
        other[key] = float(np.mean(agreed))
    return own, other, {key: own[key] - other[key] for key in own}


def leaking(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """A row for each given stem and new part: the mean size of its projections, and the largest,
    in dB re the given stem, and the mean on others' given stems."""
    found = []
    for given, part, some in _groups(pieces):
        givens = [_sound(one.window.stems[one.given]) for one in some]
        parts = [_sound(one.parts[part]) for one in some]
        table = np.array([[abs(_projection(new, old)) for old in givens] for new in parts])
        own, rest = np.diag(table), table[~np.eye(len(some), dtype=bool)]
        found.append({"given": given, "part": part, "count": len(some), "mean_db": _db(own.mean()),
                      "worst_db": _db(own.max()), "chance_db": _db(rest.mean())})  # fmt: skip
    return found


def _projection(new: Sounds, given: Sounds) -> float:
    power = float(given @ given)
    return float(new @ given) / power if power > 0 else 0.0


def _db(share: float) -> float:
    return round(20 * log10(max(float(share), 1e-6)), 2)


def _sound(audio: Any) -> Any:
    return mono(audio).astype(np.float64)


def _said(one: Summary | None) -> list[float | None] | None:
    if one is None:
        return None
    values = (one.mean, one.mean_low, one.mean_high)
    return [None if value is None else round(value, 4) for value in values]


def verdicts(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """In words: what fits its own given stem better than others' with the whole interval."""
    found = []
    for row in rows:
        low = row["difference"][1]
        above = "above" if low is not None and low > 0 else "not shown to be above"
        words = f"{row['part']} to {row['given']}, {row['measure']}: fit is {above} that to others"
        found.append(words + ".")
    return found
