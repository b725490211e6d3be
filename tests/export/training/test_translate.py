"""Training what torch.compile made of a network, here without its C++ backend."""

import dataclasses

import numpy as np
import pytest
import torch

from tests.export.training.test_training import QUICK, batch, make_trainer


class Tones:
    """The batches of the training tests."""

    def batch(self, step: int) -> np.ndarray:
        return batch(step)


# torch's own, about its copies of parameters.
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf")
@pytest.mark.parametrize("loss", ["waveform", "bands"])
def test_a_translated_network_learns_the_same(loss: str, monkeypatch: pytest.MonkeyPatch) -> None:
    translated, original = [], torch.compile

    def compile_of(function: object, **options: object) -> object:
        translated.append(function.__name__)  # type: ignore[attr-defined]
        return original(function, backend="aot_eager", **options)

    monkeypatch.setattr(torch, "compile", compile_of)
    options = dataclasses.replace(QUICK, loss=loss, optimiser="sgd")
    trainers = [make_trainer(dataclasses.replace(options, translate=t)) for t in (False, True)]
    assert translated == ["forward", "band_masks"]
    source = trainers[0].criterion.source(Tones)()
    for step in range(3):
        plain, other = (trainer.train_step(source.batch(step)) for trainer in trainers)
        assert plain == pytest.approx(other, rel=1e-3)
    names = [list(trainer.model.state_dict()) for trainer in trainers]
    assert names[0] == names[1]
