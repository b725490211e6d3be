"""What fails for every song is said once, before any of them is looked at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from daw_bridge.errors import BadValue, BridgeError, FileInTheWay, WriteFailed
from daw_bridge.files.choices import refuse_for_every_song
from daw_bridge.files.request import SeparateRequest, request_from
from daw_bridge.settings.parameters import Value
from engines.errors import EngineError
from tests.rigs.tiny_models import make_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_model(tmp_path / "tiny.onnx", conditional=True)
    return tmp_path


def request(folder: Path, out: str = "out", **options: Value) -> SeparateRequest:
    """Of a song that is not there: nobody looks."""
    named = {"model": str(folder / "tiny.onnx"), **options}
    values = [(name.replace("_", "-"), value) for name, value in named.items()]
    return request_from(folder / "none.wav", folder / out, values)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"start": "3", "end": "1"}, "--start 3 with --end 1"),
        ({"start": "1:00", "end": "60"}, "a start before the end"),
        ({"end": "0"}, "a start before the end"),
        ({"end": "0samples"}, "a start before the end"),
        ({"start": "9samples", "end": "9samples"}, "a start before the end"),
        ({"two_stems": "vocls"}, "vocls"),
        ({"minus": "drums,vocls"}, "vocls"),
        ({"stems": "choir"}, "choir"),
        ({"residual_to": "choir"}, "choir"),
        ({"bitrate": 128}, "a lossy format"),
        ({"bitrate": 400, "format": "mp3"}, "8 to 320"),
        ({"bitrate": 5, "format": "opus"}, "6 to 512"),
        ({"format": "stem.mp4", "stems": "drums"}, "exactly 4 stems"),
        ({"hop": 1 << 30}, "hop"),
        ({"window": 1 << 30}, "window"),
        ({"model": "nothing"}, "no model 'nothing'"),
    ],
)
def test_it_is_refused(folder: Path, options: dict[str, Value], text: str) -> None:
    with pytest.raises((BridgeError, EngineError), match=text):
        refuse_for_every_song([request(folder, **options)])


@pytest.mark.parametrize(
    "options",
    [
        {}, {"start": "1"}, {"end": "1"}, {"start": "1", "end": "1.0001"}, {"two_stems": "drums"},
        {"start": "99999samples", "end": "1"}, {"bitrate": 8, "format": "mp3"},
        {"bitrate": 320, "format": "mp3"}, {"pairs": "1-2,3"}, {"name": "{song} {stem}"},
    ],
)  # fmt: skip
def test_what_some_song_may_have_is_not_refused(folder: Path, options: dict[str, Value]) -> None:
    refuse_for_every_song([request(folder, **options)])
    refuse_for_every_song([])


def test_a_model_that_is_none(folder: Path) -> None:
    (folder / "no.onnx").write_bytes(b"no model")
    with pytest.raises(EngineError):
        refuse_for_every_song([request(folder, model=str(folder / "no.onnx"))])


def test_folders_that_are_none(folder: Path) -> None:
    (folder / "file").write_text("x")
    for out in ("file", "file/below"):
        with pytest.raises(FileInTheWay, match="file is no folder"):
            refuse_for_every_song([request(folder, out)])
    refuse_for_every_song([request(folder, "file"), request(folder, "good")])  # one can be done


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="whom nothing is forbidden")
def test_a_folder_that_may_not_be_written(folder: Path) -> None:
    (folder / "mine").mkdir(mode=0o500)
    with pytest.raises(WriteFailed, match="may not be written"):
        refuse_for_every_song([request(folder, "mine")])
    refuse_for_every_song([request(folder, "mine", resume=1)])


def test_it_says_bad_value_for_a_stem_as_a_job_does(folder: Path) -> None:
    with pytest.raises(BadValue, match="some of drums"):
        refuse_for_every_song([request(folder, two_stems="vocls")])
