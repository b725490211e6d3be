"""A denoiser's graph: noisy (N, C, T), sigma (N,), labels (N, L) -> clean (N, C, T)."""

from __future__ import annotations

from engines.errors import GraphError
from engines.methods.diffusion.prior import Denoiser
from engines.session import Session
from engines.types import Audio

INPUTS, OUTPUT = ("noisy", "sigma", "labels"), "clean"


def as_denoiser(session: Session) -> Denoiser:
    """The graph of a session as a function; it raises InferenceError, and GraphError where the
    answer has not the shape of what was given.
    """

    def denoise(noisy: Audio, sigma: Audio, labels: Audio) -> Audio:
        given = dict(zip(INPUTS, (noisy, sigma, labels), strict=True))
        found = session.run(OUTPUT, given)
        if found.shape != noisy.shape:
            seen = f"{OUTPUT} of shape {found.shape}"
            raise GraphError(seen, f"{noisy.shape}, as it was given", "export the model again")
        return found

    return denoise
