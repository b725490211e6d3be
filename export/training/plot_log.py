"""Plot the logs of training runs over their steps, several runs in one picture.

Loss, gradient norm and learning rate, and each stem's validation: a line per run, dashed for more
than one Gibbs step. Training writes RUN/log.svg by itself at every validation. What a run had
done after the checkpoint from which it went on is left out. Needs matplotlib:
pip install '.[plot]'.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from export.common.errors import ExportError
from export.common.files import replacing

METRICS = {"si_sdri": "mean SI-SDRi, dB", "sdr": "median SDR, dB"}
TRAINING = {"loss": "loss", "norm": "gradient norm", "rate": "learning rate"}
COLUMNS = 4
PANEL_INCHES = (3.2, 2.4)

Points = list[tuple[int, float]]
_told: set[str] = set()


class PlotError(ExportError):
    """A log cannot be plotted; the message says why."""

    code = "export_plot"


@dataclass(frozen=True)
class Log:
    """A run's name and its curves: training by name in TRAINING, validation by its row's key such
    as `sdr_bass_N1`, or `si_sdri_drums` where there are no steps; each a list of (step, value)."""

    name: str
    training: dict[str, Points] = field(default_factory=dict)
    validation: dict[str, Points] = field(default_factory=dict)

    def stems(self, metric: str) -> list[str]:
        """The stems that a metric has curves of, in the log's order."""
        found = [_parts(key)[0] for key in self.validation if key.startswith(f"{metric}_")]
        return list(dict.fromkeys(name.removeprefix(f"{metric}_") for name in found))


def _parts(key: str) -> tuple[str, int]:
    """A row's key without its Gibbs steps, and these; 1 where it has none."""
    name, _, steps = key.rpartition("_N")
    return (name, int(steps)) if name and steps.isdecimal() else (key, 1)


def read(run: Path) -> Log:
    """The log of a run's folder, or of a .jsonl file. Raises PlotError."""
    path = run / "log.jsonl" if run.is_dir() else run
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise PlotError(f"{path}: {error.strerror}; give a folder that `train` wrote") from None
    log = Log(path.parent.name if path.name == "log.jsonl" else path.stem)
    for row in _kept(_rows(path, lines)):
        for name in TRAINING.keys() & row.keys():
            log.training.setdefault(name, []).append((row["step"], row[name]))
        for key, value in row.get("validation", {}).items():
            log.validation.setdefault(key, []).append((row["step"], value))
    if not log.training and not log.validation:
        raise PlotError(f"{path}: nothing has been logged yet")
    return log


def _rows(path: Path, lines: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append(json.loads(line))
            _ = rows[-1]["step"] + 0
        except (ValueError, TypeError, KeyError):
            raise PlotError(f"{path}, line {number}: expected JSON with a step") from None
    return rows


def _kept(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what came after a checkpoint and was done again from it."""
    kept: list[dict[str, Any]] = []
    for row in rows:
        if "resumed_at" in row:
            kept = [old for old in kept if old["step"] <= row["resumed_at"]]
        else:
            kept.append(row)
    return kept


def draw(logs: Sequence[Log], out: Path, metric: str = "si_sdri") -> None:
    """Write the picture, in the format of its name's ending. Raises PlotError, also where there is
    no matplotlib."""
    if importlib.util.find_spec("matplotlib") is None:
        raise PlotError("no matplotlib", "the plot extra", "pip install '.[plot]'")
    import matplotlib
    from matplotlib.figure import Figure

    stems = list(dict.fromkeys(stem for log in logs for stem in log.stems(metric)))
    panels = len(TRAINING) + len(stems)
    columns = min(COLUMNS, panels)
    rows = -(-panels // columns)
    width, height = PANEL_INCHES
    figure = Figure((width * columns, height * rows + 0.3), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).flatten()
    for axis in axes[panels:]:
        axis.set_visible(False)
    for axis, (name, title) in zip(axes, TRAINING.items(), strict=False):
        _panel(axis, title, [(i, log.training.get(name, []), 1) for i, log in enumerate(logs)])
    for axis, stem in zip(axes[len(TRAINING) :], stems, strict=False):
        _panel(axis, f"{stem}: {METRICS[metric]}", _validations(logs, f"{metric}_{stem}"))
    _legend(figure, logs)
    plain: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "log"}
    with matplotlib.rc_context(plain), replacing(out) as temporary:
        try:
            figure.savefig(temporary, format=out.suffix[1:], metadata=_undated(out))
        except ValueError as error:
            raise PlotError(f"{out}: {error}") from None


def _undated(out: Path) -> dict[str, None]:
    return {"Date": None} if out.suffix == ".svg" else {}


def _legend(figure: Any, logs: Sequence[Log]) -> None:
    """The runs' colours, where there are several, and the dashes, where there are some."""
    from matplotlib.lines import Line2D

    runs = [Line2D([], [], color=f"C{i}", label=log.name) for i, log in enumerate(logs)]
    steps = sorted({_parts(key)[1] for log in logs for key in log.validation})
    dashes = [Line2D([], [], color="0.4", linestyle=_style(n), label=f"N = {n}") for n in steps]
    handles = (runs if len(runs) > 1 else []) + (dashes if len(dashes) > 1 else [])
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=6, fontsize="small")


def _style(steps: int) -> Literal["-", "--"]:
    return "-" if steps == 1 else "--"


def _validations(logs: Sequence[Log], name: str) -> list[tuple[int, Points, int]]:
    """(number of the run, points, Gibbs steps) of the curves of that name."""
    return [
        (i, points, _parts(key)[1])
        for i, log in enumerate(logs)
        for key, points in log.validation.items()
        if _parts(key)[0] == name
    ]


def _panel(axis: Any, title: str, curves: Sequence[tuple[int, Points, int]]) -> None:
    for run, points, steps in curves:
        style: dict[str, Any] = {
            "linestyle": _style(steps),
            "marker": "." if len(points) < 40 else "",
        }
        xs, ys = [x for x, _ in points], [y for _, y in points]
        axis.plot(xs, ys, color=f"C{run}", linewidth=1, markersize=4, **style)
    axis.set_title(title, fontsize="small")
    axis.set_xlabel("step", fontsize="small")
    axis.tick_params(labelsize="small")
    axis.grid(alpha=0.3)


def refresh(run: Path) -> None:
    """Draw RUN/log.svg, or say why not; that matplotlib is missing, once."""
    if importlib.util.find_spec("matplotlib") is None:
        if "matplotlib" not in _told:
            print("no log.svg without matplotlib: pip install '.[plot]'", flush=True)
        _told.add("matplotlib")
        return
    try:
        draw([read(run)], run / "log.svg")
    except PlotError as error:  # not worth ending a training for
        print(f"no log.svg: {error}", flush=True)
