"""What training hides: stems, from when on, and stems that are known only as sums."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from export.common.batch import Batch
from export.nets.families import band_unet
from export.nets.masks import EARLIEST, LATEST, Masks, draw_masks, draw_since, together
from export.training import band_sums
from export.training.criterion import LossError
from export.training.options import OptionError
from tests.rigs.export.training import BAND, DEMUCS, SMALL, batch
from tests.rigs.export.training import conditional_trainer as trainer

GROUPS = np.array([[0, 1, 1, 2], [0, 1, 2, 3]], np.int8)


def grouped() -> Batch:
    """Batch 0 with the sum of its first item's stems 1 and 2 in place of both."""
    stems = batch(0)
    stems[0, 1] += stems[0, 2]
    stems[0, 2] = 0
    return Batch(stems, GROUPS)


def test_hidden_parts_begin_where_they_should() -> None:
    stems = torch.tensor([[True, False], [True, True]])
    assert Masks(stems).hidden(4) is stems
    hidden = Masks(stems, torch.tensor([0.0, 0.6])).hidden(10)
    assert hidden[0].tolist() == [[True] * 10, [False] * 10]
    assert hidden[1].tolist() == [[False] * 6 + [True] * 4] * 2


def test_only_an_item_hidden_as_a_whole_is_given_nothing() -> None:
    stems = torch.tensor([[True, True], [True, False], [True, True]])
    assert Masks(stems).gives.tolist() == [False, True, False]
    assert Masks(stems, torch.tensor([0.0, 0.0, 0.3])).gives.tolist() == [False, True, True]


def test_means_are_over_hidden_frames() -> None:
    stems = torch.tensor([[True, False], [True, True]])
    masks = Masks(stems, torch.tensor([0.0, 0.5]))
    values = torch.arange(2 * 2 * 3 * 4.0).reshape(2, 2, 3, 4)
    mean = masks.mean(values)
    torch.testing.assert_close(mean[0], values[0].mean((1, 2)))
    torch.testing.assert_close(mean[1], values[1, ..., 2:].mean((1, 2)))
    torch.testing.assert_close(masks.row_mean(values[stems], stems), mean[stems])
    torch.testing.assert_close(Masks(stems).mean(values), values.mean((2, 3)))


def test_drawn_places_and_the_share_that_draws_nothing() -> None:
    generator = torch.Generator().manual_seed(0)
    state = generator.get_state()
    assert draw_since(100, 0, generator) is None
    assert torch.equal(generator.get_state(), state)
    since = draw_since(2000, 0.25, generator)
    assert since is not None
    late = since[since > 0]
    assert len(late) / 2000 == pytest.approx(0.25, abs=0.04)
    assert EARLIEST <= late.min() < 0.25 and 0.9 < late.max() <= LATEST
    assert draw_masks(9, 3, generator).any(1).all()


def test_sums_of_groups() -> None:
    groups = torch.from_numpy(GROUPS).long()
    assert together(groups).tolist() == [[False, True, True, False], [False] * 4]
    masks = Masks(torch.ones(2, 4, dtype=torch.bool), None, groups)
    assert masks.scored.tolist() == [[True, True, False, True], [True] * 4]
    merged = masks.merged(torch.arange(8.0).reshape(2, 4, 1))
    assert merged[..., 0].tolist() == [[0, 1 + 2, 0, 3], [4, 5, 6, 7]]


@pytest.mark.parametrize(
    ("family", "loss"),
    [("band_unet", "waveform"), ("m_unet", "spectral_indirect"), ("nade_demucs", "waveform_l2")],
)
def test_the_truth_of_a_sum_is_all_that_a_loss_sees(family: str, loss: str) -> None:
    made = trainer(family, {**SMALL, "nade_demucs": DEMUCS}[family], loss=loss, own_context=0.0)
    known = grouped()
    groups, stems = made.criterion.groups(known), made.criterion.read(known)
    masks = made._masks(2, 4, groups)
    masks = dataclasses.replace(masks, stems=torch.ones(2, 4, dtype=torch.bool))
    signal = made.criterion.encode(stems, masks)
    found = made.criterion.errors(stems, signal, signal.stems, masks, made.generator)
    assert (found[~masks.scored] == 0).all() and (found[masks.scored] > 0).all()
    if loss == "waveform_l2":
        raw = made.model.predict(signal, signal.stems, masks.stems)
        raw[0, 1] += raw[0, 2]
        wanted = ((made.model.waveforms(signal, raw) - stems) ** 2).mean((2, 3))
        torch.testing.assert_close(found[masks.scored], wanted[masks.scored])


def test_stems_of_a_sum_are_always_hidden() -> None:
    made = trainer("band_unet", BAND, loss="waveform", late_share=1.0)
    groups = torch.from_numpy(GROUPS).long()
    for _ in range(50):
        masks = made._masks(2, 4, groups)
        assert masks.since is not None
        assert masks.stems[0, 1:3].all() and masks.since[0] == 0 and masks.since[1] > 0


def test_band_sums_carry_groups() -> None:
    class Known:
        def batch(self, step: int) -> Batch:
            return grouped()

    made = trainer("band_unet", BAND, loss="bands")
    sums = made.criterion.source(Known)().batch(0)
    assert isinstance(sums, band_sums.BandSums)
    assert np.array_equal(sums.groups, GROUPS)
    assert (sums.energy[0, 2] == 0).all()
    assert made.train_step(sums)["loss"] > 0


def test_networks_of_drawn_passes_refuse_sums() -> None:
    made = trainer("c_unet", SMALL["c_unet"], loss="spectral_indirect")
    with pytest.raises(LossError, match="c_unet"):
        made.train_step(grouped())


@pytest.mark.parametrize(
    ("family", "loss"),
    [
        ("band_unet", "waveform"), ("band_unet", "bands"), ("band_unet", "bands_sdr"),
        ("band_unet", "bands_l2"),
        ("m_unet", "spectral_direct"), ("nade_demucs", "waveform_l2"), ("c_unet", "waveform"),
    ],
)  # fmt: skip
def test_every_loss_trains_on_late_masks(family: str, loss: str) -> None:
    made = trainer(family, {**SMALL, "nade_demucs": DEMUCS}[family], loss=loss, late_share=0.5)
    runs = band_unet.Config(**BAND).runs
    for step in range(2):
        data: Any = batch(step)
        if loss.startswith("bands"):
            data = band_sums.band_sums(torch.from_numpy(data), runs, 1024, 256)
            data = data.arrays()
        assert np.isfinite(made.train_step(data)["loss"])


def test_the_past_of_a_hidden_stem_is_given_and_its_future_is_not() -> None:
    made = trainer("band_unet", BAND, loss="waveform", late_share=1.0, own_context=0.0)
    seen: list[tuple[torch.Tensor, torch.Tensor]] = []
    forward = made.model.core.forward

    def spy(mix: torch.Tensor, given: torch.Tensor, flags: torch.Tensor) -> torch.Tensor:
        seen.append((given, flags))
        return forward(mix, given, flags)

    made.model.core.forward = spy  # type: ignore[method-assign]
    made.train_step(batch(0))
    given, flags = seen[0]
    assert flags.dim() == 3
    loud = given.abs().amax((2, 3)) > 0
    assert torch.equal(loud, flags == 0)
    assert (flags[..., 0] == 0).all() and (flags[..., -1] == 1).any(1).all()


def test_late_masks_need_flags_over_time() -> None:
    with pytest.raises(OptionError, match="flag_axis"):
        trainer("band_unet", BAND, "stem", loss="waveform", late_share=0.5)
