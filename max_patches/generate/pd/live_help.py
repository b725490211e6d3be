"""`dawbridge.live-help.pd`: live stems, refining, known stems, errors."""

from __future__ import annotations

from daw_bridge.settings.parameters import STEM, parameter
from max_patches.generate.addresses import CHANNELS, OUTPUTS, PORT, of_stem
from max_patches.generate.controls import Column
from max_patches.generate.live_help import DEVICE, OF_SONG
from max_patches.generate.pd.buffer_help import table
from max_patches.generate.pd.canvas import Patch, Placed
from max_patches.generate.pd.client_help import refine
from max_patches.generate.pd.controls import columns
from max_patches.generate.pd.live import WINDOW
from max_patches.generate.pd.meta import meta

SPEAKERS = (17, 18)


def live_help() -> Patch:
    """Live stems; in subpatches refine, known stems, errors."""
    patch = Patch(900, 800)
    patch.title(
        "dawbridge.live",
        "Stems while the music plays: the mix at the inlets, each stem at two outlets, and a strip "
        "for each of them.",
    )
    patch.banner(20, 90, 860, "1 Pd and daw-bridge on JACK (how, says: routing), and connect", 24)
    client = patch.obj(20, 125, f"dawbridge.client 127.0.0.1 {PORT}", 44)
    patch.cord(client, 2, patch.toggle(patch.under(client, 2), 160, "connected?"))
    patch.banner(20, 190, 860, "2 Play a song, and turn DSP on", 24)
    here = _plays(patch)
    _heard(patch, here)
    patch.banner(20, 700, 860, "3 More: click to open", 24)
    for n, draw in enumerate((routing, refine, known, errors)):
        patch.sub(20 + 130 * n, 740, draw())
    meta(patch, 780, 740, "dawbridge.live", "stems of music while it plays")
    return patch


def _plays(patch: Patch) -> Placed:
    chosen = patch.button(20, 225)
    patch.note(45, 223, "choose a file (WAV, AIFF)")
    ask, text = patch.obj(20, 252, "openpanel"), patch.msg(20, 282, "open $1")
    player = patch.obj(20, 316, "readsf~ 2", 30)
    patch.chain(chosen, ask, text, player)
    for x, word, about in ((110, "1", "play"), (190, "0", "stop")):
        patch.cord(patch.msg(x, 282, word), 0, player)
        patch.note(x + 34, 282, about)
    switch = patch.toggle(400, 260, "DSP")
    patch.chain(switch, patch.msg(400, 286, "dsp $1"), patch.obj(400, 316, "s pd"))
    here = patch.seen(20, 360, "dawbridge.live", WINDOW)
    patch.cord(player, 0, here)
    patch.cord(player, 1, here, 1)
    return here


def _heard(patch: Patch, here: Placed) -> None:
    """Drums and vocals to the speakers; how late they are."""
    low, high = SPEAKERS
    for stem in (OUTPUTS[0], OUTPUTS[4]):
        n = 2 * OUTPUTS.index(stem)
        out = patch.obj(patch.under(here, n), 640, f"dac~ {low} {high}")
        patch.cord(here, n, out)
        patch.cord(here, n + 1, out, 1)
        patch.note(out.x, 662, f"{stem}, to hear them")
    late = patch.obj(700, 632, "unpack f f", 16)
    patch.cord(here, len(here.ports.outlets) - 1, late)
    for n, unit in enumerate(("samples late", "ms")):
        box = patch.number(patch.under(late, n), 658, 7)
        patch.cord(late, n, box)
        patch.note(box.x, 678, unit)


def routing() -> Patch:
    """How the sound goes to the server and back."""
    patch = Patch(820, 480, "routing")
    patch.title("Routing", "The mix leaves Pd at outputs 1 and 2; each stem comes back at inputs "
                f"of its own: {', '.join(f'{one} {a}-{b}' for one, (a, b) in CHANNELS.items())}. "
                f"Outputs {SPEAKERS[0]} and {SPEAKERS[1]} are the speakers.")  # fmt: skip
    patch.banner(20, 130, 780, "JACK (Linux, macOS), in two terminals", 24)
    patch.note(20, 160, f"pd -jack -nojackconnect -inchannels 16 -outchannels {SPEAKERS[1]}")
    patch.note(20, 185, f"daw-bridge serve --io jack --connect '{connections()}'", 108)
    patch.note(20, 240, f"Connect Pd's output_{SPEAKERS[0]} and output_{SPEAKERS[1]} with the "
               "speakers in your patchbay.", 108)  # fmt: skip
    patch.banner(20, 290, 780, f"A virtual sound device of 16 channels, such as {DEVICE}", 24)
    patch.note(20, 320, "Choose it (or an aggregate device that begins with it) as input and "
               "output in Pd's audio settings, with 16 channels. In a terminal:", 108)  # fmt: skip
    pairs = ",".join(f"{one}={a}-{b}" for one, (a, b) in CHANNELS.items() if one in OF_SONG)
    patch.note(20, 360, f"daw-bridge serve --io device --in-device {DEVICE} --out-device {DEVICE} "
               f"--in-map mix=1-2 --out-map {pairs}", 108)  # fmt: skip
    patch.note(20, 420, "Only outputs 1 and 2 go to the server, only the others come back: never "
               "send a stem to outputs 1 and 2.", 108)  # fmt: skip
    return patch


def connections(client: str = "pure_data") -> str:
    """What `serve --connect` takes, for the outputs of the model song."""
    pairs = {one: CHANNELS[one] for one in OF_SONG}
    back = [f"{one}_out_{'LR'[n]}={client}:input_{channel}" for one, pair in pairs.items()
            for n, channel in enumerate(pair)]  # fmt: skip
    return ",".join([f"mix={client}:output_[12]", *back])


def known() -> Patch:
    """Tracks that are there already help the others."""
    patch = Patch(1080, 520, "known_stems")
    patch.title(
        "Known stems",
        "Have you a track of one stem already, such as a drum machine? Start the server with "
        "--known drums and connect that track to known_drums_in_L and _R: it passes through "
        "untouched, and helps to separate the others.",
    )
    rows = [Column(of_stem("known", one), parameter(f"stem/{STEM}/known"), f"{one} known")
            for one in OF_SONG[:-1]]  # fmt: skip
    columns(patch, 120, rows, 250)
    patch.note(20, 470, "0: it is separated like the others. The mix at the inlets still has all "
               "of the music.", 120)  # fmt: skip
    return patch


def errors() -> Patch:
    """What is said when something is wrong with live stems."""
    patch = Patch(760, 340, "errors")
    patch.title("Errors", "They come out of the middle outlet of dawbridge.client, in words.")
    table(patch, (
        ("no stream", "The server was started without live audio: start it with --io jack."),
        ("late blocks", "/dawbridge/late counts blocks that came too late; they have the mix on "
         "the residual. Take a larger block, or the preset quality."),
        ("silence", "Is DSP on? Are the ports connected: see routing."),
        ("a loop", "Never send a stem to outputs 1 and 2."),
    ))  # fmt: skip
    return patch
