"""What separates by tags, as systems to be scored: models, peers, and what costs nothing.

A system has a name and answers a song's window: {tag: (C, T)} of those asked for that it knows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import soxr

from engines.load import Model, load_model
from engines.making import make_stream
from engines.methods.steered.method import Climb
from engines.spec import Target
from engines.stream import stream_settings
from engines.tagging import tagged
from engines.types import Audio
from export.common.equaliser import Equalisers
from export.data.clip_cache import RATE_HZ
from export.data.tag_windows import TagWindow
from export.scores import peers
from export.scores.errors import ScoreError
from export.scores.evaluation.systems import file_digest

Answers = dict[str, Audio]
Tags = tuple[str, ...]
QUARTER = np.float32(0.25)
#: Peers that hear one thing: their names, and the tag that it is.
HEARS = {"hpss": "drums", "repet_sim": "vocals"}


@dataclass(frozen=True)
class System:
    """name; `identity`: what its answers depend on; `separate(window, tags)`, all in one request;
    whether it knows the true answer."""

    name: str
    identity: str
    separate: Callable[[TagWindow, Tags], Answers]
    oracle: bool = False


def truth(window: TagWindow, tag: str) -> Audio:
    """What the tag is, silence where it is absent."""
    return window.present.get(tag, np.zeros_like(window.mix))


def trivial(equalisers: Equalisers | None) -> list[System]:
    """Silence, a quarter of the mix, the mix at its best gain, and fixed equalisers."""

    def best(window: TagWindow, tags: Tags) -> Answers:
        power = float(np.square(window.mix).sum()) or 1.0
        gains = {tag: float((window.mix * truth(window, tag)).sum()) / power for tag in tags}
        return {tag: window.mix * np.float32(gain) for tag, gain in gains.items()}

    found = [
        System("silence", "", lambda one, tags: {t: np.zeros_like(one.mix) for t in tags}),
        System("mix x 0.25", "", lambda one, tags: dict.fromkeys(tags, one.mix * QUARTER)),
        System(BEST_GAIN, "", best, oracle=True),
    ]
    if equalisers is not None:
        found.append(System(EQUALISER, equaliser_identity(equalisers), _equalised(equalisers)))
    return found


BEST_GAIN, EQUALISER = "mix x best gain", "equaliser"


def equaliser_identity(equalisers: Equalisers) -> str:
    """Changes with any gain."""
    gains = [round(float(one.sum()), 3) for one in equalisers.gains.values()]
    return f"{len(gains)} tags, {sum(gains):.3f}"


def _equalised(equalisers: Equalisers) -> Callable[[TagWindow, Tags], Answers]:
    def separate(window: TagWindow, tags: Tags) -> Answers:
        """One gain for each bin of the whole window, with no edges to bend round."""
        spectrum = np.fft.rfft(window.mix, 2 * window.mix.shape[-1])
        hz = np.linspace(0, RATE_HZ / 2, spectrum.shape[-1]).astype(np.float32)
        return {tag: _back(spectrum * equalisers.gain(tag, hz), window) for tag in tags}

    return separate


def _back(spectrum: np.ndarray, window: TagWindow) -> Audio:
    count = window.mix.shape[-1]
    return np.asarray(np.fft.irfft(spectrum, 2 * count)[:, :count], np.float32)


def peer(name: str) -> System:
    """One of export/scores/peers: the oracle mask of each tag that is there; HPSS, of drums;
    REPET-SIM, of vocals. Raises PeerError."""
    module = peers.load(name)

    def separate(window: TagWindow, tags: Tags) -> Answers:
        found: Answers = {}
        for tag in tags:
            asked = tag in window.present or name in HEARS
            if asked and HEARS.get(name, tag) == tag:
                own = truth(window, tag)
                task = peers.Task(
                    window.mix, RATE_HZ, {tag: own, "rest": window.mix - own}, ((tag,),)
                )
                found |= {row[0]: audio for row, audio in module.separate(task).items()}
        return found

    return System(name, "", separate, oracle=name == "oracle")


def model(text: str, steps: int | None, threads: int = 1) -> System:
    """A model's file or name; MODEL@OTHER: masks steered from what OTHER makes.

    Of a model that listens to no tags, the stems that are called like them. Raises EngineError,
    ScoreError where a model cannot begin from another's stems.
    """
    name, mark, other = text.partition("@")
    loaded = load_model(name, threads=threads)
    label = loaded.spec.name + (f" N={steps}" if steps else "")
    identity = f"{file_digest(loaded.path)} {steps}"
    if not mark:
        return System(label, identity, lambda one, tags: separated(loaded, one, tags, steps))
    begun = model(other, None, threads)
    steering = loaded.spec.steering
    if steering is None or not steering.joint:
        seen = f"{name}, which cannot begin as {other}"
        raise ScoreError(seen, "a model of python -m export masks", "leave @ and what follows out")

    def separate(window: TagWindow, tags: Tags) -> Answers:
        return started(loaded, window, begun.separate(window, tags), steps)

    return System(f"{label} from {begun.name}", f"{identity} {begun.identity}", separate)


def known(loaded: Model, tags: Sequence[str]) -> Tags:
    """Those of the tags that a model can be asked for."""
    asking = loaded.spec.asking
    return tuple(
        tag for tag in tags if tag in (loaded.spec.stems if asking is None else asking.tags)
    )


def separated(loaded: Model, window: TagWindow, tags: Tags, steps: int | None) -> Answers:
    """By the engine, with its settings for files."""
    wanted = known(loaded, tags)
    if not wanted:
        return {}
    asked = loaded if loaded.spec.asking is None else tagged(loaded, ",".join(wanted))
    channels = len(window.mix)
    settings = stream_settings(asked.spec, RATE_HZ, channels, preset="offline", steps=steps)
    stream = make_stream(asked, settings)
    outputs = np.concatenate([stream.push(window.mix), stream.flush()], axis=-1)
    return {tag: outputs[stream.outputs.index(tag)] for tag in wanted}


def started(loaded: Model, window: TagWindow, stems: Answers, steps: int | None) -> Answers:
    """Masks steered from the stems of another model, in one window, each channel by itself."""
    spec, steering = loaded.spec, loaded.spec.steering
    assert steering is not None
    tags = known(loaded, tuple(stems))
    if not tags:
        return {}
    every = np.stack([window.mix, *(stems[tag] for tag in tags)])
    low = soxr.resample(every.reshape(-1, every.shape[-1]).T, RATE_HZ, spec.rate_hz, "HQ").T
    low = low.reshape(*every.shape[:2], -1)
    count, most = low.shape[-1], spec.offline.window_samples
    if count > most:
        seen = f"a window of {count / spec.rate_hz:.1f} s for {spec.name}"
        raise ScoreError(seen, f"at most {most / spec.rate_hz:.1f} s", "give fewer --seconds")
    low = np.pad(low, ((0, 0), (0, 0), (0, most - count)), "wrap").astype(np.float32)
    targets = [Target(tag, (tag,)) for tag in tags]
    made = np.stack(
        [
            _climbed(loaded, targets, low[:, channel], steps or spec.offline.steps)[..., :count]
            for channel in range(len(window.mix))
        ],
        axis=1,
    )  # (tags, C, T)
    high = soxr.resample(made.reshape(-1, count).T, spec.rate_hz, RATE_HZ, "HQ").T
    high = high.reshape(len(tags), len(window.mix), -1)
    short = max(window.mix.shape[-1] - high.shape[-1], 0)
    high = np.pad(high, ((0, 0), (0, 0), (0, short)))[..., : window.mix.shape[-1]]
    return {tag: np.asarray(one, np.float32) for tag, one in zip(tags, high, strict=True)}


def _climbed(loaded: Model, targets: list[Target], audio: Audio, steps: int) -> Audio:
    """audio (1 + tags, T), the mix first -> stems (tags, T)."""
    steering = loaded.spec.steering
    assert steering is not None
    climb = Climb(loaded.session, steering, targets, audio[:1], audio[1:, None])
    for _ in range(steps):
        climb.step()
    assert climb.audio is not None
    return climb.audio[:, 0]
