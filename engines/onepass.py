"""What the one-pass methods share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engines.domains import make_frames
from engines.graph import ask
from engines.ort import Session
from engines.spec import ModelSpec
from engines.window import Control, Estimate, Window, with_known, without_known


def run_once(
    spec: ModelSpec, session: Session, windows: Sequence[Window], control: Control
) -> list[Estimate]:
    """One network call on the mixes less the known stems, which come back as given."""
    rest = [without_known(window) for window in windows]
    frames = make_frames(spec, rest)
    answers = ask(session, spec, frames)
    everything = np.ones(len(spec.stems), np.bool_)
    found = []
    for item, window in enumerate(windows):
        frames.take(answers[item], everything, item)
        part = frames.needed(answers[item], item, window.start, window.stop)
        stems = frames.synthesise(part, item, window.start, window.stop)
        found.append(Estimate(with_known(stems, window), steps=1, network_calls=1))
    control.proceed(1, 1)
    return found
