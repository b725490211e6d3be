"""Scores by tags as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def markdown(found: Mapping[str, Any], shown: Sequence[str]) -> str:
    """The table of all systems, and of each of those `shown` one of its tags."""
    against = found["against"]
    more = [f"{what} over {other}" for other in against for what in ("SDR", "SI-SDR")]
    framed = any(row["museval"] for row in found["systems"])
    head = ["system", "songs", "SDR", "SI-SDRi", *(["museval SDR"] if framed else []), *more,
            "absent tags", "leakage", "worst", "s per s"]  # fmt: skip
    lines = [_row(head), _row(["---"] * len(head))]
    for row in found["systems"]:
        cells = [row["system"], str(row["songs"]), interval(row["sdr"]), interval(row["si_sdri"])]
        cells += [interval(row["museval"])] if framed else []
        for other in against:
            apart = row.get(f"over {other}", {})
            cells += [interval(apart.get(one)) for one in ("sdr", "si_sdri")]
        worst = "" if row["leakage_worst"] is None else f"{row['leakage_worst']:.1f}"
        cells += [str(row["absent"]), interval(row["leakage"]), worst,
                  f"{row['seconds_per_second']:.3f}"]  # fmt: skip
        lines.append(_row(cells))
    text = "\n".join(lines) + "\n"
    return text + "".join(_tags(found, system) for system in shown)


def _tags(found: Mapping[str, Any], system: str) -> str:
    rows = [row for row in found["tags"] if row["system"] == system]
    there = [row for row in rows if row["songs"]]
    above = [row for row in there if row["above"]]
    against = [one for one in found["against"] if one != system]
    lines = [f"\n{system}: {len(above)} of {len(there)} tags above {' and '.join(against)} by the "
             "interval.\n"] if against else [f"\n{system}\n"]  # fmt: skip
    head = ["tag", "songs", "SDR", "SI-SDRi", *(f"SDR over {one}" for one in against), "leakage"]
    lines += [_row(head), _row(["---"] * len(head))]
    for row in rows:
        apart = [interval(row[f"over {one}"]["sdr"]) for one in against]
        cells = [row["tag"], str(row["songs"]), interval(row["sdr"]), interval(row["si_sdri"])]
        lines.append(_row([*cells, *apart, interval(row["leakage"])]))
    return "\n".join(lines) + "\n"


def interval(said: Sequence[float | None] | None) -> str:
    """+1.03 [+0.36, +1.77]; of a single song no interval, of none nothing."""
    if said is None or said[0] is None:
        return ""
    mean, low, high = said
    between = "" if low is None or high is None else f" [{low:+.2f}, {high:+.2f}]"
    return f"{mean:+.2f}{between}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
