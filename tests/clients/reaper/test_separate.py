"""REAPER's actions in a stand-in of REAPER, with a real server: items in, stems on tracks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from daw_bridge.settings.names import COMMAND_FILE
from tests.rigs.reaper import RATE, Reaper, item, track
from tests.rigs.server import Running, model_file, serving
from tests.rigs.sounds import load, noise, save
from tests.rigs.tiny_models import STEMS

pytestmark = pytest.mark.lua

SEPARATE, CHOOSE = "Separate selected items into stems", "Choose model, stems and steps"
SERVER = "Start or stop the server"
NAMES = [*STEMS, "residual"]
ONCE = """\
import json, pathlib, sys
command, asked = map(pathlib.Path, sys.argv[1:3])
if "status" in sys.argv:
    with asked.open("a") as file:
        file.write("?")
    if len(asked.read_text()) == 2:
        command.write_text("{")
print(json.dumps({"type": "fail", "code": "no_answer", "message": "none"}))
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    with serving((tmp_path, Path(model_file()).parent)) as one:
        yield one


@pytest.fixture
def reaper(tmp_path: Path, running: Running) -> Reaper:
    return Reaper(tmp_path, running.endpoint)


def song(folder: Path, name: str = "my song.wav", seconds: float = 1.0, seed: int = 0) -> Path:
    return save(folder / name, noise(2, round(seconds * RATE), seed))


def whole(found: dict[str, Any], k: int = 0) -> Any:
    """The sum of the stems of the k-th item."""
    return sum(load(Path(one["items"][k]["takes"][0]["file"])) for one in found["tracks"][2:7])


def test_stems_come_as_tracks_in_a_folder_and_sum_to_the_item(
    reaper: Reaper, tmp_path: Path
) -> None:
    path = song(tmp_path)
    mine = item(path, D_POSITION=2.5, D_LENGTH=0.5, D_FADEINLEN=0.125, I_CUSTOMCOLOR=77,
                take={"values": {"D_STARTOFFS": 0.25, "D_PAN": -0.5}})  # fmt: skip
    found = reaper.run(SEPARATE, [track(mine), track(name="next")])
    assert "problem" not in found and not found["messages"], found
    assert [one["name"] for one in found["tracks"]] == [
        "guitar", "my song stems", *NAMES, "next"
    ]  # fmt: skip
    assert [one["depth"] for one in found["tracks"]] == [0, 1, 0, 0, 0, 0, -1, 0]
    for one in found["tracks"][2:7]:
        (copy,) = one["items"]
        assert copy["values"]["D_POSITION"] == 2.5 and copy["values"]["D_LENGTH"] == 0.5
        assert copy["values"]["D_FADEINLEN"] == 0.125 and copy["values"]["I_CUSTOMCOLOR"] == 77
        assert copy["takes"][0]["values"]["D_PAN"] == -0.5 and copy["values"]["B_MUTE"] == 0
    assert found["tracks"][0]["items"][0]["values"]["B_MUTE"] == 1
    assert found["undo"] == ["Separate items into stems"]
    part = load(path)[:, RATE // 4 : 3 * RATE // 4]
    assert whole(found).shape == part.shape
    np.testing.assert_allclose(whole(found), part, atol=1e-6)
    assert not list((tmp_path / "reaper" / "DawBridge").iterdir())


def test_playrate_is_kept_and_takes_what_it_plays(reaper: Reaper, tmp_path: Path) -> None:
    path = song(tmp_path)
    mine = item(path, D_LENGTH=0.25, take={"values": {"D_PLAYRATE": 2.0, "D_STARTOFFS": 0.25}})
    found = reaper.run(SEPARATE, [track(mine)])
    np.testing.assert_allclose(whole(found), load(path)[:, RATE // 4 : 3 * RATE // 4], atol=1e-6)
    copy = found["tracks"][2]["items"][0]
    assert copy["takes"][0]["values"]["D_PLAYRATE"] == 2.0 and copy["values"]["D_LENGTH"] == 0.25


@pytest.mark.parametrize("stretched", [True, False])
def test_with_stretch_markers_or_a_loop_the_whole_file_is_separated(
    reaper: Reaper, tmp_path: Path, stretched: bool
) -> None:
    path = song(tmp_path)
    marks = [[0.0, 0.25, 0.0], [0.5, 0.5, 0.1]] if stretched else []
    length = 0.25 if stretched else 3.0
    take = {"values": {"D_STARTOFFS": 0.25}, "marks": marks}
    found = reaper.run(SEPARATE, [track(item(path, take=take, D_LENGTH=length))])
    np.testing.assert_allclose(whole(found), load(path), atol=1e-6)
    copy = found["tracks"][2]["items"][0]["takes"][0]
    assert copy["values"]["D_STARTOFFS"] == 0.25 and copy["marks"] == marks


def test_several_items_share_a_folder(reaper: Reaper, tmp_path: Path) -> None:
    paths = [song(tmp_path, f"{name}.wav", seed=k) for k, name in enumerate(("a", 'b "live"'))]
    tracks = [track(item(paths[0])), track(item(paths[1], D_POSITION=4.0), name="two")]
    found = reaper.run(SEPARATE, tracks, ext={"stems": "drums bass"})
    assert [one["name"] for one in found["tracks"]] == [
        "guitar", "two", "stems", "drums", "bass", "residual"
    ]  # fmt: skip
    for k, path in enumerate(paths):
        made = [load(Path(one["items"][k]["takes"][0]["file"])) for one in found["tracks"][3:]]
        np.testing.assert_allclose(sum(made), load(path), atol=1e-6)
    assert [one["values"]["D_POSITION"] for one in found["tracks"][3]["items"]] == [0.0, 4.0]
    assert len(found["undo"]) == 1


def test_stems_as_takes(reaper: Reaper, tmp_path: Path) -> None:
    found = reaper.run(SEPARATE, [track(item(song(tmp_path)))], ext={"layout": "takes"})
    assert len(found["tracks"]) == 1
    (only,) = found["tracks"][0]["items"]
    assert [one["name"] for one in only["takes"]] == ["my song", *(f"my song {n}" for n in NAMES)]
    assert only["values"]["B_MUTE"] == 0


def test_what_fails_is_said_and_the_others_come(reaper: Reaper, tmp_path: Path) -> None:
    lost = item(tmp_path / "lost.wav")
    found = reaper.run(SEPARATE, [track(lost, item(song(tmp_path)))])
    (message,) = found["messages"]
    assert message.startswith("lost: ") and "lost.wav" in message
    assert [len(one["items"]) for one in found["tracks"][2:]] == [1] * 5
    assert [one["values"]["B_MUTE"] for one in found["tracks"][0]["items"]] == [0, 1]


def test_cancelled_leaves_the_project_as_it_was(reaper: Reaper, tmp_path: Path) -> None:
    mine = item(song(tmp_path, seconds=60.0), 60.0)
    found = reaper.run(SEPARATE, [track(mine)], closed_after=3)
    assert not found["messages"] and not found["undo"] and len(found["tracks"]) == 1
    assert not list(tmp_path.rglob("drums.wav"))


def test_an_error_while_the_stems_are_laid_ends_the_undo_block(
    reaper: Reaper, tmp_path: Path
) -> None:
    found = reaper.run(SEPARATE, [track(item(song(tmp_path)))], fails_at_take=True)
    assert "no more takes" in found["problem"] and len(found["undo"]) == 1


@pytest.mark.parametrize(
    ("take", "words"),
    [
        ({"midi": True}, "is MIDI"),
        ({"source": {"file": "x.wav", "length_s": 1, "rate_hz": RATE, "section": True}}, "Glue it"),
        ({"source": {"file": "", "length_s": 1, "rate_hz": RATE}}, "has no file"),
    ],
)
def test_items_that_cannot_be(reaper: Reaper, take: dict[str, Any], words: str) -> None:
    found = reaper.run(SEPARATE, [track(item(Path("x.wav"), take=take))])
    assert words in found["messages"][0]


def test_nothing_selected_and_no_command(reaper: Reaper, tmp_path: Path) -> None:
    assert "Select" in reaper.run(SEPARATE, [track()])["messages"][0]
    reaper.command([str(tmp_path / "none here" / "daw-bridge")])
    (message,) = reaper.run(SEPARATE, [track(item(song(tmp_path)))])["messages"]
    assert "was not found" in message and "daw-bridge install reaper" in message


def test_scripts_of_reapack_s_find_the_command_that_install_wrote(
    reaper: Reaper, tmp_path: Path
) -> None:
    """They lie elsewhere than `daw-bridge install reaper` puts its own."""
    installed = tmp_path / "reaper" / "Scripts" / "DawBridge"
    installed.mkdir(parents=True)
    (reaper.scripts / COMMAND_FILE).rename(installed / COMMAND_FILE)
    assert reaper.run(SERVER, [])["messages"] == ["The server shuts down."]
    (installed / COMMAND_FILE).write_text("{")
    assert f"{installed / COMMAND_FILE} cannot be read" in reaper.run(SERVER, [])["messages"][0]


def test_the_choice_is_kept_and_a_wrong_one_asked_again(reaper: Reaper) -> None:
    wrong, right = "tiny\ndrums\nmany\ntracks\n", "tiny\ndrums vocals\n4\ntakes\n--io reastream"
    found = reaper.run(CHOOSE, [], inputs=[wrong, right])
    assert "steps" in found["messages"][0]
    assert found["ext"] == {"model": "tiny", "stems": "drums vocals", "steps": "4",
                            "layout": "takes", "serve": "--io reastream"}  # fmt: skip
    assert reaper.run(CHOOSE, [], inputs=[])["ext"] == []


def test_the_server_is_stopped_and_a_missing_one_offered(
    reaper: Reaper, running: Running, tmp_path: Path
) -> None:
    assert reaper.run(SERVER, [])["messages"] == ["The server shuts down."]
    running.server.stop()
    found = reaper.run(SEPARATE, [track(item(song(tmp_path)))], answer=7)
    assert "Start one?" in found["messages"][0] and len(found["tracks"]) == 1


def test_what_goes_wrong_once_the_server_has_started_is_said_in_words(
    reaper: Reaper, running: Running, tmp_path: Path
) -> None:
    """How to start the command can be read no more after it has been asked twice."""
    own = tmp_path / "once.py"
    own.write_text(ONCE)
    reaper.command([sys.executable, str(own), str(reaper.scripts / COMMAND_FILE),
                    str(tmp_path / "asked")])  # fmt: skip
    found = reaper.run(SEPARATE, [track(item(song(tmp_path)))], answer=6)
    assert "problem" not in found and "cannot be read" in found["messages"][-1], found
