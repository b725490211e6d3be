"""`models ensemble` and `models stack`: a model that is made of others.

What is written is NAME.daw.json alone, in which their names stand; no graph is copied.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path

from daw_bridge.cli.models.keeping import kept_if_good, write_description, writing
from daw_bridge.errors import BadValue, FileInTheWay, WriteFailed
from daw_bridge.files import licences
from engines.context import ZEROS
from engines.errors import EngineError
from engines.load import added_models, find_model, list_models, name_of, read_spec, read_tree
from engines.spec import (
    MEAN,
    SIDECAR_SUFFIX,
    FirstModel,
    Member,
    ModelSpec,
    Preset,
    WaveformDomain,
)
from engines.spec.checks import NAME
from engines.tree import Tree

Weights = Mapping[str, tuple[float, ...]]
"""Of some stems, "" for all others: a weight for each model."""
Try = Callable[[Path], None]
MOST_LETTERS = 100
"""Of a name that is given here."""


def place_of(asked: str) -> Path:
    """The file that `-o` means: a name among the user's models, or a path. Raises BadValue."""
    name = Path(asked).name.removesuffix(SIDECAR_SUFFIX)
    if not NAME.fullmatch(name) or len(name) > MOST_LETTERS:
        expected = f"a name of a-z, 0-9, _ and -, of at most {MOST_LETTERS} letters"
        raise BadValue(f"-o {asked}", expected, "For example -o both.")
    folder = added_models() if asked == name else Path(asked).parent
    return folder.absolute() / f"{name}{SIDECAR_SUFFIX}"


def mean_of(
    models: Sequence[str], weights: Weights, stems: Sequence[str], place: Path
) -> ModelSpec:
    """The mean of these models, as `place` would describe it. Raises BadValue, and EngineError for
    one of the models.
    """
    trees = [read_tree(one) for one in models]
    _refuse_steered(trees)
    names = [called(tree, place) for tree in trees]
    if len(trees) < 2 or len(set(names)) != len(names):
        seen = f"the mean of {', '.join(names)}"
        raise BadValue(seen, "two models or more, each once", "Name another.")
    chosen = _common(trees, stems)
    _check_channels(trees)
    _check_weights(weights, chosen, len(trees))
    equal = (1.0,) * len(trees)
    rows = [weights.get(stem, weights.get("", equal)) for stem in chosen]
    columns = list(zip(*rows, strict=True))
    members = tuple(
        Member(name, () if not weights else column)
        for name, column in zip(names, columns, strict=True)
    )
    return _spec(place, trees, chosen, members, (), f"the mean of {' and '.join(names)}")


def stack_of(model: str, made: Sequence[tuple[str, str]], place: Path) -> ModelSpec:
    """`model` after others that make stems of it, as `place` would describe it: (stem, model) each.

    Raises BadValue, and EngineError for one of the models.
    """
    last = read_tree(model)
    stems: dict[str, tuple[str, ...]] = {}
    for stem, maker in made:
        before = read_tree(maker)
        for tree in (before, last):
            if stem not in tree.spec.stems:
                seen = f"--known {stem}=@{maker}, a stem that {tree.spec.name} does not have"
                expected = f"one of {', '.join(tree.spec.stems)}"
                raise BadValue(seen, expected, "Choose another stem or model.")
        _check_channels([before, last])
        name = called(before, place)
        if any(stem in some for some in stems.values()):
            raise BadValue(f"--known {stem}, twice", "each stem once", "Leave one out.")
        stems[name] = (*stems.get(name, ()), stem)
    first = tuple(FirstModel(name, some) for name, some in stems.items())
    words = f"{name_of(last.path)} after " + ", ".join(
        f"{one.model} ({', '.join(one.stems)})" for one in first
    )
    trees = [last, *(read_tree(maker) for _, maker in made)]
    _refuse_steered(trees)
    member = Member(called(last, place))
    return _spec(place, [last], last.spec.stems, (member,), first, words, trees)


def combine(spec: ModelSpec, place: Path, check: Try, *, force: bool = False) -> None:
    """Writes the description; it stays only if `check` is content with the model.

    Raises FileInTheWay where a model of that name is there already, unless it is such a
    description and `force`; WriteFailed, and everything that loading it and `check` raise.
    """
    name = name_of(place)
    with writing(place):
        there, graph = place.exists(), place.with_name(f"{name}.onnx").exists()
    taken = there or (place.parent == added_models().absolute() and name in list_models())
    if graph or (taken and not (force and there)):
        action = "Choose another name with -o, or --force to write over such a description."
        raise FileInTheWay(
            f"a model called {name!r}, which is there already", "a free name", action
        )
    with writing(place):
        place.parent.mkdir(parents=True, exist_ok=True)
    with kept_if_good(place):
        write_description(place, json.loads(spec.to_json()))
        read_tree(place)
        check(place)


def called(tree: Tree, place: Path) -> str:
    """What the description at `place` must call this model.

    Raises BadValue where no name finds it from there, and where it has the name of `place`;
    WriteFailed.
    """
    name, path = name_of(tree.path), tree.path
    if name == name_of(place):
        seen = f"{name}, made of a model of that name: they would need each other"
        raise BadValue(seen, "another name", "Choose one with -o.")
    beside = path.parent == place.parent
    files = [place.with_name(name + suffix) for suffix in (".onnx", SIDECAR_SUFFIX)]
    with writing(place):
        shadowed = not beside and any(one.exists() for one in files)
    if beside or (not shadowed and name in list_models() and find_model(name).absolute() == path):
        return name
    raise BadValue(
        f"{path}, which no name finds from {place.parent}", "a model of `models list`, or one "
        "beside what is made", f"Write it there: -o {path.parent / name_of(place)}",
    )  # fmt: skip


def _spec(
    place: Path, trees: Sequence[Tree], stems: Sequence[str], members: tuple[Member, ...],
    first: tuple[FirstModel, ...], words: str, licensed: Sequence[Tree] | None = None,
) -> ModelSpec:  # fmt: skip
    specs = [tree.spec for tree in trees]
    presets = {
        name: _preset([spec.presets[name] for spec in specs], [spec.rate_hz for spec in specs])
        for name in specs[0].presets
        if all(name in spec.presets for spec in specs)
    }
    targets = {spec.residual_to for spec in specs}
    target = targets.pop() if len(targets) == 1 else None
    made = {stem for one in first for stem in one.stems}  # which take no residual
    contexts = [spec.context for spec in specs if spec.context != ZEROS]
    every = {
        name_of(one.path): one.spec.licence for tree in (licensed or trees) for one in tree.every
    }
    return ModelSpec(
        name=name_of(place), stems=tuple(stems), rate_hz=max(spec.rate_hz for spec in specs),
        channels=max(spec.channels for spec in specs), method=MEAN, domain=WaveformDomain(),
        live=presets["balanced"], offline=presets["offline"], tight=presets.get("tight"),
        instant=presets.get("instant"),
        quality=presets.get("quality"), conditional=any(spec.conditional for spec in specs),
        residual_to=target if target in set(stems) - made else None, licence=licences.of_all(every),
        training=words, context=contexts[0] if contexts else ZEROS, members=members, first=first,
        rate_tolerance=min(spec.rate_tolerance for spec in specs),
    )  # fmt: skip


def _preset(presets: Sequence[Preset], rates_hz: Sequence[int]) -> Preset:
    """One that shows what the members' take together, in samples at the highest rate."""
    rate_hz = max(rates_hz)

    def most(name: str) -> int:
        sizes: list[int] = [getattr(one, name) for one in presets]
        return max(-(-size * rate_hz // own) for size, own in zip(sizes, rates_hz, strict=True))

    hop, look = most("hop_samples"), most("lookahead_samples")
    crossfade = min(hop, most("crossfade_samples"))
    window = max(most("window_samples"), hop + max(look, crossfade))
    return Preset(window, hop, look, crossfade, max(one.steps for one in presets))


def _common(trees: Sequence[Tree], asked: Sequence[str]) -> tuple[str, ...]:
    """The stems of the mean: those asked for, else all that each model has."""
    have = [tree.spec.stems for tree in trees]
    common = [stem for stem in have[0] if all(stem in some for some in have)]
    told = "; ".join(f"{name_of(one.path)} makes {', '.join(one.spec.stems)}" for one in trees)
    if not common:
        raise BadValue(f"no stem in common: {told}", "one that all make", "Name other models.")
    if lacks := [stem for stem in asked if stem not in common]:
        seen = f"stems {', '.join(lacks)}, which not all make: {told}"
        raise BadValue(seen, f"some of {', '.join(common)}", "Leave them out.")
    return tuple(stem for stem in common if not asked or stem in asked)


def _refuse_steered(trees: Sequence[Tree]) -> None:
    for one in (one for tree in trees for one in tree.every):
        if one.spec.asking is not None:
            seen = f"{name_of(one.path)}, which is asked for tags, in a model of several"
            raise BadValue(seen, "models without tags", "Separate a file with it, with --tags.")


def _check_channels(trees: Sequence[Tree]) -> None:
    channels = {tree.spec.channels for tree in trees}
    if len(channels - {1}) > 1:
        told = ", ".join(f"{name_of(one.path)} has {one.spec.channels}" for one in trees)
        raise BadValue(f"channels: {told}", "as many, or 1", "Name other models.")


def _check_weights(weights: Weights, stems: Sequence[str], count: int) -> None:
    for stem, row in weights.items():
        told = f"--weights {f'{stem}=' if stem else ''}{','.join(f'{one:g}' for one in row)}"
        if stem and stem not in stems:
            raise BadValue(told, f"a stem of {', '.join(stems)}", "Choose another stem.")
        if len(row) != count:
            raise BadValue(told, f"{count} numbers, one for each model", "Give as many.")
        if not all(isfinite(one) and one >= 0.0 for one in row) or not any(row):
            raise BadValue(told, "numbers from 0 on, not all 0", "Give a share to each model.")


def parse_weights(texts: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """`0.5,0.5` and `vocals=0.3,0.7`. Raises BadValue."""
    found: dict[str, tuple[float, ...]] = {}
    for text in texts:
        stem, mark, row = text.partition("=")
        stem, row = (stem.strip().lower(), row) if mark else ("", text)
        try:
            numbers = tuple(float(one) for one in row.split(","))
        except ValueError:
            expected = "numbers such as 0.5,0.5 or vocals=0.3,0.7"
            raise BadValue(f"--weights {text}", expected, "One for each model.") from None
        if stem in found or (mark and not stem):
            raise BadValue(f"--weights {text}", "each stem once", "Leave one out.")
        found[stem] = numbers
    return found


def refuse_needed(name: str, folder: Path) -> None:
    """Raises FileInTheWay where models of `models list` need the one of this name in `folder`."""
    files = [(folder / f"{name}{suffix}").absolute() for suffix in (".onnx", SIDECAR_SUFFIX)]
    found = []
    for other in list_models():
        try:
            needed = any(one.path in files for one in read_tree(other).every[1:])
        except EngineError:  # it says itself what is wrong, where it is used
            needed = _names(other, name, files)
        found += [other] * needed
    if found:
        seen = f"{name}, which {', '.join(found)} cannot do without"
        raise FileInTheWay(seen, "a model that no other needs", "Remove those first.")


def _names(other: str, name: str, files: Sequence[Path]) -> bool:
    """Whether the description of a model that cannot be used means these files by this name."""
    try:
        path = find_model(other)
        spec = read_spec(path)
    except EngineError:
        return False
    beside = [one for one in (path.with_name(file.name) for file in files) if one.is_file()]
    named = name in (*(one.model for one in spec.first), *(one.model for one in spec.members))
    return named and (not beside or any(one in files for one in beside))


def remove_combined(name: str, folder: Path) -> Path | None:
    """Takes away the description of that name that was made here; None where there is none.

    Raises WriteFailed.
    """
    place = folder / f"{name}{SIDECAR_SUFFIX}"
    if not place.is_file() or place.with_name(f"{name}.onnx").exists():
        return None
    try:
        place.unlink()
    except OSError as error:
        raise WriteFailed(str(error), f"to remove {place}", "Check the rights.") from error
    return place
