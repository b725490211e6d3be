"""The README's clips (`make clips`): eight seconds of what `daw-bridge demo` wrote, as MP3."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

START_S, LENGTH_S, FADE_S = 12.0, 8.0, 0.05
QUALITY = 0.6
"""libsndfile's compression level: 0 is the largest file, 1 the smallest."""


def clips(demo: Path) -> tuple[dict[str, NDArray[np.float32]], int]:
    """Name -> `(samples, channels)` float32, cut and faded, and the rate in Hz.

    Each stem in the folder `demo`, their sum, which is the mix, and the mix without its drums.
    """
    stems: dict[str, NDArray[np.float32]] = {}
    rate_hz = 0
    for path in sorted(demo.glob("*.wav")):
        audio, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
        stems[path.stem] = _cut(audio, rate_hz)
    mix: NDArray[np.float32] = np.stack(list(stems.values())).sum(axis=0, dtype=np.float32)
    return {"mix": mix, "without-drums": mix - stems["drums"], **stems}, rate_hz


def _cut(audio: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    """The excerpt of `(samples, channels)` at `rate_hz`, faded in and out."""
    start, length, fade = (round(one * rate_hz) for one in (START_S, LENGTH_S, FADE_S))
    piece = audio[start : start + length].copy()
    ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)[:, None]
    piece[:fade] *= ramp
    piece[-fade:] *= ramp[::-1]
    return piece


def main(demo: Path, out: Path) -> int:
    """Write `out`/<name>.mp3 for each clip."""
    found, rate_hz = clips(demo)
    out.mkdir(parents=True, exist_ok=True)
    for name, audio in found.items():
        path = out / f"{name}.mp3"
        soundfile.write(path, audio, rate_hz, format="MP3", compression_level=QUALITY)
        print(f"wrote {path}: {path.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
