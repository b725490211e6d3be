"""The comparison's command: trains, exports, scores, goes on, repeats nothing."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from export.__main__ import main
from export.common.errors import STOPPED, Unfinished
from export.training import train

RATE_HZ = 8000
STEMS = ("drums", "bass", "other", "vocals")
VARIANTS = """
stems = ["drums", "bass", "other", "vocals"]
rate_hz = 8000
[train]
batch = 2
steps = 2
clock = "cpu"
precision = "float32"
[data]
kind = "songs"
seconds = 0.5
[families.m_unet]
stems = 4
channels = 1
fft_samples = 256
hop_samples = 128
rows = 32
widths = [4, 6]
log_floor = 1e-3
[families.nade_demucs]
stems = 4
[[variant]]
name = "good"
family = "m_unet"
model = { conditional = true }
train = { loss = "spectral_indirect", weighting = "oh", filter_silent = true }
[[variant]]
name = "bad"
family = "nade_demucs"
train = { loss = "spectral_direct" }
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """One song to train on, one to test on, two variants of which one cannot be trained."""
    for seed, folder in enumerate(("bands/train/song", "songs/song")):
        (tmp_path / folder).mkdir(parents=True)
        for stem, level in zip(STEMS, (0.1, 0.05, 0.05, 0.08), strict=True):
            audio = level * np.random.default_rng((seed, len(stem))).standard_normal(2 * RATE_HZ)
            soundfile.write(tmp_path / folder / f"{stem}.flac", audio, RATE_HZ)
    (tmp_path / "variants.toml").write_text(VARIANTS, "utf-8")
    names = {"variants": "variants.toml", "bands": "bands", "songs": "songs", "out": "out"}
    paths = [part for name, path in names.items() for part in (f"--{name}", str(tmp_path / path))]
    return [*paths, "--gibbs", "1", "2", "--threads", "1"]


def test_the_whole_way_and_again(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["compare", *command]) == 1  # one variant failed
    rows = json.loads((tmp_path / "out" / "table.json").read_text("utf-8"))["rows"]
    good, bad = rows
    assert "masks" in bad["error"]
    assert good["steps"] == 2
    assert good["weighting"] == "oh"
    assert good["step_s"] > 0
    assert set(good["graph_s"]) == {"1"}
    assert set(good["scores"]) == set(good["engine_s"]) == {"offline N=1", "offline N=2"}
    assert set(good["scores"]["offline N=1"]) == set(STEMS)
    text = (tmp_path / "out" / "table.md").read_text("utf-8")
    assert "| good | offline N=2 |" in text

    def refuse(*arguments: Any) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(train, "start", refuse)
    assert main(["compare", *command, "--only", "good"]) == 0
    again = json.loads((tmp_path / "out" / "table.json").read_text("utf-8"))["rows"]
    assert again == [good]
    with pytest.raises(AssertionError, match="trained again"):
        main(["compare", *command, "--only", "good", "--steps", "3"])


def test_stopping_has_its_status(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*arguments: Any) -> None:
        raise Unfinished(STOPPED)

    monkeypatch.setattr(train, "start", stop)
    assert main(["compare", *command, "--only", "good"]) == 130


def test_list_and_mistakes(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--list"]) == 0
    assert "sams_net-no_attention" in capsys.readouterr().out
    assert main(["compare", *command, "--only", "none"]) == 1
    assert "no variant is called none" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["compare", *command, "--gibbs", "0"])


def test_a_folder_that_the_data_needs_is_asked_for(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = VARIANTS.replace('kind = "songs"', 'kind = "sampler"\nstem_set = "song"')
    (tmp_path / "variants.toml").write_text(text, "utf-8")
    assert main(["compare", *command, "--only", "good"]) == 1
    assert "needs --cache" in capsys.readouterr().err
