"""The options of an offline job: rows of the parameter table, and how their texts are read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from daw_bridge.errors import BadValue, UnknownParameter
from daw_bridge.files.audio.formats import FORMATS
from daw_bridge.files.naming import DEFAULT_NAME
from daw_bridge.files.projects.kinds import PROJECTS
from daw_bridge.files.times import TIME
from daw_bridge.settings.parameter import as_key
from daw_bridge.settings.parameters import Parameter, parameter
from engines.context import CONTEXTS


def _worded(name: str, words: str) -> Parameter:
    """A parameter of streams as it is for a file: the same name, type and limits."""
    return replace(parameter(name), help=words)


JOB_PARAMETERS: tuple[Parameter, ...] = (
    _worded("model", "The model that separates: a name from `daw-bridge models list`, or a path to "
            "an .onnx file."),
    _worded("refine/steps", "Refinement steps per window: Gibbs steps, where the model's method is "
            "gibbs, or those of a steered model; more take longer. Of a model that samples its "
            "stems (method diffusion), noise levels on the way from noise to the stems: too few "
            "are refused, with how many would do. 0 takes the model's own number. A model whose "
            "method does not refine (see `daw-bridge models info`), such as "
            "band, always makes one pass."),
    parameter("refine/seed"),
    _worded("device", "Where the model runs. `auto` takes cuda where it works, else cpu; any other "
            "is an error where it does not work. `daw-bridge doctor` tries each of them. "
            "`grpc://host:port` is an engine on another machine (`daw-bridge engine`), `grpcs://` "
            "one with certificates."),
    parameter("block/window"),
    _worded("block/hop", "New samples per window; 0 takes the model's own. A smaller hop takes "
            "longer."),
    _worded("block/lookahead", "Future samples that a window sees; -1 takes the model's own."),
    Parameter("context", "s", "", "What the model hears before the start of the song and after its "
              "end: silence (`zeros`), the music backwards (`reflect`), or the music once more "
              "(`repeat`). Empty takes the model's own, or `reflect` where it has none.",
              choices=("", *CONTEXTS), cli_flag="--context"),
    Parameter("tags", "s", "", "What a model that is asked for tags shall find, e.g. "
              "flute,guitar+drums: one stem for each; a plus steers one stem to several. "
              "`daw-bridge models info` lists a model's tags.", cli_flag="--tags"),
    Parameter("stems", "s", "", "Stems to write, e.g. drums,vocals; everything else goes into the "
              "residual. Default: all.", cli_flag="--stems"),
    Parameter("two-stems", "s", "", "Split the song in two, e.g. vocals: that stem, and the "
              "rest, which is called instrumental for vocals, no_drums for drums. They add up to "
              "the mix.",
              cli_flag="--two-stems"),
    Parameter("minus", "s", "", "Write one file, the mix without these stems, e.g. drums: "
              "no_drums (without vocals: instrumental).", cli_flag="--minus"),
    Parameter("start", "s", "", f"Where the part begins that is separated: {TIME}. The music "
              "around it is heard as context and not written. Default: the beginning.",
              cli_flag="--start"),
    Parameter("end", "s", "", "Where that part ends; the sample at this time is no longer in it. "
              "Default: the end.", cli_flag="--end"),
    Parameter("known", "s", "", "A stem you already have, e.g. drums=drums.wav: the model "
              "separates the others, given this one. A stem the model lacks is subtracted first. "
              "After an @ a model that makes the stem: vocals=@spleeter-2stems. "
              "Repeatable; over OSC and ZeroMQ several are one text, each on a line of its own.",
              cli_flag="--known", many=True),
    Parameter("format", "s", "wav-f32", "File format of the stems. `wav`, `aiff`, `caf`, `w64`: "
              "float; `flac`: 24-bit; mp3, ogg, opus, m4a: lossy, so their sum is not exactly the "
              "mix; `stem.mp4`: the mix and four stems in one file, for DJ programs.",
              choices=tuple(FORMATS), cli_flag="--format"),
    Parameter("name", "s", DEFAULT_NAME, "Names of the stem files, e.g. '{song} {stem}'; {model} "
              "and {index} (01, 02, ...) are replaced as well.", cli_flag="--name"),
    Parameter("project", "s", "", "A project beside the stems, which are its tracks: named, "
              "coloured, aligned, at 0 dB; the song is a muted one. `dawproject` opens in Bitwig "
              "Studio, Studio One and Cubase, and holds the files itself; `reaper` names them.",
              choices=("", *PROJECTS), cli_flag="--project"),
    Parameter("bitrate", "i", 0, "Bit rate of mp3, ogg, opus and m4a. 0: mp3 320, ogg and m4a 256, "
              "opus 192, or the highest that the song's rate allows.", "kbit/s", 0, 512,
              cli_flag="--bitrate"),
    Parameter("pairs", "s", "", "Channels that belong together, e.g. 1-2,3,4,5-6. Needed above two "
              "channels; name every channel once.", cli_flag="--pairs"),
    replace(parameter("residual/to"), cli_flag="--residual-to", help="Where the residual (what no "
            "stem claims) goes: empty for the model's own choice, `residual` for a file of its "
            "own, or the name of a stem to add it to."),
    Parameter("no-residual", "i", 0, "Do not write the residual; the files then no longer sum to "
              "the mix.", "", 0, 1, cli_flag="--no-residual"),
    Parameter("track", "i", 1, "Which audio track of a file is separated, from 1: of a video, or "
              "of a `.stem.mp4`, where 1 is the mix.", "", 1, 64, cli_flag="--track"),
    Parameter("partial", "i", 0, "Separate what is there of a file that is truncated or damaged; "
              "a note says what is missing.", "", 0, 1, cli_flag="--partial"),
    Parameter("threads", "i", 0, "CPU cores the model may use; 0 takes all.", "", 0, 256,
              cli_flag="--threads"),
    Parameter("force", "i", 0, "Write over existing stems. Files that the song's daw-bridge.json "
              "names are replaced or removed; other files stay.", "", 0, 1,
              cli_flag="--force"),
    Parameter("resume", "i", 0, "Skip songs whose folder holds what is asked for, made from the "
              "same file with the same model and options; make the others (again).", "", 0, 1,
              cli_flag="--resume", aliases=("skip-existing", "--skip-existing")),
)  # fmt: skip

JOB_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("which songs, and what of them",
     ("start", "end", "track", "pairs", "partial", "resume", "force")),
    ("which stems", ("tags", "stems", "two-stems", "minus", "known", "residual/to", "no-residual")),
    ("what is written", ("format", "bitrate", "name", "project")),
    ("how it is separated",
     ("model", "refine/steps", "refine/seed", "block/window", "block/hop", "block/lookahead",
      "context", "device", "threads")),
)  # fmt: skip
"""How a command's help arranges them: a title, and names of the table."""


def job_groups() -> tuple[tuple[str, tuple[Parameter, ...]], ...]:
    """(title, options) of each group."""
    return tuple((title, tuple(map(job_parameter, names))) for title, names in JOB_GROUPS)


_BY_KEY = {as_key(name): one for one in JOB_PARAMETERS for name in (*one.names, *one.flags)}


def job_parameter(name: str) -> Parameter:
    """The option called `name`: `refine/steps`, or as its flag `steps`. Raises UnknownParameter."""
    found = _BY_KEY.get(as_key(name))
    if found is None:
        raise UnknownParameter(
            f"an option called {name!r}",
            "one of " + ", ".join(one.name for one in JOB_PARAMETERS),
            "Run `daw-bridge separate --help`.",
        )
    return found


def parse_stems(text: str) -> tuple[str, ...]:
    """`drums,vocals` -> ("drums", "vocals"); blank -> ()."""
    return tuple(one.strip().lower() for one in text.split(",") if one.strip())


@dataclass(frozen=True)
class Made:
    """Where a known stem comes from, if not from a file: a model, by name or path."""

    model: str


def parse_known(text: str) -> tuple[str, Path | Made]:
    """`drums=path/to/drums.wav` -> ("drums", Path), `drums=@band` -> ("drums", Made("band")).

    Raises BadValue.
    """
    name, mark, path = text.partition("=")
    if not mark or not name.strip() or not path.strip().removeprefix("@").strip():
        raise BadValue(
            f"known {text!r}", "stem=file, e.g. drums=drums.wav, or stem=@model",
            "Give a stem's name and its file.",
        )  # fmt: skip
    stem, source = name.strip().lower(), path.strip()
    return stem, Made(source[1:].strip()) if source.startswith("@") else Path(source)


def parse_pairs(text: str) -> tuple[tuple[int, ...], ...]:
    """`1-2,3` -> ((0, 1), (2,)). Raises BadValue where a channel is missing or there twice."""
    try:
        pairs = tuple(tuple(int(n) - 1 for n in one.split("-")) for one in text.split(",") if one)
    except ValueError as error:
        raise _bad_pairs(text) from error
    flat = [channel for pair in pairs for channel in pair]
    if any(len(pair) > 2 for pair in pairs) or sorted(flat) != list(range(len(flat))):
        raise _bad_pairs(text)
    return pairs


def _bad_pairs(text: str) -> BadValue:
    expected = "pairs or single channels, every channel from 1 on exactly once, e.g. 1-2,3,4,5-6"
    return BadValue(f"pairs {text!r}", expected, "List every channel.")
