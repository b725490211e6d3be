"""The names of a stream's parameters: all of them, and those that a pattern matches."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from daw_bridge.errors import BadValue, UnknownStem
from daw_bridge.server.session.state import StreamState
from daw_bridge.settings.parameters import STEM, STREAM_PARAMETERS, resolve
from daw_bridge.settings.patterns import is_pattern, matching


def names_of(state: StreamState) -> Iterator[str]:
    """Every name of every parameter, of each stem one."""
    for one in STREAM_PARAMETERS:
        if not one.per_stem:
            yield from one.names
        else:
            yield from (name.replace(STEM, stem) for name in one.names for stem in state.outputs)


def named(
    state: StreamState, asked: str, left_out: Callable[[str, str], bool] = lambda name, stem: False
) -> tuple[str, ...]:
    """What a pattern matches, each parameter under its first name; a name stands for itself, and
    `stem/3/gain` for the third output's, where no output is called 3.

    `left_out`: whether a pattern does not stand for this parameter (as in the table, with its
    stem). Raises BadValue where it stands for nothing.
    """
    if not is_pattern(asked):
        return (_counted(state, asked),)
    found: dict[tuple[str, str], str] = {}
    for name in matching(asked, names_of(state)):
        one, stem = resolve(name)
        if not left_out(one.name, stem):
            found.setdefault((one.name, stem), name)
    if not found:
        raise BadValue(
            f"{asked!r}, which matches no parameter of this stream that fits",
            "one of " + ", ".join(names_of(state)),
            "See docs/reference/osc.md on patterns.",
        )
    return tuple(found.values())


def _counted(state: StreamState, name: str) -> str:
    """The name with the output's own in place of its number. Raises UnknownStem."""
    parts = name.split("/")
    if len(parts) != 3 or parts[0] != "stem" or not state.outputs or parts[1] in state.outputs:
        return name
    if not (parts[1].isascii() and parts[1].isdigit()):
        return name
    number = int(parts[1]) if len(parts[1]) < 10 else 0
    if not 1 <= number <= len(state.outputs):
        raise UnknownStem(
            f"stem {parts[1]}", f"1 to {len(state.outputs)}, or one of {', '.join(state.outputs)}",
            "Check the number.",
        )  # fmt: skip
    return "/".join(("stem", state.outputs[number - 1], parts[2]))
