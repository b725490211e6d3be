"""The STFT and its inverse as nodes of an ONNX graph.

Reshapes and four matrix products (fourier.py): the fastest of what ONNX can say (measured by
tests/bench/stft_forms.py), and every onnxruntime has them. Windows, centring and the division by
the overlapped squared window (Griffin and Lim 1984, eq. 6) are those of export/stft.py. Lengths are
multiples of the hop, so nothing is padded but what centring adds. Frames stand on the last axis:
what is cut, moved and added are whole rows.
"""

from __future__ import annotations

import numpy as np

from engines.spec import StftDomain
from engines.stft import taper
from export.graphs import fourier
from export.graphs.build import Builder


class Transforms:
    """Adds the nodes of transforms to a builder. M: all leading axes as one; T: frames.

    A spectrum is (M, k1, c, k2 * T), bin k1 + N1 k2, as the products of fourier.py leave it.
    """

    def __init__(self, build: Builder, domain: StftDomain, channels: int, stems: int) -> None:
        self.build, self._channels, self._stems = build, channels, stems
        self._fft, self._hop = domain.fft_samples, domain.hop_samples
        self._bins = self._fft // 2 + 1
        self._split = fourier.split(self._fft)
        # A frame as whole hops, the last of them perhaps not filled.
        self._parts = -(-self._fft // self._hop)
        self._window = np.zeros(self._parts * self._hop)
        self._window[: self._fft] = taper(domain.window, self._fft)

    def spectrum(self, audio: str) -> str:
        """(..., samples) -> spectrum."""
        by, build = self._split, self.build
        outer, inner = (build.floats(matrix) for matrix in fourier.analysis(by))
        rows = build.reshaped(self.frames(audio), 0, by.outer, -1)
        rows = build.op("MatMul", outer, rows)
        rows = build.reshaped(rows, 0, by.outer, 2 * by.inner, -1)
        return build.reshaped(build.op("MatMul", inner, rows), 0, by.outer, 2, -1)

    def frames(self, audio: str) -> str:
        """(..., samples) -> windowed frames (M, fft, T)."""
        build, left, last = self.build, self._fft // 2, self._parts - 1
        right = self._parts * self._hop - left
        flat = build.reshaped(audio, -1, build.length(audio, -1))
        padded = build.op("Pad", flat, build.ints(0, left, 0, right))
        columns = build.reshaped(padded, 0, -1, self._hop)
        columns = build.op("Transpose", columns, perm=[0, 2, 1])
        rows = [build.part(columns, j, (j - last) or None, 2) for j in range(self._parts)]
        frames = build.op("Concat", *rows, axis=1)
        if len(self._window) > self._fft:
            frames = build.part(frames, 0, self._fft, 1)
        return build.op("Mul", frames, self._taper())

    def _taper(self) -> str:
        return self.build.floats(self._window[: self._fft, None])

    def magnitudes(self, spectrum: str, output: str, *axes: int) -> None:
        """Spectrum -> `output` (B, *axes, bins, T)."""
        by, build = self._split, self.build
        power = build.op("ReduceSum", build.op("Mul", spectrum, spectrum), build.ints(2),
                         keepdims=0)  # fmt: skip
        size = build.reshaped(build.op("Sqrt", power), 0, by.outer, by.half, -1)
        size = build.op("Transpose", size, perm=[0, 2, 1, 3])
        size = build.part(build.reshaped(size, 0, by.reached, -1), 0, self._bins, 1)
        build.reshaped(size, -1, *axes, self._bins, build.length(size, 2), output=output)

    def waveforms(self, mix: str, masks: str, output: str) -> None:
        """Spectrum of the mix, masks (B, S, C, bins, T) -> `output` (B, S, C, samples)."""
        by, build = self._split, self.build
        inner, outer = (build.floats(matrix) for matrix in fourier.synthesis(by))
        count = build.length(masks, -1)
        rows = build.reshaped(self._masked(mix, masks), -1, by.outer, 2 * by.half, count)
        rows = build.reshaped(build.op("MatMul", inner, rows), 0, 2 * by.outer, -1)
        frames = build.op("MatMul", outer, rows)
        self.joined(build.reshaped(frames, 0, self._fft, count), count, output)

    def _masked(self, mix: str, masks: str) -> str:
        """The mix's spectrum times masks (B, S, C, bins, T): (B, S, C, k1, c, k2 * T)."""
        by, build = self._split, self.build
        count = build.length(masks, -1)
        wide = build.op("Mul", count, build.ints(by.half))
        # The bins beyond are there because whole rows are; the inverse ignores them.
        padded = build.op("Pad", masks, build.ints(*[0] * 8, by.reached - self._bins, 0))
        padded = build.reshaped(padded, -1, by.half, by.outer, count)
        padded = build.op("Transpose", padded, perm=[0, 2, 1, 3])
        padded = build.reshaped(padded, -1, self._stems, self._channels, by.outer, 1, wide)
        mix = build.reshaped(mix, -1, 1, self._channels, by.outer, 2, wide)
        return build.op("Mul", padded, mix)

    def joined(self, frames: str, count: str, output: str) -> None:
        """Frames (M, fft, T) -> `output` (B, S, C, samples); `count` is T as a vector of one."""
        build, hop, left = self.build, self._hop, self._fft // 2
        frames = build.op("Mul", frames, self._taper())
        extra = len(self._window) - self._fft
        if extra:
            frames = build.op("Pad", frames, build.ints(0, 0, 0, 0, extra, 0))
        rows = [build.part(frames, j * hop, (j + 1) * hop, 1) for j in range(self._parts)]
        columns = build.op("Sum", *(self._later(row, j, 3) for j, row in enumerate(rows)))
        columns = build.op("Mul", columns, self.gain(count))
        audio = build.reshaped(build.op("Transpose", columns, perm=[0, 2, 1]), 0, -1)
        audio = build.part(audio, left, left - self._parts * hop, 1)
        length = build.length(audio, -1)
        build.reshaped(audio, -1, self._stems, self._channels, length, output=output)

    def _later(self, row: str, part: int, rank: int) -> str:
        """(..., T) -> (..., T + parts - 1), begun `part` columns later."""
        none = [0] * (rank - 1)
        pads = self.build.ints(*none, part, *none, self._parts - 1 - part)
        return self.build.op("Pad", row, pads)

    def gain(self, count: str) -> str:
        """1 / overlapped squared windows, (hop, T + parts - 1): the windows times who is there.

        Before the signal and behind it the windows may all be zero: there the gain does not matter.
        """
        build = self.build
        one = build.floats(np.ones((1, 1)))
        ones = build.op("Expand", one, build.op("Concat", build.ints(1), count, axis=0))
        there = build.op("Concat", *(self._later(ones, j, 2) for j in range(self._parts)), axis=0)
        squares = build.floats((self._window**2).reshape(self._parts, self._hop).T)
        energy = build.op("MatMul", squares, there)
        return build.op("Div", one, build.op("Max", energy, build.floats(np.full((1, 1), 1e-8))))
