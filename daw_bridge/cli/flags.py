"""Command-line flags made from the parameter table, so that names, limits and help agree."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable

from daw_bridge.errors import BadValue
from daw_bridge.settings.parameter import TYPE_NAMES, Parameter, Value


def add_flags(
    parser: argparse.ArgumentParser, parameters: Iterable[Parameter], group: str = "",
    only_given: bool = False,
) -> None:  # fmt: skip
    """Add the flag of every parameter that has one; values land in `args.<parameter.key>`.

    A `many` parameter gives a list (empty when not given), an integer one of 0 or 1 with no other
    choice a switch. `only_given`: what is not given is not there, in the place of a default.
    """
    target = parser.add_argument_group(group) if group else parser
    for one in parameters:
        if not one.flags:
            continue
        if is_switch(one):
            target.add_argument(
                *one.flags, dest=one.key, action="store_const", const=1,
                default=_default(one, only_given), help=_help(one),
            )  # fmt: skip
        elif one.many:
            target.add_argument(
                *one.flags, dest=one.key, action="append",
                default=_default(one, only_given), type=_parser(one), metavar=_metavar(one),
                help=_help(one),
            )  # fmt: skip
        else:
            target.add_argument(
                *one.flags, dest=one.key, default=_default(one, only_given), type=_parser(one),
                metavar=_metavar(one), help=_help(one),
            )  # fmt: skip


def _default(parameter: Parameter, only_given: bool) -> Value | list[Value]:
    if only_given:
        return argparse.SUPPRESS
    return [] if parameter.many else parameter.default


def is_switch(parameter: Parameter) -> bool:
    """Whether the flag takes no value: an integer that is 0 or 1 and off by default."""
    limits = (parameter.minimum, parameter.maximum)
    return parameter.type == "i" and limits == (0, 1) and parameter.default == 0


def _parser(parameter: Parameter) -> Callable[[str], Value]:
    def parse(text: str) -> Value:
        try:
            return parameter.parse(text)
        except BadValue as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return parse


def _metavar(parameter: Parameter) -> str:
    if parameter.choices:
        return "{" + ",".join((*parameter.choices, *parameter.besides)) + "}"
    return {"i": "N", "f": "X", "s": "TEXT"}[parameter.type]


def _help(parameter: Parameter) -> str:
    text = parameter.help
    if not is_switch(parameter) and not parameter.many and parameter.default not in ("", None):
        text += f" Default: {parameter.default}"
        text += f" ({parameter.unit})." if parameter.unit else "."
    elif parameter.unit and parameter.type in TYPE_NAMES:
        text += f" ({parameter.unit})"
    return text.replace("%", "%%")
