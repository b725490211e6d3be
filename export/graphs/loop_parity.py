"""Whether a Loop graph gives what the engine's host loop gives, to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engines.domains import make_estimates
from engines.methods.gibbs import Method
from engines.methods.gibbs.schedule import draw_masks
from engines.ort import open_session
from engines.session import Session
from engines.spec import ModelSpec, Schedule, parse_spec
from engines.types import Audio, Flags
from engines.window import Control, Window, without_known
from export.graphs.errors import ParityError
from export.graphs.tensors import LEVEL, input_names, is_stft

SEED = 5


def loop_difference(step: Path, loop: Path, steps: int, known_stems: int = 1) -> float:
    """Largest absolute difference of the audio of both, on the CPU, for one window of noise."""
    session, looped = open_session(step), open_session(loop)
    spec = parse_spec(session.metadata, str(step))
    schedule = spec.schedule or Schedule()
    window = _window(spec, known_stems)
    if schedule.known == "subtracted":  # which is the caller's part
        window = without_known(window)
    host = Method(spec, session).run([window], Control(steps, SEED))[0].stems
    frames = make_estimates(spec, [window])
    masks = draw_masks(schedule, steps, SEED, window.index, window.known_mask)
    known = frames.analyse(window.known, 0)
    estimate = run_loop(looped, spec, frames.mix, known[None], masks[:, None])[0]
    part = frames.needed(estimate, 0, window.start, window.stop)
    audio = frames.synthesise(part, 0, window.start, window.stop)
    return float(np.abs(audio - host).max(initial=0.0))


def run_loop(session: Session, spec: ModelSpec, mix: Audio, known: Audio, masks: Flags) -> Audio:
    """mix (B,C,...), known (B,S,C,...), masks (N,B,S) bool -> estimates (B,S,C,...)."""
    suffix = "_mag" if is_stft(spec) else ""
    feeds = {
        input_names(spec)[0]: mix,
        f"known{suffix}": known,
        "masks": masks.astype(np.float32),
    }
    return session.run(f"stems{suffix}", feeds)


def _window(spec: ModelSpec, known_stems: int) -> Window:
    rng = np.random.default_rng(SEED)
    length = spec.domain.valid_window(1)
    if is_stft(spec):
        length *= 3
    shape = (len(spec.stems), spec.channels, length)
    stems = (LEVEL * rng.standard_normal(shape)).astype(np.float32)
    known_mask = np.arange(len(spec.stems)) < known_stems
    known = stems * known_mask[:, None, None].astype(np.float32)
    return Window(stems.sum(axis=0), known, known_mask, 3, 0, length)


def require_equal_loop(step: Path, loop: Path, steps: tuple[int, ...] = (1, 16)) -> None:
    """Raises ParityError where the loop's audio differs from the host loop's in any bit."""
    for count in steps:
        worst = loop_difference(step, loop, count)
        if worst != 0.0:
            seen = f"Loop and host loop differ by {worst:.2e} after {count} steps"
            raise ParityError(seen, "equal bits on the CPU", "use the host loop")
