"""The Max for Live device: a file that Live opens, sound that passes, controls it can automate."""

from __future__ import annotations

import json
import struct
from itertools import pairwise

from py2max.m4l import unpack_amxd

from daw_bridge.settings.parameters import STEM, parameter
from max_patches.generate.addresses import OUTPUTS
from max_patches.generate.device import HEIGHT, SHOW, WIDTH
from max_patches.generate.package import FOLDER
from tests.rigs.patches import Box, Patcher, patchers, read, typed

FILE = FOLDER / "devices" / "DawBridge.amxd"
DEVICE = Patcher(FILE.name, read(FILE))
INNER = [one for one in patchers() if one.name.startswith(f"{FILE.name}/")]


def test_it_is_an_audio_effect_of_the_size_that_it_states() -> None:
    data = FILE.read_bytes()
    text, kind = unpack_amxd(data)
    assert kind == "audio_effect" and json.loads(text)["patcher"]["project"]
    assert struct.unpack("<I", data[16:20])[0] == len(data) - 20


def test_the_sound_passes_through() -> None:
    names = {key: box.get("text") for key, box in DEVICE.boxes.items()}
    passed = {(n, i) for (a, n), (b, i) in DEVICE.cords
              if (names[a], names[b]) == ("plugin~", "plugout~")}  # fmt: skip
    assert passed == {(0, 0), (1, 1)}


def test_it_fits_into_lives_strip() -> None:
    assert DEVICE.tree["openinpresentation"] == 1 and DEVICE.tree["devicewidth"] == WIDTH
    seen = [box["presentation_rect"] for box in DEVICE.boxes.values() if box.get("presentation")]
    assert len(seen) == len(OUTPUTS) + 6
    assert all(x + width <= WIDTH and y + height <= HEIGHT for x, y, width, height in seen)


def controls() -> dict[str, Box]:
    """What Live can automate, by its name."""
    found = [box for one in INNER for box in one.boxes.values()
             if box["maxclass"].startswith("live.")]  # fmt: skip
    return {box["varname"]: box for box in found}


def test_live_can_automate_gain_mute_and_solo_of_every_output() -> None:
    names = {f"{stem} {name}" for stem in OUTPUTS for name in ("gain", "mute", "solo")}
    assert set(controls()) == names
    for name, box in controls().items():
        about = box["saved_attribute_attributes"]["valueof"]
        row = parameter(f"stem/{STEM}/{name.split()[-1]}")
        assert box["parameter_enable"] == 1 and about["parameter_longname"] == name
        assert row.dial is not None
        if box["maxclass"] == "live.dial":
            assert (about["parameter_mmin"], about["parameter_mmax"]) == row.dial
        else:
            assert about["parameter_enum"] == ["off", "on"]


def test_strips_lie_side_by_side() -> None:
    left = sorted(box["presentation_rect"] for box in DEVICE.boxes.values()
                  if box["maxclass"] == "bpatcher")  # fmt: skip
    assert all(a[0] + a[2] == b[0] for a, b in pairwise(left))


def test_the_folder_of_a_clips_stems_is_shown_when_they_are_done() -> None:
    [clip] = [one for one in patchers() if one.name.endswith("p clip")]
    [shows] = [key for key, box in clip.boxes.items() if box.get("text") == SHOW]
    [(address, _)] = clip.before(shows)
    assert typed(address) == "sprintf symout file://%s"
    [(kept, _)] = clip.before(address["id"])
    assert [typed(one) for one, _ in clip.before(kept["id"], 0)] == ["route done"]
    [(folder, outlet)] = clip.before(kept["id"], 1)
    [asks] = [key for key, box in clip.boxes.items() if typed(box).startswith("pack")]
    assert clip.before(asks, 2) == [(folder, outlet)]
