"""The tables of docs/reference/model-file.md: every field of a model's description.

They are made from the records of engines/spec; what a field is, its record's docstring says.
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
from typing import Any, Union, get_args, get_origin, get_type_hints

from daw_bridge.cli.tables import markdown
from daw_bridge.wire.described import parts_of, unit_of
from engines.records import encode
from engines.spec import ModelSpec

TITLES = {
    "ModelSpec": "The description", "WaveformDomain": "Domain: waveform",
    "StftDomain": "Domain: stft", "HybridDomain": "Domain: hybrid", "Preset": "Preset",
    "Schedule": "Schedule", "Port": "Port", "Part": "Part", "Rest": "Rest", "StatePair": "State",
    "Then": "Then", "FirstModel": "First", "Member": "Member", "Steering": "Steering",
    "PresetModel": "Elsewhere",
    "Query": "Query", "Target": "Target", "Diffusion": "Diffusion", "Generating": "Generating",
    "Published": "Published",
}  # fmt: skip
"""A record -> the title of its table."""
_FOR_PYTHON = re.compile(r" (Validated when made; r|R)aises SpecError\.")
_NAMES: dict[Any, str] = {
    int: "integer", float: "number", bool: "true or false", str: "text", type(None): "null",
}  # fmt: skip


def fields_text() -> str:
    """A table for the description, and one for each record in it, as Markdown."""
    return "\n\n".join(part.strip() for record in records(ModelSpec) for part in _table(record))


def records(record: type) -> tuple[type, ...]:
    """The record and all that are in it, each once."""
    found, waiting = dict[type, None](), [record]
    while waiting:
        one = waiting.pop(0)
        if one not in found:
            found[one] = None
            waiting += [inner for hint in get_type_hints(one).values() for inner in _within(hint)]
    return tuple(found)


def _within(hint: Any) -> list[type]:
    """The records that a type is made of."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return [hint]
    return [one for item in get_args(hint) for one in _within(item)]


def _table(record: type) -> list[str]:
    summary, texts = parts_of(record)
    hints = get_type_hints(record)
    rows = [
        (f"`{one.name}`", _kind(one.name, hints[one.name]), _default(one), _text(texts[one.name]))
        for one in dataclasses.fields(record)
    ]
    header = ("field", "type", "default", "what it says")
    return [f"### {TITLES[record.__name__]}", _FOR_PYTHON.sub("", summary), markdown(header, rows)]


def _text(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kind(name: str, hint: Any) -> str:
    unit = unit_of(name)
    return f"{_words(hint)}, {unit}" if unit else _words(hint)


def _words(hint: Any) -> str:
    """A type, as JSON has it."""
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        title = TITLES[hint.__name__]
        return f"[{title.lower()}](#{title.lower().replace(':', '').replace(' ', '-')})"
    if get_origin(hint) in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(map(_words, get_args(hint))))
    if get_origin(hint) is tuple:
        first, *rest = get_args(hint)
        if rest == [Ellipsis]:
            return f"list, each {_words(first)}"
        return "[" + ", ".join(map(_words, get_args(hint))) + "]"
    return _NAMES[hint]


def _default(one: dataclasses.Field[Any]) -> str:
    if one.default is dataclasses.MISSING:
        return "must be there"
    return f"`{json.dumps(encode(one.default))}`"
