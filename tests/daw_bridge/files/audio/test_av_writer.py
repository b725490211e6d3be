"""AAC in MP4: what PyAV writes, as PyAV and the edit list say it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import BadValue, WriteFailed
from daw_bridge.files.audio.av_writer import AacFile, require_pyav
from tests.rigs.sounds import Array, noise

av = pytest.importorskip("av")


def best_lag(back: Array, audio: Array) -> int:
    """Samples by which `back` is late, of -3 to 3, by correlation."""
    middle = slice(1000, -1000)
    scores = [np.vdot(np.roll(back, -k)[0, middle], audio[0, middle]) for k in range(-3, 4)]
    return int(np.argmax(scores)) - 3


def write(path: Path, audio: Array, rate_hz: int, kbps: int = 256) -> None:
    file = AacFile(path, rate_hz, len(audio), kbps)
    for start in range(0, audio.shape[1], 5000):
        file.write(audio[:, start : start + 5000])
    file.close()


@pytest.mark.parametrize("rate_hz", [8000, 44100, 48000, 96000])
@pytest.mark.parametrize(("channels", "frames"), [(1, 30_011), (2, 20_480), (2, 100), (2, 1)])
def test_the_edit_list_states_length_and_place(
    tmp_path: Path, rate_hz: int, channels: int, frames: int
) -> None:
    path, audio = tmp_path / "caf\udce9.m4a", noise(channels, frames)
    write(path, audio, rate_hz, 80)
    with path.open("rb") as file, av.open(file) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.channels) == (rate_hz, channels)
        assert (stream.duration, stream.time_base.denominator) == (frames, rate_hz)
        back = np.concatenate([frame.to_ndarray() for frame in container.decode(stream)], 1)
    if frames > 10_000:
        assert best_lag(back[:, :frames], audio) == 0


def test_the_bit_rate(tmp_path: Path) -> None:
    write(tmp_path / "x.m4a", noise(2, 441_000), 44100, 128)
    assert abs((tmp_path / "x.m4a").stat().st_size * 8 / 10 / 128_000 - 1) < 0.1


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(WriteFailed, match="none"):
        AacFile(tmp_path / "none" / "x.m4a", 44100, 2, 256)
    AacFile(tmp_path / "x.m4a", 44100, 2, 256).close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk() -> None:
    file = AacFile(Path("/dev/full"), 44100, 2, 256)
    with pytest.raises(WriteFailed, match="/dev/full could not be written"):
        for _ in range(40):
            file.write(noise(2, 44100))
    with pytest.raises(WriteFailed):
        file.close()


def test_without_pyav(monkeypatch: pytest.MonkeyPatch) -> None:
    require_pyav("m4a")
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(BadValue, match=r"format m4a without PyAV; expected the extra `formats`"):
        require_pyav("m4a")
