"""Commands for each kind of bank; timidity for real."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from export.data import playing, render, voices
from export.data.errors import DataError
from export.data.midi import Song, excerpt, read_song
from export.data.soundfonts import FOLDERS, SOUNDFONTS
from export.data.voices import StemVoice
from tests.rigs.export.midi import write_library

CONFIGURATION = """dir /patches
drumset 0
 35\tDrum_000/kick.pat amp=100
bank 0
 0\tgrand.pat amp=120 pan=center
 7\tclavinet.pat
 24\tnylon.pat
"""


def song_and_voice(tmp_path: Path, font: Path) -> tuple[Song, StemVoice]:
    library = write_library(tmp_path / "midi", {"a": "train"})
    part = excerpt(read_song(library.read("a.mid")), 0.0, 4.0)
    return part, voices.draw_voice(render.song_rng(0, "a"), "piano", (font,), 0, False)


def test_every_bank_has_a_synthesiser() -> None:
    for font in SOUNDFONTS:
        assert playing.SYNTHESISERS[Path(font.file).suffix] in playing.COMMANDS


def test_programs_without_a_patch_get_the_nearest_of_their_family() -> None:
    whole = playing.filled(CONFIGURATION)
    assert whole.startswith(CONFIGURATION.rstrip())
    added = whole[len(CONFIGURATION.rstrip()) :]
    patches = {int(k): v for k, v in re.findall(r"^ (\d+)\t(.*)$", added, re.MULTILINE)}
    assert set(patches) == set(range(128)) - {0, 7, 24}
    assert patches[3] == "grand.pat amp=120 pan=center"
    assert patches[4] == "clavinet.pat"
    assert patches[23] == "nylon.pat"  # no patch in its family: the nearest of all
    assert patches[31] == patches[127] == "nylon.pat"


def test_a_synthesiser_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = tmp_path / "freepats.cfg"
    bank.write_text(CONFIGURATION)
    song, voice = song_and_voice(tmp_path, bank)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DataError, match=r"install timidity \(Debian.*\[timidity-missing\]"):
        playing.render_stem(song, "piano", voice, 44100.0, tmp_path)
    monkeypatch.setattr(render, "find_soundfonts", lambda *_: (bank,))
    with pytest.raises(DataError, match="timidity-missing"):
        render.require_synthesisers(render.RenderOptions("train"))


@pytest.mark.timidity
def test_patches_play_in_time_and_repeatably(tmp_path: Path) -> None:
    bank = next(f / "freepats.cfg" for f in FOLDERS if (f / "freepats.cfg").is_file())
    song, voice = song_and_voice(tmp_path, bank)
    first, again = (playing.render_stem(song, "piano", voice, 44100.0, tmp_path) for _ in "ab")
    np.testing.assert_array_equal(first, again)
    assert first.shape == (4 * 44100, 2) and voices.audible(first)
    # One beat of silence before the first note (0.5 s): kept, or the stems would not be aligned.
    assert np.max(np.abs(first[:21000])) < 1e-4
    assert np.max(np.abs(first[22050:26000])) > 1e-2
    slower = playing.render_stem(song, "piano", voice, 40000.0, tmp_path)
    assert slower.shape == (4 * 40000, 2)
    assert np.max(np.abs(slower[20000:23500])) > 1e-2
    assert not list(tmp_path.glob("piano.*"))
