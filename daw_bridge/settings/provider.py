"""What onnxruntime calls a device, in words."""

from __future__ import annotations

from engines.providers import JOINT, all_of, of_session


def place(provider: str) -> str:
    """`CPUExecutionProvider` -> "the CPU"; one that is not in the table keeps its name.

    Of a model whose files run on several, all of them.
    """
    rows = {name: of_session(name) for name in all_of(provider)}
    return JOINT.join(name if row is None else row.place for name, row in rows.items())
