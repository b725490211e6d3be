"""Stems in one .stem.mp4: five tracks, the sum first, and the `stem` box as parsers want it."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import BadValue, WriteFailed
from daw_bridge.files.audio.stem_box import add_stem_box
from daw_bridge.files.audio.tagging import tag_mp3
from daw_bridge.files.bundle import bundle_sums, combined
from daw_bridge.files.request import request_from
from tests.rigs.separator import Separator
from tests.rigs.sounds import Array, noise, save
from tests.rigs.tiny_models import GAINS, STEMS, make_model, make_spec

av = pytest.importorskip("av")


@pytest.fixture
def separate(tmp_path: Path) -> Separator:
    make_model(tmp_path / "tiny.onnx")
    return Separator(tmp_path, tmp_path / "out")


def box(data: bytes, *path: bytes) -> bytes:
    """The content of the box at this path."""
    for name in path:
        position, found = 0, []
        while position < len(data):
            size, kind = struct.unpack_from(">I4s", data, position)
            if kind == name:
                found.append(data[position + 8 : position + size])
            position += size
        assert len(found) == 1, f"{len(found)} boxes {name!r}"
        data = found[0]
    return data


def tracks(path: Path) -> list[Array]:
    """Every track, `(channels, frames)`, as long as it states."""
    found = []
    for k in range(5):
        with path.open("rb") as file, av.open(file) as container:
            assert len(container.streams) == 5
            stream = container.streams.audio[k]
            audio = np.concatenate([one.to_ndarray() for one in container.decode(stream)], 1)
            found.append(audio[:, : stream.duration])
    return found


@pytest.mark.parametrize("channels", [1, 2])
def test_five_tracks_and_their_names(tmp_path: Path, separate: Separator, channels: int) -> None:
    wave = np.sin(2 * np.pi * 440 * np.arange(60_011) / 44100).astype(np.float32)
    mix = np.tile(0.3 * wave, (channels, 1))
    source = save(tmp_path / "My Song.wav", mix)
    folder = separate(source, format="stem.mp4")
    path = folder / "My Song.stem.mp4"
    assert sorted(one.name for one in folder.iterdir()) == ["My Song.stem.mp4", "daw-bridge.json"]
    master, *stems = tracks(path)
    assert all(one.shape == (2, 60_011) for one in (master, *stems))
    middle = slice(10_000, 50_000)
    parts = (*GAINS[:2], 1 - GAINS[0] - GAINS[1] - GAINS[3], GAINS[3])
    for one, gain in zip((master, *stems), (1.0, *parts), strict=True):
        assert np.abs(one[:, middle] - gain * mix[:, middle]).max() < 0.02
    found = json.loads(box(path.read_bytes(), b"moov", b"udta", b"stem"))
    assert found["version"] == 1 and set(found["mastering_dsp"]) == {"compressor", "limiter"}
    assert [one["name"] for one in found["stems"]] == ["Drums", "Bass", "Other", "Vocals"]
    assert all(len(one["color"]) == 7 and one["color"][0] == "#" for one in found["stems"])
    assert not found["mastering_dsp"]["limiter"]["enabled"]
    words = "a .stem.mp4 has four stems: other also holds residual"
    assert separate.notices == [("combined", words)]


def test_players_play_the_sum(tmp_path: Path, separate: Separator) -> None:
    path = separate(save(tmp_path / "a.wav", noise(2, 9000)), format="stem.mp4") / "a.stem.mp4"
    moov = box(path.read_bytes(), b"moov")
    enabled, position = [], 0
    while position < len(moov):
        size, kind = struct.unpack_from(">I4s", moov, position)
        if kind == b"trak":
            enabled.append(box(moov[position + 8 : position + size], b"tkhd")[3] & 1)
        position += size
    assert enabled == [1, 0, 0, 0, 0]


def test_tags_and_names(tmp_path: Path, separate: Separator) -> None:
    source = save(tmp_path / "a.mp3", noise(2, 9000), subtype="MPEG_LAYER_III", form="MP3")
    tag_mp3(source, (("title", "Mön Song"), ("bpm", "120")))
    folder = separate(source, format="stem.mp4", name="{song} {stem}")
    with av.open(str(folder / "a stems.stem.mp4")) as container:
        assert container.metadata["title"] == "Mön Song"
    assert json.loads(box((folder / "a stems.stem.mp4").read_bytes(), b"moov", b"udta", b"stem"))


def sums(of: tuple[str, ...], **options: str) -> dict[str, tuple[str, ...]]:
    request = request_from(Path("x.wav"), Path(), tuple(options.items()))
    found = bundle_sums(request, make_spec(stems=of))
    return {one.name: one.outputs for one in found}


def test_four_of_more_or_fewer() -> None:
    band = ("bass", "drums", "guitar", "piano", "other")
    assert sums(band) == {
        "bass": ("bass",), "drums": ("drums",), "guitar": ("guitar",),
        "other": ("other", "piano", "residual"),
    }  # fmt: skip
    assert sums(STEMS)["other"] == ("other", "residual")
    assert list(sums(("a", "b", "c"))) == ["a", "b", "c", "residual"]
    assert sums(("a", "b", "c", "d"))["d"] == ("d", "residual")
    assert sums(("a", "b", "c", "d"), residual_to="a") == {name: (name,) for name in "abcd"}
    with pytest.raises(BadValue, match="3 stems of the model tiny"):
        sums(("a", "b"))
    for option in ({"stems": "vocals"}, {"two_stems": "vocals"}, {"minus": "drums"}):
        with pytest.raises(BadValue, match="a choice of stems"):
            sums(STEMS, **option)
    assert combined(bundle_sums(request_from(Path("x.wav"), Path()), make_spec())) == (
        "other also holds residual"
    )


def test_what_is_no_mp4(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(struct.pack(">I4s", 8, b"mdat"))
    with pytest.raises(ValueError, match="not moov"):
        add_stem_box(tmp_path / "x", b"{}")


def test_errors_leave_nothing(tmp_path: Path, separate: Separator) -> None:
    source = save(tmp_path / "a.wav", noise(2, 900_000))
    separate.stop_at = 0.5
    with pytest.raises(Exception, match="was cancelled"):
        separate(source, format="stem.mp4")
    assert not separate.out.exists()
    high = save(tmp_path / "high.wav", noise(2, 3000), 192_000)
    with pytest.raises((BadValue, WriteFailed), match=r"192000 Hz as stem\.mp4"):
        separate.plan(high, format="stem.mp4")
