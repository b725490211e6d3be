"""`devices/DawBridge.amxd`: a Max for Live audio effect that lets the sound through.

Gain, mute, solo and level of every output, and the stems of the clip that is selected.
"""

from __future__ import annotations

from py2max.m4l import ensure_amxd_project_block, pack_amxd

from daw_bridge.settings.parameters import STEM, parameter
from max_patches.generate.addresses import (
    FROM_SERVER,
    LISTEN,
    OUTPUTS,
    PORT,
    TO_SERVER,
    command,
    of_stem,
)
from max_patches.generate.buffer import CONFORM, job
from max_patches.generate.canvas import Patch, Placed, compact_json
from max_patches.generate.controls import Column, columns
from max_patches.generate.live import LOWEST_DB
from max_patches.generate.objects import Ports

NAME = "DawBridge"
HEIGHT = 169
"""Of every device in Live, in pixels."""
STRIP = (60.0, 169.0)
WIDTH = int(STRIP[0]) * len(OUTPUTS) + 210
CLIP_JOB = 1
"""The number of the job; abstractions have larger ones."""
SHOW = "; max launchbrowser $1"
"""What Max itself takes: a web page, or a folder, as an address."""
MADE_S = 3_850_000_000
"""The time that the file states, in seconds since 1904: always the same one."""
PANEL = STRIP[0] * len(OUTPUTS) + 6
"""Where the panel right of the strips begins, in pixels."""


def device() -> Patch:
    """The patch of the device."""
    patch = Patch(80, 44)
    patch.set("openinpresentation", 1)
    patch.set("devicewidth", float(WIDTH))
    patch.title(
        NAME,
        "The sound passes through. daw-bridge runs beside Live; the strips set what it gives back. "
        "One such device in a set: only one program can listen at a port.",
        60,
    )
    sound, on = patch.obj(2, 8, "plugin~", 6), patch.obj(2, 13, "plugout~", 6)
    patch.cord(sound, 0, on)
    patch.cord(sound, 1, on, 1)
    words = patch.msg(24, 26, "daw-bridge", 24, seen=(PANEL, 120, 190, 22))
    patch.note(24, 28, "what happens, in words")
    for x, (one, outlet) in ((24, _server(patch)), (44, _client(patch)), (60, _clip(patch))):
        shown = patch.obj(x, 21, "prepend set")
        patch.cord(one, outlet, shown)
        patch.cord(shown, 0, words)
    for n, name in enumerate(OUTPUTS):
        patch.strip(2 + 5 * n, 31, name, strip(patch, name), STRIP,
                    seen=(STRIP[0] * n, 0, *STRIP))  # fmt: skip
    return patch


def _server(patch: Patch) -> tuple[Placed, int]:
    """A switch starts and stops the server. The box and the outlet of its log."""
    switch = patch.ui(14, 8, "live.text", text="start the server", texton="stop the server",
                      area=(100.0, 15.0), seen=(PANEL, 8, 120, 20), mode=1)  # fmt: skip
    either = patch.obj(14, 11, "select 1 0", 12)
    run = patch.obj(14, 17, "dawbridge.server", 10)
    patch.cord(switch, 0, either)
    for n, word in enumerate(("start", "stop")):
        message = patch.msg(14 + 6 * n, 14, word)
        patch.cord(either, n, message)
        patch.cord(message, 0, run)
    return run, 1


def _client(patch: Patch) -> tuple[Placed, int]:
    """The connection. The box and the outlet of its errors."""
    client = patch.obj(34, 12, f"dawbridge.client 127.0.0.1 {PORT} {LISTEN}", 20)
    patch.cord(client, 2, patch.ui(54, 17, "toggle", seen=(PANEL + 130, 6, 24, 24)))
    patch.note(51, 19, "connected?", seen=(PANEL + 110, 32, 80, 20))
    return client, 1


def _clip(patch: Patch) -> tuple[Placed, int]:
    """The stems of a clip. The box and the outlet of its words."""
    button = patch.ui(60, 8, "live.text", text="stems of this clip", mode=0, area=(100.0, 15.0),
                      seen=(PANEL, 60, 120, 20))  # fmt: skip
    work = patch.sub(60, 12, "clip", clip(patch), Ports(1, ("", "")), 10)
    patch.cord(button, 0, work)
    bar = patch.ui(70, 17, "multislider", area=(105.0, 15.0), setminmax=[0.0, 1.0], orientation=0,
                   ignoreclick=1, seen=(PANEL, 90, 190, 15))  # fmt: skip
    patch.cord(work, 1, bar)
    return work, 0


def clip(parent: Patch) -> Patch:
    """The file of the clip that is selected, and the request for its stems beside it."""
    patch = Patch(76, 46, parent)
    patch.title(
        "clip",
        "The clip that is selected in Live has a file; its stems come into a folder beside it.",
    )
    asked = patch.inlet(2, 6, 1, "a click")
    fork = patch.obj(2, 9, "t b b", 20)
    patch.cord(asked, 0, fork)
    where = patch.msg(22, 12, "path live_set view detail_clip")
    path = patch.obj(22, 15, "live.path")
    what, one = patch.msg(2, 15, "get file_path"), patch.obj(2, 19, "live.object", 20)
    patch.cord(fork, 1, where)
    patch.chain(where, path)
    patch.cord(path, 0, one, 1)
    patch.cord(fork, 0, what)
    patch.cord(what, 0, one)
    answer, conform = patch.obj(2, 22, "route file_path"), patch.obj(2, 25, CONFORM)
    parts = patch.obj(2, 28, "t b s s", 24)
    patch.chain(one, answer, conform, parts)
    number, folder = (
        patch.obj(2, 32, f"int {CLIP_JOB}"),
        patch.obj(26, 32, "sprintf symout %s-stems"),
    )
    whole = patch.obj(2, 36, "pack i s s", 24)
    patch.cord(parts, 0, number)
    patch.cord(number, 0, whole)
    patch.cord(parts, 1, whole, 1)
    patch.cord(parts, 2, folder)
    patch.cord(folder, 0, whole, 2)
    asks = patch.obj(2, 39, f"prepend {command('separate')}")
    patch.chain(whole, asks, patch.obj(2, 42, f"send {TO_SERVER}"))
    heard = patch.obj(46, 9, f"receive {FROM_SERVER}")
    news = patch.sub(46, 13, "job", job(patch, str(CLIP_JOB)), Ports(1, ("", "", "")), 16)
    patch.cord(heard, 0, news)
    patch.cord(news, 0, patch.outlet(46, 20, 1, "what happens, in words"))
    patch.cord(news, 1, patch.outlet(54, 20, 2, "progress, 0 to 1"))
    patch.note(48, 20, "in words", 6)
    patch.note(57, 20, "progress")
    _opens(patch, news, folder)
    return patch


def _opens(patch: Patch, news: Placed, folder: Placed) -> None:
    """The folder is shown once its stems are there."""
    done = patch.obj(38, 25, "route done")
    kept = patch.obj(38, 36, "zl.reg", 8)
    patch.cord(news, 0, done)
    patch.chain(done, kept)
    patch.cord(folder, 0, kept, 1)
    address = patch.obj(38, 39, "sprintf symout file://%s")
    patch.chain(kept, address, patch.msg(38, 42, SHOW))
    patch.note(46, 25, "the folder is shown when it is done")


def strip(parent: Patch, stem: str) -> Patch:
    """Gain, mute, solo and level of one output, which Live can automate."""
    patch = Patch(74, 36, parent)
    patch.title(stem, "What the server says of this output, and what is set here or by Live.")
    kinds = (("gain", "live.dial", (8, 20, 44, 48)), ("mute", "live.text", (6, 72, 48, 15)),
             ("solo", "live.text", (6, 90, 48, 15)))  # fmt: skip
    rows = [
        Column(of_stem(name, stem), parameter(f"stem/{STEM}/{name}"), name, seen, kind)
        for name, kind, seen in kinds
    ]
    route = columns(patch, 7, rows, 17, (command(f"meter/{stem}"),))
    meter = patch.ui(53, 18, "multislider", area=(30.0, 90.0), setminmax=[LOWEST_DB, 0.0], size=2,
                     orientation=1, ignoreclick=1, seen=(18, 110, 24, 54))  # fmt: skip
    patch.cord(route, 3, meter)
    patch.note(54, 12, "level: peak and mean", 12)
    patch.note(2, 31, stem, seen=(0, 0, 60, 18))
    return patch


def packed() -> bytes:
    """The file."""
    tree = device().tree()
    ensure_amxd_project_block(tree, mtime=MADE_S)
    return pack_amxd(compact_json(tree), patcher_filename=f"{NAME}.maxpat", mtime=MADE_S)
