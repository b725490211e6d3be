"""Where a network calls its transforms, and what it hears instead while it is lifted.

A network's forward runs as its package wrote it. Where it transforms its mix, it is handed the
graph's input; where it would transform back, its spectra are kept as the graph's output and it goes
on with silence. What its forward then returns are samples made beside the spectra, if any.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from export.graphs.errors import UnsupportedGraphError
from export.graphs.lifting.pairs import Pair, Silence, called
from export.graphs.lifting.swaps import Swaps

Transform = Callable[..., Any]


@dataclass(frozen=True)
class Taps:
    """Two methods of the network that transform and transform back; empty: torch's own."""

    forward: str = ""
    inverse: str = ""


#: A network that calls torch.stft and torch.istft.
TORCH = Taps()


@dataclass
class Heard:
    """What passed the taps: every call's arguments by name, and its result."""

    forward: list[tuple[dict[str, Any], Any]] = field(default_factory=list)
    inverse: list[tuple[dict[str, Any], Any]] = field(default_factory=list)

    def require_one(self) -> None:
        """Raises UnsupportedGraphError unless there was one transform and one back."""
        if len(self.forward) != 1 or len(self.inverse) != 1:
            seen = f"{len(self.forward)} transforms and {len(self.inverse)} back"
            raise UnsupportedGraphError(seen, "one of each", "lift a network that has one of each")


@contextmanager
def tapped(
    network: nn.Module, taps: Taps, forward: Transform, inverse: Transform
) -> Iterator[None]:
    """While entered, `forward(real, *args)` and `inverse(real, *args)` stand where the transforms
    `real` stood."""
    if taps.forward:
        there, back = getattr(network, taps.forward), getattr(network, taps.inverse)
        with (
            mock.patch.object(network, taps.forward, lambda *a, **k: forward(there, *a, **k)),
            mock.patch.object(network, taps.inverse, lambda *a, **k: inverse(back, *a, **k)),
        ):
            yield
    else:
        with _TorchTaps(forward, inverse):
            yield


class _TorchTaps(TorchFunctionMode):
    def __init__(self, forward: Transform, inverse: Transform) -> None:
        super().__init__()
        self._tables = {"stft": forward, "istft": inverse}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        answer = self._tables.get(called(func))
        if answer is None:
            return func(*args, **(kwargs or {}))
        return answer(func, *args, **(kwargs or {}))


#: torch.stft and torch.istft have no signatures of their own.
_STFT = ("input", "n_fft", "hop_length", "win_length", "window", "center", "pad_mode",
         "normalized", "onesided", "return_complex")  # fmt: skip
_ISTFT = ("input", "n_fft", "hop_length", "win_length", "window", "center", "normalized",
          "onesided", "length", "return_complex")  # fmt: skip


def arguments(real: Transform, args: Any, kwargs: Any) -> dict[str, Any]:
    """The arguments of a call of a transform by name."""
    names = {"stft": _STFT, "istft": _ISTFT}.get(called(real))
    if names is None:
        return dict(inspect.signature(real).bind(*args, **kwargs).arguments)
    return {**dict(zip(names, args, strict=False)), **kwargs}


class Lifted(nn.Module):
    """A network between its transforms: spectra in and out, as pairs of channels.

    spec (B, C * 2, F, T) -> spectra (B, S * C * 2, F, T); a hybrid takes its mix (B, C, n), too,
    and gives samples (B, S, C, n). F are the lowest `bins`; of `full` ones the network sees the
    rest as zeros. A network that is no hybrid is given silence of the right length.
    """

    def __init__(
        self, network: nn.Module, taps: Taps, channels: int, stems: int, bins: int, full: int,
        hop: int, hybrid: bool,
    ) -> None:  # fmt: skip
        super().__init__()
        self.network, self.taps, self.hybrid = network, taps, hybrid
        self.channels, self.stems, self.hop = channels, stems, hop
        self.bins, self.full = bins, full

    def forward(self, spec: Tensor, mix: Tensor | None = None) -> Any:
        heard = Heard()
        pair = self._pair(spec)

        def answer(real: Transform, *args: Any, **kwargs: Any) -> Any:
            given = arguments(real, args, kwargs)
            heard.forward.append((given, pair))
            if called(real) != "stft":
                return pair
            rows = Pair.of(*(part.flatten(0, 1) for part in (pair.re, pair.im)))
            return rows if given.get("return_complex", True) else torch.view_as_real(rows)

        def catch(real: Transform, *args: Any, **kwargs: Any) -> Silence:
            given = arguments(real, args, kwargs)
            values = args[0]
            if not isinstance(values, Pair):
                raise UnsupportedGraphError(
                    "an inverse transform of no complex values", "a spectrum", "see pairs.py"
                )
            heard.inverse.append((given, values))
            length = given.get("length")
            if length is None:
                length = self.hop * (values.re.shape[-1] - 1)
            form = values.re[..., 0, :1].expand(*values.re.shape[:-2], length)
            return Silence.of(form)

        with Swaps(), tapped(self.network, self.taps, answer, catch):
            made = self.network(self._mix(spec) if mix is None else mix)
        return self._answers(heard, made)

    def _pair(self, spec: Tensor) -> Pair:
        parts = spec.unflatten(1, (self.channels, 2))
        re, im = parts[:, :, 0], parts[:, :, 1]
        above = self.full - self.bins
        if above:
            re, im = (nn.functional.pad(part, (0, 0, 0, above)) for part in (re, im))
        return Pair.of(re, im)

    def _mix(self, spec: Tensor) -> Silence:
        length = self.hop * (spec.shape[-1] - 1)
        return Silence.of(spec[:, : self.channels, 0, :1].expand(-1, -1, length))

    def _answers(self, heard: Heard, made: Any) -> Any:
        heard.require_one()
        values = heard.inverse[0][1]
        both = torch.stack((values.re, values.im), dim=-3)[..., : self.bins, :]
        rows = 2 * self.stems * self.channels
        spectra = both.reshape(-1, rows, self.bins, both.shape[-1])
        if not self.hybrid:
            return spectra
        if isinstance(made, Silence):
            seen = "a network that makes no samples beside its spectra"
            raise UnsupportedGraphError(seen, "a hybrid", "lift it without its samples")
        return spectra, made
