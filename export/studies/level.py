"""How loud music is to a model's network, and what it costs that an input is louder or quieter.

Songs are folders with one audio file per stem. The first figure is what a model's card states as
`level_db`; the rest compares stems of songs that were turned up or down with those of the same
model without a level, at the songs' own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engines.level import gains
from engines.load import Model
from engines.making import make_stream
from engines.methods import make_method
from engines.stream import stream_settings
from engines.tagging import tagged
from engines.types import Audio
from export.common.metrics import audible, si_sdr
from export.common.songs import Clip, ClipError, load_clips

#: The quiet beginning of a song, and the time before its end where frames hear both parts.
INTRO_S, EDGE_S = 3.0, 0.1
_STEP_S = 0.1
#: What a model must bear before it is shipped: its songs at these levels, in dB re their own.
CHECKED_DB = (-40.0, 12.0)
#: How far any stem's SI-SDR may change there, and how much it may lose to a level at all, in dB.
MOST_CHANGE_DB, MOST_LOSS_DB = 0.1, 0.2
_OWN = "own level, over no level"


@dataclass(frozen=True)
class Row:
    """One input, and how far each stem's SI-SDR is above the reference, in dB: the mean over clips,
    or the largest change of any clip; NaN for a stem that is silent in all."""

    what: str
    gains_db: tuple[float, ...]


def asked(model: Model, songs: Path, tags: str | None) -> Model:
    """The model; one that listens to tags, asked for these, or for those that files in folders of
    `songs` are called by. Raises TagError, ClipError."""
    asking = model.spec.asking
    if asking is None and not tags:
        return model
    names = {path.stem for path in songs.glob("*/*")}
    there = [tag for tag in asking.tags if tag in names] if asking else []
    if not (tags or there):
        raise ClipError(f"no file in folders of {songs} that is called like a tag of "
                        f"{model.spec.name}; expected some, as drums.wav")  # fmt: skip
    return tagged(model, tags or ",".join(there))


def clips_of(songs: Path, model: Model, seconds: float | None, limit: int | None) -> list[Clip]:
    """Whole songs (seconds None), or one window of each. Raises ClipError, also where none of
    these windows has two stems."""
    spec = model.spec
    clips = load_clips(songs, spec.stems, spec.rate_hz, spec.channels, seconds, 1, limit)
    if not clips:
        raise ClipError(f"no window in {songs} in which two stems are heard; expected one; "
                        "measure whole songs, without --seconds, or other ones")  # fmt: skip
    return clips


def usual_level_db(clips: Sequence[Clip], rate_hz: int) -> float:
    """The median of the level that the engine sees, ten times a second, of the songs' medians."""
    found = []
    for clip in clips:
        places = np.arange(0, clip.mix.shape[-1], round(_STEP_S * rate_hz))
        found.append(np.median(-20 * np.log10(gains(0.0, clip.mix, rate_hz).at(places))))
    return round(float(np.median(found)), 1)


def with_level(model: Model, level_db: float | None) -> Model:
    """The same graph, whose spec states another level, or none."""
    spec = replace(model.spec, level_db=level_db)
    return replace(model, spec=spec, method=make_method(spec, model.session))


def separated(model: Model, mix: Audio, preset: str, steps: int | None) -> Audio:
    """(channels, n) -> (outputs, channels, n), the residual last."""
    spec = model.spec
    chosen = stream_settings(spec, spec.rate_hz, spec.channels, preset=preset, steps=steps)
    stream = make_stream(model, chosen)
    return np.concatenate([stream.push(mix), stream.flush()], axis=-1)


def scores(found: Audio, clip: Clip, part: slice) -> Audio:
    """SI-SDR in dB (S,) of one part of the stems; NaN where a stem is silent there."""
    true, heard = clip.stems[..., part], audible(clip.stems[..., part])
    pairs = zip(found[..., part], true, heard, strict=True)
    return np.array([si_sdr(one, own) if there else np.nan for one, own, there in pairs])


@dataclass(frozen=True)
class _Input:
    """A gain (n,) of each sample of a clip, and the parts of it that are compared, by name."""

    gain: Audio
    parts: dict[str, slice]


def inputs(samples: int, rate_hz: int, gains_db: Sequence[float]) -> list[_Input]:
    """The clip at each gain, and with its first INTRO_S at -24 dB."""
    flat = np.ones(samples, np.float32)
    found = [
        _Input(flat * np.float32(10 ** (db / 20)), {f"{db:+g} dB": slice(None)}) for db in gains_db
    ]
    step, end = flat.copy(), round(INTRO_S * rate_hz)
    step[:end] = 10 ** (-24 / 20)
    intro = f"intro of {INTRO_S:g} s at -24 dB"
    less = f"{intro}, less its last {EDGE_S:g} s"
    parts = {intro: slice(0, end), less: slice(0, end - round(EDGE_S * rate_hz))}
    return [*found, _Input(step, parts)]


def table(
    model: Model,
    clips: Sequence[Clip],
    preset: str = "offline",
    steps: int | None = None,
    gains_db: Sequence[float] = (0.0, -24.0),
) -> list[Row]:
    """What each gain of the whole clip changes, and an intro 24 dB below the rest, with the model's
    level; the last rows, -24 dB and the intro, are without one. Raises EngineError."""
    plain = with_level(model, None)
    changes: dict[str, list[Audio]] = {}
    for clip in clips:
        usual = separated(plain, clip.mix, preset, steps)[:-1]
        for one, name, chosen in ((model, "", gains_db), (plain, ", without a level", (-24.0,))):
            for given in inputs(clip.mix.shape[-1], model.spec.rate_hz, chosen):
                found = separated(one, clip.mix * given.gain, preset, steps)[:-1] / given.gain
                for what, part in given.parts.items():
                    change = scores(found, clip, part) - scores(usual, clip, part)
                    changes.setdefault(what + name, []).append(change)
    return _rows(changes)


def checked(
    model: Model, clips: Sequence[Clip], preset: str = "offline", steps: int | None = None
) -> list[Row]:
    """What the model's level brings at the songs' own level over none, mean over clips; and how
    the stems change at each of CHECKED_DB against it: the largest change, up or down, of any clip.
    Raises EngineError."""
    plain = with_level(model, None)
    changes: dict[str, list[Audio]] = {}
    for clip in clips:
        whole = slice(None)
        usual = scores(separated(model, clip.mix, preset, steps)[:-1], clip, whole)
        bare = scores(separated(plain, clip.mix, preset, steps)[:-1], clip, whole)
        changes.setdefault(_OWN, []).append(usual - bare)
        for db in CHECKED_DB:
            gain = np.float32(10 ** (db / 20))
            found = separated(model, clip.mix * gain, preset, steps)[:-1] / gain
            changes.setdefault(f"{db:+g} dB", []).append(scores(found, clip, whole) - usual)
    own = _rows({_OWN: changes.pop(_OWN)})
    return [*own, *(Row(what, _farthest(np.stack(each))) for what, each in changes.items())]


def faults(rows: Sequence[Row], stems: Sequence[str]) -> list[str]:
    """What of `checked` is not good enough, in words; nothing where the model may be shipped."""
    found = [
        f"{stem} is not heard in these songs"
        for place, stem in enumerate(stems)
        if any(np.isnan(row.gains_db[place]) for row in rows)
    ]
    for row in rows:
        own = row.what == _OWN
        for stem, gain in zip(stems, row.gains_db, strict=True):
            if own and gain < -MOST_LOSS_DB:
                found.append(f"{stem} loses {-gain:.2f} dB to the level, {MOST_LOSS_DB} at most")
            if not own and abs(gain) > MOST_CHANGE_DB:
                found.append(f"{stem} {gain:+.2f} dB at {row.what}, {MOST_CHANGE_DB} at most")
    return found


def _farthest(changes: Audio) -> tuple[float, ...]:
    """The one farthest from 0 of each column (clips, S), NaN left out where another is there."""
    places = np.where(np.isnan(changes), -1.0, np.abs(changes)).argmax(axis=0)
    return tuple(changes[places, np.arange(changes.shape[1])].round(2).tolist())


def _rows(changes: Mapping[str, Sequence[Audio]]) -> list[Row]:
    """The mean over clips, without those where a stem is silent; NaN where it always is."""
    found = []
    for what, each in changes.items():
        table = np.stack(each)
        count = (~np.isnan(table)).sum(axis=0)
        mean = np.nansum(table, axis=0) / np.where(count, count, np.nan)
        found.append(Row(what, tuple(mean.round(2).tolist())))
    return found
