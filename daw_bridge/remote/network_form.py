"""A graph that a remote engine runs, one call for each run: an `engines.session.Session`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from tritonclient.grpc import service_pb2 as pb

from daw_bridge.errors import BadMessage
from daw_bridge.remote.connection import Connection
from daw_bridge.remote.described import shapes_of, types_of
from daw_bridge.remote.tensors import Arrays, request_of
from engines.session import Feeds
from engines.types import Audio


class RemoteSession:
    """The graph `name` there. `metadata` is what its file here says; `note` is for people.

    Raises EngineGone, WrongEngine.
    """

    def __init__(
        self, connection: Connection, name: str, metadata: Mapping[str, str], note: str
    ) -> None:
        self.connection, self._name = connection, name
        answer = connection.ask("ModelMetadata", pb.ModelMetadataRequest(name=name))
        self.inputs, self.outputs = shapes_of(answer.inputs), shapes_of(answer.outputs)
        self.types = types_of(answer)
        self.metadata, self.note = metadata, note
        self.checker: object = None
        """What is checked of its engine while this session is in use."""

    @property
    def provider(self) -> str:
        """The address of the engine."""
        return self.connection.address.text

    def run(self, output: str, feeds: Feeds) -> Audio:
        """The output of that name. Raises as `Connection.infer` does."""
        (value,) = self.run_several([output], feeds)
        return value

    def run_several(self, outputs: Sequence[str], feeds: Feeds) -> list[Audio]:
        """Those outputs of one run."""
        request = request_of(self._name, dict(feeds), outputs)
        return self.connection.infer(request, lambda found: _named(found, outputs))


def _named(found: Arrays, outputs: Sequence[str]) -> list[Audio]:
    """Those outputs. Raises BadMessage."""
    missing = [name for name in outputs if name not in found]
    if missing or any(found[name].dtype != np.float32 for name in outputs):
        got = ", ".join(f"{name} {one.dtype}" for name, one in found.items())[:400]
        expected = f"float32 {', '.join(outputs)}"
        raise BadMessage(f"outputs {got or 'none'}", expected, "Check what it serves.")
    # Copies: what has come cannot be written to, and methods go on in these arrays.
    return [found[name].copy() for name in outputs]
