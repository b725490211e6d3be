"""Which stems go into which project."""

from __future__ import annotations

import pytest

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.formats import FORMATS, audio_format
from daw_bridge.files.projects.kinds import PROJECTS, check_files, is_project, project_kind


def test_exact_formats_go_into_projects() -> None:
    for name, form in FORMATS.items():
        for kind in PROJECTS.values():
            if form.container not in kind.containers:
                with pytest.raises(BadValue, match=rf"--project {kind.name} with --format"):
                    project_kind(kind.name, form)
            else:
                assert form.lossless and project_kind(kind.name, audio_format(name)) is kind
    assert {"wav-f32", "wav-24", "flac-24", "aiff-f32"} <= {
        one.name for one in FORMATS.values() if one.container in PROJECTS["dawproject"].containers
    }


def test_none_is_none() -> None:
    assert project_kind("", audio_format("mp3")) is None
    check_files(None, ["a\nb"])


def test_files_of_projects_are_known_by_their_names() -> None:
    assert is_project("song.rpp") and is_project("a.b.dawproject")
    assert not any(is_project("drums" + one.suffix) for one in FORMATS.values())


def test_only_the_project_that_names_files_is_particular_about_names() -> None:
    check_files(PROJECTS["dawproject"], ["a\nb.wav"])
    with pytest.raises(BadValue):
        check_files(PROJECTS["reaper"], ["drums.wav", "a\nb.wav"])
