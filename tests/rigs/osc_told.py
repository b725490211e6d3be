"""What the server sends over OSC, by encoding one reply of each kind."""

from __future__ import annotations

from daw_bridge.settings.parameters import STEM, STREAM_PARAMETERS
from daw_bridge.wire.osc_packets import OscCall, read_datagram
from daw_bridge.wire.osc_replies import encode_reply
from daw_bridge.wire.replies import (
    DoneReply,
    FailReply,
    JobNotice,
    JobProgress,
    JobStem,
    Level,
    Reply,
    StatusReply,
    StreamHealth,
    StreamInfo,
    SyncedReply,
    ValuesReply,
    VersionReply,
)
from max_patches.generate.addresses import OUTPUTS

_LEVELS = tuple(Level(name, -20.0, -30.0) for name in OUTPUTS)
_INFO = StreamInfo(
    stream=1, mode="live", model="song", outputs=OUTPUTS, known=(), rate_hz=48000, channels=2,
    latency_samples=1, window_samples=1, hop_samples=1, lookahead_samples=0, crossfade_samples=0,
    steps=0, seed=0, residual_to="", provider="cpu", provider_note="", credit=1,
    pinned=("block/hop",),
)  # fmt: skip
_VALUES = tuple(
    (one.name.replace(STEM, stem), one.check(one.default))
    for one in STREAM_PARAMETERS
    for stem in OUTPUTS
)
_REPLIES: tuple[Reply, ...] = (
    StatusReply("0.1.0", "song", (), (), 0, 1),
    VersionReply("0.1.0", 1),
    SyncedReply(1),
    _INFO,
    StreamHealth(1, 48000, 1, _LEVELS, io_state="running", discontinuities=1),
    ValuesReply(1, _VALUES),
    DoneReply("separate", 1),
    FailReply("separate", "bad_value", "text", 1),
    JobProgress(1, 0.5, "separate", 1.0),
    JobNotice(1, "provider", "text"),
    JobStem(1, "drums", "/drums.wav", 1, 4),
)


def told() -> dict[str, str]:
    """Address -> the types of what follows it."""
    return {call.address: "".join(map(_type, call.arguments)) for call in _calls()}


def _calls() -> list[OscCall]:
    found = [one for reply in _REPLIES for data in encode_reply(reply)
             for one in read_datagram(data)]  # fmt: skip
    assert all(isinstance(one, OscCall) for one in found)
    return [one for one in found if isinstance(one, OscCall)]


def _type(value: object) -> str:
    return {int: "i", float: "f", str: "s"}[type(value)]
