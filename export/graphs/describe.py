"""A model's spec from what its checkpoint says and what is chosen when it is exported."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from engines.errors import SpecError
from engines.spec import Domain, ModelSpec, Preset, Query, Schedule, StftDomain, WaveformDomain
from export.common.errors import ExportError
from export.nets import nade

#: Presets in seconds: window, hop, lookahead, crossfade; and steps (one, without conditioning).
#: Chosen with tests/bench/live_presets.py on validation clips of `song`: docs/measured/presets.md.
#: A live window of 0.65 s loses no SDR either, but leaves seams of 2 dB in the demo song's vocals.
PRESETS = {
    "tight": (0.51, 0.0465, 0.0465, 0.023, 1),
    "live": (1.0, 0.139, 0.186, 0.023, 1),
    "quality": (1.0, 0.139, 0.372, 0.023, 1),
    "offline": (8.0, 4.0, 2.0, 0.1, 1),
}


class ChoiceError(ExportError):
    """What was chosen for the export contradicts itself or the network."""

    code = "export_choice"


@dataclass(frozen=True)
class Choices:
    """What the checkpoint does not know. `presets` replaces single values of those in PRESETS;
    `estimate`, `draw` and `known` are the schedule's. `level_db`: in place of the checkpoint's.
    """

    name: str
    presets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    rate_tolerance: float = 0.10
    estimate: str = "last"
    draw: str = "independent"
    known: str = "given"
    level_db: float | None = None


def domain_of(model: nade.Nade) -> Domain:
    """The engine's view of the network's domain."""
    domain = model.domain
    if isinstance(domain, nade.WaveformDomain):
        return WaveformDomain(domain.length_base_samples, domain.length_step_samples)
    bands = getattr(model.config, "runs", None)
    return replace(domain.engines, bands=bands)


def query_of(model: nade.Nade) -> Query | None:
    """The tags of a network that listens to some."""
    config = model.config
    return Query(config.tags, config.covers) if hasattr(config, "tags") else None


def _schedule(choices: Choices) -> Schedule:
    return Schedule(estimate=choices.estimate, draw=choices.draw, known=choices.known)


def make_spec(model: nade.Nade, seen: Mapping[str, Any], choices: Choices) -> ModelSpec:
    """The spec of a network and its checkpoint's description. Raises ChoiceError."""
    domain, rate_hz, conditional = domain_of(model), int(seen["rate_hz"]), model.conditional
    one_pass = "waveform" if isinstance(domain, WaveformDomain) else "mask"
    query = query_of(model)
    try:
        presets: dict[str, Any] = {
            name: _preset(usual, choices.presets.get(name, {}), rate_hz, domain, conditional)
            for name, usual in PRESETS.items()
        }
        return ModelSpec(
            name=choices.name,
            stems=tuple(seen["stems"]),
            rate_hz=rate_hz,
            channels=model.config.channels,
            method="gibbs" if conditional else "query" if query else one_pass,
            domain=domain,
            **presets,
            rate_tolerance=choices.rate_tolerance,
            conditional=conditional,
            flag_hot=model.flag_hot,
            flag_axis=model.flag_axis,
            schedule=_schedule(choices) if conditional else None,
            level_db=seen.get("level_db") if choices.level_db is None else choices.level_db,
            query=query,
        )
    except SpecError as error:
        raise ChoiceError(error.seen, error.expected, "choose other values") from error


def _preset(
    seconds: tuple[float, ...],
    chosen: Mapping[str, int],
    rate_hz: int,
    domain: Domain,
    conditional: bool,
) -> Preset:
    *lengths, steps = seconds
    # Whole STFT hops: every window then begins with a frame, as in training.
    unit = domain.hop_samples if isinstance(domain, StftDomain) else 1
    window, hop, lookahead, crossfade = (
        max(1, round(length * rate_hz / unit)) * unit for length in lengths
    )
    count = int(steps) if conditional else 1
    usual = Preset(domain.valid_window(window), hop, lookahead, crossfade, count)
    unknown = sorted(set(chosen) - set(asdict(usual)))
    if unknown:
        expected = ", ".join(asdict(usual))
        raise ChoiceError(f"preset values {', '.join(unknown)}", expected, "correct the name")
    return replace(usual, **chosen)


def parse_preset(text: str) -> dict[str, int]:
    """`window=65536,hop=8192,steps=2` as preset fields, samples at the model's rate."""
    found = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.partition("=")
        key = "steps" if name.strip() == "steps" else f"{name.strip()}_samples"
        if not number.strip().isdigit():
            action = "write for example window=65536,hop=8192,lookahead=4096,crossfade=1024,steps=2"
            raise ChoiceError(f"preset value {part!r}", "NAME=WHOLE NUMBER", action)
        found[key] = int(number)
    return found


def read_json(path: Path) -> Any:
    """A JSON file's value. Raises ChoiceError."""
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ChoiceError(f"{path}: {error}", "a JSON file", "check the path") from error
