"""The options of an offline separation: rows of the parameter table, and a request made from them.

The command line and the server's `separate` message both go through `request_from`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from daw_bridge.errors import BadValue, UnknownParameter
from daw_bridge.files.audio import FORMATS
from daw_bridge.files.types import SeparateRequest
from daw_bridge.settings.parameter import as_key
from daw_bridge.settings.parameters import Parameter, Value, parameter

JOB_PARAMETERS: tuple[Parameter, ...] = (
    parameter("model"),
    parameter("refine/steps"),
    parameter("refine/seed"),
    parameter("device"),
    parameter("block/window"),
    parameter("block/hop"),
    parameter("block/lookahead"),
    Parameter("stems", "s", "", "Stems to write, e.g. drums,vocals; everything else goes into the "
              "residual. Default: all.", cli_flag="--stems"),
    Parameter("known", "s", "", "A stem you already have, e.g. drums=drums.wav: the others are "
              "separated given it. One the model lacks is subtracted first. Repeatable.",
              cli_flag="--known", many=True),
    Parameter("format", "s", "wav-f32", "File format of the stems.", choices=tuple(FORMATS),
              cli_flag="--format"),
    Parameter("pairs", "s", "", "Channels that belong together, e.g. 1-2,3,4,5-6. Needed for more "
              "than two channels; every channel once.", cli_flag="--pairs"),
    replace(parameter("residual/to"), cli_flag="--residual-to"),
    Parameter("no-residual", "i", 0, "Leave out what no stem claims; the files then no longer sum "
              "to the mix.", minimum=0, maximum=1, cli_flag="--no-residual"),
    Parameter("threads", "i", 0, "Cores the model may use; 0 takes all.", minimum=0, maximum=256,
              cli_flag="--threads"),
    Parameter("force", "i", 0, "Overwrite stems that exist.", minimum=0, maximum=1,
              cli_flag="--force"),
)  # fmt: skip

_BY_KEY = {as_key(name): one for one in JOB_PARAMETERS for name in (*one.names, *one.flags)}
Options = Mapping[str, Value | Sequence[Value]]


def job_parameter(name: str) -> Parameter:
    """The option called `name`: `refine/steps`, or as its flag `steps`. Raises UnknownParameter."""
    found = _BY_KEY.get(as_key(name))
    if found is None:
        raise UnknownParameter(
            f"an option called {name!r}",
            "one of " + ", ".join(one.name for one in JOB_PARAMETERS),
            "See daw-bridge separate --help.",
        )
    return found


def request_from(source: Path, out_dir: Path, options: Options, song: str = "") -> SeparateRequest:
    """A request from option values by name, flag or key; what is not given has its default.

    Text is accepted for every value (OSC sends `s:key value`). Raises BadValue, UnknownParameter.
    """
    values = _Values({one.key: one.default for one in JOB_PARAMETERS})
    known: list[str] = []
    for name, value in options.items():
        one = job_parameter(name)
        if one.many:
            known += [value] if isinstance(value, str) else [str(item) for item in _list(value)]
        else:
            values[one.key] = _typed(one, value)
    text, number = values.text, values.number
    return SeparateRequest(
        source=source,
        out_dir=out_dir,
        song=song,
        model=text("model"),
        steps=number("refine_steps"),
        seed=number("refine_seed"),
        device=text("device"),
        threads=number("threads"),
        window_samples=number("block_window"),
        hop_samples=number("block_hop"),
        lookahead_samples=number("block_lookahead"),
        stems=parse_stems(text("stems")),
        known=tuple(parse_known(one) for one in known if one),
        format=text("format"),
        pairs=parse_pairs(text("pairs")),
        residual_to=text("residual_to"),
        residual=not number("no_residual"),
        force=bool(number("force")),
    )


def parse_stems(text: str) -> tuple[str, ...]:
    """`drums,vocals` -> ("drums", "vocals"); blank -> ()."""
    return tuple(one.strip().lower() for one in text.split(",") if one.strip())


def parse_known(text: str) -> tuple[str, Path]:
    """`drums=path/to/drums.wav` -> ("drums", Path). Raises BadValue."""
    name, mark, path = text.partition("=")
    if not mark or not name.strip() or not path.strip():
        raise BadValue(f"known {text!r}", "stem=file, e.g. drums=drums.wav", "Give both.")
    return name.strip().lower(), Path(path.strip())


def parse_pairs(text: str) -> tuple[tuple[int, ...], ...]:
    """`1-2,3` -> ((0, 1), (2,)). Raises BadValue where a channel is missing or there twice."""
    try:
        pairs = tuple(tuple(int(n) - 1 for n in one.split("-")) for one in text.split(",") if one)
    except ValueError as error:
        raise _bad_pairs(text) from error
    flat = [channel for pair in pairs for channel in pair]
    if any(len(pair) > 2 for pair in pairs) or sorted(flat) != list(range(len(flat))):
        raise _bad_pairs(text)
    return pairs


def _bad_pairs(text: str) -> BadValue:
    expected = "pairs or single channels, every channel from 1 on exactly once, e.g. 1-2,3,4,5-6"
    return BadValue(f"pairs {text!r}", expected, "Declare all the channels.")


def _typed(one: Parameter, value: Value | Sequence[Value]) -> Value:
    if isinstance(value, str):
        return one.parse(value)
    if isinstance(value, int | float):
        return one.check(value)
    raise BadValue(f"{one.name} = {value!r}", "one value", "Give it once.")


def _list(value: Value | Sequence[Value]) -> Sequence[Value]:
    return [value] if isinstance(value, int | float) else value


class _Values(dict[str, Value]):
    """Checked values by key, read as the type the table gives them."""

    def text(self, key: str) -> str:
        return str(self[key])

    def number(self, key: str) -> int:
        return int(self[key])
