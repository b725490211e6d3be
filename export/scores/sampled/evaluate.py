"""Score a diffusion model as a separator: every way to sample it, beside what costs less.

The JSON (version 1) has
  set        split, songs, clips, seconds, rate_hz, channels, stems
  model      name, sha256, stems;  steps: noise levels;  seed;  notes: what may be wrong
  systems    a list: system, rows {row: {si_sdri, sdr: summary}}, over {filter: the same of paired
             gains}, network_rows (for one window) of those that sample
  against    the filters that gains are over
  choice     model: sha256; ensembles: outcome, separator, extractor, extracted; choice_of: where
             they come from
  verdicts   of every ensemble: above_0, not_above_0 (stems), above (filters)
  published  GMSDI's tables 1 and 2
  clips      a list: clip, song, system, rows {row: {metric: dB or null}}
A summary is clips, songs, median, mean, each with _low and _high: 95 % by bootstrap over songs.
`all` is the mean over a clip's stems.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.spec import ModelSpec
from export.common.errors import UsageError
from export.common.files import replacing
from export.scores import peers
from export.scores.evaluation.sets import SongSet, places
from export.scores.evaluation.systems import Exported, PeerRun, Run, System, exported, file_digest
from export.scores.evaluation.work import Result, Work, code_digest
from export.scores.sampled import published
from export.scores.sampled.choice import ALL, Choice, as_json, choose, read_choice
from export.scores.sampled.report import Table, system_rows, verdicts
from export.scores.sampled.setting import Setting
from export.scores.sampled.systems import Outcome, Sampled
from export.scores.sampled.text import markdown
from export.scores.sampled.wiener import FixedWiener, measured, own_powers

PEERS = ("mix", "mix_share", "silence", "oracle")
SPECTRA_SECONDS = 10.0


@dataclass(frozen=True)
class SampledOptions:
    """The command's flags say what each is; None of `constrained` and `guidance`: what is usual.

    Raises UsageError where they do not go together.
    """

    model: str
    bands: Path
    output: Path
    split: str = "valid"
    constrained: tuple[str, ...] | None = None
    guidance: tuple[float, ...] | None = None
    samples: tuple[int, ...] = (1, 4)
    remask_fft: int = 2048
    steps: int | None = None
    seed: int = 0
    choice: Path | None = None
    beside: tuple[str, ...] = ()
    beside_steps: tuple[int, ...] = (1, 64)
    spectra: Path | None = None
    spectra_songs: int = 100
    seconds: float | None = None
    windows: int = 1
    limit: int | None = None
    device: str = "cpu"
    threads: int = 1
    jobs: int = 1

    def __post_init__(self) -> None:
        if self.output.suffix != ".json":
            seen = f"the output {self.output}"
            raise UsageError(seen, "a name ending in .json", "tables lie beside it in .md")
        if self.choice is not None and self.split == "valid":
            seen = "a choice for the songs that choices are made on"
            raise UsageError(seen, "--split test", "leave --choice out")


def evaluate(options: SampledOptions) -> dict[str, Any]:
    """Runs what is missing and writes all; what is in the JSON. Raises EngineError, ExportError."""
    model = exported([options.model], ("offline",), options.device, options.threads)[0][0]
    spec = model.spec
    given = () if options.choice is None else read_choice(options.choice, model)
    steps = _steps(options, given) or model.default_steps
    settings = _settings(options, spec, steps)
    notes = [note for one in settings for note in _notes(one, spec)]
    if options.split == "test" and options.choice is None:
        notes.append("No ensembles: nothing was chosen on other songs (--choice).")
    seconds = options.seconds or spec.offline.window_samples / spec.rate_hz
    clips = places(_songs(options, options.split, seconds, options.windows), None, options.limit)
    filters = _filters(options, model)
    first: list[System] = [*_peers(), *filters, *_beside(options)]
    sampled = _sampled(options, model, settings, given)
    _say_cost(clips, sampled)
    work = Work(options.output.with_suffix(".runs"), spec.rate_hz, spec.channels, code_digest())
    systems = [*first, *sampled]
    done = work.run(clips, systems, options.jobs)
    if options.split == "valid":
        given = choose(sampled, _means(Table(done, model), sampled))
        more = _unique(one for chosen in given for one in chosen.systems(model, options.seed))
        more = [one for one in more if one.name not in {system.name for system in systems}]
        done += work.run(clips, more, options.jobs)
        systems += more
    report = _report(options, model, steps, systems, done, given, [one.name for one in filters])
    report["notes"] = notes
    report["set"] = _set(options, work, clips, seconds)
    _write(report, options.output)
    return report


def _steps(options: SampledOptions, given: Sequence[Choice]) -> int | None:
    """Those asked for; of what was chosen before, those of the choice. Raises UsageError."""
    if not given:
        return options.steps
    chosen = given[0].separator.steps
    if options.steps not in (None, chosen):
        seen = f"--steps {options.steps}, and a choice that was made with {chosen}"
        raise UsageError(seen, "the same", "leave --steps out")
    return chosen


def _settings(options: SampledOptions, spec: ModelSpec, steps: int) -> list[Setting]:
    """The grid; of songs for a choice that was made before only what is asked for by name. Raises
    SettingsError for steps that would diverge."""
    chosen = options.choice is not None
    stems = options.constrained if options.constrained is not None else spec.stems
    scales = options.guidance if options.guidance is not None else (() if chosen else (1.0, 3.0))
    found = [Setting(one, scale, steps) for scale in scales for one in (*stems, "")]
    for one in found:
        one.separation(spec)
    return found


def _notes(setting: Setting, spec: ModelSpec) -> list[str]:
    return [f"{setting.name}: {note}." for note in setting.separation(spec).notes]


def _sampled(
    options: SampledOptions, model: Exported, settings: Sequence[Setting], given: Sequence[Choice]
) -> list[Sampled]:
    """Of every setting all outcomes, then what was chosen."""
    outcomes = [Outcome(n, fft) for n in options.samples for fft in _ffts(options)]
    found = [Sampled(model, one, how, seed=options.seed) for one in settings for how in outcomes]
    return _unique([*found, *(s for one in given for s in one.systems(model, options.seed))])


def _ffts(options: SampledOptions) -> tuple[int, ...]:
    return (0, options.remask_fft) if options.remask_fft else (0,)


def _unique(systems: Iterator[Sampled] | Sequence[Sampled]) -> list[Sampled]:
    return list(dict.fromkeys(systems))


def _peers() -> list[PeerRun]:
    for name in PEERS:
        peers.load(name)
    return [PeerRun(name) for name in PEERS]


def _songs(options: SampledOptions, split: str, seconds: float, windows: int) -> SongSet:
    return SongSet(split, options.bands / split, seconds, windows)


def _filters(options: SampledOptions, model: Exported) -> list[FixedWiener]:
    """Of the model's own spectra, and of those of other songs' stems."""
    found = []
    own = own_powers(model.path)
    if own is not None:
        found.append(FixedWiener("Wiener (spectra of the model)", model, own))
    if options.spectra is not None:
        songs = SongSet(options.spectra.name, options.spectra, SPECTRA_SECONDS, 1)
        powers = measured(places(songs, None, options.spectra_songs), model)
        found.append(FixedWiener(f"Wiener (stems of {songs.name})", model, powers))
    return found


def _beside(options: SampledOptions) -> list[Run]:
    """Other models: a refining one with each number of steps, the others as they are."""
    models = exported(options.beside, ("offline",), options.device, options.threads)
    return [
        Run(model, steps)
        for (model,) in models
        for steps in (options.beside_steps if model.spec.refines else (model.default_steps,))
    ]


def _say_cost(clips: Sequence[Any], sampled: Sequence[Sampled]) -> None:
    """Rows through the network are what takes the time: samples are shared, so the most counts."""
    most: dict[tuple[Setting, Setting | None], int] = {}
    for one in sampled:
        key = one.first, one.second
        most[key] = max(most.get(key, 0), 0 if one.second else one.network_rows)
    rows = sum(most.values())
    print(f"{len(clips)} windows, {rows:,} rows through the network for each", flush=True)


def _means(table: Table, sampled: Sequence[Sampled]) -> dict[str, dict[str, float]]:
    """Of every system that samples, mean SI-SDRi by row."""
    scores = {one.name: table.scores(one.name) for one in sampled}
    return {
        name: {row: kinds["si_sdri"]["mean"] for row, kinds in rows.items() if "si_sdri" in kinds}
        for name, rows in scores.items()
    }


def _report(
    options: SampledOptions, model: Exported, steps: int, systems: Sequence[System],
    done: Sequence[Result], given: Sequence[Choice], against: list[str],
) -> dict[str, Any]:  # fmt: skip
    rows = system_rows(Table(done, model), systems, against)
    stems = list(model.spec.stems)
    where = "these same songs" if options.choice is None else str(options.choice)
    return {
        "version": 1,
        "model": {"name": model.spec.name, "sha256": file_digest(model.path), "stems": stems},
        "steps": steps,
        "seed": options.seed,
        "systems": rows,
        "against": against,
        "choice": as_json(given, model),
        "choice_of": where,
        "verdicts": verdicts(rows, stems, against),
        "published": {"guidance": published.GUIDANCE, "table 1": published.TABLE_1,
                      "stems": (*published.STEMS, ALL), "table 2": published.TABLE_2},
        "clips": [
            {"clip": one.place.name, "song": one.place.song.name, "system": one.system.name,
             "rows": one.rows} for one in done
        ],
    }  # fmt: skip


def _set(
    options: SampledOptions, work: Work, clips: Sequence[Any], seconds: float
) -> dict[str, Any]:
    return {
        "split": options.split,
        "songs": len({one.song for one in clips}),
        "clips": len(clips),
        "seconds": seconds,
        "rate_hz": work.rate_hz,
        "channels": work.channels,
        "stems": list(dict.fromkeys(stem for one in clips for stem in one.stems)),
    }


def _write(report: dict[str, Any], output: Path) -> None:
    with replacing(output) as temporary:
        temporary.write_text(json.dumps(report, indent=1, allow_nan=False), "utf-8")
    with replacing(output.with_suffix(".md")) as temporary:
        temporary.write_text(markdown(report), "utf-8")
