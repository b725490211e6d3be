"""Export a trained checkpoint to one ONNX file that describes itself.

The file is written only if it computes what the network does (and, for a variant, separates as well
as the fp32 graph does). The model's name is the file's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
from torch import nn

from engines.spec import DRAWS, ESTIMATES, KNOWN, ModelSpec
from export.common.errors import UsageError
from export.graphs import gate, loop, loop_parity, parity, stepping
from export.graphs.card import filled
from export.graphs.describe import Choices, make_spec
from export.graphs.files import save, set_spec
from export.graphs.golden import write_golden
from export.graphs.precision import VARIANTS
from export.graphs.stft_inside import PLACES, Inside, inside_spec, to_inside
from export.graphs.torch_graph import EXPORTERS, to_graph
from export.nets.checkpoint import load_model, start_of
from export.nets.families import DENOISERS, TAGGERS
from export.nets.hints import RIGHTS
from export.nets.nade import Nade

#: Golden tolerance of a variant; int8 kernels differ between processors.
GOLDEN_TOLERANCE = {"fp32": 1e-4, "fp16-weights": 1e-4, "int8-lstm": 1e-2}


@dataclass(frozen=True)
class ToOnnxOptions:
    """Which graph is made, what its file says, and how far it may be from the network. `presets`
    changes single values of presets; the gate is for variants other than fp32.

    Raises UsageError for a loop with golden values: those are of step graphs.
    """

    variant: str = "fp32"
    ema: bool = True
    loop: bool = False
    stft: str = PLACES[0]
    exporter: str = EXPORTERS[0]
    golden: bool = False
    presets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    estimate: str = ESTIMATES[0]
    draw: str = DRAWS[0]
    known: str = KNOWN[0]
    rate_tolerance: float = 0.10
    level_db: float | None = None
    cards: tuple[Path, ...] = ()
    tolerance: float = parity.TOLERANCE
    gate_data: Path = Path("data/valid")
    gate_clips: int = 8
    gate_steps: int | None = None
    gate_loss_db: float = gate.TOLERANCE_DB

    def __post_init__(self) -> None:
        if self.golden and self.loop:
            raise UsageError("--golden with --loop", "a step graph", "give one of them")


def to_onnx(checkpoint: Path, output: Path, options: ToOnnxOptions | None = None) -> None:
    """Makes, checks and writes the file; its name is the model's.

    Raises ExportError, EngineError.
    """
    options = options or ToOnnxOptions()
    if output.suffix != ".onnx":
        raise UsageError(f"the output {output}", "a name ending in .onnx", "rename it")
    network, seen = load_model(checkpoint, "ema" if options.ema else "model")
    if network.family in DENOISERS:
        command = f"python -m export diffusion {checkpoint} -o {output}"
        raise UsageError(f"{checkpoint}, a denoiser", "a separator", command)
    if network.family in TAGGERS:
        command = f"python -m export tagger shares {checkpoint} -o {output}"
        raise UsageError(f"{checkpoint}, a tagger", "a separator", command)
    if stepping.steps(network):
        _require_plain(options)
    masks_spec = describe(options, output.stem, network, seen)
    _refuse_queries(masks_spec, options)
    inside = options.stft == "inside"
    spec = inside_spec(masks_spec) if inside else masks_spec
    with TemporaryDirectory(prefix="export-") as folder:
        plain = Path(folder) / "fp32.onnx"
        bare = _bare(network, masks_spec, options)
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
    put(graph, spec, output)
    print(f"{output}: {output.stat().st_size / 1e6:.2f} MB, {options.variant}")
    if options.golden:
        print(f"golden values: {write_golden(output, GOLDEN_TOLERANCE[options.variant])}")


def _refuse_queries(spec: ModelSpec, options: ToOnnxOptions) -> None:
    """Raises UsageError for what a network that listens to tags cannot be."""
    wanted = {"--stft inside": options.stft == "inside", "--loop": options.loop,
              f"--variant {options.variant}": options.variant != "fp32"}  # fmt: skip
    given = [name for name, on in wanted.items() if on]
    if spec.query is not None and given:
        seen = f"{', '.join(given)} for a network that listens to tags"
        raise UsageError(seen, "the plain graph", "leave it out")


def _bare(network: Nade, spec: ModelSpec, options: ToOnnxOptions) -> onnx.ModelProto:
    """The network's graph, of one step where it goes frame by frame."""
    if spec.state:
        return stepping.to_graph(network, spec)
    return to_graph(network, spec, options.exporter)


def _require_plain(options: ToOnnxOptions) -> None:
    """Raises UsageError for what a step with a state cannot be."""
    if options.loop or options.stft != PLACES[0] or options.exporter != EXPORTERS[0]:
        seen = "--loop, --stft inside or another exporter for a network with a state"
        raise UsageError(seen, "one step, with its STFT beside it", "leave them out")
    if options.estimate != ESTIMATES[0] or options.draw != DRAWS[0]:
        seen = "--estimate or --draw for a network with a state"
        raise UsageError(seen, "one step, with nothing to draw", "leave them out")


def describe(
    options: ToOnnxOptions, name: str, network: Nade, seen: dict[str, object]
) -> ModelSpec:
    """The spec, with what the cards say, and what the model that it was trained on from says."""
    by_step = stepping.steps(network)  # its presets are not those of a network of its domain
    choices = Choices(
        name,
        {} if by_step else options.presets,
        options.rate_tolerance,
        options.estimate,
        options.draw,
        options.known,
        options.level_db,
    )
    spec = make_spec(network, seen, choices)
    if by_step:
        spec = stepping.stateful(network, spec, options.presets)
    spec = filled(spec, options.cards)
    licence, training = spec.licence, spec.training
    if (start := start_of(seen)) is not None:
        licence, training = start.added_to(licence, training)
    if name_of_hint := getattr(network.config, "hint", ""):
        both = zip((licence, training), RIGHTS[name_of_hint], strict=True)
        licence, training = (f"{said} {more}".lstrip() for said, more in both)
    return replace(spec, licence=licence, training=training)


def put(graph: onnx.ModelProto, spec: ModelSpec, path: Path) -> None:
    """Writes a graph with its spec."""
    set_spec(graph, spec)
    save(graph, path)


def report_parity(network: nn.Module, spec: ModelSpec, path: Path, tolerance: float) -> None:
    """Prints the differences from the network. Raises ParityError."""
    if spec.state:
        assert isinstance(network, Nade)
        found, tolerance = stepping.compare(network, spec, path), min(tolerance, stepping.TOLERANCE)
    else:
        found = parity.compare(network, spec, path)
    for one in found:
        print(
            f"parity at batch {one.size.batch}, time {one.size.time}: "
            f"{one.difference:.2e} of {one.largest:.2f}"
        )
    print(f"largest difference: {parity.require_parity(found, tolerance):.2e}")


def check_quality(plain: Path, variant: Path, spec: ModelSpec, options: ToOnnxOptions) -> None:
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
