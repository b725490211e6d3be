"""Models that make known stems for another one: `--known vocals=@spleeter-2stems`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from daw_bridge.errors import BadValue
from daw_bridge.files.request import SeparateRequest
from engines.composite import AnyStream
from engines.context import of_songs
from engines.load import Model, read_tree
from engines.making import make_stream
from engines.settings import StreamSettings, stream_settings
from engines.stacked import First, Stacked
from engines.tree import Tree


@dataclass(frozen=True)
class Maker:
    """A model (name or path) that makes `stems`, on its offline grid."""

    model: str
    stems: tuple[str, ...]
    tree: Tree
    settings: StreamSettings


def makers_of(request: SeparateRequest, rate_hz: int) -> tuple[Maker, ...]:
    """The models that make known stems, each once, for songs of this rate in Hz.

    Raises BadValue for a stem that a model does not make, and EngineError for the model.
    """
    stems: dict[str, tuple[str, ...]] = {}
    context = request.text("context")
    for stem, model in request.made:
        stems[model] = (*stems.get(model, ()), stem)
    return tuple(_maker(model, some, rate_hz, context) for model, some in stems.items())


def _maker(model: str, stems: tuple[str, ...], rate_hz: int, context: str) -> Maker:
    tree = read_tree(model)
    spec = tree.spec
    for stem in stems:
        if stem not in spec.stems:
            raise BadValue(
                f"--known {stem}=@{model}, a stem that it does not make",
                "one of " + ", ".join(spec.stems), "Choose another stem or model.",
            )  # fmt: skip
    settings = stream_settings(spec, rate_hz, spec.channels, preset="offline")
    context = context or of_songs(spec.context)
    return Maker(model, stems, tree, replace(settings, context=context))


def stream_of(
    model: Model, settings: StreamSettings, makers: tuple[Maker, ...], loaded: Mapping[str, Model]
) -> AnyStream:
    """The stream of a model whose known stems these makers, `loaded` by name, make.

    Raises SettingsError.
    """
    last = make_stream(model, settings)
    if not makers:
        return last
    firsts = [
        First(make_stream(loaded[one.model], _of_channels(one.settings, settings)), one.stems)
        for one in makers
    ]
    return Stacked(firsts, last)


def _of_channels(settings: StreamSettings, last: StreamSettings) -> StreamSettings:
    return replace(settings, channels=last.channels)
