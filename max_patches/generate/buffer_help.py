"""`dawbridge.buffer.maxhelp`: the stems of a buffer, hearing them, options, errors."""

from __future__ import annotations

from max_patches.generate.addresses import LISTEN, OUTPUTS, PORT
from max_patches.generate.canvas import Patch, Placed

NAME = "song"
OBJECT = f"dawbridge.buffer {NAME}"


def buffer_help() -> Patch:
    """Tabs: buffer~, listen, options, errors."""
    patch = Patch(66, 40)
    patch.set("showrootpatcherontab", 0)
    tabs = {"buffer~": stems, "listen": listen, "options": options, "errors": errors}
    for n, (name, draw) in enumerate(tabs.items()):
        patch.tab(n, name, draw(patch))
    return patch


def stems(parent: Patch) -> Patch:
    """From a song in a buffer to its stems in buffers."""
    patch = Patch(66, 40, parent)
    patch.title(
        "dawbridge.buffer",
        "Takes a buffer~ apart: song becomes song.drums, song.bass, song.vocals and so on. The "
        "files lie in a folder that you choose.",
        60,
    )
    patch.note(2, 7, "1  Connect: daw-bridge serve runs here, or dawbridge.server starts it.")
    client = patch.obj(2, 9, f"dawbridge.client 127.0.0.1 {PORT} {LISTEN}", 22)
    patch.cord(client, 2, patch.ui(24, 12, "toggle"))
    patch.note(26, 12, "connected?")
    patch.note(2, 14, "2  A song")
    patch.chain(patch.msg(2, 16, "replace"), patch.obj(2, 19, f"buffer~ {NAME}"))
    patch.note(8, 16, "opens a file")
    patch.note(2, 22, "3  A folder, then its stems")
    apart = patch.obj(2, 28, OBJECT, 40)
    for x, text in ((2, "folder"), (8, "bang"), (14, "cancel")):
        patch.cord(patch.msg(x, 24, text), 0, apart)
    _results(patch, apart)
    return patch


def _results(patch: Patch, apart: Placed) -> None:
    shown = patch.obj(2, 32, "prepend set")
    patch.cord(apart, 0, shown)
    patch.cord(shown, 0, patch.msg(2, 35, "what it does", 17))
    patch.note(2, 37, "what it does, what went wrong")
    bar = patch.ui(22, 35, "multislider", area=(210.0, 22.0), setminmax=[0.0, 1.0], orientation=0)
    patch.cord(apart, 1, bar)
    patch.note(22, 37, "progress")
    stem = patch.obj(42, 32, "prepend set")
    patch.cord(apart, 2, stem)
    patch.cord(stem, 0, patch.msg(42, 35, "the last stem", 10))
    patch.note(42, 37, "each stem that has been read")


def listen(parent: Patch) -> Patch:
    """A stem is a buffer like any other."""
    patch = Patch(66, 28, parent)
    patch.title("Listen", "Each stem is a buffer~ like any other. A stem that the model does not "
                "make stays empty.", 60)  # fmt: skip
    for n, stem in enumerate((OUTPUTS[0], OUTPUTS[4])):
        x = 2 + n * 32
        patch.note(x, 7, f"the {stem}")
        play = patch.obj(x, 13, f"play~ {NAME}.{stem} 2", 12)
        for m, word in enumerate(("start", "stop")):
            patch.cord(patch.msg(x + 6 * m, 9, word), 0, play)
        out = patch.ui(x, 18, "ezdac~", area=(45.0, 45.0))
        patch.cord(play, 0, out)
        patch.cord(play, 1, out, 1)
    patch.note(2, 24, f"All of them: {', '.join(f'{NAME}.{one}' for one in OUTPUTS)}", 60)
    return patch


def options(parent: Patch) -> Patch:
    """Whatever daw-bridge separate takes."""
    patch = Patch(66, 32, parent)
    patch.title(
        "Options",
        "After options come pairs of a key and a value, those of daw-bridge separate; they hold "
        "until others come. At the start they are force 1: write over the stems of the last time.",
        60,
    )
    rows = (
        (2, "folder", "first"),
        (8, "options force 1 model band", "guitar and piano, too"),
        (24, "options force 1 steps 32", "refine more"),
        (38, "options force 1 start 0:30 end 1:00", "only this part"),
        (56, "bang", "last"),
    )
    apart = patch.obj(2, 19, OBJECT)
    for x, text, about in rows:
        patch.cord(patch.msg(x, 12, text), 0, apart)
        patch.note(x, 9, about)
    shown = patch.obj(2, 22, "prepend set")
    patch.chain(apart, shown, patch.msg(2, 25, "what it does", 17))
    patch.note(2, 28, "A dawbridge.buffer of its own: it has no folder yet.", 60)
    return patch


def errors(parent: Patch) -> Patch:
    """What goes wrong, and where it is said."""
    patch = Patch(66, 28, parent)
    patch.title("Errors", "They come out of the left outlet in words: what was seen, what was "
                "expected, what to do.", 60)  # fmt: skip
    rows = (
        ("choose a folder first", "Send folder: a dialog opens. Or folder and a path."),
        ("expected a readable file ...", "The server may read and write in your home folder and "
         "the temporary one; serve --allow-path FOLDER lets it into others."),
        ("the buffer is empty", "An empty buffer~ is written as an empty file, which has no stems: "
         "read a song first."),
        ("nothing comes back", "Is the client connected? Its third outlet tells; without the "
         "server there is no answer."),
    )  # fmt: skip
    for n, (seen, done) in enumerate(rows):
        patch.note(2, 8 + 5 * n, seen, 18, fontface=1)
        patch.note(22, 8 + 5 * n, done, 38)
    return patch
