"""Rolling windows in torch, each begun cold or from the window before: does a warm start pay?

Every hop the window moves on and the middle of its estimate is committed, as in a live stream. A
cold window forgets the one before: its first step hides every stem in all of it. A warm one keeps
what was estimated up to the end of what is committed, as given, and hides only what comes after;
later steps hide subsets of the stems there, as in blocked Gibbs sampling. A network with flags over
time is told where the hidden part begins; one without is told that the stem is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from engines.spec import RESIDUAL
from export.common.errors import ExportError
from export.common.metrics import audible, bootstrap, sdr
from export.nets.checkpoint import load_model
from export.nets.gibbs import Schedule
from export.nets.nade import Nade, Signal, StftDomain
from export.scores.evaluation.rows import Atoms, atoms, label, total
from export.scores.evaluation.sets import SongSet, places, read
from export.scores.peers import Task

WAYS = ("cold", "warm")


class RollError(ExportError):
    """The lengths of rolling windows do not fit into each other, or the model."""

    code = "export_roll"


@dataclass(frozen=True)
class Songs:
    """A folder of songs: how much of each, of how many, and which stems are mixed (None: all)."""

    root: Path
    seconds: float | None = None
    limit: int | None = None
    stems: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Roll:
    """Samples at the model's rate. The last `lookahead_samples` of a window are not committed.

    Raises RollError where the lengths do not fit into each other, or the model.
    """

    window_samples: int
    hop_samples: int
    lookahead_samples: int

    def __post_init__(self) -> None:
        if not 0 < self.hop_samples <= self.window_samples - self.lookahead_samples:
            raise RollError(f"{self}", "hop and lookahead that fit into the window", "shorten them")

    def unit(self, model: Nade) -> int:
        """Samples per frame of the model's state. Raises RollError."""
        unit = model.domain.hop_samples if isinstance(model.domain, StftDomain) else 1
        if any(length % unit for length in (self.hop_samples, self.lookahead_samples)):
            expected = f"hop and lookahead in multiples of {unit} samples"
            raise RollError(f"{self}", expected, "change them")
        return unit


@torch.no_grad()
def rolled(
    model: Nade, mix: Tensor, roll: Roll, steps: int, warm: bool, seed: int = 0
) -> tuple[Tensor, int]:
    """mix (C, T) -> stems (S, C, T) as committed hop by hop, and the number of network calls.

    Before the mixture lies silence, after it too. The random masks of a hop depend on (seed, hop).
    """
    window, hop, ahead = roll.window_samples, roll.hop_samples, roll.lookahead_samples
    unit, count = roll.unit(model), -(-mix.shape[-1] // hop)
    padded = torch.nn.functional.pad(
        mix, (window - hop - ahead, count * hop - mix.shape[-1] + ahead)
    )
    past: Tensor | None = None
    parts, calls = [], 0
    for number in range(count):
        signal = model.encode(padded[None, :, number * hop : number * hop + window])
        generator = torch.Generator().manual_seed((seed << 20) + number)
        frames = signal.mix.shape[-1]
        start = frames - (hop + ahead) // unit if warm and past is not None else 0
        state = _begun(model, signal, past, hop // unit, start)
        past, used = _refined(model, signal, state, start, steps, generator)
        calls += used
        stems = model.decode(signal, past)[0]
        parts.append(stems[..., window - hop - ahead : window - ahead])
    return torch.cat(parts, -1)[..., : mix.shape[-1]], calls


def _begun(model: Nade, signal: Signal, past: Tensor | None, hop: int, start: int) -> Tensor:
    """The state before the first step: of the window before, moved on, before frame `start`."""
    state = torch.zeros(1, model.config.stems, *signal.mix.shape[1:])
    if past is not None and start:
        state[..., :start] = past[..., hop : hop + start]
    return state


def _refined(
    model: Nade, signal: Signal, state: Tensor, start: int, steps: int, generator: torch.Generator
) -> tuple[Tensor, int]:
    """The state after so many steps on the frames from `start` on, and the calls made."""
    schedule, calls = Schedule(), 0
    for step in range(steps if model.conditional else 1):
        drawn = torch.rand(1, model.config.stems, generator=generator)
        stems = drawn < (schedule.rho(step, steps) if step else 1.0)
        if not stems.any():
            continue
        estimate = model.state(signal, _asked(model, signal, state, stems, start))
        chosen = stems.reshape(1, -1, *[1] * (state.dim() - 2))
        state[..., start:] = torch.where(chosen, estimate, state)[..., start:]
        calls += 1
    return state, calls


def _asked(model: Nade, signal: Signal, state: Tensor, stems: Tensor, start: int) -> Tensor:
    """Raw estimates where the stems (1, S) are hidden from frame `start` on."""
    frames = signal.mix.shape[-1]
    hidden = stems.unsqueeze(-1) & (torch.arange(frames) >= start)
    if model.flag_axis == "time" or start == 0 or not model.conditional:
        return model.predict(signal, state, hidden if start else stems)
    keep = ~hidden.reshape(1, stems.shape[1], *[1] * (state.dim() - 3), frames)
    return model.call(signal.mix, state * keep, model.flags(stems))


def measured(
    model: Nade, clips: Sequence[Scored], roll: Roll, steps: int, warm: bool, bar: tqdm
) -> tuple[NDArray[np.float64], float]:
    """SDR (clips, rows) of the committed audio, NaN where a row is silent; calls per hop."""
    rows, calls, hops = [], 0, 0
    for number, clip in enumerate(clips):
        mix = torch.from_numpy(clip.task.mix)
        found, used = rolled(model, mix, roll, steps, warm, number)
        rows.append(clip.sdr(found.numpy()))
        calls, hops = calls + used, hops - (-mix.shape[-1] // roll.hop_samples)
        bar.update()
    return np.stack(rows), calls / hops


@dataclass(frozen=True)
class Scored:
    """A clip, and which sums of the model's `stems` are held against which of its own."""

    task: Task
    stems: tuple[str, ...]
    rows: Atoms

    def sdr(self, found: NDArray[np.float32]) -> NDArray[np.float64]:
        """Estimates (S, C, T) -> SDR (rows,) in dB, NaN where the truth is below -60 dBFS."""
        named = dict(zip(self.stems, found, strict=True))
        named[RESIDUAL] = self.task.mix - found.sum(0)
        truth = np.stack([total(self.task.stems, row) for row in self.rows])
        estimates = np.stack([total(named, names) for names in self.rows.values()])
        return np.where(audible(truth), sdr(estimates, truth), np.nan)


def clips_of(songs: Songs, model: Nade, about: Mapping[str, Any]) -> list[Scored]:
    """One clip of each song. Raises ClipError."""
    stems, channels = tuple(about["stems"]), model.config.channels
    whole, found = SongSet(songs.root.name, songs.root, songs.seconds, 1), []
    for place in places(whole, songs.stems, songs.limit):
        rows = atoms(stems, place.stems)
        task = read(place, about["rate_hz"], channels, tuple(rows))
        found.append(Scored(task, stems, rows))
    return found


def report(
    checkpoints: Sequence[Path], rolls: Sequence[Roll], steps: Sequence[int], songs: Songs
) -> list[dict[str, Any]]:
    """One row per checkpoint, roll, way and number of steps; gains are over the roll's first."""
    rows: list[dict[str, Any]] = []
    for path in checkpoints:
        model, about = load_model(path)
        clips = clips_of(songs, model, about)
        runs = [(way, n) for way in WAYS for n in steps] if model.conditional else [("cold", 1)]
        with tqdm(total=len(rolls) * len(runs) * len(clips), unit="song", disable=None) as bar:
            for roll in rolls:
                first: NDArray[np.float64] | None = None
                for way, count in runs:
                    values, calls = measured(model, clips, roll, count, way == "warm", bar)
                    first = values if first is None else first
                    rows.append(
                        {"checkpoint": str(path), "lookahead": roll.lookahead_samples, "way": way,
                         "steps": count, "calls_per_hop": calls}
                        | summary(values, first, clips[0])
                    )  # fmt: skip
    return rows


def summary(
    values: NDArray[np.float64], first: NDArray[np.float64], clip: Scored
) -> dict[str, Any]:
    """What is said of values (clips, rows) beside those of one cold step."""
    gain = np.nanmean(values - first, axis=1)
    mean, low, high = bootstrap(gain[~np.isnan(gain)])
    medians = np.nanmedian(values, axis=0)
    return {
        "sdr": float(medians.mean()), "gain": [mean, low, high],
        "rows": dict(zip(map(label, clip.rows), medians.tolist(), strict=True)),
        "values": [[None if np.isnan(v) else v for v in row] for row in values],
    }  # fmt: skip


def table(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as text."""
    head = f"{'checkpoint':32} {'lookahead':>9} {'way':5} {'steps':>5} {'calls/hop':>9}"
    lines = [f"{head} {'SDR':>6}  gain"]
    for row in rows:
        mean, low, high = row["gain"]
        lines.append(
            f"{str(row['checkpoint'])[-32:]:32} {row['lookahead']:9} {row['way']:5} "
            f"{row['steps']:5} "
            f"{row['calls_per_hop']:9.2f} {row['sdr']:6.2f}  {mean:+.3f} [{low:+.3f}, {high:+.3f}]"
        )
    return "\n".join(lines)
