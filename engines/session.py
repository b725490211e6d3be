"""What a loaded graph is to everything above it: named float32 arrays in, named arrays out.

`engines.ort.OrtSession` fulfils this on this machine's processor or graphics card. Methods, `graph`
and `load` know no more than this, so that whatever else runs a graph can take its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from engines.types import Audio

Feeds = Mapping[str, Audio]
"""What a graph is given: input name to values (B, ...) float32."""

PortShape = Sequence[int | str | None]
"""Lengths of a port's axes as the graph states them: a number, or a name or None for any length."""


class Session(Protocol):
    """One loaded graph on one device. Any thread may run it, several at once."""

    @property
    def provider(self) -> str:
        """What runs the graph, by onnxruntime's names ("CPUExecutionProvider", ...)."""
        ...

    @property
    def note(self) -> str:
        """How the provider was chosen, for people to read."""
        ...

    @property
    def inputs(self) -> Mapping[str, PortShape]:
        """Every input's name and shape."""
        ...

    @property
    def outputs(self) -> Mapping[str, PortShape]:
        """Every output's name and shape, the latter empty where the graph does not state it."""
        ...

    @property
    def types(self) -> Mapping[str, str]:
        """Every input's and output's element type as ONNX writes it: "tensor(float)"."""
        ...

    @property
    def metadata(self) -> Mapping[str, str]:
        """What the file says about itself; the spec is under `engines.spec.SPEC_KEY`."""
        ...

    def run(self, output: str, feeds: Feeds) -> Audio:
        """The output of that name for a float32 array per input. Raises InferenceError."""
        ...

    def run_several(self, outputs: Sequence[str], feeds: Feeds) -> list[Audio]:
        """Those outputs of one run, which is never joined with a run of another thread.

        Raises InferenceError.
        """
        ...
