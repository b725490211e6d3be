"""The BLSTM of band_unet: a batch norm before it keeps its gates from saturating."""

import pytest
import torch

from export.nets.families.band_unet import Recurrence


@pytest.mark.parametrize("normed", [True, False])
def test_a_norm_keeps_the_lstm_moving_whatever_the_scale_before_it(normed: bool) -> None:
    torch.manual_seed(0)
    recurrence = Recurrence(8, 16, 24, 1, normed)
    heard: list[torch.Tensor] = []

    def keep(module: torch.nn.Module, inputs: object, outputs: tuple[torch.Tensor, object]) -> None:
        heard.append(outputs[0].detach())

    recurrence.lstm.register_forward_hook(keep)
    signal = torch.rand(2, 8, 16, 30)
    with torch.no_grad():
        recurrence(signal)
        recurrence.inward.weight.mul_(1000)
        recurrence.inward.bias.mul_(1000)
        recurrence(signal)
    before, after = (float(hidden.std(1).mean()) for hidden in heard)
    assert (after == pytest.approx(before, rel=0.01)) == normed
