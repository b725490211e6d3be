"""What onnxruntime calls a device, in words."""

from __future__ import annotations

_WORDS = {"CPUExecutionProvider": "the CPU", "CUDAExecutionProvider": "the GPU (CUDA)"}


def place(provider: str) -> str:
    """`CPUExecutionProvider` -> "the CPU"; one without words keeps its name."""
    return _WORDS.get(provider, provider)
