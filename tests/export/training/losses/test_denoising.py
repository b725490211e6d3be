"""A denoiser learns from labelled mixtures; its labels are watched; separation is its score."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from export.common.songs import Clip
from export.nets.masks import Masks
from export.training import label_gain, sampled, spectra, train, validation
from export.training.criterion import LossError
from export.training.labelled import LabelledMixes
from export.training.losses import denoising
from export.training.options import OptionError, TrainOptions, checked
from export.training.setup_files import load_setup
from export.training.trainer import Trainer
from tests.rigs.export.denoisers import Songs, denoising_trainer
from tests.rigs.export.training import BAND, trainer

CLIPS = [Clip(f"song{step}", Songs().batch(step)[0]) for step in range(2)]


@pytest.fixture(scope="module")
def fresh() -> Trainer:
    """A network that knows its spectra and nothing else."""
    made = denoising_trainer()
    spectra.measure(made.model.core, LabelledMixes(Songs(), 1), 60)
    made.average.load_state_dict(made.model.state_dict())
    return made


@pytest.mark.parametrize(("family", "steps"), [("diffusion_unet", 8), ("diffusion_stft", 24)])
def test_it_learns(family: str, steps: int) -> None:
    one_level = {"sigma_log_mean": -1.5, "sigma_log_sd": 0.01}  # and no spectra to begin with
    made = denoising_trainer({"fft": 0}, family, learning_rate=2e-2, **one_level)
    batch = LabelledMixes(Songs(), 1).batch(0)
    losses = [made.train_step(batch)["loss"] for _ in range(steps)]
    assert losses[0] == pytest.approx(1, abs=0.5)  # EDM's weights: as much as the answer's level
    assert losses[-1] < 0.7 * losses[0]


def test_labels_are_worth_what_the_log_says(fresh: Trainer) -> None:
    report = fresh.criterion.report(fresh.average, CLIPS)["labels"]
    assert set(report) == {"levels", "true", "gain", "body", "wiener", "mean"}
    assert len(report["gain"]) == len(report["levels"]) == len(label_gain.LEVELS)
    assert report["mean"] == pytest.approx(np.mean(report["gain"][1:]))
    assert report["mean"] > 0.5  # all of it by the filters, as the body has not learnt to listen
    np.testing.assert_allclose(report["gain"], report["wiener"], atol=0.05)
    np.testing.assert_allclose(report["body"], 0, atol=0.01)
    assert report["true"] == sorted(report["true"])  # the more noise, the worse


def test_only_networks_that_listen_are_kept_and_others_end() -> None:
    loss = denoising_trainer(label_gain_db=0.5).criterion
    assert loss.require({"labels": {"mean": 0.6}}, 0.9)
    assert not loss.require({"labels": {"mean": 0.4}}, 0.4)
    with pytest.raises(denoising.DeafError, match=r"0\.40 dB better than none"):
        loss.require({"labels": {"mean": 0.4}}, 0.5)
    assert trainer("band_unet", BAND).criterion.require({}, 0.9)


def test_validation_is_separation_by_the_engines_sampler(
    fresh: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels = dataclasses.replace(sampled.LEVELS, count=16, lowest=0.01)
    monkeypatch.setattr(sampled, "LEVELS", levels)
    stems = validation.stems_of(fresh.average, CLIPS[0], 1, 0)
    assert stems.shape == CLIPS[0].stems.shape
    np.testing.assert_allclose(stems.sum(0), CLIPS[0].mix, atol=1e-4)
    scores = validation.score(fresh.average, CLIPS[:1], 1)["si_sdri"]
    assert np.nanmean(scores) > 3  # tones: the filters alone tell most of them


def test_a_tenth_is_told_nothing_and_pairs_have_one_level() -> None:
    made = denoising_trainer(batch=400)
    sigma, untold = made.criterion._drawn(400, torch.Generator().manual_seed(3))
    assert (sigma[::2] == sigma[1::2]).all() and 20 < int(untold.sum()) < 60
    assert float(sigma.log().mean()) == pytest.approx(-1.8, abs=0.3)
    batch = made.read(LabelledMixes(Songs(), 1).batch(0))[1]
    masks = Masks(torch.ones(4, 5, dtype=torch.bool))
    errors = made.criterion.errors(batch, None, None, masks, made.generator)
    assert errors.shape == (4, 5) and (errors == errors[:, :1]).all()


def test_it_is_for_denoisers_and_pairs() -> None:
    with pytest.raises(LossError, match="takes no labels"):
        trainer("band_unet", BAND, loss="denoising")
    with pytest.raises(LossError, match="even"):
        denoising_trainer(batch=3)
    with pytest.raises(OptionError, match="label_gain_db"):
        checked({"label_gain_db": -1.0})


def test_setups_are_another_in_what_they_say_alone() -> None:
    names = ("gmsdi16", "gmsdi16_solos", "gmsdi16_stft")
    one, solos, stft = (load_setup(name) for name in names)
    assert one["data"] | {"solo_share": 0.5} == solos["data"]
    assert {**one, "data": 0} == {**solos, "data": 0}
    assert {**one, "family": "diffusion_stft"} == stft


def test_a_run_measures_the_spectra_once_and_goes_on(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.export.training.test_run import Here
    from tests.rigs.export.denoisers import STEMS, TINY

    monkeypatch.setattr(train, "Prefetch", Here)
    monkeypatch.setattr("export.training.plot_log.refresh", lambda run: None)
    monkeypatch.setattr(train, "make_source", lambda *_: LabelledMixes(Songs(), 1))
    monkeypatch.setattr(spectra, "ROWS", 16)
    setup = {"family": "diffusion_unet", "stems": STEMS, "rate_hz": 16000, "model": TINY}
    options = TrainOptions(batch=4, steps=2, loss="denoising", precision="float32")
    data = {"kind": "labelled"}
    train.start(setup, options, data, tmp_path / "run", ())
    made = torch.load(tmp_path / "run" / "last.pt", weights_only=True)
    assert made["step"] == 2 and made["model"]["core.gains.spectra"].std() > 0
    assert '"level_db": -13.97' in made["description"]
    monkeypatch.setattr(spectra, "measure", lambda *_: pytest.fail("measured again"))
    train.start(setup, dataclasses.replace(options, steps=3), data, tmp_path / "run", ())
    again = torch.load(tmp_path / "run" / "last.pt", weights_only=True)
    assert again["step"] == 3
    spectrum = "core.gains.spectra"
    assert torch.equal(again["model"][spectrum], made["model"][spectrum])
