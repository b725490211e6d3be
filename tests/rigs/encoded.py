"""Files as programs write them, made with PyAV: any codec in any container."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np

from tests.rigs.sounds import noise

RATE_HZ = 44100
LAYOUTS = {1: "mono", 2: "stereo"}
_STEP = 4096


class Pipe(io.RawIOBase):
    """What a program that writes into a pipe sees: no way back to the header."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("wb")

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self._file.write(data)

    def close(self) -> None:
        self._file.close()
        super().close()


def tone(frames: int, channels: int = 2, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A chord with a little noise, `(channels, frames) float32`."""
    t = np.arange(frames) / rate_hz
    chord = sum(0.1 * np.sin(2 * np.pi * f * t) for f in (220.0, 331.0, 495.0))
    return (chord + noise(channels, frames, level=0.02)).astype(np.float32)


def encode(
    path: Path, audio: np.ndarray, codec: str, rate_hz: int = RATE_HZ, form: str | None = None,
    options: dict[str, str] | None = None, tracks: int = 1, bit_rate: int = 0, pipe: bool = False,
    sample_format: str = "",
) -> Path:  # fmt: skip
    """Write `audio` as each of `tracks`; returns `path`. `form`: FFmpeg's name of a container."""
    target = Pipe(path) if pipe else str(path)
    with av.open(target, "w", format=form, options=options or {}) as out:
        layout = LAYOUTS[len(audio)]
        streams = [out.add_stream(codec, rate=rate_hz, layout=layout) for _ in range(tracks)]
        for stream in streams:
            if sample_format:
                stream.codec_context.format = sample_format
            if bit_rate:
                stream.codec_context.bit_rate = bit_rate
        for start in range(0, audio.shape[1], _STEP):
            block = np.ascontiguousarray(audio[:, start : start + _STEP])
            for stream in streams:
                frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
                frame.sample_rate, frame.pts = rate_hz, start
                out.mux(stream.encode(frame))
        for stream in streams:
            out.mux(stream.encode(None))
    if isinstance(target, Pipe):
        target.close()
    return path


def cut(path: Path, size: int, name: str = "cut") -> Path:
    """A copy with the first `size` bytes (with all but the last `-size` where it is negative)."""
    made = path.with_name(f"{name}{path.suffix}")
    made.write_bytes(path.read_bytes()[:size])
    return made


def joined(path: Path, *parts: Path) -> Path:
    """What `cat` makes of several files."""
    path.write_bytes(b"".join(one.read_bytes() for one in parts))
    return path
