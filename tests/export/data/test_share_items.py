"""What a tagger of shares hears in training, and what it is told of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from export.common.tags import NAMES, UNTAGGED, covered
from export.data import share_items
from export.data.errors import DataError
from export.data.share_items import (
    ANSWER,
    ShareConfig,
    ShareSampler,
    ideal_mask,
    labelled,
    random_mask,
    spoiled,
    validation_shares,
)  # fmt: skip
from export.data.tag_items import Sounding

SAMPLES = 3 * ANSWER


def config(made: Path, **changes: object) -> ShareConfig:
    given = {"samples": SAMPLES, "batch": 6, "rate_hz": 16000} | changes
    return ShareConfig(made / "cache", made / "bands", **given)  # type: ignore[arg-type]


def tone(hz: float, gain: float = 0.1) -> np.ndarray:
    time = np.arange(SAMPLES) / 16000
    return (gain * np.sin(2 * np.pi * hz * time)).astype(np.float32)[None]


def told(shares: np.ndarray, name: str) -> np.ndarray:
    found: np.ndarray = shares[:, NAMES.index(name)]
    return found


def test_a_share_is_of_the_energy() -> None:
    parts = [
        Sounding(covered("flute"), tone(2000)),
        Sounding(covered("violin"), tone(500, 0.1 / np.sqrt(10))),
    ]
    audio, shares, known = labelled(parts, None)
    assert audio.shape == (SAMPLES,) and shares.shape == (3, len(NAMES)) and known.all()
    np.testing.assert_allclose(told(shares, "flute"), 1 - 0.41 / 20, atol=0.01)
    np.testing.assert_allclose(told(shares, "violin"), 1 - 10.4 / 20, atol=0.03)
    np.testing.assert_allclose(told(shares, "strings"), told(shares, "violin"), atol=1e-6)
    assert not told(shares, "kick").any()


def test_a_mask_changes_the_shares() -> None:
    parts = [Sounding(covered("flute"), tone(2000)), Sounding(covered("violin"), tone(500))]
    mask = ideal_mask(parts, covered("flute"))
    audio, shares, _ = labelled(parts, mask)
    assert told(shares, "flute").min() > 0.95 and told(shares, "violin").max() < 0.2
    assert np.abs(audio[500:-500] - tone(2000)[0, 500:-500]).max() < 0.02
    _, other, _ = labelled(parts, 1 - mask)
    assert told(other, "flute").max() < 0.2 and told(other, "violin").min() > 0.95


def test_silence_and_what_is_very_quiet_have_none() -> None:
    for gain, least, most in ((0.0, 0.0, 0.0), (0.0005, 0.0, 0.0), (0.008, 0.3, 0.99), (0.1, 1, 1)):
        _, shares, _ = labelled([Sounding(covered("flute"), tone(2000, gain))], None)
        assert least <= told(shares, "flute").min() <= told(shares, "flute").max() <= most


def test_what_cannot_be_told_apart_is_not_known() -> None:
    parts = [Sounding(covered("drums"), tone(300)), Sounding(frozenset({UNTAGGED}), tone(900))]
    _, shares, known = labelled(parts, None)
    assert known[NAMES.index("drums")] and not known[NAMES.index("kick")]
    assert known[NAMES.index("flute")] and not told(shares, "flute").any()
    assert told(shares, "drums").max() < 0.9, "what has no tag sounds, too"


def test_masks_lie_between_nothing_and_all() -> None:
    rng = np.random.default_rng(0)
    ideal = random_mask(rng, 513, 40)
    for _ in range(40):
        for mask in (random_mask(rng, 513, 49), spoiled(rng, ideal)):
            assert mask.dtype == np.float32 and 0 <= mask.min() <= mask.max() <= 1
    assert random_mask(rng, 513, 49).shape == (513, 49)


def test_batches_repeat_and_hold_all_treatments(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, again = (ShareSampler(config(made), 3).batch(5) for _ in range(2))
    for one, two in zip(found, again, strict=True):
        np.testing.assert_array_equal(one, two)
        assert one.dtype == np.float32 and np.isfinite(one).all()
    assert found.audio.shape == (6, SAMPLES) and found.shares.shape == (6, 3, len(NAMES))
    assert found.shares.max() > 0.3
    for name in share_items.TREATMENTS:
        monkeypatch.setattr(share_items, "TREATMENTS", {name: 1.0})
        batch = ShareSampler(config(made, batch=3, quiet_db=(45.0, 60.0)), 1).batch(0)
        level = np.sqrt(np.square(batch.audio).mean())
        quiet = name in ("silence", "quiet")
        assert (level < 0.002) == quiet, name
        assert name != "silence" or not batch.shares.any()


def test_validation_is_always_the_same(made: Path) -> None:
    first, second = (validation_shares(config(made), 2) for _ in range(2))
    assert len(first) == 2 and len(first[0].audio) == 8
    np.testing.assert_array_equal(first[1].audio, second[1].audio)


def test_what_cannot_be_is_refused(made: Path) -> None:
    for wrong in ({"channels": 2}, {"samples": 5000}, {"questions": 5}, {"absent_share": 0.5}):
        with pytest.raises(DataError, match="expected"):
            config(made, **wrong)
