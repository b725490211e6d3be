"""A network that begins as one with fewer inputs, whose training then is not lost.

A conditional network begins as its one-pass twin, one that takes a hint as one without. What both
have is copied. The larger network has more inputs (what is given, flags, a hint) and may have more
outputs: its weights for these are zero at first, so that with every stem hidden it answers as the
other does, which is checked. Inputs stand after those that both have; a family that puts them
elsewhere names its input planes (`planes`, `on_planes`; see band_unet).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from export.nets.checkpoint import CheckpointError, Start, load_model, start_of
from export.nets.nade import Nade, StftDomain

TOLERANCE = 1e-4
_WINDOWS = 16  # of the STFT, in the noise that is compared


@dataclass(frozen=True)
class Carried:
    """What goes along with weights: the level in dB re full scale that they expect, and the model
    file that they came from; each None where it is not stated."""

    level_db: float | None
    start: Start | None


@torch.no_grad()
def init_from(model: Nade, path: Path, stems: tuple[str, ...] = (), rate_hz: int = 0) -> Carried:
    """Gives `model` the averaged weights of the checkpoint at `path`: of the same network, or of
    its one-pass twin. Returns what the checkpoint says of them.

    Raises CheckpointError where the weights do not fit, are of other stems than these or of
    another rate, or do not make the network answer alike.
    """
    twin, seen = load_model(path)
    if twin.family != model.family:
        raise CheckpointError(f"{path} is a {twin.family}, this is a {model.family}")
    if stems and (tuple(seen["stems"]), seen["rate_hz"]) != (stems, rate_hz):
        theirs = f"{', '.join(seen['stems'])} at {seen['rate_hz']} Hz"
        raise CheckpointError(f"{path} is of {theirs}, this is of {', '.join(stems)} at {rate_hz}")
    if twin.domain != model.domain:
        raise CheckpointError(f"{path} works on {twin.domain}, this network on {model.domain}")
    if model.config != twin.config and getattr(model.config, "tags", ()):
        raise CheckpointError(f"{path} has other settings; what listens to tags goes on as itself")
    old, new = twin.state_dict(), model.state_dict()
    missing = sorted(set(old) ^ set(new))
    if missing:
        raise CheckpointError(f"{path} and this network differ in {', '.join(missing)[:200]}")
    placed = _placed(model, twin, path)
    for name, value in new.items():
        if any(was > now for was, now in zip(old[name].shape, value.shape, strict=True)):
            raise CheckpointError(f"{path}: {name} is {tuple(old[name].shape)}, larger than here")
        value.copy_(_widened(old[name], value, placed.get(name)))
    if model.config != twin.config:  # the same network's own weights answer alike by themselves
        _check(model, twin, path)
    return Carried(seen.get("level_db"), start_of(seen))


def _placed(model: Nade, twin: Nade, path: Path) -> dict[str, Tensor]:
    """For each parameter on named input planes: where in `model` each plane of `twin` is."""
    if not hasattr(model.core, "on_planes"):
        return {}
    place = {name: index for index, name in enumerate(model.core.planes)}
    if beyond := [name for name in twin.core.planes if name not in place]:
        raise CheckpointError(f"{path} hears more than this network: {', '.join(beyond)}")
    places = torch.tensor([place[name] for name in twin.core.planes])
    return {f"core.{name}": places for name in model.core.on_planes}


def _widened(old: Tensor, new: Tensor, places: Tensor | None = None) -> Tensor:
    """`old` in the first corner of `new`, or at `places` of its second dimension; the rest zero in
    weights, and as it was elsewhere."""
    if old.shape == new.shape:
        return old
    rest = torch.zeros_like(new) if new.dim() > 1 and _is_weight(new) else new.clone()
    corner = rest[tuple(slice(0, size) for size in old.shape)]
    if places is None:
        corner.copy_(old)
    else:
        rest[: old.shape[0], places[: old.shape[1]]] = old
    return rest


def _is_weight(value: Tensor) -> bool:
    """A layer's weight, rather than a gain for each input plane, (1, planes, bands, 1)."""
    return value.shape[0] != 1


def _check(model: Nade, twin: Nade, path: Path) -> None:
    """The answers to noise, with every stem hidden, and without the hint's own share of masks."""
    was_training = model.training
    shares = [getattr(one.core, "shares", ()) for one in (model, twin)]
    for one in (model, twin):
        one.core.shares = ()
    model.eval()
    stems, channels = model.config.stems, model.config.channels
    domain = model.domain
    samples = _WINDOWS * domain.fft_samples if isinstance(domain, StftDomain) else 20_000
    mix = 0.1 * torch.randn(1, channels, samples, generator=torch.Generator().manual_seed(0))
    hidden = torch.ones(1, stems, dtype=torch.bool)
    signal = model.encode(mix)
    frames = signal.mix.shape[-1]
    masked = hidden if model.flag_axis == "stem" else hidden.unsqueeze(-1).expand(-1, -1, frames)
    ours = model.predict(signal, None, masked)
    theirs = twin.predict(twin.encode(mix), None, hidden)
    model.train(was_training)
    model.core.shares, twin.core.shares = shares
    found = float((ours - theirs).abs().max())
    if not found <= TOLERANCE:
        raise CheckpointError(
            f"{path}: with every stem hidden the networks differ by {found:.2g}, expected at most "
            f"{TOLERANCE:g}: {model.family} cannot begin as its one-pass twin"
        )
