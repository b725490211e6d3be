"""The report as Markdown: scores, paired gains, curves, injection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

METRIC_NAMES = {"si_sdri": "SI-SDRi", "sdr": "SDR", "museval": "museval SDR", "leakage": "leakage",
                "noise": "musical noise"}  # fmt: skip
#: What `--listen` adds: mean [95 %], lower is better.
LISTENED_NAMES = {
    "leakage": "Leakage: dB re the mix where the true stem is silent (of how many seconds)",
    "noise": "Musical noise: log kurtosis ratio of what is wrong in a stem to what is not the stem",
    "shifted": "Seams: difference from the stem on a grid moved by half a hop, at joins, dB re mix",
    "shifted_over": "The same, above what it is away from joins, dB",
    "whole": "Seams: difference from the stem in one window, at joins, dB re mix",
    "whole_over": "The same, above what it is away from joins, dB",
}


def markdown(report: Mapping[str, Any]) -> str:
    """All tables that the report has something for."""
    found, stems = report["set"], ", ".join(report["set"]["stems"])
    about = (
        f"{found['name']}: {found['clips']} clips of {found['songs']} songs ({stems}), "
        f"{found['rate_hz']} Hz. dB; 95 % intervals in brackets."
    )
    parts = [about]
    parts += [_scores(report, metric) for metric in ("si_sdri", "sdr", "museval")]
    parts += [_listened(report, metric) for metric in LISTENED_NAMES]
    parts += [_gains(report), _spreads(report), _over_trivial(report)]
    parts += [
        _injection(name, one, report["models"][name]["stems"])
        for name, one in report["injection"].items()
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _scores(report: Mapping[str, Any], metric: str) -> str:
    """A row for each system, a column for each stem: median, and mean with its interval."""
    systems = report["systems"]
    rows = columns((system["rows"] for system in systems), report["set"]["stems"])
    shape = "mean [95 %]" if metric == "si_sdri" else "median [95 %]"
    kind = "mean" if metric == "si_sdri" else "median"
    lines = [["system", *rows, "s per s", "processor"]]
    for system in systems:
        cells = [score_cell(system["rows"].get(row, {}).get(metric), kind) for row in rows]
        lines.append([system["name"], *cells, *_times(system)])
    return f"{METRIC_NAMES[metric]}, {shape}\n\n{as_table(lines)}"


def _times(system: Mapping[str, Any]) -> list[str]:
    return [f"{system[name]:.3f}" for name in ("seconds_per_second", "processor_s_per_s")]


def _listened(report: Mapping[str, Any], metric: str) -> str:
    """A row for each system that has the figure, a column for each stem; nothing where none has."""
    systems = [s for s in report["systems"] if any(metric in one for one in s["rows"].values())]
    if not systems:
        return ""
    tables = [{row: one for row, one in s["rows"].items() if metric in one} for s in systems]
    rows = [row for row in columns(tables, report["set"]["stems"]) if row != "all"]
    lines = [["system", *rows]]
    for system, table in zip(systems, tables, strict=True):
        cells = [score_cell(table.get(row, {}).get(metric), "mean") for row in rows]
        if metric == "leakage":
            cells = [
                _with_seconds(cell, table.get(row)) for cell, row in zip(cells, rows, strict=True)
            ]
        lines.append([system["name"], *cells])
    return f"{LISTENED_NAMES[metric]}, mean [95 %]\n\n{as_table(lines)}"


def _with_seconds(cell: str, scores: Mapping[str, Any] | None) -> str:
    """A leakage with the seconds of all clips."""
    if scores is None:
        return cell
    silent = scores["silent_s"]
    return f"{cell} ({silent['clips'] * silent['mean']:.1f} s)"


def _gains(report: Mapping[str, Any]) -> str:
    """Paired gains: SI-SDRi where both have it, else plain SDR (silence has no SI-SDR)."""
    gains = [gain for gain in report["gains"] if gain["rows"]]
    if not gains:
        return ""
    rows = columns((gain["rows"] for gain in gains), report["set"]["stems"])
    lines = [["system", "over", "in", *rows]]
    for gain in gains:
        for metric, kind in (
            ("si_sdri", "mean"),
            ("sdr", "median"),
            ("leakage", "mean"),
            ("noise", "mean"),
        ):
            cells = [score_cell(gain["rows"].get(row, {}).get(metric), kind, "+") for row in rows]
            if any(cell != "-" for cell in cells):
                lines.append([gain["system"], gain["over"], METRIC_NAMES[metric], *cells])
    heading = "Paired gains [95 %]: mean in SI-SDR, median in plain SDR"
    if any(line[2] == METRIC_NAMES["noise"] for line in lines):
        heading += "; differences of leakage and musical noise: mean, lower is better"
    return f"{heading}\n\n{as_table(lines)}"


def _spreads(report: Mapping[str, Any]) -> str:
    systems = [system for system in report["systems"] if system["seed_spread"]]
    if not systems:
        return ""
    rows = columns((system["seed_spread"] for system in systems), report["set"]["stems"])
    lines = [["system", "seeds", *rows]]
    for system in systems:
        found = [system["seed_spread"].get(row, {}).get("si_sdri") for row in rows]
        cells = [f"{one['of_means']:.2f} ({one['of_clips']:.2f})" if one else "-" for one in found]
        lines.append([system["name"], str(len(system["seeds"])), *cells])
    return (
        "Standard deviation of SI-SDRi over seeds: of the mean over clips (within a clip)\n\n"
        + as_table(lines)
    )


def _over_trivial(report: Mapping[str, Any]) -> str:
    """The card's rows, where they say what is gained over the best trivial answer."""
    rows = report["figures"]
    if "best trivial" not in rows[0]:
        return ""
    return f"Medians, and gain in SDR over the best trivial answer\n\n{markdown_table(rows)}"


def markdown_table(rows: Sequence[Sequence[str | float | None]]) -> str:
    """A header and rows as Markdown, numbers with two decimals."""
    cells = [
        ["-" if c is None else f"{c:.2f}" if isinstance(c, float) else str(c) for c in row]
        for row in rows
    ]
    return as_table(cells)


def _injection(name: str, found: Mapping[str, Any], stems: Sequence[str]) -> str:
    tables = found["gains"] | {f"any {n}, on average": t for n, t in found["by_count"].items()}
    if not tables:
        return ""
    rows = columns(tables.values(), stems)
    lines = [["given", *rows]]
    for given, table in tables.items():
        lines.append([given, *(score_cell(table.get(row), "mean", "+") for row in rows)])
    steps = found["steps"]
    return (
        f"{name}, N = {steps}: mean gain in SI-SDR where true stems are given\n\n{as_table(lines)}"
    )


def columns(tables: Iterable[Mapping[str, Any]], stems: Sequence[str]) -> list[str]:
    """All rows of some tables: stems in this order, then sums, the mean over all last."""
    order = {stem: number for number, stem in enumerate(stems)}
    found = {row for table in tables for row in table}
    return sorted(found, key=lambda row: (row == "all", order.get(row, len(order)), row))


def score_cell(found: Mapping[str, Any] | None, kind: str, sign: str = "") -> str:
    """A summary's mean or median with its interval."""
    if not found:
        return "-"
    low, high = found[f"{kind}_low"], found[f"{kind}_high"]
    if low is None:
        return f"{found[kind]:{sign}.2f}"
    return f"{found[kind]:{sign}.2f} [{low:{sign}.2f}, {high:{sign}.2f}]"


def as_table(lines: Sequence[Sequence[str]]) -> str:
    """A header and rows of text as Markdown."""
    header, *rows = lines
    text = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*text, *("| " + " | ".join(row) + " |" for row in rows)])
