"""The options of `daw-bridge generate`: rows of a table, and how their texts are read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from daw_bridge.errors import BadValue, UnknownParameter
from daw_bridge.files.audio.formats import FORMATS
from daw_bridge.files.options import Made, job_parameter, parse_known
from daw_bridge.files.times import TIME
from daw_bridge.settings.parameter import Parameter, as_key
from engines.grid import MAX_RATE_HZ

Row = tuple[str, ...]
"""The instruments of one part: one, or several that come as their sum."""


def _worded(name: str, words: str) -> Parameter:
    """An option of `separate` as it is here: the same name, type and limits."""
    return replace(job_parameter(name), help=words)


GENERATE_PARAMETERS: tuple[Parameter, ...] = (
    Parameter("stems", "s", "", "Instruments to make, e.g. bass,drums: a file for each; a plus "
              "makes one file of several, e.g. bass+drums,piano. Default: all that the model knows "
              "and that are not given.", cli_flag="--stems"),
    Parameter("given", "s", "", "A stem that the new ones are made to, e.g. drums=drums.wav; a "
              "plus says that the file holds several, e.g. bass+drums=rhythm.wav. It is resampled "
              "where it is at another rate. Repeatable; over OSC and ZeroMQ several are one text, "
              "each on a line of its own.", cli_flag="--given", many=True),
    Parameter("seconds", "s", "", f"How long the files are: {TIME}. Longer than the model's window "
              "is made window after window. Default: as long as what is given, or one window.",
              cli_flag="--seconds"),
    Parameter("overlap", "f", 0.5, "Which share of a window the next one is given as its past. "
              "More goes on better, and takes longer.", "", 0.1, 0.9, cli_flag="--overlap"),
    Parameter("rate", "i", 0, "Sample rate of the files. 0: that of the first given stem, or the "
              "model's.", "Hz", 0, MAX_RATE_HZ, cli_flag="--rate"),
    replace(job_parameter("format"), choices=tuple(
        name for name, form in FORMATS.items() if not form.bundle), help="File format. `wav`, "
        "`aiff`, `caf`, `w64`: float; `flac`: 24-bit; mp3, ogg, opus, m4a: lossy."),
    job_parameter("bitrate"),
    replace(job_parameter("model"), default="", help="The model: a name from `daw-bridge models "
            "list`, or a path to an .onnx file. Default: the one that can generate, where there is "
            "one alone."),
    _worded("refine/steps", "Noise levels on the way from noise to music, in each window; each "
            "costs two calls of the network. More are finer and take longer; too few are refused, "
            "with how many would do. 0 takes the model's own number."),
    _worded("refine/seed", "Where the noise comes from: another seed makes other music, the same "
            "one the same samples (on the CPU)."),
    Parameter("guidance", "f", 0.0, "How strongly parts follow their instruments: what the network "
              "says with the label, beyond what it says without, times this. 1: as it is; higher: "
              "more like the label, and less alive; above 3 it may diverge. Other than 1 doubles "
              "the time. 0 takes the model's own.", "", 0.0, 100.0, cli_flag="--guidance"),
    job_parameter("device"),
    job_parameter("threads"),
    _worded("resume", "Make nothing where the folder already holds what is asked for, made with "
            "the same model and options to the same given stems; make it (again) where it does "
            "not."),
    _worded("force", "Write over files that are there. Of what daw-bridge has generated before, "
            "all is replaced or removed; other files stay."),
)  # fmt: skip

GENERATE_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("which parts", ("stems", "given", "seconds")),
    ("what is written", ("rate", "format", "bitrate", "resume", "force")),
    ("how it is generated",
     ("model", "refine/steps", "refine/seed", "guidance", "overlap", "device", "threads")),
)  # fmt: skip
"""How the command's help arranges them: a title, and names of the table."""

_BY_KEY = {as_key(name): one for one in GENERATE_PARAMETERS for name in (*one.names, *one.flags)}


def generate_parameter(name: str) -> Parameter:
    """The option called `name`: `refine/steps`, or as its flag `steps`. Raises UnknownParameter."""
    found = _BY_KEY.get(as_key(name))
    if found is None:
        raise UnknownParameter(
            f"an option called {name!r}",
            "one of " + ", ".join(one.name for one in GENERATE_PARAMETERS),
            "Run `daw-bridge generate --help`.",
        )
    return found


def generate_groups() -> tuple[tuple[str, tuple[Parameter, ...]], ...]:
    """(title, options) of each group."""
    return tuple((title, tuple(map(generate_parameter, names))) for title, names in GENERATE_GROUPS)


def parse_rows(text: str) -> tuple[Row, ...]:
    """`bass+drums,piano` -> (("bass", "drums"), ("piano",)); blank -> ()."""
    return tuple(_row(one) for one in text.split(",") if one.strip())


def parse_given(text: str) -> tuple[Row, Path]:
    """`bass+drums=rhythm.wav` -> (("bass", "drums"), Path). Raises BadValue."""
    stems, source = parse_known(text)
    if isinstance(source, Made):
        raise BadValue(
            f"given {text!r}", "stem=file, e.g. drums=drums.wav",
            "Separate the stem first, and give its file.",
        )  # fmt: skip
    return _row(stems), source


def _row(text: str) -> Row:
    return tuple(one.strip().lower() for one in text.split("+"))
