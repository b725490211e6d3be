"""One pass through a graph from mixture samples to stem samples."""

from __future__ import annotations

from collections.abc import Sequence

from engines.methods import require
from engines.onepass import run_once
from engines.ort import Session
from engines.spec import ModelSpec, WaveformDomain
from engines.window import Control, Estimate, Window


class Method:
    """Known stems are taken out of the mix before the pass; the steps asked for do not matter."""

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        holds = isinstance(spec.domain, WaveformDomain) and not spec.conditional
        require(holds, spec, "an unconditional waveform model")
        self._spec, self._session = spec, session

    def run(self, window: Window, control: Control) -> Estimate:
        """Stems of window.start .. window.stop. Raises InferenceError."""
        return self.run_batch([window], control)[0]

    def run_batch(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """The same for windows of one size together."""
        return run_once(self._spec, self._session, windows, control)
