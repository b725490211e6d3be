"""From a tagger that hears shares to a file whose masks the engine steers, all stems at once."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch

from engines.ort import open_session
from engines.spec import ModelSpec, Preset, Steering, WaveformDomain
from export.common.equaliser import Equalisers
from export.common.errors import UsageError
from export.common.files import replacing
from export.graphs.files import save, set_spec
from export.graphs.steering import parity
from export.graphs.steering.joint import Sizes, parts_of, to_joint, unwanted
from export.graphs.tagger import Tagger
from export.nets import taggers
from export.nets.ascent import Transform
from export.nets.families.share_tagger import ShareTagger
from export.nets.joint import Hear, Joint, RowStart, RowStep

#: More steps reach the tagger's answer and lose the instrument (docs/research/tagbox.md).
MOST_STEPS = 20
EDGE_S = 0.25


@dataclass(frozen=True)
class MaskOptions:
    """How it is made and steered. `smooth`: weights of the masks' change from frame to frame and
    from bin to bin. `rate`: Adam's, of logits."""

    seconds: float = 10.0
    rate_hz: int = taggers.RATE_HZ
    fft: int = 1024
    steps: int = MOST_STEPS
    rate: float = 0.1
    smooth: tuple[float, float] = (1.0, 1.0)
    licence: str = ""
    cosine: float = parity.COSINE
    tolerance: float = parity.TOLERANCE


def make(
    tagger: Tagger, equalisers: Equalisers | None, path: Path, options: MaskOptions
) -> parity.Made:
    """Writes the file where it computes what torch does. With equalisers masks begin as these, else
    even. Raises ParityError, UnsupportedGraphError, UsageError.
    """
    _check(tagger, options)
    start, step, sizes = networks(tagger, options)
    gains = None
    if equalisers is not None:
        gains = equalisers.at(tagger.tags, options.rate_hz, options.fft)
    spec = describe(path.stem, tagger, sizes, options, "even" if gains is None else "equaliser")
    graph = to_joint(parts_of(start, step, sizes), tagger.covers, gains, spec.name)
    set_spec(graph, spec)
    with replacing(path) as temporary:
        save(graph, temporary)
        found = compare(start, step, tagger, temporary, sizes)
        worst = parity.require_parity(found, options.cosine, options.tolerance)
    return parity.Made(spec, worst)


def _check(tagger: Tagger, options: MaskOptions) -> None:
    if tagger.shares is None:
        seen = f"the tagger {tagger.name}, which answers once a call"
        raise UsageError(seen, "one that hears shares", "train --setup shares")
    if not 1 <= options.steps <= MOST_STEPS:
        seen = f"{options.steps} steps"
        raise UsageError(seen, f"1 to {MOST_STEPS}", "more please the tagger, not the ear")
    if options.fft < 4 or options.fft % 2:
        raise UsageError(f"an FFT of {options.fft}", "an even number", "--fft 1024")
    if options.rate_hz < taggers.RATE_HZ:
        seen = f"{options.rate_hz} Hz"
        raise UsageError(seen, f"at least the tagger's {taggers.RATE_HZ}", "--rate-hz 16000")


def networks(tagger: Tagger, options: MaskOptions) -> tuple[RowStart, RowStep, Sizes]:
    """What a row begins with and steps by, in evaluation mode, for windows of whole hops."""
    transform = Transform(options.fft)
    hear = Hear(cast(ShareTagger, tagger.shares), options.rate_hz, taggers.RATE_HZ)
    start, step = RowStart(transform), RowStep(hear, transform, options.smooth)
    for one in (start, step):
        one.eval().requires_grad_(False)
    samples = max(2, -(-round(options.seconds * options.rate_hz) // transform.hop)) * transform.hop
    frames = 1 + samples // transform.hop
    return start, step, Sizes(samples, transform.bins, frames, len(tagger.tags))


def describe(
    name: str, tagger: Tagger, sizes: Sizes, options: MaskOptions, start: str
) -> ModelSpec:
    """The spec. Raises SpecError."""
    edge = min(round(EDGE_S * options.rate_hz), sizes.samples // 8)
    preset = Preset(sizes.samples, sizes.samples - 2 * edge, edge, edge, options.steps)
    steering = Steering(
        tagger.tags, (sizes.bins, sizes.frames), options.rate, output="masked",
        taggers=(tagger.name,), fft_samples=(options.fft,), joint=True, start=start,
    )  # fmt: skip
    return ModelSpec(
        name, ("tagged",), options.rate_hz, 1, "steered", WaveformDomain(sizes.samples, 0), preset,
        preset, batch_max=1, context="repeat", steering=steering, rate_tolerance=0.0,
        licence=options.licence,
    )  # fmt: skip


def compare(
    start: RowStart, step: RowStep, tagger: Tagger, path: Path, sizes: Sizes, steps: int = 3
) -> tuple[parity.Step, ...]:
    """Steps of two stems and the rest in the file and in torch, float64, from the same logits; the
    first from the ratio of sounds that are given, which is compared, too."""
    session = open_session(path)
    exact, exact_start = Joint(copy.deepcopy(step)).double(), copy.deepcopy(start).double()
    mix, target = parity.music(sizes.samples), _target(tagger)
    banned = torch.from_numpy(unwanted(target.numpy(), tagger.covers))
    given = torch.stack([0.3 * mix[0], mix[0].roll(99, -1), 0.7 * mix[0]])
    even, draft = torch.full((sizes.bins,), 0.5).double(), torch.ones(1).double()
    logits = torch.stack([exact_start(one.double(), even, draft) for one in given])
    found = []
    for number in range(steps):
        wide = exact(logits, mix.double(), target.double(), banned.double())
        rounded = Joint(step)(logits.float(), mix, target, banned)[0]
        feeds = {"mix": mix.numpy(), "latent": logits.float().numpy(), "given": given.numpy(),
                 "target": target.numpy(),
                 "begin": np.full(1, 0 if number else 2, np.float32)}  # fmt: skip
        got = session.run_several(["gradient", "loss", "stems", "tags", "start", "heard"], feeds)
        heard = exact.row.hear(mix.double()).amax(0)[None]
        # Of logits the masks are compared: where nothing sounds, those are logarithms of rounding.
        masks = torch.from_numpy(got.pop(4)).softmax(0).numpy()
        wanted = [wide[1], wide[2][None], wide[3], heard, logits.softmax(0)]
        pairs = zip(wanted, [*got[1:], masks], strict=True)
        rest = max(float(np.abs(one.numpy() - two).max()) for one, two in pairs)
        near = parity.cosine(wide[0], got[0]), parity.cosine(wide[0], rounded.numpy())
        found.append(parity.Step(*near, rest))
        logits = logits - 0.5 * wide[0] / wide[0].abs().max().clamp(min=1e-30)
    return tuple(found)


def _target(tagger: Tagger) -> torch.Tensor:
    """(3, tags): the first tag, the last two, the rest."""
    target = torch.zeros(3, len(tagger.tags))
    target[0, 0], target[1, -2:] = 1, 1
    return target
