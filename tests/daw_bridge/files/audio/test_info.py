"""Names of files as libsndfile takes them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from daw_bridge.files.audio.formats import audio_format
from daw_bridge.files.audio.reader import probe
from daw_bridge.files.audio.writer import AudioWriter
from tests.rigs.sounds import noise


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_names_need_not_be_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    writer = AudioWriter(path, audio_format("wav-f32"), 48000, 2, 10)
    writer.write(noise(2, 10))
    writer.close()
    assert probe(path).frames == 10
