"""Ogg pages: links, lost pages, ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.ogg import pages, survey_ogg
from daw_bridge.files.audio.reader import probe
from daw_bridge.files.audio.span import Look
from tests.rigs.encoded import joined
from tests.rigs.sounds import noise, save


def vorbis(path: Path, frames: int = 200_000) -> Path:
    return save(path, noise(2, frames), 44100, "VORBIS", "OGG")


def test_pages_cover_the_file(tmp_path: Path) -> None:
    path = vorbis(tmp_path / "a.ogg")
    with Look(path) as look:
        found = list(pages(look))
    assert sum(one.size for one in found) == path.stat().st_size
    assert [one.number for one in found] == list(range(len(found)))


def test_each_link_is_a_part(tmp_path: Path) -> None:
    chain = joined(tmp_path / "c.ogg", vorbis(tmp_path / "a.ogg"), vorbis(tmp_path / "b.ogg", 9000))
    with Look(chain) as look:
        found = survey_ogg(look)
    assert found is not None and len(found.parts) == 2 and not found.damage
    assert found.parts[0].stretch.end == found.parts[1].stretch.start


def test_a_lost_page_is_damage(tmp_path: Path) -> None:
    path = vorbis(tmp_path / "a.ogg")
    with Look(path) as look:
        lost = list(pages(look))[4]
    data = path.read_bytes()
    path.write_bytes(data[: lost.at] + data[lost.at + lost.size :])
    with pytest.raises(BadFile, match="1 of its Ogg pages are missing"):
        probe(path)
    assert probe(path, partial=True).damage


def test_other_files_are_none(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"OggS")
    with Look(path) as look:
        found = survey_ogg(look)
    assert found is not None and "not complete" in found.damage
    path.write_bytes(b"RIFF")
    with Look(path) as look:
        assert survey_ogg(look) is None
