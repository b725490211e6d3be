"""What the one-pass methods share."""

from __future__ import annotations

from dataclasses import replace

from engines.domains import make_frame
from engines.ort import Session
from engines.spec import ModelSpec
from engines.window import Control, Estimate, Window


def run_once(spec: ModelSpec, session: Session, window: Window, control: Control) -> Estimate:
    """One network call on the mix less the known stems, which come back as given."""
    mask = window.known_mask
    if mask.any():
        window = replace(window, mix=window.mix - window.known[mask].sum(axis=0))
    frame = make_frame(session, spec, window)
    stems = frame.synthesise(frame.estimate({}), window.start, window.stop)
    if mask.any():
        stems = stems.copy()
        stems[mask] = window.known[mask, :, window.start : window.stop]
    control.proceed(1, 1)
    return Estimate(stems, steps=1, network_calls=1)
