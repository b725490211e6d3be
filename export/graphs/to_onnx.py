"""Export a trained checkpoint to one ONNX file that describes itself.

    python -m export to-onnx runs/song/last.pt -o engines/models/song.onnx --golden
    python -m export to-onnx runs/song/last.pt -o song-int8.onnx --variant int8-lstm \\
        --gate-data ../shared/data/musdb18-7/train
    python -m export to-onnx runs/song/last.pt -o song-loop.onnx --loop
    python -m export to-onnx runs/song/last.pt -o song-alone.onnx --stft inside

The file is written only if it computes what the network does (and, for a variant, separates as well
as the fp32 graph does). The model's name is the file's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
from torch import nn

from engines.errors import EngineError
from engines.spec import DRAWS, ESTIMATES, KNOWN, ModelSpec
from export.common.clips import ClipError
from export.graphs import gate, loop, loop_parity, parity
from export.graphs.card import filled
from export.graphs.describe import PRESETS, Choices, make_spec, parse_preset
from export.graphs.errors import ExportError
from export.graphs.files import save, set_spec
from export.graphs.golden import write_golden
from export.graphs.precision import VARIANTS
from export.graphs.stft_inside import PLACES, Inside, inside_spec, to_inside
from export.graphs.torch_graph import EXPORTERS, to_graph
from export.nets.checkpoint import CheckpointError, load_model
from export.nets.nade import Nade

#: Golden tolerance of a variant; int8 kernels differ between processors.
GOLDEN_TOLERANCE = {"fp32": 1e-4, "fp16-weights": 1e-4, "int8-lstm": 1e-2}


def parser() -> argparse.ArgumentParser:
    """The command's options."""
    made = argparse.ArgumentParser(
        prog="python -m export to-onnx",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("checkpoint", type=Path, help="a checkpoint of export.training.train")
    add("-o", "--output", type=Path, required=True, help="the .onnx file to write")
    add("--variant", choices=tuple(VARIANTS), default="fp32", help="weights (default: %(default)s)")
    add("--ema", action=argparse.BooleanOptionalAction, default=True,
        help="averaged weights (default) or those of the last step")  # fmt: skip
    add("--loop", action="store_true", help="all Gibbs steps in one graph, masks as an input")
    add("--stft", choices=PLACES, default=PLACES[0],
        help="STFT of a mask model: beside the graph (default), by the engine, which is faster; or "
        "inside, so that the graph takes and gives waveforms")  # fmt: skip
    add("--exporter", choices=EXPORTERS, default=EXPORTERS[0],
        help="torch's exporter; dynamo is the newer one, which cannot do recurrent layers "
        "(default: %(default)s)")  # fmt: skip
    add("--golden", action="store_true", help="write golden values beside the model")
    preset = "change preset values, as window=65536,hop=8192,steps=2 (samples at the model's rate)"
    for name in PRESETS:
        add(f"--{name}", type=parse_preset, default={}, metavar="NAME=N,...", help=preset)
    add("--estimate", choices=ESTIMATES, default=ESTIMATES[0],
        help="a stem after several Gibbs steps: its last draw, as published (default), or the "
        "mean of its draws")  # fmt: skip
    add("--draw", choices=DRAWS, default=DRAWS[0],
        help="how Gibbs masks are drawn: stems independent of each other, as published (default), "
        "or a count of them")  # fmt: skip
    add("--known", choices=KNOWN, default=KNOWN[0],
        help="known stems: given to the network beside the mix, as published (default), or "
        "subtracted from the mix and given as silent")  # fmt: skip
    add("--rate-tolerance", type=float, default=0.10, metavar="R",
        help="relative rate difference it was trained for (default: %(default)s)")  # fmt: skip
    add("--card", type=Path, action="append", default=[], metavar="JSON",
        help="licence, training, residual_to, figures for the model card")  # fmt: skip
    add("--tolerance", type=float, default=parity.TOLERANCE, metavar="D",
        help="largest difference from the network (default: %(default)s)")  # fmt: skip
    add("--gate-data", type=Path, default=Path("../shared/data/musdb18-7/train"), metavar="DIR",
        help="folder of songs for the variants' quality gate (default: %(default)s)")  # fmt: skip
    add("--gate-clips", type=int, default=8, metavar="N", help="songs (default: %(default)s)")
    add("--gate-steps", type=int, metavar="N", help="Gibbs steps (default: the offline preset's)")
    add("--gate-loss-db", type=float, default=gate.TOLERANCE_DB, metavar="DB",
        help="SDR that a variant may lose on any stem (default: %(default)s)")  # fmt: skip
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    command = parser()
    try:
        options = command.parse_args(arguments)  # ChoiceError for a preset that is none
        if options.golden and options.loop:
            command.error("--golden is for step graphs: give it without --loop")
        if options.output.suffix != ".onnx":
            command.error(f"--output {options.output} should end in .onnx")
        export(options)
    except (ExportError, EngineError, CheckpointError, ClipError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        return 130
    return 0


def export(options: argparse.Namespace) -> None:
    """Makes, checks and writes the file. Raises ExportError, EngineError, loaders' errors."""
    network, seen = load_model(options.checkpoint, "ema" if options.ema else "model")
    masks_spec = describe(options, network, seen)
    inside = options.stft == "inside"
    spec = inside_spec(masks_spec) if inside else masks_spec
    with TemporaryDirectory(prefix="export-") as folder:
        plain = Path(folder) / "fp32.onnx"
        bare = to_graph(network, masks_spec, options.exporter)
        graph = to_inside(bare, masks_spec) if inside else bare
        put(graph, spec, plain)
        report_parity(Inside(network) if inside else network, spec, plain, options.tolerance)
        step = plain
        if options.variant != "fp32":
            # The transforms around the network keep their float32 matrices.
            bare = VARIANTS[options.variant](bare)
            graph = to_inside(bare, masks_spec) if inside else bare
            step = Path(folder) / "variant.onnx"
            put(graph, spec, step)
            check_quality(plain, step, spec, options)
        if options.loop:
            graph, spec = looped(graph, spec, step)
    put(graph, spec, options.output)
    print(f"{options.output}: {options.output.stat().st_size / 1e6:.2f} MB, {options.variant}")
    if options.golden:
        print(f"golden values: {write_golden(options.output, GOLDEN_TOLERANCE[options.variant])}")


def describe(options: argparse.Namespace, network: Nade, seen: dict[str, object]) -> ModelSpec:
    """The spec, with what the cards say."""
    choices = Choices(
        options.output.stem,
        {name: getattr(options, name) for name in PRESETS},
        options.rate_tolerance,
        options.estimate,
        options.draw,
        options.known,
    )
    spec = make_spec(network, seen, choices)
    return filled(spec, options.card)


def put(graph: onnx.ModelProto, spec: ModelSpec, path: Path) -> None:
    """Writes a graph with its spec."""
    set_spec(graph, spec)
    save(graph, path)


def report_parity(network: nn.Module, spec: ModelSpec, path: Path, tolerance: float) -> None:
    """Prints the differences from the network. Raises ParityError."""
    found = parity.compare(network, spec, path)
    for one in found:
        print(
            f"parity at batch {one.size.batch}, time {one.size.time}: "
            f"{one.difference:.2e} of {one.largest:.2f}"
        )
    print(f"largest difference: {parity.require_parity(found, tolerance):.2e}")


def check_quality(plain: Path, variant: Path, spec: ModelSpec, options: argparse.Namespace) -> None:
    """Prints the variant's losses. Raises QualityError."""
    clips = gate.gate_clips(
        options.gate_data, spec.stems, spec.rate_hz, spec.channels, options.gate_clips
    )
    losses = gate.sdr_losses(plain, variant, clips, options.gate_steps)
    for loss in losses:
        print(
            f"{loss.stem}: fp32 {loss.reference_db:.2f} dB, {options.variant} "
            f"{loss.variant_db:.2f} dB ({loss.clips} clips)"
        )
    times = [f"{gate.live_window_ms(path):.1f} ms" for path in (plain, variant)]
    print(f"live window: fp32 {times[0]}, {options.variant} {times[1]}")
    worst = gate.require_quality(losses, options.gate_loss_db)
    print(f"largest loss: {worst.loss_db:.3f} dB on {worst.stem}")


def looped(
    step: onnx.ModelProto, spec: ModelSpec, step_path: Path
) -> tuple[onnx.ModelProto, ModelSpec]:
    """The Loop graph around a step graph and its spec. Raises ParityError."""
    graph, spec = loop.to_loop(step, spec), replace(spec, method=loop.METHOD)
    path = step_path.with_name("loop.onnx")
    put(graph, spec, path)
    loop_parity.require_equal_loop(step_path, path)
    print("Loop and host loop give equal bits")
    return graph, spec


if __name__ == "__main__":
    sys.exit(main())
