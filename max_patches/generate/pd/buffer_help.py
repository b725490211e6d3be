"""`dawbridge.buffer-help.pd`: the stems of arrays, hearing them, options, errors."""

from __future__ import annotations

from max_patches.generate.addresses import OUTPUTS, PORT
from max_patches.generate.pd.canvas import Patch, Placed
from max_patches.generate.pd.meta import meta

ARRAYS = ("song-L", "song-R")
OBJECT = f"dawbridge.buffer {' '.join(ARRAYS)}"


def buffer_help() -> Patch:
    """Arrays and their stems; in subpatches listen, options, errors."""
    patch = Patch(860, 690)
    patch.title(
        "dawbridge.buffer",
        "Takes arrays apart: song becomes song.drums, song.bass, song.vocals and so on; two arrays "
        "are left and right. The files lie in a folder that you choose.",
    )
    patch.banner(20, 100, 820, "1 Connect: daw-bridge serve runs", 24)
    client = patch.obj(20, 135, f"dawbridge.client 127.0.0.1 {PORT}", 44)
    patch.cord(client, 2, patch.toggle(patch.under(client, 2), 170, "connected?"))
    _song(patch)
    patch.banner(20, 380, 820, "3 A folder, then its stems", 24)
    apart = patch.obj(20, 460, OBJECT, 90)
    for x, text in ((20, "folder"), (110, "bang"), (190, "cancel")):
        patch.cord(patch.msg(x, 415, text), 0, apart)
    words = patch.words(20, 500, 38)
    patch.cord(apart, 0, words)
    patch.note(20, 522, "what it does, what went wrong")
    bar = patch.slider(patch.under(apart, 1), 500, "hsl", (200, 20), 0, 1)
    patch.cord(apart, 1, bar)
    patch.note(bar.x, 522, "progress")
    _stems(patch, apart)
    patch.banner(20, 590, 820, "4 More: click to open", 24)
    for n, draw in enumerate((listen, options, errors)):
        patch.sub(20 + 130 * n, 630, draw())
    meta(patch, 740, 630, "dawbridge.buffer", "the stems of arrays")
    return patch


def _song(patch: Patch) -> None:
    patch.banner(20, 200, 820, "2 A song, in two arrays", 24)
    chosen = patch.button(20, 235)
    patch.note(45, 235, "choose a file")
    ask = patch.obj(20, 262, "openpanel")
    text = patch.msg(20, 292, f"read -resize $1 {' '.join(ARRAYS)}")
    file = patch.obj(20, 322, "soundfiler", 14)
    patch.chain(chosen, ask, text, file, patch.number(20, 350, 9))
    patch.note(110, 350, "samples")
    for n, name in enumerate(ARRAYS):
        patch.obj(400 + 200 * n, 262, f"array define {name}")
    patch.note(400, 292, "Click one to see it. Is their rate not that of Pd? Then send rate 44100 "
               "below.", 56)  # fmt: skip


def _stems(patch: Patch, apart: Placed) -> None:
    name = patch.obj(patch.under(apart, 2), 500, "symbol")
    shown = patch.words(name.x, 530, 14)
    patch.cord(apart, 2, name)
    patch.chain(name, shown)
    patch.note(name.x, 552, "each stem that was read")


def listen() -> Patch:
    """A stem is an array like any other."""
    patch = Patch(760, 360, "listen")
    patch.title("Listen", "Each stem is two arrays like any other. A stem that the model does not "
                "make stays empty. Turn DSP on.")  # fmt: skip
    for n, stem in enumerate((OUTPUTS[0], OUTPUTS[4])):
        x = 20 + 370 * n
        patch.note(x, 110, f"the {stem}")
        hit = patch.obj(x, 170, "t b b", 24)
        for m, word in enumerate(("bang", "stop")):
            patch.cord(patch.msg(x + 80 * m, 135, word), 0, hit)
        out = patch.obj(x, 270, "dac~ 1 2", 24)
        for m, name in enumerate(ARRAYS):
            play = patch.obj(patch.under(hit, m), 215, f"tabplay~ {name}.{stem}")
            patch.cord(hit, m, play)
            patch.cord(play, 0, out, m)
    patch.note(20, 310, f"All of them: {', '.join(f'{ARRAYS[0]}.{one}' for one in OUTPUTS)}", 100)
    return patch


def options() -> Patch:
    """Whatever daw-bridge separate takes."""
    patch = Patch(900, 380, "options")
    patch.title(
        "Options",
        "After options come pairs of a key and a value, those of daw-bridge separate; they hold "
        "until others come. At the start they are force 1: write over the stems of the last time.",
    )
    rows = (
        (20, "folder", "first"),
        (100, "options force 1 model band", "guitar and piano, too"),
        (310, "options force 1 steps 32", "refine more"),
        (510, "options force 1 start 0:30 end 1:00", "only this part"),
        (790, "bang", "last"),
    )
    apart = patch.obj(20, 230, "dawbridge.buffer part", 60)
    for x, text, about in rows:
        patch.cord(patch.msg(x, 150, text), 0, apart)
        patch.note(x, 125, about)
    patch.chain(apart, patch.words(20, 270, 40))
    patch.note(20, 292, "what it does")
    patch.obj(600, 230, "array define part")
    patch.note(600, 252, "one array: mono")
    patch.note(20, 330, "A dawbridge.buffer of its own: it has no folder yet.")
    return patch


def errors() -> Patch:
    """What goes wrong, and where it is said."""
    patch = Patch(760, 340, "errors")
    patch.title("Errors", "They come out of the left outlet in words: what was seen, what was "
                "expected, what to do.")  # fmt: skip
    table(patch, (
        ("choose a folder", "Send folder: a dialog opens. Or folder and a path."),
        ("expected a readable file ...", "The server may read and write in your home folder and "
         "the temporary one; serve --allow-path FOLDER lets it into others."),
        ("nothing was written", "Is there an array of that name? Pd's window says more."),
        ("nothing comes back", "Is the client connected? Its third outlet tells; without the "
         "server there is no answer."),
    ))  # fmt: skip
    return patch


def table(patch: Patch, rows: tuple[tuple[str, str], ...]) -> None:
    """What is seen, and what to do."""
    for n, (seen, done) in enumerate(rows):
        patch.note(20, 110 + 55 * n, seen, 30)
        patch.note(260, 110 + 55 * n, done, 66)
