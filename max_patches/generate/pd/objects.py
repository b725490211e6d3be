"""Every vanilla Pd object that the patches use: its inlets and outlets.

`ports(text)` answers for an object as it is typed into a box. An object that is not in the table
is not used: `UnknownObject` says so. Pd itself, which loads every patch in the tests, knows better.
"""

from __future__ import annotations

from collections.abc import Callable

from max_patches.generate.objects import Arguments, Ports, UnknownObject, messages, signals


def _route(arguments: Arguments) -> Ports:
    # With one argument there is a second inlet, which sets it.
    return Ports(2 if len(arguments) == 1 else 1, ("",) * (len(arguments) + 1))


def _many_out(arguments: Arguments) -> Ports:
    return Ports(1, ("",) * len(arguments))


def _list(arguments: Arguments) -> Ports:
    kind = arguments[0] if arguments else "append"
    outlets = {"split": 3}.get(kind, 1)
    return Ports(1 if kind in ("trim", "length") else 2, ("",) * outlets)


OBJECTS: dict[str, Callable[[Arguments], Ports]] = {
    "netsend": messages(1, 2),
    "oscformat": messages(1, 1),
    "oscparse": messages(1, 1),
    "s": messages(1, 0),
    "r": messages(0, 1),
    "v": messages(1, 1),
    "inlet": messages(0, 1),
    "outlet": messages(1, 0),
    "inlet~": signals(0, 1),
    "outlet~": messages(1, 0),
    "pdcontrol": messages(1, 1),
    "loadbang": messages(0, 1),
    "route": _route,
    "sel": _route,
    "t": _many_out,
    "unpack": _many_out,
    "pack": lambda a: Ports(len(a), ("",)),
    "list": _list,
    "symbol": messages(2, 1),
    "f": messages(2, 1),
    "+": messages(2, 1),
    "==": messages(2, 1),
    ">": messages(2, 1),
    "moses": messages(2, 2),
    "change": messages(1, 1),
    "spigot": messages(2, 1),
    "metro": messages(2, 1),
    "delay": messages(2, 1),
    "pipe": messages(2, 1),
    "makefilename": messages(1, 1),
    "openpanel": messages(1, 1),
    "samplerate~": messages(1, 1),
    "soundfiler": messages(1, 2),
    "array": messages(1, 1),
    "dac~": lambda a: Ports(len(a) or 2, ()),
    "adc~": lambda a: Ports(1, ("signal",) * (len(a) or 2)),
    "tabplay~": lambda _: Ports(1, ("signal", "")),
    "readsf~": lambda a: Ports(1, (*("signal",) * int(a[0]), "")),
    # What is drawn as itself rather than as a box with a name.
    "msg": messages(1, 1),
    "floatatom": messages(1, 1),
    "symbolatom": messages(1, 1),
    "text": messages(0, 0),
    "tgl": messages(1, 1),
    "bng": messages(1, 1),
    "vsl": messages(1, 1),
    "hsl": messages(1, 1),
    "vu": messages(2, 2),
    "cnv": messages(0, 0),
    # The abstractions; what they have is what their patches hold.
    "dawbridge.client": messages(1, 3),
    "dawbridge.buffer": messages(1, 3),
    "dawbridge.strip": messages(0, 0),
    "dawbridge.live": lambda _: Ports(2, (*("signal",) * 14, "")),
}


def ports(text: str) -> Ports:
    """The ports of an object as typed: `route a b`. Raises UnknownObject."""
    name, *arguments = text.split()
    if name not in OBJECTS:
        raise UnknownObject(f"{name}: not in the table of {__name__}")
    if name == "array":  # `array define` holds one, and has an outlet for its pointer
        return Ports(1, ("",))
    return OBJECTS[name](arguments)
