"""THE table of everything that can be set.

OSC addresses, ZeroMQ `set`/`get`, command-line flags, their help and the documents' tables all come
from `PARAMETERS`. A parameter with an `osc_address` can be asked for while the server runs, and set
if it is `live`; the others are start options and reach the server from the command line only.
"""

from __future__ import annotations

from daw_bridge.errors import UnknownParameter
from daw_bridge.settings.parameter import STEM, Parameter, Value
from daw_bridge.settings.ports import port_names

__all__ = ["PARAMETERS", "PREFIX", "STEM", "Parameter", "Value"]

PREFIX = "/dawbridge"


def _stream(
    name: str,
    type: str,
    default: Value,
    help: str,
    *,
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
    cli_flag: str | None = None,
    live: bool = True,
    aliases: tuple[str, ...] = (),
) -> Parameter:
    """A parameter of a running stream: it has an OSC address."""
    return Parameter(
        name,
        type,
        default,
        help,
        unit,
        minimum,
        maximum,
        choices,
        osc_address=f"{PREFIX}/{name}",
        cli_flag=cli_flag,
        live=live,
        per_stem=STEM in name,
        aliases=aliases,
    )


def _start(
    name: str,
    type: str,
    default: Value,
    help: str,
    *,
    cli_flag: str,
    unit: str = "",
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[str, ...] = (),
    many: bool = False,
) -> Parameter:
    """An option of the server's start: command line only."""
    return Parameter(
        name,
        type,
        default,
        help,
        unit,
        minimum,
        maximum,
        choices,
        cli_flag=cli_flag,
        many=many,
    )


_MODEL_SAMPLES = "samples at the model's rate"

STREAM_PARAMETERS: tuple[Parameter, ...] = (
    _stream(
        "model",
        "s",
        "song",
        "The model that separates: a name from `daw-bridge models list`, or a path to an .onnx "
        "file. If the new one cannot be loaded, the running one stays.",
        cli_flag="--model",
    ),
    _stream(
        "refine/steps",
        "i",
        0,
        "Refinement steps per window: Gibbs steps, where the model's method is gibbs. 0: a live "
        "stream does as many as its deadline allows (load/target), a sync stream or a file the "
        "model's preset. A model whose method does not refine (see `daw-bridge models info`), such "
        "as band, makes one pass, whatever is set.",
        unit="steps",
        minimum=0,
        maximum=4096,
        cli_flag="--steps",
        aliases=("gibbs/steps", "--gibbs"),
    ),
    _stream(
        "refine/seed",
        "i",
        0,
        "Seed of the refinement's random draws (the Gibbs masks): the same seed, the same samples.",
        minimum=0,
        maximum=2**31 - 1,
        cli_flag="--seed",
        aliases=("gibbs/seed",),
    ),
    _stream(
        "block/preset",
        "s",
        "balanced",
        "The grid of a live stream: `tight` has the least latency, `quality` the best stems. What "
        "each is, `daw-bridge models info` says; hop, window and lookahead below replace its own.",
        choices=("tight", "balanced", "quality"),
        cli_flag="--preset",
    ),
    _stream(
        "block/hop",
        "i",
        0,
        "New samples per window; 0 takes the model's preset. Smaller is less latency, more load.",
        unit=_MODEL_SAMPLES,
        minimum=0,
        maximum=2**22,
        cli_flag="--hop",
    ),
    _stream(
        "block/window",
        "i",
        0,
        "Samples the model sees at once; 0 takes the model's preset.",
        unit=_MODEL_SAMPLES,
        minimum=0,
        maximum=2**24,
        cli_flag="--window",
    ),
    _stream(
        "block/lookahead",
        "i",
        -1,
        "Samples of future a window waits for; -1 takes the model's preset. More is better stems "
        "and more latency.",
        unit=_MODEL_SAMPLES,
        minimum=-1,
        maximum=2**22,
        cli_flag="--lookahead",
    ),
    _stream(
        "bypass",
        "i",
        0,
        "1: no separation; the mix comes out on the residual, delayed as the stems would be.",
        minimum=0,
        maximum=1,
    ),
    _stream(
        f"stem/{STEM}/gain",
        "f",
        0.0,
        "Gain of one output, ramped. -120 dB is silence.",
        unit="dB",
        minimum=-120.0,
        maximum=24.0,
    ),
    _stream(f"stem/{STEM}/mute", "i", 0, "1: this output is silent.", minimum=0, maximum=1),
    _stream(
        f"stem/{STEM}/solo",
        "i",
        0,
        "1: only the outputs with solo are heard.",
        minimum=0,
        maximum=1,
    ),
    _stream(
        f"stem/{STEM}/known",
        "i",
        0,
        "1: this known stem passes through untouched and helps the others; 0: it is separated "
        "like them. Only of stems that are routed in (`--known`, `--in-map`, ZeroMQ `known`).",
        minimum=0,
        maximum=1,
    ),
    _stream(
        "residual/to",
        "s",
        "",
        "Where what no stem claims goes: empty for the model's own choice, `residual` for an "
        "output of its own, or a stem's name to add it there.",
    ),
    _stream(
        "device",
        "s",
        "auto",
        "Where the model runs. cuda is an error where there is none; auto says what it chose.",
        choices=("auto", "cpu", "cuda"),
        cli_flag="--device",
        live=False,
    ),
    _stream(
        "load/target",
        "f",
        0.7,
        "Share of a hop's time that a live stream may compute; its latency holds that much.",
        minimum=0.05,
        maximum=1.0,
        cli_flag="--load-target",
        live=False,
    ),
)

SERVER_PARAMETERS: tuple[Parameter, ...] = (
    _start("io", "s", "none", "Live audio: none (ZeroMQ only), device (sound card, by PortAudio), "
           "jack (a client with ports of its own) or reastream (REAPER's plug-in, over UDP).",
           choices=("none", *port_names()), cli_flag="--io"),
    _start("bind", "s", "127.0.0.1", "Address to listen on. Beyond this machine it needs "
           "--curve-dir, --auth-file and --allow-path.", cli_flag="--bind"),
    _start("osc_port", "i", 17120, "OSC port (UDP); 0 takes a free one.", minimum=0,
           maximum=65535, cli_flag="--osc-port"),
    _start("zmq_port", "i", 17122, "ZeroMQ request port (TCP); 0 takes a free one.", minimum=0,
           maximum=65535, cli_flag="--zmq-port"),
    _start("pub_port", "i", 17123, "ZeroMQ event port (TCP); 0 takes a free one.", minimum=0,
           maximum=65535, cli_flag="--pub-port"),
    _start("curve_dir", "s", "", "Folder of CURVE keys, made with `daw-bridge keys`: "
           "server.key_secret, and a clients/*.key for everybody who may connect.",
           cli_flag="--curve-dir"),
    _start("auth_file", "s", "", "File whose first line is the secret that OSC senders on other "
           "machines give with /dawbridge/auth.", cli_flag="--auth-file"),
    _start("allow_path", "s", "", "Folder that jobs may read and write (repeatable). Without it: "
           "any, as only this machine can ask.", cli_flag="--allow-path", many=True),
    _start("threads", "i", 1, "Cores the model may use.", minimum=1, maximum=256,
           cli_flag="--threads"),
    _start("rate", "i", 0, "Sample rate of the sound device; 0 takes the device's own.",
           unit="Hz", minimum=0, maximum=384000, cli_flag="--rate"),
    _start("block", "i", 0, "Block size of the sound device; 0 takes JACK's period, elsewhere "
           "512.", unit="samples", minimum=0, maximum=65536, cli_flag="--block"),
    _start("channels", "i", 2, "Channels of the mix and of every stem on the sound device.",
           minimum=1, maximum=64, cli_flag="--channels"),
    _start("in_device", "s", "", "Sound device to record from, by number or part of its name; "
           "empty takes the system's.", cli_flag="--in-device"),
    _start("out_device", "s", "", "Sound device to play to, by number or part of its name; empty "
           "takes the system's.", cli_flag="--out-device"),
    _start("one_clock", "i", 0, "1: input and output are two devices that share a clock (word "
           "clock, S/PDIF). Two that do not would lose samples and are refused.", minimum=0,
           maximum=1, cli_flag="--one-clock"),
    _start("in_map", "s", "", "Device inputs, e.g. mix=1-2,drums=3-4 (a stem's name routes a "
           "known stem in). --io reastream: identifiers, e.g. mix=song,drums=beat.",
           cli_flag="--in-map"),
    _start("out_map", "s", "", "Device outputs, e.g. drums=1-2,bass=3-4,residual=5-6. "
           "--io reastream: identifiers, e.g. drums=my-drums,residual=none.",
           cli_flag="--out-map"),
    _start("known", "s", "", "Known stems that are routed in, e.g. drums,bass (jack: ports "
           "known_drums_in_L, ...; reastream: ID-known-drums, ...).", cli_flag="--known"),
    _start("connect", "s", "", "JACK connections to make and keep: port=pattern, e.g. "
           "mix=system:capture_*,dry=system:playback_*.", cli_flag="--connect"),
    _start("jack_name", "s", "daw-bridge", "Name of the JACK client.", cli_flag="--jack-name"),
    _start("reastream_id", "s", "daw-bridge", "ReaStream identifier under which the mix comes in; "
           "the stems go out as ID-drums, ..., ID-residual, and known stems come in as "
           "ID-known-drums, ... (--in-map and --out-map name others).",
           cli_flag="--reastream-id"),
    _start("reastream_bind", "s", "127.0.0.2", "Address to receive ReaStream packets at; 0.0.0.0 "
           "for other machines and broadcasts. ReaStream has neither keys nor secrets.",
           cli_flag="--reastream-bind"),
    _start("reastream_port", "i", 58710, "Port to receive them at (UDP); 0 takes a free one. The "
           "plug-in sends to 58710.", minimum=0, maximum=65535, cli_flag="--reastream-port"),
    _start("reastream_host", "s", "127.0.0.1", "Address to send the stems to; a broadcast address "
           "for every plug-in there.", cli_flag="--reastream-host"),
    _start("reastream_send_port", "i", 58710, "Port to send the stems to (UDP).", minimum=1,
           maximum=65535, cli_flag="--reastream-send-port"),
    _start("reastream_buffer", "f", 50.0, "Time that ReaStream packets are held, so that late ones "
           "are in time: more than the DAW's block and the network's jitter. Part of the latency.",
           unit="ms", minimum=1.0, maximum=2000.0, cli_flag="--reastream-buffer"),
    _start("max_message_mb", "i", 64, "Largest ZeroMQ message taken.", unit="MB", minimum=1,
           maximum=1024, cli_flag="--max-message-mb"),
    _start("max_streams", "i", 16, "Most streams open at once.", minimum=1, maximum=1024,
           cli_flag="--max-streams"),
    _start("meter_rate", "f", 10.0, "Meters and load sent per second.", unit="Hz", minimum=0.1,
           maximum=100.0, cli_flag="--meter-rate"),
    _start("ready_file", "s", "", "File to write once everything listens: one JSON object with "
           "the ports.", cli_flag="--ready-file"),
)  # fmt: skip

PARAMETERS: tuple[Parameter, ...] = STREAM_PARAMETERS + SERVER_PARAMETERS
_BY_NAME = {name: one for one in PARAMETERS for name in one.names}


def parameter(name: str) -> Parameter:
    """The parameter called `name` as in the table (`refine/steps`, `stem/<name>/gain`), or so by
    an alias.
    """
    found = _BY_NAME.get(name)
    if found is None:
        raise UnknownParameter(
            f"a parameter called {name!r}",
            "one of " + ", ".join(one.name for one in STREAM_PARAMETERS),
            "See docs/reference/parameters.md.",
        )
    return found


def resolve(name: str) -> tuple[Parameter, str]:
    """`stem/drums/gain` -> (stem/<name>/gain, "drums"); `model` -> (model, "")."""
    parts = name.split("/")
    if len(parts) == 3 and parts[0] == "stem" and parts[1]:
        return parameter(f"stem/{STEM}/{parts[2]}"), parts[1]
    found = parameter(name)
    if found.per_stem or found.osc_address is None:
        return parameter(f"{name} (a stream's)"), ""  # refuses, listing what there is
    return found, ""


def table_name(name: str) -> str:
    """The table's name for a name or an alias; `name` itself where the table has none."""
    return _BY_NAME[name].name if name in _BY_NAME else name


def every_name(name: str) -> tuple[str, ...]:
    """The names of the parameter that is called `name`: `gibbs/seed` -> refine/seed, gibbs/seed."""
    one, stem = resolve(name)
    return tuple(each.replace(STEM, stem) for each in one.names)
