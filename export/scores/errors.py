"""What scoring finds wrong with its means."""

from __future__ import annotations

from export.common.errors import ExportError


class ScoreError(ExportError):
    """Scores or plots cannot be made, or not be trusted."""

    code = "export_score"
