"""engines.stream: known stems come back untouched and help the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engines.load import Model
from engines.methods import make_method
from engines.spec import Schedule
from engines.stream import Stream, stream_settings
from tests.rigs.stream_tools import KINDS, noise, pushed
from tests.rigs.tiny_models import GAINS, STEMS, MakeModel


@pytest.mark.parametrize("domain", ["waveform", "stft"])
def test_known_stem_of_a_one_pass_model_is_taken_out_of_the_mix(
    tiny: MakeModel, domain: str
) -> None:
    model = tiny(domain=domain)
    mix, drums = noise(2, 3000), noise(2, 3000, seed=1)
    stream = Stream(model, stream_settings(model.spec, 44100, 2, known=("drums",)))
    out = pushed(stream, [mix], {"drums": [drums]})
    assert np.array_equal(out[0], drums)
    for stem in (1, 2, 3):
        np.testing.assert_allclose(out[stem], GAINS[stem] * (mix - drums), atol=2e-6)


@pytest.mark.parametrize(("domain", "conditional"), KINDS)
def test_known_stem_that_the_model_lacks_is_taken_out_and_given_back(
    tiny: MakeModel, domain: str, conditional: bool
) -> None:
    model = tiny(domain=domain, conditional=conditional)
    mix, choir = noise(2, 3000), noise(2, 3000, seed=1)
    stream = Stream(model, stream_settings(model.spec, 44100, 2, known=("choir",)))
    out = pushed(stream, [mix], {"choir": [choir]})
    assert np.array_equal(out[4], choir)
    for stem, gain in enumerate(GAINS):
        np.testing.assert_allclose(out[stem], gain * (mix - choir), atol=2e-6)


@pytest.mark.parametrize("domain", ["waveform", "stft"])
def test_known_stem_conditions_the_others(tiny: MakeModel, domain: str) -> None:
    model = tiny(domain=domain, conditional=True, couple=0.5)
    chosen = stream_settings(model.spec, 44100, 2, known=("drums",))
    mix = noise(2, 3000)
    outs = []
    for seed in (1, 2):
        drums = noise(2, 3000, seed)
        outs.append(pushed(Stream(model, chosen), [mix], {"drums": [drums]}))
    assert not np.allclose(outs[0][1], outs[1][1])


def test_known_stem_is_clamped_exactly(tiny: MakeModel) -> None:
    """One step, waveform: bass = g * mix + couple * (drums + 0.01 * g * mix), by the model."""
    model = tiny(conditional=True, couple=0.5)
    mix, drums = noise(2, 3000), noise(2, 3000, seed=1)
    chosen = stream_settings(model.spec, 44100, 2, steps=1, known=("drums",))
    out = pushed(Stream(model, chosen), [mix], {"drums": [drums]})
    for stem in (1, 2, 3):
        linear = GAINS[stem] * mix
        np.testing.assert_allclose(out[stem], linear + 0.5 * (drums + 0.01 * linear), atol=2e-6)


def subtracting(model: Model) -> Model:
    """The same model, whose known stems leave the mix."""
    spec = replace(model.spec, schedule=Schedule(known="subtracted"))
    return replace(model, spec=spec, method=make_method(spec, model.session))


@pytest.mark.parametrize("domain", ["waveform", "stft"])
@pytest.mark.parametrize("steps", [1, 5])
def test_known_stems_leave_the_mix_and_count_as_silent(
    tiny: MakeModel, domain: str, steps: int
) -> None:
    model = subtracting(tiny(domain=domain, conditional=True, couple=0.5))
    mix, drums, bass = (noise(2, 3000, seed) for seed in range(3))
    chosen = stream_settings(model.spec, 44100, 2, steps=steps, known=("drums", "bass"))
    out = pushed(Stream(model, chosen), [mix], {"drums": [drums], "bass": [bass]})
    assert np.array_equal(out[0], drums) and np.array_equal(out[1], bass)
    silence = np.zeros_like(mix)
    rest = mix - (drums + bass)
    wanted = pushed(Stream(model, chosen), [rest], {"drums": [silence], "bass": [silence]})
    np.testing.assert_allclose(out[2:4], wanted[2:4], atol=2e-6)


def test_all_stems_known_leaves_the_rest_on_the_residual(tiny: MakeModel) -> None:
    model = tiny(conditional=True, couple=0.5)
    known = {name: noise(2, 1000, i) for i, name in enumerate(STEMS)}
    stream = Stream(model, stream_settings(model.spec, 44100, 2, known=STEMS))
    mix = noise(2, 1000, 77)
    out = pushed(stream, [mix], {name: [audio] for name, audio in known.items()})
    np.testing.assert_allclose(out[-1], mix - sum(known.values()), atol=1e-6)
    assert stream.stats.network_calls == 0
