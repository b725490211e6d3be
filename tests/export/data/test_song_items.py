"""Items of the stem set `song` that are known in part as a sum: recorded music without singing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from export.common.batch import Batch
from export.data.accompaniments import FOLDER
from export.data.config import KINDS, SamplerConfig
from export.data.errors import DataError
from export.data.sampler import Sampler
from export.data.shape import rms
from export.data.windows import active
from tests.rigs.export.bands import RATE_HZ

VOCALS = 3


def config(made: Path, kind: str = "accompaniment", **changes: object) -> SamplerConfig:
    """`song` batches, of one kind only if it is given."""
    shares = {f"{name}_share": float(name == kind) for name in KINDS} if kind else {}
    given = {"samples": 11025, "batch": 6, "drop_share": 0.0} | shares | changes
    return SamplerConfig("song", made / "cache", made / "bands", **given)  # type: ignore[arg-type]


def batch_of(given: SamplerConfig, step: int = 0) -> Batch:
    batch = Sampler(given, 7).batch(step)
    assert isinstance(batch, Batch)
    assert batch.groups is not None and batch.groups.dtype == np.int8
    return batch


def test_drums_bass_and_other_are_one_sum_with_a_voice_over_it(made: Path) -> None:
    batch = batch_of(config(made, accompaniment_voice_share=1.0))
    np.testing.assert_array_equal(batch.groups, np.tile([0, 0, 0, VOCALS], (6, 1)))
    assert batch.stems.shape == (6, 4, 2, 11025)
    assert not batch.stems[:, 1:VOCALS].any()
    for item in batch.stems:
        np.testing.assert_array_equal(active(item), [True, False, False, True])


def test_without_a_voice_vocals_are_known_to_be_silent(made: Path) -> None:
    batch = batch_of(config(made, accompaniment_voice_share=0.0))
    np.testing.assert_array_equal(batch.groups, np.tile([0, 0, 0, VOCALS], (6, 1)))
    assert not batch.stems[:, 1:].any()
    assert all(active(item)[0] for item in batch.stems)


def test_beside_accompaniments_other_items_say_that_every_stem_is_known(made: Path) -> None:
    batch = batch_of(config(made, "clip", accompaniment_share=1.0, batch=24))
    known = (batch.groups == np.arange(4)).all(1)
    assert known.any() and not known.all()
    assert all(active(item).all() for item in batch.stems[known])


def test_batches_with_accompaniments_depend_on_seed_and_step_alone(made: Path) -> None:
    given = config(made, "", accompaniment_share=0.5, mix_gain_db=(-12.0, 6.0))
    first, again = batch_of(given, 3), batch_of(given, 3)
    np.testing.assert_array_equal(first.stems, again.stems)
    assert not np.array_equal(first.stems, batch_of(given, 4).stems)


def test_a_track_lies_at_a_drawn_level(made: Path) -> None:
    given = config(made, accompaniment_voice_share=0.0, band_level_db=(-30.0, -30.0),
                   gain_range=(1.0, 1.0))  # fmt: skip
    levels = [rms(item[0]) for item in batch_of(given).stems]
    np.testing.assert_allclose(levels, 10 ** (-30 / 20), rtol=0.01)


def test_the_mix_gain_moves_all_stems_alike(made: Path) -> None:
    plain = Sampler(config(made, "band", band_level_db=(-30.0, -30.0)), 7).batch(0)
    loud = Sampler(config(made, "band", band_level_db=(-30.0, -30.0), batch=1,
                          mix_gain_db=(12.0, 12.0)), 7).batch(0)  # fmt: skip
    assert isinstance(plain, np.ndarray) and isinstance(loud, np.ndarray)
    np.testing.assert_allclose(loud[0], plain[0] * 10 ** (12 / 20), rtol=1e-5)


def test_the_mix_comes_at_a_drawn_level_with_its_stems(made: Path) -> None:
    given = config(made, "band", mix_level_db=(-20.0, -15.0))
    for item in np.asarray(Sampler(given, 7).batch(0)):
        assert 10 ** (-20 / 20) <= rms(item.sum(0)) <= 10 ** (-15 / 20)
    plain, at_level = (np.asarray(Sampler(c, 7).batch(0))[0] for c in
                       (config(made, "band", batch=1),
                        config(made, "band", batch=1, mix_level_db=(-18.0, -18.0))))  # fmt: skip
    gain = 10 ** (-18 / 20) / rms(plain.sum(0))
    np.testing.assert_allclose(at_level, plain * gain, rtol=1e-4, atol=1e-7)


def test_tracks_may_have_another_rate(made: Path) -> None:
    batch = batch_of(config(made, rate_hz=16000, channels=1, samples=4000))
    assert batch.stems.shape == (6, 4, 1, 4000)
    assert all(active(item)[0] for item in batch.stems)
    assert len(list((made / "cache" / FOLDER).glob("*/track.json"))) == 2
    assert RATE_HZ == 44100


def test_what_cannot_be_is_refused(made: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="accompaniment_share is for 'song'"):
        SamplerConfig("band", tmp_path, tmp_path, accompaniment_share=0.1)
    with pytest.raises(DataError, match="mix_gain_db"):
        SamplerConfig("song", tmp_path, tmp_path, mix_gain_db=(6.0, -6.0))
    with pytest.raises(DataError, match="mix_level_db"):
        SamplerConfig("song", tmp_path, tmp_path, mix_level_db=(6.0, -6.0))
    (tmp_path / "cache").mkdir()
    for folder in ("clips", "voices"):
        (tmp_path / "cache" / folder).symlink_to(made / "cache" / folder)
    with pytest.raises(DataError, match="accompaniment-missing"):
        Sampler(config(tmp_path), 7)


def test_of_a_prepared_song_that_has_a_voice_the_rest_is_one_sum(made: Path) -> None:
    batch = batch_of(config(made, "prepared"))
    np.testing.assert_array_equal(batch.groups, np.tile([0, 0, 0, 3], (6, 1)))
    assert batch.stems[:, [0, 3]].any(axis=(2, 3)).all() and not batch.stems[:, 1:3].any()
    mixed = batch_of(config(made, "clip", prepared_share=1.0, batch=24))
    known = (mixed.groups == np.arange(4)).all(1)
    assert known.any() and not known.all()
