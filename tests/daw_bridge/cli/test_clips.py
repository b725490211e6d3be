"""The README's clips: cut out of a demo's stems, faded, and written as MP3."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.cli.clips import FADE_S, LENGTH_S, START_S, clips, main
from tests.rigs.sounds import noise, save

RATE_HZ = 8000
STEMS = ("bass", "drums", "residual")


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A folder as `daw-bridge demo` leaves it."""
    (tmp_path / "demo").mkdir()
    for seed, name in enumerate(STEMS):
        audio = noise(2, round((START_S + LENGTH_S + 1) * RATE_HZ), seed)
        save(tmp_path / "demo" / f"{name}.wav", audio, RATE_HZ)
    return tmp_path / "demo"


def test_a_clip_is_an_excerpt_that_fades_in_and_out(demo: Path) -> None:
    found, rate_hz = clips(demo)
    assert rate_hz == RATE_HZ
    start, length = round(START_S * RATE_HZ), round(LENGTH_S * RATE_HZ)
    whole = noise(2, round((START_S + LENGTH_S + 1) * RATE_HZ), 1).T[start : start + length]
    drums, fade = found["drums"], round(FADE_S * RATE_HZ)
    assert drums.shape == (length, 2)
    np.testing.assert_array_equal(drums[fade:-fade], whole[fade:-fade])
    assert not drums[0].any() and not drums[-1].any()
    assert np.all(np.abs(drums[:fade]) <= np.abs(whole[:fade]))


def test_the_mix_is_the_sum_and_one_clip_lacks_the_drums(demo: Path) -> None:
    found, _ = clips(demo)
    assert set(found) == {"mix", "without-drums", *STEMS}
    total = sum(found[name].astype(np.float64) for name in STEMS)
    np.testing.assert_allclose(found["mix"], total, atol=1e-6)
    rest = found["bass"].astype(np.float64) + found["residual"]
    np.testing.assert_allclose(found["without-drums"], rest, atol=1e-6)


def test_each_is_written_as_mp3(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(demo, tmp_path / "out") == 0
    paths = sorted((tmp_path / "out").iterdir())
    printed = capsys.readouterr().out
    assert [path.stem for path in paths] == sorted({"mix", "without-drums", *STEMS})
    for path in paths:
        info = soundfile.info(path)
        assert (info.format, info.samplerate, info.channels) == ("MP3", RATE_HZ, 2)
        assert f"wrote {path}: {path.stat().st_size} bytes" in printed
