"""BatchSource: determinism, shapes, what goes into each kind of song, and what is held back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.common.batch import Batch
from export.data import clip_cache, sampler, windows
from export.data.config import KINDS, SamplerConfig
from export.data.errors import DataError
from export.data.rendered import RenderedSong
from export.data.sampler import Sampler
from export.data.shape import rms
from tests.rigs.export.bands import RATE_HZ, noise, write_band

SEED = 5
#: Kinds of which every stem is known; the others: test_song_items.py, test_band_items.py.
KNOWN = tuple(kind for kind in KINDS if kind not in ("accompaniment", "prepared"))


def config(made: Path, stem_set: str = "song", /, **changes: object) -> SamplerConfig:
    given = {"stem_set": stem_set, "samples": 22050, "batch": 3} | changes
    return SamplerConfig(cache=made / "cache", bands=made / "bands", **given)  # type: ignore


def only(kind: str) -> dict[str, float]:
    return {f"{name}_share": float(name == kind) for name in KINDS}


def stems_of(source: Sampler, step: int = 0) -> np.ndarray:
    """The stems of a `band` batch."""
    batch = source.batch(step)
    assert isinstance(batch, Batch)
    return batch.stems


@pytest.mark.parametrize("stem_set", ["song", "band"])
@pytest.mark.parametrize(("rate_hz", "channels"), [(44100, 2), (44100, 1), (16000, 1), (16000, 2)])
def test_batches_have_the_declared_shape(
    made: Path, stem_set: str, rate_hz: int, channels: int
) -> None:
    given = config(made, stem_set, rate_hz=rate_hz, channels=channels, samples=rate_hz // 2)
    source = Sampler(given, SEED)
    batch = stems_of(source) if stem_set == "band" else source.batch(0)
    assert isinstance(batch, np.ndarray)
    assert batch.shape == (3, len(given.stems), channels, rate_hz // 2)
    assert batch.dtype == np.float32
    assert np.max(np.abs(batch.sum(1))) <= 1.0
    assert all(windows.active(item).sum() >= 2 for item in batch)


@pytest.mark.parametrize("kind", KNOWN)
def test_a_batch_depends_on_seed_and_step_alone(made: Path, kind: str) -> None:
    given = config(made, **only(kind))
    one, other = Sampler(given, SEED), Sampler(given, SEED)
    first = one.batch(0)
    np.testing.assert_array_equal(other.batch(7), one.batch(7))
    np.testing.assert_array_equal(first, other.batch(0))
    assert not np.array_equal(first, other.batch(1))
    assert not np.array_equal(first, Sampler(given, SEED + 1).batch(0))


#: Three samples and the mean magnitude of batch 2, as it was before there was variation.
KEPT = {
    "clip": (0.000595, -0.017853, 0.031382, 0.066493),
    "remix": (0.000762, 0.098381, 0.097584, 0.060994),
    "band": (0.014847, -0.160108, -0.019686, 0.040675),
    "band_voice": (-0.016780, -0.093506, -0.001563, 0.055604),
}


@pytest.mark.parametrize("kind", KNOWN)
def test_batches_without_variation_stay_what_they_were(
    made: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = Sampler(config(made, **only(kind)), SEED).batch(2)
    found = (*batch[[0, 1, 2], [1, 2, 0], [0, 1, 0], [100, 9000, 20000]], np.abs(batch).mean())
    np.testing.assert_allclose(found, KEPT[kind], atol=1e-4)
    monkeypatch.setattr(windows, "varied", lambda audio, rng, config: audio)
    np.testing.assert_array_equal(Sampler(config(made, **only(kind)), SEED).batch(2), batch)


def test_a_band_has_no_vocals_and_its_rest_is_one_stem(made: Path) -> None:
    given = config(made, **only("band"), drop_share=0.0)
    batch = Sampler(given, SEED).batch(0)
    vocals = given.stems.index("vocals")
    assert not batch[:, vocals].any()
    assert all(windows.active(item).sum() == 3 for item in batch)
    song = RenderedSong(made / "bands" / "train" / "train0", RATE_HZ, 2, made / "cache")
    rest = sum(song.read(stem, 50, 22050) for stem in ("guitar", "piano", "other"))
    np.testing.assert_allclose(windows.band_stem(song, "other", given, 50), rest, atol=1e-6)


def test_a_band_limited_voice_limits_the_whole_mix(made: Path) -> None:
    given = config(made, **only("band_voice"), mir_share=1.0, drop_share=0.0)
    mixes = Sampler(given, SEED).batch(0).sum(1)
    assert treble_share(mixes) < 1e-5
    real = config(made, **only("band_voice"), mir_share=0.0, drop_share=0.0)
    assert treble_share(Sampler(real, SEED).batch(0).sum(1)) > 0.3


def treble_share(mixes: np.ndarray) -> float:
    """The part of the energy above 8 kHz."""
    power = np.abs(np.fft.rfft(mixes * np.hanning(mixes.shape[-1]))) ** 2
    hertz = np.fft.rfftfreq(mixes.shape[-1], 1 / RATE_HZ)
    return float(power[..., hertz > 8000].sum() / power.sum())


def test_gains_stay_in_their_range_and_stems_stay_aligned(made: Path) -> None:
    only_band = only("band") | {"drop_share": 0.0, "leave_out_share": 0.0}
    given = config(made, "band", band_level_db=(-30.0, -30.0), **only_band)
    item = stems_of(Sampler(given, SEED))[0]
    levels = np.array([rms(stem) for stem in item])
    low, high = given.gain_range
    assert levels.max() / levels.min() <= high / low * 1.05


def test_dropped_stems_are_silent(made: Path) -> None:
    given = config(made, "band", drop_share=0.4, leave_out_share=0.0, batch=20, **only("band"))
    batch = stems_of(Sampler(given, SEED))
    silent = ~np.array([windows.active(item) for item in batch])
    assert 0.1 < silent.mean() < 0.6
    assert not batch[silent].any()


def test_new_songs_join_at_the_next_listing(tmp_path: Path) -> None:
    write_band(tmp_path / "bands" / "train" / "a", 0)
    given = SamplerConfig(
        "band", tmp_path, tmp_path / "bands", samples=1000, relist_every=10, **only("band")
    )  # type: ignore[arg-type]
    source = Sampler(given, SEED)
    source.batch(0)
    write_band(tmp_path / "bands" / "train" / "b", 50, leave_out="piano")
    (tmp_path / "bands" / "train" / ".partial-x").mkdir()
    source.batch(9)
    assert len(source.items.bands) == 1
    source.batch(10)
    assert [song.folder.name for song in source.items.bands] == ["a", "b"]


def test_silent_data_is_an_error_not_an_endless_loop(tmp_path: Path) -> None:
    folder = tmp_path / "bands" / "train" / "a"
    folder.mkdir(parents=True)
    soundfile.write(folder / "drums.flac", np.zeros((9000, 2)), RATE_HZ)
    (folder / "song.json").write_text("{}")
    given = SamplerConfig("band", tmp_path, tmp_path / "bands", samples=1000, **only("band"))  # type: ignore
    with pytest.raises(DataError, match="no-window"):
        Sampler(given, SEED).batch(0)


def test_missing_folders_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"python -m export render"):
        Sampler(SamplerConfig("band", tmp_path, tmp_path, **only("band")), SEED).batch(0)  # type: ignore
    with pytest.raises(DataError, match=r"python -m export clips"):
        Sampler(SamplerConfig("song", tmp_path, tmp_path), SEED)


@pytest.mark.parametrize("changes", [{"stem_set": "choir"}, {"channels": 3}, {"samples": 0},
                                     {"clip_share": -1.0}, {"vary_pan": 1.5}])  # fmt: skip
def test_a_bad_config_is_refused(made: Path, changes: dict[str, object]) -> None:
    with pytest.raises(DataError, match="bad-config"):
        config(made, **changes)


def test_validation_is_fixed_and_held_back(made: Path) -> None:
    (clip,) = sampler.validation_set(config(made))
    assert (clip.name, clip.stems.shape) == ("V", (4, 2, 22050))
    given = config(made, "band")
    windows = sampler.validation_set(given, per_song=2)
    assert len(windows) == 6 and all(clip.name.startswith("valid") for clip in windows)
    again = sampler.validation_set(given, per_song=2)
    np.testing.assert_array_equal(windows[3].stems, again[3].stems)
    assert {song.folder.name for song in Sampler(config(made), 0).items.clips} == {"A", "B"}


def test_test_songs_are_whole(made: Path) -> None:
    songs = list(sampler.test_songs(config(made, "band")))
    assert [clip.name for clip in songs] == ["test0", "test1", "test2"]
    assert songs[0].stems.shape == (5, 2, 2 * RATE_HZ)


def test_test_clips_are_decoded_whole(tmp_path: Path, made: Path) -> None:
    for folder in ("musdb18-7/train", "remixed-cc0", "mir1k-voices"):
        (tmp_path / folder).mkdir(parents=True)
    folder = tmp_path / "musdb18-7" / "test" / "T - 1"
    folder.mkdir(parents=True)
    for stem in clip_cache.SONG_STEMS:
        soundfile.write(folder / f"{stem}.flac", noise(3, 1.0), RATE_HZ)
    (clip,) = sampler.test_songs(config(made), tmp_path)
    assert (clip.name, clip.stems.shape) == ("T - 1", (4, 2, RATE_HZ))
    with pytest.raises(DataError, match="data-missing"):
        next(sampler.test_songs(config(made)))


def test_clips_held_back_are_never_drawn(made: Path) -> None:
    items = Sampler(config(made, hold_back=["A"]), 0).items
    assert {song.folder.name for song in items.clips} == {"B"}


def test_a_clip_at_least_is_left_to_train_on(made: Path) -> None:
    with pytest.raises(DataError, match="leaves no clip"):
        Sampler(config(made, hold_back=["A", "B"]), 0)
