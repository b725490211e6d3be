"""The objects of the stand-in for Max: what each does with a message, after Max's reference."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

Atom = int | float | str
Message = tuple[Atom, ...]
BANG: Message = ("bang",)


class Node:
    """A box: `handle` takes a message at an inlet, `emit` gives one out of an outlet."""

    def __init__(self, world: Any, arguments: list[str]) -> None:
        self.world, self.arguments = world, arguments
        self.words: list[str] = []
        self.cords: list[tuple[int, Node, int]] = []
        """(outlet, where it leads, its inlet), the rightmost first."""
        self.begin()

    def begin(self) -> None:
        """What a box does when it is made."""

    def handle(self, inlet: int, message: Message) -> None:
        """Nothing: such a box only shows what comes."""

    def emit(self, outlet: int, message: Message) -> None:
        """To all that the outlet is joined to."""
        for number, node, inlet in self.cords:
            if number == outlet:
                node.handle(inlet, message)


def atom(word: str) -> Atom:
    """An argument as Max reads it."""
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


class Pass(Node):
    def handle(self, inlet: int, message: Message) -> None:
        self.emit(0, message)


class Trigger(Node):
    def handle(self, inlet: int, message: Message) -> None:
        for n, kind in reversed(list(enumerate(self.arguments))):
            one = message[0]
            forms: dict[str, Message] = {"b": BANG, "l": message, "s": (one,), "i": (one,)}
            self.emit(n, forms.get(kind, (atom(kind),)))


class Route(Node):
    def handle(self, inlet: int, message: Message) -> None:
        for n, name in enumerate(self.arguments):
            if message[0] == atom(name):
                self.emit(n, message[1:] or BANG)
                return
        self.emit(len(self.arguments), message)


class Select(Node):
    def handle(self, inlet: int, message: Message) -> None:
        for n, name in enumerate(self.arguments):
            if message[0] == atom(name):
                self.emit(n, BANG)
                return
        self.emit(len(self.arguments), message)


class Unpack(Node):
    def handle(self, inlet: int, message: Message) -> None:
        for n, (kind, one) in reversed(list(enumerate(zip(self.arguments, message, strict=False)))):
            self.emit(n, ({"i": int, "f": float, "s": str}[kind](one),))


class Pack(Node):
    def begin(self) -> None:
        self.kept: list[Atom] = [{"i": 0, "f": 0.0, "s": ""}[one] for one in self.arguments]

    def handle(self, inlet: int, message: Message) -> None:
        for n, one in enumerate(message, inlet):
            self.kept[n] = one
        if inlet == 0:
            self.emit(0, tuple(self.kept))


class Prepend(Node):
    def handle(self, inlet: int, message: Message) -> None:
        assert message != BANG, f"prepend {self.arguments} got a bang"
        self.emit(0, (*map(atom, self.arguments), *message))


class Sprintf(Node):
    def begin(self) -> None:
        self.form = " ".join(one for one in self.arguments if one != "symout")
        self.kept = [""] * self.form.count("%s")

    def handle(self, inlet: int, message: Message) -> None:
        self.kept[inlet] = str(message[0])
        if inlet == 0:
            self.emit(0, (self.form % tuple(self.kept),))


class Int(Node):
    def begin(self) -> None:
        self.kept = int(self.arguments[0]) if self.arguments else 0

    def handle(self, inlet: int, message: Message) -> None:
        if message != BANG:
            self.kept = int(message[0])
        if inlet == 0:
            self.emit(0, (self.kept,))


class Modulo(Node):
    def handle(self, inlet: int, message: Message) -> None:
        self.emit(0, (int(message[0]) % int(self.arguments[0]),))


class Counter(Node):
    def begin(self) -> None:
        self.next = int(self.arguments[0])

    def handle(self, inlet: int, message: Message) -> None:
        assert inlet == 0
        if message[0] == "set":
            self.next = int(message[1])
            return
        self.next, now = self.next + 1, self.next
        self.emit(0, (now,))


class Metro(Node):
    def handle(self, inlet: int, message: Message) -> None:
        if message == BANG:
            self.world.clocks = [*self.world.clocks, self.fire]
            self.fire()

    def fire(self) -> None:
        self.emit(0, BANG)


class Delay(Node):
    def handle(self, inlet: int, message: Message) -> None:
        self.world.delayed.append(lambda: self.emit(0, BANG))


class Change(Node):
    def begin(self) -> None:
        self.kept: Message = (int(self.arguments[0]),)

    def handle(self, inlet: int, message: Message) -> None:
        if message != self.kept:
            self.kept = message
            self.emit(0, message)


class Reg(Node):
    kept: Message = ()

    def handle(self, inlet: int, message: Message) -> None:
        if message != BANG:
            self.kept = message
        if inlet == 0 and self.kept:
            self.emit(0, self.kept)


class Join(Node):
    kept: Message = ()

    def handle(self, inlet: int, message: Message) -> None:
        if inlet == 1:
            self.kept = message
            return
        self.emit(0, (*message, *self.kept))


class Text(Node):
    """A message box."""

    def handle(self, inlet: int, message: Message) -> None:
        if message[0] == "set":
            self.words = [str(one) for one in message[1:]]
            return
        given = {f"${n}": str(one) for n, one in enumerate(message, 1)}
        self.emit(0, tuple(atom(given.get(one, one)) for one in self.words))


class Loadmess(Node):
    def begin(self) -> None:
        self.world.at_load.append(lambda: self.emit(0, tuple(map(atom, self.arguments))))


class Send(Node):
    def handle(self, inlet: int, message: Message) -> None:
        for one in self.world.receivers.get(self.arguments[0], []):
            one.emit(0, message)


class Receive(Node):
    def begin(self) -> None:
        self.world.receivers.setdefault(self.arguments[0], []).append(self)


class Buffer(Node):
    """Writes a song that lies beside the world, and remembers what it has read."""

    def handle(self, inlet: int, message: Message) -> None:
        self.world.written.append((self.arguments[0], message))
        if message[0] == "writewave":
            shutil.copy(self.world.song, Path(str(message[1])))
        self.emit(1, BANG)


class Control(Node):
    """A number box, a toggle, a dial, a meter: what it shows, and what a hand makes of it."""

    shown: Message = ()

    def handle(self, inlet: int, message: Message) -> None:
        if message[0] == "set":
            self.shown = message[1:]
            return
        self.shown = message
        self.emit(0, message)


OBJECTS: dict[str, type[Node]] = {
    "%": Modulo, "adc~": Node, "dac~": Node, "flonum": Control, "multislider": Control,
    "toggle": Control, "buffer~": Buffer, "change": Change, "comment": Node, "conformpath": Pass,
    "counter": Counter, "delay": Delay, "inlet": Node, "int": Int, "loadmess": Loadmess,
    "message": Text, "metro": Metro, "opendialog": Node, "outlet": Node, "pack": Pack,
    "patcherargs": Loadmess,
    "prepend": Prepend, "receive": Receive, "route": Route, "select": Select, "send": Send,
    "sprintf": Sprintf, "t": Trigger, "udpreceive": Node, "udpsend": Node, "unpack": Unpack,
    "zl.join": Join, "zl.reg": Reg,
}  # fmt: skip
