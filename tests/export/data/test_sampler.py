"""Batches: determinism, shapes, what goes into each kind of song, and what is held back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.data import clips, sampler
from export.data.bands import RenderedSong
from export.data.errors import DataError
from export.data.sampler import KINDS, Sampler, SamplerConfig

RATE_HZ = 44100
SEED = 5


def noise(seed: int, seconds: float, channels: int = 2) -> np.ndarray:
    """White noise at -20 dB, (samples, channels)."""
    shape = (round(seconds * RATE_HZ), channels)
    return 0.1 * np.random.default_rng(seed).standard_normal(shape)


def write_band(folder: Path, seed: int, leave_out: str = "") -> None:
    """A rendered song of 2 s of noise."""
    folder.mkdir(parents=True)
    for number, stem in enumerate(("drums", "bass", "guitar", "piano", "other")):
        if stem != leave_out:
            audio = noise(seed + number, 2.0)
            soundfile.write(folder / f"{stem}.flac", audio, RATE_HZ, "PCM_16")
    (folder / "song.json").write_text(json.dumps({"seconds": 2.0}))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache and rendered bands under one folder."""
    root = tmp_path_factory.mktemp("data")
    for split in ("train", "valid", "test"):
        for number in range(3):
            write_band(root / "bands" / split / f"{split}{number}", 10 * number)
    for index, (folder, names) in enumerate(
        {"clips/train": ("A", "B"), "clips/valid": ("V",)}.items()
    ):
        for name in names:
            files = []
            for stem in clips.SONG_STEMS:
                path = root / f"{name}-{stem}.wav"
                soundfile.write(path, noise(100 + 7 * index + len(files), 1.5), RATE_HZ, "FLOAT")
                files.append((stem, path))
            speeds = clips.SPEEDS if folder == "clips/train" else (1.0,)
            clips.cache_source(clips.Source(folder, name, tuple(files), speeds), root / "cache")
    path = root / "voice.wav"
    soundfile.write(path, noise(1, 1.5, 1), 16000, "FLOAT")
    voice = clips.Source("voices/train", "singer", (("vocals", path),), clips.SPEEDS, True)
    clips.cache_source(voice, root / "cache")
    return root


def config(made: Path, stem_set: str = "song", /, **changes: object) -> SamplerConfig:
    given = {"stem_set": stem_set, "samples": 22050, "batch": 3} | changes
    return SamplerConfig(cache=made / "cache", bands=made / "bands", **given)  # type: ignore


def only(kind: str) -> dict[str, float]:
    return {f"{name}_share": float(name == kind) for name in KINDS}


@pytest.mark.parametrize("stem_set", ["song", "band"])
@pytest.mark.parametrize(("rate_hz", "channels"), [(44100, 2), (44100, 1), (16000, 1), (16000, 2)])
def test_batches_have_the_declared_shape(
    made: Path, stem_set: str, rate_hz: int, channels: int
) -> None:
    given = config(made, stem_set, rate_hz=rate_hz, channels=channels, samples=rate_hz // 2)
    batch = Sampler(given, SEED).batch(0)
    assert batch.shape == (3, 4, channels, rate_hz // 2)
    assert batch.dtype == np.float32
    assert np.max(np.abs(batch.sum(1))) <= 1.0
    assert all(sampler.active(item).sum() >= 2 for item in batch)


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_depends_on_seed_and_step_alone(made: Path, kind: str) -> None:
    given = config(made, **only(kind))
    one, other = Sampler(given, SEED), Sampler(given, SEED)
    first = one.batch(0)
    np.testing.assert_array_equal(other.batch(7), one.batch(7))
    np.testing.assert_array_equal(first, other.batch(0))
    assert not np.array_equal(first, other.batch(1))
    assert not np.array_equal(first, Sampler(given, SEED + 1).batch(0))


def test_a_band_has_no_vocals_and_its_rest_is_one_stem(made: Path) -> None:
    given = config(made, **only("band"), drop_share=0.0)
    batch = Sampler(given, SEED).batch(0)
    vocals = given.stems.index("vocals")
    assert not batch[:, vocals].any()
    assert all(sampler.active(item).sum() == 3 for item in batch)
    song = RenderedSong(made / "bands" / "train" / "train0", RATE_HZ, 2, made / "cache")
    rest = sum(song.read(stem, 50, 22050) for stem in ("guitar", "piano", "other"))
    np.testing.assert_allclose(sampler.band_stem(song, "other", given, 50), rest, atol=1e-6)


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
    given = config(made, "band", drop_share=0.0, band_level_db=(-30.0, -30.0))
    item = Sampler(given, SEED).batch(0)[0]
    levels = np.array([sampler.rms(stem) for stem in item])
    low, high = given.gain_range
    assert levels.max() / levels.min() <= high / low * 1.05


def test_dropped_stems_are_silent(made: Path) -> None:
    batch = Sampler(config(made, "band", drop_share=0.4, batch=20), SEED).batch(0)
    silent = ~np.array([sampler.active(item) for item in batch])
    assert 0.1 < silent.mean() < 0.6
    assert not batch[silent].any()


def test_new_songs_join_at_the_next_listing(tmp_path: Path) -> None:
    write_band(tmp_path / "bands" / "train" / "a", 0)
    given = SamplerConfig("band", tmp_path, tmp_path / "bands", samples=1000, relist_every=10)
    source = Sampler(given, SEED)
    source.batch(0)
    write_band(tmp_path / "bands" / "train" / "b", 50, leave_out="piano")
    (tmp_path / "bands" / "train" / ".partial-x").mkdir()
    source.batch(9)
    assert len(source.bands) == 1
    source.batch(10)
    assert [song.folder.name for song in source.bands] == ["a", "b"]


def test_silent_data_is_an_error_not_an_endless_loop(tmp_path: Path) -> None:
    folder = tmp_path / "bands" / "train" / "a"
    folder.mkdir(parents=True)
    soundfile.write(folder / "drums.flac", np.zeros((9000, 2)), RATE_HZ)
    (folder / "song.json").write_text("{}")
    given = SamplerConfig("band", tmp_path, tmp_path / "bands", samples=1000)
    with pytest.raises(DataError, match="no-window"):
        Sampler(given, SEED).batch(0)


def test_missing_folders_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"export\.data\.render"):
        Sampler(SamplerConfig("band", tmp_path, tmp_path), SEED).batch(0)
    with pytest.raises(DataError, match=r"export\.data\.clips"):
        Sampler(SamplerConfig("song", tmp_path, tmp_path), SEED)


@pytest.mark.parametrize("changes", [{"stem_set": "choir"}, {"channels": 3}, {"samples": 0},
                                     {"clip_share": -1.0}])  # fmt: skip
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
    assert {song.folder.name for song in Sampler(config(made), 0).clips} == {"A", "B"}


def test_test_songs_are_whole(made: Path) -> None:
    songs = list(sampler.test_songs(config(made, "band")))
    assert [clip.name for clip in songs] == ["test0", "test1", "test2"]
    assert songs[0].stems.shape == (4, 2, 2 * RATE_HZ)


def test_test_clips_are_decoded_whole(tmp_path: Path, made: Path) -> None:
    for folder in ("musdb18-7/train", "remixed-cc0", "mir1k-voices"):
        (tmp_path / folder).mkdir(parents=True)
    folder = tmp_path / "musdb18-7" / "test" / "T - 1"
    folder.mkdir(parents=True)
    for stem in clips.SONG_STEMS:
        soundfile.write(folder / f"{stem}.flac", noise(3, 1.0), RATE_HZ)
    (clip,) = sampler.test_songs(config(made), tmp_path)
    assert (clip.name, clip.stems.shape) == ("T - 1", (4, 2, RATE_HZ))
    with pytest.raises(DataError, match="data-missing"):
        next(sampler.test_songs(config(made)))
