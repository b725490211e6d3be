"""Which device channels carry what: `--in-map mix=1-2,drums=3-4`, `--out-map drums=1-2,bass=none`.

Names and channels as people count them (from 1) come in, column indices (from 0) go out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from daw_bridge.errors import BadChannels

Columns = tuple[int, ...]

_FORM = "name=first-last or name=none, separated by commas, channels counted from 1"
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")
_MIX = "mix"
_NONE = "none"


@dataclass(frozen=True)
class InMap:
    """Columns of the mix, and of each known stem that is routed in."""

    mix: Columns
    known: dict[str, Columns]


def parse_map(text: str, lone_name: str = "") -> dict[str, Columns]:
    """`drums=1-2,bass=3` -> {"drums": (0, 1), "bass": (2,)}; `none` gives an empty tuple.

    With `lone_name`, a part without a name is that one's. Raises BadChannels.
    """
    found: dict[str, Columns] = {}
    for part in (one.strip() for one in text.split(",")):
        name, equals, channels = part.rpartition("=")
        name = name.strip() if equals else lone_name
        if not name or name in found:
            raise BadChannels(f"{part!r} in the map {text!r}", f"{_FORM}, each name once", _LOOK)
        found[name] = _columns(channels.strip(), text)
    _refuse_overlap(found, text)
    return found


_LOOK = "`daw-bridge devices` shows the channels there are."


def _columns(channels: str, text: str) -> Columns:
    if channels == _NONE:
        return ()
    match = _RANGE.fullmatch(channels)
    first = int(match[1]) if match else 0
    last = int(match[2] or first) if match else 0
    if not 1 <= first <= last:
        raise BadChannels(f"channels {channels!r} in the map {text!r}", _FORM, _LOOK)
    return tuple(range(first - 1, last))


def _refuse_overlap(found: dict[str, Columns], text: str) -> None:
    owner: dict[int, str] = {}
    for name, columns in found.items():
        for column in columns:
            if column in owner:
                raise BadChannels(
                    f"channel {column + 1} for both {owner[column]} and {name} in {text!r}",
                    "every channel once",
                    "Give each name channels of its own.",
                )
            owner[column] = name


def in_map(text: str, channels: int, device: str, available: int) -> InMap:
    """The input map of a device with `available` inputs; empty text: the first ones are the mix.

    Raises BadChannels.
    """
    found = parse_map(text or f"1-{channels}", _MIX)
    if not found.get(_MIX):
        raise BadChannels(f"no mix in the input map {text!r}", "mix=first-last", _LOOK)
    _check(found, channels, device, available, "inputs")
    known = {name: columns for name, columns in found.items() if name != _MIX and columns}
    return InMap(found[_MIX], known)


def out_map(
    text: str, outputs: tuple[str, ...], channels: int, device: str, available: int
) -> tuple[Columns, ...]:
    """Columns of every output, () for one that is not played.

    Empty text: the device's channels in the order of `outputs`. Raises BadChannels.
    """
    found = parse_map(text) if text else _in_order(outputs, channels)
    _check_names(found, outputs, text)
    _check(found, channels, device, available, "outputs")
    return tuple(found[name] for name in outputs)


def _in_order(outputs: tuple[str, ...], channels: int) -> dict[str, Columns]:
    return {
        name: tuple(range(row * channels, (row + 1) * channels)) for row, name in enumerate(outputs)
    }


def _check_names(found: dict[str, Columns], outputs: tuple[str, ...], text: str) -> None:
    names = ", ".join(outputs)
    unknown = [name for name in found if name not in outputs]
    if unknown:
        raise BadChannels(
            f"{', '.join(unknown)} in the output map {text!r}",
            f"outputs of this model: {names}",
            "Use these names.",
        )
    missing = [name for name in outputs if name not in found]
    if missing:
        raise BadChannels(
            f"no {', '.join(missing)} in the output map {text!r}",
            f"all of {names}",
            f"Add {', '.join(f'{name}=none' for name in missing)} to leave them out.",
        )


def _check(
    found: dict[str, Columns], channels: int, device: str, available: int, side: str
) -> None:
    for name, columns in found.items():
        if columns and len(columns) != channels:
            raise BadChannels(
                f"{len(columns)} channels for {name}",
                f"{channels}, as the stream has",
                "Change the map or --channels.",
            )
    needed = 1 + max((column for columns in found.values() for column in columns), default=-1)
    if needed > available:
        raise BadChannels(
            f"a map that needs {needed} {side}",
            f"at most the {available} of {device}",
            "Choose another device, leave outputs out with name=none, or use --channels 1.",
        )
