"""A project of the stems of a job, written beside them."""

from __future__ import annotations

from pathlib import Path

from daw_bridge.errors import WriteFailed
from daw_bridge.files.audio.span import GoOn
from daw_bridge.files.audio.tags import Tags
from daw_bridge.files.plan import JobPlan
from daw_bridge.files.projects.arrangement import Arrangement, Track
from daw_bridge.files.projects.dawproject import write_dawproject
from daw_bridge.files.projects.kinds import ProjectKind
from daw_bridge.files.projects.mix import mix_of
from daw_bridge.files.projects.reaper import rpp
from daw_bridge.settings.colours import stem_colours


def write_project(
    planned: JobPlan, kind: ProjectKind, folder: Path, stems: Path, tags: Tags, go_on: GoOn
) -> Path:
    """Write into `folder` the project of the finished `stems`; `go_on` ends it by raising.

    `stems`: their folder. `tags`: of the song. Returns its path. Raises WriteFailed.
    """
    path, arrangement = folder / planned.project_file, arrangement_of(planned, kind, tags)
    try:
        if kind.embeds:
            write_dawproject(path, arrangement, stems, go_on)
        else:
            path.write_bytes(rpp(arrangement))
    except OSError as error:
        raise WriteFailed(
            f"the project {path.name} cannot be written ({error.strerror})", "enough disk space",
            "Free some space or choose another folder with -o.",
        ) from error  # fmt: skip
    return path


def arrangement_of(planned: JobPlan, kind: ProjectKind, tags: Tags) -> Arrangement:
    """The stems as tracks, where they lie in the song, and the song."""
    colours = stem_colours(planned.files)
    tracks = tuple(Track(one, colours[one], planned.file_name(one)) for one in planned.files)
    info, part = planned.info, planned.part
    mix = None if planned.without_mix else mix_of(info, kind, part, planned.folder)
    return Arrangement(
        planned.request.song_name, info.rate_hz, info.channels, part.start, part.frames, tracks,
        tags, mix,
    )  # fmt: skip
