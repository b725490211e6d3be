"""The formats that stems are written in, by name."""

from __future__ import annotations

from dataclasses import dataclass

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.lossy import AAC, MP3, OPUS, VORBIS, Lossy

#: A WAV or AIFF holds its sizes in 32 bits; this much is kept for the headers.
LIMIT_32_BIT_BYTES = 2**32 - 2**16


@dataclass(frozen=True)
class AudioFormat:
    """An output format. `bytes_per_sample` 0: compressed; `bits` 0: float, else integers.

    `lossy`: what its encoder takes, None where a file read back has the samples written.
    """

    name: str
    suffix: str
    container: str
    subtype: str
    bytes_per_sample: int
    bits: int = 0
    lossy: Lossy | None = None

    @property
    def lossless(self) -> bool:
        """Whether a file read back has the samples that were written."""
        return self.lossy is None

    @property
    def bundle(self) -> bool:
        """Whether one file holds all stems."""
        return self.container == "MP4"

    def frames_for(self, frames: int, rate_hz: int) -> int:
        """The length of a file, in its own samples, whose samples come at `rate_hz`."""
        written_hz = self.lossy.rate_for(rate_hz) if self.lossy else rate_hz
        return round(frames * written_hz / rate_hz)

    def bytes_for(self, frames: int, channels: int) -> int:
        """Size of the samples of one file (0 for a compressed format: not known before)."""
        return self.bytes_per_sample * frames * channels

    def container_for(self, frames: int, channels: int, more_bytes: int = 0) -> str:
        """libsndfile's major format: RF64 where a WAV cannot hold the size.

        `more_bytes`: what is put behind the audio.
        """
        if self.container != "WAV":
            return self.container
        if self.bytes_for(frames, channels) + more_bytes > LIMIT_32_BIT_BYTES:
            return "RF64"
        return "WAV" if channels <= 2 else "WAVEX"


_EXACT = tuple(
    AudioFormat(*one)
    for one in (
        ("wav-f32", ".wav", "WAV", "FLOAT", 4),
        ("wav-24", ".wav", "WAV", "PCM_24", 3, 24),
        ("wav-16", ".wav", "WAV", "PCM_16", 2, 16),
        ("flac-24", ".flac", "FLAC", "PCM_24", 0, 24),
        ("flac-16", ".flac", "FLAC", "PCM_16", 0, 16),
        ("aiff-f32", ".aiff", "AIFF", "FLOAT", 4),
        ("aiff-24", ".aiff", "AIFF", "PCM_24", 3, 24),
        ("aiff-16", ".aiff", "AIFF", "PCM_16", 2, 16),
        ("caf-f32", ".caf", "CAF", "FLOAT", 4),
        ("w64-f32", ".w64", "W64", "FLOAT", 4),
    )
)
_LOSSY = (
    AudioFormat("mp3", ".mp3", "MP3", "MPEG_LAYER_III", 0, lossy=MP3),
    AudioFormat("ogg", ".ogg", "OGG", "VORBIS", 0, lossy=VORBIS),
    AudioFormat("opus", ".opus", "OGG", "OPUS", 0, lossy=OPUS),
    AudioFormat("stem.mp4", ".stem.mp4", "MP4", "AAC", 0, lossy=AAC),
    AudioFormat("m4a", ".m4a", "IPOD", "AAC", 0, lossy=AAC),
)
_NAMED = {one.name: one for one in (*_EXACT, *_LOSSY)}
#: What people type first, and the best of its kind.
_SHORT = {"wav": "wav-f32", "flac": "flac-24", "aiff": "aiff-f32", "aif": "aiff-f32",
          "caf": "caf-f32", "w64": "w64-f32", "aac": "m4a"}  # fmt: skip
FORMATS = _NAMED | {short: _NAMED[name] for short, name in _SHORT.items()}


def audio_format(name: str) -> AudioFormat:
    """The output format called `name`. Raises BadValue."""
    found = FORMATS.get(name)
    if found is None:
        raise BadValue(f"format {name!r}", "one of " + ", ".join(FORMATS), "Choose one.")
    return found
