"""A model's outputs against its golden values."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from export.graphs.golden import Golden, golden_path, measure


def check_golden(model: Path, path: Path | None = None) -> float:
    """The largest difference from the golden values beside `model`, or those at `path`."""
    with np.load(path or golden_path(model), allow_pickle=False) as stored:
        tolerance = float(stored["tolerance"])
        then = Golden(**{name: stored[name] for name in Golden.__dataclass_fields__})
    now = measure(model)
    same = np.array_equal(then.sizes, now.sizes) and np.allclose(then.inputs, now.inputs)
    assert same, "other inputs: write the golden values again with what made the model"
    worst = max(
        float(np.abs(getattr(then, name) - getattr(now, name)).max())
        for name in ("outputs", "moments")
    )
    assert worst <= tolerance, f"{model.name} is {worst:.2e} from its golden values"
    return worst
