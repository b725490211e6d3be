"""Windows of songs by tag, and the equalisers measured over them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from export.__main__ import main
from export.common.equaliser import load_equalisers
from export.data.equalising import measured
from export.data.tag_windows import TagWindow, rendered_windows
from tests.rigs.export.tagged import write_songs


def noise(seed: int, low: bool) -> np.ndarray:
    """(2, 44100): noise below or above 5 kHz."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal((2, 44100)))
    spectrum[:, 5000:] *= not low
    spectrum[:, :5000] *= low
    return np.fft.irfft(spectrum).astype(np.float32) * 0.1


def test_the_gain_is_that_of_the_tag_in_the_mix() -> None:
    flute, kick = noise(0, False), noise(1, True)
    windows = [
        TagWindow("a", flute + kick, {"flute": flute, "kick": kick}, ()),
        TagWindow("b", flute + kick, {"kick": kick}, ()),
        TagWindow("c", 2 * kick, {"kick": kick}, ()),
    ]
    found = measured(windows)
    assert found.songs == {"flute": 1, "kick": 3}
    low, high = np.array([1000.0, 3000.0]), np.array([9000.0, 15000.0])
    np.testing.assert_allclose(found.gain("flute", low), 0, atol=0.03)
    np.testing.assert_allclose(found.gain("flute", high), 1, atol=0.03)
    np.testing.assert_allclose(found.gain("kick", low), (1 + 1 + 0.5) / 3, atol=0.03)


def test_windows_are_where_most_sounds(tmp_path: Path) -> None:
    """The last seconds of a song, in which a part comes in."""
    write_songs(tmp_path, "test", 1)
    (window,) = rendered_windows(tmp_path, "test", 3.0, 2)
    assert window.mix.shape == (2, 3 * 44100) and len(window.absent) == 2
    assert {"flute", "kick", "bass"} <= set(window.present)
    assert not set(window.absent) & set(window.present)
    assert "woodwinds" in window.present, "a group of which all parts are known"
    (again,) = rendered_windows(tmp_path, "test", 3.0, 2)
    assert again.absent == window.absent


def test_the_command_writes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_songs(tmp_path, "train", 2)
    out = tmp_path / "eq.json"
    line = ["equalisers", "--bands", str(tmp_path), "-o", str(out), "--seconds", "3"]
    assert main(line) == 0
    printed = capsys.readouterr().out
    assert "of 2 songs" in printed and "flute 2" in printed
    found = load_equalisers(out)
    high, low = found.gain("flute", np.array([2000.0])), found.gain("flute", np.array([100.0]))
    assert high > 0.5 > low
    assert main([*line[:-2], "--split", "valid"]) != 0
    assert "no songs in" in capsys.readouterr().err
