"""Items of prepared songs: aligned windows, remixes, sums, and what they are validated on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.common.batch import Batch
from export.data.errors import DataError
from export.data.prepare import PrepareOptions, prepare
from export.data.prepared_items import PreparedConfig, PreparedItems, validation_windows
from export.data.sampler import Sampler
from export.data.stems import EVERYTHING
from tests.rigs.export.songs import RATE_HZ, tone, write, write_songs

SONG = ("drums", "bass", "other", "vocals")
BAND = ("bass", "drums", "guitar", "piano", "other")
GAME = "[stems]\nsong = 'rest'\n"


def made(root: Path, valid: int | None = 0, **songs: Path) -> Path:
    prepare(list(songs.values()), root / "data", PrepareOptions(valid=valid))
    return root / "data"


def config(data: Path, stems: tuple[str, ...] = SONG, **changes: object) -> PreparedConfig:
    values: dict[str, object] = {
        "samples": 11025, "batch": 4, "speeds": (1.0, 1.0), "drop_share": 0.0,
        "gain_range": (1.0, 1.0), "least_audible": 1,
    }  # fmt: skip
    return PreparedConfig(data, stems, **values | changes)  # type: ignore[arg-type]


def game(root: Path) -> Path:
    """Two songs with a guitar and the rest."""
    for number in range(2):
        write(root / f"Game {number}" / "guitar.wav", tone(number))
        write(root / f"Game {number}" / "song.wav", tone(5 + number))
    (root / "songs.toml").write_text(GAME)
    return root


def test_a_window_is_a_place_of_one_song(tmp_path: Path) -> None:
    data = made(tmp_path, own=write_songs(tmp_path / "own", 3))
    items = PreparedItems(config(data, remix_share=0.0))
    stems, groups = items.draw(np.random.default_rng(3))
    assert groups is None and stems.shape == (4, 2, 11025)
    songs = {song.name: song for song in items.songs}
    found = [
        (name, start)
        for name, song in songs.items()
        for file in [song.files[song.rows.places.index(0)]]
        for whole in [soundfile.read(file, dtype="float32")[0].T]
        for start in np.flatnonzero(np.abs(whole[0, :-11025] - stems[0, 0, 0]) < 1e-7)
        if np.allclose(whole[:, start : start + 11025], stems[0], atol=1e-6)
    ]
    name, start = found[0]
    for row in range(4):
        np.testing.assert_allclose(songs[name].read(row, int(start), 11025), stems[row], atol=1e-6)


def test_a_remix_takes_each_stem_from_any_song(tmp_path: Path) -> None:
    data = made(tmp_path, own=write_songs(tmp_path / "own", 3))
    items = PreparedItems(config(data, remix_share=1.0))
    chosen = [dict(items._others(np.random.default_rng(n), items.songs[0])) for n in range(20)]
    assert all(set(one) == {0, 1, 2, 3} for one in chosen)
    assert any(len({song.name for song in one.values()}) > 1 for one in chosen)


def test_what_is_known_as_a_sum_is_one_row_and_a_group(tmp_path: Path) -> None:
    data = made(tmp_path, own=game(tmp_path / "game"))
    sampler = Sampler(config(data, BAND, remix_share=0.5), seed=1)
    batch = sampler.batch(0)
    assert isinstance(batch, Batch) and batch.groups is not None
    assert batch.groups.tolist() == [[0, 0, 2, 0, 0]] * 4
    levels = np.abs(batch.stems).max((2, 3)) > 0
    assert levels[:, [0, 2]].all() and not levels[:, [1, 3, 4]].any()
    again = Sampler(config(data, BAND, remix_share=0.5), seed=1).batch(0)
    np.testing.assert_array_equal(batch.stems, again.stems)


def test_songs_with_and_without_sums_go_together(tmp_path: Path) -> None:
    data = made(tmp_path, own=write_songs(tmp_path / "own", 3), game=game(tmp_path / "game"))
    batches = [Sampler(config(data, BAND, remix_share=1.0), 0).batch(step) for step in range(4)]
    seen = {tuple(row) for batch in batches for row in batch.groups.tolist()}
    assert seen == {(0, 0, 2, 0, 0), (0, 1, 2, 2, 2)}


def test_a_song_that_tells_nothing_apart_is_no_item_and_where_all_are_so_it_is_said(
    tmp_path: Path,
) -> None:
    data = made(tmp_path, own=game(tmp_path / "game"))
    with pytest.raises(DataError, match=r"no song of .* tells two of drums.*\[bad-stems\]"):
        PreparedItems(config(data, SONG))


def test_songs_that_tell_nothing_apart_make_no_sums_of_the_others(tmp_path: Path) -> None:
    data = made(tmp_path, own=write_songs(tmp_path / "own", 3), game=game(tmp_path / "game"))
    assert not isinstance(Sampler(config(data, SONG), 0).batch(0), Batch)


def test_a_voice_alone_sings_in_remixes_and_darkens_them(tmp_path: Path) -> None:
    write(tmp_path / "v" / "singer.wav", np.random.default_rng(0).normal(0, 0.1, (32000, 1)), 16000)
    (tmp_path / "v" / "songs.toml").write_text("voices = true")
    noise = tmp_path / "own" / "Noise"
    for number, stem in enumerate(("drums", "vocals")):
        rng = np.random.default_rng(number)
        write(noise / f"{stem}.wav", rng.normal(0, 0.1, (2 * RATE_HZ, 2)))
    data = made(tmp_path, own=tmp_path / "own", voices=tmp_path / "v")
    items = PreparedItems(config(data, remix_share=1.0))
    assert [song.name for song in items.whole] == ["Noise"]
    dark = []
    for seed in range(12):
        stems, _ = items.draw(np.random.default_rng(seed))
        spectrum = np.abs(np.fft.rfft(stems[0, 0])) ** 2
        dark.append(bool(spectrum[9000 // 4 :].sum() < 1e-3 * spectrum.sum()))
    assert any(dark) and not all(dark)


def test_other_speeds_and_rates_fill_the_window(tmp_path: Path) -> None:
    data = made(tmp_path, own=write_songs(tmp_path / "own", 3))
    options = config(data, rate_hz=8000, channels=1, samples=4000, speeds=(0.8, 1.25))
    batch = Sampler(options, 0).batch(0)
    assert batch.shape == (4, 4, 1, 4000) and (np.abs(batch[..., -100:]).max((2, 3)) > 0.01).all()


def test_validation_is_fixed_and_of_songs_that_were_kept(tmp_path: Path) -> None:
    data = made(tmp_path, None, own=write_songs(tmp_path / "own", 10))
    clips = validation_windows(config(data))
    kept = {path.name for path in (data / "valid").iterdir()}
    assert len(clips) == 8 and {clip.name.split("@")[0] for clip in clips} == kept
    again = validation_windows(config(data))
    assert all(np.array_equal(a.stems, b.stems) for a, b in zip(clips, again, strict=True))
    trained = {song.name for song in PreparedItems(config(data)).songs}
    assert not trained & kept


def test_validation_songs_that_are_sums_are_refused(tmp_path: Path) -> None:
    (root := game(tmp_path / "game")).joinpath("songs.toml").write_text(f"valid=['Game 1']\n{GAME}")
    data = made(tmp_path, None, own=root)
    with pytest.raises(DataError, match=r"none of 1 validation songs.*\[no-validation\]"):
        validation_windows(config(data, BAND))
    data = made(tmp_path / "no", 0, own=write_songs(tmp_path / "own", 2))
    assert validation_windows(config(data)) == []


@pytest.mark.parametrize(
    "changes",
    [{"remix_share": 1.5}, {"drop_share": -1.0}, {"speeds": (1.2, 1.0)}, {"samples": 0}],
)
def test_a_bad_config_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(DataError, match="bad-config"):
        config(tmp_path, **changes)


def test_the_rest_of_a_game_is_all_but_its_guitar(tmp_path: Path) -> None:
    data = made(tmp_path, own=game(tmp_path / "game"))
    song = PreparedItems(config(data, BAND)).songs[0]
    assert song.sounding == (0, 2) and song.edge_hz is None
    assert len(EVERYTHING) == 9
