"""What an offline job is asked to do. Frozen, checked when it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from daw_bridge.errors import BadValue
from daw_bridge.files.naming import check_template
from daw_bridge.files.options import (
    JOB_PARAMETERS,
    Made,
    job_parameter,
    parse_known,
    parse_pairs,
    parse_stems,
)
from daw_bridge.files.times import TIMES, Time, parse_time, time_text
from daw_bridge.settings.names import check_names
from daw_bridge.settings.parameters import Value
from daw_bridge.settings.values import Valued, Values, changed

DEFAULTS: Values = tuple((one.name, one.default) for one in JOB_PARAMETERS if not one.many)


@dataclass(frozen=True)
class SeparateRequest(Valued):
    """Separate one file into `out_dir/<song>/<stem><suffix>`. Raises BadValue.

    `song` "": the file's name without its suffix. `values`: every option that may be given once, by
    the table's names. Of these are parsed: `stems`, () for all (what the others give is on the
    residual); and `pairs`, channel numbers from 0, one or two each, needed above two channels.
    `known`: (stem, file) pairs; `made`: (stem, model) pairs of known stems that a model makes.
    """

    source: Path
    out_dir: Path
    song: str = ""
    values: Values = DEFAULTS
    known: tuple[tuple[str, Path], ...] = ()
    made: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        self._check_paths()
        self._check_song()
        action = "The residual is written unless --no-residual is given."
        check_names("stems", self.stems, action)
        check_names("known", self.known_names, action)
        check_names("minus", self.minus, action)
        parse_pairs(self.text("pairs"))
        parse_time("start", self.text("start"))
        parse_time("end", self.text("end"))
        self._check_together()
        check_template(self.text("name"))
        if self.text("residual/to") and self.integer("no-residual"):
            raise BadValue(
                f"--residual-to {self.text('residual/to')} with --no-residual",
                "one of the two",
                "Leave one out.",
            )

    @property
    def song_name(self) -> str:
        """The name of the folder that the stems go into."""
        return self.song or self.source.stem

    @property
    def known_names(self) -> tuple[str, ...]:
        """The stems that are known: those of files, then those that models make."""
        return tuple(name for name, _ in (*self.known, *self.made))

    @property
    def model(self) -> str:
        """The model's name or path."""
        return self.text("model")

    @property
    def stems(self) -> tuple[str, ...]:
        """The stems to write; () for all."""
        return parse_stems(self.text("stems"))

    @property
    def pairs(self) -> tuple[tuple[int, ...], ...]:
        """The channels that belong together, from 0; () where none were declared."""
        return parse_pairs(self.text("pairs"))

    @property
    def two_stems(self) -> tuple[str, ...]:
        """The one stem of a song in two, itself and the rest; () for all stems."""
        return parse_stems(self.text("two-stems"))

    @property
    def minus(self) -> tuple[str, ...]:
        """The stems that the one file lacks; () for files of stems."""
        return parse_stems(self.text("minus"))

    @property
    def span(self) -> tuple[Time | None, Time | None]:
        """From where to where; None for the beginning, and the end, of the song."""
        return parse_time("start", self.text("start")), parse_time("end", self.text("end"))

    def changed(self, values: Mapping[str, Value]) -> SeparateRequest:
        """The request with other values."""
        return replace(self, values=changed(self.values, values))

    def _check_together(self) -> None:
        """What splits a song in another way than into all its stems goes alone."""
        if len(self.two_stems) > 1:
            raise BadValue(
                f"two-stems {', '.join(self.two_stems)}", "one stem; the rest is the other",
                "Use --stems for several, or --minus for the mix without several.",
            )  # fmt: skip
        check_names("two-stems", self.two_stems)
        ways = ("two-stems", "minus", "stems", "residual/to")
        given = [f"--{one.replace('/', '-')}" for one in ways if self.text(one)]
        given += ["--no-residual"] if self.integer("no-residual") else []
        if len(given) > 1 and (self.two_stems or self.minus):
            raise BadValue(
                " with ".join(given), f"{given[0]} by itself: the rest is the mix without it",
                "Leave the others out.",
            )  # fmt: skip

    def _check_paths(self) -> None:
        for path in (self.source, self.out_dir, *(path for _, path in self.known)):
            if "\0" in str(path):
                raise BadValue(
                    f"path {str(path)!r}", "a path without a NUL byte", "Check the path."
                )

    def _check_song(self) -> None:
        name = self.song_name
        if name in ("", ".", "..") or any(c in name for c in "/\\\0"):
            raise BadValue(f"song name {name!r}", "a plain folder name", "Rename the file.")


def request_from(
    source: Path, out_dir: Path, options: Iterable[tuple[str, Value]] = (), song: str = ""
) -> SeparateRequest:
    """A request from options by name, alias, flag or key; what is not given has its default.

    The command line and the server's `separate` message both come here. Text is accepted for every
    value (OSC sends `s:key value`), and for a time a number of seconds. `known` may be given
    several times, and each may have several lines; of several values of another option the last one
    holds. Raises BadValue, UnknownParameter.
    """
    values: dict[str, Value] = {}
    known: list[str] = []
    for name, value in options:
        one = job_parameter(name)
        if one.name in TIMES and not isinstance(value, str):
            value = time_text(value)
        checked = one.parse(value) if isinstance(value, str) else one.check(value)
        if one.many:
            known += str(checked).split("\n")
        else:
            values[one.name] = checked
    stems = [parse_known(one) for one in known if one]
    files = tuple((name, one) for name, one in stems if isinstance(one, Path))
    made = tuple((name, one.model) for name, one in stems if isinstance(one, Made))
    return SeparateRequest(source, out_dir, song, changed(DEFAULTS, values), files, made)
