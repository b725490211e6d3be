"""One thing that can be set: its type, its limits, and values checked against them."""

from __future__ import annotations

from dataclasses import dataclass

from daw_bridge.errors import BadValue

Value = int | float | str
PREFIX = "/dawbridge"
STEM = "<name>"
TYPE_NAMES = {"i": "integer", "f": "number", "s": "text"}


@dataclass(frozen=True)
class Parameter:
    """One thing that can be set. `type` is the OSC type tag: 'i', 'f' or 's'.

    `live`: it can be set and asked for while the server runs; `fixed`: only asked for.
    `many`: a text option that may be repeated on the command line (default: none given).
    `dial`: what a MIDI controller runs through; None: no controller sets it.
    `aliases`: earlier names and flags, which keep working: they set and ask, and are answered.
    `floor`: what is below the minimum means the same, so it is taken as the minimum.
    `besides`: what texts may be beside the choices, each as an example ("grpc://HOST:PORT"): all
    texts are allowed that begin as it does, up to its `//`.
    """

    name: str
    type: str
    default: Value
    help: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    cli_flag: str | None = None
    live: bool = False
    fixed: bool = False
    many: bool = False
    aliases: tuple[str, ...] = ()
    dial: tuple[float, float] | None = None
    floor: bool = False
    besides: tuple[str, ...] = ()

    @property
    def osc_address(self) -> str | None:
        """The address that sets it or asks for it; None for the server's start options."""
        return f"{PREFIX}/{self.name}" if self.live or self.fixed else None

    @property
    def per_stem(self) -> bool:
        """Whether every output has a value of its own; the name then holds `<name>`."""
        return STEM in self.name

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *(one for one in self.aliases if not one.startswith("-")))

    @property
    def flags(self) -> tuple[str, ...]:
        """The flag and its aliases; () where there is no flag."""
        if self.cli_flag is None:
            return ()
        return (self.cli_flag, *(one for one in self.aliases if one.startswith("-")))

    @property
    def key(self) -> str:
        """The name as a Python identifier: the attribute argparse and ServerOptions use."""
        return as_key(self.name)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every name as a Python identifier."""
        return tuple(as_key(one) for one in self.names)

    def check(self, value: object) -> Value:
        """`value` as this parameter's type. Raises BadValue, which says what is allowed."""
        number = self._typed(value)
        low, high = self.minimum, self.maximum
        if isinstance(number, str):
            return self._chosen(number)
        if self.floor and low is not None and number < low:
            return type(number)(low)
        if (low is not None and not number >= low) or (high is not None and not number <= high):
            raise self._bad(value)
        return number

    def _chosen(self, text: str) -> str:
        """The text; where there are choices, the one that it is, in capitals or not."""
        if not self.choices or text in self.choices or text.startswith(self._beginnings):
            return text
        if text.lower() in self.choices:
            return text.lower()
        raise self._bad(text)

    @property
    def _beginnings(self) -> tuple[str, ...]:
        return tuple(one[: one.index("//") + 2] for one in self.besides)

    def parse(self, text: str) -> Value:
        """The same from a command line's text. Raises BadValue."""
        convert = {"i": int, "f": float, "s": str}[self.type]
        try:
            return self.check(convert(text))
        except ValueError as error:
            raise self._bad(text) from error

    def _typed(self, value: object) -> Value:
        if self.type == "s" and isinstance(value, str):
            return value
        if self.type == "f" and isinstance(value, int | float) and not isinstance(value, bool):
            try:
                return float(value)
            except OverflowError as error:  # an integer beyond all floats
                raise self._bad(value) from error
        if self.type == "i" and isinstance(value, int):
            return int(value)
        if self.type == "i" and isinstance(value, float) and value.is_integer():
            return int(value)  # Max and Lua send whole numbers as floats
        raise self._bad(value)

    def allowed(self) -> str:
        """What may be set, in words."""
        if self.choices:
            return "one of " + ", ".join((*self.choices, *self.besides))
        kind, unit = TYPE_NAMES[self.type], f" {self.unit}" if self.unit else ""
        if self.minimum is None and self.maximum is None:
            return kind + unit
        return f"{kind} {_plain(self.minimum)} to {_plain(self.maximum)}{unit}"

    def _bad(self, value: object) -> BadValue:
        return BadValue(
            f"{self.name} = {value!r}", self.allowed(), f"{self.help} Default: {self.default!r}."
        )


def as_key(name: str) -> str:
    """`refine/steps` or `--no-residual` as a Python identifier."""
    return name.lstrip("-").replace("/", "_").replace("-", "_")


def _plain(limit: float | None) -> str:
    """A limit with all its digits."""
    if limit is None:
        return "any"
    return str(int(limit)) if float(limit).is_integer() else f"{limit:g}"
