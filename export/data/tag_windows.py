"""What a separator by tags is asked of test songs: one window of each, in which most parts sound.

Rendered songs (`render --by tags`) tell all tags apart; of real clips drums, bass, vocals and the
rest are known. A tag is asked where its answer is known; some tags that are surely not there are
asked, too: what comes out then is leakage.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from export.common.metrics import audible
from export.common.tags import covered
from export.data.clip_cache import RATE_HZ, SONG_STEMS, cached_songs
from export.data.rendered import RenderedSong, rendered_songs
from export.data.shape import Audio
from export.data.tag_items import Sounding, answer, askable, song_parts
from export.data.windows import fit

#: Between places that are tried for a window.
STEP_S = 5.0


@dataclass(frozen=True)
class Sizes:
    """Of the audio of windows."""

    rate_hz: int
    channels: int
    samples: int


@dataclass(frozen=True)
class TagWindow:
    """A window of one song: mix (C, T); tags that are there, with what they are (C, T); tags that
    are not."""

    song: str
    mix: Audio
    present: dict[str, Audio]
    absent: tuple[str, ...]


def rendered_windows(
    root: Path, split: str, seconds: float, absent: int, limit: int | None = None
) -> Iterator[TagWindow]:
    """One of each rendered song, one song at a time. Raises DataError("bands-missing")."""
    sizes = Sizes(RATE_HZ, 2, round(seconds * RATE_HZ))
    for song in rendered_songs(root, split, RATE_HZ, 2, root)[:limit]:
        found = _asked(song.folder.name, _fullest(song, sizes), absent)
        if found.present:
            yield found


def clip_windows(
    cache: Path, folder: str, seconds: float, limit: int | None
) -> Iterator[TagWindow]:
    """One of the middle of each real clip that has all stems. Raises DataError("cache-missing")."""
    sizes = Sizes(RATE_HZ, 2, round(seconds * RATE_HZ))
    for clip in cached_songs(cache, folder)[:limit]:
        if not clip.stems >= set(SONG_STEMS):
            continue
        length = clip.samples(SONG_STEMS[0])
        start = max(length - sizes.samples, 0) // 2
        count = min(sizes.samples, length)
        audio = [fit(clip.read(stem, start, count), RATE_HZ, sizes) for stem in SONG_STEMS]
        parts = [Sounding(covered(s), one) for s, one in zip(SONG_STEMS, audio, strict=True)]
        found = _asked(clip.folder.name, parts, 0)
        if found.present:
            yield found


def _fullest(song: RenderedSong, sizes: Sizes) -> list[Sounding]:
    """The parts of the first window in which most of them can be heard."""
    step = round(STEP_S * sizes.rate_hz)
    starts = range(0, max(song.samples - sizes.samples, 0) + 1, step)
    heard = np.zeros(len(starts), int)
    for name in song.stems:
        whole = song.read(name, 0, song.samples)
        heard += [bool(audible(whole[:, one : one + sizes.samples])) for one in starts]
    return song_parts(song, sorted(song.stems), starts[int(heard.argmax())], sizes.samples)


def _asked(name: str, parts: list[Sounding], absent: int) -> TagWindow:
    parts = [part for part in parts if audible(part.audio)]
    if len(parts) < 2:
        return TagWindow(name, np.zeros((2, 1), np.float32), {}, ())
    mix = np.sum([part.audio for part in parts], axis=0)
    there, missing = askable([part.leaves for part in parts])
    answers = {tag: answer(parts, [tag]) for tag in there}
    apart = {tag: one for tag, one in answers.items() if audible(mix - one)}  # not the whole mix
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    chosen = sorted(int(i) for i in rng.permutation(len(missing))[:absent])
    return TagWindow(name, mix, apart, tuple(missing[i] for i in chosen))
