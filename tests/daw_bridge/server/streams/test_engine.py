"""What both engines share: the parameters of the outputs, and which blocks they take."""

from __future__ import annotations

import numpy as np
import pytest

from daw_bridge.errors import BadChannels, Stopped, UnknownParameter
from daw_bridge.live.faders import Faders
from daw_bridge.server.streams.engine import check_block, set_fader
from daw_bridge.settings.parameters import STREAM_PARAMETERS
from daw_bridge.settings.plan import PLANNED, REBUILDS
from daw_bridge.wire.zmq_audio import AudioBlock
from engines.errors import SettingsError
from engines.gains import db_to_gain
from tests.rigs.wire import info

NAMES = ("drums", "bass", "residual")
AT_ONCE = [
    one.name
    for one in STREAM_PARAMETERS
    if one.live and one.name not in PLANNED and one.name not in REBUILDS
]


def test_each_fader_does_what_its_name_says() -> None:
    faders = Faders(NAMES, 48000)
    set_fader(faders, "stem/<name>/gain", "drums", -6.0)
    np.testing.assert_array_equal(faders.target, np.float32([db_to_gain(-6.0), 1, 1]))
    set_fader(faders, "stem/<name>/mute", "bass", 1)
    np.testing.assert_array_equal(faders.target, np.float32([db_to_gain(-6.0), 0, 1]))
    set_fader(faders, "stem/<name>/solo", "residual", 1)
    np.testing.assert_array_equal(faders.target, [0, 0, 1])
    set_fader(faders, "bypass", "", 1)
    assert faders.bypass and (faders.target == 1).all()
    set_fader(faders, "bypass", "", 0)
    np.testing.assert_array_equal(faders.target, [0, 0, 1])


@pytest.mark.parametrize("name", AT_ONCE)
def test_every_parameter_that_acts_at_once_has_a_fader(name: str) -> None:
    set_fader(Faders(NAMES, 48000), name, "drums", 1)


def test_no_other_parameter_and_no_other_stem() -> None:
    faders = Faders(NAMES, 48000)
    with pytest.raises(UnknownParameter, match="block/hop"):
        set_fader(faders, "block/hop", "", 64)
    with pytest.raises(SettingsError, match="tuba"):
        set_fader(faders, "stem/<name>/gain", "tuba", 0.0)


def block(signals: int, channels: int) -> AudioBlock:
    return AudioBlock(2, 0, 0, (np.zeros((channels, 8), np.float32),) * signals)


def test_a_block_has_the_mix_and_every_known_stem() -> None:
    check_block(block(2, 2), info(), stopped=False)
    for signals, channels in ((1, 2), (3, 2), (2, 1)):
        with pytest.raises(BadChannels, match=f"{signals} buffers of {channels} channels; .*drums"):
            check_block(block(signals, channels), info(), stopped=False)
    with pytest.raises(Stopped):
        check_block(block(2, 2), info(), stopped=True)
