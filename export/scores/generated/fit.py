"""How well two sounds (T,) go together: figures from -1 to 1, of which only differences count."""

from __future__ import annotations

import numpy as np

from export.scores.generated.sound import HOP_S, Array, chroma, onset_envelope

TOGETHER_S = 0.03
BEATS_S = (0.2, 1.5)


def onsets_agree(one: Array, other: Array, rate_hz: int) -> float:
    """Correlation of the onset envelopes, the best within 30 ms: do they play at the same time?"""
    first, second = (onset_envelope(audio, rate_hz) for audio in (one, other))
    most = round(TOGETHER_S / HOP_S)
    return max(_correlated(*_shifted(first, second, lag)) for lag in range(-most, most + 1))


def beats_agree(one: Array, other: Array, rate_hz: int) -> float:
    """Correlation of what the envelopes repeat after 0.2 to 1.5 s: have they the same beat?"""
    low, high = (round(second / HOP_S) for second in BEATS_S)
    found = []
    for audio in (one, other):
        envelope = onset_envelope(audio, rate_hz)
        envelope = envelope - envelope.mean()
        lags = range(low, min(high, len(envelope) // 2))
        found.append(np.array([_correlated(*_shifted(envelope, envelope, lag)) for lag in lags]))
    return _correlated(*found)


def keys_agree(one: Array, other: Array, rate_hz: int) -> float:
    """Mean cosine of the pitch classes in every quarter of a second, by how loud both are there."""
    first, second = (chroma(audio, rate_hz) for audio in (one, other))
    count = min(len(first), len(second))
    first, second = np.sqrt(first[:count]), np.sqrt(second[:count])
    sizes = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    if not sizes.sum() > 0:
        return 0.0
    return float((first * second).sum() / sizes.sum())


def _shifted(first: Array, second: Array, lag: int) -> tuple[Array, Array]:
    """The second one `lag` later."""
    count = min(len(first), len(second)) - abs(lag)
    start, begin = max(-lag, 0), max(lag, 0)
    return first[start : start + count], second[begin : begin + count]


def _correlated(first: Array, second: Array) -> float:
    """0 where one of them does not change."""
    if len(first) < 2:
        return 0.0
    first, second = first - first.mean(), second - second.mean()
    size = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / size if size > 1e-12 else 0.0
