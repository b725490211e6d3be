"""Complex values as two real tensors, and silence as a shape: ONNX has no complex numbers.

Both are tensors to whoever asks, so that networks and einops treat them as what they stand for;
nothing is computed but what is written here, and anything else is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from export.graphs.errors import UnsupportedGraphError

#: What asks for a tensor's form only.
_FORM = frozenset({
    "shape", "size", "ndim", "dim", "device", "layout", "numel", "nelement", "__len__",
    "is_contiguous", "stride", "requires_grad", "is_cuda", "is_mps", "is_sparse", "is_quantized",
    "is_meta", "is_nested", "names",
})  # fmt: skip
#: What moves values and changes none: the same for each part.
_MOVES = frozenset({
    "view", "reshape", "permute", "transpose", "swapaxes", "swapdims", "movedim", "moveaxis",
    "__getitem__", "expand", "expand_as", "repeat", "contiguous", "clone", "detach", "unsqueeze",
    "squeeze", "flatten", "unflatten", "narrow", "select", "index_select", "split", "chunk",
    "unbind", "flip", "roll", "tile", "broadcast_to", "view_as", "cpu",
})  # fmt: skip
#: What is linear in complex arguments alone; real ones beside them are indices or sizes.
_LINEAR = frozenset({"neg", "__neg__", "sum", "mean", "zeros_like", "scatter_add", "scatter_add_"})
#: Real arguments among these are complex values with nothing imaginary.
_SUMS = frozenset({
    "add", "__add__", "__radd__", "add_", "__iadd__", "sub", "__sub__", "__rsub__", "cat",
    "concat", "concatenate", "stack",
})  # fmt: skip


def called(function: Any) -> str:
    """The name of a torch function, or of the attribute that it reads."""
    name: str = function.__self__.__name__ if function.__name__ == "__get__" else function.__name__
    return name


class Pair(Tensor):
    """A complex tensor: its real part `re` and its imaginary part `im`, of one shape."""

    re: Tensor
    im: Tensor

    @staticmethod
    def of(re: Tensor, im: Tensor) -> Pair:
        """re + j im."""
        made: Pair = torch.Tensor._make_subclass(Pair, torch.empty(0))
        object.__setattr__(made, "re", re)
        object.__setattr__(made, "im", im)
        return made

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name, kwargs = called(func), kwargs or {}
        if name in _FORM:
            return func(_part(args, "re")[0], *args[1:], **kwargs)
        if name in _MOVES or name in _LINEAR or _is_zero_pad(name, args, kwargs):
            return _each(func, args, kwargs)
        if name in _SUMS:
            return _each(func, _complexed(args), kwargs)
        if name in _RULES:
            return _RULES[name](func, args, kwargs)
        raise _refused(f"complex values given to {name}")


def is_real(value: Any) -> bool:
    """Whether it is a tensor, and no pair."""
    return isinstance(value, Tensor) and not isinstance(value, Pair)


def as_pair(values: Tensor) -> Pair:
    """Real values (..., 2), real part first, as (...)."""
    return Pair.of(values[..., 0], values[..., 1])


def as_real(values: Pair) -> Tensor:
    """(..., 2), real part first."""
    return torch.stack((values.re, values.im), dim=-1)


def _part(value: Any, which: str) -> Any:
    """The arguments with one part of every pair in its place."""
    if isinstance(value, Pair):
        return getattr(value, which)
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(_part(item, which) for item in value)
    return value


def _complexed(value: Any) -> Any:
    if is_real(value):
        return Pair.of(value, torch.zeros_like(value))
    if isinstance(value, (list, tuple)):
        return type(value)(_complexed(item) for item in value)
    return value


def _each(func: Any, args: Any, kwargs: Any) -> Any:
    re, im = (func(*_part(args, which), **kwargs) for which in ("re", "im"))
    if isinstance(re, (list, tuple)):
        return tuple(Pair.of(*parts) for parts in zip(re, im, strict=True))
    return Pair.of(re, im)


def _is_zero_pad(name: str, args: Any, kwargs: Any) -> bool:
    value = kwargs.get("value", args[3] if len(args) > 3 else None)
    mode = kwargs.get("mode", args[2] if len(args) > 2 else "constant")
    return name in ("pad", "_pad") and mode == "constant" and not value


def _product(func: Any, args: Any, kwargs: Any) -> Pair:
    a, b = args
    if not isinstance(a, Pair):
        a, b = b, a
    if not isinstance(b, Pair):
        return Pair.of(a.re * b, a.im * b)
    return Pair.of(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)


def _quotient(func: Any, args: Any, kwargs: Any) -> Pair:
    over, under = args
    if isinstance(under, Pair):
        raise _refused("a division by complex values")
    return Pair.of(over.re / under, over.im / under)


def _filled(func: Any, args: Any, kwargs: Any) -> Pair:
    """`index_fill` of one index with zero."""
    values, axis, index, fill = args
    if fill or (isinstance(index, Tensor) and index.numel() != 1):
        raise _refused("index_fill of other than one row of zeros")
    return _cleared(values, axis, int(index))


def _set(func: Any, args: Any, kwargs: Any) -> None:
    """`values[:, ..., i] = 0`."""
    values, place, fill = args
    place = place if isinstance(place, tuple) else (place,)
    whole = [item == slice(None) for item in place]
    if fill or whole.count(False) != 1 or not isinstance(place[whole.index(False)], int):
        raise _refused("a value set in place, other than one row of zeros,")
    made = _cleared(values, whole.index(False), place[whole.index(False)])
    object.__setattr__(values, "re", made.re)
    object.__setattr__(values, "im", made.im)


def _cleared(values: Pair, axis: int, at: int) -> Pair:
    """One row along an axis is zero: cut and joined, for ONNX's operators take no scalar index."""

    def cleared(part: Tensor) -> Tensor:
        before, row = part.narrow(axis, 0, at), torch.zeros_like(part.narrow(axis, at, 1))
        after = part.narrow(axis, at + 1, part.shape[axis] - at - 1)
        return torch.cat([before, row, after] if at else [row, after], dim=axis)

    return Pair.of(cleared(values.re), cleared(values.im))


def _same(func: Any, args: Any, kwargs: Any) -> Any:
    """Conversions of precision or place: there is but one."""
    return args[0]


_RULES: dict[str, Callable[[Any, Any, Any], Any]] = {
    **dict.fromkeys(("mul", "__mul__", "__rmul__", "multiply"), _product),
    **dict.fromkeys(("div", "__truediv__", "true_divide", "divide"), _quotient),
    **dict.fromkeys(("to", "type", "type_as"), _same),
    "index_fill": _filled,
    "__setitem__": _set,
    "view_as_real": lambda func, args, kwargs: as_real(args[0]),
    "real": lambda func, args, kwargs: args[0].re,
    "imag": lambda func, args, kwargs: args[0].im,
    "conj": lambda func, args, kwargs: Pair.of(args[0].re, -args[0].im),
    "dtype": lambda func, args, kwargs: torch.complex64,
    "is_complex": lambda func, args, kwargs: True,
    "is_floating_point": lambda func, args, kwargs: False,
    **dict.fromkeys(
        ("abs", "__abs__"),
        lambda func, args, kwargs: torch.sqrt(args[0].re ** 2 + args[0].im ** 2),
    ),
}


class Silence(Tensor):
    """Zeros of which nothing but the shape matters: samples that a graph does not compute.

    What is moved or scaled stays silent; what is added to silence is as it was.
    """

    form: Tensor

    @staticmethod
    def of(form: Tensor) -> Silence:
        """As long and wide as `form`."""
        made: Silence = torch.Tensor._make_subclass(Silence, torch.empty(0))
        object.__setattr__(made, "form", form)
        return made

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name, kwargs = called(func), kwargs or {}
        if name in _FORM or name in ("dtype", "is_complex", "is_floating_point"):
            return func(*_forms(args), **kwargs)
        if name in _MOVES or name in ("pad", "_pad", "cat", "stack", "to", "type", "float"):
            return _silent(func(*_forms(args), **kwargs))
        if name in ("add", "__add__", "__radd__", "add_", "__iadd__"):
            loud = [one for one in args[:2] if not isinstance(one, Silence)]
            return loud[0] if loud else args[0]
        if name in ("mul", "__mul__", "__rmul__", "div", "__truediv__"):
            return args[0] if isinstance(args[0], Silence) else args[1]
        raise _refused(f"samples given to {name}, beside the STFT")


def _forms(value: Any) -> Any:
    if isinstance(value, Silence):
        return value.form
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(map(_forms, value))
    return value


def _silent(made: Any) -> Any:
    return tuple(map(_silent, made)) if isinstance(made, (list, tuple)) else Silence.of(made)


def _refused(seen: str) -> UnsupportedGraphError:
    expected = "what export/graphs/lifting/pairs.py has a rule for"
    return UnsupportedGraphError(seen, expected, "add the rule there")
