"""What separates a clip: an exported model with so many steps, or a peer."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from engines.load import Model, find_model, load_model, read_spec
from engines.methods import make_method
from engines.settings import StreamSettings, stream_settings
from engines.spec import RESIDUAL, ModelSpec, Schedule
from engines.types import Audio
from export.graphs.describe import ChoiceError
from export.graphs.separation import separate
from export.scores import peers
from export.scores.evaluation.rows import Atoms, atoms, outputs_of, total, with_residual
from export.scores.peers import Row, Task

#: Grids a model may have: names of `ModelSpec.presets`.
PRESETS = ("offline", "tight", "balanced", "quality")
#: All of them that a model has.
ALL_PRESETS = "all"
#: Fields of the spec's schedule, with the values that replace them.
Overrides = tuple[tuple[str, float | str], ...]


class System(Protocol):
    """What separates clips. `name`: as in tables; `identity`: what its results depend on, beside
    code and clip."""

    @property
    def name(self) -> str: ...

    @property
    def identity(self) -> dict[str, Any]: ...

    def rows(self, truth: tuple[str, ...]) -> tuple[Row, ...]:
        """Rows that it brings into the table, of clips with these stems."""
        ...

    def more_rows(self, truth: tuple[str, ...]) -> tuple[Row, ...]:
        """Rows beside these, that do not count in the mean over its own."""
        ...

    def fits(self, truth: tuple[str, ...]) -> bool:
        """Whether it may have an answer."""
        ...

    def estimate(self, task: Task, place: str) -> dict[Row, Audio]:
        """Its answers to the task's rows; `place` is the clip's name."""
        ...


@dataclass(frozen=True)
class Exported:
    """A model file as it is evaluated. `label` is its name in tables."""

    label: str
    path: Path
    preset: str = "offline"
    device: str = "cpu"
    threads: int = 1

    @property
    def spec(self) -> ModelSpec:
        """What the file says. Raises ModelNotFoundError, ModelFileError, SpecError."""
        return _spec(self.path)

    @property
    def default_steps(self) -> int:
        """The preset's steps; 1 where more would change nothing. Raises SettingsError."""
        spec = self.spec
        settings = stream_settings(spec, spec.rate_hz, spec.channels, preset=self.preset)
        return settings.steps if spec.refines or spec.diffusion is not None else 1


@dataclass(frozen=True)
class Run:
    """One model with so many steps, a seed, changes to its schedule and given stems.

    `residual_to`: a stem that is estimated with the residual added, too.
    """

    model: Exported
    steps: int
    seed: int = 0
    overrides: Overrides = ()
    known: tuple[str, ...] = ()
    residual_to: str | None = None

    @property
    def name(self) -> str:
        """As in tables: without the seed, over which is averaged."""
        changed = "".join(f" {name}={value}" for name, value in self.overrides)
        given = f" given {'+'.join(self.known)}" if self.known else ""
        return f"{self.model.label} N={self.steps}{changed}{given}"

    @property
    def identity(self) -> dict[str, Any]:
        """What its result depends on, beside code and clip."""
        return {
            "model": file_digest(self.model.path),
            "preset": self.model.preset,
            "device": self.model.device,
            "steps": self.steps,
            "seed": self.seed,
            "overrides": self.overrides,
            "known": self.known,
            "residual_to": self.residual_to,
        }

    def atoms(self, truth: tuple[str, ...]) -> Atoms:
        """What it estimates of a clip with these stems."""
        return atoms(self.model.spec.stems, truth)

    def rows(self, truth: tuple[str, ...]) -> tuple[Row, ...]:
        """Rows that it brings into the table."""
        return tuple(self.atoms(truth))

    def more_rows(self, truth: tuple[str, ...]) -> tuple[Row, ...]:
        """Rows beside these, that do not count in the mean over its own."""
        own = self.residual_to is not None and (self.residual_to,) in self.rows(truth)
        return (with_residual(str(self.residual_to)),) if own else ()

    def fits(self, truth: tuple[str, ...]) -> bool:
        """Whether its given stems are known of such a clip, and something is left to estimate."""
        found = self.atoms(truth)
        known = {(name,) for name in self.known}
        return known <= set(found) and len(found) > len(known)

    def estimate(self, task: Task, place: str) -> dict[Row, Audio]:
        """Estimates of the task's rows, and none of rows with a given stem. Raises EngineError."""
        return self.answers(task, self.outputs(task, self.settings(task, place)))

    def settings(self, task: Task, place: str) -> StreamSettings:
        """The stream's, with a seed of its own for each clip: one draw of masks would look like
        the method otherwise. Raises SettingsError."""
        return stream_settings(
            loaded(self.model, self.overrides).spec, task.rate_hz, len(task.mix),
            preset=self.model.preset, steps=self.steps,
            seed=(self.seed + zlib.crc32(place.encode())) % 2**31, known=self.known,
        )  # fmt: skip

    def outputs(self, task: Task, settings: StreamSettings) -> Audio:
        """Stems and residual (S + 1, C, T) of the task's mix. Raises EngineError."""
        given = {name: task.stems[name] for name in self.known}
        return separate(loaded(self.model, self.overrides), task.mix, settings, given)

    def answers(self, task: Task, outputs: Audio) -> dict[Row, Audio]:
        """Those of the task's rows that the outputs (S + 1, C, T) make up."""
        named = dict(zip((*self.model.spec.stems, RESIDUAL), outputs, strict=True))
        found = self.atoms(tuple(task.stems))
        answers = {}
        more = self.more_rows(tuple(task.stems))
        for row in task.rows:
            names = outputs_of(row, found) if RESIDUAL not in row or row in more else None
            if names is not None and not set(row) & set(self.known):
                answers[row] = total(named, names)
        return answers


@dataclass(frozen=True)
class PeerRun:
    """A peer of export/scores/peers."""

    name: str

    @property
    def identity(self) -> dict[str, Any]:
        """What its result depends on, beside code and clip."""
        needs = sorted(peers.load(self.name).NEEDS.values())
        return {"peer": self.name, "needs": needs}

    def rows(self, truth: tuple[str, ...]) -> tuple[Row, ...]:
        """Rows that it brings into the table."""
        return peers.load(self.name).rows(truth)

    def more_rows(self, truth: tuple[str, ...]) -> tuple[Row, ...]:
        """None: it has no residual."""
        return ()

    def fits(self, truth: tuple[str, ...]) -> bool:
        """Whether it may have an answer."""
        return True

    def estimate(self, task: Task, place: str) -> dict[Row, Audio]:
        """Its answers to rows that were asked for. Raises PeerError."""
        plain = replace(task, rows=tuple(row for row in task.rows if RESIDUAL not in row))
        answers = peers.load(self.name).separate(plain)
        return {row: audio for row, audio in answers.items() if row in task.rows}


@cache
def _spec(path: Path) -> ModelSpec:
    """Read once: onnxruntime opens the whole file for it."""
    return read_spec(path)


@cache
def loaded(model: Exported, overrides: Overrides = ()) -> Model:
    """The model, opened once, with a changed schedule. Raises EngineError."""
    if not overrides:
        return load_model(model.path, model.device, model.threads)
    opened = loaded(model)
    spec = with_schedule(opened.spec, dict(overrides))
    return replace(opened, spec=spec, method=make_method(spec, opened.session))


def with_schedule(spec: ModelSpec, changes: Mapping[str, Any]) -> ModelSpec:
    """The spec with another schedule. Raises SpecError for values that are none."""
    return replace(spec, schedule=replace(spec.schedule or Schedule(), **changes))


@cache
def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def exported(
    names: Sequence[str], presets: Sequence[str], device: str, threads: int
) -> list[list[Exported]]:
    """Of each model, by name or path, one for each preset, with labels that differ.

    Raises EngineError, ChoiceError.
    """
    paths = [find_model(name).resolve() for name in names]
    twice = sorted({str(path) for path in paths if paths.count(path) > 1})
    if twice:
        raise ChoiceError(f"{', '.join(twice)} twice", "different models", "name each once")
    labels = [_spec(path).name for path in paths]
    deepest = max((len(path.parts) for path in paths), default=0)
    for depth in range(1, deepest + 1):
        if len(set(labels)) == len(labels):
            break
        labels = ["/".join((*path.parts[-depth:-1], path.stem)) for path in paths]
    found = []
    for label, path in zip(labels, paths, strict=True):
        chosen = tuple(_spec(path).presets) if ALL_PRESETS in presets else tuple(presets)
        # Offline first, as it is in tables.
        chosen = tuple(sorted(chosen, key=lambda name: name != PRESETS[0]))
        called = {name: label if len(chosen) == 1 else f"{label} {name}" for name in chosen}
        found.append([Exported(called[name], path, name, device, threads) for name in chosen])
    return found
