"""A pretended second device for machines without a GPU.

Tensors that are "elsewhere" say that they are on device `meta`, but have their values, in a tensor
of the processor. Under `Pretence` what is moved to that device gets there, and an operation on
tensors of both places fails as with a GPU: only copies and indexing may mix them, and scalars.
"""

from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

DEVICE = torch.device("meta")
#: What CUDA does with tensors of both places: copies, and indices from the processor.
MIXES = ("copy_", "_to_copy", "index", "index_put", "index_put_", "_index_put_impl_")


class Elsewhere(Tensor):
    """See the module's docstring."""

    here: Tensor

    @staticmethod
    def __new__(cls, here: Tensor) -> "Elsewhere":
        made = torch.Tensor._make_wrapper_subclass(
            cls,
            here.shape,
            strides=here.stride(),
            storage_offset=here.storage_offset(),
            dtype=here.dtype,
            device=DEVICE,
        )
        made.here = here
        return made

    @classmethod
    def __torch_dispatch__(
        cls, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        return computed(func, args, kwargs or {})


class Pretence(TorchDispatchMode):
    """While active, device `meta` is a place where things are computed."""

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        return computed(func, args, kwargs or {})


class MixedDevices(Exception):
    """An operation that a GPU would refuse."""


def computed(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The operation on the processor; the result is elsewhere if its arguments were."""
    tensors = [item for item in tree_flatten((args, kwargs))[0] if isinstance(item, Tensor)]
    there = [item for item in tensors if isinstance(item, Elsewhere)]
    local = [item for item in tensors if not isinstance(item, Elsewhere) and item.dim() > 0]
    name = func.overloadpacket.__name__
    if there and local and name not in MIXES:
        raise MixedDevices(f"{func}: {[(tuple(t.shape), str(t.device)) for t in tensors]}")
    goes_there = _goes_there(name, args, kwargs, bool(there))
    inner_args, inner_kwargs = tree_map(_here, (args, kwargs))
    if "device" in kwargs and kwargs["device"] is not None:
        inner_kwargs["device"] = torch.device("cpu")
    result = func(*inner_args, **inner_kwargs)
    if name.endswith("_") and isinstance(args[0], Tensor):
        return args[0]
    return tree_map(_there, result) if goes_there else result


def _goes_there(name: str, args: tuple[Any, ...], kwargs: dict[str, Any], there: bool) -> bool:
    if kwargs.get("device") is not None:
        return torch.device(kwargs["device"]) == DEVICE
    if name in MIXES and args and isinstance(args[0], Tensor):
        return isinstance(args[0], Elsewhere)
    return there


def _here(item: Any) -> Any:
    return item.here if isinstance(item, Elsewhere) else item


def _there(item: Any) -> Any:
    return Elsewhere(item) if isinstance(item, Tensor) else item
