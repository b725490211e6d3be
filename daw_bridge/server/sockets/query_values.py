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
            if isinstance(reply, ClosedReply):
                return [], self._forget(reply.stream, ())
            if not isinstance(reply, _KEPT):
                return [], False
            gone = isinstance(reply, StreamInfo) and self._forget(reply.stream, reply.outputs)
            count = len(self._values)
            told = messages(reply)
            parameters = isinstance(reply, ValuesReply)
            changed = [*self._put(map(typed, told) if parameters else told)]
            return changed, gone or len(self._values) != count

    def _put(self, told: Iterable[Message]) -> Iterable[str]:
        for address, values in told:
            if self._values.get(address) != values:
                self._values[address] = values
                yield address

    def _forget(self, stream: int, outputs: tuple[str, ...]) -> bool:
        """What a stream no longer has: outputs beside these; without any, all of it.

        Returns whether there was any of it.
        """
        mine, count = stream_and_name(at(stream, "x"))[0], len(self._values)
        for address in list(self._values):
            its, name = stream_and_name(address)
            parts = name.split("/")
            gone = not outputs or (parts[0] in _OF_OUTPUTS and parts[1] not in outputs)
            if its == mine and gone:
                del self._values[address]
        return len(self._values) != count

    def get(self, address: str) -> tuple[Value, ...] | None:
        """The values of an address; None if there is none."""
        with self._lock:
            return self._values.get(address)

    def tree(self) -> Node:
        """The whole tree as it is now."""
        with self._lock:
            values = dict(self._values)
        return tree(values)
