"""MDX-Net as UVR has it: windows of 5.9 s that overlap by a quarter, bells, a peak of 0.9."""

from __future__ import annotations

import logging
import sys
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from daw_bridge.cli import main as daw_bridge
from engines.grid import Grid
from engines.types import Audio
from export.graphs.lifting.request import imported
from tests.rigs.export.lifted.procedures import Level, Piece, Procedure, silent_ends
from tests.rigs.export.lifted.reference import SEED, Reference, Steps, stood_in

_FFT, _HOP, _BINS, _FRAMES = 6144, 1024, 2048, 256
_MDX_NEEDS = "--no-deps audio-separator==0.47.1 librosa pydub six tqdm"
_PEAK = 0.9
_LOUDER = 1000.0


@cache
def _mdx_net() -> Any:
    stood_in("pytorch_lightning")
    sys.modules["pytorch_lightning"].LightningModule = torch.nn.Module  # type: ignore[attr-defined]
    kind = imported("audio_separator.separator.uvr_lib_v5.mdxnet", _MDX_NEEDS).ConvTDFNet
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(SEED)
        network = kind("vocals", 0.0, "rmsprop", 4, _BINS, _FRAMES, _FFT, _HOP, 11, 3, 32, 3, 8,
                       False, _FFT // 2)  # fmt: skip
        # Untrained it answers a constant and little else: there rounding is all that is seen.
        network.final_conv[0].bias.zero_()
        network.final_conv[0].weight.mul_(_LOUDER)
    return network.eval()


def _make_mdx(path: Path) -> None:
    ports: dict[str, Any] = {"input_names": ["input"], "output_names": ["output"]}
    feed, axes = torch.zeros(1, 4, _BINS, _FRAMES), {"input": {0: "batch"}, "output": {0: "batch"}}
    torch.onnx.export(_mdx_net(), (feed,), path, dynamo=False, opset_version=17, dynamic_axes=axes,
                      **ports)  # fmt: skip
    arguments = ["models", "adopt", str(path), "--recipe", "mdx-net", "--set", f"fft={_FFT}"]
    if code := daw_bridge([*arguments, "--force"]):
        raise SystemExit(f"daw-bridge {' '.join(arguments)} ended with {code}")


@cache
def _mdx_separator() -> Any:
    """audio-separator's, with the network in torch in place of its ONNX file."""
    stood_in("onnx2torch")
    name = "audio_separator.separator.architectures.mdx_separator"
    kind = imported(name, _MDX_NEEDS).MDXSeparator
    made = kind.__new__(kind)
    vars(made).update(
        logger=logging.getLogger("mdx"), n_fft=_FFT, hop_length=_HOP, dim_f=_BINS, dim_t=_FRAMES,
        segment_size=_FRAMES, torch_device=torch.device("cpu"), overlap=0.25, batch_size=1,
        enable_denoise=False, model_run=lambda spek: _mdx_net()(spek).numpy(),
    )  # fmt: skip
    made.initialize_model_settings()
    return made


def _mdx_network(region: Audio) -> Audio:
    """UVR's transforms and the network, of one window."""
    with torch.no_grad():
        found: Audio = _mdx_separator().run_model(torch.from_numpy(region[None].copy()))
    return found.astype(np.float32)


def _mdx_command(mix: Audio) -> Audio:
    """What it does between reading a file and writing one."""
    peak = float(np.abs(mix).max())
    heard = mix * (_PEAK / peak) if peak > _PEAK else mix
    found: Audio = _mdx_separator().demix(heard)
    return found[None] * np.float32(peak)


def _mdx_level(back: bool, mix: Audio) -> Level:
    peak = float(np.abs(mix).max())
    scale = peak / _PEAK if peak > _PEAK else 1.0
    return Level(0.0, scale, peak if back else scale)


def _mdx_cut(bell: bool, count: int) -> list[Piece]:
    """Every three quarters of a window; half an FFT of silence lies before the clip."""
    length, trim = _HOP * (_FRAMES - 1), _FFT // 2
    kept = length - 2 * trim
    whole, step = count + 2 * trim + kept - count % kept, int(0.75 * length)
    found = []
    for start in range(0, whole, step):
        actual = min(length, whole - start)
        weights = np.hanning(actual) if bell else np.ones(actual)
        found.append(Piece(start - trim, length, start - trim, weights.astype(np.float32)))
    return found


def mdx_net() -> Reference:
    """Windows of 5.9 s that overlap by a quarter, bells as weights, the clip's peak at 0.9."""

    def steps(ours: Procedure, grid: Grid) -> Steps:
        silent = replace(ours, read=silent_ends)
        lower = replace(silent, level=partial(_mdx_level, False))
        louder = replace(silent, level=partial(_mdx_level, True))
        return [
            ("silence beyond its ends", silent),
            ("the clip's peak at 0.9", lower),
            ("stems times the clip's peak", louder),
            ("its windows, each as heavy", replace(louder, cut=partial(_mdx_cut, False))),
            ("its fades, bells", replace(louder, cut=partial(_mdx_cut, True))),
        ]

    return Reference("mdx-net", _make_mdx, lambda: _mdx_network, steps, _mdx_command)
