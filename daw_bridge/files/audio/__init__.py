"""Audio files in and out, block by block: the one door through which a file becomes samples.

Audio is `(channels, frames) float32`. Reading says when a file is shorter than it claims; writing
says what would not fit an integer format. Nothing here holds more than one block in memory.
"""

from daw_bridge.files.audio.formats import FORMATS, AudioFormat, audio_format
from daw_bridge.files.audio.info import Audio, AudioInfo
from daw_bridge.files.audio.reader import AudioReader, probe
from daw_bridge.files.audio.writer import AudioWriter, require_encoder

__all__ = [
    "FORMATS",
    "Audio",
    "AudioFormat",
    "AudioInfo",
    "AudioReader",
    "AudioWriter",
    "audio_format",
    "probe",
    "require_encoder",
]
