"""Tiny graphs in the layouts of published separators, and those separators' procedures in numpy.

Each network is y = x * w + mean of x over the frames * v, with weights along the bins for each
stem, so that a wrong axis, bin, order or frame changes the answer. `FAMILIES` has one of each: the
spec, what writes its files, and what the publisher does with one window (C, W) -> (S, C, W), in
double precision and written without any of the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from engines.spec import (
    HybridDomain,
    ModelSpec,
    Part,
    Port,
    Preset,
    Rest,
    StftDomain,
    WaveformDomain,
    sidecar_of,
)
from tests.rigs.tiny_models import STEMS, make_model, make_spec, save

FFT, HOP, FRAMES = 64, 16, 33
WINDOW = HOP * (FRAMES - 1)
"""512 samples: 33 centred frames."""
AHEAD = 2 * HOP
GRID = Preset(WINDOW, 4 * HOP, 6 * HOP, 2 * HOP)
Array = Any


def weights(stems: int, bins: int, seed: int = 1) -> tuple[Array, Array]:
    """w and v, (stems, bins) each."""
    rng = np.random.default_rng(seed)
    found = rng.uniform(0.1, 0.9, (2, stems, bins)).astype(np.float32)
    return found[0], found[1] * np.float32(0.1)


def net(x: Array, w: Array, v: Array, bins: int, frames: int) -> Array:
    """The network of one stem, for x with these axes of bins and frames."""
    shape = [1] * x.ndim
    shape[bins] = -1
    return x * w.reshape(shape) + x.mean(axis=frames, keepdims=True) * v.reshape(shape)


@dataclass(frozen=True)
class Net:
    """One graph: input and output, their shapes, the axes of bins and frames in the input."""

    name: str
    shape: tuple[str | int, ...]
    output: str
    bins: int
    frames: int

    def nodes(self, w: Array, v: Array, to: str, x: str = "x") -> tuple[list[Any], list[Any]]:
        """`to` = net(x), with its constants."""
        wide = [1] * len(self.shape)
        wide[self.bins] = -1
        constants = [
            numpy_helper.from_array(w.reshape(wide), f"{to}_w"),
            numpy_helper.from_array(v.reshape(wide), f"{to}_v"),
        ]
        nodes = [
            helper.make_node("Mul", [x, f"{to}_w"], [f"{to}_a"]),
            helper.make_node("ReduceMean", [x], [f"{to}_m"], axes=[self.frames], keepdims=1),
            helper.make_node("Mul", [f"{to}_m", f"{to}_v"], [f"{to}_b"]),
            helper.make_node("Add", [f"{to}_a", f"{to}_b"], [to]),
        ]
        return nodes, constants


def _value(name: str, shape: tuple[str | int, ...]) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape))


def _one_stem(path: Path, one: Net, seed: int, bins: int) -> None:
    w, v = weights(1, bins, seed)
    nodes, constants = one.nodes(w[0], v[0], one.output, one.name)
    inputs, outputs = [_value(one.name, one.shape)], [_value(one.output, one.shape)]
    save(path, helper.make_graph(nodes, "g", inputs, outputs, constants), None)


# The transforms of torch, in numpy.


def hann(length: int) -> Array:
    return 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)


def frames_of(audio: Array, count: int, first: int = 0) -> Array:
    """(C, n) -> (C, bins, count): frames that begin at `first`, without padding."""
    cut = [audio[:, first + t * HOP : first + t * HOP + FFT] for t in range(count)]
    return np.stack([np.fft.rfft(one * hann(FFT)) for one in cut], axis=-1)


def added(spectra: Array) -> tuple[Array, Array]:
    """(..., bins, T) -> overlap-added frames and squared windows, from the first frame on."""
    count = spectra.shape[-1]
    length = (count - 1) * HOP + FFT
    audio, squares = np.zeros((*spectra.shape[:-2], length)), np.zeros(length)
    for t in range(count):
        place = slice(t * HOP, t * HOP + FFT)
        audio[..., place] += np.fft.irfft(spectra[..., t], FFT) * hann(FFT)
        squares[place] += hann(FFT) ** 2
    return audio, squares


def stft(audio: Array) -> Array:
    """Centred, reflected at the ends: (C, n) -> (C, bins, n / HOP + 1)."""
    padded = np.pad(audio.astype(np.float64), ((0, 0), (FFT // 2, FFT // 2)), mode="reflect")
    return frames_of(padded, audio.shape[-1] // HOP + 1)


def istft(spectra: Array, length: int) -> Array:
    """Its inverse."""
    audio, squares = added(spectra)
    inside = slice(FFT // 2, FFT // 2 + length)
    return audio[..., inside] / squares[inside]


def _up(spectra: Array) -> Array:
    """Zeros above the bins that there are."""
    beyond = FFT // 2 + 1 - spectra.shape[-2]
    return np.pad(spectra, [(0, 0)] * (spectra.ndim - 2) + [(0, beyond), (0, 0)])


# UVR's MDX-Net: channels' real and imaginary parts, lowest bins, the first three of them zero.

MDX_BINS, MDX_GAIN = 24, 1.035


def _mdx_files(path: Path) -> None:
    shape = (1, 4, MDX_BINS, FRAMES)
    _one_stem(path, Net("input", shape, "output", 2, 3), 1, MDX_BINS)


def mdx(mix: Array) -> Array:
    whole = stft(mix)[:, :MDX_BINS].copy()
    whole[:, :3] = 0
    parts = np.stack([whole.real, whole.imag], axis=1).reshape(1, 4, MDX_BINS, FRAMES)
    w, v = weights(1, MDX_BINS)
    answer = net(parts, w[0], v[0], 2, 3).reshape(2, 2, MDX_BINS, FRAMES)
    stem = istft(_up(answer[:, 0] + 1j * answer[:, 1]), mix.shape[-1])
    return np.stack([stem, mix - MDX_GAIN * stem])


_MDX = make_spec(
    stems=("vocals", "instrumental"),
    method="one_pass",
    domain=StftDomain(
        FFT, HOP, values="complex", bins=MDX_BINS, zero_bins=3, frames_base=FRAMES, edge="reflect"
    ),
    ports=(Port("spec", "input", "B (C ri) F T"), Port("spec_stems", "output", "B (C ri) F T")),
    batch_max=1,
    rest=Rest("instrumental", MDX_GAIN),
    live=GRID,
    offline=GRID,
)


# HTDemucs, lifted: spectrum and samples in and out, frames off the centre, no highest bin.

DEMUCS_LENGTH = 500
DEMUCS_FRAMES = -(-DEMUCS_LENGTH // HOP)
_DEMUCS_AHEAD = DEMUCS_LENGTH % HOP + 4 * HOP


def _demucs_files(path: Path) -> None:
    bins, w, v = FFT // 2, *weights(3, FFT // 2)
    spec = Net("spec", (2, bins, DEMUCS_FRAMES, 2), "spec_stems", 1, 2)
    nodes, constants, rows, waves = [], [], [], []
    for stem in range(3):
        more, held = spec.nodes(w[stem], v[stem], f"s{stem}", "spec")
        nodes += more
        constants += held
        rows.append(f"s{stem}")
        constants.append(numpy_helper.from_array(np.float32([0.1 * stem]), f"g{stem}"))
        nodes.append(helper.make_node("Mul", ["mix", f"g{stem}"], [f"w{stem}"]))
        nodes.append(helper.make_node("Unsqueeze", [f"w{stem}", "one"], [f"u{stem}"]))
        waves.append(f"u{stem}")
    constants.append(numpy_helper.from_array(np.int64([1]), "one"))
    # One window a call: (S C) is what (B S C) is.
    nodes.append(helper.make_node("Concat", rows, ["spec_stems"], axis=0))
    nodes.append(helper.make_node("Concat", waves, ["wave_stems"], axis=1))
    inputs = [_value("spec", spec.shape), _value("mix", (1, 2, DEMUCS_LENGTH))]
    outputs = [
        _value("spec_stems", (6, *spec.shape[1:])),
        _value("wave_stems", (1, 3, 2, DEMUCS_LENGTH)),
    ]
    save(path, helper.make_graph(nodes, "g", inputs, outputs, constants), None)


def demucs(mix: Array) -> Array:
    length, pad = mix.shape[-1], HOP // 2 * 3
    count = -(-length // HOP)
    beyond = pad + count * HOP - length
    padded = np.pad(mix.astype(np.float64), ((0, 0), (pad, beyond)), mode="reflect")
    whole = stft(padded)[:, :-1, 2 : 2 + count] / np.sqrt(FFT)
    w, v = weights(3, FFT // 2)
    parts = np.stack([whole.real, whole.imag], axis=-1)
    answers = [net(parts, w[s], v[s], 1, 2) for s in range(3)]
    found = []
    for stem, answer in enumerate(answers):
        spectra = np.pad(_up(answer[..., 0] + 1j * answer[..., 1]), ((0, 0), (0, 0), (2, 2)))
        audio = istft(spectra * np.sqrt(FFT), count * HOP + 2 * pad)
        found.append(audio[:, pad : pad + length] + 0.1 * stem * mix)
    return np.stack(found)


_DEMUCS_GRID = Preset(DEMUCS_LENGTH, 4 * HOP, _DEMUCS_AHEAD, 2 * HOP)
_DEMUCS = make_spec(
    stems=("drums", "bass", "other"),
    method="one_pass",
    domain=HybridDomain(
        StftDomain(
            FFT, HOP, values="complex", bins=FFT // 2, scale=float(FFT**-0.5), centred=False,
            offset_samples=-(FFT - HOP) // 2, edge="reflect", envelope="full",
            frames_base=DEMUCS_FRAMES,
        ),
        WaveformDomain(DEMUCS_LENGTH, 0),
    ),
    batch_max=1,
    live=_DEMUCS_GRID,
    offline=_DEMUCS_GRID,
)  # fmt: skip


# Spleeter: a file for each stem, magnitudes of the lowest bins, masks by their squares.

SPLEETER_BINS = 20


def _parts_files(shape: tuple[str | int, ...], bins: int, frames: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        for seed, name in enumerate((path.name, f"{path.stem}-accompaniment.onnx"), 1):
            one = Net("x", shape, "y", bins, frames)
            _one_stem(path.with_name(name), one, seed, SPLEETER_BINS)

    return write


def _ratio(whole: Array) -> Array:
    """(C, bins, T) -> (S, C, bins, T)."""
    sizes = np.abs(whole[:, :SPLEETER_BINS])
    squares = []
    for seed in (1, 2):
        w, v = weights(1, SPLEETER_BINS, seed)
        squares.append(net(sizes, w[0], v[0], 1, 2) ** 2)
    total = np.sum(squares, axis=0) + 1e-10
    return np.stack([_up((one + 0.5e-10) / total) * whole for one in squares])


def spleeter(mix: Array) -> Array:
    return istft(_ratio(stft(mix)), mix.shape[-1])


def sherpa(mix: Array) -> Array:
    count = (mix.shape[-1] - FFT) // HOP + 1
    audio, squares = added(_ratio(frames_of(mix.astype(np.float64), count)))
    return audio / np.maximum(squares, 1e-9)


def _parts(name: str) -> tuple[Part, ...]:
    return (
        Part(f"{name}.onnx", (("vocals", 0),)),
        Part(f"{name}-accompaniment.onnx", (("accompaniment", 0),)),
    )


_SPLEETER = make_spec(
    stems=("vocals", "accompaniment"),
    method="mask",
    domain=StftDomain(FFT, HOP, bins=SPLEETER_BINS, edge="reflect", frames_base=1, frames_step=4),
    ports=(Port("spec", "x", "B C T F"), Port("spec_stems", "y", "B C T F")),
    answer="ratio",
    parts=_parts("spleeter"),
    live=GRID,
    offline=GRID,
)
_SHERPA = replace(
    _SPLEETER,
    domain=StftDomain(FFT, HOP, bins=SPLEETER_BINS, centred=False, frames_base=1, frames_step=1),
    ports=(Port("spec", "x", "C B T F"), Port("spec_stems", "y", "C B T F")),
    parts=_parts("sherpa"),
)


# Open-Unmix: the stems' magnitudes, then one step of expectation maximisation.


def _unmix_files(path: Path) -> None:
    bins = FFT // 2 + 1
    w, v = weights(2, bins)
    one = Net("mix_mag", ("B", 2, bins, "T"), "y", 2, 3)
    nodes, constants = [], [numpy_helper.from_array(np.int64([1]), "one")]
    for stem in range(2):
        more, held = one.nodes(w[stem], v[stem], f"s{stem}", "mix_mag")
        nodes += [*more, helper.make_node("Unsqueeze", [f"s{stem}", "one"], [f"u{stem}"])]
        constants += held
    nodes.append(helper.make_node("Concat", ["u0", "u1"], ["y"], axis=1))
    inputs, outputs = [_value("mix_mag", one.shape)], [_value("y", ("B", 2, 2, bins, "T"))]
    save(path, helper.make_graph(nodes, "g", inputs, outputs, constants), None)


def maximised(stems: Array, mix: Array) -> Array:
    """One iteration, bin by bin and frame by frame: (S, C, bins, T) for the mix (C, bins, T)."""
    found = np.zeros_like(stems)
    scale = max(1.0, np.abs(mix).max() / 10)
    y, x = stems / scale, mix / scale
    for f in range(mix.shape[1]):
        powers = [[np.mean(np.abs(s[:, f, t]) ** 2) for t in range(x.shape[-1])] for s in y]
        shapes = []
        for s, power in zip(y, powers, strict=True):
            outer = sum(np.outer(s[:, f, t], s[:, f, t].conj()) for t in range(x.shape[-1]))
            shapes.append(outer / (1e-10 + sum(power)))
        for t in range(x.shape[-1]):
            whole = 1e-5 * np.eye(len(mix)) + sum(
                power[t] * shape for power, shape in zip(powers, shapes, strict=True)
            )
            inverse = np.linalg.inv(whole)
            for s, (power, shape) in enumerate(zip(powers, shapes, strict=True)):
                found[s, :, f, t] = power[t] * shape @ inverse @ x[:, f, t]
    return found * scale


def unmix(mix: Array) -> Array:
    whole = stft(mix)
    w, v = weights(2, FFT // 2 + 1)
    sizes = np.abs(whole)
    stems = [net(sizes, w[s], v[s], 1, 2) * np.exp(1j * np.angle(whole)) for s in range(2)]
    return istft(maximised(np.stack(stems), whole), mix.shape[-1])


_UNMIX = make_spec(
    stems=("vocals", "other"),
    method="mask",
    domain=StftDomain(FFT, HOP, edge="reflect"),
    ports=(Port("spec_stems", "y", "B S C F T"),),
    answer="magnitude",
    wiener=1,
    live=GRID,
    offline=GRID,
)


@dataclass(frozen=True)
class Family:
    """A spec, what writes its files, and the publisher's procedure for one window."""

    spec: ModelSpec
    write: Callable[[Path], None]
    procedure: Callable[[Array], Array]


FAMILIES = {
    "mdx": Family(_MDX, _mdx_files, mdx),
    "demucs": Family(_DEMUCS, _demucs_files, demucs),
    "spleeter": Family(_SPLEETER, _parts_files(("B", 2, "T", SPLEETER_BINS), 3, 2), spleeter),
    "sherpa": Family(_SHERPA, _parts_files((2, "B", "T", SPLEETER_BINS), 3, 2), sherpa),
    "unmix": Family(_UNMIX, _unmix_files, unmix),
}


def write_family(folder: Path, name: str, **changes: Any) -> Path:
    """The family's files in `folder`, with their description beside them; the first file."""
    path = folder / f"{name}.onnx"
    family = FAMILIES[name]
    family.write(path)
    spec = replace(family.spec, name=name, **changes)
    sidecar_of(path).write_text(spec.to_json(), encoding="utf-8")
    return path


# HTDemucs_ft: a file of four rows for each stem, of which one row is used.

FILES = ("drums.onnx", "bass.onnx", "other.onnx", "vocals.onnx")


def bag(folder: Path) -> Path:
    """Four files of the same network, with a description beside the first, which is returned."""
    for name in FILES:
        make_model(folder / name)
    pairs = enumerate(zip(FILES, STEMS, strict=True))
    parts = tuple(Part(name, ((stem, row),)) for row, (name, stem) in pairs)
    spec = make_spec(parts=parts)
    sidecar_of(folder / FILES[0]).write_text(spec.to_json(), encoding="utf-8")
    return folder / FILES[0]
