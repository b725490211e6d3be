"""Items of the stem set `band`: what is known only as a sum, remixes, voices, what is left out."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from export.common.batch import Batch
from export.data.band_items import BandItems
from export.data.config import KINDS, SamplerConfig
from export.data.errors import DataError
from export.data.prepared import PreparedSong
from export.data.rendered import RenderedSong
from export.data.sampler import Sampler
from export.data.windows import active

SEED = 7
PLAIN = {"drop_share": 0.0, "leave_out_share": 0.0}


def config(made: Path, kind: str = "", **changes: object) -> SamplerConfig:
    """`band` batches, of one kind only if it is given."""
    shares = {f"{name}_share": float(name == kind) for name in KINDS} if kind else {}
    given = {"samples": 11025, "batch": 6} | PLAIN | shares | changes
    return SamplerConfig("band", made / "cache", made / "bands", **given)  # type: ignore[arg-type]


def batch_of(given: SamplerConfig, step: int = 0) -> Batch:
    batch = Sampler(given, SEED).batch(step)
    assert isinstance(batch, Batch)
    assert batch.groups is not None and batch.groups.dtype == np.int8
    return batch


def test_a_clip_is_known_as_bass_drums_and_one_sum(made: Path) -> None:
    batch = batch_of(config(made, "clip"))
    np.testing.assert_array_equal(batch.groups, np.tile([0, 1, 2, 2, 2], (6, 1)))
    assert batch.stems[:, :3].any(axis=(2, 3)).all()
    assert not batch.stems[:, 3:].any()


def test_the_sum_of_a_clip_is_its_other_and_vocals(made: Path) -> None:
    items = BandItems(config(made, "clip"))
    item, _ = items.draw(np.random.default_rng(3))
    rng = np.random.default_rng(3)
    items.kind(rng)
    drums, bass, other, vocals = items.clip(rng, ("drums", "bass", "other", "vocals"))
    np.testing.assert_array_equal(item[:3], np.stack([bass, drums, other + vocals]))


@pytest.mark.parametrize("kind", ["remix", "band", "band_voice"])
@pytest.mark.parametrize("mixed", [0.0, 1.0])
def test_all_else_is_known_stem_by_stem(made: Path, kind: str, mixed: float) -> None:
    batch = batch_of(config(made, kind, mixed_songs_share=mixed))
    np.testing.assert_array_equal(batch.groups, np.tile(np.arange(5), (6, 1)))
    assert all(active(item).all() for item in batch.stems)
    assert np.abs(batch.stems.sum(1)).max() <= 1.0


def test_batches_depend_on_seed_and_step_alone(made: Path) -> None:
    given = config(made, vary_equaliser=0.5, vary_reverb=0.5, batch=12)
    first, again = batch_of(given), batch_of(given)
    np.testing.assert_array_equal(first.stems, again.stems)
    np.testing.assert_array_equal(first.groups, again.groups)
    assert not np.array_equal(first.stems, batch_of(given, 1).stems)
    assert len({tuple(groups) for groups in first.groups}) == 2


@pytest.mark.parametrize("mixed", [0.0, 1.0])
def test_a_remix_has_the_tuned_stems_of_one_song_or_of_several(
    made: Path, mixed: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, songs = RenderedSong.read, []

    def spy(song: RenderedSong, stem: str, start: int, samples: int) -> np.ndarray:
        songs.append(song.folder.name)
        return read(song, stem, start, samples)

    monkeypatch.setattr(RenderedSong, "read", spy)
    items = BandItems(config(made, "remix", mixed_songs_share=mixed, remix_band_share=0.0))
    items.list_bands(0)
    for seed in range(8):
        items.draw(np.random.default_rng(seed))
    by_item = [set(songs[n : n + 3]) for n in range(0, 24, 3)]
    assert len(songs) == 24
    assert any(len(item) > 1 for item in by_item) == bool(mixed)


def test_a_voice_joins_other_and_limits_the_whole(made: Path) -> None:
    def treble(mir: float) -> float:
        stems = batch_of(config(made, "band_voice", mir_share=mir)).stems
        power = np.abs(np.fft.rfft(stems * np.hanning(stems.shape[-1]))) ** 2
        hertz = np.fft.rfftfreq(stems.shape[-1], 1 / 44100)
        return float(power[..., hertz > 8000].sum() / power.sum())

    assert treble(1.0) < 1e-5 < 0.3 < treble(0.0)
    rng = np.random.default_rng(0)
    for given in (config(made, "band"), config(made, "band_voice", mir_share=0.0)):
        items = BandItems(given)
        items.list_bands(0)
        stems, _ = items.draw(rng)
        louder = stems[4].std() / stems[:4].std()
        assert (louder > 1.05) == (given.band_voice_share > 0)


def test_guitar_piano_and_other_are_left_out_by_chance(made: Path) -> None:
    for kind in ("band", "remix"):
        given = config(made, kind, leave_out_share=0.4, remix_voice_share=0.0, batch=40)
        heard = np.array([active(item) for item in batch_of(given).stems])
        assert heard[:, :2].all()
        assert (heard[:, 2:].mean(0) > 0.3).all() and (heard[:, 2:].mean(0) < 0.9).all()


def test_rendered_songs_alone_need_no_cache(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "bands", tmp_path / "bands")
    rendered = {"remix_band_share": 1.0, "remix_voice_share": 0.0, "batch": 2}
    assert active(batch_of(config(tmp_path, "remix", **rendered)).stems[0]).all()
    assert active(batch_of(config(tmp_path, "band", batch=2)).stems[0]).all()
    for changes in ({"remix_band_share": 0.9}, {"remix_voice_share": 0.1}):
        with pytest.raises(DataError, match="cache-missing"):
            Sampler(config(tmp_path, "remix", **(rendered | changes)), SEED)


def test_clips_alone_need_no_rendered_songs(made: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").symlink_to(made / "cache")
    assert batch_of(config(tmp_path, "clip")).stems.any()


def test_a_clip_sounds_in_as_many_rows_as_it_tells_apart(made: Path) -> None:
    batch = batch_of(config(made, "clip", least_audible=5))  # what --filter-silent asks for
    np.testing.assert_array_equal(batch.groups, np.tile([0, 1, 2, 2, 2], (6, 1)))
    assert all(active(item).sum() == 3 for item in batch.stems)


def test_of_a_prepared_song_the_guitar_is_known_and_the_rest_is_one_sum(made: Path) -> None:
    batch = batch_of(config(made, "prepared", batch=12))
    np.testing.assert_array_equal(batch.groups, np.tile([0, 0, 2, 0, 0], (12, 1)))
    assert batch.stems[:, [0, 2]].any(axis=(2, 3)).all()
    assert not batch.stems[:, [1, 3, 4]].any()
    again = batch_of(config(made, "prepared", batch=12))
    np.testing.assert_array_equal(batch.stems, again.stems)


@pytest.mark.parametrize("remixed", [0.0, 1.0])
def test_a_remix_has_the_guitar_of_one_prepared_song_and_the_rest_of_any(
    made: Path, monkeypatch: pytest.MonkeyPatch, remixed: float
) -> None:
    read, songs = PreparedSong.read, []

    def spy(song: PreparedSong, row: int, start: int, samples: int) -> np.ndarray:
        songs.append(song.name)
        return read(song, row, start, samples)

    monkeypatch.setattr(PreparedSong, "read", spy)
    items = BandItems(config(made, "prepared", prepared_remix_share=remixed))
    for seed in range(8):
        items.draw(np.random.default_rng(seed))
    pairs = {tuple(songs[n : n + 2]) for n in range(0, 16, 2)}
    assert any(one != other for one, other in pairs) == bool(remixed)
    assert {name for pair in pairs for name in pair} == {"game0", "game1"}


def test_a_remix_takes_real_guitars_by_their_share(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[int] = []
    read = PreparedSong.read

    def spy(song: PreparedSong, row: int, start: int, samples: int) -> np.ndarray:
        rows.append(row)
        return read(song, row, start, samples)

    monkeypatch.setattr(PreparedSong, "read", spy)
    given = {"mixed_songs_share": 1.0, "remix_voice_share": 0.0, "batch": 8}
    batch = batch_of(config(made, "remix", prepared_stem_share=1.0, **given))
    np.testing.assert_array_equal(batch.groups, np.tile(np.arange(5), (8, 1)))
    assert len(rows) >= 8 and set(rows) == {2}  # the rest of such a song is no piano, and no other
    assert all(active(item).all() for item in batch.stems)


def test_without_its_share_nothing_of_it_is_drawn(made: Path, tmp_path: Path) -> None:
    """A kind more, and a chance that is 0, change no batch of a setup that does not ask for it."""
    plain = config(made)
    shares = np.array(plain.shares[:-1])
    items = BandItems(plain)
    assert KINDS[-1] == "prepared" and plain.shares[-1] == 0
    for seed in range(50):
        ours, theirs = np.random.default_rng(seed), np.random.default_rng(seed)
        assert items.kind(ours) == KINDS[int(theirs.choice(len(shares), p=shares / shares.sum()))]
        assert ours.random() == theirs.random()
    (tmp_path / "cache").mkdir()
    for folder in ("clips", "voices"):
        (tmp_path / "cache" / folder).symlink_to(made / "cache" / folder)
    (tmp_path / "bands").symlink_to(made / "bands")
    np.testing.assert_array_equal(batch_of(plain).stems, batch_of(config(tmp_path)).stems)
    with pytest.raises(DataError, match="not-prepared"):
        Sampler(config(tmp_path, "prepared"), SEED)


def test_a_guitar_may_rest_in_a_prepared_song_and_not_in_others(made: Path) -> None:
    items = BandItems(config(made, "prepared"))
    assert items.least_audible(np.array([0, 0, 2, 0, 0], np.int8)) == 1
    assert items.least_audible(np.array([0, 1, 2, 2, 2], np.int8)) == 2


def test_prepared_songs_are_held_back_by_name(made: Path) -> None:
    items = BandItems(config(made, "prepared", hold_back=("game1",)))
    assert items.prepared is not None
    assert [song.name for song in items.prepared.songs] == ["game0"]
    with pytest.raises(DataError, match="bad-stems"):
        BandItems(config(made, "prepared", hold_back=("game0", "game1")))
    with pytest.raises(DataError, match="prepared_stem_share"):
        config(made, prepared_stem_share=1.5)
