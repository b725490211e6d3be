"""One of every reply and request."""

from __future__ import annotations

import numpy as np

from daw_bridge.wire import replies as tell
from daw_bridge.wire import requests as ask


def info() -> tell.StreamInfo:
    """A stream."""
    return tell.StreamInfo(
        stream=2, mode="sync", model="tiny", outputs=("drums", "residual"), known=("drums",),
        rate_hz=48000, channels=2, latency_samples=223, window_samples=512, hop_samples=128,
        lookahead_samples=96, crossfade_samples=32, steps=4, seed=7, residual_to="",
        provider="CPU", provider_note="asked for", credit=8, folded=("bass",), silent=(),
    )  # fmt: skip


def health() -> tell.StreamHealth:
    """How it does."""
    levels = (tell.Level("drums", -3.0, -9.5), tell.Level("residual", -120.0, -120.0))
    return tell.StreamHealth(2, 48000, 223, levels, 0.25, 1, 2, 3, 4, 5, 6, 7, io_state="JACK")


def replies() -> list[tell.Reply]:
    """One of each class of reply."""
    audio = np.arange(12, dtype=np.float32).reshape(2, 2, 3)
    return [
        tell.HelloReply("daw-bridge", "0.1", "song", tell.Limits(1, 2, 3, 4)),
        info(),
        tell.AudioReply(2, 5, -223, 48000, 223, ("drums", "residual"), audio, True),
        tell.ResetReply(2),
        tell.ClosedReply(2, "close"),
        tell.ValuesReply(2, (("model", "song"), ("refine/steps", 4), ("stem/drums/gain", -6.5))),
        tell.DoneReply("notify"),
        tell.FailReply("audio", "busy", "full", 0, (("stream", 2), ("seq", 9))),
        tell.JobReply(3, 1),
        tell.GenerateReply(4, 2),
        tell.JobProgress(3, 0.5, "separate", -1.0),
        tell.JobNotice(3, "provider", "CPU"),
        tell.JobStem(3, "drums", "out/song/drums.wav", 1, 5),
        tell.JobDone(3),
        tell.JobFail(3, "cancelled", "stopped"),
        health(),
        tell.StatusReply("0.1", "song", (info(),), (health(),), 1, 2, 3),
        tell.VersionReply("0.1", 1),
        tell.ModelsReply((tell.ModelEntry("song", ("drums",), 44100, 2, "MIT", True, ""),)),
        tell.ClientsReply((tell.ClientEntry("osc 127.0.0.1:9", "osc 127.0.0.1:7", 1.5, True),)),
        tell.MidiReply((tell.Binding(1, 7, "stem/drums/gain"),), "bypass"),
        tell.SnapshotReply("list", "", ("verse", "refrain")),
        tell.SyncedReply(8),
        tell.Heartbeat(),
    ]


def requests() -> list[ask.Request]:
    """One of each class of request that ZeroMQ has."""
    return [
        ask.Hello(),
        ask.Open(48000, 2, "live", "offline", ("drums",), 512, (("refine/steps", 4),)),
        ask.Flush(2),
        ask.Reset(2),
        ask.Close(2),
        ask.Set((("model", "song"), ("stem/drums/gain", -3.5)), 2),
        ask.Get(("model",), 2),
        ask.Separate(5, "in.wav", "out", (("steps", 4), ("stems", "drums"))),
        ask.Generate(6, "out", (("stems", "bass"), ("seconds", 12.0))),
        ask.Cancel(5),
        ask.Status(),
        ask.Version(),
        ask.Models(),
        ask.Clients(),
        ask.Forget("osc 127.0.0.1:9"),
        ask.Midi("learn", "stem/drums/gain"),
        ask.Snapshot("save", "verse", 2),
        ask.Sync(9),
        ask.Dump(True),
        ask.Quit(),
    ]
