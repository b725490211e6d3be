"""The generated pages of docs/, and generated parts of others: `make docs`.

Everything here is written from the code and from the shipped models' own descriptions, once; a
test compares. Commands, parameters, options, error codes, messages, and a card for each model.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from daw_bridge.cli import build_parser
from daw_bridge.cli.commands import command_names, load_command
from daw_bridge.cli.commands.ctl import Later
from daw_bridge.cli.limits import limits
from daw_bridge.cli.model_card import (
    conditioning,
    domain,
    level,
    published,
    stems_in_short,
    steps,
    tags,
    terms,
)
from daw_bridge.cli.model_file_page import fields_text
from daw_bridge.cli.shipped import chosen, shipped
from daw_bridge.cli.tables import markdown
from daw_bridge.cli.wire_page import messages
from daw_bridge.errors import error_codes
from daw_bridge.live.latency import grid_latency
from daw_bridge.server.sockets.metric_families import every_metric
from daw_bridge.settings.parameters import (
    PARAMETERS,
    SERVER_PARAMETERS,
    STREAM_PARAMETERS,
    Parameter,
    parameter,
)
from engines.errors import EngineError
from engines.spec import Cell, ModelSpec, Preset

ROOT = Path(__file__).parents[2]
RATE_HZ, BLOCK_SAMPLES = 44100, 512
"""What the declared latencies are given for."""

ALL_TAGS = "all"
"""What card rows of `evaluate-tags` call the mean of all tags."""

_NOTE = "<!-- made by `make docs` from {source}: do not edit -->"


def page(title: str, source: str, *parts: str) -> str:
    """A page with a heading and a note where it comes from; parts are paragraphs or tables."""
    return "\n\n".join([f"# {title}", _NOTE.format(source=source), *map(str.strip, parts)]) + "\n"


# Parameters, options, errors.


def parameters_page() -> str:
    """What can be set on a running stream."""
    return page(
        "Parameters",
        "daw_bridge/settings/parameters.py",
        "Set and asked for over [OSC](osc.md) (`address value` sets, `address` asks) and "
        "[ZeroMQ](zeromq.md) (`set`, `get`), and chosen at the start by a flag of `serve`. "
        "*Live*: it can be set while the server runs; the others are chosen at the start, or when "
        "a stream is opened, and can be asked for. `block/*` and `residual/to` are reported as "
        "they are, not as they were asked for. `<name>` is an output: a stem, or `residual`. "
        "*Also*: earlier names and flags, which keep working. They set and ask, are answered under "
        "the name that was used, and changes are reported under every name.",
        parameter_table(STREAM_PARAMETERS),
    )


def options_page() -> str:
    """What `serve` takes beyond the parameters."""
    return page(
        "Options of serve",
        "daw_bridge/settings/parameters.py",
        "What `daw-bridge serve` takes at its start, beside the flags of the "
        "[parameters](parameters.md).",
        parameter_table(SERVER_PARAMETERS),
    )


def parameter_table(rows: Sequence[Parameter]) -> str:
    """A row for each parameter; columns that are empty for all of them are left out."""
    columns: dict[str, Callable[[Parameter], str]] = {
        "name": lambda one: f"`{one.name}`",
        "OSC": lambda one: f"`{one.osc_address} {one.type}`" if one.osc_address else "",
        "flag": lambda one: f"`{one.cli_flag}`" if one.cli_flag else "",
        "allowed": Parameter.allowed,
        "default": lambda one: f"`{one.default}`" if one.default != "" else "",
        "live": lambda one: "yes" if one.live else "",
        "what it is": lambda one: one.help + _also(one),
    }
    cells = {name: [column(one) for one in rows] for name, column in columns.items()}
    kept = [name for name in cells if any(cells[name])]
    return markdown(kept, zip(*(cells[name] for name in kept), strict=True))


def _also(one: Parameter) -> str:
    return f" Also: {', '.join(f'`{alias}`' for alias in one.aliases)}." if one.aliases else ""


def metrics_page() -> str:
    """What `serve --metrics` shows."""
    rows = [
        (f"`{one.name}`", "counter" if one.counts else "gauge",
         ", ".join(f"`{label}`" for label in labels), one.text[0].upper() + one.text[1:])
        for one, labels in every_metric()
    ]  # fmt: skip
    return page(
        "Metrics",
        "daw_bridge/server/sockets/metric_families.py",
        "What `daw-bridge serve --metrics PORT` answers at `/metrics`: the numbers that "
        "`/dawbridge/status` and [`status`](zeromq.md#status) know, read when Prometheus asks. "
        "Counts begin at 0 with the server, or with the stream. On Linux, "
        "`process_resident_memory_bytes`, `process_cpu_seconds_total`, `process_open_fds` and "
        "their like come beside them. Alerts for them: [service](../guide/service.md#metrics).",
        markdown(("metric", "kind", "labels", "what it is"), rows),
    )


def errors_page() -> str:
    """Every code that reaches a client."""
    engine = {one.code: (one.__doc__ or "").splitlines()[0] for one in EngineError.__subclasses__()}
    return page(
        "Error codes",
        "daw_bridge/errors.py and engines/errors.py",
        "Every error has a code, which does not change once it is published: in brackets at the "
        "end of a message on the command line, in `/dawbridge/fail` over OSC, in `fail` over "
        "ZeroMQ, and as `RemoteError.remote_code` in Python. The text beside it says what was "
        "seen, what was expected, and what to do.",
        "## The server, the client, the commands",
        markdown(
            ("code", "meaning"), ((f"`{code}`", text) for code, text in error_codes().items())
        ),
        "## The engine",
        markdown(("code", "meaning"), ((f"`{code}`", text) for code, text in engine.items())),
    )


# Commands.


def commands_page() -> str:
    """The commands, each with its options and examples."""
    names = command_names()
    rows = [(f"[`daw-bridge {name}`](#{name})", load_command(name).HELP) for name in names]
    return page(
        "Commands",
        "daw_bridge/cli/commands/",
        "`daw-bridge COMMAND --help` says the same.",
        markdown(("command", "what it does"), rows),
        *(part for name in names for part in _command(name)),
    )


def _command(name: str) -> list[str]:
    command = load_command(name)
    parsers = _subparsers(build_parser())
    parts = [f"## {name}", command.HELP]
    shown = set[tuple[str, str]]()
    for called, parser in {name: parsers[name], **_nested(name, parsers[name])}.items():
        options = [one for one in _options(parser) if one[1:] not in shown]
        shown |= {one[1:] for one in options if called == name}
        if name == "serve":
            flags = {one.cli_flag for one in PARAMETERS}
            options = [one for one in options if one[1].split()[0].strip("`,") not in flags]
            parts.append(
                "The [parameters](parameters.md) and [options](options.md) by their flags, and:"
            )
        if options:
            parts += [f"`daw-bridge {called}`:"] if called != name else []
        for title in dict.fromkeys(one[0] for one in options):
            rows = [one[1:] for one in options if one[0] == title]
            parts += [f"*{title[0].upper()}{title[1:]}*"] if title else []
            parts.append(markdown(("option", "what it does"), rows))
    return [*parts, f"```text\n{command.EXAMPLES.strip()}\n```"]


def _nested(name: str, parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return {f"{name} {one}": found for one, found in _subparsers(parser).items()}


def _subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return {name: _declared(one) for name, one in action.choices.items()}
    return {}


def _declared(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    return parser.declared() if isinstance(parser, Later) else parser


def _options(parser: argparse.ArgumentParser) -> Iterable[tuple[str, str, str]]:
    """(title of the group, option, what it does); argparse's own groups have no title."""
    for group in parser._action_groups:
        own = group in (parser._positionals, parser._optionals)
        for action in group._group_actions:
            if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
                continue
            value = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
            if action.choices is not None and not action.metavar:
                value = "{" + ",".join(map(str, action.choices)) + "}"
            flags = ", ".join(action.option_strings)
            option = f"`{f'{flags} {value}'.strip()}`"
            title = "" if own else str(group.title)
            yield title, option, (action.help or "").replace("%%", "%")


# Models.


def models_table() -> str:
    """The README's: what each model gives, what for, how late, how good; the published systems."""
    header = ("model", "stems", "you may use the results", "latency, ms", "SDR, dB")
    rows = [
        (f"[{name}](docs/models/{name}.md)", stems_in_short(spec), f"**{terms(spec)}**",
         _latencies(spec), _quality(spec))
        for name, spec in chosen().items()
        if not spec.published
    ]  # fmt: skip
    links = [f"[{name}](docs/models/{name}.md)" for name, spec in shipped().items()
             if spec.published]  # fmt: skip
    systems = (
        f"\nPublished systems, scaled down, to compare: {', '.join(links)}.\n" if links else ""
    )
    return markdown(header, rows) + systems


def _latencies(spec: ModelSpec) -> str:
    live = {name: one for name, one in spec.presets.items() if name != "offline"}
    for other in spec.elsewhere:
        live[other.preset] = shipped()[other.model].in_place(other.preset).presets[other.preset]
    order = parameter("block/preset").choices
    named = sorted(live.items(), key=lambda item: order.index(item[0]))
    return ", ".join(f"{name} {_ms(latency_samples(one))}" for name, one in named)


def latency_samples(preset: Preset) -> int:
    """The declared latency of a live preset at RATE_HZ in blocks of BLOCK_SAMPLES."""
    target = float(parameter("load/target").default)
    return grid_latency(preset.grid, BLOCK_SAMPLES, target)


def _ms(samples: int) -> int:
    return round(1000 * samples / RATE_HZ)


def _quality(spec: ModelSpec) -> str:
    """Median SDR of each stem offline, on the first set of the figures; by tags, the mean of all
    tags that are there."""
    if not spec.figures:
        return "not measured"
    header, *rows = spec.figures
    if spec.query is not None:
        return _quality_by_tags(header, rows)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    first = found[0].get("set")
    offline = {f"offline N={spec.offline.steps}", "offline"}
    chosen = [row for row in found if row["system"] in offline and row.get("set") == first]
    sdr: dict[Cell, Cell] = {row["stem"]: row["SDR"] for row in chosen}
    return ", ".join(f"{stem} {float(sdr[stem] or 0):.1f}" for stem in spec.stems)


def _quality_by_tags(header: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> str:
    """Of the card rows of `evaluate-tags`: over all tags, and what the mix at its best gain has."""
    found = [dict(zip(header, row, strict=True)) for row in rows]
    whole = [row for row in found if row.get("tag") == ALL_TAGS]
    own = [row for row in whole if row.get("system") == whole[0]["system"]]
    return f"all tags {float(own[0]['SDR'] or 0):.1f}" if own else "not measured"


def model_page(name: str, spec: ModelSpec) -> str:
    """A model's card."""
    facts = [
        ("stems", _stems_on_page(spec)),
        *(("tags", words) for words in tags(spec)[:1]),
        ("you may use the results", terms(spec)),
        ("licence", spec.licence),
        ("sample rate", f"{spec.rate_hz} Hz, within {spec.rate_tolerance:.0%} without resampling"),
        ("channels", spec.channels),
        ("method", f"`{spec.method}`{conditioning(spec)}"),
        ("domain", domain(spec)),
        ("level", level(spec)),
        ("training", spec.training),
        *(("published system", words) for words in published(spec)),
        ("steps", steps(spec)),
    ]
    presets = [_preset_row(called, one) for called, one in spec.presets.items()]
    presets += [(one.preset, f"as [{one.model}]({one.model}.md) has it") + ("",) * 5
                for one in spec.elsewhere]  # fmt: skip
    header = ("preset", "window", "hop", "lookahead", "crossfade", "steps", "latency")
    return page(
        name,
        f"engines/models/{name}.onnx",
        f"`daw-bridge models info {name}` says the same. How to read the figures: "
        "[quality](../measured/quality.md).",
        markdown(("", ""), facts),
        "## Presets",
        f"In samples at the model's rate. Latency as declared at {RATE_HZ} Hz in blocks of "
        f"{BLOCK_SAMPLES}, with the computing budget.",
        markdown(header, presets),
        "## Figures",
        markdown([str(cell) for cell in spec.figures[0]], spec.figures[1:])
        if spec.figures
        else "Not measured yet.",
    )


def _stems_on_page(spec: ModelSpec) -> str:
    if spec.asking is not None and not spec.asking.targets:
        return "one for each of the tags that you ask for (`--tags drums,bass`), and the residual"
    return ", ".join(spec.stems) + ", and the residual"


def _preset_row(name: str, one: Preset) -> tuple[object, ...]:
    late = latency_samples(one)
    grid = (one.window_samples, one.hop_samples, one.lookahead_samples, one.crossfade_samples)
    return (name, *grid, one.steps, None if name == "offline" else f"{late} = {_ms(late)} ms")


# All of it.


def pages() -> dict[str, str]:
    """Path below the project's root -> text, of everything that is generated as a whole."""
    return {
        "docs/reference/parameters.md": parameters_page(),
        "docs/reference/options.md": options_page(),
        "docs/reference/metrics.md": metrics_page(),
        "docs/reference/commands.md": commands_page(),
        "docs/reference/errors.md": errors_page(),
        **{f"docs/models/{name}.md": model_page(name, spec) for name, spec in shipped().items()},
    }


def render_readme(text: str) -> str:
    """The README's text with its table of models as the models say. Raises ValueError."""
    return _marked(text, "models", models_table())


def render_zeromq(text: str) -> str:
    """The page on ZeroMQ: its messages as the records say, and every limit. Raises ValueError."""
    return _marked(text, "messages", f"\n{messages()}\n{limits()}\n")


def render_model_file(text: str) -> str:
    """The page on the model file: every field as the records say. Raises ValueError."""
    return _marked(text, "fields", f"\n{fields_text()}\n\n")


def _marked(text: str, mark: str, content: str) -> str:
    """The text with this between `<!-- mark -->` and `<!-- /mark -->`. Raises ValueError."""
    pattern = rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)"
    new, count = re.subn(pattern, lambda m: m[1] + content + m[2], text, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"{count} places marked {mark!r}, expected 1")
    return new


PARTS: dict[str, Callable[[str], str]] = {
    "README.md": render_readme,
    "docs/reference/zeromq.md": render_zeromq,
    "docs/reference/model-file.md": render_model_file,
}
"""Pages of which marked parts are generated: path -> the text with these as they should be."""


def main() -> int:
    """Write every page that differs and say which."""
    texts = {ROOT / name: text for name, text in pages().items()}
    for name, render in PARTS.items():
        texts[ROOT / name] = render((ROOT / name).read_text(encoding="utf-8"))
    for path, text in texts.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
