"""Which identifier carries what: `--in-map mix=song,drums=beat --out-map bass=none`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from daw_bridge.errors import BadChannels
from daw_bridge.ports.reastream.packets import check_identifier

MIX = "mix"
DRY = "dry"
"""The mix, delayed as the stems are: what goes out beside the outputs."""
NONE = "none"
_FORM = "name=identifier, separated by commas, each name and each identifier once"
_LOOK = "Change --reastream-id, --in-map or --out-map."


@dataclass(frozen=True)
class InIdentifiers:
    """Identifiers of the mix, and of each known stem that is routed in."""

    mix: str
    known: dict[str, str]

    @property
    def all(self) -> tuple[str, ...]:
        """The mix's, then the known stems'."""
        return (self.mix, *self.known.values())

    def row(self, identifier: str) -> int | None:
        """The input row of this identifier; None if it is not one of ours."""
        return self.all.index(identifier) if identifier in self.all else None


def parse_identifiers(text: str) -> dict[str, str]:
    """`drums=beat, bass=none` -> {"drums": "beat", "bass": "none"}.

    Raises BadChannels, BadValue.
    """
    found: dict[str, str] = {}
    for part in (one.strip() for one in text.split(",") if one.strip()):
        name, equals, identifier = (one.strip() for one in part.partition("="))
        if not equals or not name or name in found:
            raise BadChannels(f"{part!r} in the map {text!r}", _FORM, _LOOK)
        found[name] = check_identifier(identifier)
    return found


def in_identifiers(text: str, known: Iterable[str], identifier: str) -> InIdentifiers:
    """The inputs: the mix as `identifier`, known stems as `identifier`-known-..., unless the text
    says otherwise. Raises BadChannels, BadValue.
    """
    named = parse_identifiers(text)
    usual = {MIX: identifier} | {one: f"{identifier}-known-{one}" for one in known}
    found = {name: check_identifier(one) for name, one in (usual | named).items()}
    mix = found.pop(MIX)
    if mix == NONE:
        raise BadChannels(f"no mix in the map {text!r}", "mix=identifier", _LOOK)
    routed = InIdentifiers(mix, {name: one for name, one in found.items() if one != NONE})
    _refuse_twice(routed.all)
    return routed


def out_identifiers(
    text: str, outputs: tuple[str, ...], identifier: str, inputs: tuple[str, ...]
) -> tuple[str, ...]:
    """The identifier of every output, and last that of the delayed mix (`dry`): `identifier`-name
    unless the text says otherwise; "" for one that is not sent. Raises BadChannels, BadValue.
    """
    named, names = parse_identifiers(text), (*outputs, DRY)
    unknown = [name for name in named if name not in names]
    if unknown:
        raise BadChannels(
            f"{', '.join(unknown)} in the output map {text!r}",
            f"outputs of this model: {', '.join(names)}",
            "Use these names.",
        )
    found = [named.get(name) or check_identifier(f"{identifier}-{name}") for name in names]
    sent = [one for one in found if one != NONE]
    _refuse_twice([*sent, *inputs])
    return tuple("" if one == NONE else one for one in found)


def _refuse_twice(identifiers: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in identifiers:
        if one in seen:
            raise BadChannels(
                f"the identifier {one!r} twice", "one for each input and output", _LOOK
            )
        seen.add(one)
