"""PyAV, the extra `formats`: there, or an error that names the extra; what it makes of a stump."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.pyav import pyav_version
from daw_bridge.files.audio.reader import AudioReader, probe
from tests.rigs.encoded import cut, encode, tone


def test_pyav_is_there() -> None:
    assert "PyAV" in pyav_version()


def read_all(path: Path, partial: bool = False) -> np.ndarray:
    with AudioReader(path, partial) as reader:
        return reader.read(1 << 20)


#: Codecs of which FFmpeg makes samples up where bytes are missing, in containers.
MADE_UP = [
    ("x.ac3", "ac3", None), ("x.eac3", "eac3", None), ("ac3.wav", "ac3", "wav"),
    ("ac3.vob", "ac3", "vob"), ("ac3.ts", "ac3", "mpegts"), ("mp2.ts", "mp2", "mpegts"),
    ("ac3.avi", "ac3", "avi"), ("wma.wav", "wmav2", "wav"), ("ac3.mkv", "ac3", "matroska"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "codec", "form"), MADE_UP)
@pytest.mark.parametrize("missing", [77, 501, 1333])
def test_nothing_is_made_up_for_what_is_missing(
    tmp_path: Path, name: str, codec: str, form: str | None, missing: int
) -> None:
    """`--partial` gives what the file holds, and no more."""
    path = encode(tmp_path / name, tone(60_000), codec, form=form, bit_rate=192_000)
    whole, part = read_all(path), cut(path, -missing)
    with pytest.raises(BadFile, match="damaged or truncated"):
        probe(part)
    read = read_all(part, partial=True)
    assert 40_000 < read.shape[1] <= whole.shape[1]
    assert read.shape != whole.shape or name in ("ac3.vob", "ac3.avi")  # padding, an index
    np.testing.assert_allclose(read, whole[:, : read.shape[1]], atol=1e-6)


def test_what_is_made_up_within_the_audio_keeps_its_place(tmp_path: Path) -> None:
    """What follows a broken frame stays where it was."""
    path = encode(tmp_path / "x.mka", tone(90_000), "ac3")
    whole, data = read_all(path), bytearray(path.read_bytes())
    at = data.index(b"\x0b\x77", len(data) // 2)
    data[at + 4] += 8  # a larger frame, says its header
    path.write_bytes(data)
    with pytest.raises(BadFile, match="a packet is not whole"):
        probe(path)
    read = read_all(path, partial=True)
    assert read.shape == whole.shape
    error = read[:, -30_000:] - whole[:, -30_000:]  # AC-3 decoders add noise of their own
    assert float(np.sqrt(np.mean(error**2))) < 0.02 < float(np.std(whole[:, -30_000:]))
