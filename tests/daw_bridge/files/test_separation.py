"""One file separated: lengths, rates, channels, sums, known stems, errors before the work."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from daw_bridge.errors import (
    BadChannels,
    BadFile,
    BadValue,
    Cancelled,
    FileInTheWay,
    TooLarge,
    WriteFailed,
)
from daw_bridge.files import separation
from daw_bridge.files.separation import run
from engines.errors import ModelNotFoundError, SettingsError
from engines.load import load_model
from engines.stream import Stream
from tests.rigs.separator import Separator
from tests.rigs.sounds import below_mix_db, load, noise, save, stems
from tests.rigs.tiny_models import GAINS, STEMS, make_model

LIMIT_DB = -100.0


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    make_model(folder / "tiny.onnx")
    make_model(folder / "gibbs.onnx", domain="stft", conditional=True, couple=0.02)
    make_model(folder / "mono.onnx", channels=1)
    make_model(folder / "claims.onnx", residual_to="other")
    return folder


@pytest.fixture
def separate(tmp_path: Path, models: Path) -> Separator:
    return Separator(models, tmp_path / "out")


@pytest.mark.parametrize("rate_hz", [8000, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("channels", [1, 2])
def test_rates_and_channels(
    tmp_path: Path, separate: Separator, rate_hz: int, channels: int
) -> None:
    mix = noise(channels, 15_013)
    folder = separate(save(tmp_path / "song.wav", mix, rate_hz), "gibbs", steps=3)
    assert set(stems(folder)) == {*STEMS, "residual"}
    for path in folder.glob("*.wav"):
        info = soundfile.info(path)
        assert (info.samplerate, info.channels, info.frames) == (rate_hz, channels, 15_013)
        assert info.subtype == "FLOAT"
    assert below_mix_db(folder, mix) < LIMIT_DB


@pytest.mark.parametrize(
    ("form", "subtype"),
    [("WAV", "PCM_24"), ("WAV", "PCM_U8"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"),
     ("MP3", "MPEG_LAYER_III"), ("AIFF", "PCM_24")],
)  # fmt: skip
def test_formats_in(tmp_path: Path, separate: Separator, form: str, subtype: str) -> None:
    path = save(tmp_path / "song.x", noise(2, 9001), 44100, subtype, form)
    folder = separate(path)
    mix = load(path)
    assert below_mix_db(folder, mix) < LIMIT_DB
    for name, gain in zip(STEMS, GAINS, strict=True):
        assert np.allclose(load(folder / f"{name}.wav"), gain * mix, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    frames=st.integers(1, 5000), channels=st.integers(1, 5), block=st.integers(1, 4000),
    model=st.sampled_from(["tiny", "gibbs", "mono"]), known=st.booleans(),
)  # fmt: skip
def test_any_length_sums_to_the_mix(
    tmp_path_factory: pytest.TempPathFactory, models: Path, frames: int, channels: int,
    block: int, model: str, known: bool,
) -> None:  # fmt: skip
    tmp_path = tmp_path_factory.mktemp("any")
    mix = noise(channels, frames)
    source = save(tmp_path / "song.wav", mix)
    pairs = ",".join(f"{k}-{k + 1}" if k < channels else f"{k}" for k in range(1, channels + 1, 2))
    given_stem = (("bass", save(tmp_path / "bass.wav", mix * 0.3)),) if known else ()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(separation, "BLOCK_FRAMES", block)
        separate = Separator(models, tmp_path / "out")
        folder = separate(source, model, pairs=pairs, known=given_stem)
    assert all(one.shape == mix.shape for one in stems(folder).values())
    assert below_mix_db(folder, mix) < LIMIT_DB


def test_pairs_are_separated_on_their_own(tmp_path: Path, separate: Separator) -> None:
    mix = noise(6, 5000)
    source = save(tmp_path / "film.wav", mix, 48000)
    with pytest.raises(BadChannels, match="--pairs 1-2,3,4,5-6"):
        separate.plan(source)
    with pytest.raises(BadChannels, match="--pairs has 2"):
        separate.plan(source, pairs="1-2")
    folder = separate(source, "gibbs", pairs="5-1,2,3-4,6", steps=4)
    assert below_mix_db(folder, mix) < LIMIT_DB
    alone = separate(save(tmp_path / "two.wav", mix[[4, 0]], 48000), "gibbs", steps=4)
    for name in STEMS:
        together = load(folder / f"{name}.wav")[[4, 0]]
        assert np.array_equal(together, load(alone / f"{name}.wav"))


def test_chosen_stems_and_the_rest(tmp_path: Path, separate: Separator) -> None:
    mix = noise(2, 4000)
    folder = separate(save(tmp_path / "song.wav", mix), stems="vocals,drums")
    got = stems(folder)
    assert set(got) == {"drums", "vocals", "residual"}
    assert np.allclose(got["residual"], 0.5 * mix, atol=1e-6)
    assert below_mix_db(folder, mix) < LIMIT_DB
    with pytest.raises(BadValue, match="drums, bass, other, vocals"):
        separate.plan(tmp_path / "song.wav", stems="guitar")


def test_where_the_residual_goes(tmp_path: Path, separate: Separator) -> None:
    mix = noise(2, 4000)
    source = save(tmp_path / "song.wav", mix)

    def files(model: str = "tiny", **changes: Any) -> set[str]:
        shutil.rmtree(separate.out, ignore_errors=True)
        folder = separate(source, model, **changes)
        assert below_mix_db(folder, mix) < LIMIT_DB or "no_residual" in changes
        return set(stems(folder))

    four = set(STEMS)
    assert files() == four | {"residual"}
    assert files(no_residual=1) == four
    assert files(residual_to="bass") == four
    assert files("claims") == four
    assert files("claims", residual_to="residual") == four | {"residual"}
    assert files("claims", no_residual=1) == four
    assert files("claims", stems="vocals") == {"vocals", "residual"}
    assert files("claims", stems="other") == {"other", "residual"}
    with pytest.raises(BadValue, match="not written"):
        separate.plan(source, residual_to="bass", stems="drums")
    with pytest.raises(SettingsError):
        separate.plan(source, residual_to="guitar")


def test_known_stems(tmp_path: Path, separate: Separator) -> None:
    mix, kick, bass = noise(2, 6000), noise(2, 6000, 1), noise(2, 5000, 2)
    source = save(tmp_path / "song.wav", mix)
    known = (
        ("kick", save(tmp_path / "kick.wav", kick)),
        ("bass", save(tmp_path / "bass.wav", bass)),
    )
    got = stems(folder := separate(source, "gibbs", known=known, steps=2))
    assert set(got) == {*STEMS, "kick", "residual"}
    assert np.array_equal(got["kick"], kick)
    assert np.array_equal(got["bass"][:, :5000], bass) and not got["bass"][:, 5000:].any()
    assert below_mix_db(folder, mix) < LIMIT_DB
    assert separate.notices == [
        ("known_length", "bass.wav is 1000 samples shorter than the mix: padded with silence")
    ]


def test_a_known_stem_that_the_model_does_not_have_is_said(
    tmp_path: Path, separate: Separator
) -> None:
    source, kick = (save(tmp_path / name, noise(2, 3000)) for name in ("song.wav", "kick.wav"))
    ((code, words),) = separate.plan(source, known=(("kick", kick),)).notices()
    assert code == "known_beyond" and "known kick: no stem of" in words and "bass" in words
    assert not separate.plan(source, known=(("bass", kick),)).notices()


def test_known_stems_that_do_not_fit(tmp_path: Path, separate: Separator) -> None:
    source = save(tmp_path / "song.wav", noise(2, 3000))
    longer = (("kick", save(tmp_path / "longer.wav", noise(2, 3300, 1))),)
    folder = separate(source, known=longer)
    assert below_mix_db(folder, load(source)) < LIMIT_DB
    assert separate.notices == [
        ("known_length", "longer.wav is 300 samples longer than the mix: its end is cut")
    ]
    for bad in (
        save(tmp_path / "rate.wav", noise(2, 3000), 48000),
        save(tmp_path / "mono.wav", noise(1, 3000)),
        tmp_path / "none.wav",
    ):
        with pytest.raises(BadFile, match=bad.name):
            separate.plan(source, known=(("kick", bad),))


@pytest.mark.parametrize("name", ["wav-16", "flac-24"])
def test_integer_formats_say_what_they_clip(tmp_path: Path, separate: Separator, name: str) -> None:
    source = save(tmp_path / "loud.wav", noise(2, 4000, level=2.0))
    folder = separate(source, format=name, stems="drums")
    codes = [code for code, _ in separate.notices]
    assert codes == ["clipped", "clipped"]
    text = separate.notices[1][1]
    assert text.startswith("residual: ") and "peak +" in text and "wav-f32" in text
    assert max(float(np.abs(one).max()) for one in stems(folder).values()) <= 1.0
    quiet = save(tmp_path / "quiet.wav", noise(2, 4000))
    separate(quiet, format=name)
    assert len(separate.notices) == 2


def test_nan_and_infinity_are_contained_and_told(tmp_path: Path, separate: Separator) -> None:
    mix = noise(2, 6000)
    mix[0, 1000], mix[1, 1001:1004] = np.nan, np.inf
    folder = separate(save(tmp_path / "song.wav", mix), "gibbs", steps=2)
    assert [code for code, _ in separate.notices] == ["nonfinite"]
    assert separate.notices[0][1].startswith("4 input samples")
    assert all(np.isfinite(one).all() for one in stems(folder).values())
    assert below_mix_db(folder, np.nan_to_num(mix, posinf=0.0)) < LIMIT_DB


def test_one_engine_for_files_and_streams(tmp_path: Path, separate: Separator) -> None:
    mix = noise(2, 20_000)
    source = save(tmp_path / "song.wav", mix)
    folder = separate(
        source, "gibbs", steps=5, seed=7, window=1024, hop=256,
        lookahead=0,
    )  # fmt: skip
    planned = separate.plan(source, "gibbs", steps=5, seed=7, window=1024,
                            hop=256, lookahead=0, song="again")  # fmt: skip
    assert planned.settings.window_samples == 1024
    stream = Stream(load_model(planned.request.model), planned.settings)
    expected = np.concatenate([stream.push(mix), stream.flush()], axis=2)
    for name, audio in zip(stream.outputs, expected, strict=True):
        assert np.array_equal(load(folder / f"{name}.wav"), audio)


def test_progress_rises_to_one(tmp_path: Path, separate: Separator) -> None:
    separate(save(tmp_path / "song.wav", noise(2, 90_000)), "gibbs", steps=6)
    fractions = [fraction for fraction, stage in separate.told if stage == "separate"]
    assert len(fractions) > 90_000 / 1024 and max(fractions) <= 1.0
    assert separate.told[-1] == (1.0, "write")
    steps = [f for f in fractions if f > 0.0]
    assert np.max(np.diff(np.maximum.accumulate(steps))) < 0.05


def test_cancel_is_heard_within_a_window(tmp_path: Path, separate: Separator) -> None:
    source = save(tmp_path / "song.wav", noise(2, 60_000))
    separate.stop_at = 1e-9  # one block of the file holds all of its windows
    with pytest.raises(Cancelled):
        separate(source, "gibbs", hop=512, steps=2)
    assert [stage for _, stage in separate.told].count("separate") <= 2


def test_cancel_is_heard_on_the_way_to_the_start(
    tmp_path: Path, separate: Separator, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = save(tmp_path / "song.wav", noise(2, 400_000))
    monkeypatch.setattr(separate, "progress", lambda fraction, stage: stage != "read")
    with pytest.raises(Cancelled):
        separate(source, start="390000samples")
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


def test_cancel_leaves_nothing(tmp_path: Path, separate: Separator) -> None:
    source = save(tmp_path / "song.wav", noise(2, 200_000))
    separate.stop_at = 0.5
    with pytest.raises(Cancelled):
        separate(source, "gibbs", steps=2)
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


def test_damage_in_the_middle_leaves_nothing(tmp_path: Path, separate: Separator) -> None:
    source = save(tmp_path / "song.flac", noise(2, 300_000), subtype="PCM_16")
    data = bytearray(source.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    source.write_bytes(data)
    with pytest.raises(BadFile, match=r"song\.flac is damaged or truncated at sample"):
        separate(source)
    assert [path.name for path in tmp_path.iterdir()] == ["song.flac"]


def test_a_full_disk_is_told_before_and_during(
    tmp_path: Path, separate: Separator, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = save(tmp_path / "song.wav", noise(2, 3000))
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: usage)
        with pytest.raises(WriteFailed, match=r"need 0\.1 MB, and .* has 0\.0 MB free"):
            separate.plan(source)

    def full(self: object, data: object) -> None:
        raise soundfile.LibsndfileError(2)

    planned = separate.plan(source)
    model = load_model(planned.request.model)
    monkeypatch.setattr(soundfile.SoundFile, "write", full)
    with pytest.raises(WriteFailed, match="enough disk space"):
        run(planned, model, separate.progress, separate.notice)
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


def test_outputs_are_checked_before_the_work(tmp_path: Path, separate: Separator) -> None:
    source = save(tmp_path / "song.wav", noise(2, 3000))
    folder = separate(source)
    with pytest.raises(FileInTheWay, match="--force"):
        separate.plan(source)
    before = load(folder / "drums.wav")
    separate(source, force=1)
    assert np.array_equal(load(folder / "drums.wav"), before)
    own = folder / "residual.wav"
    with pytest.raises(FileInTheWay, match="input"):
        separate.plan(own, song="song", force=1)
    separate.plan(own, song="other", force=1)


def test_a_model_that_is_not_there(tmp_path: Path, separate: Separator) -> None:
    source = save(tmp_path / "song.wav", noise(2, 3000))
    with pytest.raises(ModelNotFoundError, match="nothing"):
        separate.plan(source, model="nothing")
    with pytest.raises(SettingsError):
        separate.plan(source, hop=5000)
    with pytest.raises(TooLarge, match="120 s"):
        separate.plan(source, window=121 * 44100)


@pytest.mark.parametrize("rate_hz", [44100, 96000])
def test_a_part_has_its_samples_and_hears_what_is_around_it(
    tmp_path: Path, separate: Separator, rate_hz: int
) -> None:
    mix = noise(2, 60_000)
    source = save(tmp_path / "song.wav", mix, rate_hz)
    whole = stems(separate(source))
    start, end = 20_001, 20_001 + 15_000
    folder = separate(source, song="part", start=f"{start}samples", end=f"{end / rate_hz:.9f}")
    part = stems(folder)
    assert below_mix_db(folder, mix[:, start:end]) < LIMIT_DB
    for name, audio in part.items():
        assert audio.shape == (2, end - start)
        if rate_hz == 44100:  # the model's own rate: windows lie where they lie in the whole song
            np.testing.assert_array_equal(audio, whole[name][:, start:end])


def test_a_part_with_a_known_stem(tmp_path: Path, separate: Separator) -> None:
    mix, known = noise(2, 60_000), noise(2, 25_000, seed=1)
    source = save(tmp_path / "song.wav", mix)
    drums = save(tmp_path / "drums.wav", known)
    folder = separate(source, "gibbs", known=(("drums", drums),), start="0.5", end="0.7")
    start, end = 22_050, 30_870
    expected = np.pad(known, ((0, 0), (0, 35_000)))[:, start:end]
    np.testing.assert_array_equal(stems(folder)["drums"], expected)
    assert below_mix_db(folder, mix[:, start:end]) < LIMIT_DB


@pytest.mark.parametrize("times", [{"start": "2"}, {"end": "1.5"}, {"start": "1", "end": "0:00.5"}])
def test_a_part_outside_the_song_is_refused(
    tmp_path: Path, separate: Separator, times: dict[str, str]
) -> None:
    source = save(tmp_path / "song.wav", noise(2, 60_000))
    with pytest.raises(BadValue):
        separate.plan(source, **times)


def test_two_stems_and_minus_are_the_mix(tmp_path: Path, separate: Separator) -> None:
    mix = noise(2, 20_000)
    source = save(tmp_path / "song.wav", mix)
    every = stems(separate(source, "claims", song="all"))
    two = separate(source, "claims", song="two", two_stems="drums")
    assert set(stems(two)) == {"drums", "no_drums"}
    assert below_mix_db(two, mix) < LIMIT_DB
    np.testing.assert_array_equal(stems(two)["drums"], every["drums"])
    without = stems(separate(source, "claims", song="minus", minus="drums"))
    np.testing.assert_array_equal(without["no_drums"], stems(two)["no_drums"])
    assert set(without) == {"no_drums"}
