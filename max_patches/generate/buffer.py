"""`dawbridge.buffer`: the stems of a `buffer~`, by files, into buffers of their own."""

from __future__ import annotations

from max_patches.generate.addresses import FROM_SERVER, OUTPUTS, TO_SERVER, command
from max_patches.generate.canvas import Patch, Placed
from max_patches.generate.objects import Ports

CONFORM = "conformpath slash boot"
"""What every path goes through."""


def buffer() -> Patch:
    """Argument: the buffer's name. Its stems come in NAME.drums, NAME.bass and so on."""
    patch = Patch(76, 36)
    patch.title(
        "dawbridge.buffer",
        "Writes the buffer~ of its name to a file, has it separated, and reads the stems into "
        "buffers: song gives song.drums, song.bass ... It needs a dawbridge.client.",
        60,
    )
    asked = patch.inlet(2, 8, 1, "bang: separate; folder [path]; options key value ...; cancel")
    split = patch.obj(2, 11, "route bang folder options cancel", 36)
    write = patch.sub(2, 15, "write", writing(patch), Ports(3, ("", "")), 18)
    out = patch.obj(20, 19, f"send {TO_SERVER}")
    patch.cord(asked, 0, split)
    for n in range(3):
        patch.cord(split, n, write, n)
    number = patch.obj(29, 13, "int #0")
    stop = patch.obj(29, 16, f"prepend {command('cancel')}")
    patch.cord(split, 3, number)
    patch.chain(number, stop, out)
    patch.cord(write, 1, out)
    heard = patch.obj(48, 8, f"receive {FROM_SERVER}")
    news = patch.sub(48, 15, "job", job(patch), Ports(1, ("", "", "")), 16)
    patch.cord(heard, 0, news)
    words = patch.outlet(2, 31, 1, "what it does, and errors, in words")
    patch.cord(write, 0, words)
    patch.cord(news, 0, words)
    patch.cord(news, 1, patch.outlet(56, 31, 2, "progress, 0 to 1"))
    read = patch.sub(64, 23, "buffers", reading(patch), Ports(1, ("",)))
    patch.cord(news, 2, read)
    patch.cord(read, 0, patch.outlet(64, 31, 3, "each stem that has been read"))
    for x, text in ((4, "in words"), (58, "progress"), (66, "stems")):
        patch.note(x, 31, text)
    return patch


def writing(parent: Patch) -> Patch:
    """The buffer to FOLDER/NAME.wav, and the request for its stems in FOLDER/NAME."""
    patch = Patch(66, 60, parent)
    patch.title(
        "write",
        "The buffer becomes NAME.wav in the folder that was chosen; once it is written, its "
        "stems are asked for, in a folder NAME beside it. Samples are written as 32-bit floats, "
        "so nothing is lost.",
    )
    go = patch.inlet(2, 8, 1, "bang: separate")
    known = patch.obj(2, 26, "int 0", 6)
    folder = patch.inlet(8, 8, 2, "a folder, or a bang that asks for it")
    asks = patch.obj(8, 11, "route bang", 12)
    dialog, conform = patch.obj(8, 13, "opendialog fold"), patch.obj(8, 19, CONFORM)
    fork = patch.obj(8, 22, "t 1 s s", 24)
    patch.chain(folder, asks, dialog, conform, fork)
    patch.cord(asks, 1, conform)
    patch.cord(fork, 0, known, 1)
    patch.cord(go, 0, known)
    song = patch.obj(20, 25, "sprintf symout %s/%s.wav", 10)
    name = patch.obj(43, 22, "loadmess #1")
    patch.cord(fork, 1, song)
    patch.cord(name, 0, song, 1)
    either = patch.obj(2, 29, "select 0 1")
    refused = patch.msg(2, 37, "choose a folder first")
    patch.chain(known, either, refused, patch.outlet(2, 56, 1, "what is missing, in words"))
    kept = patch.obj(14, 34, "zl.reg", 6)
    patch.cord(either, 1, kept)
    patch.cord(song, 0, kept, 1)
    path, store = (
        patch.obj(14, 37, "prepend writewave"),
        patch.obj(14, 41, "buffer~ #1 @format float32", 12),
    )
    patch.chain(kept, path, store)
    number, whole = patch.obj(26, 44, "int #0"), patch.obj(26, 47, "pack i s s", 16)
    patch.cord(store, 1, number)
    patch.chain(number, whole)
    patch.cord(song, 0, whole, 1)
    patch.cord(fork, 2, whole, 2)
    _request(patch, whole)
    patch.note(10, 44, "a bang: it is written")
    return patch


def _request(patch: Patch, whole: Placed) -> None:
    """The job with its options."""
    options = patch.inlet(52, 8, 3, "options: key value ...")
    usual = patch.obj(56, 46, "loadmess force 1")
    joined = patch.obj(26, 50, "zl.join", 26)
    patch.cord(whole, 0, joined)
    patch.cord(options, 0, joined, 1)
    patch.cord(usual, 0, joined, 1)
    asks = patch.obj(26, 53, f"prepend {command('separate')}")
    patch.chain(joined, asks, patch.outlet(26, 56, 2, "to the server"))
    patch.note(29, 56, "to the server")
    patch.note(5, 56, "in words")


def job(parent: Patch, number: str = "#0") -> Patch:
    """What the server says about this job; #0 is a number that each abstraction has for itself."""
    patch = Patch(78, 32, parent)
    patch.title("job", f"Of all that the server says, what is about this job, number {number}.")
    kinds = ("fail", "done", "job/progress", "job/stem")
    heard = patch.inlet(2, 6, 1, "everything the server says")
    split = patch.obj(2, 9, "route " + " ".join(map(command, kinds)), 64)
    patch.cord(heard, 0, split)
    mine = [patch.obj(2 + 16 * n, 15, f"route {number}") for n in range(4)]
    for n, kind in ((0, command("separate")), (1, "separate")):
        of_job = patch.obj(2 + 16 * n, 12, f"route {kind}")
        patch.cord(split, n, of_job)
        patch.cord(of_job, 0, mine[n])
    for n in (2, 3):
        patch.cord(split, n, mine[n])
    words = patch.outlet(2, 26, 1, "in words")
    why = patch.obj(2, 18, "unpack s s")
    patch.cord(mine[0], 0, why)
    patch.cord(why, 1, words)
    done = patch.msg(18, 18, "done")
    patch.chain(mine[1], done, words)
    far = patch.obj(34, 18, "unpack f s f", 8)
    patch.cord(mine[2], 0, far)
    patch.cord(far, 0, patch.outlet(34, 26, 2, "progress, 0 to 1"))
    patch.cord(far, 1, words)
    patch.cord(mine[3], 0, patch.outlet(50, 26, 3, "a stem: name, path, which, of how many"))
    for x, text in ((5, "in words"), (37, "progress"), (53, "stems")):
        patch.note(x, 26, text)
    return patch


def reading(parent: Patch) -> Patch:
    """Each stem into the buffer of its name."""
    step = 11
    patch = Patch(step * len(OUTPUTS) + 12, 38, parent)
    patch.title("buffers", "Each stem is read into the buffer of its name, which takes its size.")
    stem = patch.inlet(2, 6, 1, "a stem: name, path")
    parts = patch.obj(2, 9, "unpack s s", 10)
    path, both = patch.obj(12, 12, CONFORM), patch.obj(2, 15, "pack s s", 10)
    split = patch.obj(2, 19, "route " + " ".join(OUTPUTS), step * len(OUTPUTS))
    patch.cord(stem, 0, parts)
    patch.cord(parts, 1, path)
    patch.cord(path, 0, both, 1)
    patch.chain(parts, both, split)
    read = patch.outlet(2, 33, 1, "the stem that has been read")
    for n, name in enumerate(OUTPUTS):
        x = 2 + n * step
        file, store = patch.obj(x, 22, "prepend replace"), patch.obj(x, 25, f"buffer~ #1.{name}", 8)
        told = patch.msg(x, 28, name)
        patch.cord(split, n, file)
        patch.chain(file, store)
        patch.cord(store, 1, told)
        patch.cord(told, 0, read)
    patch.note(5, 33, "which stem has been read")
    return patch
