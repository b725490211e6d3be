"""`dawbridge.server.maxhelp`: starting and stopping the server, its flags, errors."""

from __future__ import annotations

from max_patches.generate.addresses import LISTEN, MODELS, PORT
from max_patches.generate.canvas import Patch, Placed

FLAGS = (
    ("start", "files alone: no live audio"),
    ("start --io jack", "live, with ports in JACK"),
    (f"start --io jack --model {MODELS[1]} --preset quality", "another model, later and better"),
    ("start --load verse", "begins with a snapshot"),
    ("start --log-level debug", "says more in its log"),
)
"""What starts it, and how."""
ERRORS = (
    ("daw-bridge was not found", "Install daw-bridge, then run daw-bridge install max in a "
     "terminal: it writes into the package where the command is."),
    ("OSC port ... (address in use)", "A server runs already: stop it, or use it. dawbridge.client "
     "finds it, whoever has started it."),
    ("the server has ended (2)", "The lines before it say why, and what to do; a flag may be "
     "misspelled."),
    ("the server runs already", "stop, then start with other flags."),
)  # fmt: skip
"""What the log says, and what to do."""


def server_help() -> Patch:
    """Tabs: basic, flags, errors."""
    patch = Patch(66, 40)
    patch.set("showrootpatcherontab", 0)
    for n, (name, draw) in enumerate({"basic": basic, "flags": flags, "errors": errors}.items()):
        patch.tab(n, name, draw(patch))
    return patch


def basic(parent: Patch) -> Patch:
    """Start, see that it runs, stop."""
    patch = Patch(66, 40, parent)
    patch.title(
        "dawbridge.server",
        "Runs daw-bridge serve in a process of its own, beside Max, and shows its log. It ends "
        "when this patch is closed.",
        60,
    )
    patch.note(2, 7, "1  Start it, and wait until it listens; the first time takes longer.")
    run = patch.obj(2, 13, "dawbridge.server", 28)
    for x, text in ((2, "start"), (10, "stop")):
        patch.cord(patch.msg(x, 9, text), 0, run)
    _shown(patch, run, 17)
    patch.note(2, 24, "2  Connect.")
    client = patch.obj(2, 26, f"dawbridge.client 127.0.0.1 {PORT} {LISTEN}", 28)
    patch.cord(client, 2, patch.ui(30, 30, "toggle"))
    patch.note(32, 30, "connected?")
    patch.note(2, 34, "A server that was started in a terminal does as well: then this object is "
               "not needed.", 60)  # fmt: skip
    return patch


def _shown(patch: Patch, run: Placed, y: int) -> None:
    """Whether it runs, and the last line of its log."""
    patch.cord(run, 0, patch.ui(2, y, "toggle"))
    patch.note(4, y, "runs?")
    shown = patch.obj(30, y, "prepend set")
    patch.cord(run, 1, shown)
    patch.cord(shown, 0, patch.msg(30, y + 3, "its log", 32))


def flags(parent: Patch) -> Patch:
    """Any flag of `daw-bridge serve` may follow `start`."""
    patch = Patch(66, 40, parent)
    patch.title(
        "Flags",
        "After start come flags of daw-bridge serve, as in a terminal; daw-bridge serve --help "
        "lists them. stop comes first where it runs already.",
        60,
    )
    run = patch.obj(2, 30, "dawbridge.server", 28)
    for n, (text, about) in enumerate(FLAGS):
        message = patch.msg(2 + n, 9 + 4 * n, text)
        patch.cord(message, 0, run)
        patch.note(34, 9 + 4 * n, about)
    patch.cord(patch.msg(26, 26, "stop"), 0, run)
    _shown(patch, run, 34)
    return patch


def errors(parent: Patch) -> Patch:
    """What goes wrong, and where it is said."""
    patch = Patch(66, 32, parent)
    patch.title("Errors", "The log says them, at the right outlet, and the left one gives 0.", 60)
    for n, (seen, done) in enumerate(ERRORS):
        patch.note(2, 8 + 5 * n, seen, 18, fontface=1)
        patch.note(22, 8 + 5 * n, done, 38)
    return patch
