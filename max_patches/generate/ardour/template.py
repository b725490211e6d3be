"""The session template: a track that plays the mix, and one that records each stem.

Ardour makes it (template.lua); what its scripts cannot set is set in the file that it writes.
"""

from __future__ import annotations

import os
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from tempfile import TemporaryDirectory

from daw_bridge.settings.colours import stem_colours

NAME = "daw-bridge stems"
FOLDER = Path(__file__).parents[3] / "daw_bridge" / "clients" / "ardour"
FILE = FOLDER / NAME / f"{NAME}.template"
MIX = "mix"
DRY = "dry"
RECORDED = ("drums", "bass", "other", "vocals", "residual", DRY)
ABOUT = """Live stems of a track, with daw-bridge serve --io jack.

Put your song on the track "mix": its outputs go to daw-bridge. The other tracks are armed and \
record what comes back, in its place: they align with existing material. Start daw-bridge first."""
"""Shown beside the template in Ardour's dialogue of new sessions."""
GREY = "#bbbbbb"
MAKES_WITHIN_S = 60


def make() -> str:
    """The template, as text. Needs ardour7-lua."""
    with TemporaryDirectory(prefix="daw-bridge-ardour-") as folder:
        session = Path(folder) / "session"
        told = {"SESSION": str(session), "TRACKS": _tracks(), "XDG_CONFIG_HOME": folder,
                "XDG_CACHE_HOME": folder}  # fmt: skip
        subprocess.run(
            ["ardour7-lua", str(Path(__file__).with_name("template.lua"))],
            env=os.environ | told, check=True, capture_output=True, timeout=MAKES_WITHIN_S,
        )  # fmt: skip
        return finish(ET.parse(session / "template.ardour").getroot())


def _tracks() -> str:
    colours = {MIX: GREY, **stem_colours(RECORDED), DRY: GREY}
    return " ".join(f"{one} 0x{colour[1:]}ff" for one, colour in colours.items())


def finish(session: ET.Element) -> str:
    """What Ardour wrote, with our connections, without what belongs to one machine."""
    for name in ("EngineHints", "ControlProtocols", "Script"):
        for element in session.findall(name):
            session.remove(element)
    ET.SubElement(session, "description").text = ABOUT
    for place in session.iterfind("Locations/Location"):
        place.set("timestamp", "0")
    for route in session.iterfind("Routes/Route"):
        _drop_empty_clips(route)
        if (name := route.get("name", "")) in (MIX, *RECORDED):
            _finish_track(route, name)
    _to_the_master(session)
    ET.indent(session)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(session, "unicode")}\n'


def _drop_empty_clips(route: ET.Element) -> None:
    for box in route.iterfind("Processor/Triggers"):
        box.clear()


def _finish_track(route: ET.Element, name: str) -> None:
    route.set("alignment-choice", "UseExistingMaterial")
    if name == MIX:
        _disconnect(route, "Input")  # a song is imported: what comes in costs latency
        _connect(route, "Output", "mix_in")
        return
    _connect(route, "Input", f"{name}_out")
    for control in route.iterfind("Controllable[@name='rec-enable']"):
        control.set("value", "1")
    if name == DRY:  # the stems are heard: their sum is the dry mix
        _disconnect(route, "Output")


def _ports(route: ET.Element, direction: str) -> list[ET.Element]:
    return route.findall(f"IO[@direction='{direction}']/Port[@type='audio']")


def _disconnect(route: ET.Element, direction: str) -> None:
    for port in _ports(route, direction):
        _clear(port)


def _clear(port: ET.Element) -> None:
    """Whether Ardour has connected it by then or not, which is a matter of time."""
    for connection in port.findall("Connection"):
        port.remove(connection)
    port.text = None


def _connect(route: ET.Element, direction: str, ours: str) -> None:
    _disconnect(route, direction)
    for port, side in zip(_ports(route, direction), "LR", strict=True):
        ET.SubElement(port, "Connection", {"other": f"daw-bridge:{ours}_{side}"})


def _to_the_master(session: ET.Element) -> None:
    """Every stem goes to the master bus, and neither the mix nor the dry mix."""
    inputs = session.findall("Routes/Route[@name='Master']/IO[@direction='Input']/Port")
    for port in inputs:
        _clear(port)
    for name in RECORDED:
        if name == DRY:
            continue
        route = session.find(f"Routes/Route[@name='{name}']")
        assert route is not None
        for number, port in enumerate(_ports(route, "Output")):
            _clear(port)
            into = inputs[number]
            ET.SubElement(port, "Connection", {"other": str(into.get("name"))})
            ET.SubElement(into, "Connection", {"other": str(port.get("name"))})
