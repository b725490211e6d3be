"""Masks of all wanted stems and of the rest, steered together by a tagger that hears shares.

What is here is of one row, a stem or the rest: the masks of all rows are a softmax, and only that
joins them (export/graphs/steering/joint.py). Transforms are convolutions, as in nets/ascent.py.

A row's error has two parts: how far from 1 the tagger's answers for the wanted tags are, and how
far from 0 those for tags that must not be there, each piece of time counting as much as the tag is
heard in the mix there. Nothing is pushed towards what does not play. To it comes how much the mask
changes from frame to frame and from bin to bin (total variation).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from export.nets.ascent import Resampler, Transform
from export.nets.families.share_tagger import ShareTagger

#: Under the root of the total variation; answers that count as little as one; the least magnitude
#: of which a logarithm is taken.
_TINY, _ONE, _LEAST = 1e-8, 1.0, 1e-3


class Hear(nn.Module):
    """mix (1, 1, T) of peak 1 -> the tagger's answers (answers, tags)."""

    def __init__(self, core: ShareTagger, rate_hz: int, tagger_hz: int) -> None:
        super().__init__()
        self.core, self.resampler = core, Resampler(rate_hz, tagger_hz)

    def forward(self, mix: Tensor) -> Tensor:
        return self.logits(mix[:, 0]).sigmoid()

    def logits(self, audio: Tensor) -> Tensor:
        """(1, T) -> (answers, tags)."""
        found: Tensor = self.core.logits(self.resampler(audio))[0]
        return found


class RowStart(nn.Module):
    """given (1, T), gains (bins,), draft (1,) -> the logits (bins, frames) that a row begins with.

    draft 1: of the magnitudes of the sound given, so that masks are their ratio; 0: those of the
    gains, alike in all frames. A gain of g against a rest of logit 0 is a mask of g.
    """

    def __init__(self, transform: Transform) -> None:
        super().__init__()
        self.transform = transform

    def forward(self, given: Tensor, gains: Tensor, draft: Tensor) -> Tensor:
        real, imag = self.transform.analysed(given)
        drafted = 0.5 * (real**2 + imag**2 + _LEAST**2).log()[0]
        usual = (gains / (1 - gains)).log()[:, None].expand_as(drafted)
        return draft * drafted + (1 - draft) * usual


class RowStep(nn.Module):
    """mask (bins, frames), mix (1, 1, T), heard (answers, tags), target (tags,) and unwanted
    (tags,), both of 0 and 1 -> the error's gradient by the mask; the error (1,); the stem (1, T);
    what the tagger hears in it (tags,)."""

    def __init__(self, hear: Hear, transform: Transform, smooth: tuple[float, float]) -> None:
        super().__init__()
        self.hear, self.transform, self.smooth = hear, transform, smooth

    def forward(
        self, mask: Tensor, mix: Tensor, heard: Tensor, target: Tensor, unwanted: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        def error(own: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
            return self.error(own, mix[:, 0], heard, target, unwanted)

        gradient, (loss, (audio, tags)) = torch.func.grad_and_value(error, has_aux=True)(mask)
        return gradient, loss.reshape(1), audio, tags

    def error(
        self, mask: Tensor, mix: Tensor, heard: Tensor, target: Tensor, unwanted: Tensor
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """The error, and the stem (1, T) with its tags."""
        real, imag = self.transform.analysed(mix)
        audio = self.transform.synthesised(mask * real, mask * imag, mix.shape[-1])
        logits = self.hear.logits(audio)
        there = _weighted(_softplus(-logits), heard * target)
        not_there = _weighted(_softplus(logits), heard * unwanted)
        over_time, over_bins = (mask[:, 1:] - mask[:, :-1], mask[1:] - mask[:-1])
        rough = self.smooth[0] * _variation(over_time) + self.smooth[1] * _variation(over_bins)
        return there + not_there + rough, (audio, logits.sigmoid().amax(0))


def _softplus(values: Tensor) -> Tensor:
    """log(1 + exp(x)), of operations whose gradients export."""
    return values.relu() + (1 + (-values.abs()).exp()).log()


def _weighted(values: Tensor, weights: Tensor) -> Tensor:
    return (values * weights).sum() / (weights.sum() + _ONE)


def _variation(steps: Tensor) -> Tensor:
    return (steps**2 + _TINY).sqrt().mean()


class Joint(nn.Module):
    """A whole step in torch, to compare with: logits (rows, bins, frames), mix (1, 1, T), target
    (rows, tags), unwanted (rows, tags) -> gradient, error (1,), stems (rows, 1, T), tags."""

    def __init__(self, row: RowStep) -> None:
        super().__init__()
        self.row = row

    def forward(
        self, logits: Tensor, mix: Tensor, target: Tensor, unwanted: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        own = logits.detach().requires_grad_(True)
        with torch.enable_grad():
            heard = self.row.hear(mix).detach()
            found = [
                self.row.error(mask, mix[:, 0], heard, *one)
                for mask, *one in zip(own.softmax(0), target, unwanted, strict=True)
            ]
            error = torch.stack([one for one, _ in found]).sum()
            (gradient,) = torch.autograd.grad(error, own)
        stems = torch.stack([audio for _, (audio, _) in found]).detach()
        tags = torch.stack([heard for _, (_, heard) in found]).detach()
        return gradient, error.detach().reshape(1), stems, tags
