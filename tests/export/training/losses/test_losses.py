"""Every loss: what it measures, that it trains, and that the old ones kept their numbers."""

from typing import Any

import numpy as np
import pytest
import torch

from export.nets.masks import Masks
from export.training import band_sums, losses
from export.training.criterion import LossError, Passes
from export.training.trainer import Trainer
from tests.rigs.export.training import BAND, DEMUCS, SMALL, UNET, batch, trainer


def test_scan_and_unknown_names() -> None:
    assert set(losses.names()) >= {
        "waveform", "waveform_l2", "spectral_indirect", "spectral_direct", "bands", "bands_l2",
        "bands_sdr",
    }  # fmt: skip
    with pytest.raises(LossError, match="spectral_direct"):
        trainer("m_unet", UNET, loss="no_such")


@pytest.mark.parametrize(
    ("conditional", "own", "expected"),
    [
        (True, 0.5, (0.45948925614356995, 0.4605250954627991, 0.45336294174194336)),
        (True, 1.0, (0.45948925614356995, 0.4605250954627991, 0.4577590823173523)),
        (False, 0.5, (0.5152644515037537, 0.53217613697052, 0.5159011483192444)),
    ],
)
def test_waveform_kept_its_numbers(
    conditional: bool, own: float, expected: tuple[float, ...]
) -> None:
    """Values of three steps as version 0.1.0 has them (torch 2.13 on x86-64).

    Plain gradient descent: AdamW divides gradients that are zero but for rounding by their own
    size, so its steps differ between processors.
    """
    config = {**BAND, "conditional": conditional}
    made = trainer("band_unet", config, own_context=own, optimiser="sgd")
    found = [made.train_step(batch(step))["loss"] for step in range(3)]
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("bands", (0.4515184462070465, 0.43791836500167847, 0.4405456781387329)),
        ("bands_sdr", (-0.09247562289237976, -0.12039999663829803, -0.12185558676719666)),
    ],
)
def test_band_losses_kept_their_numbers(loss: str, expected: tuple[float, ...]) -> None:
    made = trainer("band_unet", BAND, loss=loss, stem_weights="1,1,2,1")
    found = [made.train_step(sums(step))["loss"] for step in range(3)]
    assert found == pytest.approx(expected, rel=2e-3)
    assert found[0] == pytest.approx(expected[0], rel=1e-5)


@pytest.mark.parametrize(("loss", "least"), [("bands", 1.0), ("bands_l2", 2 / 3)])
def test_which_share_is_best_of_a_sound_that_could_be_of_two_stems(
    loss: str, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three items sound alike; in two of them the sound is stem 0, in the third stem 1."""
    made = trainer("band_unet", BAND, loss=loss)
    sound = torch.from_numpy(np.broadcast_to(batch(0)[:1].sum(1), (1, 1, 8000)).copy())
    stems = torch.zeros(3, 4, 1, 8000)
    stems[0, 0] = stems[1, 0] = stems[2, 1] = sound
    from export.nets.families import band_unet

    read = band_sums.band_sums(stems, band_unet.Config(**BAND).runs, 1024, 256)
    masks = Masks(torch.ones(3, 4, dtype=torch.bool))

    def error(share: float) -> float:
        monkeypatch.setattr(made.criterion, "masks", lambda *_: torch.full_like(read.stems, share))
        found = made.criterion.errors(read, read, None, masks, made.generator)
        return float(found[:, 0].mean())

    shares = [0.0, 1 / 3, 0.5, 2 / 3, 0.8, 1.0]
    assert min(shares, key=error) == least


def sums(step: int) -> band_sums.BandSums:
    from export.nets.families import band_unet

    runs = band_unet.Config(**BAND).runs
    made = band_sums.band_sums(torch.from_numpy(batch(step)), runs, 1024, 256)
    return made.arrays()


def errors_of(made: Trainer) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Errors and masks of batch 0, and the masks that the network made of its mixture alone."""
    made.model.eval()
    stems = made.criterion.read(batch(0))
    errors, masked = made.errors(stems)
    raw = made.model(made.model.encode(stems.sum(1)).mix)
    return errors, masked, raw


@pytest.mark.parametrize("loss", ["waveform", "waveform_l2"])
def test_waveform_losses_by_hand(loss: str) -> None:
    made = trainer("m_unet", UNET, loss=loss)
    stems = torch.from_numpy(batch(0))
    errors, masked, raw = errors_of(made)
    assert masked.all()
    estimate = made.model.waveforms(made.model.encode(stems.sum(1)), raw)
    if loss == "waveform":
        level = stems.sum(1).abs().mean((1, 2))
        expected = (estimate - stems).abs().mean((2, 3)) / level[:, None]
    else:
        expected = ((estimate - stems) ** 2).mean((2, 3))
    torch.testing.assert_close(errors, expected)


@pytest.mark.parametrize("loss", ["spectral_indirect", "spectral_direct"])
def test_spectral_losses_by_hand_on_the_warped_axis(loss: str) -> None:
    made = trainer("m_unet", UNET, loss=loss)
    stems = torch.from_numpy(batch(0))
    errors, _, _ = errors_of(made)
    core, signal = made.model.core, made.model.encode(stems.sum(1), stems)
    assert signal.stems is not None
    mix, truth = core.warp(signal.mix).unsqueeze(1), core.warp(signal.stems)
    masks = core.warped_masks(signal.mix, None, None)
    assert masks.shape[-2] == 32
    indirect = (truth - masks * mix).abs().mean((2, 3, 4))
    direct = ((truth / mix).clamp(max=10) - masks).abs().mean((2, 3, 4))
    expected = indirect if loss == "spectral_indirect" else direct
    torch.testing.assert_close(errors, expected)
    total = made.combined(errors, torch.ones(2, 4, dtype=torch.bool), torch.ones(2, 4))
    torch.testing.assert_close(total, expected.sum(1).mean())  # the published sum over stems


def test_a_silent_mixture_has_direct_targets_of_zero() -> None:
    made = trainer("m_unet", UNET, loss="spectral_direct")
    masks, nothing = torch.full((1, 1, 3, 2), 0.25), torch.zeros(1, 1, 3, 2)
    assert (made.criterion.distance(masks, nothing, nothing) == 0.25).all()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("family", "loss"),
    [
        ("m_unet", "waveform"), ("m_unet", "waveform_l2"), ("m_unet", "spectral_indirect"),
        ("m_unet", "spectral_direct"), ("c_unet", "spectral_indirect"), ("c_unet", "waveform"),
        ("band_unet", "spectral_indirect"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("conditional", [False, True])
def test_only_masked_stems_have_errors(family: str, loss: str, conditional: bool) -> None:
    made = trainer(family, {**SMALL[family], "conditional": conditional}, loss=loss)
    stems = made.criterion.read(np.concatenate([batch(step) for step in range(3)]))
    errors, masked = made.errors(stems)
    assert masked.all() != conditional
    assert (errors[~masked] == 0).all()
    assert (errors >= 0).all()
    if family != "c_unet":  # which draws one pass per item
        assert (errors[masked] > 0).all()
    errors.sum().backward()
    assert all(
        torch.isfinite(weight.grad).all()
        for weight in made.model.parameters()
        if weight.grad is not None
    )


@pytest.mark.parametrize(
    ("family", "loss"),
    [
        ("m_unet", "waveform_l2"), ("m_unet", "spectral_indirect"),
        ("m_unet", "spectral_direct"), ("c_unet", "spectral_indirect"),
        ("band_unet", "waveform"), ("band_unet", "bands"), ("band_unet", "bands_sdr"),
        ("band_unet", "bands_l2"),
    ],
)  # fmt: skip
def test_training_learns(family: str, loss: str) -> None:
    made = trainer(family, SMALL[family], loss=loss, stem_weights="1,1,2,1")
    fixed = sums(0) if loss.startswith("bands") else batch(0)
    before = typical(made, fixed)
    for _ in range(24):
        made.train_step(fixed)
    assert typical(made, fixed) < before - 0.1 * abs(before)


def typical(made: Trainer, fixed: Any) -> float:
    """The mean error over ten draws of masks, contexts and passes, always the same ten."""
    kept, made.generator = made.generator, torch.Generator().manual_seed(5)
    with torch.no_grad():
        read = made.criterion.read(fixed)
        found = float(np.mean([made.errors(read)[0].sum().item() for _ in range(10)]))
    made.generator = kept
    return found


def test_drawn_passes_share_their_errors() -> None:
    """Items: all stems at once, one stem, silence; of the last two a stem is given."""
    combination = torch.tensor([[[1.0, 1, 1]], [[0, 1, 0]], [[0, 0, 0]]])
    masked = torch.tensor([[True, True, True], [False, True, True], [False, True, True]])
    passes = Passes(torch.zeros(3, 1, 1, 1, 1), combination, torch.ones(3, 1, dtype=torch.bool))
    spread = passes.per_stem(torch.tensor([3.0, 5.0, 7.0]), masked)
    assert spread.tolist() == [[3, 3, 3], [0, 10, 0], [0, 7, 7]]
    mean = spread.sum(1) / masked.sum(1)
    assert mean.tolist() == [3, 5, 7]  # an item's mean is its one pass's error
    stems = torch.arange(9.0).reshape(3, 3, 1, 1)
    assert passes.targets(stems).flatten().tolist() == [3, 4, 0]


@pytest.mark.parametrize(
    ("family", "values", "loss", "match"),
    [
        ("nade_demucs", DEMUCS, "spectral_direct", "waveforms"),
        ("m_unet", UNET, "bands", "bands"),
    ],
)
def test_losses_refuse_networks_they_cannot_train(
    family: str, values: dict[str, Any], loss: str, match: str
) -> None:
    with pytest.raises(LossError, match=match):
        trainer(family, values, loss=loss)


def test_waveform_loss_trains_a_waveform_family() -> None:
    made = trainer("nade_demucs", DEMUCS, loss="waveform_l2")
    fixed = batch(0)[..., :1000]
    found = [made.train_step(fixed)["loss"] for _ in range(12)]
    assert found[-1] < found[0]
