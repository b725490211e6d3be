"""One call for each hop of a graph that gives its state out, to be given in with the next hop.

The state is zeros at first. Where hops were left out, it is what the last one that was run left:
what was measured of GTCRN is 12 dB nearer to one that heard all than a new state is. The frames of
an STFT are added up across windows, so that any grid gives the same samples; the first ones begin
before the signal, so that its first sample is in as many frames as any other.

Where a second graph follows (`then`), it is given what the first made of a hop, a stem by itself as
samples, and what it answers is added up as it comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from engines.domains import Arrays, make_frames
from engines.graph import Graph
from engines.methods import require
from engines.methods.one_pass import with_rest
from engines.parts import output_of, session_of
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
        self._spec, self._hops = spec, hops
        self._net, self._then = _Net(spec, session_of(session)), None
        domain = spec.domain
        if spec.then is not None and spec.second is not None:
            file = spec.then.file
            self._then = _Net(spec.second, session_of(session, file), file)
        elif isinstance(domain, StftDomain):
            # Each frame's part of a sample, as if there were frames to both sides.
            domain = replace(domain, envelope="full")
        self._frame_spec = replace(spec, domain=domain)

    def new_state(self) -> State | None:
        """Zeros for the graphs, and nothing that reaches into the first window."""
        zeros = self._net.zeros() | (self._then.zeros() if self._then else {})
        return {**zeros, _TAIL: self._no_tail(), _LAST: np.full(1, -1, np.float32)}

    def _no_tail(self) -> Audio:
        stems, reach = len(self._spec.graph_stems), self._hops.reads - self._hops.hop
        return np.zeros((stems, self._spec.channels, reach), np.float32)

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """One call of each graph for each hop of each window, one after another."""
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
        # A graph that answers late has to hear of the first hops before it can; frames of an STFT
        # reach into the first sample from before it.
        places = range(0 if last >= 0 else hops.hop - hops.reads - late, length, hops.hop)
        for place in places:
            stems, carried = self._call(heard, window.start + late + place, carried)
            begin, end = max(place, 0), max(place + hops.reads, 0)
            added[..., begin:end] += stems[..., begin - place : end - place]
        stems = with_rest(self._spec, added[..., :length].copy(), heard, window)
        state = {_TAIL: added[..., length:].copy(), _LAST: _index(window.index)}
        return Estimate(with_known(stems, window), 1, len(places), {**carried, **state})

    def _call(
        self, heard: Window, first: int, carried: Mapping[str, Audio]
    ) -> tuple[Audio, dict[str, Audio]]:
        """The stems (S, C, reads) of the samples that are read from `first` on, and the state."""
        reads = self._hops.reads
        mix = heard.mix[:, max(first, 0) : first + reads]
        mix = np.pad(mix, ((0, 0), (max(-first, 0), 0)))
        new = reads - self._hops.hop
        part = replace(heard, mix=mix, start=new, stop=reads, origin=0, frame_caches=None)
        frames = make_frames(self._frame_spec, [part])
        answer, state = self._net.carry(frames.inputs, carried)
        stems = frames.stems(answer, 0, 0, reads)
        if self._then is None:
            return stems, state
        answer, after = self._then.carry({"mix": stems}, carried)
        return answer["stems"], state | after


class _Net:
    """One graph that gives its state out. Of a second file, the names of states have the file's
    before them."""

    def __init__(self, spec: ModelSpec, session: Session, file: str = "") -> None:
        self._graph = Graph(spec, session)
        own = [pair.input for pair in spec.state]
        self._names = {name: output_of(file, name) if file else name for name in own}
        self._shapes = {self._names[name]: _shape(session.inputs[name]) for name in own}

    def zeros(self) -> dict[str, Audio]:
        """The state at first."""
        return {name: np.zeros(shape, np.float32) for name, shape in self._shapes.items()}

    def carry(
        self, inputs: Arrays, carried: Mapping[str, Audio]
    ) -> tuple[dict[str, Audio], dict[str, Audio]]:
        """What the one window's outputs carry, by role, and the state, of all that is `carried`."""
        before = {own: carried[name] for own, name in self._names.items()}
        answers, after = self._graph.carry(inputs, before)
        kept = {self._names[own]: value for own, value in after.items()}
        return {role: rows[0] for role, rows in answers.items()}, kept


def _shape(port: PortShape) -> tuple[int, ...]:
    """Of a state, whose axes that take any length are 1 long: the batch is one window."""
    return tuple(length if isinstance(length, int) else 1 for length in port)


def _index(index: int) -> Audio:
    return np.full(1, index % _CYCLE, np.float32)
