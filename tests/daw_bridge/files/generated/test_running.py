"""Files that are generated: lengths, rates, seeds, records, leaks, refusals, cancelling."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from daw_bridge.errors import BadFile, BadValue, Cancelled, FileInTheWay, WriteFailed
from daw_bridge.files.generated.plan import GenerationPlan, plan_generation
from daw_bridge.files.generated.request import generate_request_from
from daw_bridge.files.generated.running import leak_words, run_generation
from daw_bridge.files.record import read_record
from engines.errors import SettingsError
from engines.load import Model
from engines.methods.diffusion.leak import Leak
from tests.rigs.diffusion_model import FEW, STEMS, diffusion_model
from tests.rigs.sounds import load, noise, save

GRID_SECONDS = 0.15
Generate = Callable[..., list[tuple[str, str]]]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return diffusion_model(tmp_path_factory.mktemp("generated") / "sampled.onnx", FEW)


@pytest.fixture
def drums(tmp_path: Path) -> str:
    return f"drums={save(tmp_path / 'drums.wav', noise(2, 2400), 16000)}"


def planned(model: Model, folder: Path, **options: Any) -> GenerationPlan:
    given = tuple((name.replace("_", "-"), value) for name, value in options.items())
    return plan_generation(generate_request_from(folder, (("model", str(model.path)), *given)))


def generate(
    model: Model, folder: Path, stop_at: float = 2.0, **options: Any
) -> list[tuple[str, str]]:
    """Into the folder; its notices."""
    plan = planned(model, folder, **options)
    notices = plan.notices()
    run_generation(
        plan, model, lambda fraction, stage: fraction < stop_at,
        lambda code, words: notices.append((code, words)),
    )  # fmt: skip
    return notices


def heard(folder: Path) -> dict[str, np.ndarray]:
    return {one.stem: load(one) for one in sorted(folder.iterdir()) if one.suffix == ".wav"}


def test_new_parts_are_aligned_files_that_say_what_they_are(model: Model, tmp_path: Path) -> None:
    notices = generate(model, tmp_path / "out", stems="bass,drums+piano", seconds=0.15, seed=3)
    found = heard(tmp_path / "out")
    assert {name: one.shape for name, one in found.items()} == {
        "generated_bass": (1, 1200), "generated_drums+piano": (1, 1200),
    }  # fmt: skip
    assert all(one.any() for one in found.values())
    assert notices == [("generated", "generated out of noise by sampled, seed 3")]
    record = read_record(tmp_path / "out")
    assert record is not None and record.kind == "generated" and record.recipe.source is None
    assert record.names == tuple(f"{name}.wav" for name in found)
    with soundfile.SoundFile(tmp_path / "out" / "generated_bass.wav") as file:
        assert file.title == "bass (generated)" and "seed 3" in file.comment


def test_the_same_seed_gives_the_same_samples_and_a_longer_piece_begins_alike(
    model: Model, tmp_path: Path
) -> None:
    for name, seconds, seed in (("a", 0.1, 1), ("b", 0.2, 1), ("c", 0.1, 2)):
        generate(model, tmp_path / name, stems="bass", seconds=seconds, seed=seed)
    one, longer, other = (heard(tmp_path / name)["generated_bass"] for name in "abc")
    assert np.array_equal(one, longer[:, :800]) and longer.shape == (1, 1600)
    assert not np.array_equal(one, other)


def test_parts_to_given_ones_have_their_length_and_rate(
    model: Model, drums: str, tmp_path: Path
) -> None:
    notices = dict(generate(model, tmp_path / "out", given=drums, stems="bass"))
    assert load(tmp_path / "out" / "generated_bass.wav").shape == (1, 2400)
    assert soundfile.info(tmp_path / "out" / "generated_bass.wav").samplerate == 16000
    assert "resampled to the model's 8000 Hz" in notices["resampled"]
    assert "2 channels, the model 1" in notices["given_channels"]
    assert notices["leak"].startswith("leak: the given drums is in the generated bass at -")
    record = read_record(tmp_path / "out")
    assert record is not None and record.recipe.known[0].stem == "drums"


def test_what_is_told_of_lengths_and_rates(model: Model, drums: str, tmp_path: Path) -> None:
    long = planned(model, tmp_path / "out", given=drums, seconds=1, rate=22050)
    assert long.frames == 22050 and long.cuts.samples == 8000
    assert [part for (part,) in long.asked.parts] == [one for one in STEMS if one != "drums"]
    words = [words for code, words in long.notices() if code in ("resampled", "given_length")]
    assert words[1] == "drums.wav has 16000 Hz, and the files are made at 22050 Hz"
    assert "0.85 s shorter than the piece: silent" in words[2]
    short = planned(model, tmp_path / "out", given=drums, seconds="1000samples", rate=16000)
    assert "longer: not heard" in str(short.notices()) and short.frames == 1000
    assert planned(model, tmp_path / "out").frames == planned(model, tmp_path / "out").cuts.first
    days = planned(model, tmp_path / "out", stems="bass", seconds="10:00:00", format="flac")
    assert days.cuts.count > 10_000  # and no memory is asked for


def test_an_integer_format_says_what_it_clips(model: Model, tmp_path: Path) -> None:
    loud = f"drums={save(tmp_path / 'loud.wav', 300 * noise(1, 800), 8000)}"
    notices = generate(model, tmp_path / "out", given=loud, stems="bass", format="flac-16")
    assert any(code == "clipped" and "generated_bass" in words for code, words in notices)


def test_nan_and_infinity_in_a_given_file_are_silence_and_told(tmp_path: Path) -> None:
    levelled = diffusion_model(tmp_path / "levelled.onnx", FEW, level_db=-20.0)
    bad, clean = noise(2, 1200), noise(2, 1200)
    bad[0, 600], bad[1, 601:603] = np.nan, np.inf
    clean[0, 600] = clean[1, 601:603] = 0.0
    for name, audio in (("bad", bad), ("clean", clean)):
        file = save(tmp_path / f"{name}.wav", audio, 8000)
        told = generate(levelled, tmp_path / name, stems="bass", given=f"drums={file}")
        words = [words for code, words in told if code == "nonfinite"]
        expected = "bad.wav: 3 input samples were NaN or infinite; replaced with silence"
        assert words == ([expected] if name == "bad" else [])
    one, other = (heard(tmp_path / name)["generated_bass"] for name in ("bad", "clean"))
    assert np.isfinite(one).all() and np.array_equal(one, other)


def test_only_what_the_network_hears_counts_for_the_level(tmp_path: Path) -> None:
    """Two channels are heard as their mean, and what is after the end of the piece not at all."""
    levelled = diffusion_model(tmp_path / "levelled.onnx", FEW, level_db=-20.0)
    stereo = noise(2, 1200)
    pause = np.zeros((2, 500), np.float32)  # the last window reaches into it
    longer = np.concatenate([stereo, pause, 100 * noise(2, 4000)], axis=1)
    mono = stereo.mean(axis=0, keepdims=True)
    for name, audio in (("mono", mono), ("stereo", stereo), ("longer", longer)):
        file = save(tmp_path / f"{name}.wav", audio, 8000)
        generate(levelled, tmp_path / name, stems="bass", seconds=0.15, given=f"drums={file}")
    one, *others = (
        heard(tmp_path / name)["generated_bass"] for name in ("mono", "stereo", "longer")
    )
    for other in others:
        np.testing.assert_allclose(other, one, atol=1e-4 * np.abs(one).max())


def test_cancelling_leaves_nothing(model: Model, tmp_path: Path) -> None:
    with pytest.raises(Cancelled, match="the generation of"):
        generate(model, tmp_path / "a" / "out", stop_at=0.5, stems="bass", seconds=0.2)
    assert list(tmp_path.iterdir()) == []


def test_bad_input_is_refused_before_anything_runs(
    model: Model, drums: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (tmp_path / "text.wav").write_text("no audio")
    with pytest.raises(BadFile, match=r"text\.wav"):
        planned(model, out, given=f"drums={tmp_path / 'text.wav'}")
    with pytest.raises(BadFile):
        planned(model, out, given=f"drums={tmp_path / 'none.wav'}")
    with pytest.raises(SettingsError, match=r"tuba.*bass, drums, guitar, piano"):
        planned(model, out, stems="tuba")
    with pytest.raises(SettingsError, match=r"tuba.*bass, drums, guitar, piano"):
        planned(model, out, given=drums.replace("drums=", "tuba="))
    with pytest.raises(SettingsError, match="at least"):
        planned(model, out, given=drums, steps=4)
    with pytest.raises(BadValue, match="one at least that is made"):
        planned(model, out, given="bass+guitar+piano+" + drums)
    with pytest.raises(BadValue, match="at least one sample"):
        planned(model, out, seconds="0.00001")
    with pytest.raises(BadValue, match="lossy"):
        planned(model, out, bitrate=192)
    with pytest.raises(BadValue, match="8 to 64"):
        planned(model, out, format="mp3", bitrate=320)
    with pytest.raises(WriteFailed, match="MB free"):
        planned(model, out, seconds="9999:59:59", rate=384000)
    assert not out.exists()


def test_folders_of_the_two_kinds_are_not_mixed_up(model: Model, tmp_path: Path) -> None:
    from daw_bridge.files.plan import plan
    from daw_bridge.files.request import request_from

    song = save(tmp_path / "song.wav", noise(1, 2000), 8000)
    generate(model, tmp_path / "song", stems="bass", seconds=0.05)
    own = (("model", str(model.path)), ("force", 1))
    with pytest.raises(FileInTheWay, match="were generated; expected a folder for what is sep"):
        plan(request_from(song, tmp_path, own))
    record = tmp_path / "song" / "daw-bridge.json"
    record.write_text(record.read_text().replace('"kind": "generated"', '"kind": "separated"'))
    with pytest.raises(FileInTheWay, match="were separated; expected a folder for what is gen"):
        planned(model, tmp_path / "song", stems="bass", force=1)


def test_nothing_is_overwritten_without_force(model: Model, tmp_path: Path) -> None:
    generate(model, tmp_path / "out", stems="bass", seconds=0.05)
    (tmp_path / "out" / "mine.txt").write_text("kept")
    with pytest.raises(FileInTheWay, match="generated_bass"):
        planned(model, tmp_path / "out", stems="bass")
    generate(model, tmp_path / "out", stems="piano", seconds=0.05, force=1)
    names = {one.name for one in (tmp_path / "out").iterdir()}
    assert names == {"mine.txt", "generated_piano.wav", "daw-bridge.json"}
    (tmp_path / "file").write_text("")
    with pytest.raises(FileInTheWay):
        planned(model, tmp_path / "file" / "out", stems="bass")


def test_a_given_file_is_never_written_over(model: Model, tmp_path: Path) -> None:
    generate(model, tmp_path / "out", stems="bass", seconds=0.05)
    mine = f"drums={tmp_path / 'out' / 'generated_bass.wav'}"
    with pytest.raises(FileInTheWay, match="itself an input"):
        planned(model, tmp_path / "out", stems="bass", given=mine, force=1)


def test_leaks_in_words() -> None:
    quiet = leak_words(Leak(("bass", "drums"), ("piano",), -0.01))
    assert quiet == (
        "leak: the given bass+drums is in the generated piano at -40.0 dB (projection -0.0100)"
    )
    assert "another --seed" in leak_words(Leak(("drums",), ("bass",), 0.5))
