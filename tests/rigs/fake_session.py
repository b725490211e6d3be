"""A session in numpy alone: tests/rigs/tiny_models.py's models without a file or onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engines.load import Model, model_of
from engines.session import Feeds, PortShape, Session
from engines.spec import SPEC_KEY, ModelSpec, StftDomain
from engines.types import Audio
from tests.rigs.tiny_models import GAINS


class FakeSession:
    """Fulfils engines.session.Session. `asked` holds the names and shapes of every run's feeds."""

    provider, note = "numpy", "fake: for tests"

    def __init__(self, spec: ModelSpec, gains: tuple[float, ...] = GAINS, couple: float = 0.0):
        self._spec, self._gains, self._couple = spec, np.asarray(gains, np.float32), couple
        self.metadata = {SPEC_KEY: spec.to_json()}
        stft = isinstance(spec.domain, StftDomain)
        self._mix, self._given = ("mix_mag", "given_mag") if stft else ("mix", "given")
        self._output = "masks" if stft else "stems"
        stems, inner = len(spec.stems), (spec.channels, *(("F", "T") if stft else ("T",)))
        self.inputs: dict[str, PortShape] = {self._mix: ("B", *inner)}
        if spec.conditional:
            over_time = ("T",) if spec.flag_axis == "time" else ()
            self.inputs |= {self._given: ("B", stems, *inner), "flags": ("B", stems, *over_time)}
        self.outputs: dict[str, PortShape] = {self._output: ("B", stems, *inner)}
        self.types = dict.fromkeys((*self.inputs, *self.outputs), "tensor(float)")
        self.asked: list[dict[str, tuple[int, ...]]] = []

    def run(self, output: str, feeds: Feeds) -> Audio:
        assert output == self._output and set(feeds) == set(self.inputs)
        assert {feed.dtype for feed in feeds.values()} == {np.dtype(np.float32)}
        self.asked.append({name: feed.shape for name, feed in feeds.items()})
        mix = feeds[self._mix][:, None]
        gains = self._gains.reshape(1, -1, *[1] * (mix.ndim - 2))
        linear = mix * gains if output == "stems" else np.zeros_like(mix) + gains
        if not self._spec.conditional:
            return linear
        given = feeds[self._given]
        if output == "masks":
            given = given / (mix + np.float32(1e-3))
        flags = feeds["flags"]
        over_time = flags.shape[2:] or (1,)
        flags = flags.reshape(*flags.shape[:2], *[1] * (linear.ndim - 3), *over_time)
        coupled = given.sum(axis=1, keepdims=True) + np.float32(0.01) * flags * linear
        return linear + np.float32(self._couple) * coupled

    def run_several(self, outputs: Sequence[str], feeds: Feeds) -> list[Audio]:
        return [self.run(output, feeds) for output in outputs]


def fake_model(spec: ModelSpec, couple: float = 0.0) -> Model:
    """A model that runs in numpy."""
    session: Session = FakeSession(spec, couple=couple)
    return model_of(session, Path("fake.onnx"))
