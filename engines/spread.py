"""Which settings each model of a stream runs on, where a model needs others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, Protocol, Self, TypeVar

from engines.context import of_songs
from engines.errors import SettingsError
from engines.settings import BALANCED, StreamSettings, stream_settings
from engines.spec import ModelSpec

OFFLINE = "offline"


class Node(Protocol):
    """A model, loaded or not, with those that it needs: see `engines.tree.Tree`."""

    @property
    def spec(self) -> ModelSpec: ...

    @property
    def firsts(self) -> tuple[tuple[str, Self], ...]: ...

    @property
    def members(self) -> tuple[Self, ...]: ...


N = TypeVar("N", bound=Node)


@dataclass(frozen=True)
class Spread(Generic[N]):
    """A model's settings, whose known stems are also those that `firsts` make, and theirs."""

    node: N
    settings: StreamSettings
    firsts: tuple[tuple[Spread[N], tuple[str, ...]], ...]
    members: tuple[Spread[N], ...]

    def check(self) -> None:
        """Raises SettingsError where the settings of one of them do not suit it."""
        self.settings.check_for(self.node.spec)
        for one in self._others:
            one.check()

    @property
    def specs(self) -> tuple[ModelSpec, ...]:
        """Of all models that are run, and of those that these make up."""
        return (self.node.spec, *(spec for one in self._others for spec in one.specs))

    @property
    def _others(self) -> tuple[Spread[N], ...]:
        return (*(first for first, _ in self.firsts), *self.members)


def spread(node: N, settings: StreamSettings) -> Spread[N]:
    """Settings for all models of a stream of these settings, of which the caller gives the known
    stems. Raises SettingsError.

    Models before one, and members of a mean, run on their preset of the settings' name: models
    before without such a one on `balanced`. On a grid of its own a mean of several is refused.
    Beyond the ends each hears what is its own way, or with `offline` what is asked for: what is not
    the way of this model.
    """
    stems: dict[int, tuple[str, ...]] = {}
    makers = {id(maker): maker for _, maker in node.firsts}
    for stem, maker in node.firsts:
        if stem not in settings.known:
            stems[id(maker)] = (*stems.get(id(maker), ()), stem)
    firsts = tuple((_first(makers[key], node, settings), some) for key, some in stems.items())
    made = tuple(stem for some in stems.values() for stem in some)
    whole = replace(settings, known=(*settings.known, *made))
    return Spread(node, whole, firsts, tuple(_member(one, node, whole) for one in node.members))


def _first(maker: N, node: N, settings: StreamSettings) -> Spread[N]:
    name = settings.preset if settings.preset in maker.spec.presets else BALANCED
    return spread(maker, _like(maker.spec, node.spec, settings, name))


def _member(member: N, node: N, settings: StreamSettings) -> Spread[N]:
    """All steps, seeds and known stems are the whole's."""
    if len(node.members) == 1 and member.spec.rate_hz == node.spec.rate_hz:
        chosen = replace(settings, residual_to=None)
        return spread(member, chosen)
    preset = node.spec.presets.get(settings.preset)
    own = preset is None or preset.grid != replace(settings.grid, batch=1)
    if own or settings.preset not in member.spec.presets:
        seen = f"a grid of its own for {node.spec.name}, the mean of {len(node.members)} models"
        expected = f"one of its presets, {', '.join(node.spec.presets)}, which each of them has"
        raise SettingsError(seen, expected, "leave out window, hop and lookahead")
    chosen = _like(member.spec, node.spec, settings, settings.preset)
    return spread(
        member, replace(chosen, steps=settings.steps, seed=settings.seed, known=settings.known)
    )


def _like(
    spec: ModelSpec, whose: ModelSpec, settings: StreamSettings, preset: str
) -> StreamSettings:
    chosen = stream_settings(spec, settings.rate_hz, settings.channels, preset=preset)
    context = chosen.context
    if preset == OFFLINE:
        usual = settings.context == of_songs(whose.context)
        context = of_songs(spec.context) if usual else settings.context
    return replace(chosen, context=context, quality=settings.quality)
