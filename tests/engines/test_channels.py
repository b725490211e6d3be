"""engines.channels: mono and stereo, there and back."""

from __future__ import annotations

import numpy as np

from engines import channels


def test_channels_fit_there_and_back() -> None:
    audio = np.random.default_rng(0).random((4, 2, 10), np.float32)
    assert channels.to_model(audio, 2) == [audio]
    parts = channels.to_model(audio, 1)
    assert [part.shape for part in parts] == [(4, 1, 10)] * 2
    assert np.array_equal(channels.from_model(parts, 2), audio)
    mono = audio[:, :1]
    (double,) = channels.to_model(mono, 2)
    assert np.array_equal(double[:, 0], double[:, 1])
    assert np.array_equal(channels.from_model([double], 1), mono)
