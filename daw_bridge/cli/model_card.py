"""What a model file says about itself, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from daw_bridge.cli.tables import table
from daw_bridge.files import licences
from daw_bridge.settings.parameters import parameter
from engines.load import Model, all_files, load_model, name_of, read_spec, read_tree
from engines.making import make_stream
from engines.methods.diffusion.method import separation_of
from engines.spec import Domain, HybridDomain, ModelSpec, Preset, shares
from engines.stream import stream_settings
from engines.tree import Tree

#: Rates that latencies are given for.
RATES_HZ = (44100, 48000)


@dataclass(frozen=True)
class Listed:
    """One line of `daw-bridge models list`."""

    name: str
    path: Path
    megabytes: float
    spec: ModelSpec
    licence: str
    """The strictest of what it is made of."""


def listed(name: str, path: Path) -> Listed:
    """An installed model. Raises SpecError, ModelFileError, ModelNotFoundError."""
    spec, tree = read_spec(path), read_tree(path)
    return Listed(name, path, round(_bytes(path) / 1e6, 1), spec, _strictest(tree))


def _strictest(tree: Tree) -> str:
    """The licence that allows least, of the model and all that it needs."""
    return licences.strictest_of([tree])


def _bytes(path: Path) -> int:
    """Of all files of the model, and of those that it needs, that are there."""
    return sum(one.stat().st_size for one in all_files(path) if one.is_file())


def latencies(model: Model) -> dict[str, dict[int, int]]:
    """Live preset -> session rate in Hz -> its latency in samples, before device and budget."""
    spec = model.spec
    names = [name for name in spec.presets if name != "offline" and not _for_files(spec)]
    run = {one.preset: load_model(model.path, preset=one.preset) for one in spec.elsewhere}
    run |= dict.fromkeys(names, model)
    order = parameter("block/preset").choices
    return {
        name: {
            rate_hz: make_stream(
                one, stream_settings(one.spec, rate_hz, spec.channels, preset=name)
            ).latency_samples
            for rate_hz in RATES_HZ
        }
        for name, one in sorted(run.items(), key=lambda item: order.index(item[0]))
    }


def card_json(model: Model) -> dict[str, Any]:
    """The description as stored, the file, the provider and the latencies."""
    return {
        "path": str(model.path),
        "megabytes": round(_bytes(model.path) / 1e6, 1),
        "provider": model.provider,
        "needs": [
            {"name": name_of(one.path), "path": str(one.path), "licence": one.spec.licence}
            for one in read_tree(model.path).every[1:]
        ],
        "strictest_licence": _strictest(read_tree(model.path)),
        "latency_samples": {
            name: {str(rate): n for rate, n in found.items()}
            for name, found in latencies(model).items()
        },
        "spec": json.loads(model.spec.to_json()),
    }


def card(model: Model) -> str:
    """The model card as text."""
    spec, tree = model.spec, read_tree(model.path)
    size = _bytes(model.path) / 1e6
    lines = [
        f"{spec.name}  ({model.path.name}, {size:.1f} MB)",
        "",
        f"stems      {_stems(spec)}",
        *(f"tags       {words}" for words in tags(spec)),
        *(f"sampling   {words}" for words in sampling(spec)),
        *(f"generates  {words}" for words in generating(spec)),
        f"rate       {spec.rate_hz} Hz, +-{spec.rate_tolerance:.0%} without resampling",
        f"channels   {spec.channels}",
        f"method     {spec.method}{conditioning(spec)}",
        *([] if spec.members else [f"domain     {domain(spec)}"]),
        *(f"graph      {words}" for words in graph(spec)),
        f"level      {level(spec)}",
        *(f"made of    {words}" for words in _made_of(tree)),
        f"licence    {spec.licence or 'not stated'}",
        *([f"strictest  {licences.use(_strictest(tree))}"] if len(tree.every) > 1 else ()),
        f"training   {spec.training or 'not stated'}",
        *(f"published  {words}" for words in published(spec)),
        *([f"steps      {steps(spec)}"] if steps(spec) else ()),
        "",
        "presets",
        _presets(spec),
        "",
        "latency in samples (without the sound device's blocks and the compute budget)",
        _latencies(model) if latencies(model) else "  none: it separates files, not streams",
    ]
    if spec.figures:
        head, *rows = spec.figures
        lines += ["", "figures", _indent(table([str(cell) for cell in head], rows))]
    return "\n".join(lines)


def stems_in_short(spec: ModelSpec, between: str = ", ") -> str:
    """The stems; of a model that is asked for tags, how many it knows."""
    if spec.asking is not None and not spec.asking.targets:
        return f"{len(spec.asking.tags)} tags"
    return between.join(spec.stems)


def _stems(spec: ModelSpec) -> str:
    named = ", ".join(spec.stems)
    if spec.asking is not None and not spec.asking.targets:
        named = "one for each of the --tags that you ask for"
    if spec.steering is not None and spec.steering.output == "style":
        return f"{named}; made anew, no part of the song"
    return f"{named}; the rest is on the residual{_residual(spec)}"


_START = {"even": "equal masks", "equaliser": "each tag's equaliser"}


def tags(spec: ModelSpec) -> list[str]:
    """What the model can be asked for, and how it is steered; clauses."""
    if spec.query is not None:
        return [", ".join(spec.query.tags), "the network listens to them, live as well"]
    how = spec.steering
    if how is None:
        return []
    rate = f"{how.rate:g}" + (" times the latent's spread" if how.rate_by == "spread" else "")
    heard = f"heard by {', '.join(how.taggers)}, " if how.taggers else ""
    masks = f"masks of {', '.join(map(str, how.fft_samples))} samples, " if how.fft_samples else ""
    rounded = ", latents rounded to codes" if how.quantised else ""
    rounded = f", all together, from {_START[how.start]}" if how.joint else rounded
    return [
        ", ".join(how.tags),
        f"{heard}{masks}{how.sign}s at a rate of {rate}, stems are {how.output}{rounded}",
    ]


def sampling(spec: ModelSpec) -> list[str]:
    """How a diffusion model samples its stems, and what is to be said of it; clauses."""
    how = spec.diffusion
    if how is None:
        return []
    rest = f", {how.constrained} is the rest" if how.use != "extractor" else ""
    guided = f", guidance {how.guidance:g}" if how.guidance != 1 else ""
    mean = f", mean of {how.samples}" if how.samples > 1 else ""
    levels = f"steps are {how.spacing} noise levels from {how.highest:g} to {how.lowest:g}"
    notes = separation_of(spec, spec.stems, spec.offline.steps).notes
    return [f"{how.use}{rest}; {levels}, by {how.solver}{guided}{mean}", *notes]


def published(spec: ModelSpec) -> list[str]:
    """Which published system the model is, and what is scaled down; a clause."""
    which = spec.published
    if which is None:
        return []
    return [which.words + (f": {which.scaled_down}" if which.scaled_down else "")]


def generating(spec: ModelSpec) -> list[str]:
    """Whether a diffusion model makes parts that no mix has, and how; clauses."""
    if spec.diffusion is None:
        return []
    how = spec.diffusion.generating
    if how is None:
        return ["nothing: it only separates"]
    window_s = spec.offline.window_samples / spec.rate_hz
    guided = f", guidance {how.guidance:g}" if how.guidance != 1 else ""
    return [
        "new parts, alone or to given ones, called generated_NAME: never stems of a recording",
        f"{how.steps} noise levels from {how.highest:g} to {how.lowest:g}, two calls each, in "
        f"windows of {window_s:.2g} s{guided}",
    ]


def _for_files(spec: ModelSpec) -> bool:
    """Whether the model takes many steps for each window, and no live stream."""
    return spec.steering is not None or spec.diffusion is not None


def _residual(spec: ModelSpec) -> str:
    return f" (its trainer recommends adding it to {spec.residual_to})" if spec.residual_to else ""


def method(spec: ModelSpec) -> str:
    """What the engine does with the model, in a word, or with the names of others that it needs."""
    word = f"mean of {', '.join(one.model for one in spec.members)}"
    before = ", ".join(one.model for one in spec.first)
    return (word if spec.members else spec.method) + (f" after {before}" if before else "")


def _made_of(tree: Tree) -> list[str]:
    """What the model needs, with the share of each, and what it may be used for, a clause each."""
    spec = tree.spec
    before = {one.path: one for _, one in tree.firsts}.values()
    found = [
        f"{name_of(one.path)}, before it, makes {', '.join(stems)}: {_terms_of(one)}"
        for one in before
        if (stems := [stem for stem, maker in tree.firsts if maker.path == one.path])
    ]
    rows = shares(spec.members, len(spec.stems)) if spec.members else []
    for member, row in zip(tree.members, rows, strict=True):
        pairs = zip(spec.stems, row, strict=True)
        each = ", ".join(f"{share:.0%} of {stem}" for stem, share in pairs)
        share = f"{row[0]:.0%}" if len(set(row)) == 1 else each
        found.append(f"{name_of(member.path)}, {share}: {_terms_of(member)}")
    return found


def _terms_of(tree: Tree) -> str:
    return licences.terms(_strictest(tree))


def terms(spec: ModelSpec) -> str:
    """What may be done with the results in a few words: the first clause of the licence."""
    return licences.terms(spec.licence)


def use(spec: ModelSpec) -> str:
    """The same as a word of a table: non-commercial, any use, or the licence's name."""
    return licences.use(spec.licence)


def conditioning(spec: ModelSpec) -> str:
    """What becomes of known stems, and the schedule of the Gibbs masks; a clause."""
    if not spec.conditional:
        return "; known stems are subtracted"
    plan = spec.schedule
    schedule = ""
    if plan:
        schedule = f", rho {plan.rho_max:g} to {plan.rho_min:g}, alpha {plan.alpha:g}"
        schedule += f", {plan.estimate} of a stem's draws"
        schedule += "" if plan.draw == "independent" else f", masks by {plan.draw}"
    leave = plan is not None and plan.known == "subtracted"
    known = "leave the mix and count as silent" if leave else "are conditions"
    return f"; known stems {known} (flag 1 = {spec.flag_hot}{schedule})"


def graph(spec: ModelSpec) -> list[str]:
    """What is not as in graphs that were exported here, a clause each."""
    found = [f"{one.role} is {one.name!r}, {one.layout}" for one in spec.ports]
    if spec.answer:
        found.append(f"answers with the {spec.answer} of each stem")
    if spec.wiener:
        found.append("one iteration of Wiener filtering")
    found += [f"{part.file} gives {', '.join(part.stems)}" for part in spec.parts]
    if spec.then:
        found.append(f"{spec.then.file} goes on with each hop of it")
    if spec.rest:
        found.append(f"{spec.rest.stem} is the mix less {spec.rest.gain:g} times the others")
    if spec.batch_max:
        found.append(f"at most {spec.batch_max} windows in a call")
    return found


def domain(spec: ModelSpec) -> str:
    """What the graph takes, with the sizes of its transform."""
    return _domain_words(spec.domain)


_ALWAYS = ("fft_samples", "hop_samples", "window", "centred", "length_base_samples",
           "length_step_samples")  # fmt: skip


def _domain_words(domain: Domain) -> str:
    """Its kind, what is always said of it, and what is not as usual."""
    if isinstance(domain, HybridDomain):
        return f"hybrid: {_domain_words(domain.stft)}; {_domain_words(domain.waveform)}"
    said = [
        f"{one.name} {getattr(domain, one.name)}"
        for one in fields(domain)
        if one.name in _ALWAYS or getattr(domain, one.name) != one.default
    ]
    return domain.kind + ": " + ", ".join(said)


def level(spec: ModelSpec) -> str:
    """How loud the network expects the mix."""
    if spec.level_db is None:
        return "not stated: the mix is given as it comes"
    return f"the mix is brought to {spec.level_db:g} dBFS RMS for the network, and back"


def steps(spec: ModelSpec) -> str:
    """What steps of refinement bring; "" where nobody has said so and there are some."""
    refines = spec.refines or spec.steering is not None or spec.diffusion is not None
    return spec.steps_gain if refines or spec.members else "one pass: there are none to choose"


def _presets(spec: ModelSpec) -> str:
    header = ("", "window", "hop", "lookahead", "crossfade", "window_ms", "hop_ms", "steps")
    rows = [_preset_row(name, one, spec.rate_hz) for name, one in spec.presets.items()]
    others = [f"{one.preset}: runs {one.model}" for one in spec.elsewhere]
    return _indent("\n".join([table(header, rows), *others]))


def _latencies(model: Model) -> str:
    header = ("", *(f"at {rate_hz} Hz" for rate_hz in RATES_HZ))
    rows = [
        (name, *(f"{n} = {1000 * n / rate_hz:.1f} ms" for rate_hz, n in found.items()))
        for name, found in latencies(model).items()
    ]
    return _indent(table(header, rows))


def _preset_row(name: str, preset: Preset, rate_hz: int) -> tuple[object, ...]:
    return (
        name,
        preset.window_samples,
        preset.hop_samples,
        preset.lookahead_samples,
        preset.crossfade_samples,
        round(1000 * preset.window_samples / rate_hz),
        round(1000 * preset.hop_samples / rate_hz),
        preset.steps,
    )


def _indent(text: str) -> str:
    return "\n".join("  " + line for line in text.splitlines())
