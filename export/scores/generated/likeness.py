"""Sets of pieces against real music: Frechet distances, beside sets whose distance is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engines.types import Audio
from export.scores.generated.embedding import Embedder, with_error
from export.scores.generated.pieces import ALONE, Piece, RealWindow
from export.scores.generated.sound import frames

Sounds = NDArray[np.float32]
MIX = "mix"
Sets = Mapping[str, Mapping[str, Sounds]]
"""What it is -> row (a stem, or MIX) -> sounds (N, T), mono."""
OTHERS, NOISE, COLOURED = "other real songs", "noise", "noise with its spectrum"
SHUFFLED, WRONG = "stems of different songs", "other instruments"
_FRAME = 1024


def mono(audio: Audio) -> Sounds:
    """(C, T) -> (T,)"""
    found: Sounds = audio.mean(axis=0, dtype=np.float32)
    return found


def real_set(windows: Sequence[RealWindow]) -> dict[str, Sounds]:
    """Their mixes, and every stem where it can be heard."""
    rows = {MIX: [mono(one.mix) for one in windows]}
    for window in windows:
        for stem, audio in window.stems.items():
            rows.setdefault(stem, []).append(mono(audio))
    return {row: np.stack(sounds) for row, sounds in rows.items()}


def piece_set(pieces: Sequence[Piece]) -> dict[str, Sounds]:
    """The mixes with what was given, and every new part."""
    rows = {MIX: [mono(one.mix) for one in pieces]} if pieces else {}
    for piece in pieces:
        for stem, audio in piece.parts.items():
            rows.setdefault(stem, []).append(mono(audio))
    return {row: np.stack(sounds) for row, sounds in rows.items()}


def all_sets(windows: Sequence[RealWindow], pieces: Sequence[Piece], seed: int) -> Sets:
    """What is held against the reference, as many sounds of each."""
    givens = dict.fromkeys(piece.given for piece in pieces)
    found: dict[str, Mapping[str, Sounds]] = {
        "generated" + (f" to {given}" if given != ALONE else ""): piece_set(
            [one for one in pieces if one.given == given]
        )
        for given in givens
    }
    real, rng = real_set(windows), np.random.default_rng(seed)
    return found | {
        OTHERS: real,
        SHUFFLED: {MIX: np.stack(shuffled(windows))},
        WRONG: {row: wrong for row in real if row != MIX and (wrong := _wrong(real, row)).size},
        COLOURED: {row: np.stack([coloured(sounds, rng) for _ in sounds])
                   for row, sounds in real.items()},
        NOISE: {row: rng.standard_normal(sounds.shape).astype(np.float32)
                for row, sounds in real.items()},
    }  # fmt: skip


def shuffled(windows: Sequence[RealWindow]) -> list[Sounds]:
    """For each window a mix of the same instruments, each from another song where there is one."""
    found: list[Sounds] = []
    for number, window in enumerate(windows):
        parts = []
        for place, stem in enumerate(window.stems):
            others = [one for one in windows if stem in one.stems and one is not window]
            chosen = others[(number + place) % len(others)] if others else window
            parts.append(mono(chosen.stems[stem]))
        found.append(np.asarray(np.sum(parts, axis=0), np.float32))
    return found


def _wrong(real: Mapping[str, Sounds], row: str) -> Sounds:
    """Sounds of the other stems, as many as there are of this one."""
    rest = [sounds for stem, sounds in real.items() if stem not in (MIX, row)]
    if not rest:
        return np.zeros((0, 0), np.float32)
    every = np.concatenate(rest)
    count = min(len(real[row]), len(every))
    return every[np.linspace(0, len(every) - 1, count).round().astype(int)]


def coloured(sounds: Sounds, rng: np.random.Generator) -> Sounds:
    """Noise (T,) with the mean spectrum of sounds (N, T): it has their colour, and no notes."""
    power = np.mean(
        [(np.abs(np.fft.rfft(frames(one, _FRAME, _FRAME // 2) * np.hanning(_FRAME))) ** 2).mean(0)
         for one in sounds.astype(np.float64)],
        axis=0,
    )  # fmt: skip
    count = sounds.shape[-1]
    spectrum = np.fft.rfft(rng.standard_normal(count))
    places = np.linspace(0, _FRAME // 2, len(spectrum))
    gains = np.sqrt(np.interp(places, np.arange(len(power)), power))
    made = np.fft.irfft(spectrum * gains, count)
    return (0.1 * made / max(float(made.std()), 1e-12)).astype(np.float32)


def distances(
    embedder: Embedder, reference: Mapping[str, Sounds], sets: Sets, rate_hz: int
) -> list[dict[str, Any]]:
    """A row for each set and stem: distance, its standard error, how many sounds."""
    heard = {row: embedder.vectors(sounds, rate_hz) for row, sounds in reference.items()}
    found = []
    for what, rows in sets.items():
        for row, sounds in rows.items():
            if row in heard and len(heard[row]) > 1 and len(sounds) > 1:
                vectors = embedder.vectors(sounds, rate_hz)
                distance, error = with_error(vectors, heard[row])
                said = None if np.isnan(error) else round(error, 4)
                found.append({"set": what, "row": row, "distance": round(distance, 4),
                              "error": said, "count": len(sounds)})  # fmt: skip
    return found
