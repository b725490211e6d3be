"""Every Max object that the patches use: its inlets and outlets, from Max's published reference.

`ports(text)` answers for an object as it is typed into a box. An object that is not in the table
is not used: `UnknownObject` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Arguments = list[str]


class UnknownObject(LookupError):
    """An object that the table does not have."""


@dataclass(frozen=True)
class Ports:
    """Inlets, and the kind of each outlet: '' for messages, 'signal' for audio."""

    inlets: int
    outlets: tuple[str, ...]


def messages(inlets: int, outlets: int) -> Callable[[Arguments], Ports]:
    """An object with these numbers of ports, whatever its arguments."""
    return lambda _: Ports(inlets, ("",) * outlets)


def signals(inlets: int, outlets: int) -> Callable[[Arguments], Ports]:
    """The same with audio at its outlets."""
    return lambda _: Ports(inlets, ("signal",) * outlets)


def _plain(arguments: Arguments) -> Arguments:
    """Arguments before the first attribute."""
    return arguments[: next((n for n, one in enumerate(arguments) if one[:1] == "@"), None)]


def _route(arguments: Arguments) -> Ports:
    return Ports(len(arguments) + 1, ("",) * (len(arguments) + 1))


def _trigger(arguments: Arguments) -> Ports:
    return Ports(1, ("",) * len(arguments))


def _formats(arguments: Arguments) -> Ports:
    places = sum(one.count("%s") + one.count("%ld") for one in arguments)
    return Ports(max(1, places), ("",))


def _channels_in(arguments: Arguments) -> Ports:
    return Ports(1, ("signal",) * len(arguments))


def _channels_out(arguments: Arguments) -> Ports:
    return Ports(len(arguments), ())


def _lists(arguments: Arguments) -> Ports:
    return Ports(2, ("", ""))


OBJECTS: dict[str, Callable[[Arguments], Ports]] = {
    "udpsend": messages(1, 0),
    "udpreceive": messages(1, 1),
    "send": messages(1, 0),
    "receive": messages(1, 1),
    "inlet": messages(0, 1),
    "outlet": messages(1, 0),
    "patcherargs": messages(1, 2),
    "loadbang": messages(1, 1),
    "loadmess": messages(1, 1),
    "prepend": messages(1, 1),
    "route": _route,
    "select": _route,
    "trigger": _trigger,
    "t": _trigger,
    "unpack": lambda a: Ports(1, ("",) * len(a)),
    "pack": lambda a: Ports(len(a), ("",)),
    "sprintf": lambda a: _formats([one for one in a if one != "symout"]),
    "zl.join": _lists,
    "zl.reg": _lists,
    "int": messages(2, 1),
    "metro": messages(2, 1),
    "delay": messages(2, 1),
    "pcontrol": messages(1, 1),
    "counter": messages(5, 4),
    "change": messages(1, 3),
    "%": messages(2, 1),
    "conformpath": messages(1, 2),
    "opendialog": messages(1, 2),
    "node.script": messages(1, 2),
    "buffer~": messages(1, 2),
    "play~": lambda a: Ports(1, (*("signal",) * int(a[1]), "")),
    "sfplay~": lambda a: Ports(2, (*("signal",) * int(a[0]), "")),
    "ezdac~": messages(2, 0),
    "bpatcher": messages(0, 0),
    "adc~": _channels_in,
    "dac~": _channels_out,
    "plugin~": signals(2, 2),
    "plugout~": signals(2, 2),
    "live.path": messages(1, 3),
    "live.object": messages(2, 1),
    # What is drawn as itself rather than as a box with a name.
    "message": messages(2, 1),
    "number": messages(1, 2),
    "flonum": messages(1, 2),
    "toggle": messages(1, 1),
    "button": messages(1, 1),
    "umenu": messages(1, 3),
    "textbutton": messages(1, 3),
    "multislider": messages(1, 2),
    "comment": messages(1, 0),
    "live.dial": messages(1, 2),
    "live.text": messages(1, 2),
    # The abstractions of this package; what they have is what their patches hold.
    "dawbridge.client": messages(1, 3),
    "dawbridge.server": messages(1, 2),
    "dawbridge.buffer": messages(1, 3),
    "dawbridge.live": lambda _: Ports(2, (*("signal",) * 14, "")),
}


def ports(text: str) -> Ports:
    """The ports of an object as typed: `route a b`. Raises UnknownObject."""
    name, *arguments = text.split()
    if name not in OBJECTS:
        raise UnknownObject(f"{name}: not in the table of {__name__}")
    return OBJECTS[name](_plain(arguments))
