"""`dawbridge.client.maxhelp`: connecting, every parameter, refining, errors."""

from __future__ import annotations

from daw_bridge.settings.parameters import STEM, parameter
from max_patches.generate.addresses import (
    FROM_SERVER,
    LISTEN,
    OUTPUTS,
    PORT,
    TO_SERVER,
    command,
    of,
    of_stem,
)
from max_patches.generate.canvas import Patch, Placed
from max_patches.generate.controls import Column, columns

TABS_NOTE = "The client of the first tab connects this one, too."


def client_help() -> Patch:
    """Tabs: basic, parameters, block, stems, query, refine, errors."""
    patch = Patch(66, 40)
    patch.set("showrootpatcherontab", 0)
    tabs = {"basic": basic, "parameters": parameters, "block": block, "stems": stems,
            "query": query, "refine": refine, "errors": errors}  # fmt: skip
    for n, (name, draw) in enumerate(tabs.items()):
        patch.tab(n, name, draw(patch))
    return patch


def basic(parent: Patch) -> Patch:
    """Start the server, see that it is there, ask it something."""
    patch = Patch(66, 40, parent)
    patch.title(
        "dawbridge.client",
        "Connects Max with daw-bridge serve: it registers, hears when the server is lost, and "
        "registers again when it is back.",
        60,
    )
    _server(patch)
    client = patch.obj(2, 24, f"dawbridge.client 127.0.0.1 {PORT} {LISTEN}", 40)
    patch.note(2, 18, "2  Ask: how is the server, and what is set?")
    for x, name in zip((2, 12), ("status", "get"), strict=True):
        patch.cord(patch.msg(x, 20, command(name)), 0, client)
    _answers(patch, client)
    return patch


def _server(patch: Patch) -> None:
    patch.note(2, 7, "1  Start the server, or start daw-bridge serve in a terminal.")
    run = patch.obj(2, 12, "dawbridge.server", 22)
    for x, text in ((2, "start"), (6, "start --io jack"), (14, "stop")):
        patch.cord(patch.msg(x, 9, text), 0, run)
    patch.cord(run, 0, patch.ui(2, 15, "toggle"))
    patch.note(4, 15, "runs?")
    shown = patch.obj(24, 14, "prepend set")
    patch.cord(run, 1, shown)
    patch.cord(shown, 0, patch.msg(24, 16, "its log", 38))


def _answers(patch: Patch, client: Placed) -> None:
    status = patch.obj(2, 28, f"route {command('status.reply')}")
    shown = patch.obj(2, 31, "prepend set")
    patch.chain(client, status, shown, patch.msg(2, 34, "status", 16))
    patch.note(2, 36, "version, model, streams, jobs, clients, load, late blocks", 17)
    words = patch.obj(22, 31, "prepend set")
    patch.cord(client, 1, words)
    patch.cord(words, 0, patch.msg(22, 34, "errors in words", 16))
    patch.note(22, 36, "what went wrong, and what to do")
    patch.cord(client, 2, patch.ui(42, 34, "toggle"))
    patch.note(44, 34, "connected?")
    patch.note(42, 36, "0 after three seconds without an answer")


def parameters(parent: Patch) -> Patch:
    """The parameters of the stream as a whole."""
    patch = Patch(66, 36, parent)
    patch.title(
        "Parameters of the stream",
        "Each shows what the server says, and sends what you set. They belong to an open stream: "
        "without one (serve --io jack, device or reastream) setting them fails. " + TABS_NOTE,
        60,
    )
    names = ("model", "block/preset", "residual/to", "bypass")
    columns(patch, 9, [named(name) for name in names], 14)
    return patch


def block(parent: Patch) -> Patch:
    """The grid of windows by hand."""
    patch = Patch(66, 36, parent)
    patch.title(
        "Block",
        "The preset chooses hop, window and lookahead; here they are chosen by hand. They count "
        "samples, so they are whole numbers. hop and window 0, lookahead -1: the preset's. "
        + TABS_NOTE,
        60,
    )
    columns(patch, 9, [named(f"block/{name}") for name in ("hop", "window", "lookahead")], 16)
    return patch


def stems(parent: Patch) -> Patch:
    """Gain, mute, solo, known of one output; every other is called alike."""
    patch = Patch(66, 36, parent)
    stem = OUTPUTS[0]
    patch.title(
        "One stem",
        f"Every output of the model has these four: of {', '.join(OUTPUTS)}, those that it makes. "
        "dawbridge.live has all of them. " + TABS_NOTE,
        60,
    )
    rows = [Column(of_stem(name, stem), parameter(f"stem/{STEM}/{name}"), f"{name} of the {stem}")
            for name in ("gain", "mute", "solo", "known")]  # fmt: skip
    columns(patch, 9, rows, 15)
    patch.note(2, 31, "Gain is in dB; -120 is silence. known: the stem comes from a track of "
               "yours, and helps to separate the others.", 60)  # fmt: skip
    return patch


def query(parent: Patch) -> Patch:
    """The instrument that a model is asked for."""
    patch = Patch(66, 36, parent)
    patch.title(
        "Query",
        "Models that listen to tags give the stem of the instrument that you name, on the output "
        "query; a change is crossfaded. The menu has some; daw-bridge models info lists all, and "
        "strings+flute asks for two at once. " + TABS_NOTE,
        60,
    )
    columns(patch, 9, [named("query/tag")], 30)
    return patch


def refine(parent: Patch) -> Patch:
    """Better stems for more computing."""
    patch = Patch(66, 36, parent)
    patch.title(
        "Refine",
        "Models whose method is gibbs (song) estimate a window again and again. More steps: "
        "better stems, more load. 0 steps: as many as the deadline allows. " + TABS_NOTE,
        60,
    )
    columns(patch, 9, [named(name) for name in ("refine/steps", "refine/seed")], 16)
    patch.note(38, 20, "The same seed gives the same samples.", 24)
    return patch


def named(name: str) -> Column:
    """The column of a parameter of the stream."""
    return Column(of(name), parameter(name), name)


def errors(parent: Patch) -> Patch:
    """What goes wrong is said in words."""
    patch = Patch(66, 36, parent)
    patch.title(
        "Errors",
        "Whatever fails comes back as a sentence: what was seen, what was expected, what to do. "
        "Click, and read. " + TABS_NOTE,
        60,
    )
    wrong = (f"{of('refine/steps')} 100000", f"{of_stem('gain', 'drums')} 99.",
             f"{command('cancel')} 777")  # fmt: skip
    out = patch.obj(2, 15, f"send {TO_SERVER}")
    for x, text in zip((2, 20, 38), wrong, strict=True):
        patch.cord(patch.msg(x, 10, text), 0, out)
    patch.note(2, 8, "more than the most")
    patch.note(20, 8, "louder than the loudest")
    patch.note(38, 8, "no such job")
    heard = patch.obj(2, 19, f"receive {FROM_SERVER}")
    fail = patch.obj(2, 22, f"route {command('fail')}")
    parts = patch.obj(2, 25, "unpack s i s s", 36)
    patch.chain(heard, fail, parts)
    kinds = ("address", "job or 0", "code", "what was seen and what was expected")
    for n, kind in enumerate(kinds):
        shown = patch.obj(2 + 12 * n, 28, "prepend set")
        patch.cord(parts, n, shown)
        patch.cord(shown, 0, patch.msg(2 + 12 * n, 31, kind, 24 if n == 3 else 10))
    return patch
