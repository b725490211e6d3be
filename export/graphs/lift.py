"""A third-party separator as an ONNX file and a spec beside it.

The file is written only if it computes what the package's own network does, at a few sizes; with
smaller weights only if it is near enough to the graph without them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch

from engines.ort import open_session
from engines.session import Session
from engines.spec import ModelSpec, Part, sidecar_of
from export.common.errors import UsageError
from export.common.files import replacing
from export.graphs.errors import ParityError, QualityError
from export.graphs.files import save
from export.graphs.fold import fold_batch_norms
from export.graphs.lifting.request import Request, subjects
from export.graphs.lifting.subject import Parity, Subject, Traceable
from export.graphs.precision import fp16_weights, int8_products, unchanged
from export.graphs.torch_graph import MAKER, traced

#: Largest difference from the package's network, of an output's largest value.
TOLERANCE = 1e-4
#: How weights are stored, and how far below the plain graph's answer its change must stay, in dB.
WEIGHTS = {
    "float32": (unchanged, 0.0),
    "float16": (fp16_weights, 50.0),
    "int8": (int8_products, 30.0),
}


@dataclass(frozen=True)
class LiftOptions:
    """How weights are stored, and how far the graph may be from the network."""

    weights_as: str = "float32"
    tolerance: float = TOLERANCE


def lift(package: str, request: Request, output: Path, options: LiftOptions | None = None) -> None:
    """Makes, checks and writes the file, or the files, and the spec; the name is the file's.

    Raises ExportError, EngineError.
    """
    if output.suffix != ".onnx":
        raise UsageError(f"the output {output}", "a name ending in .onnx", "rename it")
    write(subjects(package, request), output, options or LiftOptions())


def write(found: Sequence[Subject], output: Path, options: LiftOptions) -> None:
    """`lift` of networks that are there already. Raises as it does."""
    paths = [output.with_name(f"{output.stem}{one.suffix}.onnx") for one in found]
    with _calm():
        spec = whole(found[0].spec(output.stem), found, paths)
        for subject, path in zip(found, paths, strict=True):
            _write(subject, path, options)
    with replacing(sidecar_of(output)) as temporary:
        temporary.write_text(spec.to_json() + "\n", "utf-8")
    print(f"{sidecar_of(output)}: {', '.join(spec.stems)}, licence {spec.licence}")


def whole(spec: ModelSpec, found: Sequence[Subject], paths: Sequence[Path]) -> ModelSpec:
    """The spec of one file, or of several that give some stems each."""
    if len(found) == 1:
        return spec
    rows = [tuple((stem, spec.stems.index(stem)) for stem in one.stems) for one in found]
    parts = tuple(Part(path.name, row) for path, row in zip(paths, rows, strict=True))
    return replace(spec, parts=parts)


def _write(subject: Subject, path: Path, options: LiftOptions) -> None:
    with TemporaryDirectory(prefix="export-") as folder:
        asked = subject.traceable()
        graph = to_graph(asked, path.stem)
        plain = Path(folder) / "float32.onnx"
        save(graph, plain)
        session = open_session(plain)
        require_parity(subject.parities(session), options.tolerance)
        if options.weights_as != "float32":
            change, least_db = WEIGHTS[options.weights_as]
            graph = change(graph)
            changed = plain.with_name("changed.onnx")
            save(graph, changed)
            require_nearness(asked, session, open_session(changed), options.weights_as, least_db)
    save(graph, path)
    size = path.stat().st_size / 1e6
    print(f"{path}: {size:.2f} MB, {len(graph.graph.node)} nodes, {options.weights_as}")


@contextmanager
def _calm() -> Iterator[None]:
    """Without torch's own operator for attention, which no exporter knows, and without what third
    parties' packages are warned of: their users cannot change them."""
    before = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(before)


def to_graph(asked: Traceable, name: str) -> onnx.ModelProto:
    """The ONNX graph, batch norms folded, named and without a trace of where it was made.

    Raises UnsupportedGraphError.
    """
    feeds = tuple(asked.feeds.values())
    with torch.no_grad():
        outputs = {output: asked.axes.get(output, {}) for output in asked.outputs}
        inputs = {one: asked.axes.get(one, {}) for one in asked.feeds}
        made = asked.module(*feeds)
        model = traced(asked.module, feeds, inputs, outputs, asked.fold)
    fold_batch_norms(model)
    for port, value in zip(model.graph.output, made if isinstance(made, tuple) else (made,),
                           strict=True):  # fmt: skip
        _state_shape(port, value.shape, outputs[port.name])
    model.producer_name, model.producer_version = MAKER, ""
    model.doc_string = model.graph.doc_string = ""
    model.graph.name = name
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    for item in [*model.graph.node, *model.graph.input, *model.graph.output,
                 *model.graph.initializer]:  # fmt: skip
        item.doc_string = ""
        del item.metadata_props[:]
    return model


def _state_shape(port: onnx.ValueInfoProto, shape: Sequence[int], axes: dict[int, str]) -> None:
    """An output's axes of one length by their number, the others by name."""
    for axis, dim in enumerate(port.type.tensor_type.shape.dim):
        if axis in axes:
            dim.dim_param = axes[axis]
        else:
            dim.dim_value = shape[axis]


def require_parity(found: Iterable[Parity], tolerance: float = TOLERANCE) -> None:
    """Prints the differences from the package's network. Raises ParityError."""
    worst: Parity | None = None
    for one in found:
        print(
            f"parity of {one.output} at batch {one.batch}, {one.frames} frames: "
            f"{one.difference:.1e} of {one.peak:.3g} ({one.relative:.1e} of the peak)"
        )
        if worst is None or one.relative > worst.relative:
            worst = one
    if worst is None or not worst.relative <= tolerance:
        seen = f"{worst.output} {worst.relative:.1e} of the peak away" if worst else "nothing"
        action = "this network cannot be lifted as it is: report it with the package's version"
        raise ParityError(seen, f"at most {tolerance:.0e}", action)


def require_nearness(
    asked: Traceable, plain: Session, changed: Session, kind: str, least_db: float
) -> None:
    """Prints how far smaller weights change the answers to noise. Raises QualityError."""
    feeds = {name: value.numpy() for name, value in asked.feeds.items()}
    for name, expected, got in zip(
        asked.outputs,
        plain.run_several(asked.outputs, feeds),
        changed.run_several(asked.outputs, feeds),
        strict=True,
    ):
        power, error = (float(np.sum(one.astype(float) ** 2)) for one in (expected, got - expected))
        below = 10 * np.log10(power / error) if error > 0.0 else float("inf")
        print(f"{kind} weights change {name} by {-below:.1f} dB of it")
        if not below >= least_db:
            seen = f"{kind} weights change {name} by {-below:.1f} dB of it"
            raise QualityError(seen, f"{-least_db:g} dB or less", "store the weights as float32")
