"""Whether the graph of a step computes what torch does, and the Loop what the engine does."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from engines.load import load_model, model_of
from engines.ort import open_session
from engines.spec import ModelSpec
from engines.types import Audio
from engines.window import Control, Window
from export.graphs.errors import ParityError
from export.nets.ascent import Ascent, Begin

#: Least cosine of the two gradients; largest difference of audio, probabilities and error.
COSINE, TOLERANCE = 0.99999, 1e-4
#: Where torch in float32 has a lesser cosine with itself in float64, as max pooling makes of
#: rounding another place: how many times as far the graph may be.
AS_FAR = 4.0
#: An error is made of logarithms: what the engine's logistic is off, 1e-7, is much of a small
#: probability. Of a difference of errors this share counts.
ERROR_SHARE = 0.1


@dataclass(frozen=True)
class Step:
    """One step in both: the cosine of the graph's gradient with torch's in float64, that of torch's
    own in float32 with it, and the largest difference of the rest."""

    cosine: float
    torch_cosine: float
    difference: float


@dataclass(frozen=True)
class Made:
    """The file's description, and the worst step of those compared."""

    spec: ModelSpec
    worst: Step


def compare(
    begin: Begin, ascent: Ascent, path: Path, samples: int, steps: int = 3
) -> tuple[Step, ...]:
    """So many steps from the latent of seeded music, each from torch's latent, float64.

    Along a whole way the two would part: Adam makes as much of a small gradient as of a large one.
    """
    session = open_session(path)
    exact = [copy.deepcopy(one).double() for one in (begin, ascent)]
    mix = music(samples)
    with torch.no_grad():
        latent, heard = exact[0](mix.double())
    target = torch.zeros_like(heard)
    target[0, int(heard.argmin())] = 1
    found = []
    for step in range(steps):
        gradient, loss, audio, tags = exact[1](latent, mix.double(), target)
        rounded = ascent(latent.float(), mix, target.float())[0]
        feeds = {"mix": mix.numpy(), "latent": latent.float().numpy(),
                 "target": target.float().numpy(),
                 "begin": np.full(1, step == 0, np.float32)}  # fmt: skip
        names = ["gradient", "stems", "tags", "loss", "start", *(["heard"] if step == 0 else [])]
        wanted = [gradient, audio, tags, loss, latent, *([heard] if step == 0 else [])]
        got = session.run_several(names, feeds)
        pairs = zip(wanted[1:], got[1:], strict=True)
        shares = [ERROR_SHARE if name == "loss" else 1.0 for name in names[1:]]
        rest = max(
            share * float(np.abs(a.numpy() - b).max())
            for share, (a, b) in zip(shares, pairs, strict=True)
        )
        found.append(Step(cosine(gradient, got[0]), cosine(gradient, rounded.numpy()), rest))
        latent = latent - 0.05 * gradient / gradient.abs().max().clamp(min=1e-30)
    return tuple(found)


def cosine(exact: torch.Tensor, other: Audio) -> float:
    one, two = exact.numpy().ravel(), other.ravel().astype(np.float64)
    lengths = float(np.linalg.norm(one) * np.linalg.norm(two))
    return float(one @ two) / lengths if lengths > 0 else float("nan")


def require_parity(
    found: Sequence[Step], cosine: float = COSINE, tolerance: float = TOLERANCE
) -> Step:
    """The worst of all. Raises ParityError where one is beyond its limit."""
    worst = Step(
        min(one.cosine for one in found), min(one.torch_cosine for one in found),
        max(one.difference for one in found),
    )  # fmt: skip
    if not (all(_near(one, cosine) for one in found) and worst.difference <= tolerance):
        seen = f"gradients with a cosine of {worst.cosine:.7f} (torch in float32: "
        seen += f"{worst.torch_cosine:.7f}), the rest {worst.difference:.1e} off"
        expected = f"above {cosine}, at most {tolerance:.0e}"
        action = "do not use this graph: find the operator that differs"
        raise ParityError(seen, expected, action)
    return worst


def _near(one: Step, cosine: float) -> bool:
    return one.cosine > cosine or 1 - one.cosine <= AS_FAR * (1 - one.torch_cosine)


def require_equal_loop(step: Path, loop: Path, spec: ModelSpec, steps: int = 3) -> None:
    """Raises ParityError where the Loop's stem is not the engine's, bit for bit.

    `spec` is the step's; its rate must be plain.
    """
    assert spec.steering is not None
    masked = spec.tagged(spec.steering.tags[0])
    model = load_model(step)
    model = model_of(model.session, step, masked)
    mix = music(spec.domain.valid_window(1)).numpy()[0]
    mix = mix / np.abs(mix).max()
    length = mix.shape[-1]
    none = np.zeros((1, *mix.shape), np.float32)
    window = Window(mix, none, np.zeros(1, bool), 0, 0, length)
    host = model.method.run([window], Control(steps))[0].stems[0]
    sign = 1.0 if spec.steering.sign == "descend" else -1.0
    target = np.zeros((1, len(spec.steering.tags)), np.float32)
    target[0, 0] = 1
    feeds = {"mix": mix[None], "target": target, "steps": np.array(steps, np.int64),
             "rate": np.array(sign * spec.steering.rate, np.float32)}  # fmt: skip
    (stems,) = open_session(loop).run_several(["stems"], feeds)
    found = mix - stems[0, 0] if spec.steering.output == "residual" else stems[0, 0]
    if not np.array_equal(found, host):
        worst = float(np.abs(found - host).max())
        seen = f"Loop and host loop differ by {worst:.1e} after {steps} steps"
        raise ParityError(seen, "equal bits", "do not use this graph")


def music(samples: int) -> torch.Tensor:
    """(1, 1, samples) float32 of peak 1: notes, beats and noise."""
    rng, time = np.random.default_rng(0), np.arange(samples) / 8000
    tones = sum(np.sin(2 * np.pi * pitch * time) for pitch in rng.uniform(60, 900, 5))
    noise = rng.standard_normal(samples) * np.exp(-9 * (time * 2 % 1))
    audio = 0.2 * tones + 0.3 * noise
    return torch.from_numpy((audio / np.abs(audio).max()).astype(np.float32))[None, None]
