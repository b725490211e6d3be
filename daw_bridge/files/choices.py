"""What is wrong with a job whatever its song is: said once, before any work."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from daw_bridge.errors import BadValue, FileInTheWay, WriteFailed
from daw_bridge.files.audio.formats import AudioFormat, audio_format
from daw_bridge.files.audio.lossy import MAX_LOSSY_CHANNELS
from daw_bridge.files.audio.writer import require_encoder
from daw_bridge.files.makers import makers_of
from daw_bridge.files.plan import files_of, refuse_bitrate, settings_of
from daw_bridge.files.projects.kinds import project_kind
from daw_bridge.files.request import SeparateRequest
from daw_bridge.files.steered import asked_tree
from daw_bridge.files.times import Time
from engines.spread import spread


def refuse_for_every_song(requests: Sequence[SeparateRequest]) -> None:
    """Raise what every one of these would fail with; they differ in song and folder only.

    Raises BadValue, FileInTheWay, WriteFailed, and EngineError for the model and its settings.
    """
    if not requests:
        return
    first = requests[0]
    form = audio_format(first.text("format"))
    refuse_bitrate(form, first.integer("bitrate"))
    _refuse_far_bitrate(form, first.integer("bitrate"))
    if form.lossy is not None:
        require_encoder(form)
    project_kind(first.text("project"), form)
    _refuse_order(first)
    tree = asked_tree(first)
    spec = tree.spec
    files_of(first, spec)
    settings = settings_of(first, spec, spec.rate_hz)
    spread(tree, settings).check()
    makers_of(first, spec.rate_hz)
    _refuse_folders([one.out_dir for one in requests], bool(first.integer("resume")))


def _refuse_order(request: SeparateRequest) -> None:
    """Raise BadValue for an end before the start, where no rate is needed to see it."""
    start, end = request.span
    if end is None:
        return
    start = start or Time(samples=None if end.samples is None else 0)
    if (start.samples is None) != (end.samples is None):
        return
    if (start.samples or 0, start.seconds) >= (end.samples or 0, end.seconds):
        raise BadValue(
            f"--start {request.text('start') or 0} with --end {request.text('end')}",
            "a start before the end", "Exchange them, or choose a later end.",
        )  # fmt: skip


def _refuse_far_bitrate(form: AudioFormat, kbps: int) -> None:
    """Raise BadValue for a bit rate that the format has at no sample rate."""
    if form.lossy is None or not kbps:
        return
    limits = [
        form.lossy.limits(form.lossy.rate_for(rate_hz), channels)
        for rate_hz in form.lossy.rates_hz
        for channels in range(1, MAX_LOSSY_CHANNELS + 1)
    ]
    low, high = min(one[0] for one in limits), max(one[1] for one in limits)
    if not low <= kbps <= high:
        raise BadValue(
            f"{kbps} kbit/s as {form.name}", f"{low} to {high}",
            "Choose another --bitrate, or leave it out.",
        )  # fmt: skip


def _refuse_folders(folders: Sequence[Path], resume: bool) -> None:
    """Raise FileInTheWay, WriteFailed where stems can go to none of these."""
    places = [_nearest(one) for one in dict.fromkeys(folders)]
    if not any(one.is_dir() for one in places):
        raise FileInTheWay(
            f"{places[0]} is no folder", "a folder for the stems", "Choose another with -o."
        )
    if not resume and not any(os.access(one, os.W_OK) for one in places):
        raise WriteFailed(
            f"{places[0]} may not be written", "a writable folder", "Choose another with -o."
        )


def _nearest(folder: Path) -> Path:
    """The folder, or the one above it that there is."""
    return next(one for one in (folder, *folder.absolute().parents) if _is_there(one))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name too long, a folder that may not be entered
        return False
