"""The weightings' formulas, held against the published numbers (docs/research/sources.md)."""

import dataclasses
from pathlib import Path

import pytest
import torch

from export.nets.nade import Nade
from export.training import weightings
from export.training.options import TrainOptions
from export.training.trainer import Trainer
from export.training.weightings import WeightingError, dwa, ebw_instp1

#: Published energies: vocals, drums, bass, other; and vocals, accompaniment.
FOUR = torch.tensor([173.4346, 218.6938, 252.7046, 216.4932])
TWO = torch.tensor([173.4346, 687.5261])
NOTHING = torch.zeros(2, 4)


def weights(name: str, energies: torch.Tensor) -> torch.Tensor:
    return weightings.find(name)(len(energies), energies).weights(NOTHING)


@pytest.mark.parametrize(
    ("name", "energies", "expected"),
    [
        ("unit", FOUR, (1, 1, 1, 1)),
        ("ebw_p1", FOUR, (1.457, 1.156, 1, 1.167)),
        ("ebw_p1", TWO, (3.964, 1)),
        ("ebw_p2", FOUR, (1.457**2, 1.156**2, 1, 1.167**2)),
        ("oh", FOUR, (0.3048, 0.2417, 0.2092, 0.2442)),
        ("oh", TWO, (0.7986, 0.2014)),
    ],
)
def test_published_weights(name: str, energies: torch.Tensor, expected: tuple[float, ...]) -> None:
    assert weights(name, energies).tolist() == pytest.approx(expected, abs=2e-3)


def test_oh_makes_products_equal_and_sums_to_one() -> None:
    found = weights("oh", FOUR)
    assert found.sum().item() == pytest.approx(1)
    products = found * FOUR
    assert products.tolist() == pytest.approx([products[0].item()] * 4)


def test_instp1_divides_by_the_batch_maximum() -> None:
    weighting = weightings.find("ebw_instp1")(3)
    batch = torch.tensor([[1.0, 4, 0], [1, 4, 2]])
    assert weighting.weights(batch).tolist() == [4, 1, 4]
    silent = torch.tensor([[1.0, 4, 0]])
    assert weighting.weights(silent).tolist() == [4, 1, ebw_instp1.LARGEST]
    assert weighting.weights(torch.zeros(1, 3)).tolist() == [1, 1, 1]


def test_dwa_needs_two_epochs_and_then_follows_the_ratios() -> None:
    weighting = weightings.find("dwa")(2)
    for _ in range(2):
        assert weighting.weights(NOTHING).tolist() == [1, 1]
        weighting.end_epoch(torch.tensor([1.0, 2.0]))
    weighting.end_epoch(torch.tensor([0.5, 2.0]))
    expected = 2 * torch.softmax(torch.tensor([0.5, 1.0]) / 2, 0)
    torch.testing.assert_close(weighting.weights(NOTHING), expected)
    other = weightings.find("dwa")(2)
    other.restore(weighting.state())
    torch.testing.assert_close(other.weights(NOTHING), expected, rtol=0, atol=0)
    with pytest.raises(WeightingError, match="above 0"):
        weighting.end_epoch(torch.tensor([-0.1, 1.0]))


def test_scan_and_refusals() -> None:
    assert weightings.names() == ["dwa", "ebw_instp1", "ebw_p1", "ebw_p2", "oh", "unit"]
    with pytest.raises(WeightingError, match="ebw_p1"):
        weightings.find("no_such")
    with pytest.raises(WeightingError, match="energies of 4 stems"):
        weightings.find("oh")(4)
    with pytest.raises(WeightingError, match="always silent"):
        weightings.find("oh")(2, torch.tensor([1.0, 0.0]))


UNET = {
    "stems": 4, "channels": 1, "fft_samples": 256, "hop_samples": 128, "rows": 32,
    "widths": (4, 6), "log_floor": 1e-3,
}  # fmt: skip


def trainer(name: str, epoch_steps: int = 2, optimiser: str = "adam") -> Trainer:
    from export.nets import families

    torch.manual_seed(1)
    model = Nade("m_unet", families.config_from("m_unet", UNET))
    options = TrainOptions(
        loss="spectral_indirect", weighting=name, epoch_steps=epoch_steps, optimiser=optimiser,
        precision="float32", schedule="plateau", patience=1,
    )  # fmt: skip
    return Trainer(model, options, "", FOUR)


def batch(step: int) -> "torch.Tensor":
    return 0.1 * torch.randn(2, 4, 1, 1000, generator=torch.Generator().manual_seed(step))


@pytest.mark.parametrize("name", weightings.names())
def test_the_loss_is_the_weighted_sum(name: str) -> None:
    made = trainer(name)
    errors, energies = torch.rand(2, 4), torch.rand(2, 4)
    found = made.combined(errors, torch.ones(2, 4, dtype=torch.bool), energies)
    expected = (errors * made.weighting.weights(energies)).sum(1).mean()
    torch.testing.assert_close(found, expected)
    masked = torch.tensor([[True, False, False, False], [True, True, True, True]])
    found = made.combined(errors * masked, masked, energies)
    scaled = errors * made.weighting.weights(energies) * torch.tensor([[4.0, 0, 0, 0], [1] * 4])
    torch.testing.assert_close(found, scaled.sum(1).mean())  # S / k


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_resumed_training_equals_uninterrupted(tmp_path: Path, optimiser: str) -> None:
    """Dropout, DWA's past epochs and a half-done one, plateau and momentum all come back."""
    whole = trainer("dwa", 2, optimiser)
    for step in range(7):
        whole.train_step(batch(step).numpy())
    first = trainer("dwa", 2, optimiser)
    for step in range(5):
        first.train_step(batch(step).numpy())
    first.save(tmp_path / "last.pt")
    second = trainer("dwa", 2, optimiser)
    torch.manual_seed(99)
    second.resume(tmp_path / "last.pt")
    for step in range(5, 7):
        second.train_step(batch(step).numpy())
    assert isinstance(second.weighting, dwa.Weighting)
    assert second.weighting.state() == whole.weighting.state()
    assert not torch.equal(second.weighting.weights(NOTHING), torch.ones(4))
    assert second.plateau.state() == whole.plateau.state()
    pairs = zip(whole.model.state_dict().values(), second.model.state_dict().values(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)


def test_energies_of_a_run_stay_what_they_were(tmp_path: Path) -> None:
    first = trainer("oh")
    first.save(tmp_path / "last.pt")
    second = trainer("oh")
    second.weighting = weightings.find("oh")(4, torch.ones(4))
    second.resume(tmp_path / "last.pt")
    torch.testing.assert_close(second.weighting.weights(NOTHING), weights("oh", FOUR))


def test_another_optimiser_is_refused(tmp_path: Path) -> None:
    from export.nets.checkpoint import CheckpointError

    trainer("unit").save(tmp_path / "last.pt")
    with pytest.raises(CheckpointError, match="trained with adam"):
        trainer("unit", optimiser="sgd").resume(tmp_path / "last.pt")


def test_a_checkpoint_from_before_the_weightings_resumes(tmp_path: Path) -> None:
    from export.nets import checkpoint

    made = trainer("unit")
    made.train_step(batch(0).numpy())
    made.save(tmp_path / "new.pt")
    state = checkpoint.load(tmp_path / "new.pt")
    for name in ("weighting", "epoch", "plateau", "optimiser_name", "energies"):
        del state[name]
    checkpoint.save(tmp_path / "old.pt", state)
    second = trainer("unit")
    second.resume(tmp_path / "old.pt")
    assert second.step == 1
    assert dataclasses.asdict(second.options) == dataclasses.asdict(made.options)
