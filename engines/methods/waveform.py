"""One pass through a graph from mixture samples to stem samples."""

from __future__ import annotations

from engines.methods import require
from engines.onepass import run_once
from engines.ort import Session
from engines.spec import ModelSpec, WaveformDomain
from engines.window import Control, Estimate, Window


class Method:
    """Known stems are taken out of the mix before the pass; `steps` is always 1."""

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        holds = isinstance(spec.domain, WaveformDomain) and not spec.conditional
        require(holds, spec, "an unconditional waveform model")
        self._spec, self._session = spec, session

    def run(self, window: Window, control: Control) -> Estimate:
        """Stems of window.start .. window.stop. Raises InferenceError."""
        return run_once(self._spec, self._session, window, control)
