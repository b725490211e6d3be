"""What onnxruntime calls a device, in words."""

from __future__ import annotations

from engines.providers import of_session


def place(provider: str) -> str:
    """`CPUExecutionProvider` -> "the CPU"; one that is not in the table keeps its name."""
    row = of_session(provider)
    return provider if row is None else row.place
