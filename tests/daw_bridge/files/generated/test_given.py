"""daw_bridge.files.generated.given: stems in blocks, at the model's rate and channels."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daw_bridge.files.audio.reader import probe
from daw_bridge.files.generated.given import GivenStem, as_channels, blocks
from tests.rigs.diffusion_model import diffusion_spec
from tests.rigs.sounds import load, noise, save

SPEC = replace(diffusion_spec(), channels=1)


def taken(path: Path, sizes: list[int]) -> np.ndarray:
    with ExitStack() as stack:
        stem = GivenStem(probe(path), SPEC, stack)
        return np.concatenate([stem.take(size) for size in sizes], axis=1)


def test_at_the_models_rate_it_is_as_it_is_and_silent_after_its_end(tmp_path: Path) -> None:
    path = save(tmp_path / "a.wav", noise(1, 900), 8000)
    found = taken(path, [1, 500, 700])
    assert found.shape == (1, 1201)
    assert np.array_equal(found[:, :900], load(path)) and not found[:, 900:].any()


@pytest.mark.parametrize("rate_hz", [16000, 44100])
def test_another_rate_is_resampled_and_stays_in_place(tmp_path: Path, rate_hz: int) -> None:
    at_s = np.arange(rate_hz // 5) / rate_hz
    tone = 0.1 * np.sin(2 * np.pi * 440 * at_s).astype(np.float32)[None]
    path = save(tmp_path / "a.wav", tone, rate_hz)
    found = taken(path, [333, 1267])
    expected = 0.1 * np.sin(2 * np.pi * 440 * np.arange(1600) / 8000)
    np.testing.assert_allclose(found[0, 200:1400], expected[200:1400], atol=1e-3)


def test_channels_are_averaged_and_doubled() -> None:
    stereo = noise(2, 10)
    np.testing.assert_allclose(as_channels(stereo, 1)[0], stereo.mean(axis=0), atol=1e-7)
    assert np.array_equal(as_channels(stereo[:1], 2), stereo[[0, 0]])
    assert as_channels(stereo, 2) is stereo


@pytest.mark.parametrize("samples", [66000, 80000])
@pytest.mark.parametrize("rate_hz", [8000, 16000])
def test_blocks_are_what_the_network_hears(tmp_path: Path, samples: int, rate_hz: int) -> None:
    path = save(tmp_path / "a.wav", noise(2, 70000 * rate_hz // 8000), rate_hz)
    found = np.concatenate(list(blocks(probe(path), SPEC, samples)), axis=1)
    assert found.shape == (1, min(samples, 70000))
    assert np.array_equal(found, taken(path, [found.shape[1]]))
