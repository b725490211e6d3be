"""How loud music is to a model, and what louder and quieter inputs cost: on tiny models."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engines.load import load_model, read_spec
from engines.spec import Preset
from export.__main__ import main
from export.common.songs import Clip
from export.studies import level
from export.studies.level import Row, faults, usual_level_db
from tests.rigs.query import write_query
from tests.rigs.tiny_models import STEMS, make_model

RATE_HZ = 8000
INTRO = "intro of 3 s at -24 dB"
LONG = Preset(
    window_samples=16_000, hop_samples=8_000, lookahead_samples=4_000, crossfade_samples=400
)


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """A song of noise, 5 s of 0.1 RMS a stem."""
    (tmp_path / "songs" / "one").mkdir(parents=True)
    for seed, stem in enumerate(STEMS):
        noise = np.random.default_rng(seed).standard_normal((5 * RATE_HZ, 2)) / 10
        soundfile.write(tmp_path / "songs" / "one" / f"{stem}.wav", noise, RATE_HZ, "FLOAT")
    return tmp_path / "songs"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Its answers depend on the level that it hears."""
    path = tmp_path / "curved.onnx"
    make_model(path, domain="stft", curved=True, rate_hz=RATE_HZ, offline=LONG, live=LONG)
    return path


def test_the_level_of_songs_becomes_the_models(
    songs: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "level.json"
    assert main(["level", str(model), "--songs", str(songs), "--card", str(card)]) == 0
    found = json.loads(card.read_text())["level_db"]
    assert found == pytest.approx(20 * np.log10(0.2), abs=0.3)
    assert f"1 songs have a level of {found:g} dBFS RMS" in capsys.readouterr().out
    assert main(["card", str(model), str(card)]) == 0
    assert read_spec(model).level_db == found


def test_the_table_tells_what_a_level_brings(
    songs: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["level", str(model), "--songs", str(songs)]
    card = tmp_path / "level.json"
    assert main([*command, "--card", str(card)]) == 0
    assert main(["card", str(model), str(card)]) == 0
    capsys.readouterr()
    assert main([*command, "--gains=0,-60,-24,24"]) == 0
    lines = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines()[3:]]
    rows = {what.strip(): [float(cell) for cell in cells] for what, *cells in lines}
    assert list(rows) == [
        "+0 dB", "-60 dB", "-24 dB", "+24 dB", INTRO, f"{INTRO}, less its last 0.1 s",
        "-24 dB, without a level", f"{INTRO}, without a level",
        f"{INTRO}, less its last 0.1 s, without a level",
    ]  # fmt: skip
    assert rows["+0 dB"] == rows["-60 dB"] == rows["-24 dB"] == rows["+24 dB"]
    assert np.abs(rows["-24 dB, without a level"]).max() > 0.01


def test_songs_in_whose_windows_nothing_is_heard_are_refused(
    songs: Path, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (songs / "one").iterdir():
        soundfile.write(file, np.zeros((RATE_HZ, 2)), RATE_HZ, "FLOAT")
    assert main(["level", str(model), "--songs", str(songs), "--seconds", "1", "--check"]) != 0
    assert "in which two stems are heard" in capsys.readouterr().err


def test_the_level_is_the_median_of_the_songs() -> None:
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((2, 2, 4 * RATE_HZ)).astype(np.float32)
    clips = [Clip(f"{gain}", noise * np.float32(gain)) for gain in (0.01, 0.1, 1.0)]
    expected = 20 * np.log10(0.1 * np.sqrt(2))
    assert usual_level_db(clips, RATE_HZ) == pytest.approx(expected, abs=0.3)


def test_a_model_that_states_its_level_passes_and_one_without_fails(
    songs: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["level", str(model), "--songs", str(songs), "--check"]
    assert main(command) == 1
    words = capsys.readouterr().out
    assert "FAIL: " in words and "dB at -40 dB, 0.1 at most" in words
    card = tmp_path / "level.json"
    assert main(["level", str(model), "--songs", str(songs), "--card", str(card)]) == 0
    assert main(["card", str(model), str(card)]) == 0
    capsys.readouterr()
    assert main(command) == 0
    assert capsys.readouterr().out.endswith("curved.onnx: pass\n")


def test_a_model_that_listens_is_asked_for_what_songs_have(
    songs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its masks are gains, so it passes at any level; without tags in the songs it is refused."""
    write_query(tmp_path / "query.onnx", level_db=-20.0)
    command = ["level", str(tmp_path / "query.onnx"), "--songs", str(songs), "--check"]
    assert main(command) == 1
    assert "no file in folders" in capsys.readouterr().err
    for stem, tag in zip(STEMS, ("flute", "cello", "violin"), strict=False):
        (songs / "one" / f"{stem}.wav").rename(songs / "one" / f"{tag}.wav")
    assert main([*command, "--tags", "violin,flute"]) == 0
    assert "| violin | flute |" in capsys.readouterr().out
    assert main(command) == 0
    assert "| violin | cello | flute |" in capsys.readouterr().out


def test_what_a_level_takes_at_the_songs_own_is_a_fault_and_what_it_brings_is_none() -> None:
    own, louder = Row("own level, over no level", (-0.21, 0.4)), Row("+12 dB", (0.11, float("nan")))
    assert faults([own, louder], ("drums", "bass")) == [
        "bass is not heard in these songs",
        "drums loses 0.21 dB to the level, 0.2 at most",
        "drums +0.11 dB at +12 dB, 0.1 at most",
    ]
    bearable = [Row(own.what, (-0.2, 0.4)), Row("+12 dB", (0.1, -0.1))]
    assert faults(bearable, ("drums", "bass")) == []


def test_changes_of_songs_do_not_cancel_and_a_stem_that_none_has_is_not_passed(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores of two songs: louder, drums gain 3 dB in one and lose 4 in the other; bass is silent
    in one song, vocals in both."""
    nan = float("nan")
    each = {
        0.0: [[10, nan, nan, 10], [10, 10, nan, 10]],
        12.0: [[13, nan, nan, 10], [6, 10.05, nan, 10]],
    }
    noise = np.random.default_rng(0).standard_normal((4, 2, 8000)).astype(np.float32)
    clips = [Clip(name, noise) for name in ("0", "1")]
    turned_db = iter([0.0, 0.0, -40.0, 12.0] * len(clips))

    def scored(found: np.ndarray, clip: Clip, part: slice) -> np.ndarray:
        return np.array(each.get(next(turned_db), each[0.0])[int(clip.name)])

    monkeypatch.setattr(level, "separated", lambda model, mix, *how: np.zeros((5, *mix.shape)))
    monkeypatch.setattr(level, "scores", scored)
    rows = level.checked(load_model(model), clips)
    assert [row.what for row in rows] == ["own level, over no level", "-40 dB", "+12 dB"]
    assert rows[1].gains_db[0] == 0 and rows[2].gains_db[:2] == (-4.0, 0.05)
    assert faults(rows, STEMS) == [
        f"{STEMS[2]} is not heard in these songs", f"{STEMS[0]} -4.00 dB at +12 dB, 0.1 at most",
    ]  # fmt: skip
