"""What a job is asked to generate. Frozen, checked when it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from daw_bridge.errors import BadValue
from daw_bridge.files.generated.options import (
    GENERATE_PARAMETERS,
    Row,
    generate_parameter,
    parse_given,
    parse_rows,
)
from daw_bridge.files.times import Time, parse_time, time_text
from daw_bridge.settings.names import check_names
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.values import Valued, Values, changed

DEFAULTS: Values = tuple((one.name, one.default) for one in GENERATE_PARAMETERS if not one.many)


@dataclass(frozen=True)
class GenerateRequest(Valued):
    """Generate `out_dir/generated_<part><suffix>`. Raises BadValue.

    `values`: every option that may be given once, by the table's names. `given`: the instruments of
    each given file, and the file.
    """

    out_dir: Path
    values: Values = DEFAULTS
    given: tuple[tuple[Row, Path], ...] = ()

    def __post_init__(self) -> None:
        for path in (self.out_dir, *(path for _, path in self.given)):
            if "\0" in str(path):
                raise BadValue(
                    f"path {str(path)!r}", "a path without a NUL byte", "Check the path."
                )
        rows = [*self.parts, *(row for row, _ in self.given)]
        action = "Name each instrument once: it is made, or given."
        check_names("stems and given", tuple(one for row in rows for one in row), action)
        length = self.length
        if length is not None and not (length.samples or length.seconds):
            raise BadValue(f"seconds {self.text('seconds')!r}", "more than 0", "Choose a length.")

    @property
    def parts(self) -> tuple[Row, ...]:
        """What is made, as it was asked for; () for all that is not given."""
        return parse_rows(self.text("stems"))

    @property
    def length(self) -> Time | None:
        """How long the files are; None where it was not said."""
        return parse_time("seconds", self.text("seconds"))

    @property
    def model(self) -> str:
        """The model's name or path; "" for the one that can."""
        return self.text("model")

    def changed(self, values: Mapping[str, Value]) -> GenerateRequest:
        """The request with other values."""
        return replace(self, values=changed(self.values, values))


def generate_request_from(
    out_dir: Path, options: Iterable[tuple[str, Value]] = ()
) -> GenerateRequest:
    """A request from options by name, alias, flag or key; what is not given has its default.

    The command line and the server's `generate` message both come here. Text is accepted for every
    value, and for the length a number of seconds. `given` may be there several times, and each may
    have several lines. Raises BadValue, UnknownParameter.
    """
    values: dict[str, Value] = {}
    given: list[str] = []
    for name, value in options:
        one = generate_parameter(name)
        if one.name == "seconds" and not isinstance(value, str):
            value = time_text(value)
        checked = one.parse(value) if isinstance(value, str) else one.check(value)
        if one.many:
            given += str(checked).split("\n")
        else:
            values[one.name] = checked
    stems = tuple(parse_given(one) for one in given if one)
    return GenerateRequest(out_dir, changed(DEFAULTS, values), stems)
