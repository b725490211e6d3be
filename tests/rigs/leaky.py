"""A toy method with a state, whose every sample depends on all that came before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engines.domains import make_estimates
from engines.graph import Graph
from engines.load import Model
from engines.methods import require
from engines.session import Session
from engines.spec import ModelSpec, Preset, WaveformDomain
from engines.types import Audio
from engines.window import Control, Estimate, State, Window, with_known, without_known
from tests.rigs.fake_session import fake_model
from tests.rigs.tiny_models import make_spec

LEAK = np.float32(0.9)
LIVE = Preset(window_samples=96, hop_samples=64, lookahead_samples=32, crossfade_samples=0)
OFFLINE = Preset(window_samples=192, hop_samples=128, lookahead_samples=64, crossfade_samples=0)


def leaky(audio: Audio, last: Audio) -> Audio:
    """(..., n) -> y of the same shape, y[n] = LEAK * y[n - 1] + x[n] / 8, where y[-1] is `last`."""
    found = audio / np.float32(8)
    for sample in range(audio.shape[-1]):
        last = found[..., sample] = LEAK * last + found[..., sample]
    return found


class Method:
    """Stems of the mix less the known ones, run through `leaky`. For grids without a crossfade, so
    that a window's stop is where the next one's needed part begins.
    """

    def __init__(self, spec: ModelSpec, session: Session) -> None:
        holds = isinstance(spec.domain, WaveformDomain) and not spec.conditional
        require(holds, spec, "an unconditional waveform model")
        self._spec, self._graph = spec, Graph(spec, session)

    def new_state(self) -> State | None:
        return {"last": np.zeros((len(self._spec.stems), self._spec.channels), np.float32)}

    def run(self, windows: Sequence[Window], control: Control) -> list[Estimate]:
        frames = make_estimates(self._spec, [without_known(window) for window in windows])
        answers = self._graph.run({"mix": frames.mix})["stems"]
        found = []
        for item, (window, answer) in enumerate(zip(windows, answers, strict=True)):
            assert window.state is not None
            part = frames.needed(answer, item, window.start, window.stop)
            stems = leaky(part, window.state["last"])
            state = {"last": stems[..., -1].copy()}
            stems = frames.synthesise(stems, item, window.start, window.stop)
            found.append(Estimate(with_known(stems, window), 1, 1, state))
        control.proceed(1, 1)
        return found


def leaky_model(**changes: object) -> Model:
    """A model in numpy with the toy method; `changes` go into its spec."""
    spec = make_spec(live=LIVE, offline=OFFLINE, **changes)
    model = fake_model(spec)
    return replace(model, path=Path("leaky.onnx"), method=Method(spec, model.session))
