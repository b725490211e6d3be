"""The cache of real clips: splits, speeds, trimming, and what is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.__main__ import main
from export.data import clip_cache
from export.data.errors import DataError


def tone(seconds: float, rate_hz: int, channels: int, hertz: float = 440.0) -> np.ndarray:
    """A sine of amplitude 0.3, (samples, channels)."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return np.repeat(0.3 * np.sin(2 * np.pi * hertz * time_s)[:, None], channels, axis=1)


def write_data(root: Path, train: tuple[str, ...] = ("A - 1", "B - 1", "C - 1")) -> Path:
    """The folders of the real data with second-long tones, 48 kHz stereo and 16 kHz mono."""
    songs = [("musdb18-7/train", name, clip_cache.SONG_STEMS) for name in train]
    songs += [("musdb18-7/test", "T - 1", clip_cache.SONG_STEMS)]
    songs += [("remixed-cc0", "no bass", ("drums", "other", "vocals"))]
    for index, (folder, name, stems) in enumerate(songs):
        (root / folder / name).mkdir(parents=True)
        for number, stem in enumerate(stems):
            audio = tone(1.0, 48000, 2, 200 * (index + 1) + 40 * number)
            soundfile.write(root / folder / name / f"{stem}.flac", audio, 48000)
    (root / "mir1k-voices").mkdir()
    silence = np.zeros((3 * 16000, 1))
    voice = np.concatenate([tone(1.0, 16000, 1), silence, tone(1.0, 16000, 1)])
    soundfile.write(root / "mir1k-voices" / "singer.flac", voice, 16000)
    return root


def test_validation_takes_whole_artists_and_is_the_same_every_time() -> None:
    songs = [f"Artist {a} - Song {s}" for a in range(20) for s in range(3)]
    chosen = clip_cache.validation_songs(songs, 8)
    assert 8 <= len(chosen) <= 10
    assert chosen == clip_cache.validation_songs(reversed(songs), 8)
    held = {clip_cache.artist(name) for name in chosen}
    assert chosen == {name for name in songs if clip_cache.artist(name) in held}


def test_the_cache_has_speeds_and_splits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip_cache, "validation_songs", lambda songs: frozenset(["B - 1"]))
    data, cache = write_data(tmp_path / "data"), tmp_path / "cache"
    clip_cache.make_cache(data, cache)
    train = {song.folder.name: song for song in clip_cache.cached_songs(cache, "clips/train")}
    assert set(train) == {"A - 1", "C - 1", "no bass"}
    assert train["A - 1"].speeds == clip_cache.SPEEDS
    assert train["A - 1"].samples("drums") == 44100
    for speed in clip_cache.SPEEDS:
        assert train["A - 1"].samples("drums", speed) == pytest.approx(44100 / speed, abs=2)
    assert train["no bass"].stems == {"drums", "vocals"}
    (valid,) = clip_cache.cached_songs(cache, "clips/valid")
    assert (valid.folder.name, valid.speeds) == ("B - 1", (1.0,))


def test_cached_windows_are_the_decoded_audio(tmp_path: Path) -> None:
    data, cache = write_data(tmp_path / "data"), tmp_path / "cache"
    (source,) = (s for s in clip_cache.find_sources(data) if s.name == "T - 1")
    clip_cache.cache_source(source, cache)
    (song,) = clip_cache.cached_songs(cache, "clips/test")
    whole = clip_cache.read_audio(dict(source.files)["bass"])
    np.testing.assert_allclose(song.read("bass", 1000, 500), whole[1000:1500].T, atol=2e-5)
    beyond = song.read("bass", 44000, 500)
    assert beyond.shape == (2, 500) and not beyond[:, 100:].any()
    (song.folder / "bass@1.00.npy").unlink()
    with pytest.raises(DataError, match="cache-changed"):
        song.read("bass", 0, 500)


def test_a_song_over_full_scale_is_turned_down_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    files = []
    for stem, gain in (("drums", 5.0), ("bass", 1.0)):
        path = tmp_path / "in" / f"{stem}.wav"
        soundfile.write(path, gain * tone(0.5, 44100, 2), 44100, "FLOAT")
        files.append((stem, path))
    clip_cache.cache_source(clip_cache.Source("clips/test", "loud", tuple(files)), tmp_path)
    (song,) = clip_cache.cached_songs(tmp_path, "clips/test")
    drums, bass = (np.max(song.read(stem, 0, 22050)) for stem in ("drums", "bass"))
    assert drums == pytest.approx(1.0, abs=1e-3)
    assert drums / bass == pytest.approx(5.0, rel=1e-3)


def test_long_silences_of_a_voice_are_cut_and_notes_kept() -> None:
    gap = np.zeros((5 * 44100, 1), np.float32)
    sung = tone(1.0, 44100, 1).astype(np.float32)
    kept = clip_cache.without_silences(np.concatenate([sung, gap, sung]), 44100, 0.4)
    assert 2.0 <= len(kept) / 44100 <= 2.9
    assert np.sum(kept**2) == pytest.approx(2 * np.sum(sung**2), rel=0.02)


def test_a_broken_file_is_our_error_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "drums.opus"
    path.write_bytes(b"OggS but not really")
    source = clip_cache.Source("clips/train", "broken", (("drums", path),))
    with pytest.raises(DataError, match="audio-unreadable"):
        clip_cache.cache_source(source, tmp_path)
    assert list((tmp_path / "clips" / "train").iterdir()) == []


def test_missing_data_and_cache_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="--data"):
        clip_cache.find_sources(tmp_path)
    with pytest.raises(DataError, match="python -m export clips"):
        clip_cache.cached_songs(tmp_path, "clips/train")
    assert main(["clips", "--data", str(tmp_path), "--cache", str(tmp_path / "cache")]) == 1


def test_artists_with_few_songs_are_held_back_first() -> None:
    songs = [f"Many - {number}" for number in range(9)] + [f"One {n} - Song" for n in range(8)]
    assert clip_cache.validation_songs(songs, 8) == frozenset(songs[9:])


def test_one_set_needs_only_its_own_folder(tmp_path: Path) -> None:
    data = write_data(tmp_path / "data")
    (tmp_path / "free").mkdir()
    (tmp_path / "free" / "remixed-cc0").symlink_to(data / "remixed-cc0")
    assert main(["clips", "--data", str(tmp_path / "free"), "--cache", str(tmp_path / "cache"),
                       "--sets", "remixed-cc0"]) == 0  # fmt: skip
    (song,) = clip_cache.cached_songs(tmp_path / "cache", "clips/train")
    assert song.folder.name == "no bass"
    names = [source.name for source in clip_cache.find_sources(data)]
    assert names == ["A - 1", "B - 1", "C - 1", "T - 1", "no bass", "singer"]


def test_a_song_without_stems_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no stems"):
        clip_cache.cache_source(clip_cache.Source("clips/train", "empty", ()), tmp_path)
    assert not (tmp_path / "clips").exists()


def test_a_stem_of_several_files_is_for_prepare(tmp_path: Path) -> None:
    for name in ("kick", "snare"):
        (tmp_path / "remixed-cc0" / "x").mkdir(parents=True, exist_ok=True)
        path = tmp_path / "remixed-cc0" / "x" / f"{name}.flac"
        soundfile.write(path, tone(0.1, 44100, 2), 44100)
    with pytest.raises(DataError, match=r"kick.flac, snare.flac are one stem.*`prepare`"):
        clip_cache.find_sources(tmp_path, ["remixed-cc0"])


def test_musdb18_and_mir_1k_are_read_as_they_are_published(tmp_path: Path) -> None:
    pytest.importorskip("av")
    from tests.rigs.export.stem_mp4 import write_stem_mp4

    for part, song in (("train", "A - 1"), ("train", "B - 1"), ("test", "T - 1")):
        tracks = [tone(1.0, 44100, 2, 150.0 * (track + 1)) for track in range(5)]
        write_stem_mp4(tmp_path / "musdb18-7" / part / f"{song}.stem.mp4", tracks)
    (tmp_path / "mir1k-voices" / "Wavfile").mkdir(parents=True)
    both = np.concatenate([tone(1.0, 16000, 1, 300), tone(1.0, 16000, 1, 900)], axis=1)
    soundfile.write(tmp_path / "mir1k-voices" / "Wavfile" / "amy_1_01.wav", both, 16000)
    sources = {s.name: s for s in clip_cache.find_sources(tmp_path, ["musdb18-7", "mir1k-voices"])}
    assert set(sources) == {"A - 1", "B - 1", "T - 1", "amy_1_01"}
    for name in ("T - 1", "amy_1_01"):
        clip_cache.cache_source(sources[name], tmp_path / "cache")
    (song,) = clip_cache.cached_songs(tmp_path / "cache", "clips/test")
    for track, stem in enumerate(("drums", "bass", "other", "vocals"), start=1):
        assert hertz(song.read(stem, 10000, 22050)[0]) == pytest.approx(150 * (track + 1), abs=3)
    (voice,) = clip_cache.cached_songs(tmp_path / "cache", "voices/train")
    assert hertz(voice.read("vocals", 10000, 22050)[0]) == pytest.approx(900, abs=3)


def hertz(audio: np.ndarray) -> float:
    """The loudest frequency of a window at 44.1 kHz."""
    return float(np.abs(np.fft.rfft(audio)).argmax() * 44100 / len(audio))
