"""One pass through a graph from the mix to its stems: samples, or masks of STFT magnitudes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.domains import make_frames
from engines.graph import ports, run_graph
from engines.methods import require
from engines.session import Session
from engines.spec import Domain, ModelSpec, StftDomain, WaveformDomain
from engines.window import Control, Estimate, State, Window, with_known, without_known

NAMES: dict[str, type[Domain]] = {"mask": StftDomain, "waveform": WaveformDomain}
"""What specs call this method, by the domain of their graph."""


class Method:
    """Known stems are taken out of the mix before the pass; the steps asked for do not matter."""

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        domain = NAMES[spec.method]
        holds = isinstance(spec.domain, domain) and not spec.conditional
        require(holds, spec, f"an unconditional {domain.kind} model")
        self._spec, self._session, self._ports = spec, session, ports(spec)
        self._all_stems = np.ones(len(spec.stems), np.bool_)

    def new_state(self) -> State | None:
        """None: every window is estimated by itself."""
        return None

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """One network call on the mixes less the known stems, which come back as given."""
        frames = make_frames(self._spec, [without_known(window) for window in windows])
        answers = run_graph(self._session, self._ports, frames.mix)
        found = []
        for item, window in enumerate(windows):
            frames.to_estimates(answers[item], self._all_stems, item)
            part = frames.needed(answers[item], item, window.start, window.stop)
            stems = frames.synthesise(part, item, window.start, window.stop)
            found.append(Estimate(with_known(stems, window), steps=1, network_calls=1))
        control.proceed(1, 1)
        return found
