"""`dawbridge.client-help.pd`: connecting, every parameter, refining, errors."""

from __future__ import annotations

from daw_bridge.settings.parameters import STEM, parameter
from max_patches.generate.addresses import (
    FROM_SERVER,
    OUTPUTS,
    PORT,
    TO_SERVER,
    command,
    of,
    of_stem,
)
from max_patches.generate.client_help import named
from max_patches.generate.controls import Column
from max_patches.generate.pd.canvas import Patch, Placed
from max_patches.generate.pd.controls import columns
from max_patches.generate.pd.meta import meta

OPEN_NOTE = "The client of the help patch connects this one, too."


def client_help() -> Patch:
    """Basic; in subpatches parameters, block, stems, refine, errors."""
    patch = Patch(860, 620)
    patch.title(
        "dawbridge.client",
        "Connects Pd with daw-bridge serve: it registers, hears when the server is lost, and "
        "registers again when it is back.",
    )
    patch.banner(20, 100, 820, "1 Start the server", 24)
    patch.note(20, 130, "In a terminal: daw-bridge serve (--io jack for live stems). Pd's object "
               "connects by itself.", 100)  # fmt: skip
    patch.banner(20, 170, 820, "2 Ask: how is the server, and what is set?", 24)
    client = patch.obj(20, 250, f"dawbridge.client 127.0.0.1 {PORT}", 81)
    for x, name in ((20, "status"), (180, "models"), (340, "get")):
        patch.cord(patch.msg(x, 205, command(name)), 0, client)
    _answers(patch, client)
    patch.banner(20, 520, 820, "3 Every parameter: click to open", 24)
    for n, draw in enumerate((parameters, block, stems, refine, errors)):
        patch.sub(20 + 130 * n, 560, draw())
    meta(patch, 740, 560, "dawbridge.client", "connects Pd with daw-bridge: stems of music")
    return patch


def _answers(patch: Patch, client: Placed) -> None:
    words = patch.words(patch.under(client, 1), 300, 32)
    patch.cord(client, 1, words)
    patch.note(words.x, 322, "errors, in words")
    there = patch.toggle(patch.under(client, 2), 300, "connected?")
    patch.cord(client, 2, there)
    patch.note(there.x, 322, "0 after three seconds without an answer", 22)
    status = patch.obj(20, 300, "route status.reply")
    parts = patch.obj(20, 370, "unpack s s f f f f f", 100)
    patch.chain(client, status, parts)
    kinds = ("version", "model", "streams", "jobs", "clients", "load", "late blocks")
    for n, kind in enumerate(kinds):
        x = patch.under(parts, n)
        box = patch.words(x, 410, 10) if n < 2 else patch.number(x, 410, 6)
        patch.cord(parts, n, box)
        patch.note(x, 432, kind)
    patch.note(20, 470, "Whatever the server says comes out of the left outlet, without its "
               "/dawbridge, and from r dawbridge.from.", 112)  # fmt: skip


def parameters() -> Patch:
    """The parameters of the stream as a whole."""
    patch = Patch(1160, 690, "parameters")
    patch.title(
        "Parameters of the stream",
        "Each shows what the server says, and sends what you set. They belong to an open stream: "
        "without one (serve --io jack, device) setting them fails. " + OPEN_NOTE,
    )
    names = ("model", "block/preset", "residual/to", "query/tag", "bypass")
    columns(patch, 110, [named(one) for one in names], 220)
    return patch


def block() -> Patch:
    """The grid of windows by hand."""
    patch = Patch(900, 490, "block")
    patch.title(
        "Block",
        "The preset chooses hop, window and lookahead; here they are chosen by hand, in samples. "
        "hop and window 0, lookahead -1: the preset's. " + OPEN_NOTE,
    )
    columns(patch, 110, [named(f"block/{one}") for one in ("hop", "window", "lookahead")], 250)
    return patch


def stems() -> Patch:
    """Gain, mute, solo, known of one output; every other is called alike."""
    patch = Patch(1080, 560, "stems")
    stem = OUTPUTS[0]
    patch.title(
        "One stem",
        f"Every output of the model has these four: of {', '.join(OUTPUTS)}, those that it makes. "
        "dawbridge.live has all of them. " + OPEN_NOTE,
    )
    rows = [Column(of_stem(name, stem), parameter(f"stem/{STEM}/{name}"), name)
            for name in ("gain", "mute", "solo", "known")]  # fmt: skip
    columns(patch, 110, rows, 250)
    patch.note(20, 505, "Gain is in dB; -120 is silence. known: the stem comes from a track of "
               "yours, and helps to separate the others.", 140)  # fmt: skip
    return patch


def refine() -> Patch:
    """Better stems for more computing."""
    patch = Patch(760, 500, "refine")
    patch.title(
        "Refine",
        "Models whose method is gibbs (song) estimate a window again and again. More steps: "
        "better stems, more load. 0: as many as the deadline allows. " + OPEN_NOTE,
    )
    columns(patch, 110, [named(one) for one in ("refine/steps", "refine/seed")], 250)
    patch.note(450, 330, "The same seed gives the same samples.")
    return patch


def errors() -> Patch:
    """What goes wrong is said in words."""
    patch = Patch(900, 420, "errors")
    patch.title(
        "Errors",
        "Whatever fails comes back as a sentence: what was seen, what was expected, what to do. "
        "Click, and read. " + OPEN_NOTE,
    )
    wrong = ((f"{of('refine/steps')} 100000", "more than the most"),
             (f"{of_stem('gain', 'drums')} 99", "louder than the loudest"),
             (f"{command('cancel')} 777", "no such job"))  # fmt: skip
    out = patch.obj(20, 180, f"s {TO_SERVER}")
    for n, (text, about) in enumerate(wrong):
        patch.cord(patch.msg(20 + 280 * n, 140, text), 0, out)
        patch.note(20 + 280 * n, 115, about)
    heard, fail = patch.obj(20, 220, f"r {FROM_SERVER}"), patch.obj(20, 250, "route fail")
    parts = patch.obj(20, 280, "unpack s f s s", 62)
    patch.chain(heard, fail, parts)
    kinds = (("address", 18), ("job or 0", 6), ("code", 14), ("what was seen and expected", 60))
    for n, (kind, letters) in enumerate(kinds):
        x = patch.under(parts, n)
        box = patch.number(x, 320, letters) if n == 1 else patch.words(x, 320, letters)
        patch.cord(parts, n, box)
        patch.note(x, 344, kind)
    return patch
