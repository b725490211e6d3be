"""The formats that stems are written in, by name."""

from __future__ import annotations

from dataclasses import dataclass

from daw_bridge.errors import BadValue

#: A WAV or AIFF holds its sizes in 32 bits; this much is kept for the headers.
LIMIT_32_BIT_BYTES = 2**32 - 2**16


@dataclass(frozen=True)
class AudioFormat:
    """An output format. `bytes_per_sample` 0: compressed; `bits` 0: float, else integers."""

    name: str
    suffix: str
    container: str
    subtype: str
    bytes_per_sample: int
    bits: int = 0

    @property
    def lossless(self) -> bool:
        """Whether a file read back has the samples that were written."""
        return True

    def bytes_for(self, frames: int, channels: int) -> int:
        """Size of the samples of one file (0 for a compressed format: not known before)."""
        return self.bytes_per_sample * frames * channels

    def container_for(self, frames: int, channels: int) -> str:
        """libsndfile's major format: RF64 where a WAV cannot hold the size."""
        if self.container != "WAV":
            return self.container
        if self.bytes_for(frames, channels) > LIMIT_32_BIT_BYTES:
            return "RF64"
        return "WAV" if channels <= 2 else "WAVEX"


FORMATS = {
    one.name: one
    for one in (
        AudioFormat("wav-f32", ".wav", "WAV", "FLOAT", 4),
        AudioFormat("wav-24", ".wav", "WAV", "PCM_24", 3, 24),
        AudioFormat("wav-16", ".wav", "WAV", "PCM_16", 2, 16),
        AudioFormat("flac-24", ".flac", "FLAC", "PCM_24", 0, 24),
        AudioFormat("flac-16", ".flac", "FLAC", "PCM_16", 0, 16),
        AudioFormat("aiff-f32", ".aiff", "AIFF", "FLOAT", 4),
        AudioFormat("aiff-24", ".aiff", "AIFF", "PCM_24", 3, 24),
        AudioFormat("aiff-16", ".aiff", "AIFF", "PCM_16", 2, 16),
        AudioFormat("caf-f32", ".caf", "CAF", "FLOAT", 4),
        AudioFormat("w64-f32", ".w64", "W64", "FLOAT", 4),
    )
}


def audio_format(name: str) -> AudioFormat:
    """The output format called `name`. Raises BadValue."""
    found = FORMATS.get(name)
    if found is None:
        raise BadValue(f"format {name!r}", "one of " + ", ".join(FORMATS), "Choose one.")
    return found
