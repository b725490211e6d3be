"""What the inputs and outputs of a graph are called, and how their axes lie.

A layout is a row of axes, as the array has them: B (batch), S (stems), C (channels), F (bins), T
(samples or frames), ri (real and imaginary part). Axes in brackets lie in one, the last of them
the quickest: "B (C ri) F T" has the channels' real and imaginary parts one after the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from engines.spec.checks import one_of, require
from engines.spec.domains import Domain, HybridDomain, StftDomain, WaveformDomain

ROLES = ("mix", "spec", "given", "flags", "stems", "spec_stems")
"""Samples of the mix, its STFT, given stems, flags; stems' samples, what is said of their STFT."""
OUTPUTS = ("stems", "spec_stems")
AXES = ("B", "S", "C", "ri", "F", "T")
_TOKEN = re.compile(r"\(([^()]+)\)|([^\s()]+)")

Axes = tuple[str, ...]
Groups = tuple[Axes, ...]
"""For each axis of an array, the axes that lie in it."""


@dataclass(frozen=True)
class Port:
    """One input or output of the graph.

    role: what it carries: samples of the mix (`mix`) or its STFT (`spec`), given stems (`given`),
        flags (`flags`), stems' samples (`stems`), what is said of stems' STFT (`spec_stems`).
    name: its name in the graph.
    layout: the array's axes in order, such as `B (C ri) F T`: B batch, S stems, C channels, F bins,
        T samples or frames, ri real and imaginary part. Those in brackets lie in one, the last of
        them the quickest. An axis of length 1 may be left out.
    """

    role: str
    name: str
    layout: str

    def __post_init__(self) -> None:
        one_of(self.role, ROLES, "role")
        require(bool(self.name), f"no name for {self.role}", "the name in the graph")
        axes = [axis for group in self.groups for axis in group]
        seen = f"layout {self.layout!r} of {self.name}"
        holds = bool(axes) and set(axes) <= set(AXES) and len(set(axes)) == len(axes)
        expected = "axes such as 'B (C ri) F T', each of " + " ".join(AXES) + " at most once"
        require(holds and not _TOKEN.sub("", self.layout).strip(), seen, expected)

    @property
    def groups(self) -> Groups:
        """The axes, as the array has them."""
        return _groups(self.layout)


@lru_cache(maxsize=256)
def _groups(layout: str) -> Groups:
    """Parsed once: every call of a graph asks for them, and a hop may last 5 ms."""
    found = _TOKEN.findall(layout)
    return tuple(tuple((group or one).split()) for group, one in found)


def axes_of(role: str, domain: Domain, flag_axis: str = "stem") -> Axes:
    """The axes of what a port of this role carries, as the engine has them."""
    stft = domain.stft if isinstance(domain, HybridDomain) else domain
    samples = role in ("mix", "stems") or isinstance(stft, WaveformDomain)
    if role == "flags":
        return ("B", "S") if flag_axis == "stem" else ("B", "S", "T")
    stems = ("S",) if role in ("given", *OUTPUTS) else ()
    if samples:
        return ("B", *stems, "C", "T")
    assert isinstance(stft, StftDomain)
    parts = ("ri",) if stft.values == "complex" else ()
    return ("B", *stems, "C", *parts, "F", "T")


_WAVEFORM = (Port("mix", "mix", "B C T"), Port("stems", "stems", "B S C T"))
_WAVEFORM_GIVEN = Port("given", "given", "B S C T")
_MAGNITUDE = (Port("spec", "mix_mag", "B C F T"), Port("spec_stems", "masks", "B S C F T"))
_MAGNITUDE_GIVEN = Port("given", "given_mag", "B S C F T")
_COMPLEX = (
    Port("spec", "spec", "(B C) F T ri"),
    Port("spec_stems", "spec_stems", "(B S C) F T ri"),
)
_HYBRID = (Port("mix", "mix", "B C T"), *_COMPLEX, Port("stems", "wave_stems", "B S C T"))


def default_ports(domain: Domain, conditional: bool, flag_axis: str) -> tuple[Port, ...]:
    """The ports of a graph whose spec names none."""
    if isinstance(domain, HybridDomain):
        return _HYBRID
    waveform = isinstance(domain, WaveformDomain)
    if isinstance(domain, StftDomain) and domain.values == "complex":
        return _COMPLEX
    found = _WAVEFORM if waveform else _MAGNITUDE
    if not conditional:
        return found
    flags = Port("flags", "flags", "B S" if flag_axis == "stem" else "B S T")
    return (*found, _WAVEFORM_GIVEN if waveform else _MAGNITUDE_GIVEN, flags)


def check_port(port: Port, axes: Axes, single: dict[str, bool]) -> None:
    """Raises SpecError unless the layout has `axes`, less `single` ones, and no others."""
    have = [axis for group in port.groups for axis in group]
    absent = [axis for axis in axes if axis not in have and not single.get(axis, False)]
    beyond = [axis for axis in have if axis not in axes]
    seen = f"layout {port.layout!r} of {port.name} ({port.role})"
    expected = f"the axes {' '.join(axes)}, of which one of length 1 may be left out"
    require(not absent and not beyond, seen, expected)
