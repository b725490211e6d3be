"""One call for each hop of a graph that gives its state out, to be given in with the next hop.

The state is zeros at first. Where hops were left out, it is what the last one that was run left:
what was measured of GTCRN is 12 dB nearer to one that heard all than a new state is. The frames of
an STFT are added up across windows, so that any grid gives the same samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engines.domains import make_frames
from engines.graph import Graph
from engines.methods import require
from engines.methods.one_pass import with_rest
from engines.session import PortShape, Session
from engines.spec import ModelSpec, StftDomain
from engines.types import Audio
from engines.window import Control, Estimate, State, Window, with_known, without_known

# Beside the graph's own: what of the last window's frames reaches into the next, and its index.
_TAIL, _LAST = ":tail", ":last"
# Whole numbers below this are exact in float32.
_CYCLE = 1 << 24


class Method:
    """Known stems are taken out of the mix first; the steps asked for do not matter."""

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        hops = spec.hops
        expected = "samples, or an STFT of one frame in each window, with a state, in one file"
        holds = bool(spec.state) and not spec.conditional and not spec.parts
        require(holds and hops is not None, spec, expected)
        assert hops is not None
        self._spec, self._graph, self._hops = spec, Graph(spec, session), hops
        self._shapes = {pair.input: _shape(session.inputs[pair.input]) for pair in spec.state}
        domain = spec.domain
        if isinstance(domain, StftDomain):
            # Each frame's part of a sample, as if there were frames to both sides.
            domain = replace(domain, envelope="full")
        self._frame_spec = replace(spec, domain=domain)

    def new_state(self) -> State | None:
        """Zeros for the graph, and nothing that reaches into the first window."""
        zeros = {name: np.zeros(shape, np.float32) for name, shape in self._shapes.items()}
        return {**zeros, _TAIL: self._no_tail(), _LAST: np.full(1, -1, np.float32)}

    def _no_tail(self) -> Audio:
        stems, reach = len(self._spec.graph_stems), self._hops.reads - self._hops.hop
        return np.zeros((stems, self._spec.channels, reach), np.float32)

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """One network call for each hop of each window, one after another."""
        found = [self._run(window) for window in windows]
        control.proceed(1, 1)
        return found

    def _run(self, window: Window) -> Estimate:
        heard, hops = without_known(window), self._hops
        assert window.state is not None
        carried = dict(window.state)
        tail, last = carried.pop(_TAIL), float(carried.pop(_LAST)[0])
        if last >= 0 and (last + 1) % _CYCLE != window.index % _CYCLE:
            tail = self._no_tail()  # it belonged where hops were left out
        length = window.stop - window.start
        added = np.concatenate([tail, np.zeros((*tail.shape[:2], length), np.float32)], axis=-1)
        late = window.mix.shape[-1] - window.stop if hops.late else 0
        # A graph that answers late has to hear of the first hops before it can.
        places = range(0 if last >= 0 else -late, length, hops.hop)
        for place in places:
            first = window.start + late + place
            stems, carried = self._call(heard, first, last < 0 and place == places[0], carried)
            if place >= 0:
                added[..., place : place + hops.reads] += stems
        stems = with_rest(self._spec, added[..., :length].copy(), heard, window)
        state = {_TAIL: added[..., length:].copy(), _LAST: _index(window.index)}
        return Estimate(with_known(stems, window), 1, len(places), {**carried, **state})

    def _call(
        self, heard: Window, first: int, begins: bool, carried: State
    ) -> tuple[Audio, dict[str, Audio]]:
        """The stems (S, C, reads) of the samples that are read from `first` on, and the state."""
        reads = self._hops.reads
        new = 0 if begins else reads - self._hops.hop
        mix = heard.mix[:, first : first + reads]
        part = replace(heard, mix=mix, start=new, stop=reads, origin=0, frame_caches=None)
        frames = make_frames(self._frame_spec, [part])
        answers, carried_on = self._graph.carry(frames.inputs, carried)
        answer = {role: rows[0] for role, rows in answers.items()}
        return frames.stems(answer, 0, 0, reads), carried_on


def _shape(port: PortShape) -> tuple[int, ...]:
    """Of a state, whose axes that take any length are 1 long: the batch is one window."""
    return tuple(length if isinstance(length, int) else 1 for length in port)


def _index(index: int) -> Audio:
    return np.full(1, index % _CYCLE, np.float32)
