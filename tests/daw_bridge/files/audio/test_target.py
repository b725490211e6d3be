"""A disk that is full at the very end is told, whichever encoder writes there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from daw_bridge.errors import WriteFailed
from daw_bridge.files.audio import target
from daw_bridge.files.audio.formats import FORMATS
from daw_bridge.files.audio.target import Target
from daw_bridge.files.audio.writer import AudioWriter
from tests.rigs.sounds import noise

COMPRESSED = [name for name, form in FORMATS.items() if form.subtype != "AAC"
              and form.name == name and not form.bytes_per_sample]  # fmt: skip


class Small(Target):
    """A file on a disk of `room` bytes."""

    room = 1 << 30

    def write(self, data: bytes) -> int:
        if self.tell() + len(data) > self.room:
            self.error = self.error or OSError(28, "No space left on device")
            return 0
        return super().write(data)


def write(path: Path, name: str) -> None:
    audio = noise(2, 20_000)
    writer = AudioWriter(path, FORMATS[name], 48000, *audio.shape)
    try:
        writer.write(audio)
    finally:
        writer.close()


@pytest.mark.parametrize("name", COMPRESSED)
@pytest.mark.parametrize("missing", [1, 100, 3000])
def test_the_last_bytes_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, missing: int
) -> None:
    path = tmp_path / "x"
    monkeypatch.setattr("daw_bridge.files.audio.encoders.Target", Small)
    write(path, name)
    monkeypatch.setattr(Small, "room", path.stat().st_size - missing)
    with pytest.raises(WriteFailed, match="No space left on device"):
        write(path, name)


def test_a_file_remembers_its_error(tmp_path: Path) -> None:
    file = Target(tmp_path / "x")
    assert file.write(b"abcdef") == 6 and file.seek(2) == 2 and file.tell() == 2
    assert file.read(2) == b"cd" and file.error is None
    file.close()
    with pytest.raises(OSError, match="none"):
        target.Target(tmp_path / "none" / "x")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_device() -> None:
    file = Target(Path("/dev/full"))
    assert file.write(np.zeros(10).tobytes()) == 0
    assert file.error is not None and file.error.errno == 28
    file.close()
