"""Plots of a report: SI-SDRi over Gibbs steps, and what given stems are worth.

Needs matplotlib, the `plot` extra.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from export.common.files import replacing
from export.scores.errors import ScoreError
from export.scores.evaluation.text import columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("png", "svg")
#: A panel spans at least this much: hundredths of a dB should not look like a slope.
_LEAST_SPAN_DB = 1.0


def write_plots(report: Mapping[str, Any], stem: Path, formats: tuple[str, ...]) -> list[Path]:
    """STEM-curve-MODEL and STEM-injection-MODEL in every format; what was written.

    Raises ScoreError where matplotlib is missing.
    """
    figures = {f"curve-{name}": curve(name, one) for name, one in report["curves"].items()}
    for name, one in report["injection"].items():
        if one["gains"]:
            figures[f"injection-{name}"] = injection(name, one, report["models"][name]["stems"])
    written = []
    for name, figure in figures.items():
        for kind in formats:
            path = stem.with_name(f"{stem.name}-{name.replace('/', '-')}.{kind}")
            with replacing(path) as temporary:
                figure.savefig(temporary, dpi=120, format=kind, bbox_inches="tight")
            written.append(path)
    return written


def curve(name: str, found: Mapping[str, Any]) -> Figure:
    """SI-SDRi over N for every stem, mean and 95 % interval; the baseline as a dotted line."""
    figure = _figure(len(found["rows"]))
    axes = figure.subplots(1, len(found["rows"]), sharex=True, squeeze=False)[0]
    steps = found["steps"]
    for panel, (row, line) in zip(axes, found["rows"].items(), strict=True):
        if None not in line["low"]:
            panel.fill_between(steps, line["low"], line["high"], alpha=0.2, linewidth=0)
        panel.plot(steps, line["mean"], marker="o", label=name)
        spread = line["seed_spread"]
        shown = [(n, m, s) for n, m, s in zip(steps, line["mean"], spread, strict=True) if s]
        if shown:
            at, means, deviations = zip(*shown, strict=True)
            panel.errorbar(at, means, deviations, fmt="none", capsize=3, color="black",
                           label="seeds, ± 1 s.d.")  # fmt: skip
        if line["baseline"] is not None:
            panel.axhline(line["baseline"], linestyle=":", color="black", label="one pass")
        _dress(panel, row, steps)
    axes[0].set_ylabel("SI-SDRi, dB")
    axes[0].legend(fontsize="small")
    return figure


def _dress(panel: Axes, row: str, steps: list[int]) -> None:
    panel.set_title(row, fontsize="medium")
    panel.set_xscale("log", base=2)
    panel.set_xticks(steps, [str(step) for step in steps], fontsize="small", rotation=90)
    panel.minorticks_off()
    panel.set_xlabel("Gibbs steps N")
    panel.grid(alpha=0.3)
    low, high = panel.get_ylim()
    missing = max(0.0, _LEAST_SPAN_DB - (high - low)) / 2
    panel.set_ylim(low - missing, high + missing)
    panel.ticklabel_format(axis="y", useOffset=False)


def injection(name: str, found: Mapping[str, Any], stems: Sequence[str]) -> Figure:
    """A heat table: given stems down, estimated stems across, mean gain in SI-SDR in each cell."""
    table = found["gains"]
    rows = columns(table.values(), stems)
    values = [
        [one[row]["mean"] if row in one else float("nan") for row in rows] for one in table.values()
    ]
    largest = max(abs(cell) for line in values for cell in line if cell == cell)
    figure = _figure(1, width=1.6 + 1.1 * len(rows), height=1.2 + 0.32 * len(values))
    panel = figure.subplots()
    panel.imshow(values, cmap="RdBu", vmin=-largest, vmax=largest, aspect="auto")
    panel.set_xticks(range(len(rows)), rows)
    panel.set_yticks(range(len(values)), list(table))
    for line, cells in enumerate(values):
        for column, cell in enumerate(cells):
            if cell == cell:
                panel.text(column, line, f"{cell:+.1f}", ha="center", va="center",
                           color="white" if abs(cell) > 0.6 * largest else "black")  # fmt: skip
    panel.set_title(f"{name}, N = {found['steps']}: gain in SI-SDR (dB) of each stem where\n"
                    "the true stems on the left are given", fontsize="medium")  # fmt: skip
    return figure


def _figure(panels: int, width: float | None = None, height: float = 3.0) -> Figure:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        action = "pip install '.[plot]', or --no-plots"
        raise ScoreError("no matplotlib", "the plot extra", action) from error
    return Figure(figsize=(width or 2.6 * panels + 0.6, height), layout="tight")
