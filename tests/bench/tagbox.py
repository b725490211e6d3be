"""Published taggers in ONNX beside torch: their answers, and the gradient of a step of TagBox.

    python -m tests.bench.tagbox --taggers DIR
    python -m tests.bench.tagbox --taggers DIR --checkpoint runs/vqvae16/best.pt --seconds 10

DIR has the published weights: mtat_fcn.pth, mtat_musicnn.pth, jamendo_fcn.pth, ... Without a
checkpoint the autoencoder is a seeded one that has learned nothing, of 16 kHz, width 32 and depth
4; it decodes music to something very quiet, on which rounding shows more than on music. The cosine
is with torch in float64, that of torch's own float32 beside it; times are of one thread of
onnxruntime.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from engines.ort import open_session
from export.graphs.errors import ParityError
from export.graphs.steering.make import TagBoxOptions, make
from export.graphs.tagger import load_tagger, write_tagger
from export.nets import checkpoint
from export.nets.nade import Nade
from tests.bench.tools import described
from tests.rigs.export.tagbox import autoencoder as untrained


def autoencoder(path: Path | None) -> tuple[Nade, dict[str, Any]]:
    """A trained one, or one that has learned nothing."""
    if path is not None:
        return checkpoint.load_model(path)
    return untrained(width=32, depth=4, stages=3, latent=64), {"rate_hz": 16000}


def step_seconds(path: Path, rounds: int = 3) -> float:
    """The quickest call of a step."""
    session = open_session(path)
    shapes = {name: [int(n) for n in shape] for name, shape in session.inputs.items()}
    rng = np.random.default_rng(0)
    feeds = {name: rng.standard_normal(shape, np.float32) for name, shape in shapes.items()}
    feeds["begin"] = np.zeros(1, np.float32)
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        session.run_several(["stems", "gradient"], feeds)
        times.append(time.perf_counter() - begun)
    return min(times)


def main() -> int:
    """Prints a row for each tagger that is there."""
    parser = described(__doc__)
    add = parser.add_argument
    add("--taggers", type=Path, required=True)
    add("--checkpoint", type=Path)
    add("--seconds", type=float, default=3.0)
    add("--samples", type=int, default=0, help="that one call of a tagger hears")
    args = parser.parse_args()
    model, about = autoencoder(args.checkpoint)
    print("| tagger | answers differ by | gradient's cosine (torch's) | the rest by | s a step |")
    print("|---|---|---|---|---|")
    for path in sorted(args.taggers.glob("*.pth")):
        with TemporaryDirectory() as folder:
            tagger = load_tagger(path.stem, path, args.samples)
            answers = write_tagger(tagger, Path(folder) / "tagger.onnx")
            file = Path(folder) / "step.onnx"
            try:
                worst = make(model, about, [tagger], file, TagBoxOptions(args.seconds)).worst
            except ParityError as error:
                print(f"| {path.stem} | {answers:.1e} | {error.seen} | | |", flush=True)
                continue
            cosines = f"{worst.cosine:.7f} ({worst.torch_cosine:.7f})"
            cells = (path.stem, f"{answers:.1e}", cosines, f"{worst.difference:.1e}")
            print(f"| {' | '.join(cells)} | {step_seconds(file):.2f} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
