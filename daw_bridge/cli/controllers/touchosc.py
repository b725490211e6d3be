"""A TouchOSC layout for each shipped model: a strip for each stem, refinement, and the state.

Needs py2tosc (in the extra `dev`). The addresses and ranges are the table's; the layout's script
(touchosc.lua) registers with the server again where it was started anew.
"""

from __future__ import annotations

import uuid
import zlib
from pathlib import Path

import py2tosc
from py2tosc import Control, ui

from daw_bridge.cli.shipped import chosen
from daw_bridge.settings.colours import stem_colours
from daw_bridge.settings.parameters import PREFIX, STEM, parameter
from engines.spec import RESIDUAL

LISTEN = 9000
"""The receive port that TouchOSC is to be given."""
_SIZE = (1024, 768)
_NIGHT, _DARK, _LIGHT, _RED = "#17191d", "#2b2f36", "#e8e8e4", "#d0453c"
_SWITCHES = {"mute": _RED, "solo": "#c9a227", "known": "#5b7f9c"}
_MOST_STEPS = 32
_TAGS_IN_ROW, _TAGS_WIDE = 4, 4.0
_SCRIPT = Path(__file__).with_suffix(".lua")


def files() -> dict[str, bytes]:
    """`touchosc/<model>.tosc` -> its content, of every model that users choose."""
    return {
        f"touchosc/{name}.tosc": packed(layout(spec.stems, spec.query.tags if spec.query else ()))
        for name, spec in sorted(chosen().items())
    }


def packed(document: py2tosc.Document) -> bytes:
    """A layout as TouchOSC opens it: its XML, compressed."""
    return zlib.compress(py2tosc.dumps(document).encode(), 9)


def layout(stems: tuple[str, ...], tags: tuple[str, ...] = ()) -> py2tosc.Document:
    """The layout for a model of these stems, with a button for each tag that it listens to; it is
    sized, and has the script at its root."""
    outputs = (*stems, RESIDUAL)
    strips = [_strip(name, colour) for name, colour in stem_colours(outputs).items()]
    asked = [_tags(tags)] if tags else []
    root = ui.row(
        *strips, *asked, _master(), sizes=[*[1.0] * len(strips), *[_TAGS_WIDE] * len(asked), 1.3],
        gap=10, pad=12,
        frame=(0, 0, *_SIZE), name="daw-bridge", color=_NIGHT, background=True,
    )  # fmt: skip
    root.script = script()
    document = py2tosc.Document(root=root)
    document.resolve()
    _name_ids(document)
    return document


def script() -> str:
    """The Lua of the layout's root, with the addresses filled in."""
    text = _SCRIPT.read_text(encoding="utf-8")
    names = ("notify", "sync", "synced", "load", "late", "latency", "meter", "fail")
    words = {name.upper(): f"{PREFIX}/{name}" for name in names}
    words |= {"MODEL": address("model"), "STEPS": address("refine/steps")}
    words |= {"PORT": str(LISTEN), "SERVER": str(parameter("osc_port").default)}
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def address(name: str, stem: str = "") -> str:
    """`refine/steps` -> /dawbridge/refine/steps; ("gain", "drums") -> that stem's."""
    row = parameter(f"stem/{STEM}/{name}" if stem else name)
    return f"{PREFIX}/{row.name.replace(STEM, stem)}"


def _strip(name: str, colour: str) -> Control:
    """Name, meter and gain side by side, mute, solo and known."""
    low, high = parameter(f"stem/{STEM}/gain").dial or (0.0, 1.0)
    gain = py2tosc.fader(
        name=f"gain {name}", color=colour, cursor=True,
        messages=[ui.osc(address("gain", name), args=[ui.value("x", scale=(low, high))])],
    )  # fmt: skip
    gain.values = [py2tosc.Value("x", default=-low / (high - low)), py2tosc.Value("touch")]
    meter = py2tosc.fader(name=f"meter {name}", color=colour, cursor=False, interactive=False)
    switches = [_switch(what, address(what, name), shade) for what, shade in _SWITCHES.items()]
    if name == RESIDUAL:  # it is no stem that could be known
        switches[-1] = _text("", "", 16)
    return ui.column(
        _text(name, name, 22), ui.row(meter, gain, sizes=(1, 3), gap=6), *switches,
        sizes=(1, 9, 1, 1, 1), gap=8, name=f"strip {name}", color=_DARK, background=True, pad=6,
    )  # fmt: skip


def _master() -> Control:
    """Steps, bypass, reset, and the server's state in words."""
    steps = ui.value("x", conversion="INTEGER", scale=(0, _MOST_STEPS))
    refine = py2tosc.fader(
        name="refine", color=_LIGHT, grid_steps=_MOST_STEPS + 1,
        messages=[ui.osc(address("refine/steps"), args=[steps])],
    )  # fmt: skip
    reset = py2tosc.button(name="reset", color=_LIGHT, messages=[
        ui.osc(f"{PREFIX}/reset", args=[], on="RISE", receive=False)
    ])  # fmt: skip
    words = ("model", "latency", "load", "late")
    return ui.column(
        _text("daw-bridge", "daw-bridge", 22), *[_text(one, "", 16) for one in words],
        _text("state", "", 13), _text("steps", "refine", 16), refine,
        _switch("bypass", address("bypass"), _RED), ui.labelled(reset, "reset", size=16),
        sizes=(1, 0.6, 0.6, 0.6, 0.6, 1.4, 0.6, 5.4, 1, 1), gap=8, pad=6, name="master",
        color=_DARK, background=True,
    )  # fmt: skip


def _tags(tags: tuple[str, ...]) -> Control:
    """A button for each tag, which the live stem then is."""
    empty = [_text(f"no tag {k}", "", 12) for k in range(-len(tags) % _TAGS_IN_ROW)]
    cells = [*map(_tag, tags), *empty]
    lines = [ui.row(*cells[first : first + _TAGS_IN_ROW], gap=6)
             for first in range(0, len(cells), _TAGS_IN_ROW)]  # fmt: skip
    return ui.column(*lines, gap=6, pad=6, name="tags", color=_DARK, background=True)


def _tag(tag: str) -> Control:
    button = py2tosc.button(name=f"tag {tag}", color=_LIGHT, messages=[
        ui.osc(address("query/tag"), args=[ui.const(tag)], on="RISE", receive=False)
    ])  # fmt: skip
    return ui.labelled(button, tag.replace("_", " "), size=12)


def _switch(text: str, to: str, colour: str) -> Control:
    """A button that stays, 0 or 1 at an address, with its text on it."""
    state = ui.value("x", conversion="INTEGER")
    button = py2tosc.button(
        name=to, color=colour, button_type=py2tosc.ButtonType.TOGGLE_RELEASE,
        messages=[ui.osc(to, args=[state])],
    )  # fmt: skip
    return ui.labelled(button, text, size=16, name=f"{to} group")


def _text(name: str, text: str, size: int) -> Control:
    label = py2tosc.label(name=name, text_size=size, background=False, outline=False)
    label.values = [py2tosc.Value("text", default=text), py2tosc.Value("touch")]
    return label


def _name_ids(document: py2tosc.Document) -> None:
    """The same layout has the same identifiers each time it is made."""
    for k, control in enumerate(document.walk()):
        control.id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"daw-bridge/{k}/{control.get('name')}"))
