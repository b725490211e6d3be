"""The files of a separation: formats, names, what they carry."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from daw_bridge.errors import BadValue
from tests.rigs.separator import Separator
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import STEMS, make_model


@pytest.fixture
def separate(tmp_path: Path) -> Separator:
    make_model(tmp_path / "tiny.onnx")
    return Separator(tmp_path, tmp_path / "out")


def test_lossy_formats_keep_length_and_say_what_they_change(
    tmp_path: Path, separate: Separator
) -> None:
    source = save(tmp_path / "song.wav", noise(2, 30_000))
    folder = separate(source, format="mp3", bitrate=192)
    assert {path.name for path in folder.glob("*.mp3")} == {
        f"{name}.mp3" for name in (*STEMS, "residual")
    }
    assert all(soundfile.info(path).frames == 30_000 for path in folder.glob("*.mp3"))
    assert separate.notices == []
    folder = separate(source, song="two", format="opus")
    assert all(soundfile.info(path).samplerate == 48000 for path in folder.glob("*.opus"))
    assert separate.notices == [("resampled", "opus has no 44100 Hz: these files are at 48000 Hz")]
    with pytest.raises(BadValue, match=r"--bitrate 192 with flac-24; expected a lossy format"):
        separate.plan(source, song="three", format="flac", bitrate=192)
    high = save(tmp_path / "high.wav", noise(2, 3000), 96000)
    with pytest.raises(BadValue, match="96000 Hz as mp3"):
        separate.plan(high, format="mp3")


def test_names_by_a_template(tmp_path: Path, separate: Separator) -> None:
    source = save(tmp_path / "My Song.wav", noise(2, 3000))
    folder = separate(source, name="{song} {index} {stem}", format="flac")
    names = {f"My Song 0{k} {stem}.flac" for k, stem in enumerate((*STEMS, "residual"), 1)}
    assert {path.name for path in folder.glob("*.flac")} == names
    with pytest.raises(BadValue, match=r"not \{title\}"):
        separate.plan(source, name="{title}")
