"""From an autoencoder's checkpoint and taggers to a file that the engine steers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engines.spec import ModelSpec, Preset, Steering, WaveformDomain
from export.common.errors import UsageError
from export.common.files import replacing
from export.graphs.files import save, set_spec
from export.graphs.steering import loop, parity
from export.graphs.steering.step import Parts, parts_of, to_step
from export.graphs.tagger import Tagger
from export.nets import taggers
from export.nets.ascent import Ascent, Begin, Ear, Ears
from export.nets.nade import Nade

#: Seconds of a window, of its crossfade, and of what it hears before and after its hop.
SECONDS, EDGE_S = 10.0, 0.25


@dataclass(frozen=True)
class TagBoxOptions:
    """How it is made and steered; defaults as published. `fft` is not used by `style`."""

    seconds: float = SECONDS
    fft: tuple[int, ...] = (1024,)
    steps: int = 10
    rate: float = 5.0
    rate_by: str = "plain"
    sign: str = "descend"
    output: str = "residual"
    quantised: bool = False
    loop: bool = False
    licence: str = ""
    cosine: float = parity.COSINE
    tolerance: float = parity.TOLERANCE


def make(
    model: Nade, about: dict[str, Any], heard_by: Sequence[Tagger], output: Path,
    options: TagBoxOptions,
) -> parity.Made:  # fmt: skip
    """Writes the file where it computes what torch does; with options.loop the one with all steps.

    Raises ParityError, UnsupportedGraphError, UsageError.
    """
    _check(model, heard_by, options)
    begin, ascent, tags = networks(model, heard_by, options, about["rate_hz"])
    samples = whole_samples(options, about["rate_hz"], model.config.stride)
    parts = parts_of(begin, ascent, samples)
    spec = describe(output.stem, about["rate_hz"], parts, tags, heard_by, options)
    graph = to_step(parts, spec.name)
    set_spec(graph, spec)
    with replacing(output) as temporary:
        save(graph, temporary)
        found = parity.compare(begin, ascent, temporary, samples)
        worst = parity.require_parity(found, options.cosine, options.tolerance)
        if options.loop:
            spec = _looped(parts, spec, temporary)
    return parity.Made(spec, worst)


def _looped(parts: Parts, step_spec: ModelSpec, path: Path) -> ModelSpec:
    """The file at `path`, of a step, becomes that of all steps; its description."""
    assert step_spec.steering is not None
    spec = replace(step_spec, method=loop.METHOD)
    graph = loop.to_loop(parts, step_spec.steering, spec.name)
    set_spec(graph, spec)
    made = path.with_name("loop.onnx")
    save(graph, made)
    if step_spec.steering.rate_by == "plain":
        parity.require_equal_loop(path, made, step_spec)
    made.replace(path)
    return spec


def networks(
    model: Nade, heard_by: Sequence[Tagger], options: TagBoxOptions, rate_hz: int
) -> tuple[Begin, Ascent, tuple[str, ...]]:
    """What begins and what steps, in evaluation mode, and all the taggers' tags."""
    tags = tuple(dict.fromkeys(tag for one in heard_by for tag in one.tags))
    listening = [
        Ear(one.network, one.samples, [tags.index(tag) for tag in one.tags], len(tags))
        for one in heard_by
    ]
    ears = Ears(listening, rate_hz, taggers.RATE_HZ)
    core = model.core
    fft = () if options.output == "style" else options.fft
    book = core.codebook if options.quantised else None
    found = Begin(core.encoder, ears), Ascent(core.decoder, ears, fft, book)
    for one in found:
        one.eval().requires_grad_(False)
    return *found, tags


def whole_samples(options: TagBoxOptions, rate_hz: int, stride: int) -> int:
    """Samples of a window: at least options.seconds, whole hops of all transforms and latents."""
    step = int(np.lcm.reduce([stride, *(fft // 2 for fft in options.fft)]))
    return max(1, -(-round(options.seconds * rate_hz) // step)) * step


def describe(
    name: str, rate_hz: int, parts: Parts, tags: tuple[str, ...], heard_by: Sequence[Tagger],
    options: TagBoxOptions,
) -> ModelSpec:  # fmt: skip
    """The spec. Raises SpecError."""
    samples, edge = parts.mix[-1], round(EDGE_S * rate_hz)
    edge = min(edge, samples // 8)
    preset = Preset(samples, samples - 2 * edge, edge, edge, options.steps)
    style = options.output == "style"
    steering = Steering(
        tags, (parts.latent[1], parts.latent[2]), options.rate, options.rate_by, options.sign,
        options.output, tuple(one.name for one in heard_by), () if style else options.fft,
        options.quantised,
    )  # fmt: skip
    return ModelSpec(
        name, ("style" if style else "tagged",), rate_hz, 1, "steered", WaveformDomain(samples, 0),
        preset, preset, batch_max=1, context="repeat", steering=steering, rate_tolerance=0.0,
        licence=options.licence,
    )  # fmt: skip


def _check(model: Nade, heard_by: Sequence[Tagger], options: TagBoxOptions) -> None:
    if not hasattr(model.core, "codebook"):
        seen = f"a checkpoint of the family {model.family}"
        raise UsageError(seen, "an autoencoder", "train --setup vqvae16")
    if not heard_by:
        raise UsageError("no tagger", "at least one", "--tagger mtat_fcn=FILE")
    if bad := [fft for fft in options.fft if fft < 4 or fft % 2]:
        raise UsageError(f"FFTs {bad}", "even numbers of samples", "--fft 1024")
    if not options.fft and options.output != "style":
        raise UsageError("no FFT", "at least one", "--fft 1024")
