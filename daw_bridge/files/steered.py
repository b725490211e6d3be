"""Jobs of models that are asked for tags: their stems, and what the user should know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from daw_bridge.errors import BadValue
from daw_bridge.files.audio.info import AudioInfo
from daw_bridge.files.request import SeparateRequest
from engines.context import ZEROS
from engines.load import Model, read_tree
from engines.spec import RESIDUAL, UNHEARD, ModelSpec
from engines.tagging import tagged
from engines.tree import Tree


def asked_tree(request: SeparateRequest, path: Path | None = None) -> Tree:
    """The model's description, with those of all that it needs; where tags were asked for, its
    stems are these.

    Raises TagError for tags that it does not know, or none where it needs some, and EngineError.
    """
    tree = read_tree(path or request.model)
    if not _needs_tags(tree.spec, request):
        return tree
    return replace(tree, spec=tree.spec.tagged(request.text("tags")))


def asked_model(model: Model, request: SeparateRequest) -> Model:
    """The same of a model that was loaded."""
    return tagged(model, request.text("tags")) if _needs_tags(model.spec, request) else model


def _needs_tags(spec: ModelSpec, request: SeparateRequest) -> bool:
    fixed = spec.asking is None or bool(spec.asking.targets)
    return bool(request.text("tags").strip()) or not fixed


def makes_anew(spec: ModelSpec) -> bool:
    """Whether what comes out is no part of the mix."""
    return spec.steering is not None and spec.steering.output == "style"


def refuse_sums(spec: ModelSpec, request: SeparateRequest) -> None:
    """Raise BadValue where a sound made anew is asked for what only parts of a mix have."""
    ways = ("two-stems", "minus", "residual/to")
    given = [f"--{one.replace('/', '-')}" for one in ways if request.text(one)]
    given += ["--format stem.mp4"] if request.text("format") == "stem.mp4" else []
    if given:
        raise BadValue(
            f"{', '.join(given)} with {spec.name}", "a model whose stems are parts of the song",
            "Leave it out: this model makes a new sound, and there is no rest.",
        )  # fmt: skip


def refuse_silence_around(spec: ModelSpec, context: str) -> None:
    """Raise BadValue for silence beyond the ends of a song that taggers hear."""
    if spec.steering is not None and context == ZEROS:
        raise BadValue(
            f"--context zeros with {spec.name}", "repeat or reflect",
            "Leave it out: taggers take silence for an answer.",
        )  # fmt: skip


def steered_notices(spec: ModelSpec, info: AudioInfo) -> tuple[tuple[str, str], ...]:
    """(code, words) before the work."""
    if spec.steering is None:
        return ()
    found = []
    window_s, song_s = spec.offline.window_samples / spec.rate_hz, info.frames / info.rate_hz
    if song_s < window_s:
        words = f"{info.path.name} has {song_s:.1f} s, and the taggers hear {window_s:.1f} s"
        found.append(("tiled", f"{words}: it is repeated for them"))
    if makes_anew(spec):
        words = f"{', '.join(spec.stems)}: made anew by {spec.name}"
        found.append(("style", f"{words}; it adds up with nothing to the song"))
    return tuple(found)


def unheard(outputs: Sequence[str], heard: Sequence[tuple[float, ...]]) -> tuple[str, ...]:
    """Words for each stem that the taggers hardly hear in any window of any stream."""
    found = []
    for name, *likely in zip(outputs, *(one for one in heard if one), strict=False):
        if name != RESIDUAL and likely and max(likely) < UNHEARD:
            words = f"{name}: the taggers hardly hear it in this music (probability"
            found.append(f"{words} {max(likely):.2f} at most)")
    return tuple(found)
