"""Kinds of samplers and laboratories: one that was cut is no shorter song."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from daw_bridge.errors import BadFile
from daw_bridge.files.audio.reader import probe
from daw_bridge.files.audio.samplers import survey_samplers
from daw_bridge.files.audio.span import Look
from daw_bridge.files.audio.survey import NO_END
from tests.rigs.encoded import cut
from tests.rigs.sounds import noise

N = 20_000
STATED = {
    "RIFX": 2,
    "AVR": 2,
    "SVX": 1,
    "MPC2K": 2,
    "NIST": 2,
    "WVE": 1,
    "SDS": 1,
    "MAT4": 2,
    "MAT5": 2,
}
UNSTATED = {"PAF": 2, "PVF": 2, "IRCAM": 2, "XI": 1}


def write(path: Path, form: str, channels: int, frames: int = N) -> Path:
    if form == "RIFX":
        soundfile.write(path, noise(channels, frames).T, 44100, "PCM_24", "BIG", "WAV")
        return path
    subtype = soundfile.default_subtype(form) or next(iter(soundfile.available_subtypes(form)))
    rate_hz = 8000 if form == "WVE" else 44100
    soundfile.write(path, noise(channels, frames).T, rate_hz, format=form, subtype=subtype)
    return path


@pytest.mark.parametrize("form", STATED)
@pytest.mark.parametrize("share", [0.3, 0.99])
def test_a_cut_one_is_refused(tmp_path: Path, form: str, share: float) -> None:
    path = write(tmp_path / "x.snd", form, STATED[form])
    whole = probe(path)
    assert (whole.frames, whole.damage, whole.notes) == (N, "", ())
    part = cut(path, int(share * path.stat().st_size))
    with pytest.raises(BadFile, match=r"damaged or truncated .*\(it has \d+ of \d+ bytes\)"):
        probe(part)
    assert 0.2 * N < probe(part, partial=True).frames < N


@pytest.mark.parametrize("form", UNSTATED)
def test_one_without_a_size_says_so(tmp_path: Path, form: str) -> None:
    path = write(tmp_path / "x.snd", form, UNSTATED[form])
    info = probe(path)
    assert (info.frames, info.notes) == (N, (NO_END,))


def test_a_trackers_instrument_states_its_size(tmp_path: Path) -> None:
    path = write(tmp_path / "x.xi", "XI", 1)
    data = bytearray(path.read_bytes())
    data[298:302] = (2 * N).to_bytes(4, "little")
    path.write_bytes(data)
    assert probe(path).notes == ()
    with pytest.raises(BadFile, match="it has"):
        probe(cut(path, -2000))


def test_others_are_none_of_these(tmp_path: Path) -> None:
    for form in ("WAV", "AIFF", "FLAC", "OGG", "AU", "CAF"):
        with Look(write(tmp_path / "x", form, 1)) as look:
            assert survey_samplers(look) is None
    path = tmp_path / "short"
    for content in (b"", b"2BIT", b"NIST_1A\n", b"\xf0\x7e", b"\1\4", b"MATLAB 5.0"):
        path.write_bytes(content)
        with Look(path) as look:
            survey_samplers(look)  # a stump raises nothing
