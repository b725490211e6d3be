"""No clicks where windows meet, on real music."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engines.stream import Stream, stream_settings
from engines.types import Audio
from tests.rigs.tiny_models import MakeModel

SONG = Path(__file__).parents[2] / "daw_bridge" / "demo" / "song.ogg"


def song(seconds: float) -> tuple[Audio, int]:
    with soundfile.SoundFile(SONG) as file:
        audio = file.read(round(seconds * file.samplerate), dtype="float32", always_2d=True)
        return np.ascontiguousarray(audio.T), file.samplerate


def roughness_db(audio: Audio, hop: int, width: int) -> Audio:
    """Energy of the second difference within `width` after hop boundaries over elsewhere, in dB."""
    bend = np.diff(audio.astype(np.float64), 2, axis=-1)
    near = (np.arange(bend.shape[-1]) + 1) % hop < width
    inside = np.square(bend[..., near]).mean(axis=(-2, -1))
    outside = np.square(bend[..., ~near]).mean(axis=(-2, -1))
    return 10 * np.log10(inside / outside)


@pytest.mark.parametrize("domain", ["waveform", "stft"])
@pytest.mark.parametrize("fade", [32, 96])
def test_windows_meet_without_a_click(tiny: MakeModel, domain: str, fade: int) -> None:
    """The tiny model's windows differ, as each has its own masks; without a fade they click."""
    model = tiny(domain=domain, conditional=True, couple=0.3)
    mix, rate_hz = song(1.5)
    chosen = replace(stream_settings(model.spec, rate_hz, 2, steps=4), crossfade_samples=fade)
    hop = chosen.hop_samples
    worst = {}
    for width in (0, fade):
        stream = Stream(model, replace(chosen, crossfade_samples=width))
        stems = np.concatenate([stream.push(mix), stream.flush()], axis=-1)[:-1]
        excess = roughness_db(stems, hop, max(width, 2)) - roughness_db(mix, hop, max(width, 2))
        worst[width] = excess.max()
    assert worst[fade] < 1.0 < worst[0]
