"""Scores of one clip, in dB: museval SDR, plain SDR and SI-SDRi, per stem."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from engines.types import Audio
from export.common.metrics import audible, sdr, si_sdr
from export.scores.errors import ScoreError

METRICS = ("museval", "sdr", "si_sdri")
#: metric -> dB, or None where it is not defined (silent stem, silent estimate).
Scores = dict[str, float | None]
_TINY = 1e-100
_MUSEVAL_TOLERANCE_DB = 1e-6
Array = NDArray[np.float64]


def frame_sdr(estimates: Audio, stems: Audio, rate_hz: int) -> Array:
    """(S, C, T) twice -> (S, frames): the SDR of BSS Eval v4 (museval 0.4), 1 s frames.

    There the error is split into three parts whose sum is estimate - stem, and SDR takes that sum:
    the distortion filters cancel. Frames in which any true stem is digitally silent are NaN for
    all, as in museval; an estimate may be silent. `museval_sdr` is the library's own, slow code.
    """
    frames = max(1, stems.shape[-1] // rate_hz)
    values = np.full((len(stems), frames), np.nan)
    for index in range(frames):
        stop = (index + 1) * rate_hz if stems.shape[-1] > rate_hz else None
        part = slice(index * rate_hz, stop)
        true = stems[..., part].astype(np.float64)
        if (true.sum(axis=1) == 0).all(axis=1).any():
            continue
        error = ((true - estimates[..., part]) ** 2).sum(axis=(1, 2))
        values[:, index] = 10 * np.log10((true**2).sum(axis=(1, 2)) / np.maximum(error, _TINY))
    return values


def museval_sdr(estimates: Audio, stems: Audio, rate_hz: int) -> Array:
    """The same by museval's own code. Raises ScoreError where museval is not installed."""
    first, second = (np.moveaxis(a, 1, 2).astype(np.float64) for a in (stems, estimates))
    values: Array = _museval().bss_eval(first, second, window=rate_hz, hop=rate_hz)[0]
    return values


def _museval() -> ModuleType:
    """museval's metrics without the package around them, which needs ffmpeg to be imported."""
    found = importlib.util.find_spec("museval")
    if found is None or not found.submodule_search_locations:
        raise ScoreError("no museval", "the export extra", "pip install '.[export]'")
    path = Path(found.submodule_search_locations[0]) / "metrics.py"
    spec = importlib.util.spec_from_file_location("museval_metrics", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check_museval(estimates: Audio, stems: Audio, rate_hz: int) -> None:
    """Raises ScoreError where museval's own SDR differs; it has none where a stem is silent."""
    if not (np.abs(stems).max(axis=(1, 2)) > 0).all():
        return
    ours, theirs = (f(estimates, stems, rate_hz) for f in (frame_sdr, museval_sdr))
    worst = float(np.nanmax(np.abs(ours - theirs), initial=0.0))
    if not (worst <= _MUSEVAL_TOLERANCE_DB and np.array_equal(np.isnan(ours), np.isnan(theirs))):
        seen = f"museval differs by {worst:.2e} dB"
        raise ScoreError(seen, "the same SDR", f"report this: {Path(__file__).name} is wrong")


def score(estimates: Audio, stems: Audio, mix: Audio, rate_hz: int) -> list[Scores]:
    """Estimates and true stems (S, C, T), mix (C, T) -> scores per stem.

    Stems below -60 dBFS are not scored. SI-SDRi is over the mix; that of silence is not defined.
    """
    frames = frame_sdr(estimates, stems, rate_hz)
    plain = sdr(estimates, stems)
    gain = si_sdr(estimates, stems) - si_sdr(np.broadcast_to(mix, stems.shape), stems)
    sounds = np.abs(estimates).max(axis=(1, 2)) > 0
    rows = []
    for row, heard in enumerate(audible(stems)):
        framed = frames[row][~np.isnan(frames[row])]
        rows.append(
            {
                "museval": float(np.median(framed)) if heard and len(framed) else None,
                "sdr": float(plain[row]) if heard else None,
                "si_sdri": float(gain[row]) if heard and sounds[row] else None,
            }
        )
    return rows


def trivial(mix: Audio, stems: Audio) -> dict[str, Audio]:
    """What costs nothing, as estimates (S, C, T): the mix, its S-th part and silence."""
    whole = np.broadcast_to(mix, stems.shape)
    part = whole / np.float32(len(stems))
    return {"mix": whole, f"mix/{len(stems)}": part, "silence": np.zeros_like(stems)}
