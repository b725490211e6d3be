"""A stand-in for Max that runs the package's patches: messages, in Max's order, and UDP.

It does what Max's reference says of each object, and no more: an outlet that leads to several
boxes reaches the rightmost first, a trigger fires from right to left, a left inlet is hot. Sound
and the look of things are left out. A message is a tuple of atoms; a bang is ("bang",).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from daw_bridge.wire.osc_packets import OscCall, build_message, read_datagram
from max_patches.generate.package import FOLDER
from tests.rigs.max_objects import OBJECTS, Control, Message, Node
from tests.rigs.patches import Patcher, atoms, read, typed

POLL_S = 0.05


class Max:
    """The running program: its patches, its send names, its clocks, its sockets."""

    def __init__(self) -> None:
        self.receivers: dict[str, list[Node]] = {}
        self.clocks: list[Callable[[], None]] = []
        self.at_load: list[Callable[[], None]] = []
        self.delayed: list[Callable[[], None]] = []
        self.ears: list[Ear] = []
        self.mouths: list[Mouth] = []
        self.written: list[tuple[str, Message]] = []
        self.song = Path()
        """What the stand-in for a buffer~ holds."""
        self._numbers = count(1001)

    def open(self, text: str) -> Running:
        """An abstraction with its arguments, as in a box; loaded."""
        running = self.load(text)
        for waiting in (self.at_load, self.delayed):
            for one in waiting:
                one()
            waiting.clear()
        return running

    def load(self, text: str) -> Running:
        """The same, not yet told that it is loaded."""
        name, *arguments = text.split()
        tree = read(FOLDER / "patchers" / f"{name}.maxpat")
        given = {f"#{n}": one for n, one in enumerate(arguments, 1)}
        return Running(self, tree, {"#0": str(next(self._numbers)), **given})

    def tick(self) -> None:
        """Every metro that runs fires once."""
        for one in list(self.clocks):
            one()

    def listen(self, until: Callable[[], bool], limit: int = 400) -> None:
        """Read what comes over UDP until something holds. Raises AssertionError."""
        for _ in range(limit):
            if until():
                return
            for ear in self.ears:
                ear.read()
        raise AssertionError("it did not come")

    def close(self) -> None:
        """Its sockets."""
        for one in (*self.ears, *self.mouths):
            one.close()

    def __enter__(self) -> Max:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class Ear:
    """A socket of udpreceive."""

    def __init__(self, node: Node) -> None:
        self._node, self._socket = node, None

    _socket: socket.socket | None

    def bind(self, port: int) -> None:
        """Listen at a port."""
        self.close()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(POLL_S)
        self._socket.bind(("127.0.0.1", port))

    def read(self) -> None:
        """Give out the messages of a datagram, if one is there."""
        if self._socket is None:
            return
        try:
            data = self._socket.recv(65536)
        except TimeoutError:
            return
        for call in read_datagram(data):
            assert isinstance(call, OscCall)
            self._node.emit(0, (call.address, *call.arguments))

    def close(self) -> None:
        """No more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Running:
    """A patcher that runs. `told`: what has come out of its outlets, by number from 0."""

    def __init__(self, world: Max, tree: dict[str, Any], names: dict[str, str]) -> None:
        self.told: dict[int, list[Message]] = {}
        self.leads: Callable[[int, Message], None] = lambda n, message: None
        self.parts: dict[str, Running] = {}
        """The patches in it, by name."""
        self._inlets: dict[int, Node] = {}
        patcher = Patcher("", tree)
        nodes = {key: self._node(world, box, names) for key, box in patcher.boxes.items()}
        self.controls = [node for node in nodes.values() if isinstance(node, Control)]
        """From left to right, as they were drawn."""
        right_first = sorted(patcher.cords, key=lambda cord: _place(patcher, cord[1]), reverse=True)
        for (source, outlet), (target, inlet) in right_first:
            nodes[source].cords.append((outlet, nodes[target], inlet))

    def _node(self, world: Max, box: dict[str, Any], names: dict[str, str]) -> Node:
        words = [_named(one, names) for one in (typed(box).split() or [""])]
        name, arguments = words[0], words[1:]
        if "patcher" in box:
            node = Node(world, [])
            inner = Running(world, box["patcher"], names)
            self.parts[str(box.get("varname", words[-1]))] = inner
            node.handle = inner.tell  # type: ignore[method-assign]
            inner.leads = node.emit
            return node
        if name == "patcherargs":  # what is given goes before what it has
            given = [names[f"#{n}"] for n in range(1, len(names))]
            arguments = [*given, *arguments[len(given) :]]
        node = OBJECTS[name](world, arguments)
        if name == "message":
            node.words = [_named(one, names) for one in box["text"].split()]
        elif name == "inlet":
            self._inlets[box["index"] - 1] = node
        elif name == "outlet":
            number = box["index"] - 1
            node.handle = lambda inlet, message: self._out(number, message)  # type: ignore[method-assign]
        elif name == "udpsend":
            mouth = Mouth(arguments)
            world.mouths.append(mouth)
            node.handle = mouth.tell  # type: ignore[method-assign]
        elif name == "udpreceive":
            ear = Ear(node)
            world.ears.append(ear)
            node.handle = lambda inlet, message: ear.bind(int(message[1]))  # type: ignore[method-assign]
        return node

    def tell(self, inlet: int, message: Message) -> None:
        """A message to one of its inlets, from 0."""
        self._inlets[inlet].emit(0, message)

    def say(self, text: str, inlet: int = 0) -> None:
        """The same as text."""
        self.tell(inlet, tuple(atoms(text)))

    def _out(self, number: int, message: Message) -> None:
        self.told.setdefault(number, []).append(message)
        self.leads(number, message)

    def last(self, number: int) -> Message | None:
        """What has last come out of an outlet."""
        return self.told[number][-1] if number in self.told else None


class Mouth:
    """udpsend: one socket, so that the server knows its sender again."""

    def __init__(self, arguments: list[str]) -> None:
        self.host, self.port = arguments[0], int(arguments[1])
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def tell(self, inlet: int, message: Message) -> None:
        """`host`, `port`, or what is sent."""
        if message[0] == "host":
            self.host = str(message[1])
        elif message[0] == "port":
            self.port = int(message[1])
        else:
            data = build_message(str(message[0]), message[1:])
            self._socket.sendto(data, (self.host, self.port))

    def close(self) -> None:
        """No more."""
        self._socket.close()


def _named(word: str, names: dict[str, str]) -> str:
    for sign, name in names.items():
        word = word.replace(sign, name)
    return word


def _place(patcher: Patcher, end: tuple[str, int]) -> tuple[float, float]:
    x, y, *_ = patcher.boxes[end[0]]["patching_rect"]
    return x, y
