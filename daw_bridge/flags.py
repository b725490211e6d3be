"""Command-line flags made from the parameter table."""

from __future__ import annotations

from argparse import Action, ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable

from daw_bridge.errors import BadValue, BridgeError
from daw_bridge.parameters import Parameter, Value, parameter


def add_flags(parser: ArgumentParser, names: Iterable[str]) -> None:
    """Adds the flags of the named parameters: their help, default and check from the table."""
    for name in names:
        _add_flag(parser, parameter(name))


def values(args: Namespace, names: Iterable[str]) -> dict[str, Value]:
    """name -> value of the named parameters, checked; those with `many` are left out."""
    chosen = (parameter(name) for name in names)
    return {one.name: one.check(getattr(args, one.key)) for one in chosen if not one.many}


def many(args: Namespace, name: str) -> tuple[str, ...]:
    """The values of a repeatable option."""
    return tuple(getattr(args, parameter(name).key))


def _add_flag(parser: ArgumentParser, one: Parameter) -> Action:
    if one.cli_flag is None:
        raise BadValue(f"{one.name} as a flag", "a parameter with a flag", "See parameters.py.")
    help_text = f"{one.help} ({one.allowed()}"
    metavar = one.unit.split(" ")[0].upper() if one.unit else None
    if one.many:
        return parser.add_argument(
            one.cli_flag, dest=one.key, action="append", default=[], help=_escaped(help_text + ")")
        )
    if one.default != "":
        help_text += f"; default {one.default}"
    return parser.add_argument(
        one.cli_flag,
        dest=one.key,
        type=_reader(one),
        default=one.default,
        metavar=None if one.choices else metavar,
        choices=one.choices or None,
        help=_escaped(help_text + ")"),
    )


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _reader(one: Parameter) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        try:
            return one.parse(text)
        except BridgeError as error:
            raise ArgumentTypeError(str(error)) from error

    return read
