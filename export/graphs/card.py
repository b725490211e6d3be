"""The model card: licence, training and figures inside a model file.

JSON files given later win, but figures of one header are joined. Each may hold any of
    {"licence": "...", "training": "...", "steps_gain": "...", "residual_to": "other" or null,
     "level_db": -17.5 or null,
     "published": {"system": "...", "paper": "...", "scaled_down": "..."} or null,
     "elsewhere": [{"preset": "tight", "model": "..."}, ...],
     "figures": [["stem", "SDR", ...], ["drums", 5.1, ...], ...]}
and anything else, which is left alone: the results of `evaluate` are such files. Where `elsewhere`
names another model for a live preset, the model's own preset of that name goes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx

from engines.load import read_spec
from engines.records import decode
from engines.spec import Cell, ModelSpec, PresetModel, Published
from export.graphs.describe import read_json
from export.graphs.errors import CardError
from export.graphs.files import save, set_spec


def fill(spec: ModelSpec, values: Any, source: str) -> ModelSpec:
    """The spec with a card's values.

    Raises CardError; SpecError for an unknown residual stem, or a `published` that says nothing.
    """
    _require(isinstance(values, dict), source, "an object with licence, training, figures ...")
    changes: dict[str, Any] = {}
    for name in ("licence", "training", "steps_gain"):
        if name in values:
            _require(isinstance(values[name], str), f"{source}: {name}", "text")
            changes[name] = values[name]
    if "residual_to" in values:
        target = values["residual_to"]
        _require(target is None or isinstance(target, str), f"{source}: residual_to", "a stem")
        changes["residual_to"] = target
    if "level_db" in values:
        level = values["level_db"]
        number = level is None or type(level) in (int, float)
        _require(number, f"{source}: level_db", "dB re full scale, or null")
        changes["level_db"] = None if level is None else float(level)
    if "published" in values:
        changes["published"] = decode(Published | None, values["published"], "published")
    if "elsewhere" in values:
        others = decode(tuple[PresetModel, ...], values["elsewhere"], "elsewhere")
        changes |= {"elsewhere": others} | {one.preset: None for one in others}
    if "figures" in values:
        changes["figures"] = figures(values["figures"], source)
    _require(bool(changes), f"{source} with none of its keys", "licence, training, figures ...")
    return replace(spec, **changes)


def figures(rows: Any, source: str) -> tuple[tuple[Cell, ...], ...]:
    """Checked rows of a card, all as long as their header. Raises CardError."""
    expected = "a list of equally long rows of text, finite numbers and null, header first"
    _require(isinstance(rows, list) and bool(rows), f"{source}: figures", expected)
    for row in rows:
        cells = isinstance(row, list) and len(row) == len(rows[0])
        _require(cells, f"{source}: figures row {row!r}", expected)
        plain = all(cell is None or type(cell) in (str, int, float) for cell in row)
        plain = plain and all(math.isfinite(cell) for cell in row if type(cell) is float)
        _require(plain, f"{source}: figures row {row!r}", expected)
    return tuple(tuple(row) for row in rows)


def filled(spec: ModelSpec, cards: Sequence[Path]) -> ModelSpec:
    """The spec with the cards of JSON files. Raises as `fill`, and for what is no JSON."""
    rows: tuple[tuple[Cell, ...], ...] = ()
    for card in cards:
        values = read_json(card)
        spec = fill(spec, values, card.name)
        if "figures" in values:
            rows = rows + spec.figures[1:] if rows[:1] == spec.figures[:1] else spec.figures
            spec = replace(spec, figures=rows)
    return spec


def _require(holds: bool, seen: str, expected: str) -> None:
    if not holds:
        raise CardError(seen, expected, "correct the file")


def write_card(model: Path, cards: Sequence[Path]) -> ModelSpec:
    """Fills the card of a model file, in place and at once. Raises CardError, EngineError."""
    spec = filled(read_spec(model), cards)
    graph = onnx.load(model)
    set_spec(graph, spec)
    save(graph, model)
    return spec


def show(spec: ModelSpec) -> str:
    """The card as text."""
    lines = [
        f"{spec.name}: {', '.join(spec.stems)} at {spec.rate_hz} Hz, {spec.channels} channel(s)",
        f"licence: {spec.licence or '-'}",
        f"training: {spec.training or '-'}",
        f"steps: {spec.steps_gain or '-'}",
        f"residual to: {spec.residual_to or '-'}",
        f"published system: {spec.published.words if spec.published else '-'}",
        f"level: {'-' if spec.level_db is None else f'{spec.level_db:g} dBFS RMS'}",
    ]
    lines += [f"preset {one.preset}: runs {one.model}" for one in spec.elsewhere]
    table = [[_cell(cell) for cell in row] for row in spec.figures]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines += ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in table]
    return "\n".join(line.rstrip() for line in lines)


def _cell(cell: Cell) -> str:
    return "-" if cell is None else f"{cell:.2f}" if isinstance(cell, float) else str(cell)
