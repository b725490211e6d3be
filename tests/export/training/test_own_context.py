"""The model's own estimates as context: after one Gibbs step, or after several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from export.nets.families import band_unet
from export.nets.nade import Nade
from export.training import band_sums
from export.training.options import OptionError, TrainOptions
from export.training.trainer import Trainer
from tests.rigs.export.training import BAND, DEMUCS, SMALL, batch, trainer

CONFIGS = {**SMALL, "nade_demucs": DEMUCS}


def made(family: str, loss: str, **options: Any) -> tuple[Trainer, Any]:
    """A trainer, and batch 0 as it reads it."""
    found = trainer(family, {**CONFIGS[family], "conditional": True}, loss=loss, **options)
    data: Any = batch(0)
    if loss == "bands":
        runs = band_unet.Config(**BAND).runs
        data = band_sums.band_sums(torch.from_numpy(data), runs, 1024, 256)
        data = data.arrays()
    return found, found.criterion.read(data)


def by_hand(model: Nade, signal: Any, steps: list[torch.Tensor]) -> torch.Tensor:
    """Blocked Gibbs sampling in the plainest way; banded magnitudes where there is no phase."""
    state = torch.zeros_like(signal.stems)
    for masked in steps:
        wide = masked.reshape(*masked.shape, *[1] * (state.dim() - 2))
        given = state * ~wide
        if isinstance(signal, band_sums.BandSums):
            fresh = model.core.band_masks(signal.mix, given, model.flags(masked))
            fresh = fresh * signal.mix.unsqueeze(1)
        else:
            raw = model.call(signal.mix, given, model.flags(masked))
            fresh = raw if signal.phase is None else raw * signal.mix.unsqueeze(1)
        state = torch.where(wide, fresh, state)
    return state


@pytest.mark.parametrize(
    ("family", "loss"),
    [("band_unet", "bands"), ("m_unet", "spectral_indirect"), ("nade_demucs", "waveform")],
)
def test_own_estimates_are_those_of_a_chain(family: str, loss: str) -> None:
    found, data = made(family, loss, own_steps=4)
    masks = found._masks(2, 4, None)
    signal = found.criterion.encode(data, masks)
    every = torch.ones(2, dtype=torch.bool)
    steps = [torch.ones(2, 4, dtype=torch.bool), torch.eye(4, dtype=torch.bool)[:2]]
    with torch.no_grad():
        estimate = found.criterion.own_estimates(found.average, signal, every, steps)
        torch.testing.assert_close(estimate, by_hand(found.average, signal, steps))
        once = found.criterion.own_estimates(found.average, signal, every, steps[:1])
    changed = (estimate != once).flatten(2).any(-1)
    assert torch.equal(changed, steps[1])


def test_one_step_draws_nothing_and_more_draw_their_number() -> None:
    found, _ = made("band_unet", "waveform")
    state = found.generator.get_state()
    assert [masked.all() for masked in found._own_steps(3, 4)] == [True]
    assert torch.equal(found.generator.get_state(), state)
    found, _ = made("band_unet", "waveform", own_steps=3)
    counts = [len(found._own_steps(3, 4)) for _ in range(60)]
    assert set(counts) == {1, 2, 3}
    assert found._own_steps(3, 4)[0].all()


@pytest.mark.parametrize(("family", "loss"), [("band_unet", "bands"), ("c_unet", "waveform")])
def test_it_trains(family: str, loss: str) -> None:
    found, data = made(family, loss, own_steps=3, own_context=1.0)
    for _ in range(3):
        assert np.isfinite(found.learn(None, data)["loss"])


def test_items_that_are_given_nothing_get_no_estimates(monkeypatch: pytest.MonkeyPatch) -> None:
    found, data = made("band_unet", "bands", own_context=1.0)
    signal = found.criterion.encode(data, found._masks(2, 4, None))
    asked: list[list[bool]] = []
    own_estimates = found.criterion.own_estimates

    def noted(network: Nade, signal: Any, chosen: torch.Tensor, steps: Any) -> torch.Tensor:
        asked.append(chosen.tolist())
        return own_estimates(network, signal, chosen, steps)

    monkeypatch.setattr(found.criterion, "own_estimates", noted)
    contexts, after = [], []
    for gives in ([True, True], [True, False], [False, False]):
        found.generator.manual_seed(3)
        contexts.append(found._context(signal, torch.tensor(gives)))
        after.append(found.generator.get_state())
    assert asked == [[True, True], [True, False]]
    torch.testing.assert_close(contexts[1][0], contexts[0][0])
    torch.testing.assert_close(contexts[1][1], signal.stems[1])
    assert contexts[2] is signal.stems
    # What is drawn afterwards is the same: earlier trainings can be repeated.
    assert all(torch.equal(state, after[0]) for state in after)


def test_no_steps_are_an_error() -> None:
    with pytest.raises(OptionError, match="own_steps"):
        TrainOptions(own_steps=0)
