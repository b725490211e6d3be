"""A tiny network that remembers, written as HS-TasNet is, lifted with its memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.spec import read_sidecar
from export.graphs.lift import LiftOptions, write
from export.graphs.lifting.packages import hs_tasnet
from export.graphs.lifting.stepping import Memory

HOP, STEMS = 16, ("voice", "rest-of-it")


class Remembers(nn.Module):
    """Frames of two hops -> their stems, by an uncentred STFT and masks of an LSTM."""

    overlap_len, audio_channels = HOP, 2

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(2 * HOP))
        bins = HOP + 1
        self.lstm = nn.LSTM(2 * bins, 6, batch_first=True)
        self.norm = nn.RMSNorm(6)
        self.masks = nn.Linear(6, len(STEMS) * 2 * bins)

    def forward(self, audio: Tensor, hiddens: Any = None, is_streaming: bool = True) -> Any:
        flat = audio.flatten(0, 1)
        spec = torch.stft(flat, 2 * HOP, HOP, center=False, window=self.window, return_complex=True)
        parts = torch.view_as_real(spec)
        sizes = parts.pow(2).sum(-1).permute(2, 0, 1).reshape(1, parts.shape[2], -1)
        heard, after = self.lstm(sizes, hiddens[0] if hiddens else None)
        masks = torch.sigmoid(self.masks(self.norm(heard))).reshape(len(STEMS), 2, HOP + 1, 1, 1)
        made = torch.view_as_complex((parts[None] * masks).flatten(0, 1).contiguous())
        frames = torch.fft.irfft(made, 2 * HOP, dim=1, norm="backward") * self.window[:, None]
        audio = F.fold(frames, (1, 2 * HOP), (1, 2 * HOP), stride=(1, HOP))[:, 0, 0]
        return audio.reshape(1, len(STEMS), 2, 2 * HOP), (after,)


def streaming(network: Any) -> Callable[[Tensor], Tensor]:
    """As a package would have it, with what it remembers hidden."""
    kept: dict[str, Any] = {"past": torch.zeros(2, HOP), "tail": torch.zeros(2, 2, HOP), "h": None}

    def answer(mix: Tensor) -> Tensor:
        whole = torch.cat([kept["past"], mix], dim=-1)[None]
        made, kept["h"] = network(whole, hiddens=kept["h"])
        stems: Tensor = made[0, ..., :HOP] + kept["tail"]
        kept["past"], kept["tail"] = mix, made[0, ..., HOP:]
        return stems

    return answer


def subject() -> Memory:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = Remembers().eval()
    state = {"past": torch.zeros(1, 2, HOP), "tail": torch.zeros(1, 2, 2, HOP)}
    state |= {"h0": torch.zeros(1, 1, 6), "c0": torch.zeros(1, 1, 6)}
    return Memory(network, hs_tasnet._step, streaming, STEMS, state, HOP, rate_hz=8000)


def test_a_memory_goes_in_and_out(tmp_path: Path) -> None:
    found = subject()
    write([found], tmp_path / "tiny.onnx", LiftOptions())
    session = onnxruntime.InferenceSession(
        tmp_path / "tiny.onnx", providers=["CPUExecutionProvider"]
    )
    state = {name: value.numpy() for name, value in found.state.items()}
    stream, rng = streaming(found.network), np.random.default_rng(1)
    for _ in range(20):
        mix = (0.1 * rng.standard_normal((1, 2, HOP))).astype(np.float32)
        stems, *after = session.run(None, {"mix": mix, **state})
        state = dict(zip(found.state, after, strict=True))
        with torch.no_grad():
            expected = stream(torch.from_numpy(mix[0])).numpy()
        np.testing.assert_allclose(stems[0], expected, atol=1e-6)


def test_the_spec_says_how_late_and_what_is_remembered(tmp_path: Path) -> None:
    write([subject()], tmp_path / "tiny.onnx", LiftOptions())
    spec = read_sidecar(tmp_path / "tiny.onnx")
    assert spec is not None
    assert (spec.method, spec.batch_max, spec.live.grid.latency_samples) == ("stateful", 1, 31)
    assert [(one.input, one.output) for one in spec.state] == [
        (name, f"{name}_out") for name in ("past", "tail", "h0", "c0")
    ]
