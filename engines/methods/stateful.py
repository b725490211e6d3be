"""One call for each hop of a graph that gives its state out, to be given in with the next hop.

The state is zeros at first, as padding was in training. Where hops were left out, it is what the
last one that was run left: what was measured of GTCRN is 12 dB nearer to one that heard all than a
new state is. The frames of an STFT are added up across windows, so that any grid gives the same
samples; the first ones begin before the signal, so that its first sample is in as many frames as
any other. Where the answer is late (`late_hops`), it is of the frame of so many hops before.

A graph that takes several windows is called once for all that have come as far, each with its own
state. Where it takes known stems, they are conditions, as the schedule says; it is still one call.

Where a second graph follows (`then`), it is given what the first made of a hop, a stem by itself as
samples, and what it answers is added up as it comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from engines.domains import Arrays, Estimates, Frames, make_estimates, make_frames
from engines.graph import Graph
from engines.methods import require
from engines.methods.one_pass import with_rest
from engines.parts import output_of, session_of
from engines.session import PortShape, Session
from engines.spec import ModelSpec, Schedule, StftDomain
from engines.types import Audio
from engines.window import Control, Estimate, State, Window, with_known, without_known

# Beside the graph's own: what of the last window's frames reaches into the next, and its index.
_TAIL, _LAST = ":tail", ":last"
# Whole numbers below this are exact in float32.
_CYCLE = 1 << 24


class Method:
    """Known stems are taken out of the mix first, or given; the steps asked for do not matter."""

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        hops = spec.hops
        expected = "samples, or an STFT of one frame in each window, with a state, in one file"
        require(bool(spec.state) and not spec.parts and hops is not None, spec, expected)
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
        self._now_spec = replace(spec, domain=domain)
        # A mask that is late is of a frame whose gains are forgotten: they would cancel out.
        self._late_spec = replace(self._now_spec, level_db=None) if hops.late else None
        self._given = spec.conditional and (spec.schedule or Schedule()).known == "given"

    def new_state(self) -> State | None:
        """Zeros for the graphs, and nothing that reaches into the first window."""
        zeros = self._net.zeros() | (self._then.zeros() if self._then else {})
        return {**zeros, _TAIL: self._no_tail(), _LAST: np.full(1, -1, np.float32)}

    def _no_tail(self) -> Audio:
        stems = len(self._spec.graph_stems)
        return np.zeros((stems, self._spec.channels, self._hops.reach), np.float32)

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        """One call of each graph for each hop of each window, or of several windows at once."""
        most = 1 if self._then else self._spec.batch_max or len(windows)
        begun = [window.state is not None and window.state[_LAST][0] >= 0 for window in windows]
        found: dict[int, Estimate] = {}
        for kind in (False, True):
            items = [item for item, one in enumerate(begun) if one == kind]
            for first in range(0, len(items), most):
                some = items[first : first + most]
                found |= zip(some, self._together([windows[i] for i in some], kind), strict=True)
        control.proceed(1, 1)
        return [found[item] for item in range(len(windows))]

    def _together(self, windows: Sequence[Window], begun: bool) -> list[Estimate]:
        """Of windows that have all `begun` before, or all not."""
        hops, window = self._hops, windows[0]
        heard = [one if self._given else without_known(one) for one in windows]
        length = window.stop - window.start
        late = self._late(window)
        carried, added = zip(*(self._begin(one, length) for one in windows), strict=True)
        states = list(carried)
        # A graph that answers late has to hear of the first hops before it can; frames of an STFT
        # reach into the first sample from before it.
        places = range(0 if begun else -hops.reach - late, length, hops.hop)
        for place in places:
            stems, states = self._call(heard, place, late, states)
            begin, end = max(place, 0), max(place + hops.gives, 0)
            for sums, part in zip(added, stems, strict=False):
                sums[..., begin:end] += part[..., begin - place : end - place]
        return [
            self._estimate(sums, length, one, state, len(places))
            for sums, one, state in zip(added, windows, states, strict=True)
        ]

    def _late(self, window: Window) -> int:
        """By how many samples answers are late."""
        if self._hops.late is None:
            return int(window.mix.shape[-1]) - window.stop
        return self._hops.late * self._hops.hop

    def _begin(self, window: Window, length: int) -> tuple[dict[str, Audio], Audio]:
        """The graphs' state, and the stems (S, C, length + reach) as far as they are known."""
        assert window.state is not None
        carried = dict(window.state)
        tail, last = carried.pop(_TAIL), float(carried.pop(_LAST)[0])
        if last >= 0 and (last + 1) % _CYCLE != window.index % _CYCLE:
            tail = self._no_tail()  # it belonged where hops were left out
        zeros = np.zeros((*tail.shape[:2], length), np.float32)
        return carried, np.concatenate([tail, zeros], axis=-1)

    def _estimate(
        self, added: Audio, length: int, window: Window, carried: State, calls: int
    ) -> Estimate:
        heard = without_known(window)
        stems = with_rest(self._spec, added[..., :length].copy(), heard, window)
        state = {_TAIL: added[..., length:].copy(), _LAST: _index(window.index)}
        return Estimate(with_known(stems, window), 1, calls, {**carried, **state})

    def _call(
        self, heard: Sequence[Window], place: int, late: int, states: Sequence[State]
    ) -> tuple[list[Audio], list[dict[str, Audio]]]:
        """Each window's stems (S, C, gives) from `place` on, counted from where it begins to give,
        and its state; no stems where late answers are of nothing that is needed."""
        hops, first = self._hops, heard[0].start + place - self._hops.before
        parts = [self._part(window, first + late) for window in heard]
        frames = self._frames(self._now_spec, parts)
        inputs = {**frames.inputs, **self._conditions(frames, parts)}
        answers, after = self._net.carry(inputs, states)
        if self._late_spec is not None:
            if place + hops.gives <= 0:
                return [], _merged(states, after)  # the second graph has heard nothing yet
            frames = self._frames(self._late_spec, [self._part(one, first) for one in heard])
        stems = [
            frames.stems(answer, item, hops.before, hops.reads)
            for item, answer in enumerate(answers)
        ]
        if self._then is None:
            return stems, after
        answers, more = self._then.carry({"mix": np.concatenate(stems)}, states)
        return [answer["stems"] for answer in answers], _merged(after, more)

    def _frames(self, spec: ModelSpec, parts: Sequence[Window]) -> Frames:
        return make_estimates(spec, parts) if spec.conditional else make_frames(spec, parts)

    def _part(self, window: Window, first: int) -> Window:
        """What a call reads of the window from its sample `first` on, which may be before it."""
        reads, hop = self._hops.reads, self._hops.hop
        begin, widths = max(first, 0), ((0, 0), (max(-first, 0), 0))
        mix, known = window.mix[:, begin : first + reads], window.known
        if first < 0:
            mix = np.pad(mix, widths)
        if self._given:
            known = known[..., begin : first + reads]
            known = np.pad(known, ((0, 0), *widths)) if first < 0 else known
        return replace(
            window, mix=mix, known=known, start=reads - hop, stop=reads, origin=0, frame_caches=None
        )

    def _conditions(self, frames: Frames, parts: Sequence[Window]) -> dict[str, Audio]:
        """What a conditional graph takes beside the mix: known stems, and which are known."""
        if not self._spec.conditional:
            return {}
        found: Estimates = frames  # type: ignore[assignment]  # as `_frames` made them
        given = np.zeros((len(parts), len(self._spec.stems), *found.mix.shape[1:]), np.float32)
        known = np.stack([part.known_mask for part in parts])
        for item, part in enumerate(parts):
            if self._given and part.known_mask.any():
                given[item, part.known_mask] = found.analyse(part.known[part.known_mask], item)
        flags = (~known if self._spec.flag_hot == "masked" else known).astype(np.float32)
        if self._spec.flag_axis == "time":
            flags = np.repeat(flags[:, :, None], given.shape[-1], axis=2)
        return {"given": given, "flags": flags}


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
        self, inputs: Arrays, states: Sequence[State]
    ) -> tuple[list[dict[str, Audio]], list[dict[str, Audio]]]:
        """What each window's outputs carry, by role, and its state, of all that is in `states`."""
        before = {
            own: _rows([state[name] for state in states]) for own, name in self._names.items()
        }
        answers, after = self._graph.carry(inputs, before)
        each = range(len(states))
        return (
            [{role: rows[item] for role, rows in answers.items()} for item in each],
            [_row(after, self._names, item, len(states)) for item in each],
        )


def _merged(before: Sequence[State], after: Sequence[State]) -> list[dict[str, Audio]]:
    """Each window's state with what is new of it."""
    return [{**one, **two} for one, two in zip(before, after, strict=True)]


def _rows(values: list[Audio]) -> Audio:
    return values[0] if len(values) == 1 else np.concatenate(values)


def _row(
    after: Mapping[str, Audio], names: Mapping[str, str], item: int, items: int
) -> dict[str, Audio]:
    """One window's state. Of several, the first axis is the windows'."""
    part = slice(None) if items == 1 else slice(item, item + 1)
    return {name: after[own][part] for own, name in names.items()}


def _shape(port: PortShape) -> tuple[int, ...]:
    """Of a state, whose axes that take any length are 1 long: the batch is one window."""
    return tuple(length if isinstance(length, int) else 1 for length in port)


def _index(index: int) -> Audio:
    return np.full(1, index % _CYCLE, np.float32)
