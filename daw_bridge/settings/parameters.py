"""THE table of everything that can be set.

OSC addresses, ZeroMQ `set`/`get`, command-line flags, their help and the reference pages all come
from `PARAMETERS`. The parameters of a running stream can be asked for, and set if they are `live`;
the server's are start options, which only the command line sets.
"""

from __future__ import annotations

from daw_bridge.errors import UnknownParameter
from daw_bridge.settings.parameter import PREFIX, STEM, Parameter, Value
from daw_bridge.settings.ports import port_names
from engines.providers import AUTO, DEVICES

__all__ = ["PARAMETERS", "PREFIX", "STEM", "Parameter", "Value"]

_MODEL_SAMPLES = "samples at the model's rate"
_MAX_PORT = 65535
ENGINES = ("grpc://HOST:PORT", "grpcs://HOST:PORT")
"""How the addresses of remote engines are written."""

STREAM_PARAMETERS: tuple[Parameter, ...] = (
    Parameter("model", "s", "song", "The model that separates: a name from `daw-bridge models "
              "list`, or a path to an .onnx file. If a new model cannot be loaded, the running one "
              "stays.", cli_flag="--model", live=True),
    Parameter("refine/steps", "i", 0, "Refinement steps per window: Gibbs steps, where the model's "
              "method is gibbs. 0: a live stream runs as many as its deadline allows "
              "(load/target); a sync stream or a file takes the model's preset. A model whose "
              "method does not refine (see `daw-bridge models info`), such as band, always makes "
              "one pass.", "steps", 0, 4096, cli_flag="--steps", live=True,
              aliases=("gibbs/steps", "--gibbs"), dial=(1, 127)),
    Parameter("refine/seed", "i", 0, "Seed of the refinement's random draws (the Gibbs masks): the "
              "same seed gives the same samples.", "", 0, 2**31 - 1, cli_flag="--seed", live=True,
              aliases=("gibbs/seed",), dial=(1, 127)),
    Parameter("block/preset", "s", "balanced", "How soon and how well a live stream separates: "
              "`instant` has the lowest latency, `quality` the best stems. `daw-bridge models "
              "info` shows those that a model has, each with its grid; hop, window and lookahead "
              "below override it. A preset may run another model of the same stems.",
              choices=("instant", "tight", "balanced", "quality"),
              cli_flag="--preset", live=True),
    Parameter("block/hop", "i", 0, "New samples per window; 0 takes the preset's. A smaller hop "
              "means less latency and more load.", _MODEL_SAMPLES, 0, 2**22, cli_flag="--hop",
              live=True),
    Parameter("block/window", "i", 0, "Samples the model sees at once; 0 takes the preset's.",
              _MODEL_SAMPLES, 0, 2**24, cli_flag="--window", live=True),
    Parameter("block/lookahead", "i", -1, "Future samples a window waits for; -1 takes the "
              "preset's. More lookahead means better stems and more latency.", _MODEL_SAMPLES, -1,
              2**22, cli_flag="--lookahead", live=True),
    Parameter("bypass", "i", 0, "1: no separation; the mix comes out on the residual, delayed as "
              "the stems would be.", "", 0, 1, live=True, dial=(0, 1)),
    Parameter(f"stem/{STEM}/gain", "f", 0.0, "Gain of one output, ramped. -120 dB and less is "
              "silence.", "dB", -120.0, 24.0, live=True, dial=(-60, 12), floor=True),
    Parameter(f"stem/{STEM}/mute", "i", 0, "1: this output is silent.", "", 0, 1, live=True,
              dial=(0, 1)),
    Parameter(f"stem/{STEM}/solo", "i", 0, "1: only the outputs with solo are heard.", "", 0, 1,
              live=True, dial=(0, 1)),
    Parameter(f"stem/{STEM}/known", "i", 0, "1: this known stem passes through untouched and "
              "helps the model separate the others; 0: it is separated like them. Only for stems "
              "that are routed in (`--known`, `--in-map`, ZeroMQ `known`).", "", 0, 1, live=True,
              dial=(0, 1)),
    Parameter("residual/to", "s", "", "Where the residual (what no stem claims) goes: empty for "
              "the model's own choice, `residual` for an output of its own, or the name of a stem "
              "to add it to.", live=True),
    Parameter("query/tag", "s", "", "The instrument that a model such as query is asked for: a tag "
              "from `daw-bridge models info`, several joined by + (strings+flute). The output is "
              "called `query` whatever the tag; a change is crossfaded. A stream of the mode sync "
              "that is opened with commas (strings,flute) has an output for each. A model that "
              "listens to no tags leaves it be.", cli_flag="--tag", live=True),
    Parameter("device", "s", AUTO, "Where the model runs. `auto` takes cuda where it works, else "
              "cpu, and says so; any other is an error where it does not work. `daw-bridge doctor` "
              "tries each of them. `grpc://host:port` is an engine on another machine "
              "(`daw-bridge engine`), `grpcs://` one with certificates.", choices=DEVICES,
              cli_flag="--device", fixed=True, besides=ENGINES),
    Parameter("load/target", "f", 0.7, "Share of a hop's time that a live stream may spend "
              "computing. The declared latency includes that time.", "", 0.05, 1.0,
              cli_flag="--load-target", fixed=True),
)  # fmt: skip

SERVER_PARAMETERS: tuple[Parameter, ...] = (
    Parameter("io", "s", "none", "Live audio: none (ZeroMQ only), device (a sound card, through "
              "PortAudio), jack (a JACK client with its own ports) or reastream (REAPER's plug-in, "
              "over UDP).", choices=("none", *port_names()), cli_flag="--io"),
    Parameter("bind", "s", "127.0.0.1", "Address to listen on. One that other machines can reach "
              "needs --curve-dir, --auth-file and --allow-path.", cli_flag="--bind"),
    Parameter("osc_port", "i", 17120, "OSC port (UDP); 0 picks a free one.", "", 0, _MAX_PORT,
              cli_flag="--osc-port"),
    Parameter("zmq_port", "i", 17122, "ZeroMQ request port (TCP); 0 picks a free one.", "", 0,
              _MAX_PORT, cli_flag="--zmq-port"),
    Parameter("pub_port", "i", 17123, "ZeroMQ event port (TCP); 0 picks a free one.", "", 0,
              _MAX_PORT, cli_flag="--pub-port"),
    Parameter("http_port", "i", 17124, "OSCQuery port (TCP): every address as JSON over HTTP, and "
              "changes over WebSocket. Needs the extra `web`. 0: none; -1 picks a free one.", "",
              -1, _MAX_PORT, cli_flag="--http-port"),
    Parameter("metrics", "i", 0, "Port (TCP) at which Prometheus reads how the server does "
              "(GET /metrics), and /health answers 200 while it serves. Needs the extra `metrics`. "
              "0: none; -1 picks a free one.", "", -1, _MAX_PORT, cli_flag="--metrics"),
    Parameter("announce", "i", 1, "1: with OSCQuery, the server is announced by zeroconf, so that "
              "controllers find it; on loopback only, unless --bind names another address.", "",
              0, 1, cli_flag="--announce"),
    Parameter("curve_dir", "s", "", "Folder of CURVE keys, made with `daw-bridge keys`: "
              "server.key_secret, and a clients/*.key for each client that may connect.",
              cli_flag="--curve-dir"),
    Parameter("auth_file", "s", "", "File whose first line is a secret (a token) of at least 12 "
              "characters, which whoever asks must give, also on this machine: OSC senders first "
              "send it to /dawbridge/auth; ZeroMQ clients connect with it, unless --curve-dir "
              "gives them keys. The environment variable DAW_BRIDGE_SECRET may hold it instead.",
              cli_flag="--auth-file"),
    Parameter("allow_path", "s", "", "Folder that jobs may read and write, and models may be "
              "loaded from (repeatable). Default: your home, the temporary folder, and where other "
              "disks appear (/media, /mnt, /run/media, /Volumes, other drive letters); needed "
              "with a --bind that other machines can reach.", cli_flag="--allow-path",
              many=True),
    Parameter("snapshot_dir", "s", "", "Folder of the snapshots that clients save and load. "
              "Default: the user's own (Linux: ~/.local/share/daw-bridge/snapshots).",
              cli_flag="--snapshot-dir"),
    Parameter("load_snapshot", "s", "", "Snapshot to begin with: the name of one that is kept, or "
              "its file. Model, steps and grid hold unless a flag or --config says otherwise; "
              "gains and switches are set when stream 1 opens.", cli_flag="--load"),
    Parameter("threads", "i", 1, "CPU cores the model may use.", "", 1, 256,
              cli_flag="--threads"),
    Parameter("priority", "i", 0, "Real-time priority (Linux) of the threads that run live models, "
              "and of no others: less than the JACK server's, which is 10 unless told otherwise. "
              "0: none.", "", 0, 98, cli_flag="--priority"),
    Parameter("rate", "i", 0, "Sample rate of the sound device; 0 takes the device's own.", "Hz",
              0, 384000, cli_flag="--rate"),
    Parameter("block", "i", 0, "Block size of the sound device; 0 takes JACK's period, or 512 on "
              "other systems.", "samples", 0, 65536, cli_flag="--block"),
    Parameter("channels", "i", 2, "Channels of the mix and of every stem on the sound device.", "",
              1, 64, cli_flag="--channels"),
    Parameter("in_device", "s", "", "Sound device to record from, by number or part of its name. "
              "Default: the system's.", cli_flag="--in-device"),
    Parameter("out_device", "s", "", "Sound device to play to, by number or part of its name. "
              "Default: the system's.", cli_flag="--out-device"),
    Parameter("one_clock", "i", 0, "1: input and output are two devices that share a clock (word "
              "clock, S/PDIF). Two devices that do not share one drift apart and are refused.", "",
              0, 1, cli_flag="--one-clock"),
    Parameter("in_map", "s", "", "Device inputs, e.g. mix=1-2,drums=3-4 (a stem's name routes a "
              "known stem in). With --io reastream: identifiers, e.g. mix=song,drums=beat.",
              cli_flag="--in-map"),
    Parameter("out_map", "s", "", "Device outputs, e.g. drums=1-2,bass=3-4,residual=5-6. "
              "With --io reastream: identifiers, e.g. drums=my-drums,dry=none.",
              cli_flag="--out-map"),
    Parameter("known", "s", "", "Known stems to route in, e.g. drums,bass (jack: ports "
              "known_drums_in_L, ...; reastream: ID-known-drums, ...). After =@ a model that "
              "makes the stem: vocals=@spleeter-2stems adds that model's latency.",
              cli_flag="--known"),
    Parameter("connect", "s", "", "JACK connections to make and keep: port=pattern, e.g. "
              "mix=system:capture_*,dry=system:playback_*.", cli_flag="--connect"),
    Parameter("jack_name", "s", "daw-bridge", "Name of the JACK client.", cli_flag="--jack-name"),
    Parameter("jack_transport", "s", "follow", "Where JACK's transport is moved: follow begins "
              "the stream anew, so that what is still on its way is cut off; ignore takes the move "
              "for audio that changes. Where it stops, what is on its way is heard to its end.",
              choices=("follow", "ignore"), cli_flag="--jack-transport"),
    Parameter("reastream_id", "s", "daw-bridge", "ReaStream identifier of the mix; the stems go "
              "out as ID-drums, ..., ID-residual, the mix delayed like them as ID-dry; known "
              "stems come in as ID-known-drums, ... (--in-map and "
              "--out-map name others).", cli_flag="--reastream-id"),
    Parameter("reastream_bind", "s", "127.0.0.2", "Address to receive ReaStream packets on; "
              "0.0.0.0 for other machines and broadcasts. ReaStream has neither keys nor secrets.",
              cli_flag="--reastream-bind"),
    Parameter("reastream_port", "i", 58710, "Port to receive them on (UDP); 0 picks a free one. "
              "The plug-in sends to 58710.", "", 0, _MAX_PORT, cli_flag="--reastream-port"),
    Parameter("reastream_host", "s", "127.0.0.1", "Address to send the stems to; a broadcast "
              "address reaches every plug-in on that network.", cli_flag="--reastream-host"),
    Parameter("reastream_send_port", "i", 58710, "Port to send the stems to (UDP).", "", 1,
              _MAX_PORT, cli_flag="--reastream-send-port"),
    Parameter("reastream_buffer", "f", 50.0, "Jitter buffer: how long ReaStream packets are held "
              "so that late ones arrive in time. Take more than the DAW's block and the network's "
              "jitter together. It is part of the latency.", "ms", 1.0, 2000.0,
              cli_flag="--reastream-buffer"),
    Parameter("max_message_mb", "i", 64, "Largest ZeroMQ message accepted.", "MB", 1, 1024,
              cli_flag="--max-message-mb"),
    Parameter("max_streams", "i", 16, "Most streams open at once.", "", 1, 1024,
              cli_flag="--max-streams"),
    Parameter("meter_rate", "f", 10.0, "Meters and load sent per second.", "Hz", 0.1, 100.0,
              cli_flag="--meter-rate"),
    Parameter("log_file", "s", "", "File to write the log to as well; from 5 MB on it is put aside "
              "as FILE.1, FILE.2 and so on, at most four of them. A disk that is full costs lines "
              "of the log and nothing else.", cli_flag="--log-file"),
    Parameter("log_level", "s", "info", "Least important lines that are logged: warning leaves out "
              "what is only told, debug adds what is of use to whoever mends daw-bridge.",
              choices=("debug", "info", "warning", "error"), cli_flag="--log-level"),
    Parameter("ready_file", "s", "", "File to write once the server is listening: one JSON object "
              "with its ports.", cli_flag="--ready-file"),
)  # fmt: skip

PARAMETERS: tuple[Parameter, ...] = STREAM_PARAMETERS + SERVER_PARAMETERS
_BY_NAME = {name: one for one in PARAMETERS for name in one.names}
_ALIASED = {name: one.names for name, one in _BY_NAME.items() if one.aliases and not one.per_stem}


def parameter(name: str) -> Parameter:
    """The parameter whose name in the table (`stem/<name>/gain`), or alias, this is."""
    if name not in _BY_NAME:
        raise _unknown(name)
    return _BY_NAME[name]


def resolve(name: str) -> tuple[Parameter, str]:
    """`stem/drums/gain` -> (stem/<name>/gain, "drums"); `model` -> (model, "")."""
    parts = name.split("/")
    if len(parts) == 3 and parts[0] == "stem" and parts[1]:
        return parameter(f"stem/{STEM}/{parts[2]}"), parts[1]
    found = parameter(name)
    if found.per_stem or found.osc_address is None:
        raise _unknown(name)
    return found, ""


def _unknown(name: str) -> UnknownParameter:
    return UnknownParameter(
        f"a stream's parameter called {name!r}",
        "one of " + ", ".join(one.name for one in STREAM_PARAMETERS),
        "See docs/reference/parameters.md.",
    )


def table_name(name: str) -> str:
    """The table's name for a name or an alias; `name` itself where the table has none."""
    return _BY_NAME[name].name if name in _BY_NAME else name


def every_name(name: str) -> tuple[str, ...]:
    """The names of the parameter that is called `name`: `gibbs/seed` -> refine/seed, gibbs/seed."""
    return _ALIASED.get(name, (name,))
