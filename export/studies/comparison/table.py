"""The table of a comparison: JSON with every number, Markdown with the main ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from export.scores.evaluation.rows import WITH_RESIDUAL

METRICS = {"museval": "museval SDR", "sdr": "SDR"}
FAILED = "failed: "


def scores(summary: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`over_trivial` of an evaluation -> {system: {stem: {metric: {...}}}}, stems as separated."""
    found: dict[str, Any] = {}
    for row in summary:
        if row["metric"] in METRICS and WITH_RESIDUAL not in row["row"]:
            kept = {name: row[name] for name in ("median", "gain", "low", "high")}
            kept["trivial"] = row["best_median"]
            stems = found.setdefault(row["system"], {})
            stems.setdefault(row["row"], {})[row["metric"]] = kept
    return found


def above(stems: Mapping[str, Any]) -> list[str]:
    """The stems whose medians are above the best trivial answer's in every metric."""
    return [
        stem
        for stem, metrics in stems.items()
        if all(metrics[m]["median"] > metrics[m]["trivial"] for m in METRICS if m in metrics)
    ]


def markdown(rows: Sequence[Mapping[str, Any]], stems: Sequence[str]) -> str:
    """One line per variant and system, two tables: museval SDR with costs, then plain SDR."""
    threads = sorted({n for row in rows for n in row.get("graph_s", {})}, key=int)
    costs = ["parameters", "s/step", *(f"graph s/s, {n} thr." for n in threads), "engine s/s"]
    parts = [
        _section("museval", ["variant", "system", *costs], rows, stems, threads),
        _section("sdr", ["variant", "system"], rows, stems, ()),
    ]
    failed = [f"- {row['name']}: {row['error']}" for row in rows if "error" in row]
    return "\n\n".join([*parts, *(["Failed:\n\n" + "\n".join(failed)] if failed else [])]) + "\n"


def _section(
    metric: str,
    header: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    stems: Sequence[str],
    threads: Sequence[str],
) -> str:
    names = [*header, *stems, "mean", "above trivial"]
    lines = [f"{METRICS[metric]}, dB, median over clips:", "", _line(names)]
    lines.append("|" + "---|" * len(names))
    done = [row for row in rows if "error" not in row]
    blank = [""] * (len(header) - 2)
    if done:
        first = next(iter(done[0]["scores"].values()))
        values = _values(first, stems, metric, "trivial")
        lines.append(_line(["best of mix, mix/S, silence", "", *blank, *values, ""]))
    for row in done:
        for system, found in row["scores"].items():
            cells = [row["name"], system]
            if blank:
                cells += _costs(row, system, threads)
            count = f"{len(row['above'][system])} of {len(found)}"
            lines.append(_line([*cells, *_values(found, stems, metric, "median"), count]))
    return "\n".join(lines)


def _costs(row: Mapping[str, Any], system: str, threads: Sequence[str]) -> list[str]:
    graph = [f"{row['graph_s'][n]:.4f}" if n in row["graph_s"] else "-" for n in threads]
    engine = f"{row['engine_s'][system]:.3f}"
    return [f"{row['parameters']:,}", f"{row['step_s']:.2f}", *graph, engine]


def _values(found: Mapping[str, Any], stems: Sequence[str], metric: str, which: str) -> list[str]:
    """A cell per stem and their mean; a stem that is not separated or never heard is -."""
    numbers = [found.get(stem, {}).get(metric, {}).get(which) for stem in stems]
    heard = [number for number in numbers if number is not None]
    mean = f"{sum(heard) / len(heard):.2f}" if heard else "-"
    return ["-" if number is None else f"{number:.2f}" for number in numbers] + [mean]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
