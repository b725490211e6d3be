"""The report as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from export.scores.evaluation.text import as_table


def markdown(report: Mapping[str, Any]) -> str:
    """Likeness, playing, fit, leaks, and what they come to."""
    found = report["set"]
    made = ", ".join(f"{count} {given}" for given, count in found["pieces"].items())
    about = (
        f"{report['model']['name']}: pieces of {found['seconds']:g} s for "
        f"{found['windows']} windows of {found['songs']} songs of {found['split']} ({made}). "
        f"Reference: {found['reference']['mix']} windows of other songs. "
        "95 % intervals by bootstrap over songs."
    )
    silent = report["silent"]
    parts = [about, _likeness(report), _playing(report), _fitting(report), _leaks(report)]
    parts += [f"{len(silent)} parts cannot be heard: {_silent(silent)}."] if silent else []
    parts += ["\n".join(f"- {one}" for one in report["verdicts"])]
    return "\n\n".join(part for part in parts if part) + "\n"


def _likeness(report: Mapping[str, Any]) -> str:
    rows = list(dict.fromkeys(one["row"] for one in report["likeness"]))
    sets = list(dict.fromkeys(one["set"] for one in report["likeness"]))
    cells = {(one["set"], one["row"]): _distance(one) for one in report["likeness"]}
    lines = [["set", *rows]]
    lines += [[one, *(cells.get((one, row), "-") for row in rows)] for one in sets]
    head = (
        f"Frechet distance to the reference, heard by {report['tagger']} (standard error; sounds)"
    )
    return f"{head}\n\n{as_table(lines)}"


def _distance(one: Mapping[str, Any]) -> str:
    error = "" if one["error"] is None else f"{one['error']:.2f}; "
    return f"{one['distance']:.2f} ({error}{one['count']})"


def _playing(report: Mapping[str, Any]) -> str:
    lines = [["stem", "measure", "set", "mean", "real ones", "share within", "sounds"]]
    for one in report["playing"]:
        low, high = one["range"]
        lines.append([one["stem"], one["measure"], one["set"], _interval(one["mean"]),
                      f"{low:.3f} to {high:.3f}", f"{one['inside']:.0%}",
                      str(one["count"])])  # fmt: skip
    return f"Onsets (spectral flux) and harmonicity\n\n{as_table(lines)}"


def _fitting(report: Mapping[str, Any]) -> str:
    if not report["fitting"]:
        return ""
    lines = [["part", "to", "measure", "own", "shuffled", "difference", "of real parts", "pieces"]]
    for one in report["fitting"]:
        figures = [_interval(one[name]) for name in ("own", "shuffled", "difference",
                                                     "real_difference")]  # fmt: skip
        lines.append([one["part"], one["given"], one["measure"], *figures, str(one["count"])])
    head = "Fit to the given stem, against the given stems of other songs"
    return f"{head}\n\n{as_table(lines)}"


def _leaks(report: Mapping[str, Any]) -> str:
    if not report["leaks"]:
        return ""
    lines = [["given", "in the new", "mean, dB", "worst, dB", "by chance, dB", "pieces"]]
    for one in report["leaks"]:
        levels = [f"{one[name]:.1f}" for name in ("mean_db", "worst_db", "chance_db")]
        lines.append([one["given"], one["part"], *levels, str(one["count"])])
    return f"Leak of the given stem (projection)\n\n{as_table(lines)}"


def _interval(values: Sequence[float | None] | None) -> str:
    if values is None or values[0] is None:
        return "-"
    mean, low, high = values
    between = "" if low is None or high is None else f" [{low:.3f}, {high:.3f}]"
    return f"{mean:.3f}{between}"


def _silent(rows: Sequence[Mapping[str, str]]) -> str:
    counts: dict[str, int] = {}
    for one in rows:
        counts[one["part"]] = counts.get(one["part"], 0) + 1
    return ", ".join(f"{part} {count}" for part, count in counts.items())
