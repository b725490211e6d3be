"""Ardour's session template: what it names is there, and it is what Ardour makes."""

from __future__ import annotations

import subprocess
import tomllib
import xml.etree.ElementTree as ET

import pytest

from daw_bridge.ports.jack.names import port_names
from daw_bridge.ports.jack.wiring import Wiring, parse_connect
from max_patches.generate.ardour.template import DRY, FILE, FOLDER, MIX, RECORDED, make

OURS = {f"daw-bridge:{one.name}" for one in port_names((), RECORDED[:-1], 2)}


def connections() -> dict[str, list[str]]:
    """Ports of other programs that each port of a track, "mix/audio_out 1", is connected to."""
    ports = ET.parse(FILE).getroot().iterfind("Routes/Route/IO/Port")
    return {str(port.get("name")): [str(one.get("other")) for one in port] for port in ports}


def test_it_connects_every_port_of_the_server_once() -> None:
    named = [one for row in connections().values() for one in row if one.startswith("daw-bridge:")]
    assert sorted(named) == sorted(OURS)


def test_the_mix_goes_to_the_server_alone_and_each_stem_comes_from_its_port() -> None:
    found = connections()
    assert found[f"{MIX}/audio_out 1"] == ["daw-bridge:mix_in_L"]
    assert found[f"{MIX}/audio_in 1"] == found[f"{DRY}/audio_out 1"] == []
    for track in RECORDED:
        assert found[f"{track}/audio_in 2"] == [f"daw-bridge:{track}_out_R"]
    heard = {f"{track}/audio_out 1" for track in RECORDED if track != DRY}
    assert set(found["Master/audio_in 1"]) == heard


def test_the_stems_are_armed_and_align_with_what_is_there() -> None:
    state = ET.parse(FILE).getroot()
    for track in RECORDED:
        route = state.find(f"Routes/Route[@name='{track}']")
        assert route is not None and route.get("alignment-choice") == "UseExistingMaterial"
        armed = route.find("Controllable[@name='rec-enable']")
        assert armed is not None and armed.get("value") == "1"


def test_the_options_for_the_server_name_the_ports_of_its_tracks() -> None:
    options = tomllib.loads((FOLDER / "ardour.toml").read_text(encoding="utf-8"))
    rules = parse_connect(options.pop("connect"))
    assert options == {"io": "jack"}
    asked = {(rule.own, rule.pattern) for rule in rules}
    recorded = {(one, f"ardour:{one}/audio_in *") for one in RECORDED}
    assert asked == {(MIX, f"ardour:{MIX}/audio_out *"), *recorded}
    Wiring(rules, port_names((), RECORDED[:-1], 2))  # refuses what is none of our ports


@pytest.mark.ardour
def test_it_is_what_ardour_makes() -> None:
    version = subprocess.run(
        ["ardour7-lua", "--version"], capture_output=True, text=True, check=True
    )
    written = FILE.read_text(encoding="utf-8")
    made_with = ET.fromstring(written).find("ProgramVersion")
    assert made_with is not None
    if str(made_with.get("created-with")).split("~")[0].split()[-1] not in version.stdout:
        pytest.skip(f"the template is of {made_with.get('created-with')}, here is another Ardour")
    assert make() == written
