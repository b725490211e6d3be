"""What torch computes and ONNX's opset 17 does not, written in operations that it has.

In force only while a network is traced. The package's own results are the reference: `witness`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from export.graphs.errors import UnsupportedGraphError
from export.graphs.lifting.pairs import Pair, as_pair, called, is_real


class Swaps(TorchFunctionMode):
    """While entered, torch's functions of the table below are those of this file."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name, kwargs = called(func), kwargs or {}
        if name in _TABLE and (swapped := _TABLE[name](*args, **kwargs)) is not NotImplemented:
            return swapped
        return func(*args, **kwargs)


def _eye(rows: int, columns: int | None = None, **options: Any) -> Any:
    """Truth on the diagonal: onnxruntime's CPU has no EyeLike of truth values."""
    if options.get("dtype") is not torch.bool:
        return NotImplemented
    return torch.arange(rows)[:, None] == torch.arange(columns or rows)[None]


def _rms_norm(
    values: Tensor, shape: Any, weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Divided by the root of the mean square over the last axes `shape`."""
    axes = tuple(range(-len(shape), 0))
    least = torch.finfo(values.dtype).eps if eps is None else eps
    normed = values * torch.rsqrt(values.pow(2).mean(axes, keepdim=True) + least)
    return normed if weight is None else normed * weight


def _mean(values: Any, dim: Any = None, keepdim: bool = False, **options: Any) -> Any:
    """Over several axes, one after another: onnxruntime adds up millions of values in one float32,
    and is wrong by as much as 1e-4."""
    if not is_real(values) or not isinstance(dim, tuple | list) or len(dim) < 2 or options:
        return NotImplemented
    axes = sorted((axis % values.dim() for axis in dim), reverse=True)
    for axis in axes:
        values = values.mean(axis, keepdim=True)
    for axis in axes if not keepdim else ():
        values = values.squeeze(axis)
    return values


def _std(
    values: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, **options: Any
) -> Any:
    """As `_mean`."""
    mean = _mean(values, dim, keepdim=True, **options)
    if mean is NotImplemented:
        return mean
    count: Any = 1
    for axis in dim:
        count = count * values.shape[axis]
    count = torch.as_tensor(count, dtype=values.dtype)
    variance = _mean((values - mean).square(), dim, keepdim)
    return torch.sqrt(variance * (count / (count - 1)) if unbiased else variance)


def _complex(re: Tensor, im: Tensor) -> Pair:
    return Pair.of(re, im)


def _view_as_complex(values: Tensor) -> Pair:
    return as_pair(values)


def _times_j(a: Any, b: Any, **options: Any) -> Any:
    """Real tensors times a complex number."""
    values, factor = (a, b) if is_real(a) else (b, a)
    if not (is_real(values) and isinstance(factor, complex)):
        return NotImplemented
    return Pair.of(values * factor.real, values * factor.imag)


def _rfft(values: Tensor, n: Any = None, dim: int = -1, norm: str | None = None) -> Pair:
    """Transform of real values by matrices: along an axis of fixed length."""
    length = _whole(values.shape[dim], n)
    turns = torch.outer(torch.arange(length), torch.arange(length // 2 + 1)) % length
    angle = 2 * torch.pi / length * turns.double()
    scale = _scale(norm, length)
    cos, sin = (scale * angle.cos()).float(), (-scale * angle.sin()).float()
    moved = values.transpose(dim, -1)
    return Pair.of((moved @ cos).transpose(dim, -1), (moved @ sin).transpose(dim, -1))


def _irfft(values: Pair, n: Any = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """Back to real values; `n` their number, by default an even one."""
    length = 2 * (int(values.shape[dim]) - 1) if n is None else int(n)
    turns = torch.outer(torch.arange(length // 2 + 1), torch.arange(length)) % length
    angle = 2 * torch.pi / length * turns.double()
    share = torch.full((length // 2 + 1, 1), 2.0, dtype=torch.float64)
    share[0] = 1.0
    if length % 2 == 0:
        share[-1] = 1.0
    share = share * (1 / sqrt(length) if norm == "ortho" else 1 / length)
    cos, sin = (share * angle.cos()).float(), (-share * angle.sin()).float()
    re, im = values.re.transpose(dim, -1), values.im.transpose(dim, -1)
    return (re @ cos + im @ sin).transpose(dim, -1)


def _whole(length: Any, asked: Any) -> int:
    if asked is not None and int(asked) != int(length):
        seen = f"an rfft of {int(asked)} values of {int(length)}"
        raise UnsupportedGraphError(seen, "all of them", "pad in the network")
    return int(length)


def _scale(norm: str | None, length: int) -> float:
    return 1 / sqrt(length) if norm == "ortho" else 1 / length if norm == "forward" else 1.0


def _stft(values: Tensor, n_fft: int, hop_length: int | None = None, **options: Any) -> Any:
    """Uncentred frames (rows, samples) -> (rows, F, T), where the number of samples is fixed."""
    if options.get("center", True):
        return NotImplemented
    # The exporter gets a dimension counted from the end wrong.
    frames = values.unfold(1, n_fft, hop_length or n_fft // 4) * options["window"]
    return _rfft(frames, dim=-1).transpose(1, 2)


def _fold(values: Tensor, output_size: Any, kernel_size: Any, **options: Any) -> Any:
    """One block, (B, samples, 1), has nothing to be added to."""
    if values.shape[-1] != 1 or tuple(output_size) != tuple(kernel_size):
        return NotImplemented
    return values.reshape(values.shape[0], -1, *output_size)


def _data(values: Tensor) -> Tensor:
    """The lengths of `values.data` would be constants: to the tracer it is another tensor."""
    return values.detach()


_TABLE: dict[str, Callable[..., Any]] = {
    "data": _data,
    "eye": _eye,
    "rms_norm": _rms_norm,
    "mean": _mean,
    "std": _std,
    "complex": _complex,
    "view_as_complex": _view_as_complex,
    **dict.fromkeys(("mul", "__mul__", "__rmul__"), _times_j),
    "stft": _stft,
    "fold": _fold,
    "fft_rfft": _rfft,
    "fft_irfft": _irfft,
}
