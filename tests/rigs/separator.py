"""Plans and runs a separation with a tiny model, keeping what was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from daw_bridge.files.plan import JobPlan, plan
from daw_bridge.files.request import request_from
from daw_bridge.files.separation import run
from daw_bridge.settings.parameters import Value
from engines.load import load_model


@dataclass
class Separator:
    """Plans and runs with the tiny models, keeping what was told."""

    models: Path
    out: Path
    notices: list[tuple[str, str]] = field(default_factory=list)
    told: list[tuple[float, str]] = field(default_factory=list)
    stop_at: float = 2.0

    def plan(
        self, source: Path, model: str = "tiny", song: str = "",
        known: tuple[tuple[str, Path], ...] = (), **options: Value,
    ) -> JobPlan:  # fmt: skip
        pairs = [("known", f"{name}={path}") for name, path in known]
        named = {"model": str(self.models / f"{model}.onnx"), **options}
        return plan(request_from(source, self.out, (*named.items(), *pairs), song))

    def __call__(self, source: Path, model: str = "tiny", **changes: Any) -> Path:
        planned = self.plan(source, model, **changes)
        run(
            planned,
            load_model(planned.request.model, stems=planned.needed),
            self.progress,
            self.notice,
        )
        return planned.folder

    def progress(self, fraction: float, stage: str) -> bool:
        self.told.append((fraction, stage))
        return fraction < self.stop_at

    def notice(self, code: str, message: str) -> None:
        self.notices.append((code, message))
