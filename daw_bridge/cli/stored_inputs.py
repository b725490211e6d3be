"""Songs in a store, by the URL of a file or a folder: what `inputs` is for this machine's disks."""

from __future__ import annotations

from pathlib import Path

from daw_bridge.cli.inputs import Input, Inputs, is_audio, is_video
from daw_bridge.errors import BadFile, BridgeError
from daw_bridge.files.places import Url
from daw_bridge.files.pools.store import Store, is_ours


def take_stored(url: Url, recursive: bool, found: Inputs) -> None:
    """Take a file, or the songs of a folder, with `recursive` those below it, too.

    What cannot be listed, or holds no songs, is one of `found.problems`. Raises NoPool.
    """
    store = Store(url)
    if not store.is_folder():
        found.files.append(Input(url))
        return
    before = len(found.files), found.ours
    folders = _take(store, Path(), recursive, found)
    if before == (len(found.files), found.ours):
        action = "Use --recursive for the folders in it." if folders else "Check its name."
        error = BadFile(f"{url} holds no audio files", "a folder with audio files", action)
        found.problems.append((url, error))


def _take(store: Store, below: Path, recursive: bool, found: Inputs) -> bool:
    """Whether there are folders in it."""
    entries = store.entries()
    if is_ours(entries):
        found.ours += 1
        return False
    shown = [one for one in entries if not one[0].startswith(".")]
    found.hidden += len(entries) - len(shown)
    files = [name for name, folder in shown if not folder]
    folders = [name for name, folder in shown if folder]
    found.files += [Input(store.folder / name, below) for name in files if is_audio(name)]
    found.videos += sum(is_video(name) for name in files)
    for name in folders if recursive else ():
        try:
            _take(Store(store.folder / name), below / name, recursive, found)
        except BridgeError as error:
            found.problems.append((store.folder / name, error))
    return bool(folders)
