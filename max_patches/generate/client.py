"""`dawbridge.client`: the connection to a running server, and its heartbeat."""

from __future__ import annotations

from max_patches.generate.addresses import FROM_SERVER, LISTEN, PORT, TO_SERVER, command
from max_patches.generate.canvas import Patch, Placed
from max_patches.generate.objects import Ports

BEAT_MS = 1000
SETTLED_MS = 100
"""Host and ports are set before the first beat goes out."""
BEATS_LOST = 3
"""So many beats without an answer, and the connection is lost."""


def client() -> Patch:
    """Arguments: host, the server's port, the port to listen at."""
    patch = Patch(76, 40)
    patch.title(
        "dawbridge.client",
        f"One in a patch connects everything else in Max with daw-bridge. Arguments: host, the "
        f"server's port, the port to listen at (127.0.0.1 {PORT} {LISTEN}).",
    )
    sender = patch.obj(2, 36, f"udpsend 127.0.0.1 {PORT}")
    patch.note(2, 38, "to the server")
    commands = patch.inlet(2, 8, 1, "OSC messages for the server")
    shared = patch.obj(6, 13, f"receive {TO_SERVER}")
    patch.note(5, 11, "from the others")
    arguments = patch.obj(18, 8, f"patcherargs 127.0.0.1 {PORT} {LISTEN}")
    parts = patch.obj(18, 11, "unpack s i i", 24)
    first = patch.sub(2, 24, "secret", secret(patch), Ports(1, ("",)), 7)
    patch.cord(first, 0, sender)
    host, port = patch.obj(18, 15, "prepend host"), patch.obj(30, 15, "prepend port")
    patch.chain(arguments, parts, host, sender)
    patch.cord(parts, 1, port)
    for one, to in ((commands, first), (shared, first), (port, sender)):
        patch.cord(one, 0, to)
    _hears(patch, parts)
    return patch


def _hears(patch: Patch, parts: Placed) -> None:
    """What comes from the server: to the outlets, to all who receive, to the heartbeat."""
    both = patch.obj(42, 14, "t i i", 16)
    patch.cord(parts, 2, both)
    port = patch.obj(42, 17, "prepend port")
    ear = patch.obj(42, 20, f"udpreceive {LISTEN} @defer 1")
    heard = patch.obj(42, 23, "t l l b", 16)
    patch.chain(both, port, ear, heard)
    share = patch.obj(34, 27, f"send {FROM_SERVER}")
    patch.note(33, 29, "to the others")
    everything = patch.outlet(42, 36, 1, "everything the server says")
    patch.cord(heard, 0, share)
    patch.cord(heard, 0, everything)
    failed = patch.obj(50, 26, f"route {command('fail')}")
    patch.cord(heard, 1, failed)
    parts_of_it = patch.obj(50, 29, "unpack s i s s", 6)
    words = patch.obj(50, 32, "sprintf symout %s: %s", 9)
    errors = patch.outlet(50, 36, 2, "errors in words")
    patch.chain(failed, parts_of_it, words, errors)
    patch.cord(parts_of_it, 3, words, 1)
    beat = patch.sub(62, 28, "heartbeat", heartbeat(patch), Ports(2, ("",)), 6)
    patch.cord(heard, 2, beat)
    patch.cord(both, 1, beat, 1)
    connected = patch.outlet(62, 36, 3, "1: connected, 0: not")
    patch.cord(beat, 0, connected)
    patch.note(44, 36, "all it says")
    patch.note(52, 36, "errors in words")
    patch.note(64, 36, "connected?")


def secret(parent: Patch) -> Patch:
    """Keeps the last secret that was sent, and sends it again before each `notify`."""
    patch = Patch(54, 36, parent)
    patch.title(
        "secret",
        "A server with a secret forgets over a restart who has given it. The last one that was "
        "sent goes out again whenever the client registers.",
        48,
    )
    message = patch.inlet(2, 8, 1, "OSC messages for the server")
    fork = patch.obj(2, 11, "t l l l", 32)
    out = patch.outlet(2, 30, 1, "the same, the secret before notify")
    patch.chain(message, fork, out)
    registers = patch.obj(16, 14, f"route {command('notify')}")
    patch.cord(fork, 1, registers)
    again = patch.obj(16, 17, "t b")
    kept = patch.obj(16, 21, "zl.reg", 6)
    patch.chain(registers, again, kept)
    given = patch.obj(32, 14, f"route {command('auth')}")
    patch.cord(fork, 2, given)
    whole = patch.obj(32, 17, f"prepend {command('auth')}")
    patch.cord(given, 0, whole)
    patch.cord(whole, 0, kept, 1)
    there = patch.obj(16, 24, f"route {command('auth')}")
    sent = patch.obj(16, 27, f"prepend {command('auth')}")
    patch.chain(kept, there, sent, out)
    patch.note(24, 22, "nothing before one was sent")
    patch.note(4, 31, "to the server")
    return patch


def heartbeat(parent: Patch) -> Patch:
    """Asks once a second; hears nothing for three: says so, and registers again."""
    patch = Patch(54, 41, parent)
    patch.title(
        "heartbeat",
        "Once a second it asks for a sign of life. Three without an answer: it says 0 and "
        "registers anew, since the server remembers nobody over a restart.",
    )
    anything = patch.inlet(2, 8, 1, "bang: something was heard")
    both = patch.obj(2, 11, "t b b", 6)
    forget = patch.msg(8, 14, "set 1")
    there = patch.msg(2, 26, "1")
    patch.chain(anything, both, there)
    patch.cord(both, 1, forget)
    port = patch.inlet(16, 8, 2, "the port to listen at")
    start = patch.obj(16, 11, "t b i", 24)
    clock = patch.obj(16, 15, f"metro {BEAT_MS}")
    count = patch.obj(16, 17, "counter 0 16777215")
    ready = patch.obj(16, 13, f"delay {SETTLED_MS}")
    patch.chain(port, start, ready, clock, count)
    patch.cord(forget, 0, count)
    fork = patch.obj(16, 20, "t i i", 10)
    nth = patch.obj(16, 23, f"% {BEATS_LOST}")
    lost = patch.obj(16, 25, "select 0")
    patch.chain(count, fork, nth, lost)
    again = patch.obj(16, 28, "t b b", 6)
    patch.cord(lost, 0, again)
    gone = patch.msg(10, 31, "0")
    news = patch.obj(2, 33, "change -1")
    patch.cord(again, 0, gone)
    patch.chain(there, news, patch.outlet(2, 36, 1, "1: connected, 0: not"))
    patch.cord(gone, 0, news)
    kept = patch.obj(34, 31, "int", 6)
    patch.cord(again, 1, kept)
    patch.cord(start, 1, kept, 1)
    notify = patch.msg(34, 34, f"{command('notify')} 1 $1")
    out = patch.obj(26, 37, f"send {TO_SERVER}")
    asks = patch.obj(26, 23, f"prepend {command('sync')}")
    patch.cord(fork, 1, asks)
    patch.chain(kept, notify, out)
    patch.cord(asks, 0, out)
    patch.note(24, 13, "when host and ports are set")
    patch.note(24, 15, "once a second")
    patch.note(28, 25, "beats 0, 3, 6 without an answer")
    patch.note(6, 36, "connected?")
    return patch
