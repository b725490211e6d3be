"""What an OSCQuery client sees: every address with its newest values. Thread-safe."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from daw_bridge.settings.parameters import Value
from daw_bridge.wire.osc_replies import Message, at, messages
from daw_bridge.wire.query_tree import Node, stream_and_name, tree, typed
from daw_bridge.wire.replies import ClosedReply, Reply, StreamHealth, StreamInfo, ValuesReply

_KEPT = (ValuesReply, StreamInfo, StreamHealth)
_OF_OUTPUTS = ("stem", "meter")


class QueryValues:
    """Addresses and values, as the session tells them to all who are registered."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[Value, ...]] = {}
        self._lock = threading.Lock()

    def take(self, reply: Reply) -> tuple[list[str], bool]:
        """The addresses whose values are others now, and whether addresses came or went."""
        with self._lock:
            before = set(self._values)
            if isinstance(reply, ClosedReply):
                self._forget(reply.stream, ())
                changed: list[str] = []
            elif isinstance(reply, _KEPT):
                if isinstance(reply, StreamInfo):
                    self._forget(reply.stream, reply.outputs)
                changed = [*self._put(map(typed, messages(reply)))]
            else:
                return [], False
            return changed, before != set(self._values)

    def _put(self, told: Iterable[Message]) -> Iterable[str]:
        for address, values in told:
            if self._values.get(address) != values:
                self._values[address] = values
                yield address

    def _forget(self, stream: int, outputs: tuple[str, ...]) -> None:
        """What a stream no longer has: outputs beside these; without any, all of it."""
        mine = stream_and_name(at(stream, "x"))[0]
        for address in list(self._values):
            its, name = stream_and_name(address)
            parts = name.split("/")
            gone = not outputs or (parts[0] in _OF_OUTPUTS and parts[1] not in outputs)
            if its == mine and gone:
                del self._values[address]

    def get(self, address: str) -> tuple[Value, ...] | None:
        """The values of an address; None if there is none."""
        with self._lock:
            return self._values.get(address)

    def tree(self) -> Node:
        """The whole tree as it is now."""
        with self._lock:
            values = dict(self._values)
        return tree(values)
