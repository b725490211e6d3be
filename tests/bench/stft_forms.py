"""Ways to say an STFT and its inverse in ONNX, timed side by side.

    python -m tests.bench.stft_forms
    python -m tests.bench.stft_forms --fft 1022 --hop 256 --seconds 1 6 --rounds 9

Every graph takes a mix (1, C, T) and masks (1, S, C, F, frames) and gives stems (1, S, C, T):
- products: four matrix products by two factors of the length, as export.graphs.transforms does;
- matrix: one matrix product each way with all of the DFT;
- conv: Conv and ConvTranspose with the DFT as kernels, stride = hop;
- operators: ONNX's STFT and DFT.
`numpy` is the same work by engines.stft, as it is done beside a graph. Times are medians of rounds
in which all take turns, CPU time of the one thread; the ratio is that of the medians to numpy's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import thread_time

import numpy as np
import onnx
from onnx import TensorProto, helper

from engines.ort import open_session
from engines.spec import StftDomain
from engines.stft import Stft, taper
from engines.types import Audio
from export.graphs.build import Builder
from export.graphs.transforms import Transforms
from tests.bench.tools import described

FORMS = ("products", "matrix", "conv", "operators")


class Bases:
    """The whole DFT as matrices, windowed or not."""

    def __init__(self, domain: StftDomain) -> None:
        n = domain.fft_samples
        bins = np.arange(n // 2 + 1)
        angle = 2 * np.pi / n * (np.outer(bins, np.arange(n)) % n)
        share = np.where((bins == 0) | (bins == n // 2), 1.0, 2.0)[:, None] / n
        self.forward = np.concatenate([np.cos(angle), -np.sin(angle)])
        self.backward = np.concatenate([share * np.cos(angle), -share * np.sin(angle)])
        self.window = taper(domain.window, n).astype(np.float64)


class Forms:
    """Adds one way's nodes: "mix" and "masks" to "stems"."""

    def __init__(self, domain: StftDomain, channels: int, stems: int) -> None:
        self.domain, self.channels, self.stems = domain, channels, stems
        self.build = Builder("form/")
        self.own = Transforms(self.build, domain, channels, stems)
        self.bases = Bases(domain)
        self.bins = domain.fft_samples // 2 + 1

    def products(self) -> None:
        self.own.waveforms(self.own.spectrum("mix"), "masks", "stems")

    def matrix(self) -> None:
        build = self.build
        basis = build.floats(self.bases.forward)
        found = build.op("MatMul", basis, self.own.frames("mix"))
        back = build.floats(self.bases.backward.T)
        frames = build.op("MatMul", back, self._masked(found))
        self.own.joined(frames, build.length("masks", -1), "stems")

    def conv(self) -> None:
        build, n, hop = self.build, self.domain.fft_samples, self.domain.hop_samples
        kernel = build.floats((self.bases.forward * self.bases.window)[:, None])
        flat = build.reshaped("mix", -1, 1, build.length("mix", -1))
        padded = build.op("Pad", flat, build.ints(0, 0, n // 2, 0, 0, n // 2))
        found = build.op("Conv", padded, kernel, strides=[hop])
        kernel = build.floats((self.bases.backward * self.bases.window)[:, None])
        audio = build.op("ConvTranspose", self._masked(found), kernel, strides=[hop])
        gain = build.op("Transpose", self.own.gain(build.length("masks", -1)), perm=[1, 0])
        gain = build.part(build.reshaped(gain, -1), n // 2, -(self._beyond() + n // 2), 0)
        audio = build.part(build.reshaped(audio, -1, build.length(audio, -1)), n // 2, -n // 2, 1)
        audio = build.op("Mul", audio, gain)
        samples = build.length(audio, -1)
        build.reshaped(audio, -1, self.stems, self.channels, samples, output="stems")

    def operators(self) -> None:
        build, n, hop = self.build, self.domain.fft_samples, self.domain.hop_samples
        flat = build.reshaped("mix", -1, build.length("mix", -1), 1)
        padded = build.op("Pad", flat, build.ints(0, n // 2, 0, 0, n // 2, 0))
        window = build.floats(self.bases.window)
        step, length = build._constant(np.array(hop)), build._constant(np.array(n))
        found = build.op("STFT", padded, step, window, length, onesided=1)
        masks = build.op("Transpose", "masks", perm=[0, 1, 2, 4, 3])
        masks = build.reshaped(masks, -1, self.stems, self.channels, build.length("masks", -1),
                               self.bins, 1)  # fmt: skip
        found = build.reshaped(found, -1, 1, self.channels, build.length("masks", -1), self.bins, 2)
        found = build.reshaped(build.op("Mul", masks, found), -1, self.bins, 2)
        inner = build.part(found, 1, -1, 1)
        mirrored = build.op("Slice", inner, build.ints(-1), build.ints(-(2**62)), build.ints(1),
                            build.ints(-1))  # fmt: skip
        mirrored = build.op("Mul", mirrored, build.floats(np.array([1.0, -1.0])))
        whole = build.op("Concat", found, mirrored, axis=1)
        frames = build.part(build.op("DFT", whole, axis=1, inverse=1), 0, 1, 2)
        frames = build.reshaped(frames, -1, build.length("masks", -1), n)
        frames = build.op("Transpose", frames, perm=[0, 2, 1])
        self.own.joined(frames, build.length("masks", -1), "stems")

    def _beyond(self) -> int:
        """How much longer whole columns are than the padded signal."""
        return -self.domain.fft_samples % self.domain.hop_samples

    def _masked(self, found: str) -> str:
        """(M, 2 * bins, T) of the mix, masked: the same for every stem."""
        build = self.build
        frames = build.length("masks", -1)
        masks = build.reshaped("masks", -1, self.stems, self.channels, 1, self.bins, frames)
        found = build.reshaped(found, -1, 1, self.channels, 2, self.bins, frames)
        return build.reshaped(build.op("Mul", masks, found), -1, 2 * self.bins, frames)


def graph(form: str, domain: StftDomain, channels: int, stems: int) -> onnx.ModelProto:
    """The graph of one form."""
    made, value = Forms(domain, channels, stems), helper.make_tensor_value_info
    getattr(made, form)()
    shapes: dict[str, list[str | int | None]] = {
        "mix": ["B", channels, "T"],
        "masks": ["B", stems, channels, made.bins, "frames"],
        "stems": ["B", stems, channels, "T"],
    }
    mix, masks, out = (value(name, TensorProto.FLOAT, s) for name, s in shapes.items())
    inner = helper.make_graph(made.build.nodes, form, [mix, masks], [out], made.build.constants)
    return helper.make_model(inner, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def by_numpy(domain: StftDomain, mix: Audio, masks: Audio) -> Audio:
    """The same by the engine's transforms: (1, S, C, T)."""
    stft = Stft(domain, mix.shape[-1])
    spectra = stft.forward(mix[0])
    rows = [
        stft.inverse(np.swapaxes(mask, -1, -2) * spectra, 0, mix.shape[-1]) for mask in masks[0]
    ]
    return np.stack(rows)[None]


def measure(
    works: dict[str, Callable[[], Audio]], rounds: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Median seconds, and the largest difference from numpy."""
    wanted = works["numpy"]()
    errors = {name: float(np.abs(work() - wanted).max()) for name, work in works.items()}
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            started = thread_time()
            work()
            times[name].append(thread_time() - started)
    return {name: median(found) for name, found in times.items()}, errors


def main() -> None:
    """Print a table for each length."""
    parser = described(__doc__)
    add = parser.add_argument
    add("--fft", type=int, default=4096)
    add("--hop", type=int, default=1024)
    add("--channels", type=int, default=2)
    add("--stems", type=int, default=4)
    add("--rate", type=int, default=44100)
    add("--seconds", type=float, nargs="+", default=[1.0, 8.0])
    add("--forms", nargs="+", choices=FORMS, default=FORMS)
    add("--rounds", type=int, default=9)
    args = parser.parse_args()
    domain, rng = StftDomain(args.fft, args.hop), np.random.default_rng(0)
    with TemporaryDirectory() as folder:
        sessions = {}
        for form in args.forms:
            path = Path(folder) / f"{form}.onnx"
            onnx.save(graph(form, domain, args.channels, args.stems), path)
            sessions[form] = open_session(path)
        print("| seconds | form | ms | of numpy's | largest error |\n|---|---|---|---|---|")
        for seconds in args.seconds:
            frames = round(seconds * args.rate / args.hop) + 1
            shape = (1, args.stems, args.channels, args.fft // 2 + 1, frames)
            mix = rng.standard_normal((1, args.channels, (frames - 1) * args.hop), np.float32) / 8
            feeds = {"mix": mix, "masks": rng.random(shape, np.float32)}
            works: dict[str, Callable[[], Audio]] = {
                form: (lambda s=session, f=feeds: s.run("stems", f))  # type: ignore[misc]
                for form, session in sessions.items()
            }
            works["numpy"] = lambda f=feeds: by_numpy(domain, f["mix"], f["masks"])  # type: ignore[misc]
            times, errors = measure(works, args.rounds)
            for name, time_s in times.items():
                ratio = time_s / times["numpy"]
                cells = f"{1e3 * time_s:.1f} | {ratio:.2f} | {errors[name]:.1e}"
                print(f"| {seconds:g} | {name} | {cells} |")


if __name__ == "__main__":
    main()
