"""`dawbridge.live.maxhelp`: live stems, refining, known stems, errors."""

from __future__ import annotations

from collections.abc import Sequence

from daw_bridge.settings.parameters import STEM, parameter
from max_patches.generate.addresses import CHANNELS, LISTEN, PORT, command, of_stem
from max_patches.generate.canvas import Patch, Placed
from max_patches.generate.client_help import refine
from max_patches.generate.controls import Column, columns

DEVICE = "BlackHole"
"""A virtual sound device of 16 channels."""
OF_SONG = ("drums", "bass", "vocals", "other", "residual")
"""The outputs of the model song."""
KNOWN_AT = (7, 8)
"""Channels that the model song leaves free."""
SPEAKERS = (17, 18)


def live_help() -> Patch:
    """Tabs: live stems, refine, known stems, errors."""
    patch = Patch(74, 42)
    patch.set("showrootpatcherontab", 0)
    tabs = {"live_stems": stems, "refine": refine, "known_stems": known, "errors": errors}
    for n, (name, draw) in enumerate(tabs.items()):
        patch.tab(n, name, draw(patch))
    return patch


def start(mapped_in: str = "mix=1-2") -> str:
    """The message that starts the server on the virtual device; a comma in Max needs a \\."""
    outputs = "\\,".join(f"{name}={low}-{high}" for name, (low, high) in CHANNELS.items()
                         if name in OF_SONG)  # fmt: skip
    device = f"--io device --in-device {DEVICE} --out-device {DEVICE}"
    return f"start {device} --in-map {mapped_in} --out-map {outputs}"


def stems(parent: Patch) -> Patch:
    """A file plays, its stems come back live."""
    patch = Patch(74, 42, parent)
    patch.title(
        "dawbridge.live",
        f"Stems while the music plays. Max and daw-bridge meet on a virtual sound device of 16 "
        f"channels, such as {DEVICE}: choose it (or an aggregate device that begins with it) as "
        "input and output in Max's audio status.",
        68,
    )
    patch.note(2, 6, "1  Start the server, and connect")
    server = _server(patch, 8, start())
    patch.cord(server, 0, patch.ui(2, 16, "toggle"))
    patch.note(4, 16, "runs?")
    client = patch.obj(30, 13, f"dawbridge.client 127.0.0.1 {PORT} {LISTEN}", 24)
    patch.cord(client, 2, patch.ui(54, 16, "toggle"))
    patch.note(56, 16, "connected?")
    patch.note(2, 19, "2  Play a song, and turn the audio on. Double-click dawbridge.live for its "
               "strips.")  # fmt: skip
    player = patch.obj(2, 24, "sfplay~ 2", 12)
    for x, text in ((2, "open"), (7, "1"), (10, "0")):
        patch.cord(patch.msg(x, 21, text), 0, player)
    here = patch.obj(2, 28, "dawbridge.live", 56)
    patch.cord(player, 0, here)
    patch.cord(player, 1, here, 1)
    _heard(patch, here)
    return patch


def _server(patch: Patch, top: int, message: str) -> Placed:
    """What starts and stops the server."""
    server = patch.obj(2, top + 5, "dawbridge.server", 20)
    patch.cord(patch.msg(2, top, message), 0, server)
    patch.cord(patch.msg(8, top + 2, "stop"), 0, server)
    return server


def _heard(patch: Patch, here: Placed) -> None:
    """The drums to the speakers, and how late they are."""
    out = patch.obj(2, 34, f"dac~ {SPEAKERS[0]} {SPEAKERS[1]}", 6)
    patch.cord(here, 0, out)
    patch.cord(here, 1, out, 1)
    patch.note(2, 37, f"the drums to channels {SPEAKERS[0]} and {SPEAKERS[1]}: your speakers in an "
               f"aggregate device of {DEVICE} and your interface", 26)  # fmt: skip
    parts = patch.obj(58, 31, "unpack i f", 6)
    patch.cord(here, 14, parts)
    patch.cord(parts, 0, patch.ui(58, 34, "number"))
    patch.cord(parts, 1, patch.ui(64, 34, "flonum"))
    patch.note(58, 37, "latency: samples, ms")


def known(parent: Patch) -> Patch:
    """Stems that you have help with the others."""
    patch = Patch(74, 42, parent)
    patch.title(
        "Known stems",
        "A stem that you have on a track of its own passes through untouched, and helps the model "
        "with the others. It is routed in when the server starts; here the drums, on channels "
        f"{KNOWN_AT[0]} and {KNOWN_AT[1]}.",
        68,
    )
    low, high = KNOWN_AT
    _server(patch, 7, start(f"mix=1-2\\,drums={low}-{high}"))
    patch.note(14, 9, "Stop the server of the first tab before you start this one.")
    rows = [Column(of_stem("known", one), parameter(f"stem/{STEM}/known"), f"{one} known")
            for one in ("drums", "bass", "vocals", "other")]  # fmt: skip
    columns(patch, 15, rows, 17)
    patch.note(2, 38, f"Send the drum track to dac~ {low} {high}, and the whole mix to the inlets "
               "of dawbridge.live. 0: they are separated like the others.", 66)  # fmt: skip
    return patch


def errors(parent: Patch) -> Patch:
    """What is said when something is wrong with live stems."""
    patch = Patch(74, 30, parent)
    patch.title("Errors", "They come out of the middle outlet of dawbridge.client, in words.", 68)
    rows = (
        ("no stream", "The server was started without live audio: start it with --io device."),
        ("late blocks", f"{command('late')} counts blocks that came too late; they have the mix on "
         "the residual. Take a larger block, or the preset quality."),
        ("silence", "Is the virtual device input and output in Max's audio status? Is the audio "
         "on?"),
        ("a loop", "Only channels 1 and 2 go to the server, only the others come back: never send "
         "a stem to channels 1 and 2."),
    )  # fmt: skip
    table(patch, rows)
    return patch


def table(patch: Patch, rows: Sequence[tuple[str, str]]) -> None:
    """What is seen, and what to do."""
    for n, (seen, done) in enumerate(rows):
        patch.note(2, 8 + 5 * n, seen, 18, fontface=1)
        patch.note(22, 8 + 5 * n, done, 44)
