"""Songs of `--resume` that are whole already: found here, before anything is started for others.

As soon as one has to be made, all others are left to who is started for it: they look, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from daw_bridge.errors import BridgeError
from daw_bridge.files.leftovers import maker_of, sweep, swept_words
from daw_bridge.files.plan import plan
from daw_bridge.files.pools import Song
from daw_bridge.files.pools.stored import Made, StoredSong, kept_in_store
from daw_bridge.files.record import read_record
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.resume import go_on, has_project, unfinished
from engines.errors import EngineError

Tell = Callable[[int, Made], None]
"""Hears of a whole song, by its place in the list."""


def left_of(
    songs: Sequence[Song], threads: int, tell: Tell, stopped: Callable[[], bool]
) -> list[Song]:
    """The songs that are not known to be whole; `tell` hears of the others, in order.

    All where one of them is plainly not. In so many threads; `stopped()` ends it.
    """
    if any(map(_is_begun_anew, songs)):
        return list(songs)
    end, left = threading.Event(), list[Song]()

    def proceed() -> bool:
        return not end.is_set() and not stopped()

    with ThreadPoolExecutor(threads, thread_name_prefix="daw-bridge-finished") as pool:
        looks = [pool.submit(_whole, song, proceed) for song in songs]
        for k, (song, look) in enumerate(zip(songs, looks, strict=True)):
            made = look.result()
            if made is not None:
                tell(k, made)
            else:
                end.set()
                left.append(song)
    return left


def _is_begun_anew(song: Song) -> bool:
    """Whether that is plain at a glance: a folder of this machine without a whole record."""
    if isinstance(song, StoredSong):
        return False
    try:
        record = read_record(song.out_dir / song.song_name)
    except (BridgeError, OSError):  # who makes it says what is wrong
        return True
    return record is None or not record.complete


def _whole(song: Song, proceed: Callable[[], bool]) -> Made | None:
    """What is there of a song that is whole; None of one that is not, or may not be."""
    if not proceed():
        return None
    try:
        if isinstance(song, StoredSong):
            return kept_in_store(song, lambda stage: go_on(_on(proceed), song.request.source))
        return _kept_here(song, _on(proceed))
    except (BridgeError, EngineError, OSError):  # stopped, or who makes it says what is wrong
        return None


def _on(proceed: Callable[[], bool]) -> Callable[[float, str], bool]:
    return lambda fraction, stage: proceed()


def _kept_here(song: SeparateRequest, progress: Callable[[float, str], bool]) -> Made | None:
    planned = plan(song, lambda: go_on(progress, song.source))
    if maker_of(planned.folder) is not None or unfinished(planned, progress):
        return None
    record = read_record(planned.folder)
    if record is None or (planned.project is not None and not has_project(planned, record)):
        return None
    swept = sweep(planned.folder.parent)
    notices = [("swept", swept_words(swept))] if swept else []
    notices.append(("skipped", f"skipped: {planned.folder} holds it already"))
    files = tuple((what, planned.folder / name) for what, name in planned.written)
    return Made(files, tuple(notices))
