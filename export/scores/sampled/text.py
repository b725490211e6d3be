"""The report as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from export.scores.evaluation.text import as_table, columns, score_cell
from export.scores.sampled import published


def markdown(report: Mapping[str, Any]) -> str:
    """Scores, gains over the filters, what was chosen, and the published tables."""
    found = report["set"]
    about = (
        f"{report['model']['name']}, {report['steps']} steps, on {found['split']}: "
        f"{found['clips']} windows of {found['seconds']:g} s of {found['songs']} songs, "
        f"{found['rate_hz']} Hz. dB, means with 95 % intervals by bootstrap over songs."
    )
    parts = [about, *report["notes"]]
    parts += [_scores(report, "si_sdri", "SI-SDRi"), _scores(report, "sdr", "SDR")]
    parts += [_gains(report, other) for other in report["against"]]
    parts += [_chosen(report), *map(_verdict, report["verdicts"]), _published()]
    return "\n\n".join(part for part in parts if part) + "\n"


def _scores(report: Mapping[str, Any], metric: str, name: str) -> str:
    rows = columns((one["rows"] for one in report["systems"]), report["set"]["stems"])
    lines = [["system", *rows, "network rows"]]
    for one in report["systems"]:
        cells = [score_cell(one["rows"].get(row, {}).get(metric), "mean") for row in rows]
        lines.append([one["system"], *cells, str(one.get("network_rows", ""))])
    return f"{name}\n\n{as_table(lines)}"


def _gains(report: Mapping[str, Any], other: str) -> str:
    """Paired differences in SI-SDRi."""
    found = [
        (one["system"], one["over"][other]) for one in report["systems"] if other in one["over"]
    ]
    rows = columns((gains for _, gains in found), report["set"]["stems"])
    lines = [["system", *rows]]
    for name, gains in found:
        cells = [score_cell(gains.get(row, {}).get("si_sdri"), "mean", "+") for row in rows]
        if any(one != "-" for one in cells):
            lines.append([name, *cells])
    return f"SI-SDRi above {other}, paired\n\n{as_table(lines)}" if len(lines) > 1 else ""


def _chosen(report: Mapping[str, Any]) -> str:
    """In words, with what they were chosen on."""
    lines = []
    for one in report["choice"]["ensembles"]:
        outcome = one["outcome"]
        how = f"{outcome['samples']} samples" + (", remasked" if outcome["remask_fft"] else "")
        taken = ", ".join(one["extracted"]) or "nothing"
        first, second = one["separator"], one["extractor"]
        lines.append(
            f"- {how}: {taken} by the extractor (guidance {second['guidance']:g}), the rest by the "
            f"separator ({first['constrained']} constrained, guidance {first['guidance']:g})"
        )
    where = report["choice_of"]
    return f"Ensembles, chosen on {where}:\n\n" + "\n".join(lines) if lines else ""


def _verdict(one: Mapping[str, Any]) -> str:
    below = f"; not {', '.join(one['not_above_0'])}" if one["not_above_0"] else ""
    return (
        f"{one['system']}: above 0 with its interval for {', '.join(one['above_0']) or 'no stem'}"
        f"{below}; on average above {', '.join(one['above']) or 'no filter'}."
    )


def _published() -> str:
    first = [["SI-SDRi, w =", *(f"{one:g}" for one in published.GUIDANCE)]]
    first += [[name, *_numbers(row)] for name, row in published.TABLE_1.items()]
    second = [["SI-SDRi", *published.STEMS, "all"]]
    second += [[name, *_numbers(row)] for name, row in published.TABLE_2.items()]
    return f"Published (Slakh, other songs and sizes):\n\n{as_table(first)}\n\n{as_table(second)}"


def _numbers(row: Sequence[float]) -> list[str]:
    return [f"{one:.2f}" for one in row]
