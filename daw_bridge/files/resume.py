"""Whether a song's folder already holds what a job would write: `--resume`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from daw_bridge import __version__
from daw_bridge.errors import BadFile, BridgeError, Cancelled
from daw_bridge.files.audio.formats import AudioFormat
from daw_bridge.files.audio.reader import AudioReader
from daw_bridge.files.digest import Digest
from daw_bridge.files.options import JOB_PARAMETERS
from daw_bridge.files.plan import JobPlan
from daw_bridge.files.projects.kinds import PROJECT, is_project
from daw_bridge.files.record import (
    LAYOUT,
    KnownFile,
    Option,
    Output,
    Recipe,
    Record,
    UsedFile,
    difference,
    read_record,
)
from engines.load import Stamp, all_files, find_model, model_stamp

OnProgress = Callable[[float, str], bool]

#: Options that change nothing in the files; the model is recorded by its hash.
NOT_RECORDED = ("model", "device", "threads", "force", "resume")
_DEFAULTS = {one.name: one.default for one in JOB_PARAMETERS}
_CHUNK_BYTES = 1 << 20
_BLOCK_FRAMES = 65536


def recipe_of(planned: JobPlan, progress: OnProgress) -> Recipe:
    """What the stems will depend on; reads the input files. Raises BadFile, Cancelled."""
    request = planned.request
    files = [KnownFile(name, used_file(path, progress)) for name, path in request.known]
    made = [KnownFile(name, model_file(find_model(model))) for name, model in request.made]
    known = tuple(sorted([*files, *made], key=lambda one: one.stem))
    return Recipe(
        used_file(request.source, progress), model_file(find_model(request.model)), known,
        _options(planned),
    )  # fmt: skip


def record_of(planned: JobPlan, recipe: Recipe, digests: list[str]) -> Record:
    """The record of finished files; `digests`: the hash of each, in the order of `written`."""
    info = planned.info
    files = tuple(
        Output(what, name, digest)
        for (what, name), digest in zip(planned.written, digests, strict=True)
    )
    return Record(
        LAYOUT,
        __version__,
        True,
        recipe,
        info.rate_hz,
        info.channels,
        planned.part.frames,
        files,
    )


def unfinished(planned: JobPlan, progress: OnProgress) -> str:
    """Why the song has to be separated (again); "" where its folder holds the stems asked for.

    A project needs no separation: see `has_project`.

    Raises BadFile, Cancelled.
    """
    record = read_record(planned.folder)
    if record is None:
        return "there is no record of it"
    if reason := differs(planned, record, progress):
        return reason
    for one in record.files:
        if is_project(one.file):  # the user may have saved it since
            continue
        if reason := changed(planned.folder / one.file, one, record, planned.form, progress):
            return reason
    return ""


def differs(planned: JobPlan, record: Record, progress: OnProgress) -> str:
    """What this record does not promise of the stems asked for; "" where it promises all.

    Raises BadFile, Cancelled.
    """
    if not record.complete:
        return "the last run was broken off while it replaced files"
    recipe = _of_stems(recipe_of(planned, progress))
    return difference(record.recipe, recipe, _DEFAULTS)


def has_project(planned: JobPlan, record: Record) -> bool:
    """Whether the folder holds the project that is asked for, as it was made or saved since."""
    there = (planned.folder / planned.project_file).is_file()
    return planned.project_file in record.names and there


def with_project(planned: JobPlan, record: Record, digest: str) -> Record:
    """The record of the same stems with the planned project; `digest`: its hash."""
    stems = tuple(one for one in record.files if not is_project(one.file))
    return replace(
        record,
        recipe=replace(record.recipe, options=_options(planned)),
        files=(*stems, Output(PROJECT, planned.project_file, digest)),
    )


def _of_stems(recipe: Recipe) -> Recipe:
    """What the stems alone depend on."""
    options = tuple(one for one in recipe.options if one.name != PROJECT)
    return replace(recipe, options=options)


def changed(
    path: Path, one: Output, record: Record, form: AudioFormat, progress: OnProgress
) -> str:
    """How a file differs from what was written; "" where it does not. Raises Cancelled."""
    if not path.is_file():
        return f"{one.file} is not there"
    digest, frames = Digest(), 0
    try:
        with AudioReader(path) as reader:
            while (block := reader.read(_BLOCK_FRAMES)).shape[1]:
                digest.update(block)
                frames += block.shape[1]
                go_on(progress, path)
    except BridgeError as error:
        if isinstance(error, Cancelled):
            raise
        return f"{one.file} cannot be read ({error.seen})"
    expected = form.frames_for(record.frames, record.rate_hz)
    if abs(frames - expected) > (expected != record.frames):  # a converter may round either way
        return f"{one.file} has {frames} samples of {expected}"
    is_other = form.lossless and digest.hex() != one.samples_sha256
    return f"{one.file} has been changed" if is_other else ""


def used_file(path: Path, progress: OnProgress) -> UsedFile:
    """Name, size and hash of a file. Raises BadFile, Cancelled."""
    return _used(path.name, (path,), progress)


def _used(name: str, paths: Sequence[Path], progress: OnProgress) -> UsedFile:
    """The size and the hash of files, one after another. Raises BadFile, Cancelled."""
    digest, size = hashlib.sha256(), 0
    for path in paths:
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    size += len(chunk)
                    go_on(progress, path)
        except OSError as error:
            raise BadFile(
                f"{path} cannot be read ({error.strerror})", "a readable file", "Check it."
            ) from error
    return UsedFile(name, size, digest.hexdigest())


def go_on(progress: OnProgress, path: Path, stage: str = "check") -> None:
    """Raise Cancelled where the job of this file is to end."""
    if not progress(0.0, stage):
        raise Cancelled(f"the job for {path} was cancelled", "it to finish", "Start it again.")


def model_file(path: Path) -> UsedFile:
    """Name, size and hash of a model. Raises BadFile."""
    return _hashed(path, model_stamp(path))


@lru_cache(maxsize=8)
def _hashed(path: Path, stamp: Stamp) -> UsedFile:
    """A model's hash, computed once for many songs: over all its files and those of the models that
    it needs, one after another.
    """
    return _used(path.name, all_files(path), lambda fraction, stage: True)


def _options(planned: JobPlan) -> tuple[Option, ...]:
    """As they are used: the format's name, and the context that was chosen."""
    values = dict(planned.request.values) | {"format": planned.form.name}
    values["context"] = planned.settings.context
    return tuple(Option(name, value) for name, value in sorted(values.items())
                 if name not in NOT_RECORDED)  # fmt: skip
