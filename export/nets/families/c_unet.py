"""Conditioned U-Net: one mask per pass, the stem chosen by FiLM in the encoder.

Meseguer-Brocal and Peeters 2019 (arXiv 1907.01277), in the size and form of the baseline of
Kadandale et al. 2020 (arXiv 2003.10414) and its code: a vector over the stems passes through two
networks of fully connected layers; what they give shifts and scales every channel after the second
batch norm of each encoder block, y = shift + scale * x, both through a ReLU (the code; the papers
have no ReLU there). 162,004,129 parameters at the published size with 4 stems.

One graph gives all stems: the passes are folded into the batch, and all before the first FiLM is
computed once. A training pass draws one vector per item: a stem, all stems (target: their sum) or
none (target: silence). The last two are in the code, which so needs N(K + 2) iterations for an
epoch of N, and not in the paper's table, which says NK: `extra_conditions`.

The fully connected networks always see the whole table of vectors, not those of the batch as in the
code: their batch norms then have the statistics that inference has, also for a batch of one. The
biases of the scales start at 1, so that no channel starts dead behind its ReLU.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from export.nets.unet import Film, Unet, UnetConfig, WarpedMasks, xavier


@dataclass(frozen=True)
class Config(UnetConfig):
    """See UnetConfig. condition_widths: hidden layers between the vector and FiLM."""

    dropout: float = 0.0
    condition_widths: tuple[int, ...] = (32, 512, 4096)
    condition_dropout: float = 0.5
    extra_conditions: bool = True


class CUnet(WarpedMasks):
    """See the module's docstring."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.unet = Unet(config.planes, config.channels, config.widths, config.dropout)
        self.shift, self.scale = _dense(config), _dense(config)
        last = self.scale[-2]
        assert isinstance(last, nn.Linear)
        nn.init.ones_(last.bias)
        extra = np.array([[1.0], [0.0]]).repeat(config.stems, 1)
        rows = [np.eye(config.stems), *([extra] if config.extra_conditions else [])]
        table = torch.from_numpy(np.concatenate(rows).astype(np.float32))
        self.conditions: Tensor
        self.register_buffer("conditions", table, persistent=False)

    def _heads(self, planes: Tensor) -> Tensor:
        shift, scale = self._film()
        chosen = slice(self.config.stems)
        return self._passes(planes, shift[chosen].unsqueeze(0), scale[chosen].unsqueeze(0))

    def training_pass(
        self,
        mix: Tensor,
        given: Tensor | None,
        flags: Tensor | None,
        masked: Tensor,
        generator: torch.Generator,
        warped: bool = False,
    ) -> tuple[Tensor, Tensor]:
        """One condition per item: masks (B, 1, C, F, T) and their stems (B, 1, S), 0 or 1.

        masked (B, S) bool: hidden stems, all of them without conditioning. The condition is one of
        these, all (target: the sum of the hidden stems) or none (target: silence), equally likely.
        warped: masks on the rows, (B, 1, C, R, T).
        """
        drawn, combination = self.draw(masked, generator)
        shift, scale = (film[drawn].unsqueeze(1) for film in self._film())
        heads = self._passes(self.planes(mix, given, flags), shift, scale)
        masks = self.activated(heads, mix)
        return masks if warped else self.to_bins(masks), combination.unsqueeze(1)

    def draw(self, masked: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Rows of `conditions` (B,) for masked (B, S) bool, and the stems they ask for (B, S)."""
        allowed = torch.ones(len(masked), len(self.conditions))
        allowed[:, : self.config.stems] = masked.float()
        drawn = torch.multinomial(allowed, 1, generator=generator)[:, 0]
        return drawn, self.conditions[drawn] * masked

    def _film(self) -> tuple[Tensor, Tensor]:
        """Shift and scale of every row of `conditions`, (conditions, sum of widths)."""
        return self.shift(self.conditions), self.scale(self.conditions)

    def _passes(self, planes: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
        """n passes for each item: shift, scale (B or 1, n, sum of widths) -> (B, n, C, R, T)."""
        widths = list(self.config.widths)
        pairs = zip(shift.split(widths, 2), scale.split(widths, 2), strict=True)
        films: Sequence[Film] = [
            _film_of(*pair, folded=level > 0) for level, pair in enumerate(pairs)
        ]
        return _unfolded(self.unet(planes, films), shift.shape[1])


def _film_of(shift: Tensor, scale: Tensor, folded: bool) -> Film:
    """FiLM (B or 1, n, W) on (B * n, W, R, T), or, not yet `folded`, on (B, W, R, T)."""

    def film(signal: Tensor) -> Tensor:
        apart = _unfolded(signal, shift.shape[1]) if folded else signal.unsqueeze(1)
        moved = shift[..., None, None] + scale[..., None, None] * apart
        return moved.reshape(-1, signal.shape[1], signal.shape[2], signal.shape[3])

    return film


def _unfolded(signal: Tensor, passes: int) -> Tensor:
    """(B * n, W, R, T) -> (B, n, W, R, T)."""
    return signal.reshape(-1, passes, signal.shape[1], signal.shape[2], signal.shape[3])


def _dense(config: Config) -> nn.Sequential:
    """stems -> condition_widths -> one number per encoder channel, all through ReLUs."""
    layers: list[nn.Module] = []
    inputs = config.stems
    for number, width in enumerate(config.condition_widths):
        layers += [nn.Linear(inputs, width), nn.ReLU()]
        if number > 0:
            layers += [nn.Dropout(config.condition_dropout), nn.BatchNorm1d(width)]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, sum(config.widths)), nn.ReLU()).apply(xavier)


def build(config: Config) -> CUnet:
    """The network of a configuration."""
    return CUnet(config)
