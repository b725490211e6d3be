"""Pure Data plays through the server's JACK ports, and records the stems."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw_bridge.client import Client
from engines.spec import Preset
from max_patches.generate.addresses import CHANNELS
from max_patches.generate.pd.live_help import connections
from tests.rigs.jack import JackServer
from tests.rigs.pd import Pd
from tests.rigs.serve import ServeProcess
from tests.rigs.sounds import noise, save
from tests.rigs.tiny_models import STEMS, make_model

pytestmark = [pytest.mark.pd, pytest.mark.jack]

RATE_HZ, PERIOD = 48000, 1024
CLIP_S, RECORD_S = 2.0, 5.0
TRIES = 3
"""A busy machine loses cycles; then the recording is not compared."""
PRESET = Preset(window_samples=4096, hop_samples=2048, lookahead_samples=512, crossfade_samples=128)
NAMES = (*STEMS, "residual")
INPUTS = [channel for name in NAMES for channel in CHANNELS[name]]
NULL = 1e-5
#: A player into the server's mix and a loop of our own; what comes back, beside what was played.
PATCH = (
    "#X obj 9 9 readsf~ 2;",
    "#X obj 9 60 dac~ 1 2 3;",
    f"#X obj 99 9 adc~ 1 {' '.join(map(str, INPUTS))};",
    f"#X obj 9 99 writesf~ {3 + len(INPUTS)};",
    "#X obj 200 9 r play;",
    "#X obj 250 9 r record;",
    "#X connect 0 0 1 0;",
    "#X connect 0 1 1 1;",
    "#X connect 0 0 1 2;",
    "#X connect 0 0 3 0;",
    "#X connect 0 1 3 1;",
    *(f"#X connect 2 {n} 3 {2 + n};" for n in range(1 + len(INPUTS))),
    "#X connect 4 0 0 0;",
    "#X connect 5 0 3 0;",
)


def recorded(pd: Pd, folder: Path, clip: Path) -> np.ndarray:
    """(channels, samples): the two of the mix, the loop, then the stems."""
    path = folder / "take.wav"
    pd.say("to", "play", "open", str(clip))
    pd.say("to", "record", "open", "-wave", "-bytes", 4, str(path))
    time.sleep(0.3)
    pd.say("to", "record", "start")
    pd.say("to", "play", 1)
    time.sleep(RECORD_S)
    pd.say("to", "record", "stop")
    time.sleep(0.5)
    return soundfile.read(path, dtype="float32", always_2d=True)[0].T


def begin_of(signal: np.ndarray) -> int:
    """Its first sample that is not silent."""
    return int(np.flatnonzero(np.abs(signal) > 1e-4)[0])


def test_stems_of_a_clip_that_pd_plays_null_at_the_declared_latency(tmp_path: Path) -> None:
    clip = save(tmp_path / "clip.wav", noise(2, int(CLIP_S * RATE_HZ), seed=5), RATE_HZ,
                subtype="FLOAT")  # fmt: skip
    make_model(tmp_path / "tiny.onnx", rate_hz=RATE_HZ, live=PRESET)
    flags = ("-jack", "-nojackconnect", "-inchannels", "16", "-outchannels", "3", "-r",
             str(RATE_HZ), "-send", "pd dsp 1")  # fmt: skip
    serve_flags = ("--model", tmp_path / "tiny.onnx", "--device", "cpu", "--io", "jack",
                   "--connect", connections())  # fmt: skip
    with (
        JackServer(RATE_HZ, PERIOD) as jack,
        ServeProcess(*serve_flags, environment=jack.env) as serve,
        Client(serve.endpoint) as client,
        Pd(tmp_path, {}, flags, jack.env, PATCH) as pd,
    ):
        pd.listen(lambda: jack.links("daw-bridge:residual_out_R") == ["pure_data:input_16"])
        pd.listen(lambda: len(jack.links("daw-bridge:mix_in_R")) == 1)
        jack.tool("jack_connect", "pure_data:output_3", "pure_data:input_1")
        declared = client.status().streams[0].latency_samples
        for _ in range(TRIES):
            late, rest = compared(recorded(pd, tmp_path, clip), declared)
            if late == declared and rest < NULL:
                break
        assert late == declared
        assert rest < NULL


def compared(take: np.ndarray, declared: int) -> tuple[int, float]:
    """How much later than the loop the stems come, and what is left of the null."""
    mix, loop, stems = take[:2], take[2], take[3:]
    total = np.stack([stems[side::2].sum(axis=0) for side in (0, 1)])
    around = begin_of(loop) - begin_of(mix[0])
    whole = declared + around
    late = begin_of(total[0]) - begin_of(loop)
    rest = total[:, whole:] - mix[:, : mix.shape[1] - whole]
    return late, float(np.abs(rest).max())
