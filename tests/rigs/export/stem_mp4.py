"""MPEG-4 files with several audio tracks, as MUSDB18's `.stem.mp4` are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np

RATE_HZ = 44100


def write_stem_mp4(path: Path, tracks: Sequence[np.ndarray]) -> Path:
    """Each of `tracks`, (samples, 2), as an AAC track of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", format="mp4") as out:
        streams = [out.add_stream("aac", rate=RATE_HZ, layout="stereo") for _ in tracks]
        for stream, audio in zip(streams, tracks, strict=True):
            stream.bit_rate = 256_000
            planes = np.ascontiguousarray(audio.T, np.float32)
            frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts = RATE_HZ, 0
            for packet in (*stream.encode(frame), *stream.encode(None)):
                out.mux(packet)
    return path
