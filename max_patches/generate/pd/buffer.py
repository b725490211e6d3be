"""`dawbridge.buffer`: the stems of one array or two, by files, in arrays of their own."""

from __future__ import annotations

from max_patches.generate.addresses import FROM_SERVER, OUTPUTS, TO_SERVER, command
from max_patches.generate.pd.canvas import Patch, Placed

ASKED = "bang: separate; folder [path]; rate HZ; options key value ...; cancel"


def buffer() -> Patch:
    """Arguments: the array's name, or the left one's and the right one's."""
    patch = Patch(940, 420)
    patch.title(
        "dawbridge.buffer",
        "Writes one array (or two: left, right) to a file, has it separated, and reads the stems "
        "into arrays: song gives song.drums, song.bass ... It needs a dawbridge.client.",
    )
    asked = patch.inlet(20, 100, ASKED)
    split = patch.obj(20, 140, "route bang folder rate options cancel", 52)
    patch.cord(asked, 0, split)
    write = patch.sub(20, 210, writing(), 26)
    for n in range(4):
        patch.cord(split, n, write, n)
    number = patch.obj(patch.under(split, 4), 170, "f $0")
    stop = patch.msg(patch.under(split, 4), 210, f"{command('cancel')} $1")
    out = patch.obj(patch.under(write, 1), 245, f"s {TO_SERVER}")
    patch.cord(split, 4, number)
    patch.chain(number, stop, out)
    patch.cord(write, 1, out)
    heard = patch.obj(560, 140, f"r {FROM_SERVER}")
    news = patch.sub(560, 210, job(), 36)
    patch.cord(heard, 0, news)
    read = patch.sub(patch.under(news, 2), 270, reading(), 12)
    patch.cord(news, 2, read)
    patch.sub(640, 100, arrays())
    patch.note(730, 100, "where they are")
    words = patch.outlet(20, 360, "what it does, and errors, in words")
    patch.cord(write, 0, words)
    patch.cord(news, 0, words)
    patch.cord(news, 1, patch.outlet(patch.under(news, 1), 360, "0 to 1"))
    patch.cord(read, 0, patch.outlet(patch.under(news, 2), 330, "each stem"))
    return patch


def writing() -> Patch:
    """The arrays to FOLDER/NAME.wav, and the request for its stems in FOLDER/NAME."""
    patch = Patch(1040, 600, "write")
    patch.title(
        "write",
        "The arrays become NAME.wav in the folder that was chosen; then its stems are asked for, "
        "in a folder NAME beside it.",
    )
    go = patch.inlet(20, 100, "separate")
    ready = patch.obj(20, 315, "f 0", 21)
    patch.cord(go, 0, ready)
    left = patch.over(ready, 1)
    folder = patch.inlet(left, 100, "a folder, or a bang that asks for it")
    asks = patch.obj(left, 130, "route bang", 30)
    dialog, chosen = patch.obj(left, 160, "openpanel 1"), patch.obj(left, 210, "symbol")
    fork = patch.obj(left, 240, "t b s s", 71)
    patch.chain(folder, asks, dialog, chosen, fork)
    patch.cord(asks, 1, chosen)
    there = patch.msg(left, 280, "1")
    patch.cord(fork, 0, there)
    patch.cord(there, 0, ready, 1)
    either = patch.obj(20, 345, "sel 0 1", 52)
    refused = patch.msg(20, 390, r"symbol choose\ a\ folder")
    patch.chain(ready, either, refused)
    song = patch.obj(patch.under(fork, 1), 280, "makefilename %s/$1.wav")
    patch.cord(fork, 1, song)
    save = patch.sub(patch.under(either, 1), 390, saving(), 26)
    patch.cord(either, 1, save)
    patch.cord(song, 0, save, 1)
    rate = patch.inlet(780, 100, "their rate, in Hz")
    patch.chain(rate, patch.obj(780, 130, "v $0-rate"))
    patch.note(860, 130, "0: Pd's")
    _asks(patch, (save, song, fork), refused)
    return patch


def _asks(patch: Patch, above: tuple[Placed, Placed, Placed], refused: Placed) -> None:
    save, song, fork = above
    ask = patch.sub(fork.x, 470, asking(), 106)
    patch.cord(save, 1, ask)
    patch.cord(song, 0, ask, 1)
    patch.cord(fork, 2, ask, 2)
    options = patch.inlet(patch.over(ask, 3), 190, "options")
    patch.cord(options, 0, ask, 3)
    words = patch.outlet(20, 550, "in words")
    patch.cord(refused, 0, words)
    patch.cord(save, 0, words)
    patch.cord(ask, 0, patch.outlet(fork.x, 550, "to the server"))


def saving() -> Patch:
    """The arrays into a file."""
    patch = Patch(640, 590, "save")
    patch.title("save", "Samples are written as 32-bit floats, so nothing is lost. Their rate is "
                "Pd's own unless one was given.")  # fmt: skip
    go = patch.inlet(20, 100, "write")
    given = patch.obj(20, 130, "v $0-rate")
    own = patch.obj(20, 160, "sel 0", 30)
    rate = patch.obj(20, 190, "samplerate~")
    fork = patch.obj(20, 230, "t f b", 24)
    patch.chain(go, given, own, rate, fork)
    patch.cord(own, 1, fork)
    kept = patch.obj(patch.under(fork, 1), 260, "symbol", 24)
    patch.cord(fork, 1, kept)
    song = patch.inlet(patch.over(kept, 1), 100, "path of the file")
    patch.cord(song, 0, kept, 1)
    both = patch.obj(20, 290, "pack f s", 24)
    patch.cord(fork, 0, both)
    patch.cord(kept, 0, both, 1)
    text = patch.msg(20, 320, "write -wave -bytes 4 -rate $1 $2")
    then = patch.obj(20, 350, "t a b", 24)
    args, asks = (patch.msg(patch.under(then, 1), 380, "args"),
                  patch.obj(patch.under(then, 1), 410, "pdcontrol"))  # fmt: skip
    patch.note(patch.under(then, 1) + 80, 410, "the names of the arrays")
    whole = patch.obj(20, 440, "list append", 24)
    patch.chain(both, text, then, whole)
    patch.cord(then, 1, args)
    patch.cord(args, 0, asks)
    patch.cord(asks, 0, whole, 1)
    bare = patch.obj(20, 465, "list trim")
    file = patch.obj(20, 490, "soundfiler", 24)
    patch.chain(whole, bare, file)
    none = patch.sub(20, 520, nothing(), 24)
    patch.cord(file, 0, none)
    patch.cord(none, 0, patch.obj(20, 545, "outlet"))
    patch.cord(none, 1, patch.obj(patch.under(none, 1), 545, "outlet"))
    return patch


def nothing() -> Patch:
    """Whether samples were written."""
    patch = Patch(460, 260, "none")
    patch.title("none", "How many samples were written: none is an error.")
    count = patch.inlet(20, 90, "how many")
    none = patch.obj(20, 120, "sel 0", 40)
    text = patch.msg(20, 160, r"symbol nothing\ was\ written")
    patch.chain(count, none, text, patch.outlet(20, 200, "in words"))
    some = patch.obj(patch.under(none, 1), 160, "t b")
    patch.cord(none, 1, some)
    patch.cord(some, 0, patch.outlet(patch.under(none, 1), 200, "written"))
    return patch


def asking() -> Patch:
    """The job with its options."""
    patch = Patch(680, 360, "ask")
    patch.title("ask", "The request for the stems: its number is one that each dawbridge.buffer "
                "has for itself.")  # fmt: skip
    go = patch.inlet(20, 100, "ask")
    number = patch.obj(20, 140, "f $0")
    whole = patch.obj(20, 180, "pack f s s", 44)
    patch.chain(go, number, whole)
    for n, about in ((1, "the file"), (2, "the folder")):
        patch.cord(patch.inlet(patch.over(whole, n), 100, about), 0, whole, n)
    text = patch.msg(20, 220, f"{command('separate')} $1 $2 $3")
    joined = patch.obj(20, 250, "list append force 1", 68)
    options = patch.inlet(patch.over(joined, 1), 100, "options")
    patch.chain(whole, text, joined)
    patch.cord(options, 0, joined, 1)
    bare = patch.obj(20, 280, "list trim")
    patch.chain(joined, bare, patch.outlet(20, 310, "to the server"))
    return patch


def job() -> Patch:
    """What the server says about this job; $0 is a number that each abstraction has for itself."""
    patch = Patch(760, 400, "job")
    patch.title("job", "Of all that the server says, what is about this job: $0 is a number that "
                "each dawbridge.buffer has for itself.")  # fmt: skip
    heard = patch.inlet(20, 100, "all that the server says")
    split = patch.obj(20, 130, "route fail done job", 80)
    patch.cord(heard, 0, split)
    words = patch.outlet(20, 350, "in words")
    fails = patch.under(split, 0)
    fail = patch.obj(fails, 160, f"route {command('separate')}")
    mine = patch.obj(fails, 190, "route $0")
    why = patch.obj(fails, 220, "unpack s s", 18)
    text = patch.obj(patch.under(why, 1), 280, "symbol")
    patch.cord(split, 0, fail)
    patch.chain(fail, mine, why)
    patch.cord(why, 1, text)
    patch.cord(text, 0, words)
    ends = patch.under(split, 1)
    done, own = patch.obj(ends, 160, "route separate"), patch.obj(ends, 190, "route $0")
    said = patch.msg(ends, 220, "symbol done")
    patch.cord(split, 1, done)
    patch.chain(done, own, said, words)
    news = patch.under(split, 2)
    kinds = patch.obj(news, 160, "route progress stem", 44)
    patch.cord(split, 2, kinds)
    far, part = patch.obj(news, 190, "route $0"), patch.under(kinds, 1)
    parts = patch.obj(news, 220, "unpack f s", 12)
    patch.cord(kinds, 0, far)
    patch.cord(far, 0, parts)
    patch.cord(parts, 0, patch.outlet(news, 350, "0 to 1"))
    stage = patch.obj(patch.under(parts, 1), 260, "symbol")
    patch.cord(parts, 1, stage)
    patch.cord(stage, 0, words)
    stem = patch.obj(part, 190, "route $0")
    patch.cord(kinds, 1, stem)
    patch.cord(stem, 0, patch.outlet(part, 350, "a stem: name, path"))
    return patch


def reading() -> Patch:
    """Each stem into the arrays of its name."""
    patch = Patch(680, 520, "read")
    patch.title("read", "Each stem is read into the arrays of its name, which take its size: the "
                "left one, and the right one where there are two. Then it is told.")  # fmt: skip
    stem = patch.inlet(20, 100, "a stem: name, path")
    both = patch.obj(20, 130, "t a a", 12)
    patch.chain(stem, both)
    x = patch.under(both, 1)
    parts = patch.obj(x, 160, "unpack s s", 46)
    fork = patch.obj(x, 190, "t s s", 23)
    patch.cord(both, 1, parts)
    patch.cord(parts, 0, fork)
    names = patch.obj(x, 260, "pack s s s", 46)
    for n in (0, 1):
        name = patch.obj(patch.under(fork, n), 225, f"makefilename ${n + 1}.%s")
        patch.cord(fork, n, name)
        patch.cord(name, 0, names, n)
    patch.cord(parts, 1, names, 2)
    text = patch.msg(x, 290, "read -resize $3 $1 $2")
    part = patch.obj(x, 320, "list split 5", 46)
    bare, file = patch.obj(x, 350, "list trim"), patch.obj(x, 380, "soundfiler")
    some, gate = patch.obj(x, 410, "> 0"), patch.obj(20, 440, "spigot", 12)
    patch.chain(names, text, part, bare, file, some)
    patch.cord(some, 0, gate, 1)
    patch.cord(both, 0, gate)
    patch.chain(gate, patch.outlet(20, 475, "a stem that has been read"))
    y = patch.over(part, 1) + 20
    begin, args = patch.obj(y, 160, "loadbang"), patch.msg(y, 190, "args")
    asks, length = patch.obj(y, 220, "pdcontrol"), patch.obj(y, 250, "list length")
    more = patch.obj(y, 280, "+ 3")
    patch.chain(begin, args, asks, length, more)
    patch.cord(more, 0, part, 1)
    patch.note(y + 40, 280, "one array or two")
    return patch


def arrays() -> Patch:
    """The arrays of the stems."""
    patch = Patch(460, 360, "arrays")
    patch.title("arrays", "Empty until a stem is read. With one array the right column is called "
                "0, and stays empty.")  # fmt: skip
    for n, name in enumerate(OUTPUTS):
        for m in (1, 2):
            patch.obj(20 + 210 * (m - 1), 110 + 30 * n, f"array define ${m}.{name}")
    return patch
