"""An ensemble, chosen on songs that are not scored in the end: which way to sample gives each stem.

Of the separators the one whose mean over stems is best, of the extractors likewise; then for each
stem the better of the two (GMSDI, section 5). For every outcome by itself: the mean of four samples
may have another best than one. By mean SI-SDRi.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from export.common.errors import UsageError
from export.scores.evaluation.systems import Exported, file_digest
from export.scores.sampled.setting import EXTRACTOR, SEPARATOR, Setting
from export.scores.sampled.systems import Outcome, Sampled

Means = Mapping[str, Mapping[str, float]]
"""A system's name -> row -> mean SI-SDRi, with `all`."""
ALL = "all"


@dataclass(frozen=True)
class Choice:
    """Of one outcome: the separator, the extractor, and the stems that are the extractor's."""

    outcome: Outcome
    separator: Setting
    extractor: Setting
    extracted: tuple[str, ...]

    def systems(self, model: Exported, seed: int) -> list[Sampled]:
        """Separator, extractor and ensemble as they were chosen."""
        first, second = self.separator, self.extractor
        return [
            Sampled(model, first, self.outcome, seed=seed),
            Sampled(model, second, self.outcome, seed=seed),
            Sampled(model, first, self.outcome, second, self.extracted, seed),
        ]


def choose(systems: Sequence[Sampled], means: Means) -> tuple[Choice, ...]:
    """One for each outcome that has a separator and an extractor with scores."""
    found = []
    for outcome in dict.fromkeys(system.outcome for system in systems):
        scored = [one for one in systems if one.outcome == outcome and ALL in means[one.name]]
        kinds = {
            kind: max(some, key=lambda one: means[one.name][ALL])
            for kind in (SEPARATOR, EXTRACTOR)
            if (some := [one for one in scored if one.first.kind == kind])
        }
        if len(kinds) == 2:
            first, second = kinds[SEPARATOR], kinds[EXTRACTOR]
            better = tuple(
                stem for stem in first.model.spec.stems
                if means[second.name].get(stem, 0.0) > means[first.name].get(stem, 0.0)
            )  # fmt: skip
            found.append(Choice(outcome, first.first, second.first, better))
    return tuple(found)


def as_json(choices: Sequence[Choice], model: Exported) -> dict[str, Any]:
    """As it is written."""
    return {"model": file_digest(model.path), "ensembles": [asdict(one) for one in choices]}


def read_choice(path: Path, model: Exported) -> tuple[Choice, ...]:
    """Of a file that `evaluate-diffusion --split valid` wrote. Raises UsageError where it is none,
    or another model's."""
    try:
        found = json.loads(path.read_text("utf-8"))["choice"]
        made = tuple(_choice(one) for one in found["ensembles"])
        digest = found["model"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        expected = "results of evaluate-diffusion --split valid"
        raise UsageError(f"{path}: {error!r}", expected, "run it first") from error
    if digest != file_digest(model.path):
        seen = f"a choice in {path} that was made with another file than {model.path}"
        raise UsageError(seen, "the same model", "choose again with --split valid")
    if not made:
        seen = f"{path}, in which no ensemble was chosen"
        raise UsageError(seen, "separators and extractors", "score both with --split valid")
    return made


def _choice(one: Mapping[str, Any]) -> Choice:
    first, second = (Setting(**one[name]) for name in (SEPARATOR, EXTRACTOR))
    return Choice(Outcome(**one["outcome"]), first, second, tuple(one["extracted"]))
