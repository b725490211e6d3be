"""`daw-bridge serve --config FILE`: the start options in a file (TOML), by the flags' names.

Everything follows from the table of parameters: names, types, limits, what may be repeated.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from daw_bridge.errors import BadFile, BadValue, UnknownParameter
from daw_bridge.settings.parameter import Parameter, Value, as_key
from daw_bridge.settings.parameters import PARAMETERS

Options = dict[str, Value | list[Value]]
"""Values by `Parameter.key`, as the command line gives them; a list where a flag is repeatable."""

SEE = "See docs/reference/options.md and parameters.md."
_BY_KEY = {
    as_key(name): one for one in PARAMETERS if one.flags for name in (*one.names, *one.flags)
}


def read_config(file: Path) -> Options:
    """The options in a file. Raises BadFile, BadValue, UnknownParameter, which name the file."""
    found: Options = {}
    for name, value in _parsed(file).items():
        one = _named(file, name)
        if one.key in found:
            raise BadValue(
                f"{file}: {one.key} twice, also as {name}", "one value", "Leave one out."
            )
        found[one.key] = _checked(file, name, one, value)
    return found


def _parsed(file: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:  # ValueError: no TOML, no UTF-8, a NUL in the name
        why = getattr(error, "strerror", "") or str(error)
        raise BadFile(
            f"--config {file}: {why}",
            "a TOML file, e.g. with the line: osc-port = 17120",
            "Check the path and the line. A path with backslashes stands in single quotes.",
        ) from error


def _named(file: Path, name: str) -> Parameter:
    one = _BY_KEY.get(as_key(name))
    if one is None:
        flags = [flag.removeprefix("--") for each in _BY_KEY.values() for flag in each.flags]
        near = get_close_matches(name.replace("_", "-"), flags, 1, 0.0)
        raise UnknownParameter(
            f"{file}: an option called {name!r}", f"a flag of serve, such as {near[0]}", SEE
        )
    return one


def _checked(file: Path, name: str, one: Parameter, value: object) -> Value | list[Value]:
    """The value as its flag would give it: a repeatable one as a list, true and false as 1 and 0.

    Raises BadValue.
    """
    if one.many:
        return [_single(file, name, one, each) for each in _items(value)]
    return _single(file, name, one, value)


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]


def _single(file: Path, name: str, one: Parameter, value: object) -> Value:
    yes_or_no = (one.minimum, one.maximum) == (0, 1)
    if isinstance(value, bool) and not yes_or_no:
        raise BadValue(f"{file}: {name} = {str(value).lower()}", one.allowed(), SEE)
    try:
        return one.check(value)
    except BadValue as error:
        raise BadValue(f"{file}: {name} = {value!r}", error.expected, error.action) from error


def told(given: Options, file: str, in_file: Options) -> str:
    """One line for the log: what came from the command line, what from the file."""
    kept = {key: value for key, value in in_file.items() if key not in given}
    over = [key for key in in_file if key in given]
    parts = [f"command line: {_list(given)}", f"{file or 'no --config'}: {_list(kept)}"]
    parts += [f"the command line goes before the file: {', '.join(over)}"] if over else []
    return "options; " + "; ".join([*parts, "the others are the defaults"])


def _list(options: Options) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in options.items()) or "nothing"
