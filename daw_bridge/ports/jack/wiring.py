"""Which JACK connections to make: those of --connect, and those there were before JACK went away.

Pure: names in, pairs of names out. connections.py makes them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fnmatch import fnmatchcase

from daw_bridge.errors import BadValue, NoPort
from daw_bridge.ports.jack.names import Others, PortName

_FORM = "name=pattern, separated by commas"
_EXAMPLE = "For example --connect 'mix=system:capture_*,drums=ardour:drums/audio_in *'."
_LISTED = 12


@dataclass(frozen=True)
class Rule:
    """`own`: a group (mix, drums, dry, midi_in) or one port (mix_in_L); `pattern` of others' ports,
    with the wildcards * ? [].
    """

    own: str
    pattern: str


@dataclass(frozen=True)
class Link:
    """A connection between a port of ours, without the client's name, and another's."""

    own: str
    other: str


def parse_connect(text: str) -> tuple[Rule, ...]:
    """`mix=system:capture_*,dry=system:playback_*`. Raises BadValue."""
    rules = []
    for part in (one.strip() for one in text.split(",") if text.strip()):
        own, equals, pattern = (one.strip() for one in part.partition("="))
        if not (own and equals and pattern):
            raise BadValue(f"{part!r} in --connect", _FORM, _EXAMPLE)
        rules.append(Rule(own, pattern))
    return tuple(rules)


class Wiring:
    """Applies the rules: the k-th port of a group is connected to the k-th port that matches.

    A connection is made once for as long as both ports exist, so that one that the user removes
    stays removed; it is made again when the other port, or the JACK server, comes back. One that
    JACK refuses, as it does while the other client is not active yet, stays due until it is made.
    """

    def __init__(self, rules: tuple[Rule, ...], ports: tuple[PortName, ...]) -> None:
        """Raises BadValue where a rule names no port of ours."""
        self._rules = [(one, self._own(one, ports)) for one in rules]
        self._made: set[Link] = set()
        self._refused: set[Link] = set()
        self._lost: set[Link] = set()
        self._there: set[Link] = set()
        self._ports = {one.name: one for one in ports}

    @staticmethod
    def _own(rule: Rule, ports: tuple[PortName, ...]) -> tuple[PortName, ...]:
        found = tuple(one for one in ports if rule.own in (one.group, one.name))
        if not found:
            names = ", ".join(dict.fromkeys(one.group for one in ports))
            raise BadValue(
                f"{rule.own!r} in --connect",
                f"one of {names}, or a port such as {ports[0].name}",
                _EXAMPLE,
            )
        return found

    def due(self, others: Others) -> tuple[Link, ...]:
        """What to connect now."""
        self._made = {one for one in self._made if self._possible(one, others)}
        busy = {one.own for one in self._made}
        links = []
        for rule, ours in self._rules:
            pairs = zip(ours, _matching(rule, ours, others), strict=False)
            links += [Link(a.name, b) for a, b in pairs if a.name not in busy]
        links += [one for one in self._lost if self._possible(one, others)]
        self._refused &= set(links)
        return tuple(dict.fromkeys(links))

    def _possible(self, link: Link, others: Others) -> bool:
        return link.other in others.fitting(self._ports[link.own])

    def made(self, link: Link) -> None:
        """A connection that was due has been made."""
        self._made.add(link)
        self._lost.discard(link)
        self._refused.discard(link)

    def refused(self, link: Link) -> bool:
        """A connection that was due could not be made; True the first time."""
        new = link not in self._refused
        self._refused.add(link)
        return new

    def unmatched(self, others: Others) -> NoPort | None:
        """The error that names the rules without a port to connect to."""
        unmatched = [one for one in self._rules if not _matching(*one, others)]
        if not unmatched:
            return None
        there = list(dict.fromkeys(n for _, ours in unmatched for n in others.fitting(ours[0])))
        listed = ", ".join(there[:_LISTED]) + (", ..." if len(there) > _LISTED else "")
        rules = ", ".join(f"{rule.own}={rule.pattern}" for rule, _ in unmatched)
        return NoPort(
            f"no JACK port matches {rules}",
            f"one of: {listed}" if listed else "another program's ports (there are none)",
            "The port is connected as soon as it appears; `jack_lsp` lists the ports.",
        )

    def note(self, there: Collection[Link]) -> None:
        """What is connected now."""
        self._there = set(there)

    def server_gone(self) -> None:
        """Everything becomes due again: what the rules ask for, and what was connected last."""
        self._lost |= self._there
        self._there, self._made = set(), set()


def _matching(rule: Rule, ours: tuple[PortName, ...], others: Others) -> list[str]:
    return [name for name in others.fitting(ours[0]) if fnmatchcase(name, rule.pattern)]
