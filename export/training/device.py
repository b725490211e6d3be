"""Where training runs, the processor or a CUDA GPU: placing tensors, autocast, random state."""

import dataclasses
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor

from export.common.errors import ExportError

DEVICES = ("cpu", "cuda")
#: What matrix products and convolutions are computed in.
PRECISIONS = {"float32": None, "bfloat16": torch.bfloat16, "float16": torch.float16}
#: Instructions with which a processor multiplies in bfloat16; others do it in software.
BFLOAT16_INSTRUCTIONS = ("amx_bf16", "avx512_bf16")


class DeviceError(ExportError):
    """The device that was asked for is not there; the message says what is missing."""

    code = "export_device"


def find(name: str) -> torch.device:
    """The device of a name in DEVICES. Raises DeviceError where torch cannot use it."""
    if name == "cuda" and not torch.cuda.is_available():
        built = torch.version.cuda
        seen = f"torch {torch.__version__} "
        seen += f"(for CUDA {built}) finds no GPU" if built else "is built without CUDA"
        raise DeviceError(
            f"device cuda: {seen}; install torch's CUDA build and NVIDIA's driver, "
            "or train with --device cpu"
        )
    return torch.device(name)


def computes_bfloat16(device: torch.device) -> bool:
    """Whether the device has instructions for it (of processors, known for x86 alone)."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    found = torch.cpu.get_capabilities()
    return any(found.get(name, False) for name in BFLOAT16_INSTRUCTIONS)


def resolved(device: torch.device, precision: str) -> str:
    """A name in PRECISIONS: `auto` is bfloat16 on devices that compute it, else float32."""
    if precision != "auto":
        return precision
    return "bfloat16" if computes_bfloat16(device) else "float32"


def described(device: torch.device, precision: str) -> str:
    """The precision in words, with what it costs where the device has no instructions for it."""
    if precision == "auto":
        name = resolved(device, precision)
        return (
            f"{name} (auto: this device {'computes' if name == 'bfloat16' else 'has no'} bfloat16)"
        )
    if precision == "bfloat16" and not computes_bfloat16(device):
        return (
            "bfloat16, which this device computes in software, many times as slowly as "
            "--precision float32"
        )
    return precision


def autocast(device: torch.device, precision: str) -> AbstractContextManager[Any]:
    """Matrix products and convolutions in `precision`, a name in PRECISIONS or auto."""
    dtype = PRECISIONS[resolved(device, precision)]
    return torch.autocast(device.type, dtype, enabled=dtype is not None)


def translate(network: Any) -> None:
    """torch.compile for what training calls of a family's network, when it is first called.

    Its answers differ in their last bits. What only evaluates is left as it is: its batches vary.
    """
    for name in ("forward", "band_masks"):
        if hasattr(network, name):
            setattr(network, name, torch.compile(getattr(network, name), dynamic=False))


def moved(value: Any, device: torch.device) -> Any:
    """`value`, its tensors on the device; from pinned memory without waiting for the copy."""
    return _mapped(value, lambda tensor: tensor.to(device, non_blocking=True))


def pinned(value: Any, device: torch.device) -> Any:
    """`value`, its tensors in page-locked memory if they are to go to a GPU."""
    return value if device.type == "cpu" else _mapped(value, lambda tensor: tensor.pin_memory())


def _mapped(value: Any, change: Any) -> Any:
    """Tensors changed inside tuples, named tuples and dataclasses; all else as it is."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, tuple):
        items = [_mapped(item, change) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [item.name for item in dataclasses.fields(value)]
        changed = {name: _mapped(getattr(value, name), change) for name in names}
        return dataclasses.replace(value, **changed)
    return value


def random_state(device: torch.device) -> dict[str, Tensor]:
    """torch's own generators, of dropout for instance, by kind of device."""
    state = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        state["cuda"] = torch.cuda.get_rng_state(device)
    return state


def set_random_state(state: dict[str, Tensor], device: torch.device) -> None:
    """The inverse; a device that `state` does not know keeps its own."""
    torch.set_rng_state(state["cpu"])
    if device.type == "cuda" and "cuda" in state:
        torch.cuda.set_rng_state(state["cuda"], device)
