"""One pass through a graph from the mix to its stems, whatever the graph says of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.domains import make_frames
from engines.graph import Graph
from engines.methods import require
from engines.session import Session
from engines.spec import Domain, HybridDomain, ModelSpec, StftDomain, WaveformDomain
from engines.types import Audio
from engines.window import Control, Estimate, State, Window, with_known, without_known

NAMES: dict[str, tuple[type[Domain], ...]] = {
    "mask": (StftDomain,),
    "waveform": (WaveformDomain,),
    "one_pass": (StftDomain, WaveformDomain, HybridDomain),
}
"""What specs call this method, by the domains of their graphs."""


class Method:
    """Known stems are taken out of the mix before the pass; the steps asked for do not matter."""

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        domains = NAMES[spec.method]
        holds = isinstance(spec.domain, domains) and not spec.conditional and not spec.state
        kinds = " or ".join(domain.kind for domain in domains)
        require(holds, spec, f"an unconditional {kinds} model without a state")
        self._spec, self._graph = spec, Graph(spec, session)

    def new_state(self) -> State | None:
        """None: every window is estimated by itself."""
        return None

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """One network call on the mixes less the known stems, which come back as given."""
        heard = [without_known(window) for window in windows]
        frames = make_frames(self._spec, heard)
        answers = self._graph.run(frames.inputs)
        found = []
        for item, window in enumerate(windows):
            answer = {role: answer[item] for role, answer in answers.items()}
            stems = frames.stems(answer, item, window.start, window.stop)
            stems = with_rest(self._spec, stems, heard[item], window)
            found.append(Estimate(with_known(stems, window), steps=1, network_calls=1))
        control.proceed(1, 1)
        return found


def with_rest(spec: ModelSpec, stems: Audio, heard: Window, window: Window) -> Audio:
    """The stems that graphs give (S, C, stop - start), and among them the one that is the rest.

    The rest is what was `heard` less the others, but for those known, which are not in it.
    """
    if spec.rest is None:
        return stems
    place = spec.stems.index(spec.rest.stem)
    unknown = ~np.delete(window.known_mask, place)
    others = stems[unknown].sum(axis=0)
    rest = heard.mix[:, window.start : window.stop] - np.float32(spec.rest.gain) * others
    return np.insert(stems, place, rest, axis=0)
