"""engines.stream: late windows, bad samples, broken estimates and silence do no harm."""

from __future__ import annotations

import numpy as np
import pytest

from engines.stream import Stream, stream_settings
from tests.rigs.stream_tools import BELOW_100_DBFS, KINDS, noise, pushed
from tests.rigs.tiny_models import GAINS, MakeModel


@pytest.mark.parametrize(("domain", "conditional"), KINDS)
def test_skipped_windows_put_the_mix_on_the_residual_and_fade(
    tiny: MakeModel, domain: str, conditional: bool
) -> None:
    model = tiny(domain=domain, conditional=conditional)
    chosen = stream_settings(model.spec, 44100, 2)
    stream = Stream(model, chosen)
    hop, fade = chosen.hop_samples, chosen.crossfade_samples
    mix = np.ones((2, 20 * hop), np.float32) / 2
    parts = []
    for k in range(20):
        late = 8 <= k < 12
        parts.append(stream.push(mix[:, k * hop : (k + 1) * hop], run=not late))
    out = np.concatenate([*parts, stream.flush()], axis=-1)
    assert stream.stats.skipped == 4 and stream.stats.windows == 20
    share = out[0, 0] / (GAINS[0] * 0.5)
    silent = np.flatnonzero(np.abs(share) < 1e-6)
    first, last = silent[0], silent[-1]
    assert first % hop == fade and last % hop == hop - 1
    assert last - first + 1 == 4 * hop - fade
    np.testing.assert_allclose(out[-1, 0, silent], 0.5, atol=1e-6)
    assert np.abs(np.diff(share[hop:-hop])).max() < 2.5 / fade
    assert np.abs(out.sum(axis=0) - mix).max() < BELOW_100_DBFS


def test_bad_samples_are_contained(tiny: MakeModel) -> None:
    model = tiny(domain="stft", conditional=True, couple=0.3)
    chosen = stream_settings(model.spec, 44100, 2, steps=3)
    mix = noise(2, 5000)
    clean, dirty = mix.copy(), mix.copy()
    for position, value in ((10, np.nan), (2000, np.inf), (2001, -np.inf), (2002, 3e38)):
        dirty[1, position], clean[1, position] = value, 0
    stream = Stream(model, chosen)
    out = pushed(stream, [dirty])
    assert stream.stats.nonfinite_in == 4
    assert np.array_equal(out, pushed(Stream(model, chosen), [clean]))
    assert np.isnan(dirty[1, 10])


@pytest.mark.parametrize("domain", ["waveform", "stft"])
@pytest.mark.parametrize("gain", [np.nan, np.inf, 1e9])
def test_broken_estimates_are_silenced_and_counted(
    tiny: MakeModel, domain: str, gain: float
) -> None:
    model = tiny(domain=domain, gains=(0.4, gain, 0.2, 0.1))
    stream = Stream(model, stream_settings(model.spec, 44100, 2))
    mix = noise(2, 2000)
    out = pushed(stream, [mix])
    assert stream.stats.nonfinite_out == stream.stats.windows == 16
    assert not out[:-1].any()
    assert np.array_equal(out[-1], mix)


def test_tiny_input_does_not_reach_the_model(tiny: MakeModel) -> None:
    model = tiny()
    stream = Stream(model, stream_settings(model.spec, 44100, 2))
    mix = np.full((2, 2000), 1e-38, np.float32)
    out = pushed(stream, [mix])
    assert stream.stats.silent == stream.stats.windows
    assert np.array_equal(out[-1], mix)


def test_silence_costs_no_network_call(tiny: MakeModel) -> None:
    model = tiny(conditional=True)
    stream = Stream(model, stream_settings(model.spec, 44100, 2))
    out = pushed(stream, [np.zeros((2, 4000), np.float32)])
    assert not out.any()
    assert stream.stats.network_calls == 0 and stream.stats.silent == stream.stats.windows == 32
