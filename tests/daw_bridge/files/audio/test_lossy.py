"""What lossy encoders take, said before the work."""

from __future__ import annotations

import pytest

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.lossy import AAC, MP3, OPUS, VORBIS, compression_level


def test_default_bit_rates_fit_the_rate() -> None:
    assert MP3.check("mp3", 44100, 2, 0) == 320
    assert MP3.check("mp3", 22050, 2, 0) == 160
    assert MP3.check("mp3", 8000, 1, 0) == 64
    assert AAC.check("m4a", 44100, 2, 0) == 256
    assert AAC.check("m4a", 8000, 2, 0) == 96
    assert OPUS.check("opus", 44100, 2, 0) == 192
    assert VORBIS.check("ogg", 96000, 1, 0) == 250


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(BadValue, match=r"96000 Hz as mp3.*48000 Hz"):
        MP3.check("mp3", 96000, 2, 0)
    with pytest.raises(BadValue, match="192000 Hz as m4a"):
        AAC.check("m4a", 192000, 2, 0)
    with pytest.raises(BadValue, match=r"6 channels as ogg; expected at most 2"):
        VORBIS.check("ogg", 44100, 6, 0)
    with pytest.raises(BadValue, match=r"400 kbit/s as mp3; expected 32 to 320"):
        MP3.check("mp3", 44100, 2, 400)
    with pytest.raises(BadValue, match=r"320 kbit/s as mp3; expected 8 to 160"):
        MP3.check("mp3", 22050, 2, 320)


def test_opus_converts_what_it_lacks() -> None:
    assert [OPUS.rate_for(hz) for hz in (8000, 44100, 48000, 96000)] == [8000, 48000, 48000, 48000]
    assert MP3.rate_for(96000) == 96000


def test_settings_of_libsndfile() -> None:
    assert compression_level("MPEG_LAYER_III", 44100, 2, 320) == 0.0
    assert compression_level("MPEG_LAYER_III", 44100, 2, 32) == 1.0
    assert compression_level("OPUS", 48000, 1, 256) == 0.0
    assert compression_level("VORBIS", 44100, 2, 500) == 0.0
    assert compression_level("VORBIS", 44100, 2, 160) == pytest.approx(0.5)
    assert compression_level("VORBIS", 44100, 1, 80) == pytest.approx(0.5)
    assert compression_level("VORBIS", 44100, 2, 45) == 1.0
