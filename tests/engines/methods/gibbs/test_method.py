"""engines.methods.gibbs: the algorithm as published, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from engines.methods.gibbs.schedule import draw_masks
from engines.spec import ESTIMATES, ModelSpec, Schedule, StftDomain
from engines.stft import Stft
from engines.types import Audio
from engines.window import Control
from tests.rigs.tiny_models import MakeModel
from tests.rigs.window_tools import SIZE, window


def gibbs_as_published(
    spec: ModelSpec, net: object, mix: Audio, known: Audio, masks: np.ndarray
) -> tuple[Audio, int]:
    """Inference as docs/research/sources.md has it, in the plainest arithmetic: (S, C, ...), calls.

    Where the spec's schedule says so, the mean of each stem's draws instead of the last.
    """
    estimate = known.copy()
    total, count = np.zeros_like(known), np.zeros(len(known), np.float32)
    calls = 0
    for mask in masks:
        if not mask.any():
            continue
        m = mask.astype(np.float32).reshape(-1, *[1] * mix.ndim)
        flags = mask if spec.flag_hot == "masked" else ~mask
        y = net(mix, estimate * (1 - m), flags.astype(np.float32))
        estimate = np.where(m > 0, y, estimate)
        total[mask] += y[mask]
        count += mask
        calls += 1
    if spec.schedule and spec.schedule.estimate == "mean":
        estimate[count > 0] = (total.T / np.maximum(count, 1)).T[count > 0]
    return estimate, calls


@pytest.mark.parametrize("domain", ["waveform", "stft"])
@pytest.mark.parametrize("flag_hot", ["masked", "given"])
@pytest.mark.parametrize("known", [(), ("bass",), ("drums", "vocals")])
@pytest.mark.parametrize("steps", [1, 4, 16, 512])
@pytest.mark.parametrize("estimate", ESTIMATES)
def test_gibbs_is_the_published_algorithm_to_the_bit(
    tiny: MakeModel,
    domain: str,
    flag_hot: str,
    known: tuple[str, ...],
    steps: int,
    estimate: str,
) -> None:
    schedule = Schedule(estimate=estimate)
    model = tiny(domain=domain, conditional=True, couple=-0.4, flag_hot=flag_hot, schedule=schedule)
    spec, here = model.spec, window(known)
    masks = draw_masks(Schedule(), steps, 11, here.index, here.known_mask)
    if domain == "waveform":

        def net(mix: Audio, given: Audio, flags: Audio) -> Audio:
            feeds = {"mix": mix[None], "given": given[None], "flags": flags[None]}
            return model.session.run("stems", feeds)[0]

        wanted, calls = gibbs_as_published(spec, net, here.mix, here.known, masks)
        wanted = wanted[..., 100:400]
    else:
        assert isinstance(spec.domain, StftDomain)
        stft = Stft(spec.domain, SIZE, -here.origin % spec.domain.hop_samples)
        spectra = stft.forward(here.mix)
        mag = np.abs(spectra).swapaxes(-1, -2)

        def net(mix: Audio, given: Audio, flags: Audio) -> Audio:
            feeds = {"mix_mag": mix[None], "given_mag": given[None], "flags": flags[None]}
            return model.session.run("masks", feeds)[0] * mix

        known_mag = np.abs(stft.forward(here.known)).swapaxes(-1, -2)
        found_mag, calls = gibbs_as_published(spec, net, mag, known_mag, masks)
        first, end = stft.needed(100, 400)
        phase = np.exp(1j * np.angle(spectra))
        full = (found_mag.swapaxes(-1, -2) * phase)[..., first:end, :].astype(np.complex64)
        wanted = stft.inverse(full, 100, 400)
    found = model.method.run([here], Control(steps, seed=11))[0]
    assert found.network_calls == calls and found.steps == steps
    own = ~here.known_mask
    if domain == "waveform":
        assert np.array_equal(found.stems, wanted)
    else:
        # The phase is applied by another formula here, so not to the bit.
        np.testing.assert_allclose(found.stems[own], wanted[own], atol=2e-5)


@pytest.mark.parametrize("domain", ["waveform", "stft"])
@pytest.mark.parametrize("flag_hot", ["masked", "given"])
def test_flags_over_time_say_the_same_of_whole_windows(
    tiny: MakeModel, domain: str, flag_hot: str
) -> None:
    options = {"domain": domain, "conditional": True, "couple": -0.4, "flag_hot": flag_hot}
    plain, timed = tiny(**options), tiny(**options, flag_axis="time")
    windows = [window(("bass",), index) for index in range(2)]
    for control in (Control(1), Control(8, seed=2)):
        pairs = zip(
            plain.method.run(windows, control),
            timed.method.run(windows, control),
            strict=True,
        )
        assert all(np.array_equal(one.stems, other.stems) for one, other in pairs)


def test_proceed_is_asked_after_every_step(tiny: MakeModel) -> None:
    model = tiny(conditional=True)
    asked: list[tuple[int, int]] = []

    def proceed(done: int, steps: int) -> bool:
        asked.append((done, steps))
        return done < 5

    assert model.method.run([window()], Control(16, 0, proceed))[0].steps == 5
    assert asked == [(n, 16) for n in range(1, 6)]
