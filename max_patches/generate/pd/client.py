"""`dawbridge.client`: the connection to a running server, and its heartbeat."""

from __future__ import annotations

from daw_bridge.settings.parameters import PREFIX
from max_patches.generate.addresses import FROM_SERVER, PORT, TO_SERVER, command
from max_patches.generate.client import BEAT_MS, BEATS_LOST
from max_patches.generate.pd.canvas import Patch, Placed

OWNER = "dawbridge.owner"
"""The value that all clients in one Pd share: which of them sends what the others want sent."""
OWN = "$0-send"
"""From the heartbeat to the socket."""
AGAIN = "$0-again"


def client() -> Patch:
    """Arguments: host and the server's port, or none."""
    patch = Patch(900, 480)
    patch.title(
        "dawbridge.client",
        "One in a patch connects everything else in Pd with daw-bridge. Arguments: host and port "
        f"of the server (without them 127.0.0.1 {PORT}).",
    )
    commands = patch.inlet(20, 110, "OSC messages for the server")
    shared = patch.obj(130, 140, f"r {TO_SERVER}")
    one = patch.sub(130, 180, mine())
    own = patch.obj(280, 180, f"r {OWN}")
    patch.note(280, 160, "from the heartbeat")
    first = patch.sub(20, 230, secret(), 12)
    patch.chain(shared, one, first)
    patch.cord(commands, 0, first)
    patch.cord(own, 0, first)
    made = patch.sub(20, 270, formatting())
    patch.cord(first, 0, made)
    socket = patch.obj(20, 320, "netsend -u -b", 16)
    patch.cord(made, 0, socket)
    _connects(patch, socket)
    _hears(patch, socket)
    return patch


def _connects(patch: Patch, socket: Placed) -> None:
    """At the start, and again where the socket has closed."""
    begin, again = patch.obj(480, 110, "loadbang"), patch.obj(560, 110, f"r {AGAIN}")
    args = patch.msg(480, 150, "args")
    asks = patch.obj(480, 180, "pdcontrol")
    whole = patch.obj(480, 210, f"list append 127.0.0.1 {PORT}")
    two = patch.obj(480, 240, "list split 2")
    to = patch.obj(480, 270, "list prepend connect")
    bare = patch.obj(480, 300, "list trim")
    patch.chain(begin, args, asks, whole, two, to, bare, socket)
    patch.cord(again, 0, args)
    patch.note(650, 110, "where the socket has closed")
    patch.note(690, 210, "these, where it has none")


def _hears(patch: Patch, socket: Placed) -> None:
    """What comes from the server: to the outlets, and to the heartbeat."""
    state = patch.obj(20, 360, "sel 0 1", 9)
    retry = patch.obj(20, 390, f"delay {BEAT_MS}")
    patch.chain(socket, state, retry, patch.obj(20, 420, f"s {AGAIN}"))
    heard = patch.sub(patch.under(socket, 1), 360, parsing(), 60)
    patch.cord(socket, 1, heard)
    beat = patch.sub(patch.under(heard, 2), 400, heartbeat(), 16)
    patch.cord(heard, 0, patch.outlet(patch.under(heard), 430, "all the server says"))
    patch.cord(heard, 1, patch.outlet(patch.under(heard, 1), 430, "errors in words"))
    patch.cord(heard, 2, beat)
    patch.cord(heard, 3, beat, 2)
    patch.cord(state, 1, beat, 1)
    patch.cord(beat, 0, patch.outlet(beat.x, 430, "1: connected, 0: not"))


def mine() -> Patch:
    """Where there are several clients, one sends."""
    patch = Patch(620, 420, "one_of_us")
    patch.title(
        "one of us",
        "A help patch opens a client beside yours: what the others want sent, one of them sends. "
        "The first that sees a message while nobody has the value takes it; each beat frees it.",
    )
    message = patch.inlet(20, 110, "a message")
    fork = patch.obj(20, 150, "t a b b", 40)
    patch.chain(message, fork)
    free = patch.obj(patch.under(fork, 2), 190, f"v {OWNER}")
    who = patch.obj(patch.under(fork, 2), 220, "sel 0")
    take = patch.obj(patch.under(fork, 2), 250, "f $0")
    kept = patch.obj(patch.under(fork, 2), 280, f"v {OWNER}")
    patch.cord(fork, 2, free)
    patch.chain(free, who, take, kept)
    has = patch.obj(patch.under(fork, 1), 290, f"v {OWNER}")
    same = patch.obj(patch.under(fork, 1), 320, "== $0")
    patch.cord(fork, 1, has)
    patch.cord(has, 0, same)
    gate = patch.obj(20, 350, "spigot", 20)
    patch.cord(fork, 0, gate)
    patch.cord(same, 0, gate, 1)
    patch.chain(gate, patch.outlet(20, 380, "it, where this client sends"))
    return patch


def secret() -> Patch:
    """Keeps the last secret that was sent, and sends it again before each `notify`."""
    patch = Patch(780, 420, "secret")
    patch.title(
        "secret",
        "A server with a secret forgets over a restart who has given it. The last one that was "
        "sent goes out again whenever the client registers.",
    )
    message = patch.inlet(20, 110, "a message")
    fork = patch.obj(20, 150, "t a a a", 60)
    out = patch.outlet(20, 380, "it, the secret before notify")
    patch.chain(message, fork, out)
    registers = patch.obj(patch.under(fork, 1), 190, f"route {command('notify')}")
    again = patch.obj(patch.under(fork, 1), 220, "t b")
    given = patch.obj(patch.under(fork, 2), 190, f"route {command('auth')}")
    whole = patch.obj(patch.under(fork, 2), 220, f"list prepend set {command('auth')}")
    sets = patch.obj(patch.under(fork, 2), 250, "list trim")
    kept = patch.msg(patch.under(fork, 1), 300, "")
    patch.cord(fork, 1, registers)
    patch.chain(registers, again, kept, out)
    patch.cord(fork, 2, given)
    patch.chain(given, whole, sets, kept)
    return patch


def formatting() -> Patch:
    """An address and its arguments, as bytes of OSC for the socket."""
    patch = Patch(560, 420, "format")
    patch.title("format", "/dawbridge/stem/drums/gain -6: the address is set first, then the "
                "arguments make the message.")  # fmt: skip
    message = patch.inlet(20, 100, "an address and its arguments")
    whole = patch.obj(20, 140, "list")
    fork = patch.obj(20, 170, "t l l", 24)
    patch.chain(message, whole, fork)
    address = patch.obj(patch.under(fork, 1), 210, "list split 1")
    sets = patch.obj(patch.under(fork, 1), 240, "list prepend set")
    bare = patch.obj(patch.under(fork, 1), 270, "list trim")
    patch.cord(fork, 1, address)
    patch.chain(address, sets, bare)
    rest = patch.obj(20, 210, "list split 1")
    patch.cord(fork, 0, rest)
    osc = patch.obj(patch.under(rest, 1), 310, "oscformat")
    patch.cord(rest, 1, osc)
    patch.cord(bare, 0, osc)
    send = patch.obj(patch.under(rest, 1), 340, "list prepend send")
    out = patch.obj(patch.under(rest, 1), 370, "list trim")
    patch.chain(osc, send, out, patch.obj(patch.under(rest, 1), 395, "outlet"))
    return patch


def parsing() -> Patch:
    """What the socket hears, as messages; errors apart."""
    patch = Patch(900, 460, "parse")
    patch.title("parse", "/dawbridge/meter/drums -20.1 -32.5 becomes meter drums -20.1 -32.5.")
    data = patch.inlet(20, 90, "bytes of OSC")
    read = patch.obj(20, 120, "oscparse")
    bare = patch.obj(20, 150, "list trim")
    ours = patch.obj(20, 180, f"route {PREFIX.strip('/')}")
    fork = patch.obj(20, 220, "t a a a a", 92)
    patch.chain(data, read, bare, ours, fork)
    patch.cord(fork, 0, patch.outlet(20, 420, "all of it"))
    patch.cord(fork, 2, patch.obj(patch.under(fork, 2), 260, f"s {FROM_SERVER}"))
    fail = patch.obj(patch.under(fork, 1), 260, "route fail", 22)
    patch.cord(fork, 1, fail)
    parts = patch.obj(patch.under(fork, 1), 290, "unpack s f s s")
    both = patch.obj(patch.under(fork, 1), 330, "pack s s", 14)
    text = patch.msg(patch.under(fork, 1), 360, r"symbol $1:\ $2")
    patch.chain(fail, parts, both, text)
    patch.cord(parts, 3, both, 1)
    patch.cord(text, 0, patch.outlet(patch.under(fork, 1), 420, "errors in words"))
    patch.cord(fail, 1, patch.outlet(patch.under(fail, 1), 420, "a sign of life: no error"))
    synced = patch.obj(patch.under(fork, 3), 260, "route synced")
    known = patch.obj(patch.under(fork, 3), 290, "unpack f f")
    patch.cord(fork, 3, synced)
    patch.chain(synced, known)
    patch.cord(known, 1, patch.outlet(patch.under(known, 1), 420, "1: registered, 0: not"))
    return patch


def heartbeat() -> Patch:
    """Asks once a second; hears nothing for three: says so, and registers again."""
    patch = Patch(800, 620, "heartbeat")
    patch.title(
        "heartbeat",
        f"Once a second it asks for a sign of life. {BEATS_LOST} without an answer: it says 0 and "
        "registers anew, since the server remembers nobody over a restart.",
    )
    anything = patch.inlet(20, 100, "a sign of life")
    both = patch.obj(20, 140, "t b b", 12)
    patch.chain(anything, both)
    heard = patch.msg(patch.under(both, 1), 180, "1")
    kept = patch.obj(patch.under(both, 1), 210, "v $0-beats")
    patch.cord(both, 1, heard)
    patch.chain(heard, kept)
    there = patch.msg(20, 400, "1")
    patch.cord(both, 0, there)
    news = patch.obj(20, 530, "change -1")
    patch.chain(there, news, patch.outlet(20, 570, "1: connected, 0: not"))
    start = patch.inlet(270, 100, "the socket is open")
    anew = patch.obj(270, 140, "t b b", 20)
    zero = patch.msg(patch.under(anew, 1), 180, f"{BEATS_LOST}")
    patch.chain(start, anew)
    patch.cord(anew, 1, zero)
    patch.cord(zero, 0, patch.obj(patch.under(anew, 1), 210, "v $0-beats"))
    clock = patch.obj(270, 240, f"metro {BEAT_MS}")
    on = patch.msg(270, 180, "1")
    patch.chain(anew, on, clock)
    beat = patch.obj(270, 270, "t b b", 44)
    patch.cord(clock, 0, beat)
    none = patch.msg(patch.under(beat, 1), 300, "0")
    patch.cord(beat, 1, none)
    patch.cord(none, 0, patch.obj(patch.under(beat, 1), 330, f"v {OWNER}"))
    _counts(patch, beat, news)
    known = patch.inlet(520, 100, "1: registered, 0: not")
    unknown = patch.obj(520, 140, "sel 0")
    notify = patch.msg(520, 180, f"{command('notify')} 1")
    patch.note(520, 240, "started again meanwhile")
    patch.chain(known, unknown, notify, patch.obj(520, 210, f"s {OWN}"))
    return patch


def _counts(patch: Patch, beat: Placed, news: Placed) -> None:
    count = patch.obj(270, 310, "v $0-beats")
    fork = patch.obj(270, 340, "t f f f", 36)
    patch.cord(beat, 0, count)
    patch.cord(count, 0, fork)
    more = patch.obj(patch.under(fork, 2), 380, "+ 1")
    patch.cord(fork, 2, more)
    patch.cord(more, 0, patch.obj(patch.under(fork, 2), 410, "v $0-beats"))
    asks = patch.msg(patch.under(fork, 1), 490, f"{command('sync')} $1")
    after = patch.obj(patch.under(fork, 1), 450, "pipe 20")
    patch.cord(fork, 1, after)
    patch.cord(after, 0, asks)
    lost = patch.obj(270, 390, f"moses {BEATS_LOST}")
    again = patch.obj(150, 450, "t b b", 12)
    patch.cord(fork, 0, lost)
    patch.cord(lost, 1, again)
    gone = patch.msg(100, 490, "0")
    notify = patch.msg(patch.under(again, 1), 490, f"{command('notify')} 1")
    out = patch.obj(patch.under(again, 1), 530, f"s {OWN}")
    patch.cord(again, 1, notify)
    patch.chain(notify, out)
    patch.cord(asks, 0, out)
    patch.cord(again, 0, gone)
    patch.cord(gone, 0, news)
