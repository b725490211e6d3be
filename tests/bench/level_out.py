"""What a model makes of next to nothing: levels of every output, in dBFS RMS.

    python -m tests.bench.level_out song

Pink-ish noise of several levels alone; noise at -90 dBFS in a gap between two parts of the demo
song; and one loud hit in a quiet passage of it, where the levels are those of what the hit changes
from half a second after it on.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import soundfile

import daw_bridge
from engines.gains import meters
from engines.load import Model, load_model
from engines.making import make_stream
from engines.stream import stream_settings
from engines.types import Audio

SONG = Path(daw_bridge.__file__).parent / "demo" / "song.ogg"
NOISES_DB = (-60.0, -80.0, -90.0, -100.0)


def separated(model: Model, mix: Audio, rate_hz: int, preset: str) -> Audio:
    """(channels, n) -> (outputs, channels, n)."""
    stream = make_stream(model, stream_settings(model.spec, rate_hz, 2, preset=preset, steps=1))
    return np.concatenate([stream.push(mix), stream.flush()], axis=-1)


def noise(samples: int, level_db: float) -> Audio:
    """Noise with less treble, as of a microphone's amplifier, at this RMS."""
    white = np.random.default_rng(0).standard_normal((2, samples + 7))
    soft = np.stack([np.convolve(one, np.ones(8), "valid") for one in white])
    gain = 10 ** (level_db / 20) / np.sqrt(np.mean(soft**2))
    return np.asarray(soft * gain, np.float32)


def row(what: str, audio: Audio) -> str:
    """A line of the table: RMS of every output of (outputs, channels, n)."""
    levels = [f"{one.rms_db:.0f}" for one in meters(audio)]
    return "| " + " | ".join((what, *levels)) + " |"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default="song", help="a name or a file")
    parser.add_argument("--preset", default="offline")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each part")
    args = parser.parse_args()
    model = load_model(args.model)
    audio, rate_hz = soundfile.read(SONG, dtype="float32", always_2d=True)
    part = round(args.seconds * rate_hz)
    song = np.ascontiguousarray(audio[:part].T)
    names = (*model.spec.stems, "residual")
    print("| input | " + " | ".join(names) + " |")
    print("|---" * (1 + len(names)) + "|")
    for level_db in NOISES_DB:
        found = separated(model, noise(part, level_db), rate_hz, args.preset)
        print(row(f"noise at {level_db:g} dBFS", found))
    gap = np.concatenate([song, noise(part, -90.0), song], axis=-1)
    found = separated(model, gap, rate_hz, args.preset)
    middle = slice(part + part // 8, 2 * part - part // 8)
    print(row("noise at -90 dBFS between songs", found[..., middle]))
    quiet = song * np.float32(10 ** (-30 / 20))
    hit, first = quiet.copy(), part // 4
    hit[:, first : first + rate_hz // 20] += noise(rate_hz // 20, -6.0)
    both = [separated(model, one, rate_hz, args.preset) for one in (quiet, hit)]
    after = slice(first + rate_hz // 2, None)
    print(row("a quiet passage", both[0][..., after]))
    print(row("what a hit before it changes", (both[1] - both[0])[..., after]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
