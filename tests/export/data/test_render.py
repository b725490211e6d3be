"""Rendering: levels and choices without fluidsynth, whole songs with it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from export.data import playing, render, voices
from export.data.errors import DataError
from export.data.midi import STEMS, MidiLibrary, MidiRecord, excerpt, paced, read_song
from export.data.render import RenderOptions
from export.data.soundfonts import SOUNDFONTS, TRAINING, find_soundfonts
from export.data.voices import StemVoice
from tests.rigs.export.midi import GUITARS, write_library


def soundfonts_or_skip(split: str) -> None:
    try:
        find_soundfonts(split)
    except DataError as error:
        pytest.skip(str(error))


def test_no_soundfont_is_heard_both_in_test_and_in_training(tmp_path: Path) -> None:
    for font in SOUNDFONTS:
        (tmp_path / font.file).write_bytes(b"")
    asked = tuple(Path(font.file).stem for font in TRAINING)
    heard = {split: set(find_soundfonts(split, asked, (tmp_path,))) for split in ("train", "test")}
    assert len(heard["train"]) == len(TRAINING) and heard["test"]
    assert not heard["train"] & heard["test"]


def test_soundfonts_that_are_not_asked_for_are_free_for_any_use(tmp_path: Path) -> None:
    for font in SOUNDFONTS:
        (tmp_path / font.file).write_bytes(b"")
    heard = {path.name for path in find_soundfonts("train", (), (tmp_path,))}
    free = {font.file for font in TRAINING if font.terms == "permissive"}
    assert len(heard) == 3 and heard == free - {font.file for font in TRAINING if font.named}
    assert [p.name for p in find_soundfonts("valid", ("freepats",), (tmp_path,))] == [
        "freepats.cfg"
    ]


def test_banks_play_their_stems_only(tmp_path: Path) -> None:
    for font in SOUNDFONTS:
        (tmp_path / font.file).write_bytes(b"")
    banks = find_soundfonts("train", ("freepats", "sonivox", *GUITARS), (tmp_path,))
    heard: dict[str, set[str]] = {stem: set() for stem in STEMS}
    for seed in range(60):
        rng = render.song_rng(seed, "x")
        for stem in STEMS:
            voice = voices.draw_voice(rng, stem, banks, 0, vary=True)
            heard[stem].add(Path(voice.soundfont).stem)
            assert (voice.timbre > 0) == voice.soundfont.endswith(".dsp")
    assert heard["drums"] == {"freepats"}
    assert heard["guitar"] == {"freepats", "sonivox", *GUITARS}
    assert all(heard[s] == {"freepats", "sonivox"} for s in ("bass", "piano", "other"))
    with pytest.raises(DataError, match=r"steel_guitar, sonivox do not play.*\[soundfont-alone\]"):
        find_soundfonts("train", ("steel_guitar", "sonivox"), (tmp_path,))


def test_a_soundfont_asked_for_must_be_known_and_there(tmp_path: Path) -> None:
    (tmp_path / "FluidR3_GM.sf2").write_bytes(b"")
    with pytest.raises(DataError, match=r"install freepats \[soundfont-missing\]$"):
        find_soundfonts("train", ("FluidR3_GM", "freepats"), (tmp_path,))
    with pytest.raises(DataError, match=r"TimGM6mb; expected of FluidR3_GM.*\[soundfont-unknown\]"):
        find_soundfonts("train", ("TimGM6mb",), (tmp_path,))


def test_missing_soundfonts_name_the_packages(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="timgm6mb-soundfont"):
        find_soundfonts("test", folders=(tmp_path,))


def test_the_common_gain_keeps_mix_and_stems_below_full_scale() -> None:
    loud = np.full((100, 2), 3.0, np.float32)
    gain = render.common_gain({"drums": loud, "bass": -0.9 * loud}, 0.8)
    assert np.max(np.abs(loud * gain)) == pytest.approx(0.8)
    gain = render.common_gain({"drums": loud, "bass": loud}, 0.8)
    assert np.max(np.abs(2 * loud * gain)) == pytest.approx(0.8)


def test_playing_rms_does_not_count_rests() -> None:
    audio = np.zeros((10 * 44100, 2), np.float32)
    audio[: 2 * 44100] = 0.5
    assert voices.playing_rms(audio) == pytest.approx(0.5)


def test_two_runs_in_one_folder_do_not_stop_each_other(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "song.json").write_text(name)
    render.settle(tmp_path / "first", tmp_path / "song")
    render.settle(tmp_path / "second", tmp_path / "song")
    assert (tmp_path / "song" / "song.json").read_text() == "first"
    (tmp_path / "taken" / "by something").mkdir(parents=True)
    with pytest.raises(OSError):
        render.settle(tmp_path / "second", tmp_path / "taken")


def test_a_song_is_drawn_from_seed_and_name_alone() -> None:
    fonts = (Path("a.sf2"), Path("b.sf2"))

    def voice(seed: int, name: str) -> StemVoice:
        return voices.draw_voice(render.song_rng(seed, name), "bass", fonts, 0, vary=True)

    assert voice(1, "x") == voice(1, "x")
    assert len({voice(1, "x"), voice(2, "x"), voice(1, "y")}) == 3


def test_guitar_and_piano_songs_come_first_and_other_splits_never(tmp_path: Path) -> None:
    library = write_library(tmp_path, {"a": "train", "b": "test", "c": "train"})
    order = render.song_order(library, RenderOptions("train"))
    assert sorted(record.song_id for record in order) == ["a", "c"]


def test_only_the_sources_asked_for(tmp_path: Path) -> None:
    library = write_library(tmp_path, {"a": "train"})
    assert len(render.song_order(library, RenderOptions("train", sources=("own",)))) == 1
    with pytest.raises(DataError, match=r"no songs of freedoom .* it has own"):
        render.song_order(library, RenderOptions("train", sources=("own", "freedoom")))


def test_a_paced_song_keeps_its_notes(tmp_path: Path) -> None:
    library = write_library(tmp_path, {"a": "train"})
    song = read_song(library.read("a.mid"))
    fast = paced(song, 1.25)
    assert fast.seconds == pytest.approx(song.seconds / 1.25)
    assert [n.pitch for n in fast.notes] == [n.pitch for n in song.notes]
    assert fast.notes[-1].end_s == pytest.approx(song.notes[-1].end_s / 1.25)


def test_tempo_is_drawn_apart_and_only_if_asked_for(tmp_path: Path) -> None:
    (record,) = write_library(tmp_path, {"a": "train"}).records
    assert render.song_speed(record, RenderOptions("train")) == 1.0
    drawn = {
        render.song_speed(record, RenderOptions("train", seed=seed, tempo_jitter=0.1))
        for seed in (0, 0, 1)
    }
    assert len(drawn) == 2 and all(0 < abs(speed - 1) <= 0.1 for speed in drawn)


def test_another_seed_is_another_performance_beside_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = write_library(tmp_path / "midi", {"a": "train"})
    (record,) = library.records
    casts = []

    def stem(part: render.Song, stem: str, *_: object) -> np.ndarray:
        casts.append([c.message.program for c in part.controls])
        return np.full((44100, 2), 0.1, np.float32)

    monkeypatch.setattr(render, "find_soundfonts", lambda *_: (Path("a.sf2"),))
    monkeypatch.setattr(render, "render_stem", stem)
    for seed, recast in ((0, 0.0), (0, 1.0), (5, 1.0), (5, 1.0)):
        options = RenderOptions("train", seed=seed, recast=recast)
        render.render_split(library, tmp_path / str(recast), options, 1.0)
    folders = {
        p.name: sorted(q.name for q in (p / "train").iterdir()) for p in tmp_path.glob("*.0")
    }
    assert folders == {"0.0": ["a"], "1.0": ["a", "a-5"]}
    assert render.song_cast(record, RenderOptions("train")) == tuple(range(128))
    assert len(set(map(tuple, casts))) == 3


@pytest.mark.parametrize("changes", [{"transpose": 13}, {"tempo_jitter": 0.6},
                                     {"rate_jitter": -0.1}, {"recast": 1.1}])  # fmt: skip
def test_options_out_of_range_are_refused(changes: dict[str, float]) -> None:
    with pytest.raises(DataError, match="bad-options"):
        RenderOptions("train", **changes)  # type: ignore[arg-type]


def test_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = write_library(tmp_path / "midi", {"a": "train"})

    def fails(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(render, "find_soundfonts", lambda *_: (Path("a.sf2"),))
    monkeypatch.setattr(render, "render_stem", fails)
    with pytest.raises(KeyboardInterrupt):
        render.render_song(library, library.records[0], tmp_path / "out", RenderOptions("train"))
    assert list((tmp_path / "out" / "train").iterdir()) == []


def test_a_broken_song_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = write_library(tmp_path / "midi", {"a": "train"})
    (tmp_path / "midi" / "a.mid").write_bytes(b"not midi")
    monkeypatch.setattr(render, "find_soundfonts", lambda *_: (Path("a.sf2"),))
    assert render.render_split(library, tmp_path / "out", RenderOptions("train"), 1.0) == 1


@pytest.mark.fluidsynth
@pytest.mark.parametrize("present", [True, False])
def test_an_unreadable_soundfont_is_an_error_not_the_default_one(
    tmp_path: Path, present: bool
) -> None:
    library = write_library(tmp_path / "midi", {"a": "train"})
    part = excerpt(read_song(library.read("a.mid")), 0.0, 1.0)
    font = tmp_path / "no.sf2"
    if present:
        font.write_bytes(b"no SoundFont")
    voice = voices.draw_voice(render.song_rng(0, "a"), "bass", (font,), 0, False)
    with pytest.raises(DataError, match="fluidsynth-failed"):
        playing.render_stem(part, "bass", voice, 44100.0, tmp_path)


@pytest.mark.fluidsynth
def test_rendered_stems_are_aligned_and_repeatable(tmp_path: Path) -> None:
    soundfonts_or_skip("test")
    library = write_library(tmp_path / "midi", {"a": "test"})
    options = RenderOptions("test", min_seconds=6, max_seconds=8, whole_band=True)
    made = []
    for out in (tmp_path / "one", tmp_path / "two"):
        render.render_song(library, library.records[0], out, options)
        folder = out / "test" / "a"
        made.append({p.stem: soundfile.read(p)[0] for p in sorted(folder.glob("*.flac"))})
    assert set(made[0]) == {"drums", "bass", "guitar", "piano", "other"}
    assert len({len(audio) for audio in made[0].values()}) == 1
    for stem, audio in made[0].items():
        np.testing.assert_array_equal(audio, made[1][stem])
    # Everybody strikes every half second: the drum's and the piano's onsets are the same blocks.
    onsets = {stem: first_onset(made[0][stem]) for stem in ("drums", "piano", "guitar")}
    assert max(onsets.values()) - min(onsets.values()) < 0.03
    note = json.loads((tmp_path / "one" / "test" / "a" / "song.json").read_text())
    assert note["licences"]["midi"]["source"] == "own"
    assert set(note["licences"]["soundfonts"]) == {"TimGM6mb.sf2"}
    assert note["omitted"] == [] and note["rendered_at_hz"] == 44100
    assert np.max(np.abs(sum(made[0].values()))) < 1.0


def first_onset(audio: np.ndarray) -> float:
    """Seconds, after 1 s, at which the level first rises by 6 dB within 10 ms."""
    level = np.sqrt(np.mean(audio[44100:].mean(1)[: 44100 * 3].reshape(-1, 441) ** 2, axis=1))
    rises = np.flatnonzero(level[1:] > 2 * level[:-1] + 1e-3)
    return float(rises[0]) / 100


@pytest.mark.fluidsynth
def test_a_split_is_resumed_and_rates_vary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfonts_or_skip("test")
    small = find_soundfonts("test")  # the quickest to load
    monkeypatch.setattr(render, "find_soundfonts", lambda *_: small)
    library = write_library(tmp_path / "midi", {"a": "train", "b": "train"})
    options = RenderOptions("train", rate_jitter=0.08, min_seconds=3, max_seconds=4)
    assert render.render_split(library, tmp_path, options, 1 / 3600) == 0
    assert len(render.finished_seconds(tmp_path, "train")) == 1
    (first,) = (tmp_path / "train").glob("*/song.json")
    before = first.stat().st_mtime_ns
    assert render.render_split(library, tmp_path, options, 1.0) == 0
    assert first.stat().st_mtime_ns == before
    notes = [json.loads(p.read_text()) for p in (tmp_path / "train").glob("*/song.json")]
    rates = {note["rendered_at_hz"] for note in notes}
    assert len(rates) == 2 and all(abs(rate / 44100 - 1) <= 0.08 for rate in rates)
    assert {note["rate_hz"] for note in notes} == {44100}


def test_what_is_there_is_not_rendered_again_and_an_end_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library = write_library(tmp_path / "midi", dict.fromkeys("abc", "train"))
    made: list[str] = []

    def song(library: MidiLibrary, record: MidiRecord, out: Path, options: RenderOptions) -> float:
        made.append(record.file)
        done[options.folder(record)] = 100.0
        return 100.0

    done: dict[str, float] = {}
    monkeypatch.setattr(render, "render_song", song)
    monkeypatch.setattr(render, "finished_seconds", lambda *_: dict(done))
    command = (library, tmp_path / "out", RenderOptions("train"))
    render.render_split(*command, 200 / 3600)
    render.render_split(*command, 200 / 3600)
    assert len(made) == 2 and "no more songs" not in capsys.readouterr().err
    render.render_split(*command, 1.0)
    assert len(made) == 3 and "0.08 of 1 hours" in capsys.readouterr().err
