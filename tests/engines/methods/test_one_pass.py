"""engines.methods.one_pass: one network call on the mix less the known stems."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engines.window import Control
from tests.rigs.tiny_models import GAINS, STEMS, MakeModel
from tests.rigs.window_tools import START, STOP, window


@pytest.mark.parametrize("domain", ["waveform", "stft"])
@pytest.mark.parametrize("known", [(), ("bass",), STEMS])
def test_stems_are_those_of_the_mix_less_the_known(
    tiny: MakeModel, domain: str, known: tuple[str, ...]
) -> None:
    model, windows = tiny(domain=domain), [window(known, index) for index in range(3)]
    for one, found in zip(windows, model.method.run(windows, Control(1)), strict=True):
        rest = (one.mix - one.known.sum(axis=0))[:, START:STOP]
        for stem, (name, gain) in enumerate(zip(STEMS, GAINS, strict=True)):
            wanted = one.known[stem, :, START:STOP] if name in known else gain * rest
            np.testing.assert_allclose(found.stems[stem], wanted, atol=1e-5)


@pytest.mark.parametrize("domain", ["waveform", "stft"])
def test_it_is_one_call_and_one_step_whatever_is_asked(tiny: MakeModel, domain: str) -> None:
    asked: list[tuple[int, int]] = []
    control = Control(16, 0, lambda done, steps: bool(asked.append((done, steps))))
    (found,) = tiny(domain=domain).method.run([window()], control)
    assert (found.steps, found.network_calls) == (1, 1)
    assert asked == [(1, 1)]


def test_what_is_given_stays_as_it_is(tiny: MakeModel) -> None:
    here = window(("bass",))
    before = replace(here, mix=here.mix.copy(), known=here.known.copy())
    tiny().method.run([here], Control(1))
    assert np.array_equal(here.mix, before.mix) and np.array_equal(here.known, before.known)
